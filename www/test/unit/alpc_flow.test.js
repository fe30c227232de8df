// The flow of messages as data: who stands at which door, in which lane a message is and which way it goes, what has no
// room, and why the next step has not come.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slotsOf } from '../../src/messages/format.js';
import { languages } from '../../src/messages/index.js';
import { layoutAlpcFlow } from '../../src/model/flow_alpc_layout.js';
import { secondFlow, secondFlows, standsAside } from '../../src/model/second_flow.js';
import { sliceAt, trafficPlot } from '../../src/model/traffic_layout.js';
import { alpcInfo, alpcMoment, enqueue, openPort, request, shownAs, waits } from '../fake_alpc.js';
import { info } from '../fake_engine.js';

/** @import { AlpcFlow } from '../../src/model/flow_alpc_layout.js' */

const room = { height: 300, lane: 300 };

/** @param {ReturnType<typeof alpcMoment>} moment @returns {AlpcFlow} */
function flowOf(moment, within = room) {
  const flow = layoutAlpcFlow(shownAs(moment), alpcInfo, within);
  assert.ok(flow);
  return flow;
}

/** @param {AlpcFlow} flow */
const laneNames = ({ lanes }) =>
  lanes.map(({ kind, envelopes }) => `${kind}:${envelopes.map(({ id }) => id)}`);
/** @param {AlpcFlow} flow */
const reasons = ({ why }) => why.map(({ key }) => key);

test('the server is on one side with the doors of its connection port, the client on the other', () => {
  const { left, right } = flowOf(alpcMoment());
  assert.deepEqual(
    left.map(({ name, doors, threads }) => [
      name,
      doors.map(({ short }) => short),
      threads.map(({ name: n }) => n),
    ]),
    [['Client', ['Client1'], ['Cli']]],
  );
  assert.deepEqual(
    right.map(({ name, doors, pairs }) => [
      name,
      doors.map(({ short }) => short),
      pairs.map(({ context }) => context),
    ]),
    [['Server', ['Api'], [77]]],
  );
});

test('who will make the port is a server before there is one, and after it is closed', () => {
  const moment = alpcMoment();
  moment.state.alpc.ports = [openPort(0, 0, { State: 'Closed', OwnerProcess: null })];
  const { left, right, why } = flowOf(moment);
  assert.deepEqual([left.map(({ name }) => name), right.map(({ name }) => name)], [['Client'], ['Server']]);
  assert.deepEqual(right[0].doors, []);
  assert.deepEqual(why, [{ key: 'noPort', slots: { port: 'Api' } }]);
});

test('a thread stands at the door where it waits for a message, in its place; another at the one its request left by', () => {
  const moment = alpcMoment();
  moment.state.alpc.ports[0].WaitQueue = [0];
  moment.state.alpc.threads[0].Port = 0;
  waits(moment, 0, 'Srv.AlpcWaitSemaphore');
  let flow = flowOf(moment);
  assert.deepEqual(
    flow.right[0].doors[0].threads.map(({ name, doing, place }) => [name, doing, place]),
    [['Srv', 'receives', 1]],
  );
  assert.deepEqual(flow.why, [{ key: 'idle', slots: { thread: 'Srv', port: 'Api' } }]);
  // Of a waitable port it may wait for the port itself.
  moment.state.alpc.ports[0].WaitQueue = [];
  moment.state.alpc.threads[0].Port = null;
  moment.state.alpc.ports[0].Semaphore = 0;
  moment.state.semaphores = [{ count: 0, waiters: [0] }];
  assert.deepEqual(
    flowOf(moment).right[0].doors[0].threads.map(({ name, doing, place }) => [name, doing, place]),
    [['Srv', 'watches', null]],
  );
  moment.state.semaphores = [];
  waits(moment, 1);
  enqueue(moment, 0, 'PendingQueue', request(2, { ServerThread: 0 }));
  flow = flowOf(moment);
  assert.deepEqual(
    flow.left[0].doors[0].threads.map(({ name, doing, id }) => [name, doing, id]),
    [['Cli', 'awaits', 2]],
  );
});

test('a message goes from its sender through the queues, and its reply back', () => {
  const moment = alpcMoment();
  const { alpc } = moment.state;
  alpc.messages = [request(2, { QueueType: 'none' })];
  alpc.threads[1].Message = 2;
  let flow = flowOf(moment);
  assert.deepEqual(laneNames(flow), ['Way:2', 'Main:', 'Pending:']);
  assert.deepEqual(
    [flow.lanes[0].envelopes[0].to, flow.lanes[0].envelopes[0].from],
    ['server', 'alpc:thread:1'],
  );
  assert.equal(flow.left[0].threads[0].doing, 'sends');

  const queued = alpcMoment();
  enqueue(queued, 0, 'MainQueue', request(2));
  assert.deepEqual(laneNames(flowOf(queued)), ['Way:', 'Main:2', 'Pending:']);

  const back = request(2, { Type: 'LPC_REPLY', QueueType: 'none', Answered: true, ServerThread: 0 });
  alpc.messages = [back];
  flow = flowOf(moment);
  assert.deepEqual(
    flow.lanes[0].envelopes.map(({ kind, to, from }) => [kind, to, from]),
    [['reply', 'client', 'alpc:thread:0']],
  );
  assert.equal(flow.left[0].doors[0].threads[0].doing, 'answered');
});

test('a queue that is seldom used has a lane as long as it holds a message, with the port when that is not the server’s', () => {
  const moment = alpcMoment();
  enqueue(moment, 0, 'LargeMessageQueue', request(3));
  enqueue(moment, 1, 'MainQueue', request(4, { Type: 'LPC_REPLY', Holder: null, WaitingThread: null }));
  const { lanes } = flowOf(moment);
  assert.deepEqual(
    lanes.map(({ kind, port, to }) => [kind, port, to]),
    [
      ['Way', null, 'server'],
      ['Main', null, 'server'],
      ['Large', null, 'server'],
      ['Pending', null, 'server'],
      ['Main', 'Client1', 'client'],
    ],
  );
});

test('what has no room is counted: envelopes, lanes, threads, processes', () => {
  const moment = alpcMoment();
  enqueue(moment, 0, 'MainQueue', ...Array.from({ length: 40 }, (_, i) => request(i + 1, { Holder: null })));
  const { lanes } = flowOf(moment, { height: 300, lane: 200 });
  const main = lanes.find(({ kind }) => kind === 'Main');
  assert.deepEqual([main?.envelopes.length, main?.more, main?.detailed], [3, 37, false]);
  assert.equal(flowOf(moment, { height: 300, lane: 88 * 40 }).lanes[1].detailed, true);

  const many = 12;
  const crowd = {
    ...alpcInfo,
    names: { ...alpcInfo.names, Process: ['Server', ...Array.from({ length: many }, (_, i) => `C${i}`)] },
    threads: Array.from({ length: many + 1 }, (_, i) => ({
      ...alpcInfo.threads[0],
      name: `T${i}`,
      process: i,
    })),
  };
  const { state } = moment;
  const all = Array.from({ length: many + 1 }, (_, index) => ({ ...state.threads[0], index }));
  const none = { Message: null, Port: null, Told: null };
  const busy = {
    ...moment,
    state: { ...state, threads: all, alpc: { ...state.alpc, threads: all.map(() => none) } },
  };
  const flow = layoutAlpcFlow(shownAs(/** @type {any} */ (busy)), crowd, { height: 200, lane: 100 });
  assert.equal(flow?.left.length, 3);
  assert.equal(flow?.leftMore, many - 3);
  const heights = flow?.left.reduce((sum, { height }) => sum + height, 0) ?? 0;
  assert.ok(heights + 3 * 5 + 15 <= 200, `${heights} and the line that counts the rest fit`);
});

test('a section is a band through the walls, full where it is mapped, and its message has the mark of it', () => {
  const moment = alpcMoment();
  const { alpc } = moment.state;
  alpc.sections = [{ Section: 0, Port: 1, Process: 1, Size: 65_536, HasHandle: true }];
  alpc.views = [{ View: 0, Section: 0, Process: 1, Size: 5_000, Message: null, Received: false }];
  enqueue(moment, 0, 'MainQueue', request(2, { View: { Section: 0, Size: 5_000, AutoRelease: true } }));
  const { bands, lanes } = flowOf(moment);
  assert.deepEqual(bands, [
    { key: 'alpc:section:0', name: 'Section1', size: 65_536, left: 5_000, right: null },
  ]);
  assert.deepEqual([lanes[1].envelopes[0].link, lanes[1].envelopes[0].bytes], ['Section1', 5_000]);
});

test('sections take no room from the process that acts, and those without any are counted', () => {
  const leaks = (/** @type {number} */ height) => {
    const moment = alpcMoment();
    moment.state.alpc.sections = [0, 1, 2].map((Section) => ({ Section, Port: 1, Process: 1, Size: 65_536 }));
    moment.state.alpc.views = [0, 1, 2].map((Section) => ({ Section, Process: 0, Size: 64 }));
    const { bands, bandsMore, right, lanes } = flowOf(moment, { height, lane: 300 });
    const bottom = (bands.length + Number(bandsMore > 0)) * 24;
    assert.ok(height < 100 || right[0].height + bottom <= height, `${height}`);
    assert.ok(lanes.length >= 2);
    return [bands.length, bandsMore];
  };
  assert.deepEqual(leaks(300), [2, 1]);
  assert.deepEqual(leaks(125), [1, 2]);
  assert.deepEqual(leaks(100), [0, 3]);
  assert.deepEqual(leaks(60), [0, 3]);
});

test('the counters are the engine’s, and a copy is told where it happens', () => {
  const moment = alpcMoment();
  Object.assign(moment.state.alpc, {
    bytes_copied: 416,
    kernel_memory: 388,
    replies: 1,
    last_latency: 9_230,
  });
  moment.state.processors[0].context_switches = 6;
  moment.state.processors[0].thread = /** @type {any} */ (1);
  moment.record = { ...moment.record, kind: 'BytesCopied', arg: 100 };
  const { counters, left, right } = flowOf(moment);
  assert.deepEqual(counters, { copied: 416, held: 388, switches: 6, latency: 9_230 });
  assert.deepEqual([left[0].threads[0].copies, right[0].threads[0].copies], [100, 0]);
});

test('the sentences say who waits, and what the other side does meanwhile', () => {
  const pending = (/** @type {object} */ more = {}, queue = /** @type {const} */ ('PendingQueue')) => {
    const moment = alpcMoment();
    waits(moment, 1);
    enqueue(moment, 0, queue, request(2, { ServerThread: 0, ...more }));
    return moment;
  };
  const running = pending();
  running.state.threads[0].state = 'Running';
  assert.deepEqual(flowOf(running).why, [
    { key: 'sender.waits', slots: { id: 2, client: 'Cli', server: 'Srv', port: 'Api', own: 'Api.Client1' } },
    { key: 'server.works', slots: { id: 2, client: 'Cli', server: 'Srv', port: 'Api' } },
  ]);
  assert.deepEqual(reasons(flowOf(pending())), ['sender.waits', 'server.ready']);
  const blocked = pending();
  waits(blocked, 0, 'Lock');
  assert.equal(flowOf(blocked).why[1].slots.what, 'Lock');
  const receives = pending();
  waits(receives, 0, 'Srv.AlpcWaitSemaphore');
  receives.state.alpc.threads[0].Port = 0;
  assert.deepEqual(reasons(flowOf(receives)), ['sender.waits', 'server.receives']);
  const ended = pending();
  ended.state.threads[0].state = 'Terminated';
  assert.deepEqual(reasons(flowOf(ended)), ['sender.waits', 'server.ended']);
  const asynchronous = pending({ WaitingThread: null, Holder: null });
  asynchronous.state.threads[0].state = 'Running';
  assert.deepEqual(reasons(flowOf(asynchronous)), ['sender.goesOn', 'server.works']);
  const replying = pending();
  replying.state.alpc.threads[0].Message = 2;
  assert.deepEqual(reasons(flowOf(replying)), ['replies']);
  assert.deepEqual(reasons(flowOf(pending({ Type: 'LPC_CONNECTION_REQUEST' }))), [
    'sender.connects',
    'server.ready',
  ]);
  assert.deepEqual(reasons(flowOf(pending({}, /** @type {any} */ ('CanceledQueue')))), ['canceled']);
  assert.deepEqual(reasons(flowOf(pending({}, /** @type {any} */ ('LargeMessageQueue')))), ['large']);
});

test('of a message in a queue it is told who will have it', () => {
  const queued = (/** @type {object} */ port = {}) => {
    const moment = alpcMoment();
    Object.assign(moment.state.alpc.ports[0], port);
    enqueue(moment, 0, 'MainQueue', request(2));
    return moment;
  };
  assert.deepEqual(reasons(flowOf(queued())), ['sender.waits', 'receiver.nobody']);
  const told = queued();
  told.state.alpc.threads[0].Told = 0;
  assert.deepEqual(flowOf(told).why[1].slots.thread, 'Srv');
  assert.deepEqual(reasons(flowOf(queued({ CompletionPort: 'Iocp' })))[1], 'receiver.packet');
  assert.deepEqual(reasons(flowOf(queued({ CallbackRoutine: 'OnMessage' })))[1], 'receiver.callback');
  const behind = queued();
  enqueue(behind, 0, 'MainQueue', request(3, { Type: 'LPC_DATAGRAM', Holder: null, WaitingThread: null }));
  assert.deepEqual(reasons(flowOf(behind)), ['sender.datagram', 'receiver.behind']);
  assert.equal(flowOf(behind).why[1].slots.count, 1);
  // The record's own message comes before the one that moved last.
  const own = { ...behind, record: { ...behind.record, kind: 'MessageQueued', arg: 2 } };
  assert.deepEqual(reasons(flowOf(own)), ['sender.waits', 'receiver.nobody']);
});

test('a message that is taken out is told of as such, and a send that is refused with its reason', () => {
  const way = (/** @type {object} */ more, /** @type {object} */ record = {}) => {
    const moment = alpcMoment();
    moment.state.alpc.messages.push(request(4, { QueueType: 'none', WaitingThread: null, ...more }));
    return { ...moment, record: { ...moment.record, ...record } };
  };
  assert.deepEqual(reasons(flowOf(way({ Holder: 1 }))), ['sends']);
  const reply = way({ Type: 'LPC_REPLY', ServerThread: 0, Holder: 1 }, { kind: 'ReplyReceived' });
  assert.deepEqual([flowOf(reply).why[0].key, flowOf(reply).why[0].slots.client], ['takes', 'Cli']);
  assert.deepEqual(reasons(flowOf(way({ Type: 'LPC_DATAGRAM', Holder: 0 }))), ['received']);
  const canceled = way({ Holder: null }, { kind: 'MessageCanceled', arg: 4 });
  assert.deepEqual(reasons(flowOf(canceled)), ['withdrawn']);
  const full = alpcMoment();
  Object.assign(full.state.alpc.ports[1], { PoolUsage: 900, MaxPoolUsage: 1024 });
  enqueue(full, 0, 'MainQueue', request(3, { Type: 'LPC_DATAGRAM', WaitingThread: null, Holder: null }));
  assert.deepEqual(reasons(flowOf(full)), ['sender.full', 'receiver.nobody']);
  assert.deepEqual(flowOf(full).pool, { port: 'Api.Client1', used: 900, limit: 1024 });
  const refused = (/** @type {number} */ arg) =>
    flowOf({ ...full, record: { ...full.record, kind: 'SendRefused', subject: 1, arg } }).why;
  const slots = { port: 'Api.Client1', status: 0xc0000044, bytes: 900, limit: 1024 };
  assert.deepEqual(refused(0xc0000044), [{ key: 'refused.pool', slots }]);
  assert.deepEqual(
    refused(0xc000002f).map(({ key }) => key),
    ['refused'],
  );
});

test('a scenario shows the flow of messages first, and the others when the reader wants', () => {
  assert.deepEqual(secondFlows(alpcInfo), ['alpc', 'apc']);
  assert.deepEqual([secondFlow(alpcInfo, null), secondFlow(alpcInfo, 'apc')], ['alpc', 'apc']);
  assert.equal(secondFlow(/** @type {any} */ (info), 'alpc'), 'apc');
  const still = { ...alpcInfo, apcs: [], semaphores: [{ name: 'Cli.AlpcWaitSemaphore', limit: 1 }] };
  assert.deepEqual(secondFlows(still), ['alpc']);
  assert.deepEqual(secondFlows({ ...still, semaphores: [{ name: 'Slots', limit: 1 }] }), ['alpc', 'waits']);
  assert.equal(standsAside(alpcInfo, null), false, 'there are a device and a DPC');
  const plain = { ...alpcInfo, interrupts: alpcInfo.interrupts.slice(0, 2), dpcs: [] };
  assert.deepEqual([standsAside(plain, null), standsAside(plain, 'apc')], [true, false]);
});

test('the plot has a step for each slice, a mark for each reply, and scales of its own', () => {
  const nothing = { latency: null, record: 0 };
  const traffic = {
    slice: 10,
    exchanges: [],
    slices: [
      { most: 388, held: 388, copied: 100, ...nothing },
      { most: 388, held: 288, copied: 200, ...nothing },
      { most: 288, held: 0, copied: 400, latency: 18, record: 7 },
      { most: 0, held: 0, copied: 400, ...nothing },
    ],
  };
  const plot = trafficPlot(traffic, { width: 80, height: 22 });
  assert.deepEqual([plot?.most, plot?.all, plot?.longest, plot?.end], [388, 400, 18, 40]);
  assert.equal(plot?.held, 'M0 22V2H20V2H40V7.2H60V22H80V22Z');
  assert.equal(plot?.copied, 'M0 22V17H20V12H40V2H60V2H80');
  assert.deepEqual(plot?.marks, [{ x: 50, y: 2, latency: 18, record: 7 }]);
  assert.equal(sliceAt(traffic, 25), traffic.slices[2]);
  assert.equal(sliceAt(traffic, 1_000), traffic.slices[3]);
  assert.equal(trafficPlot({ slice: 0, slices: [], exchanges: [] }, { width: 80, height: 22 }), null);
});

test('the words of the flow are complete in every language that has any', async () => {
  const english = (await languages.en.alpc?.()) ?? {};
  for (const [tag, { alpc }] of Object.entries(languages)) {
    if (!alpc) continue;
    const words = await alpc();
    assert.deepEqual(Object.keys(words), Object.keys(english), tag);
    for (const key of Object.keys(words))
      assert.deepEqual(slotsOf(words[key]), slotsOf(english[key]), `${tag} ${key}`);
  }
});
