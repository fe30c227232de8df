// Simulated time in words: nanoseconds in, text out. The only place that converts units.

const units = /** @type {const} */ ([
  [1_000_000_000, 's', 3],
  [1_000_000, 'ms', 2],
  [1_000, 'µs', 1],
]);

/**
 * A time or a duration, in the largest unit that keeps it at or above one.
 * @param {number} ns
 */
export function formatTime(ns) {
  if (ns === 0) return '0 µs';
  for (const [size, unit, digits] of units) {
    if (Math.abs(ns) >= size) return `${grouped(ns / size, digits)} ${unit}`;
  }
  return `${Math.round(ns)} ns`;
}

/**
 * A point of time on an axis: as many digits as its spacing asks for.
 * @param {number} ns
 * @param {number} step
 */
export function formatTick(ns, step) {
  const [size, unit] = units.find(([candidate]) => step * 10 >= candidate) ?? units[2];
  const digits = Math.max(0, Math.ceil(-Math.log10(step / size) - 1e-9));
  return `${grouped(ns / size, Math.min(digits, 3))} ${unit}`;
}

/**
 * Ticks of an axis, at 1, 2 or 5 times a power of ten, at most `most` of them.
 * @param {number} from
 * @param {number} to
 * @param {number} most
 * @returns {{ step: number, at: number[] }}
 */
export function ticks(from, to, most) {
  const rough = Math.max((to - from) / Math.max(1, most), 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((size) => size >= rough) ?? rough;
  const at = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) at.push(tick);
  return { step, at };
}

/**
 * @param {number} value
 * @param {number} digits
 */
function grouped(value, digits) {
  const text = value.toFixed(digits);
  const short = text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '.0') : text;
  const [whole, fraction] = short.split('.');
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}
