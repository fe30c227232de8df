// The verdict, the axis and the histograms, from figures written down by hand.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { histogram, loadPaths, percent, timeAxis, verdicts } from '../../src/model/statistics_layout.js';
import { info } from '../fake_engine.js';

const binStarts = [0, ...Array.from({ length: 23 }, (_, n) => Math.ceil((250_000 * 2 ** n) / 16_384))];
const bucketBounds = [250_000, 500_000, 1_000_000, 2_000_000, 4_000_000];

/** @import { Measure, Unfinished } from '../../src/engine/protocol.js' */

/**
 * @param {Measure} measure
 * @param {number} max
 * @param {number | null} ownMax
 * @param {Record<number, number>} bins
 */
function measured(measure, max, ownMax, bins) {
  const all = binStarts.map((_, n) => bins[n] ?? 0);
  const times = { median: max, p99: max, max, total: max, ownMax, ownTotal: ownMax };
  const records = { record: 5, ownRecord: ownMax === null ? null : 6 };
  return {
    measure,
    subject: measure === 'isr' || measure === 'passiveIsr' ? 2 : 0,
    count: 1,
    ...times,
    ...records,
    bins: all,
    buckets: [],
  };
}

/** @param {ReturnType<typeof measured>[]} rows */
const figures = (rows, total = [100, 0, 0, 0], unfinished = /** @type {Unfinished[]} */ ([])) => ({
  rows,
  binStarts,
  bucketBounds,
  guidance: { isr: 25_000, dpc: 100_000 },
  loads: [
    {
      total,
      slices: [
        [5, 5, 0, 0],
        [0, 0, 5, 5],
      ],
      interrupts: [0, 3],
    },
  ],
  threads: [],
  slice: 10,
  end: 100,
  unfinished,
});

test('only a routine’s own time is held against the guidance', () => {
  const interrupted = measured('dpc', 150_000, 90_000, {});
  assert.deepEqual(
    verdicts(figures([interrupted]), info).map(({ kind }) => kind),
    ['good'],
  );
  const slow = measured('isr', 30_000, 26_000, {});
  const [verdict] = verdicts(figures([slow, interrupted]), info);
  assert.deepEqual(
    [verdict.kind, verdict.slots, verdict.times, verdict.record],
    ['over.isr', { name: 'Nic' }, { own: 26_000, limit: 25_000 }, 6],
  );
  assert.equal(verdicts(figures([]), info)[0].kind, 'none');
});

test('the DPC that the run ended in counts with what it has taken so far', () => {
  const open = { measure: /** @type {const} */ ('dpc'), subject: 0, own: 3_500_000, record: 9 };
  const quick = measured('isr', 2_000, 2_000, {});
  const told = verdicts(figures([quick], undefined, [open]), info);
  assert.deepEqual(
    told.map(({ kind, slots, times, record, good }) => [kind, slots, times, record, good]),
    [['unfinished.dpc', { name: 'NicDpc' }, { own: 3_500_000, limit: 100_000 }, 9, false]],
  );
  // Within the guidance so far, it is named as well, and is no good news.
  const short = { ...open, own: 3_000 };
  const threaded = { ...open, measure: /** @type {const} */ ('threadedDpc') };
  assert.deepEqual(
    verdicts(figures([quick], undefined, [short, threaded]), info).map(({ kind, slots, good }) => [
      kind,
      slots,
      good,
    ]),
    [
      ['good', {}, true],
      ['unfinished', { names: 'NicDpc, NicDpc' }, null],
    ],
  );
});

test('routines in threads are not held against the guidance', () => {
  const rows = [measured('threadedDpc', 2e6, 2e6, {}), measured('passiveIsr', 2e6, 2e6, {})];
  assert.deepEqual(
    verdicts(figures(rows), info).map(({ kind }) => kind),
    ['none'],
  );
});

test('a processor that does little else than interrupts and DPCs is told', () => {
  const kinds = verdicts(figures([], [0, 40, 35, 25]), info).map(({ kind, slots }) => [kind, slots]);
  assert.deepEqual(kinds[1], ['storm', { cpu: 0, share: '60.0', threads: '40.0' }]);
  assert.equal(percent(1, 10_000), '<0.1');
  assert.equal(percent(0, 0), '0.0');
});

test('each doubling of time takes as much room on the axis, and the bounds lie between bars', () => {
  const row = measured('dpc', 300_000, 300_000, { 0: 1, 10: 1, 15: 7 });
  const axis = timeAxis(figures([row]), 330);
  const bars = histogram(row, axis, binStarts, 26);
  assert.equal(bars.length, 3);
  const near = (/** @type {number} */ a, /** @type {number} */ b) =>
    assert.ok(Math.abs(a - b) < 0.1, `${a} ${b}`);
  near(bars[2].x, axis.bounds[0].x);
  near(axis.x(500_000) - axis.x(250_000), axis.column);
  near(bars[1].height * 3, bars[2].height);
  assert.equal(bars[0].x, 0);
  assert.ok(axis.bounds.every(({ x }) => x > 0 && x <= 330));
});

test('whatever a run measured, its bars fit the width', () => {
  for (const bins of [{ 1: 1 }, { 23: 4 }, { 0: 1, 3: 2, 22: 9 }]) {
    const row = measured('isr', 1, 1, bins);
    const axis = timeAxis(figures([row]), 330);
    for (const { x, width } of histogram(row, axis, binStarts, 26)) assert.ok(x >= 0 && x + width <= 330.01);
  }
});

test('the shares of a slice are stacked, and idleness is what is left', () => {
  const [load] = figures([]).loads;
  const { areas, line } = loadPaths(load, 50, 100, 3, { width: 100, height: 10 });
  assert.deepEqual(areas, [
    { what: 'thread', path: 'M0 5H50L50 10H100L100 10H50L50 10H0Z' },
    { what: 'dpc', path: 'M0 5H50L50 5H100L100 10H50L50 5H0Z' },
    { what: 'isr', path: 'M0 5H50L50 0H100L100 5H50L50 5H0Z' },
  ]);
  assert.equal(line, 'M25 9L75 1');
});
