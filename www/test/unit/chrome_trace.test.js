// The run as trace events: every shipped scenario keeps the rules of the format, and says what the records say.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Export } from '../../src/engine/export.js';
import { catalogue, sessionOf } from '../real_engine.js';
import { checkedEvents } from '../trace_event_rules.js';

/** @import { TraceEvent } from '../trace_event_rules.js' */

const folder = join(import.meta.dirname, '../../../scenarios');
const scenarios = readdirSync(folder).filter((name) => name.endsWith('.irql'));
const { kinds } = catalogue();
const textOf = (/** @type {string} */ name) => readFileSync(join(folder, name), 'utf8');

/**
 * @param {string} text
 * @param {'jsonl' | 'trace'} format
 */
function exported(text, format, lang = 'en') {
  const session = sessionOf(text);
  const file = new Export(session, format, kinds, lang);
  let whole = '';
  for (let piece; !piece?.done; whole += piece.text) piece = file.next(5);
  return { text: whole, session };
}

/** @param {TraceEvent[]} events */
const slicesOf = (events) => {
  /** @type {Map<string, any[]>} */
  const open = new Map();
  /** @type {{ name: string, from: number, to: number, track: string, depth: number }[]} */
  const slices = [];
  for (const { ph, pid, tid, ts, name } of events) {
    const track = `${pid}/${tid}`;
    const stack = open.get(track) ?? [];
    open.set(track, stack);
    if (ph === 'B') stack.push({ name, from: ts, track, depth: stack.length });
    if (ph === 'E') slices.push({ ...stack.pop(), to: ts });
  }
  return slices;
};
/**
 * @param {TraceEvent[]} events
 * @param {string} name
 */
const trackNamed = (events, name) => {
  const found = events.find((event) => event.name === 'thread_name' && event.args.name === name);
  return `${found?.pid}/${found?.tid}`;
};

for (const name of scenarios) {
  test(`${name} keeps the format's rules`, () => {
    const { text, session } = exported(textOf(name), 'trace');
    const events = checkedEvents(text);
    const { machine, threads } = session.info();
    const tracks = events.filter((event) => event.name === 'thread_name');
    assert.equal(tracks.length, machine.processors + threads.length);
    // What a processor does covers its time without a gap.
    const slices = slicesOf(events);
    for (let cpu = 0; cpu < machine.processors; cpu++) {
      const track = trackNamed(events, `CPU ${cpu}`);
      const outer = slices.filter((slice) => slice.track === track && slice.depth === 0);
      assert.equal(outer[0].from, 0);
      for (const [i, slice] of outer.entries()) if (i > 0) assert.equal(slice.from, outer[i - 1].to);
      assert.equal(outer.at(-1)?.to, session.end_ns / 1000);
    }
    // Each DPC that ran is a slice of its own.
    const started = Array.from({ length: session.len }, (_, n) => session.record(n)).filter(
      ({ kind }) => kind === 'DpcStarted',
    );
    const dpcs = events.filter(
      ({ ph, cat, args }) => ph === 'B' && cat === 'dpc' && started.some(({ n }) => n === args.record),
    );
    assert.equal(dpcs.length, started.length);
  });
}

test('the packet: from the ISR to its DPC, to the APC and to the thread', () => {
  const events = checkedEvents(exported(textOf('packet-story.irql'), 'trace').text);
  const slices = slicesOf(events);
  const cpu = trackNamed(events, 'CPU 0');
  const reader = trackNamed(events, 'Reader');
  const times = (/** @type {string} */ track, /** @type {string} */ name) =>
    slices.filter((slice) => slice.track === track && slice.name === name).map(({ from, to }) => [from, to]);
  assert.deepEqual(times(cpu, 'NicIsr'), [[20, 22]]);
  assert.deepEqual(times(cpu, 'NicDpc'), [[22, 34]]);
  assert.deepEqual(times(reader, 'OnRead'), [[34, 39]]);
  assert.deepEqual(times(reader, 'SleepEx'), [[5, 39]], 'the service, with the wait and the APC in it');
  const inner = slices.filter(({ track, depth, from, to }) => track === reader && depth > 0 && to > from);
  assert.ok(inner.some(({ name, from, to }) => name === 'Waiting' && from === 5 && to === 34));
  const arrows = events.filter(({ ph }) => ph === 's').map(({ name, ts }) => [name, ts]);
  assert.deepEqual(arrows, [
    ['DPC', 22],
    ['APC', 34],
    ['readies', 34],
    ['APC', 34],
  ]);
  const irql = events
    .filter(({ ph, name }) => ph === 'C' && name === 'CPU 0 IRQL')
    .map(({ ts, args }) => [ts, args.IRQL]);
  assert.ok(irql.some(([ts, level]) => ts === 20 && level === 7));
  const depth = events
    .filter(({ name }) => name === 'CPU 0 DPC queue')
    .map(({ ts, args }) => [ts, args.depth]);
  assert.deepEqual(depth, [
    [22, 1],
    [22, 0],
  ]);
  assert.ok(events.some(({ ph, name, args }) => ph === 'i' && name === 'deferred' && args.text));
});

test('a message and its reply are arrows between threads', () => {
  const events = checkedEvents(exported(textOf('alpc-slow-server.irql'), 'trace').text);
  const ends = (/** @type {string} */ ph, /** @type {string} */ name) => {
    const found = events.find((event) => event.ph === ph && event.name === name);
    return `${found?.pid}/${found?.tid}`;
  };
  assert.equal(ends('s', 'reply'), trackNamed(events, 'Slow'));
  assert.equal(ends('f', 'reply'), trackNamed(events, 'Polite'));
  assert.equal(ends('f', 'message'), trackNamed(events, 'Slow'));
});

test('a DPC for another processor counts in the queue of that one', () => {
  const events = checkedEvents(exported(textOf('ipi-targeted-dpc.irql'), 'trace').text);
  const counted = new Set(
    events.filter(({ ph, name }) => ph === 'C' && / DPC queue$/.test(name)).map(({ name }) => name),
  );
  assert.deepEqual([...counted], ['CPU 1 DPC queue']);
  assert.ok(events.some(({ ph, name }) => ph === 'f' && name === 'IPI'));
});

test('a machine that stops has a global sign, in the words of the record', () => {
  const events = checkedEvents(exported(textOf('wait-in-dpc.irql'), 'trace').text);
  const stops = events.filter(({ ph, s }) => ph === 'i' && s === 'g');
  assert.ok(
    stops.some(({ name }) => name.startsWith('BugChecked ')),
    JSON.stringify(stops),
  );
});

test('names from a stranger stay texts', () => {
  const text = textOf('packet-story.irql').replace(/title "[^"]*"/, 'title "\\"}],</script>\\u2028"');
  checkedEvents(exported(text, 'trace').text);
});

test('JSON Lines has a record a line, and the outcome at the end', () => {
  for (const name of scenarios) {
    const { text, session } = exported(textOf(name), 'jsonl');
    assert.ok(text.endsWith('}\n'));
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(lines.length, session.len + 1);
    for (const [n, line] of lines.slice(0, -1).entries()) {
      const { time, cpu, irql, kind, subject_name, arg, rule, cause, line: place } = session.record(n);
      assert.deepEqual(line, {
        n,
        time_ns: time,
        cpu,
        irql,
        kind,
        subject: subject_name,
        arg,
        rule,
        cause,
        line: place,
      });
    }
    const { outcome, record, holds, fingerprint } = lines.at(-1);
    assert.ok(outcome);
    assert.equal(record, session.outcome().record);
    assert.equal(holds, true);
    assert.equal(fingerprint, session.fingerprint);
  }
});

test('the check of the format notices what is broken', () => {
  const { text } = exported(textOf('packet-story.irql'), 'trace');
  const broken = (/** @type {(events: any[]) => void} */ change) => {
    const file = JSON.parse(text);
    change(file.traceEvents);
    assert.throws(() => checkedEvents(JSON.stringify(file)));
  };
  const index = (/** @type {any[]} */ events, /** @type {string} */ ph) =>
    events.findIndex((event) => event.ph === ph);
  for (const phase of ['E', 'B', 's', 'f', 'M']) broken((events) => events.splice(index(events, phase), 1));
  broken((events) => events.push({ ...events[index(events, 's')] }));
  broken((events) => Object.assign(events[index(events, 'B')], { ts: undefined }));
  broken((events) => Object.assign(events[index(events, 'C')], { ts: 1e9 }));
  broken((events) => Object.assign(events[index(events, 'i')], { s: 'x' }));
  broken((events) => Object.assign(events[index(events, 'f')], { pid: 4, tid: 4 }));
});
