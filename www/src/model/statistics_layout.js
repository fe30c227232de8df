// A run's figures as pictures and as a verdict: histograms on a logarithmic axis of time, what the processors'
// time went to along the run. Pure.

/** @import { Load, Measure, Measured, SessionInfo, Statistics } from '../engine/protocol.js' */
/** @typedef {{ kind: string, slots: Record<string, string | number>, times: Record<string, number>, record: number | null, good: boolean | null }} Verdict
 *   `times` are slots too, in nanoseconds. `good`: null of what is neither good nor bad. */
/** @typedef {{ x: number, width: number, height: number, count: number, from: number, to: number | null }} Bar */

/** Bins below this one, the last under a microsecond, are left out when nothing falls into them. */
const firstBin = 7;
/** The axis reaches past LatencyMon's last bound even when everything is shorter. */
const lastBin = 20;
/** From this share of a processor's time on, interrupts and DPCs are told as a storm. */
const storm = 0.5;

/** Of what class the routine is that something is measured of. */
const classOf = {
  isr: 'Interrupt',
  passiveIsr: 'Interrupt',
  toIsr: 'Interrupt',
  dpc: 'Dpc',
  threadedDpc: 'Dpc',
  toDpc: 'Dpc',
  toThread: 'Thread',
};

/**
 * The guidance for a measure. It is for what holds up a processor at its level, so routines that run in threads have none.
 * @param {Statistics} figures
 * @param {Measure} measure
 */
export const guidanceOf = ({ guidance }, measure) =>
  measure === 'isr' || measure === 'dpc' ? guidance[measure] : Number.POSITIVE_INFINITY;

/**
 * @param {{ measure: Measure, subject: number }} row
 * @param {SessionInfo} info
 */
export const nameOf = (row, info) => info.names[classOf[row.measure]]?.[row.subject] ?? `${row.subject}`;

/**
 * What the figures say in sentences: who exceeds the guidance, or that nobody does.
 * @param {Statistics} figures
 * @param {SessionInfo} info
 * @returns {Verdict[]}
 */
export function verdicts(figures, info) {
  /** @type {Verdict[]} */
  const said = [];
  const { guidance, rows, loads, unfinished } = figures;
  for (const row of rows) {
    const limit = guidanceOf(figures, row.measure);
    if (row.ownMax === null || row.ownMax <= limit) continue;
    said.push({
      kind: `over.${row.measure}`,
      slots: { name: nameOf(row, info) },
      times: { own: row.ownMax, limit },
      record: row.ownRecord,
      good: false,
    });
  }
  const [over, within] = [true, false].map((is) =>
    unfinished.filter(({ measure, own }) => own > guidanceOf(figures, measure) === is),
  );
  for (const open of over) {
    said.push({
      kind: `unfinished.${open.measure}`,
      slots: { name: nameOf(open, info) },
      times: { own: open.own, limit: guidanceOf(figures, open.measure) },
      record: open.record,
      good: false,
    });
  }
  const ran = rows.some(({ measure }) => measure === 'isr' || measure === 'dpc');
  if (!said.length)
    said.push({
      kind: ran ? 'good' : 'none',
      slots: {},
      times: { ...guidance },
      record: null,
      good: true,
    });
  loads.forEach(({ total: [, thread, dpc, isr] }, cpu) => {
    if (!figures.end || (dpc + isr) / figures.end < storm) return;
    const slots = { cpu, share: percent(dpc + isr, figures.end), threads: percent(thread, figures.end) };
    said.push({ kind: 'storm', slots, times: {}, record: null, good: false });
  });
  if (within.length)
    said.push({
      kind: 'unfinished',
      slots: { names: within.map((open) => nameOf(open, info)).join(', ') },
      times: {},
      record: within[0].record,
      good: null,
    });
  return said;
}

/**
 * @param {number} part
 * @param {number} whole
 */
export function percent(part, whole) {
  const share = whole ? (part / whole) * 100 : 0;
  return share > 0 && share < 0.1 ? '<0.1' : share.toFixed(1);
}

/**
 * The axis that all histograms of a run share: which bins, and where each bin, time and bound is.
 * @param {Statistics} figures
 * @param {number} width
 */
export function timeAxis({ rows, binStarts, bucketBounds }, width) {
  const used = (/** @type {number} */ n) => rows.some(({ bins }) => bins[n] > 0);
  let first = firstBin;
  while (first > 1 && binStarts.some((_, n) => n > 0 && n < first && used(n))) first--;
  let last = lastBin;
  for (let n = last; n < binStarts.length; n++) if (used(n)) last = n;
  // One column for what takes no time at all, a gap, then one for each bin.
  const columns = last - first + 1;
  const column = width / (columns + 1.5);
  const start = column * 1.5;
  const x = (/** @type {number} */ ns) => {
    const origin = binStarts[first];
    if (ns < binStarts[1]) return column / 2;
    return start + Math.max(0, Math.log2(ns / origin)) * column;
  };
  const bounds = bucketBounds.map((ns) => ({ ns, x: x(ns) }));
  const decades = [1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8]
    .filter((ns) => ns >= binStarts[first] && x(ns) <= width)
    .map((ns) => ({ ns, x: x(ns) }));
  return { first, last, column, start, x, bounds, decades };
}

/**
 * The bars of one histogram. Their heights are logarithms, so that a single outlier is seen beside thousands.
 * @param {Measured} row
 * @param {ReturnType<typeof timeAxis>} axis
 * @param {number[]} binStarts
 * @param {number} height
 * @returns {Bar[]}
 */
export function histogram({ bins }, axis, binStarts, height) {
  const most = Math.log2(1 + Math.max(...bins));
  const { first, column, start } = axis;
  return bins.flatMap((count, n) => {
    if (!count) return [];
    const x = n === 0 ? 0 : start + (n - first) * column;
    const tall = Math.max(3, (Math.log2(1 + count) / most) * height);
    return [{ x, width: column, height: tall, count, from: binStarts[n], to: binStarts[n + 1] ?? null }];
  });
}

/** What lies on what, from the bottom; numbers are places in `Load.total`. */
export const stack = /** @type {const} */ ([
  ['thread', 1],
  ['dpc', 2],
  ['isr', 3],
]);

/**
 * One processor's time along the run as outlines to fill, one for each use but idleness, and the interrupts as a line.
 * @param {Load} load
 * @param {number} slice  How long a slice is.
 * @param {number} end  When the run ended.
 * @param {number} most  Interrupts at the top of the line's scale.
 * @param {{ width: number, height: number }} size
 */
export function loadPaths(load, slice, end, most, { width, height }) {
  const x = (/** @type {number} */ n) => round((Math.min(n * slice, end) / end) * width);
  const under = load.slices.map(() => 0);
  const areas = stack.map(([what, place]) => {
    const floor = [...under];
    load.slices.forEach((spent, n) => {
      const whole = spent[0] + spent[1] + spent[2] + spent[3];
      if (whole) under[n] += spent[place] / whole;
    });
    const y = (/** @type {number} */ share) => round(height - share * height);
    const top = under.map((share, n) => `${x(n)} ${y(share)}H${x(n + 1)}`).join('L');
    const bottom = floor.map((share, n) => `${x(n + 1)} ${y(share)}H${x(n)}`);
    return { what, path: `M${top}L${bottom.reverse().join('L')}Z` };
  });
  const line = load.interrupts
    .map(
      (count, n) =>
        `${round((x(n) + x(n + 1)) / 2)} ${round(height - (count / Math.max(1, most)) * (height - 2) - 1)}`,
    )
    .join('L');
  return { areas, line: `M${line}` };
}

/** @param {number} value */
const round = (value) => Math.round(value * 10) / 10;
