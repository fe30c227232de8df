// `<irql-playground>`: the page and every figure in an article. It shows what the author has put into it until it is
// wanted, then lives, and gives all of it back when it is removed. Where there is no window it is a class and no more.

import { observed, readMoment, readRecord, readText } from './attributes.js';

/** @import { Life } from './life.js' */

/** How far outside of the window a figure begins to load. */
const margin = '300px';

const Base = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? class {});

export class IrqlPlayground extends Base {
  static observedAttributes = observed;

  /** @type {Life | null} */
  #life = null;
  /** Rises when it is put into a document or taken out: what was under way then stops. */
  #turn = 0;
  #begun = false;
  #visible = false;
  /** What tells that it comes near the window, and that it is in it. @type {IntersectionObserver[]} */
  #sight = [];
  /** @type {string | null} */
  #code = null;

  connectedCallback() {
    this.#turn++;
    this.#upgrade();
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    if (this.hasAttribute('fills')) return void this.#begin(shadow);
    this.#wait(shadow);
    if (this.getAttribute('loading') === 'eager' && !this.#onDemand) this.#begin(shadow);
    this.#watch(margin, (near) => near && !this.#onDemand && this.#begin(shadow));
    this.#watch('0px', (visible) => {
      this.#visible = visible;
      if (visible) this.#life?.appear();
      else this.#life?.disappear();
    });
  }

  disconnectedCallback() {
    this.#turn++;
    for (const observer of this.#sight) observer.disconnect();
    this.#life?.end();
    this.#sight = [];
    this.#life = null;
    this.#begun = this.#visible = false;
    if (this.shadowRoot) this.shadowRoot.adoptedStyleSheets = [];
    this.shadowRoot?.replaceChildren();
  }

  /**
   * @param {string} name
   * @param {string | null} before
   * @param {string | null} now
   */
  attributeChangedCallback(name, before, now) {
    if (before === now || !this.#life) return;
    if (now && (name === 'scenario' || name === 'src')) this.#code = null; // it has taken that one's place
    this.#life.changed(name).catch((error) => this.#life?.pg.fail(error));
  }

  // -- For the page around it ------------------------------------------------------------------------

  /** The model behind it, once it runs; for the console and for tests. */
  get playground() {
    return this.#life?.pg ?? null;
  }

  /** The scenario's text. Setting it runs it. */
  get code() {
    return this.playground?.state.source ?? this.#code ?? readText(this) ?? '';
  }

  set code(text) {
    this.#code = String(text);
    this.#life?.write(this.#code);
  }

  /** What is on show: the text, the moment, how it looks. */
  get state() {
    const pg = this.playground;
    const { shown, run } = pg?.state ?? {};
    return {
      scenario: pg && !pg.edited ? pg.state.scenario : '',
      source: this.code,
      n: shown?.record.n ?? 0,
      time: shown?.record.time ?? 0,
      records: run?.len ?? 0,
      outcome: run?.outcome?.kind ?? null,
      view: pg?.state.view ?? 'full',
      lang: pg?.state.lang ?? '',
      theme: pg?.state.theme ?? 'system',
    };
  }

  /** The simulated time on show, in nanoseconds. Setting it goes there. */
  get time() {
    return this.playground?.state.clock ?? 0;
  }

  set time(ns) {
    const time = Number(ns);
    if (!Number.isNaN(time)) this.playground?.goToTime(time);
  }

  play() {
    return this.#life?.play();
  }

  pause() {
    this.#life?.pause();
  }

  /** @param {number} [steps]  Negative goes back. */
  step(steps = 1) {
    return this.playground?.step(Math.trunc(Number(steps)) || 0);
  }

  /**
   * Goes to a record (a number), a time (`'12us'`) or a marker (its name).
   * @param {number | string} place
   * @returns {Promise<boolean>} whether there is such a moment
   */
  async seek(place) {
    const moment = typeof place === 'number' ? readRecord(place) : readMoment(place);
    return (moment && (await this.#life?.goTo(moment))) ?? false;
  }

  /** @returns {Promise<string>} the address of the whole playground at this very moment; empty while that is unknown */
  async toURL() {
    return (await this.playground?.sharing.toURL()) ?? '';
  }

  /** @returns {Promise<string>} the picture of this moment */
  async toSVG() {
    const pg = this.playground;
    if (!pg) return '';
    const { drawMoment } = await import('../model/scene.js');
    const { theme } = pg.state;
    return (await drawMoment(pg, theme === 'system' ? 'auto' : theme))?.svg ?? '';
  }

  /** Opens the whole playground at this very moment, in a window of its own. */
  async fork() {
    const url = await this.toURL();
    if (url) open(url, '_blank', 'noopener');
  }

  // -- Its life --------------------------------------------------------------------------------------

  /** What was set before the class was there lies in front of the accessor: it is set again, by it. */
  #upgrade() {
    for (const name of ['code', 'time']) {
      if (!Object.hasOwn(this, name)) continue;
      const value = Reflect.get(this, name);
      Reflect.deleteProperty(this, name);
      Reflect.set(this, name, value);
    }
  }

  /** When the parser has read what stands in it: a script that does not wait for the document meets it empty. */
  async #parsed() {
    const { ownerDocument } = this;
    /** @type {Node | null} */
    let at = this;
    while (at && !at.nextSibling) at = at.parentNode;
    if (!at && ownerDocument.readyState === 'loading')
      await new Promise((read) => ownerDocument.addEventListener('DOMContentLoaded', read, { once: true }));
  }

  /** It runs when somebody asks for it, not when it comes into sight. */
  get #onDemand() {
    return this.getAttribute('reveal') === 'interaction';
  }

  /**
   * Before it runs: what the author has put into it, or his poster; and a button if he wants one.
   * @param {ShadowRoot} shadow
   */
  #wait(shadow) {
    const room = document.createElement('div');
    room.part.add('waiting');
    this.#reserve(room);
    // A text that is higher than the room for the figure would move what is below when the figure comes.
    if (room.style.minHeight) room.style.cssText += `; max-height: ${room.style.minHeight}; overflow: auto`;
    const poster = this.getAttribute('poster');
    if (poster) {
      const picture = document.createElement('img');
      picture.part.add('poster');
      picture.alt = this.getAttribute('alt') ?? '';
      picture.src = poster;
      picture.style.cssText = 'display: block; max-width: 100%';
      room.append(picture);
    } else room.append(document.createElement('slot'));
    if (this.#onDemand) {
      const button = document.createElement('button');
      button.part.add('reveal');
      button.style.cssText = 'position: sticky; bottom: 0; display: block';
      button.textContent = '▶ IRQL Playground';
      button.onclick = async () => {
        await this.#begin(shadow);
        this.play();
      };
      room.append(button);
    }
    shadow.replaceChildren(room);
  }

  /**
   * As much room as it will have: nothing below it moves when it comes. What is higher than a given height is scrolled to.
   * @param {HTMLElement} room
   */
  #reserve(room) {
    for (const [attribute, property] of [
      ['height', '--irql-height'],
      ['height', 'height'],
      ['min-height', 'min-height'],
    ]) {
      const wish = this.getAttribute(attribute);
      if (wish) room.style.setProperty(property, /^\d+$/.test(wish) ? `${wish}px` : wish);
    }
    if (!room.style.height) return;
    room.style.overflow = 'auto';
    room.dataset.high = '';
  }

  /**
   * @param {string} rootMargin  How far outside of the window counts as in it.
   * @param {(inside: boolean) => unknown} tell
   */
  #watch(rootMargin, tell) {
    const observer = new IntersectionObserver((entries) => tell(entries.at(-1)?.isIntersecting ?? false), {
      rootMargin,
    });
    observer.observe(this);
    this.#sight.push(observer);
  }

  /** @param {ShadowRoot} shadow */
  async #begin(shadow) {
    // In XML no template can be read: there the text is all that is shown.
    if (this.#begun || this.ownerDocument.contentType !== 'text/html') return;
    this.#begun = true;
    const turn = this.#turn;
    const [{ Life }] = await Promise.all([import('./life.js'), this.#parsed()]);
    const root =
      /** @type {HTMLElement | null} */ (shadow.querySelector('#playground')) ??
      (await this.#undressed(shadow));
    if (turn !== this.#turn) return;
    const life = new Life(this, root, this.#code);
    this.#life = life;
    await life.begin();
    if (this.#life === life && this.#visible) life.appear();
  }

  /**
   * A root with its style, where the document has not brought one along.
   * @param {ShadowRoot} shadow
   */
  async #undressed(shadow) {
    const { dressShadow } = await import('./sheet.js');
    const root = document.createElement('div');
    root.id = 'playground';
    if (!this.isConnected) return root;
    dressShadow(shadow);
    // A reset of the page around, such as `* { all: unset }`, would leave it without a width to go by.
    if (getComputedStyle(this).display === 'inline')
      this.style.cssText += '; display: block; container: irql / inline-size';
    this.#reserve(root);
    shadow.replaceChildren(root);
    return root;
  }
}
