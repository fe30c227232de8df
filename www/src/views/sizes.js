// How large the places are that are drawn by measure. One observer; a change asks for a new picture.

/** @typedef {{ width: number, height: number }} Size */

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
        const name = /** @type {HTMLElement} */ (target).dataset.size ?? '';
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
   * Watches every element that asks for it with `data-size`.
   * @param {ParentNode} root
   */
  watch(root) {
    for (const element of root.querySelectorAll('[data-size]')) {
      if (this.#watched.has(element)) continue;
      this.#watched.add(element);
      this.observer.observe(element);
    }
  }

  /**
   * @param {string} name
   * @returns {Size}
   */
  of(name) {
    return this.#sizes.get(name) ?? { width: 0, height: 0 };
  }
}
