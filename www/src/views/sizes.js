// How large the places are that are drawn by measure. One observer; a change asks for a new picture.

/** @typedef {{ width: number, height: number }} Size */

/** The name of the root itself. */
const whole = 'whole';

export class Sizes {
  /** @type {Map<string, Size>} */
  #sizes = new Map();
  /** @type {Set<Element>} */
  #watched = new Set();

  /** @param {() => void} changed */
  constructor(changed) {
    this.observer = new ResizeObserver((entries) => {
      let news = false;
      for (const { target, contentRect } of entries) {
        const name = /** @type {HTMLElement} */ (target).dataset.size ?? whole;
        const size = { width: Math.round(contentRect.width), height: Math.round(contentRect.height) };
        const before = this.#sizes.get(name);
        if (before?.width === size.width && before.height === size.height) continue;
        this.#sizes.set(name, size);
        news = true;
      }
      if (news) changed();
    });
  }

  /**
   * Watches the root, and every element in it that asks for it with `data-size`.
   * @param {HTMLElement} root
   */
  watch(root) {
    for (const element of [root, ...root.querySelectorAll('[data-size]')]) {
      if (this.#watched.has(element)) continue;
      this.#watched.add(element);
      this.observer.observe(element);
    }
  }

  /** All parts side by side, and none of them scrolls. */
  get wide() {
    return this.of(whole).width >= 1200;
  }

  /** One part at a time. */
  get narrow() {
    return this.of(whole).width < 800;
  }

  /** What there is from top to bottom: of a figure that is as high as it needs to be, the window. */
  get height() {
    return this.wide ? this.of(whole).height : innerHeight;
  }

  /** Watches no more. */
  stop() {
    this.observer.disconnect();
  }

  /**
   * @param {string} name
   * @returns {Size}
   */
  of(name) {
    return this.#sizes.get(name) ?? { width: 0, height: 0 };
  }
}
