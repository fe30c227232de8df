// What the pictures show, as data, for a packet's way down the levels.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layoutBarLabels } from '../../src/model/bar_labels.js';
import { layoutDpcFlow, queueShown, rowsInView, rowsThatFit } from '../../src/model/flow_dpc_layout.js';
import { crowds, layoutLadder } from '../../src/model/ladder_layout.js';
import { groupOf } from '../../src/model/levels.js';
import { info, quietState, record, states } from '../fake_engine.js';

/** @param {string} kind */
const stepOf = (kind, from = 0) => {
  const n = states.findIndex((_, i) => i >= from && record(i).kind === kind);
  return { state: states[n], record: record(n), n };
};
const dpcFlow = (/** @type {{ state: any, record: any }} */ at) =>
  layoutDpcFlow(at.state, info, at.record)[0];
test('the ladder puts higher levels higher, and a cursor on its own rung', () => {
  const { state } = stepOf('IsrEntered');
  const ladder = layoutLadder(state, info, 320);
  assert.equal(ladder.rungs.length, 16);
  for (let i = 1; i < 16; i++) assert.ok(ladder.rungs[i].y < ladder.rungs[i - 1].y);
  assert.equal(ladder.cpus[0].y, ladder.rungs[7].y);
  assert.equal(ladder.rungs[7].label, 'Nic');
});

test('a software interrupt that is masked is a lamp below the cursor', () => {
  const ladder = layoutLadder(stepOf('DpcInserted').state, info, 320);
  assert.deepEqual(
    ladder.cpus[0].lamps.map(({ irql, masked, software }) => ({ irql, masked, software })),
    [{ irql: 2, masked: true, software: true }],
  );
});

test('two requests at one level are one lamp with a count', () => {
  const state = quietState();
  state.processors[0].pending = [
    { interrupt: 2, irql: 7, since: 1 },
    { interrupt: 2, irql: 7, since: 2 },
  ];
  const [lamp] = layoutLadder(state, info, 320).cpus[0].lamps;
  assert.equal(lamp.count, 2);
  assert.equal(lamp.masked, false);
});

test('levels have their group on both ladders', () => {
  assert.deepEqual(
    [0, 1, 2, 7, 13, 14, 15].map((irql) => groupOf(irql, info.machine)),
    ['passive', 'apc', 'dispatch', 'device', 'clock', 'ipi', 'high'],
  );
  const x86 = {
    ...info.machine,
    levels: Array(32).fill('DIRQL'),
    device_max: 26,
    clock_irql: 28,
    ipi_irql: 29,
  };
  assert.deepEqual(
    [26, 28, 29, 30, 31].map((irql) => groupOf(irql, x86)),
    ['device', 'clock', 'ipi', 'ipi', 'high'],
  );
});

test('in the ISR the interrupt is one card, and the thread below is interrupted', () => {
  const row = dpcFlow(stepOf('IsrEntered'));
  assert.deepEqual(
    row.isrs.map(({ name, irql, running }) => [name, irql, running]),
    [['NicIsr', 7, true]],
  );
  assert.equal(row.thread.name, 'Busy');
  assert.equal(row.thread.running, false);
});

test('a DPC is the same card in the queue and while it runs', () => {
  const queued = dpcFlow(stepOf('DpcInserted')).queue[0];
  const running = dpcFlow(stepOf('DpcStarted')).dpcs[0];
  assert.equal(queued.key, running.key);
  assert.equal(running.running, true);
});

test('a refused DPC is marked where it lies', () => {
  assert.equal(dpcFlow(stepOf('DpcRefused')).queue[0].refused, true);
});

test('a long queue shows its head and counts the rest', () => {
  const state = quietState();
  state.processors[0].dpc_queue = Array.from({ length: 12 }, () => 0);
  const row = dpcFlow({ state, record: record(0) });
  assert.equal(row.queue.length, queueShown - 1);
  assert.equal(row.queueMore, 12 - (queueShown - 1));
});

test('what a record says begins is in the picture, though the state does not have it yet', () => {
  const { state, record: started } = stepOf('DpcStarted');
  const early = structuredClone(state);
  early.processors[0].frames = early.processors[0].frames.slice(0, 1);
  assert.deepEqual(
    dpcFlow({ state: early, record: started }).dpcs.map(({ name }) => name),
    ['NicDpc'],
  );
});

test('the clock is in the ISR box although no routine of the scenario runs', () => {
  const state = quietState();
  state.processors[0].irql = 13;
  assert.deepEqual(
    dpcFlow({ state, record: record(0) }).isrs.map(({ name }) => name),
    ['Clock'],
  );
});

test('a threaded DPC lies in a queue of its own, and runs as its thread at PASSIVE_LEVEL', () => {
  const state = quietState();
  const [cpu] = state.processors;
  cpu.threaded_queue = [0];
  const waiting = dpcFlow({ state, record: record(0) });
  assert.deepEqual([waiting.queue.length, waiting.threaded.map((card) => card.name)], [0, ['NicDpc']]);
  cpu.threaded_queue = [];
  cpu.thread = 0;
  cpu.irql = 0;
  const at = { line: 0, from: 0, to: 0 };
  cpu.frames = /** @type {any} */ ([
    { kind: 'body', object: null, name: 'KiExecuteDpc', irql: 0, ...at },
    { kind: 'dpc', object: 0, name: 'NicDpc', irql: 0, ...at },
  ]);
  const running = dpcFlow({ state, record: record(0) });
  assert.deepEqual([running.dpcs[0].irql, running.thread.running, running.thread.irql], [0, true, 0]);
});

/**
 * A machine of as many processors, at rest.
 * @param {number} count
 */
function machineOf(count) {
  const state = quietState();
  state.processors = Array.from({ length: count }, (_, number) => ({
    ...structuredClone(state.processors[0]),
    number,
    irql: 2,
  }));
  return state;
}

test('of many processors the flow shows the one of the record first, and the one that an IPI goes to', () => {
  const state = machineOf(64);
  state.processors[40].dpc_queue = [0];
  const sent = { ...record(0), kind: 'IpiSent', cpu: 9, arg: (2 << 8) | 33 };
  const rows = layoutDpcFlow(state, info, sent);
  const shown = (/** @type {number | null} */ focus) =>
    rowsInView(rows, sent, focus, 4).map(({ cpu }) => cpu);
  assert.deepEqual(shown(null), [9, 0, 33, 40]);
  assert.deepEqual(shown(50), [50, 9, 33, 40]);
  assert.deepEqual(
    rowsInView(rows.slice(0, 4), sent, 2, 4).map(({ cpu }) => cpu),
    [0, 1, 2, 3],
  );
});

test('as many processors as have room are in the flow, one at least and four at most', () => {
  assert.deepEqual([0, 150, 185, 10_000].map(rowsThatFit), [1, 1, 2, 4]);
});

test('words that lie on a bar are told its level, for their ink', () => {
  const bar = (/** @type {number} */ irql) => ({ cpu: 0, from: 0, to: 100, irql, thread: 0, name: 'Isr' });
  const view = { from: 0, to: 100, width: 400, lane: 80, ratio: 1, idle: 'Idle' };
  const labels = layoutBarLabels([bar(2), bar(15)], info, view);
  assert.deepEqual(
    labels.map(({ on }) => on),
    [null, 'high'],
  );
});

test('an IPI that was just sent comes from the processor that sent it, and is a card of its target’s own', () => {
  const state = machineOf(2);
  for (const { pending } of state.processors)
    pending.push({ interrupt: 1, irql: 14, since: 0, reasons: ['IPI_DPC'] });
  const rows = layoutDpcFlow(state, info, { ...record(0), kind: 'IpiSent', cpu: 0, arg: (2 << 8) | 1 });
  const ipis = rows.map(({ devices }) => devices.find(({ name }) => name === 'Ipi'));
  assert.deepEqual(
    ipis.map((card) => card?.from),
    [null, 0],
  );
  assert.notEqual(ipis[0]?.key, ipis[1]?.key);
});

test('threaded DPCs lie in a queue of their own, and a masked request waits on its rung', () => {
  const { state, record: inserted } = stepOf('DpcInserted');
  const moved = structuredClone(state);
  Object.assign(moved.processors[0], { dpc_queue: [], threaded_queue: [0] });
  const row = layoutDpcFlow(moved, info, inserted)[0];
  assert.deepEqual(
    [row.queue.length, row.threaded.map(({ name }) => name), row.request],
    [0, ['NicDpc'], 'masked'],
  );
  moved.processors[0].irql = 0;
  assert.equal(layoutDpcFlow(moved, info, inserted)[0].request, 'open');
});

test('an idle processor polls or is asleep, and a timer that the clock found is due until the drain', () => {
  const state = machineOf(2);
  Object.assign(state.processors[0].prcb, { Polling: true, TimerRequest: true });
  state.processors[1].prcb.Sleeping = true;
  const timers = [
    { name: 'Late', notification: true },
    { name: 'Beat', notification: true },
  ];
  const set = (/** @type {number} */ due_ns) => ({
    signalled: false,
    due_ns,
    period_ns: 0,
    dpc: null,
    waiters: [],
  });
  const timed = /** @type {any} */ ({ ...state, time: 2_000, timers: [set(9_000), set(1_000)] });
  const rows = layoutDpcFlow(timed, { ...info, timers }, record(0));
  assert.deepEqual(
    rows.map(({ thread }) => thread.idle),
    ['polling', 'asleep'],
  );
  assert.deepEqual(rows[0].timers, [
    { name: 'Beat', due: 1_000, isDue: true },
    { name: 'Late', due: 9_000, isDue: false },
  ]);
  assert.equal(rows[1].timers.length, 0, 'the clock of processor 0 looks for them');
});

test('processors that are too many for columns are counted at each level, but for the idle ones', () => {
  const state = machineOf(8);
  for (const cpu of [1, 2, 3]) Object.assign(state.processors[cpu], { irql: cpu === 3 ? 7 : 0, thread: 0 });
  const counted = crowds(layoutLadder(state, info, 320), 2);
  assert.deepEqual(
    counted.map(({ irql, cpus }) => [irql, cpus]),
    [
      [0, [1]],
      [7, [3]],
    ],
  );
});
