// What messages cost along a run, as a picture: kernel memory held as an area, bytes copied as a line, the latencies of
// replies as marks. Each has a scale of its own. Pure.

/** @import { Traffic } from '../engine/protocol.js' */
/** @typedef {{ x: number, y: number, latency: number, record: number }} Mark */
/** `end`: the time at the right edge. @typedef {{ held: string, copied: string, marks: Mark[], end: number, most: number, all: number,
 *   longest: number | null }} TrafficPlot */

/**
 * @param {Traffic} traffic
 * @param {{ width: number, height: number }} size
 * @returns {TrafficPlot | null} `null` when no record tells of messages
 */
export function trafficPlot({ slices, slice }, { width, height }) {
  const last = slices.at(-1);
  if (!last) return null;
  const most = Math.max(...slices.map((each) => each.most));
  const longest = slices.reduce((found, { latency }) => Math.max(found, latency ?? -1), -1);
  const x = (/** @type {number} */ n) => round((n / slices.length) * width);
  const y = (/** @type {number} */ share) => round(height - share * (height - 2));
  const held = slices.map((each, n) => `V${y(each.most / Math.max(1, most))}H${x(n + 1)}`).join('');
  const copied = slices
    .map((each, n) => `V${y(each.copied / Math.max(1, last.copied))}H${x(n + 1)}`)
    .join('');
  return {
    held: `M0 ${height}${held}V${height}Z`,
    copied: `M0 ${height}${copied}`,
    marks: slices.flatMap(({ latency, record }, n) =>
      latency === null ? [] : [{ x: x(n + 0.5), y: y(longest ? latency / longest : 1), latency, record }],
    ),
    end: slice * slices.length,
    most,
    all: last.copied,
    longest: longest < 0 ? null : longest,
  };
}

/**
 * The slice of a time.
 * @param {Traffic} traffic
 * @param {number} time
 */
export const sliceAt = ({ slices, slice }, time) =>
  slices[Math.min(slices.length - 1, Math.floor(time / Math.max(1, slice)))];

/** @param {number} value */
const round = (value) => Math.round(value * 10) / 10;
