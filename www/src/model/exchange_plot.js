// What requests with a reply cost against how much they carried, in the message and by section: rows for a table, lines
// on logarithmic axes, and where the two lines cross. All figures are the run's own. Pure.

/** @import { Exchange } from '../engine/protocol.js' */
/** @typedef {'inline' | 'section'} Carried */
/** Requests of one size: the one that took the middle time. @typedef {{ count: number, time: number, copied: number, record: number }} Cell */
/** @typedef {{ bytes: number, inline: Cell | null, section: Cell | null }} SizeRow */
/** `from`: the last size at which the copy is faster, `null` where it never is; `to`: the first at which the section is; `at`, `time`:
 * where the lines between the two cross. @typedef {{ from: number | null, to: number, at: number, time: number }} Crossing */
/** @typedef {{ x: number, y: number, way: Carried, bytes: number, cell: Cell }} Point */
/** @typedef {{ line: string, points: Point[] }} Line */
/** @typedef {{ x: number, bytes: number }[]} Sizes */
/** @typedef {{ y: number, value: number }[]} Levels */
/** @typedef {{ inline: Line, section: Line, sizes: Sizes, levels: Levels, crossing: { from: number | null, to: number, x: number, y: number } | null }} ExchangePlot */

/** @type {readonly Carried[]} */
export const ways = ['inline', 'section'];

/**
 * A row for each size, the smallest first.
 * @param {Exchange[]} exchanges
 * @returns {SizeRow[]}
 */
export function sizeRows(exchanges) {
  /** @type {Map<number, Record<Carried, Exchange[]>>} */
  const sizes = new Map();
  for (const exchange of exchanges) {
    const row = sizes.get(exchange.bytes) ?? { inline: [], section: [] };
    row[exchange.bySection ? 'section' : 'inline'].push(exchange);
    sizes.set(exchange.bytes, row);
  }
  return [...sizes]
    .sort(([a], [b]) => a - b)
    .map(([bytes, { inline, section }]) => ({ bytes, inline: middle(inline), section: middle(section) }));
}

/**
 * @param {Exchange[]} all
 * @returns {Cell | null}
 */
function middle(all) {
  const sorted = [...all].sort((a, b) => a.time - b.time);
  const found = sorted[Math.floor((sorted.length - 1) / 2)];
  return found ? { count: all.length, time: found.time, copied: found.copied, record: found.record } : null;
}

/**
 * Whether there is anything to compare: both ways, and more than one size.
 * @param {SizeRow[]} rows
 */
export const compares = (rows) =>
  rows.length > 1 && ways.every((way) => rows.some((row) => row[way] !== null));

/**
 * Where the section begins to be faster, among the sizes that went both ways; `null` where it never does.
 * @param {SizeRow[]} rows
 * @returns {Crossing | null}
 */
export function crossing(rows) {
  const both = rows.flatMap(({ bytes, inline, section }) =>
    inline && section ? [{ bytes, inline: inline.time, section: section.time }] : [],
  );
  const n = both.findIndex(({ inline, section }) => section < inline);
  if (n < 0) return null;
  const { bytes, section } = both[n];
  if (n === 0) return { from: null, to: bytes, at: bytes, time: section };
  const before = both[n - 1];
  const apart = (/** @type {typeof before} */ one) => log(one.inline) - log(one.section);
  const share = -apart(before) / (apart(both[n]) - apart(before));
  const between = (/** @type {number} */ a, /** @type {number} */ b) =>
    2 ** (log(a) + share * (log(b) - log(a)));
  return {
    from: before.bytes,
    to: bytes,
    at: between(before.bytes, bytes),
    time: between(before.section, section),
  };
}

/**
 * @param {SizeRow[]} rows
 * @param {'time' | 'copied'} what
 * @param {{ width: number, height: number, left: number }} room  `left`: what the words of the levels take.
 * @returns {ExchangePlot}
 */
export function exchangePlot(rows, what, { width, height, left }) {
  const values = rows.flatMap((row) => ways.flatMap((way) => (row[way] ? [row[way][what]] : [])));
  const [low, high] = [log(Math.min(...values)), log(Math.max(...values))];
  const [small, large] = [log(rows[0].bytes), log(rows[rows.length - 1].bytes)];
  const inset = 6;
  const x = (/** @type {number} */ bytes) =>
    round(left + inset + ((log(bytes) - small) / (large - small || 1)) * (width - left - 2 * inset));
  const y = (/** @type {number} */ value) =>
    round(height - inset - ((log(value) - low) / (high - low || 1)) * (height - 2 * inset));
  const line = (/** @type {Carried} */ way) => {
    const points = rows.flatMap(({ bytes, [way]: cell }) =>
      cell ? [{ x: x(bytes), y: y(cell[what]), way, bytes, cell }] : [],
    );
    return {
      points,
      line: points.map((point, n) => `${n ? 'L' : 'M'}${point.x} ${point.y}`).join(''),
    };
  };
  const cross = what === 'time' ? crossing(rows) : null;
  return {
    inline: line('inline'),
    section: line('section'),
    sizes: spread(small, large, 16, Math.max(2, Math.floor((width - left) / 56))).map((bytes) => ({
      bytes,
      x: x(bytes),
    })),
    levels: spread(low, high, what === 'time' ? 10 : 16, Math.max(2, Math.floor(height / 30))).map(
      (value) => ({
        value,
        y: y(value),
      }),
    ),
    crossing: cross && { from: cross.from, to: cross.to, x: x(cross.at), y: y(cross.time) },
  };
}

/**
 * Powers of a base, or every second, third of them, at most `most`.
 * @param {number} from  A logarithm.
 * @param {number} to
 * @param {number} base
 * @param {number} most
 */
function spread(from, to, base, most) {
  const step = Math.log2(base);
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  const every = Math.max(1, Math.ceil(count / most));
  return Array.from({ length: Math.max(0, Math.ceil(count / every)) }, (_, n) =>
    Math.round(base ** (first + n * every)),
  );
}

/**
 * Nothing at all lies where one does.
 * @param {number} value
 */
const log = (value) => Math.log2(Math.max(1, value));

/** @param {number} value */
const round = (value) => Math.round(value * 10) / 10;
