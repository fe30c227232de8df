// A little memory across reloads that never throws: in a sandboxed frame the very mention of
// localStorage does, and a reader who forbids storage still gets the whole page.

const prefix = 'irql-playground.';

/** @returns {Storage | null} */
function area() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @returns {string | null}
 */
export function remember(key) {
  try {
    return area()?.getItem(prefix + key) ?? null;
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {string | null} value  `null` forgets it.
 */
export function memorize(key, value) {
  try {
    if (value === null) area()?.removeItem(prefix + key);
    else area()?.setItem(prefix + key, value);
  } catch {
    // Denied or full: the page goes on without a memory.
  }
}
