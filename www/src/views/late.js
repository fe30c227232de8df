// A part of the page whose module is loaded when it is first wanted: most readers look at the rest before.

/** @template T */
export class Late {
  /**
   * The part, once it is there.
   * @type {T | null}
   */
  part = null;
  #loading = false;

  /**
   * @param {() => Promise<T>} load
   * @param {() => void} changed
   * @param {() => Promise<unknown>} [dress]  Puts on what it looks like.
   */
  constructor(load, changed, dress = async () => {}) {
    this.load = load;
    this.changed = changed;
    this.dress = dress;
  }

  /** Asks for it; a module that could not be fetched is asked for again with the next picture. */
  async want() {
    if (this.part || this.#loading) return;
    this.#loading = true;
    try {
      const [part] = await Promise.all([this.load(), this.dress()]);
      this.part = part;
      this.changed();
    } catch {
      // Offline, it may be: the page goes on without this part.
    } finally {
      this.#loading = false;
    }
  }
}
