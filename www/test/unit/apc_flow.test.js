// The flow of APCs as data: which gate holds which APC back, and where the thread is meanwhile.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { en } from '../../src/messages/en.js';
import { layoutApcFlow, threadChoices } from '../../src/model/flow_apc_layout.js';
import { info, quietState, record, states } from '../fake_engine.js';
import { momentsOf, sessionOf } from '../real_engine.js';

/** @param {string} kind */
const stepOf = (kind, from = 0) => {
  const n = states.findIndex((_, i) => i >= from && record(i).kind === kind);
  return { state: /** @type {any} */ (states[n]), record: /** @type {any} */ (record(n)), causes: [] };
};
/** @param {ReturnType<typeof stepOf>} at */
const flowOf = (at) => layoutApcFlow(at, info, null);

const queued = (/** @type {'special' | 'normal' | 'user' | 'special-user'} */ kind, apc = 0) => ({
  apc,
  kapc: apc,
  name: `${kind}${apc}`,
  kind,
  since: 0,
});

/**
 * A thread that runs on processor 0, as it is told, and with these queues.
 * @param {Record<string, any>} thread
 * @param {{ irql?: number, frames?: any[] }} [cpu]
 */
function moment(thread, cpu = {}) {
  const state = /** @type {any} */ (quietState());
  const running = thread.state === undefined || thread.state === 'Running';
  Object.assign(state.threads[0], { state: 'Running', ...thread });
  Object.assign(state.processors[0], { thread: running ? 0 : 1, frames: [body], ...cpu });
  return { state, record: { ...record(2), kind: 'WorkStarted', irql: cpu.irql ?? 0 }, causes: [] };
}
const place = { dpc_stack: false, line: 0, from: 0, to: 0 };
const body = { kind: 'body', object: 0, name: 'Reader', irql: 0, user: true, ...place };
const waiting = {
  object: 0,
  object_name: 'Turn',
  objects: ['Turn'],
  alertable: false,
  mode: 'UserMode',
  due_ns: null,
  since: 0,
};

/** @param {any} at */
const shutBy = (at) => {
  const flow = flowOf(at);
  return Object.fromEntries(
    (flow?.lanes ?? []).map(({ kind, gates, shut }) => [kind, shut === null ? null : gates[shut]?.name]),
  );
};
/** @param {any} at */
const reason = (at) => flowOf(at)?.why.key;

test('both queues keep their order, and each kind has a lane with the gates that it has to pass', () => {
  const kernel_apcs = [queued('special', 0), queued('special', 1), queued('normal', 2)];
  const flow = flowOf(moment({ kernel_apcs, user_apcs: [queued('user', 3)] }, { irql: 1 }));
  assert.deepEqual(
    flow?.lanes.map(({ kind, cards }) => [kind, cards.map((card) => [card.place, card.name])]),
    [
      [
        'special',
        [
          [1, 'special0'],
          [2, 'special1'],
        ],
      ],
      ['normal', [[3, 'normal2']]],
      ['user', [[1, 'user3']]],
    ],
  );
  assert.deepEqual(
    flow?.lanes.map(({ gates }) => gates.map((gate) => gate?.name ?? null)),
    [
      ['environment', 'irql', 'special', null, null],
      ['environment', 'irql', 'special', 'kernel', 'progress'],
      // One gate for both regions, which are told by the count that is not zero.
      ['environment', 'irql', 'kernel', 'alertable', 'pending'],
    ],
  );
});

test('APC_LEVEL, a guarded region, a critical region and an APC in progress each hold back what AP-4 says', () => {
  const kernel_apcs = [queued('normal')];
  assert.deepEqual(shutBy(moment({}, { irql: 1 })), { special: 'irql', normal: 'irql', user: 'irql' });
  assert.deepEqual(shutBy(moment({ special_apc_disable: -1 })), {
    special: 'special',
    normal: 'special',
    user: 'special',
  });
  assert.deepEqual(shutBy(moment({ kernel_apc_disable: -1 })), {
    special: null,
    normal: 'kernel',
    user: 'kernel',
  });
  assert.deepEqual(shutBy(moment({ kernel_apc_in_progress: true })), {
    special: null,
    normal: 'progress',
    user: 'alertable',
  });
  assert.equal(reason(moment({ kernel_apcs }, { irql: 7 })), 'wait.irql');
  assert.equal(reason(moment({ kernel_apcs, special_apc_disable: -1 })), 'wait.special');
  assert.equal(reason(moment({ kernel_apcs, kernel_apc_disable: -2 })), 'wait.kernel');
  assert.deepEqual(flowOf(moment({ kernel_apcs, kernel_apc_disable: -2 }))?.why.slots, {
    apc: 'normal0',
    thread: 'Reader',
    value: -2,
  });
  assert.equal(reason(moment({ kernel_apcs })), 'next');
  assert.equal(reason(moment({ kernel_apcs, state: 'Ready' })), 'wait.runs');
});

/**
 * The gates of APCs of a thread that is attached, or is not.
 * @param {number} ApcStateIndex
 * @param {any[][]} SavedApcListHead
 */
const environment = (ApcStateIndex, SavedApcListHead = [[], []]) => ({
  apc_state: { ...quietState().threads[0].apc_state, ApcStateIndex, SavedApcListHead },
});

test('an APC for the own process of an attached thread waits in SavedApcState, behind a gate of its own', () => {
  const saved = environment(1, [[queued('special', 0), queued('normal', 1)], [queued('user', 2)]]);
  const at = moment(saved);
  assert.deepEqual(shutBy(at), { special: 'environment', normal: 'environment', user: 'environment' });
  assert.deepEqual(flowOf(at)?.why, {
    key: 'wait.detach',
    slots: { apc: 'special0', thread: 'Reader', value: 1 },
  });
  assert.deepEqual(
    flowOf(at)?.lanes.map(({ cards }) => cards.map((card) => [card.place, card.name, card.saved])),
    [[[1, 'special0', true]], [[2, 'normal1', true]], [[1, 'user2', true]]],
  );
  // The field itself is told at the head, and how many APCs there are at the thread's name.
  assert.deepEqual(flowOf(at)?.gates.environment, {
    name: 'environment',
    field: 'ApcStateIndex',
    open: false,
    value: 1,
  });
  assert.equal(threadChoices(at, info, 0)[0].apcs, 3);
  // Back in its own process, they meet the gates that everybody meets.
  assert.equal(reason(moment({ kernel_apcs: [queued('special')], ...environment(0) })), 'next');
  // Whatever level the thread is at, this gate comes first.
  assert.equal(reason(moment(saved, { irql: 1 })), 'wait.detach');
});

test('an APC for where an attached thread is passes that gate, but a user APC does not', () => {
  const here = moment({ kernel_apcs: [queued('special')], user_apcs: [queued('user')], ...environment(1) });
  assert.deepEqual(shutBy(here), { special: null, normal: 'environment', user: 'environment' });
  assert.equal(reason(here), 'next');
  const user = { user_apcs: [queued('user')], user_apc_pending: true, ...environment(1) };
  assert.equal(reason(moment(user)), 'wait.home');
  // A saved one stands behind those in use, and is not what is delivered.
  const both = moment({
    kernel_apcs: [queued('special', 0)],
    ...environment(1, [[queued('special', 1)], []]),
  });
  assert.equal(reason(both), 'next');
  assert.deepEqual(
    flowOf(both)?.lanes[0].cards.map((card) => card.saved),
    [false, true],
  );
  const delivery = { kind: 'apc', object: null, name: 'KiDeliverApc', irql: 1, user: false, ...place };
  const left = moment(environment(1, [[queued('special')], []]), { irql: 1, frames: [body, delivery] });
  assert.equal(reason(left), 'wait.detach');
});

test('an APC that was queued for an attachment waits until the thread attaches', () => {
  const at = moment(environment(0, [[queued('normal')], []]));
  assert.deepEqual(shutBy(at), { special: null, normal: 'environment', user: 'alertable' });
  assert.equal(reason(at), 'wait.attach');
});

test('a user APC waits for an alertable wait of user mode, and then for the return to it', () => {
  const user_apcs = [queued('user')];
  const wait = (/** @type {object} */ how) => ({ user_apcs, state: 'Waiting', wait: { ...waiting, ...how } });
  assert.equal(reason(moment({ user_apcs })), 'wait.alertable');
  assert.equal(reason(moment(wait({}))), 'wait.deaf');
  assert.equal(reason(moment(wait({ mode: 'KernelMode', alertable: true }))), 'wait.kernelWait');
  assert.equal(reason(moment({ user_apcs, user_apc_pending: true })), 'wait.return');
  assert.deepEqual(shutBy(moment({ user_apcs, user_apc_pending: true })).user, null);
  const special = { ...quietState().threads[0].apc_state, SpecialUserApcPending: true };
  assert.equal(reason(moment({ user_apcs: [queued('special-user')], apc_state: special })), 'wait.return');
});

/**
 * The gates of user APCs of thread `T`, and the sentence, where the engine is at a record.
 * @param {string} text
 * @param {string} kind
 * @param {string} subject
 */
function userLane(text, kind, subject) {
  const { state, record: at, info: told } = momentsOf(`machine { processors: 2; } ${text}`)(kind, subject);
  const thread = told.threads.findIndex(({ name }) => name === 'T');
  const flow = layoutApcFlow({ state, record: at, causes: [] }, told, null, thread);
  const { gates = [], shut = null } = flow?.lanes[2] ?? {};
  return {
    fields: gates.map((gate) => gate && `${gate.field} ${Number(gate.value)}`),
    shut: shut === null ? null : gates[shut]?.field,
    why: flow?.why.key,
    slots: flow?.why.slots,
  };
}

test('a user APC that ended a wait in a critical region is held back by the region (AP-11)', () => {
  const { shut, why, slots } = userLane(
    `event E; apc U user { work 1us; }
    service S() {
      KeEnterCriticalRegion();
      KeWaitForSingleObject(E, Executive, UserMode, TRUE, NULL);
      marker m;
      work 10us;
      KeLeaveCriticalRegion();
    }
    thread T (processor: 0) { S(); }
    thread Q (processor: 1) { work 5us; QueueUserAPC(U, T); }`,
    'MarkerReached',
    'm',
  );
  assert.deepEqual([shut, why, slots?.value], ['KernelApcDisable', 'wait.kernel', -1]);
});

test('a special user APC has a gate of its own, and needs no alertable wait (AP-24)', () => {
  const queueing = `event E; apc U user { work 5us; }
    service S() { KeWaitForSingleObject(E, Executive, KernelMode, FALSE, NULL); }
    thread T (processor: 0) { S(); }
    thread Q (processor: 1) {
      work 10us;
      QueueUserAPC2(U, T, 0, QUEUE_USER_APC_FLAGS_SPECIAL_USER_APC);
      marker m;
      work 3us;
      SetEvent(E);
    }`;
  const { fields, shut, why } = userLane(queueing, 'MarkerReached', 'm');
  assert.deepEqual(fields, [
    'ApcStateIndex 0',
    'IRQL 0',
    'KernelApcDisable 0',
    'SpecialUserApcPending 1',
    null,
  ]);
  assert.deepEqual([shut, why], [null, 'wait.return']);
  // It is inserted first, and that is the record; then it is pending.
  assert.equal(userLane(queueing, 'ApcInserted', 'U').why, 'wait.specialPending');
});

test('a thread that is suspended waits, and runs special kernel APCs only (SU-4)', () => {
  const { why, slots } = userLane(
    `apc U user { work 1us; } apc N normal (thread: T) { }
    service I() { KeInsertQueueApc(N); }
    thread T (processor: 0) { SleepEx(INFINITE, TRUE); }
    thread Q (processor: 1) {
      work 5us; SuspendThread(T); QueueUserAPC(U, T); I(); marker m; work 5us; ResumeThread(T);
    }`,
    'MarkerReached',
    'm',
  );
  assert.deepEqual([why, slots?.apc], ['runs.suspended', 'T.SuspendApc']);
});

test('a user APC ends the alertable wait that it finds, and runs no more in a thread that ends', () => {
  const text = `apc U user { work 1us; } apc V user { rundown { work 1us; } }
    thread T (processor: 0) { SleepEx(INFINITE, TRUE); work 10us; }
    thread Q (processor: 1) { work 5us; QueueUserAPC(U, T); work 2us; QueueUserAPC(V, T); QueueUserAPC(V, T); }`;
  assert.equal(userLane(text, 'ApcInserted', 'U').why, 'wait.pending');
  assert.equal(userLane(text, 'ApcInserted', 'V').why, 'wait.alertable');
  assert.equal(userLane(text, 'ApcRundownRoutineStarted', 'V').why, 'wait.ends');
});

test('at no moment of a scenario does the sentence say that a gate is open which is drawn shut, or the opposite', () => {
  const folder = join(import.meta.dirname, '../../../scenarios');
  /** @type {string[]} */
  const wrong = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.irql'))) {
    const session = sessionOf(readFileSync(join(folder, file), 'utf8'));
    const told = session.info();
    for (let n = told.apcs.length ? 0 : session.len; n < session.len; n++) {
      session.seek(n);
      const at = { state: session.state(), record: session.record(n), causes: [] };
      for (const { index } of at.state.threads) {
        const flow = layoutApcFlow(at, told, null, index);
        const { key, slots } = flow?.why ?? { key: '', slots: {} };
        const lane = flow?.lanes.find(({ cards }) => cards[0]?.name === slots.apc);
        // Of an APC that runs and of a thread without any, no gate is told.
        if (/^(runs|none)/.test(key)) continue;
        const shut = lane && lane.shut === null ? null : lane?.gates[lane.shut ?? 0];
        const saysOpen = /every gate is open/.test(en[`apc.${key}`]);
        const field = /\w+ApcDisable|IRQL/.exec(en[`apc.${key}`])?.[0];
        const agree = saysOpen === (shut === null) && (!field || field === shut?.field);
        if (!agree) wrong.push(`${file} ${n}: ${key}, shut: ${shut?.field}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

test('of a thread that waits without APCs it is told whether a user APC would end the wait', () => {
  const wait = (/** @type {object} */ how) => moment({ state: 'Waiting', wait: { ...waiting, ...how } });
  assert.deepEqual(
    [
      wait({ alertable: true }),
      wait({}),
      wait({ mode: 'KernelMode' }),
      moment({}),
      moment({ state: 'Terminated' }),
    ].map(reason),
    ['none.alertable', 'none.deaf', 'none.kernelWait', 'none', 'none.ended'],
  );
});

test('what a delivery takes next has passed the gate of the IRQL, which the delivery itself has raised', () => {
  const delivery = { kind: 'apc', object: null, name: 'KiDeliverApc', irql: 1, user: false, ...place };
  const at = moment({ kernel_apcs: [queued('special')] }, { irql: 1, frames: [body, delivery] });
  assert.equal(shutBy(at).special, null);
  assert.equal(reason(at), 'next');
  // And no other gate (AP-13.2b).
  const inRegion = { kernel_apcs: [queued('normal')], kernel_apc_disable: -1 };
  const held = moment(inRegion, { irql: 1, frames: [body, delivery] });
  assert.equal(shutBy(held).normal, 'kernel');
  assert.equal(reason(held), 'wait.kernel');
  // A thread that was preempted in its delivery has to run again first.
  assert.equal(
    reason(moment({ kernel_apcs: [queued('special')], state: 'Ready', frames: [body, delivery], irql: 1 })),
    'wait.runs',
  );
});

test('the thread goes from its wait to the kernel, and through the door to its routine in user mode', () => {
  assert.equal(flowOf(stepOf('WaitStarted'))?.place, 'wait');
  const broken = flowOf(stepOf('WaitBroken'));
  assert.deepEqual([broken?.place, broken?.lanes[0].cards[0].name], ['none', 'Read.Tail.Apc']);
  const kernel = flowOf(stepOf('ApcKernelRoutineStarted'));
  assert.deepEqual(
    [kernel?.place, kernel?.running?.name, kernel?.running?.routine, kernel?.running?.irql, kernel?.door],
    ['kernel', 'Read.Tail.Apc', 'kernel', 1, false],
  );
  const callback = flowOf(stepOf('ApcNormalRoutineStarted'));
  assert.deepEqual(
    [callback?.place, callback?.running?.name, callback?.running?.routine],
    ['user', 'OnRead', 'user'],
  );
  const delivery = { kind: 'apc', object: null, name: 'KiDeliverApc', irql: 1, user: true, ...place };
  const way = flowOf(moment({ user_apc_pending: true }, { irql: 1, frames: [body, delivery] }));
  assert.deepEqual([way?.place, way?.door], ['return', true]);
});

test('a service is kernel mode, whatever code has called it', () => {
  const at = moment({});
  assert.equal(flowOf(at)?.place, 'user');
  assert.equal(flowOf({ ...at, record: { ...at.record, kind: 'ServiceEntered' } })?.place, 'kernel');
  const inService = moment({}, { frames: [{ ...body, user: false }] });
  assert.equal(flowOf(inService)?.place, 'kernel');
  assert.equal(flowOf({ ...inService, record: { ...at.record, kind: 'ServiceReturned' } })?.place, 'user');
});

test('the line of an object is in its order, for who waits and for who will wait again', () => {
  const named = { ...info, names: { ...info.names, Event: ['Turn'] } };
  const at = moment({ state: 'Waiting', wait: waiting });
  at.state.events = [{ signalled: false, waiters: [1, 0] }];
  const lines = (/** @type {any} */ moment) =>
    layoutApcFlow(moment, named, null, 0)?.waits.map(({ object, waiters }) => [
      object,
      waiters.map(({ name }) => name),
    ]);
  assert.deepEqual(lines(at), [['Turn', ['Busy', 'Reader']]]);
  at.state.threads[0] = { ...at.state.threads[0], state: 'Ready', wait: null, broken_wait: 'Turn' };
  at.state.events = [{ signalled: false, waiters: [1] }];
  assert.deepEqual(lines(at), [['Turn', ['Busy']]]);
  assert.equal(layoutApcFlow(at, named, null, 0)?.broken, true);
});

test('the thread with most to show is on show, unless the reader holds on to another', () => {
  const at = moment({});
  at.state.threads[1].user_apcs = [queued('user')];
  assert.equal(layoutApcFlow(at, info, 0)?.thread, 1);
  assert.equal(layoutApcFlow(at, info, 0, 0)?.thread, 0);
  assert.deepEqual(
    threadChoices(at, info, 1).map(({ name, apcs }) => [name, apcs]),
    [
      ['Reader', 0],
      ['Busy', 1],
    ],
  );
});

test('a machine without threads has no APC flow', () => {
  const state = { ...quietState(), threads: [] };
  assert.equal(
    layoutApcFlow(/** @type {any} */ ({ state, record: record(0), causes: [] }), info, null),
    null,
  );
});
