// What is different between two outputs of the same commands: lines that are new, lines that are gone, and in the
// others the cells whose text is another. Pure.

import { padded } from './lines.js';

/** @import { Cell, Line } from './lines.js' */
/** @typedef {{ key: string, cells: (Cell & { changed: boolean })[], change: 'same' | 'changed' | 'new' | 'gone' }} MarkedLine */

/**
 * @param {Line[] | null} before  `null` marks nothing.
 * @param {Line[]} after
 * @returns {MarkedLine[]} what is gone stands where it was
 */
export function marked(before, after) {
  const known = new Map((before ?? []).map((line) => [line.key, line]));
  const kept = new Set(after.map(({ key }) => key));
  /** @type {MarkedLine[]} */
  const out = after.map((line) => {
    const old = known.get(line.key);
    if (!before) return all(line, 'same', false);
    if (!old) return all(line, 'new', true);
    const cells = line.cells.map((cell, i) => ({ ...cell, changed: !alike(cell, old.cells[i]) }));
    const isSame = cells.length === old.cells.length && cells.every(({ changed }) => !changed);
    return { key: line.key, cells, change: isSame ? 'same' : 'changed' };
  });
  for (const [i, line] of (before ?? []).entries()) {
    if (kept.has(line.key)) continue;
    // Whatever stood above it is there still, or was just put back.
    const at = out.findIndex(({ key }) => key === before?.[i - 1]?.key) + 1;
    out.splice(at, 0, all({ ...line, cells: line.cells.map(withoutLinks) }, 'gone', false));
  }
  return out;
}

/**
 * @param {Line} line
 * @param {MarkedLine['change']} change
 * @param {boolean} changed
 * @returns {MarkedLine}
 */
const all = ({ key, cells }, change, changed) => ({
  key,
  cells: cells.map((cell) => ({ ...cell, changed: changed && cell.text.trim() !== '' })),
  change,
});

/**
 * @param {Cell} a
 * @param {Cell | undefined} b
 */
const alike = (a, b) => b !== undefined && padded(a).join('').trim() === padded(b).join('').trim();

/**
 * @param {Cell} cell
 * @returns {Cell}
 */
const withoutLinks = ({ text, width }) => ({ text, ...(width === undefined ? {} : { width }) });
