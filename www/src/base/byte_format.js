// Amounts of memory in words: bytes in, text out.

const units = /** @type {const} */ ([
  [1 << 30, 'GB'],
  [1 << 20, 'MB'],
  [1 << 10, 'KB'],
]);

/**
 * In the largest unit that keeps it at or above one, with a decimal where it is not a whole number of them.
 * @param {number} bytes
 */
export function formatBytes(bytes) {
  for (const [size, unit] of units) {
    if (bytes >= size) return `${Number((bytes / size).toFixed(1))} ${unit}`;
  }
  return `${bytes} B`;
}
