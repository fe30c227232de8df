// The words for a machine that stops: all there, in every language, and the right ones found.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { languages, loadStops } from '../../src/messages/index.js';
import { documentationOf, layoutStop, wordKeys } from '../../src/model/stop_layout.js';
import { info, quietState } from '../fake_engine.js';
import { sessionOf } from '../real_engine.js';

const rust = readFileSync(join(import.meta.dirname, '../../../crate/src/program/bugcheck.rs'), 'utf8');
const codes = [...rust.matchAll(/\(0x([0-9A-F]+), "\w+"/g)].map(([, code]) => code);
const english = await loadStops('en');

/**
 * @param {string} code
 * @param {string[]} parameters
 */
const bugcheck = (code, ...parameters) =>
  /** @type {any} */ ({
    kind: 'bugcheck',
    cpu: 0,
    time: 5,
    rule: 'TH-14',
    line: 2,
    from: 4,
    to: 9,
    cycle: [],
    waiting: [],
    bugcheck: { code, name: 'A_NAME', parameters, names: ['', '', '', ''] },
  });

test('every bugcheck has its three paragraphs', () => {
  assert.ok(codes.length > 20);
  for (const code of [...codes, 'BC-4'])
    for (const part of ['did', 'why', 'cure'])
      assert.ok(english[`bugcheck.${code}.${part}`], `${code} ${part}`);
  for (const kind of ['own', 'order', 'ipi', 'threads', 'mixed', 'suspended'])
    for (const part of ['did', 'why', 'cure']) assert.ok(english[`deadlock.${kind}.${part}`], kind);
});

for (const [tag, { stops }] of Object.entries(languages)) {
  if (!stops) continue; // then they are said in English
  test(`the words for stops are complete: ${tag}`, async () => {
    const words = await stops();
    assert.deepEqual(Object.keys(words).sort(), Object.keys(english).sort());
    for (const [key, text] of Object.entries(words)) {
      assert.ok(text.trim() && !text.includes('{'), key);
      assert.match(key, /^(?:bugcheck|deadlock)\..+\.(?:did|why|cure|p[1-4])$/);
    }
  });
}

test('the closest words are asked for first: by rule, by parameter 1, by code', () => {
  const verifier = bugcheck('0xc4', '0x3b', '0x2', '0x0', '0x0');
  assert.deepEqual(wordKeys(verifier, 'BC-2', 'why'), [
    'bugcheck.C4.BC-2.why',
    'bugcheck.C4.3B.why',
    'bugcheck.C4.why',
  ]);
  assert.deepEqual(wordKeys(bugcheck('0xd1', '0x0'), 'BC-4', 'did'), ['bugcheck.BC-4.did']);
  const circle = /** @type {any} */ ({ kind: 'deadlock', cycle: [{ processor: 0 }, { processor: 1 }] });
  assert.deepEqual(wordKeys(circle, 'IR-20', 'did'), ['deadlock.order.did']);
});

test('parameters keep all their digits, and those that stand for an object or a level say which', () => {
  const state = quietState();
  state.processors[0].frames = [
    { kind: 'body', name: 'Busy', irql: 0, line: 1, from: 0, to: 3 },
    { kind: 'dpc', name: 'NicDpc', irql: 2, line: 2, from: 4, to: 9 },
  ];
  const shown = { state };
  const run = /** @type {any} */ ({ info, source: 'abc\nwait;\n' });
  const big = '0xffffffffffffffff';
  const switched = bugcheck('0xb8', '0xffffe00600000000', '0xffffe00600ffff00', big, '0x0');
  switched.bugcheck.names = ['Busy', 'Idle', '', ''];
  const stop = layoutStop(run, switched, shown);
  assert.deepEqual(
    stop.parameters.map(({ value, name }) => [value, name]),
    [
      ['0xFFFFE00600000000', 'Busy'],
      ['0xFFFFE00600FFFF00', 'Idle'],
      ['0xFFFFFFFFFFFFFFFF', ''],
      ['0x0', ''],
    ],
  );
  assert.deepEqual(stop.place, { line: 2, from: 4, code: 'wait;' });
  assert.deepEqual(
    stop.stack.map(({ name }) => name),
    ['NicDpc', 'Busy'],
  );
  // A watchdog finds it from outside: then the line is the one that the processor was at.
  Object.assign(state.processors[0], { line: 1, from: 0, to: 3 });
  const found = { ...bugcheck('0x133', '0x0', '0x4', '0x3', '0x0'), line: 0, from: 0, to: 0 };
  assert.deepEqual(layoutStop(run, found, shown).place, { line: 1, from: 0, code: 'abc' });
  const raised = layoutStop(run, bugcheck('0x4a', '0x0', '0x2', '0x0', '0x0'), shown);
  assert.equal(raised.parameters[1].name, 'DISPATCH_LEVEL');
});

test('a deadlock is a circle: who waits, for what, and who would have to go on', () => {
  const state = quietState();
  state.processors[0].irql = 7;
  state.processors.push({ ...state.processors[0], number: 1, irql: 2 });
  const run = /** @type {any} */ ({ info, source: 'abc\nwait;\n' });
  const wait = { thread: '', kind: 'lock', since: 3, time: 5, line: 2, from: 4, to: 9 };
  const cycle = [
    { ...wait, processor: 0, what: 'A', by: { processor: 1, thread: '' } },
    { ...wait, processor: 1, what: 'B', by: { processor: 0, thread: '' } },
  ];
  /** @param {object[]} circle @param {number} cpu */
  const laidOut = (circle, cpu) => {
    const told = { cpu, time: 5, rule: 'IR-20', line: 0, from: 0, to: 0 };
    const outcome = { kind: 'deadlock', bugcheck: null, cycle: circle, ...told };
    return layoutStop(run, /** @type {any} */ (outcome), { state });
  };
  assert.deepEqual(
    laidOut(cycle, 0).links.map((link) => [
      link.irql,
      link.wait.what,
      link.next?.processor,
      link.place?.line,
    ]),
    [
      [7, 'A', 1, 2],
      [2, 'B', 0, 2],
    ],
  );
  // Threads that wait for each other stand on no processor.
  const threads = cycle.map((link, i) => ({
    ...{ ...link, processor: null, thread: `T${link.what}`, kind: 'object' },
    by: { processor: null, thread: ['TB', 'TA'][i] },
  }));
  const { cpu, stack, links } = laidOut(threads, 255);
  assert.deepEqual([cpu, stack, links[0].irql], [null, [], null]);
  const { time, rule } = laidOut(threads, 255);
  assert.deepEqual([time, rule], [5, 'IR-20'], 'of when it struck, wherever the reader is by now');
  const keys = (/** @type {object[]} */ circle) =>
    wordKeys(/** @type {any} */ ({ kind: 'deadlock', cycle: circle }), 'IR-20', 'why');
  assert.deepEqual(keys(threads), ['deadlock.threads.why']);
  const several = [...threads, { ...threads[0], what: 'C' }];
  assert.deepEqual(keys(several), ['deadlock.any.why']);
  assert.deepEqual(
    laidOut(several, 255).links.map((link) => link.any),
    [true, false, true],
  );
  const gone = { processor: null, thread: 'Gone' };
  assert.deepEqual(keys([{ ...threads[0], by: gone }]), ['deadlock.ended.why']);
  assert.deepEqual(keys([{ ...cycle[0], by: gone }]), ['deadlock.ended.why']);
  assert.deepEqual(
    keys([
      { ...cycle[0], by: null },
      { ...threads[1], by: null },
    ]),
    ['deadlock.mixed.why'],
  );
  assert.deepEqual(keys([{ ...cycle[0], kind: 'ipi' }, cycle[1]]), ['deadlock.ipi.why']);
  assert.deepEqual(keys([{ ...cycle[0], by: { processor: 0, thread: '' } }]), ['deadlock.own.why']);
  const suspended = { ...threads[1], kind: 'resume' };
  assert.deepEqual(keys([threads[0], suspended]), ['deadlock.suspended.why']);
  assert.equal(laidOut([threads[0], suspended], 255).links[1].next, null);
});

test('the documentation of a code is where Microsoft keeps it', () => {
  assert.equal(
    documentationOf({ code: '0xd1', name: 'DRIVER_IRQL_NOT_LESS_OR_EQUAL', parameters: [], names: [] }),
    'https://learn.microsoft.com/windows-hardware/drivers/debugger/bug-check-0xd1--driver-irql-not-less-or-equal',
  );
});

/**
 * The stop of a text, as its screen has it: the line, and the stack, innermost first.
 * @param {string} source
 */
function stopOf(source) {
  const session = sessionOf(source);
  session.seek(session.len - 1);
  const run = /** @type {any} */ ({ source, info: session.info() });
  const { cpu, place, stack } = layoutStop(run, session.outcome(), { state: session.state() });
  return { cpu, code: place?.code, stack: stack.map(({ name }) => name) };
}

test('a routine that leaves behind what it must not is told at its end, and is on the stack still', () => {
  const dpc = (/** @type {string} */ code) =>
    stopOf(`machine { verifier: off; } dpc D { ${code} } system thread T { KeInsertQueueDpc(D); work 1us; }`);
  for (const code of ['KeRaiseIrql(5, o);', 'KeEnterCriticalRegion();'])
    assert.deepEqual(dpc(code), { cpu: 0, code: '} // D', stack: ['D', 'KiDispatchInterrupt', 'T'] });
  const isr = stopOf(`machine { verifier: off; } isr I { KeRaiseIrql(8, o); return TRUE; }
    device Nic { irql: 7; isr: I; } thread T { work 9us; } at 2us interrupt Nic;`);
  assert.deepEqual(isr, { cpu: 0, code: 'return TRUE;', stack: ['I', 'Nic', 'T'] });
});

test('of a processor that hangs, its own code and stack are shown, not those of the one that finds it', () => {
  const stop = stopOf(`machine { processors: 2; dpc_watchdog_limit: 2; clock: 1ms; }
    system thread T (processor: 1) { KeRaiseIrql(14, o); work 10ms; KeLowerIrql(o); }`);
  assert.deepEqual(stop, { cpu: 1, code: 'work 10ms;', stack: ['T'] });
});
