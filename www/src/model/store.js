// The page's one piece of state, and who wants to hear that it changed. Knows nothing of what is in it.

/** @template {object} T */
export class Store {
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /** @param {T} state */
  constructor(state) {
    this.state = state;
  }

  /** @param {Partial<T>} change */
  set(change) {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener();
  }

  /**
   * @param {() => void} listener
   * @returns {() => void} ends it
   */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
