// Copying against mapping by size: the rows, where the lines cross, and that all points lie on the picture.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTraffic } from '../../src/engine/statistics.js';
import { compares, crossing, exchangePlot, sizeRows } from '../../src/model/exchange_plot.js';

/** @type {(bytes: number, bySection: boolean, time: number, copied?: number, record?: number) => import('../../src/engine/protocol.js').Exchange} */
const exchange = (bytes, bySection, time, copied = 0, record = 0) => ({
  bytes,
  bySection,
  time,
  copied,
  record,
});

const exchanges = [
  exchange(1024, false, 1000, 2048, 10),
  exchange(1024, true, 4000, 32, 20),
  exchange(4096, true, 4000, 32, 40),
  exchange(4096, false, 16_000, 8192, 30),
  exchange(1024, false, 3000, 2048, 11),
  exchange(1024, false, 2000, 2048, 12),
  exchange(1 << 20, true, 9000, 32, 50),
];

test('a row for each size has the middle time of each way', () => {
  const rows = sizeRows(exchanges);
  assert.deepEqual(
    rows.map(({ bytes, inline, section }) => [bytes, inline?.time, inline?.count, section?.record]),
    [
      [1024, 2000, 3, 20],
      [4096, 16_000, 1, 40],
      [1 << 20, undefined, undefined, 50],
    ],
  );
  assert.ok(compares(rows));
  assert.ok(!compares(sizeRows(exchanges.slice(0, 2))), 'one size is no comparison');
  assert.ok(!compares(sizeRows(exchanges.filter(({ bySection }) => bySection))));
});

test('the lines cross between the last size that is faster copied and the first that is faster by section', () => {
  const found = crossing(sizeRows(exchanges));
  assert.ok(found);
  // 2:1 at 1 KB, 1:4 at 4 KB: a third of the way on logarithmic axes.
  assert.deepEqual([found.from, found.to, found.time], [1024, 4096, 4000]);
  assert.ok(Math.abs(found.at - 1024 * 4 ** (1 / 3)) < 1e-6);
  // Dearer mapping moves it.
  const dearer = exchanges.map((each) => (each.bySection ? { ...each, time: each.time + 9000 } : each));
  assert.ok((crossing(sizeRows(dearer))?.at ?? 0) > found.at);
  assert.equal(crossing(sizeRows([exchange(64, false, 5), exchange(64, true, 9)])), null);
  assert.deepEqual(crossing(sizeRows([exchange(64, false, 9), exchange(64, true, 5)]))?.from, null);
});

test('all points and words lie on the picture, and where the lines cross one point lies on both', () => {
  const size = { width: 300, height: 150, left: 50 };
  for (const what of /** @type {const} */ (['time', 'copied'])) {
    const plot = exchangePlot(sizeRows(exchanges), what, size);
    for (const { x, y } of [...plot.inline.points, ...plot.section.points])
      assert.ok(x >= 50 && x <= 300 && y >= 0 && y <= 150);
    for (const { x } of plot.sizes) assert.ok(x >= 50 && x <= 300);
    for (const { y } of plot.levels) assert.ok(y >= 0 && y <= 150);
    assert.equal(plot.crossing !== null, what === 'time');
  }
  const { inline, section, crossing: cross } = exchangePlot(sizeRows(exchanges), 'time', size);
  assert.ok(cross && cross.x > inline.points[0].x && cross.x < inline.points[1].x);
  assert.equal(cross.y, section.points[0].y);
  assert.equal(inline.line.match(/[ML]/g)?.length, 2);
  const free = exchangePlot(sizeRows([exchange(64, false, 0), exchange(64, true, 0)]), 'time', size);
  assert.ok(free.inline.points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)));
});

test('the engine’s columns become requests', () => {
  const column = (/** @type {number[]} */ ...all) => Float64Array.from(all);
  const told = {
    ...{ held: column(), most_held: column(), copied: column(), latency: column(), record: column() },
    ...{ exchange_bytes: column(64, 128), exchange_by_section: column(0, 1), exchange_time: column(5, 6) },
    ...{ exchange_copied: column(128, 32), exchange_record: column(7, 8), slice: 1 },
  };
  assert.deepEqual(readTraffic(told).exchanges, [
    exchange(64, false, 5, 128, 7),
    exchange(128, true, 6, 32, 8),
  ]);
});
