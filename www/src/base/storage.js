// A little memory across reloads that never throws: in a sandboxed frame the very mention of
// localStorage does, and a reader who forbids storage still gets the whole page. A figure in somebody's article has
// no memory at all.

/** @typedef {{ remember: (key: string) => string | null, memorize: (key: string, value: string | null) => void }} Memory */

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
function remember(key) {
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
function memorize(key, value) {
  try {
    if (value === null) area()?.removeItem(prefix + key);
    else area()?.setItem(prefix + key, value);
  } catch {
    // Denied or full: the page goes on without a memory.
  }
}

/** What the page remembers. @type {Memory} */
export const memory = { remember, memorize };

/** What a figure does. @type {Memory} */
export const noMemory = { remember: () => null, memorize: () => {} };
