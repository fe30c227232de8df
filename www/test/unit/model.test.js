// The pure parts of the model: pacing, the view of time, the rows of the log, times in words, memory.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memory } from '../../src/base/storage.js';
import { formatTick, formatTime, ticks } from '../../src/base/time_format.js';
import { fallback } from '../../src/messages/index.js';
import { listHeight, scrollToRow, visibleRows } from '../../src/model/log_window.js';
import { advanceClock, beat, perFrame } from '../../src/model/pacing.js';
import { sentence } from '../../src/model/sentence.js';
import { fit, follow, pan, zoom } from '../../src/model/viewport.js';
import { catalogue, info, record } from '../fake_engine.js';

const { memorize, remember } = memory;

test('a beat lasts 700 to 1000 ms at speed 1, longer for longer sentences', () => {
  assert.equal(beat(10, 1), 700);
  assert.ok(beat(80, 1) > 700);
  assert.equal(beat(500, 1), 1000);
  assert.equal(beat(500, 4), 250);
});

test('no beat is shorter than a frame: several steps go by in one', () => {
  assert.deepEqual(perFrame(100), { steps: 1, ms: 100 });
  const { steps, ms } = perFrame(2);
  assert.equal(steps, 8);
  assert.equal(ms, 16);
});

test('true to time, the clock runs on evenly while something happens soon', () => {
  const { clock, skipped } = advanceClock(1_000, 100, 1, 5_000);
  assert.equal(clock, 3_000);
  assert.equal(skipped, 0);
});

test('true to time, idle time is skipped and told', () => {
  const { clock, skipped } = advanceClock(0, 16, 1, 15_625_000);
  assert.ok(clock < 15_625_000 && clock > 15_000_000);
  assert.equal(skipped, clock);
});

test('zooming keeps the place under the pointer, and never leaves the run', () => {
  const span = zoom({ from: 0, to: 1_000 }, 0.5, 250, 10_000);
  assert.deepEqual(span, { from: 125, to: 625 });
  assert.deepEqual(zoom(span, 1e9, 300, 10_000), fit(10_000));
  assert.equal(pan({ from: 0, to: 100 }, -5, 1_000).from, 0);
  assert.ok(follow({ from: 0, to: 100 }, 500, 1_000).to > 500);
});

test('the log has rows around what is in sight, to its very end', () => {
  const total = 1_000_000;
  const list = { total, rowHeight: 50, height: 500, scrollTop: listHeight(total, 50) - 500 };
  const { from, count } = visibleRows(list);
  assert.equal(from + count, total);
  assert.ok(count < 60);
  assert.equal(visibleRows({ ...list, scrollTop: 0 }).from, 0);
  assert.equal(scrollToRow(0, { ...list, scrollTop: 0 }), null);
  assert.ok((scrollToRow(500_000, { ...list, scrollTop: 0 }) ?? 0) > 0);
});

test('times read in the unit that fits', () => {
  assert.equal(formatTime(0), '0 µs');
  assert.equal(formatTime(850), '850 ns');
  assert.equal(formatTime(12_500), '12.5 µs');
  assert.equal(formatTime(20_000), '20.0 µs');
  assert.equal(formatTime(15_625_000), '15.63 ms');
  assert.equal(formatTick(30_000, 10_000), '30 µs');
  assert.deepEqual(ticks(0, 100, 5).at, [0, 20, 40, 60, 80, 100]);
});

test('a record becomes its sentence', () => {
  const engine = /** @type {any} */ (catalogue());
  const context = { messages: fallback, lang: 'en', engine, info: /** @type {any} */ (info) };
  assert.equal(sentence(record(1), context), 'CPU 0 was idle; now it runs Reader.');
  assert.equal(sentence(record(2), { ...context }), ' works for 5.0 µs.');
  assert.match(sentence(record(5), context), /takes the interrupt of Nic: its IRQL rises from 0 to 7/);
  // The reason for a drain, or against one, is a second sentence; the low byte of the argument is the processor.
  const told = { kind: 'DpcRequestSpared', subject_name: 'NicDpc', arg: 0x0b01, arg_name: 'IdlePolls' };
  const kinds = [{ name: 'DpcRequestSpared', arg: 'Target', subject: 'Dpc', importance: 1 }];
  assert.equal(
    sentence({ ...record(1), ...told }, { ...context, engine: { ...engine, kinds } }),
    'CPU 1 is not asked to drain its queue for NicDpc. ' +
      'That processor is idle and awake: its idle loop finds NicDpc by itself.',
  );
});

test('without storage the page forgets, and nothing throws', () => {
  assert.equal(remember('text'), null);
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    get() {
      throw new Error('SecurityError');
    },
  });
  memorize('text', 'x');
  assert.equal(remember('text'), null);
});
