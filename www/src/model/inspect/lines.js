// What an inspector prints: lines of cells in a monospaced type, some of them links. Pure, and without a word
// about kernels.

/** `to`: the command that a click runs. `line`: the line of the scenario that it leads to. `hint`: told on hover.
 * `width`: characters that it takes at least; below zero, it stands at the right of them.
 * @typedef {{ text: string, to?: string, line?: number, hint?: string, width?: number }} Cell */
/** `key` stays the same as long as the line tells of the same thing, so that a change of its text shows.
 * @typedef {{ key: string, cells: Cell[] }} Line */

/**
 * @param {string} key
 * @param {(Cell | string)[]} cells
 * @returns {Line}
 */
export const line = (key, ...cells) => ({
  key,
  cells: cells.map((cell) => (typeof cell === 'string' ? { text: cell } : cell)),
});

/**
 * @param {Cell | string} cell
 * @param {number} width
 * @returns {Cell}
 */
export const wide = (cell, width) => ({ ...(typeof cell === 'string' ? { text: cell } : cell), width });

/**
 * A cell's text with the spaces before and after it.
 * @param {Cell} cell
 * @returns {[before: string, text: string, after: string]}
 */
export function padded({ text, width = 0 }) {
  const missing = ' '.repeat(Math.max(0, Math.abs(width) - text.length));
  return width < 0 ? [missing, text, ''] : ['', text, missing];
}

/** @param {Line} line */
export const textOf = ({ cells }) =>
  cells
    .map((cell) => padded(cell).join(''))
    .join('')
    .trimEnd();

/**
 * A number as `dt` prints it: up to nine as it is, above in hexadecimal.
 * @param {number} value
 * @returns {string}
 */
export function hex(value) {
  if (value < 0) return `-${hex(-value)}`;
  return value < 10 ? `${value}` : `0x${value.toString(16)}`;
}

/**
 * What code has passed on: an object's name as it is, or a number.
 * @param {string} value
 */
export const passedOn = (value) => (Number.isNaN(Number(value)) ? value : hex(Number(value)));

/**
 * A 32-bit number with all its digits.
 * @param {number} value
 */
export const hex8 = (value) => (value >>> 0).toString(16).padStart(8, '0');

/**
 * A bit for each processor, as 64 bits.
 * @param {number[]} processors
 */
export const hex16 = (processors) =>
  processors
    .reduce((mask, cpu) => mask | (1n << BigInt(cpu)), 0n)
    .toString(16)
    .padStart(16, '0');
