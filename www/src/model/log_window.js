// Which rows of a long list are worth having: the ones in sight and a few around them. Pure.

/** Browsers cannot lay out an element of any height; beyond this the scroll bar moves in larger steps. */
const tallest = 8_000_000;
const spare = 12;

/**
 * @param {number} total
 * @param {number} rowHeight
 */
export function listHeight(total, rowHeight) {
  return Math.min(total * rowHeight, tallest);
}

/**
 * @param {{ total: number, rowHeight: number, scrollTop: number, height: number }} list
 * @returns {{ from: number, count: number, top: number }} `top`: where the first of them is drawn.
 */
export function visibleRows({ total, rowHeight, scrollTop, height }) {
  const full = listHeight(total, rowHeight);
  const inSight = Math.ceil(height / rowHeight) + 1;
  const share = full > height ? scrollTop / (full - height) : 0;
  const first = Math.floor(share * Math.max(0, total - inSight + 1));
  const from = Math.max(0, first - spare);
  const count = Math.min(total - from, inSight + 2 * spare);
  const top = full < total * rowHeight ? scrollTop - (first - from) * rowHeight : from * rowHeight;
  return { from, count, top: Math.max(0, top) };
}

/**
 * Where to scroll so that a row is in sight; `null` when it is already.
 * @param {number} row
 * @param {{ total: number, rowHeight: number, scrollTop: number, height: number }} list
 */
export function scrollToRow(row, list) {
  const { total, rowHeight, scrollTop, height } = list;
  const full = listHeight(total, rowHeight);
  const inSight = height / rowHeight;
  const share = full > height ? scrollTop / (full - height) : 0;
  const first = share * Math.max(0, total - inSight);
  if (row >= first && row + 1 <= first + inSight) return null;
  const wanted = Math.min(Math.max(0, row - inSight / 2), Math.max(0, total - inSight));
  return total > inSight ? (wanted / (total - inSight)) * (full - height) : 0;
}
