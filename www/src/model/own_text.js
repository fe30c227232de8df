// The reader's own text: what was written or opened here and is no shipped scenario. It is remembered across
// reloads, and when something takes its place it is kept, so that no work is lost.

/** @import { Memory } from '../base/storage.js' */

/** `seed` in place of the text's own; `scenario` is the id of the one that it was made from, empty for none.
 * @typedef {{ text: string, scenario: string, seed: number | null }} Own */

/** So many texts that others took the place of are kept. */
const mostKept = 8;

export class OwnText {
  /** The present one. @type {Own | null} */
  now;
  /** Those before it, the latest first. @type {Own[]} */
  #kept;

  /** @param {Memory} memory */
  constructor(memory) {
    const { remember } = memory;
    this.memory = memory;
    const text = remember('text');
    const seed = whole(remember('seed'));
    this.now = text === null ? null : { text, scenario: remember('scenario') ?? '', seed };
    this.#kept = readKept(remember('kept'));
  }

  /** Whether there is one to bring back. */
  get hasKept() {
    return this.#kept.length > 0;
  }

  /** @param {Own} own  What the reader has by now of the same text. */
  write(own) {
    this.now = own;
    this.memory.memorize('text', own.text);
    this.memory.memorize('scenario', own.scenario);
    this.memory.memorize('seed', own.seed === null ? null : String(own.seed));
  }

  /**
   * Something takes the place of the present text, which is kept.
   * @param {string} scenario  The id of the one that is there now.
   * @returns {boolean} whether there was a text to keep
   */
  replace(scenario) {
    const before = this.now;
    this.now = null;
    this.memory.memorize('text', null);
    this.memory.memorize('seed', null);
    this.memory.memorize('scenario', scenario);
    if (before === null) return false;
    this.#keep([before, ...this.#kept.filter(({ text }) => text !== before.text)]);
    return true;
  }

  /**
   * Takes back the latest of the texts that were kept; the present one, if any, is kept in its place.
   * @returns {Own | null}
   */
  takeBack() {
    const [back, ...others] = this.#kept;
    if (!back) return null;
    this.#keep(others);
    this.replace(back.scenario);
    this.write(back);
    return back;
  }

  /** @param {Own[]} texts */
  #keep(texts) {
    this.#kept = texts.slice(0, mostKept);
    this.memory.memorize('kept', this.#kept.length ? JSON.stringify(this.#kept) : null);
  }
}

/** @param {string | null} digits */
const whole = (digits) => (digits !== null && /^\d{1,16}$/.test(digits) ? Number(digits) : null);

/**
 * What an earlier version of the page, or the reader's own hand, left there may be anything.
 * @param {string | null} stored
 * @returns {Own[]}
 */
function readKept(stored) {
  try {
    const texts = JSON.parse(stored ?? '[]');
    return texts.filter(
      (/** @type {any} */ own) => typeof own?.text === 'string' && typeof own.scenario === 'string',
    );
  } catch {
    return [];
  }
}
