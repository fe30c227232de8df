// The bars of the timeline against the states of the engine: whoever looks at a moment finds the same name in both.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { barsOf } from '../../src/engine/bars.js';
import { catalogue, sessionOf } from '../real_engine.js';

/** @type {{ name: string }[]} */
const kindsOfEngine = catalogue().kinds;
const kinds = kindsOfEngine.map(({ name }) => name);
const begins = ['IsrEntered', 'DpcStarted'];

/** @param {string} name */
const textOf = (name) => readFileSync(join(import.meta.dirname, `../../../scenarios/${name}.irql`), 'utf8');

/**
 * The innermost ISR or DPC on each processor after a record.
 * @param {any} session
 * @param {number} n
 * @returns {string[]}
 */
function running(session, n) {
  session.seek(n);
  const names = session.info().names.Dpc ?? [];
  return session.state().processors.map((/** @type {any} */ { frames }) => {
    const frame = frames.filter(({ kind }) => kind === 'isr' || kind === 'dpc').at(-1);
    return frame?.kind === 'dpc' ? names[frame.object] : (frame?.name ?? '');
  });
}

/**
 * The names of the bars of a processor, one after the other.
 * @param {string} text
 */
function names(text, cpu = 0) {
  const session = sessionOf(text);
  return barsOf(session, 0, session.end_ns, kinds)
    .filter((bar) => bar.cpu === cpu)
    .map(({ irql, name }) => `${irql} ${name}`);
}

for (const scenario of [
  'isr-and-dpc',
  'dpc-too-long',
  'isr-dpc-thread',
  'threaded-dpc',
  'packet-story',
  'ipi-targeted-dpc',
  'nested-interrupts',
  'passive-interrupt',
]) {
  test(`whatever stretch of ${scenario} is on show, its bars bear the names of what runs`, () => {
    const session = sessionOf(textOf(scenario));
    const count = Math.min(session.len, 700);
    const { time, kind } = session.records(0, session.len);
    let compared = 0;
    for (let n = 0; n < count - 1; n++) {
      // The last record of an instant; a routine that has just begun has no frame in the state yet.
      if (time[n + 1] === time[n] || begins.includes(kinds[kind[n]])) continue;
      const expected = running(session, n);
      for (const [from, to] of [
        [time[n], time[n + 1]],
        [(time[n] + time[n + 1]) / 2, time[n + 1]],
        [time[Math.max(0, n - 120)], time[n + 1]],
      ]) {
        const bars = barsOf(session, from, to, kinds);
        for (const [cpu, name] of expected.entries()) {
          const bar = bars.findLast((one) => one.cpu === cpu);
          assert.equal(bar?.name, name, `record ${n}, CPU ${cpu}, from ${from} to ${to}`);
          compared++;
        }
      }
    }
    assert.ok(compared > 8);
  });
}

test('a DPC has its name again after an interrupt, and in a level of its own', () => {
  assert.deepEqual(
    names(`machine { processors: 1; } isr I { KeInsertQueueDpc(D); } device Nic { irql: 5; isr: I; }
      isr J { work 2us; } device Keyboard { irql: 8; isr: J; }
      dpc D { work 10us; KeRaiseIrql(4, o); work 5us; KeLowerIrql(o); work 5us; }
      thread Worker { work 50us; } at 5us interrupt Nic; at 8us interrupt Keyboard;`),
    ['0 ', '2 D', '8 J', '2 D', '4 D', '2 D', '0 '],
  );
});

test('an ISR has its name again after another has interrupted it', () => {
  assert.deepEqual(
    names(`machine { processors: 1; } isr I { work 9us; } device Nic { irql: 5; isr: I; } isr J { work 2us; }
      device Fast { irql: 8; isr: J; } thread T { work 20us; } at 5us interrupt Nic; at 8us interrupt Fast;`),
    ['0 ', '5 I', '8 J', '5 I', '0 '],
  );
});

test('a threaded DPC has its name again after an ordinary one has come before it', () => {
  assert.deepEqual(
    names(`machine { processors: 1; } dpc Threaded (type: threaded) { work 9us; } dpc D { work 2us; }
      isr I { work 1us; KeInsertQueueDpc(D); } device Nic { irql: 5; isr: I; }
      system thread T { KeInsertQueueDpc(Threaded); work 20us; } at 5us interrupt Nic;`),
    ['0 Threaded', '5 I', '2 D', '0 Threaded', '0 '],
  );
});
