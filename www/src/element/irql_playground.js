// `<irql-playground>`: the page and every figure in an article. It reads what the author has written, waits until it
// is wanted, puts engine, model and views together in its shadow, and gives all of it back when it is removed.

import { idle } from '../base/tasks.js';
import { memory, noMemory } from '../base/storage.js';
import { Engine } from '../engine/client.js';
import { fallback } from '../messages/index.js';
import { Playground } from '../model/playground.js';
import { library } from '../scenarios.js';
import { Page } from '../views/app.js';
import { reducedMotion } from '../views/tokens.js';
import { observed, readLook, readMoment, readText, readTime } from './attributes.js';
import { Tour } from './tour.js';

/** @import { Moment } from './attributes.js' */
/** @import { Run, State } from '../model/playground.js' */

/** How far below the window a figure begins to load. */
const margin = '300px';

/** One engine for all figures of a page. */
const engine = new Engine();

/** Where there is no window, a class of that name is all that is asked for. */
const Base = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? class {});

export class IrqlPlayground extends Base {
  static observedAttributes = observed;

  /** The model behind it, once it has started. @type {Playground | null} */
  playground = null;
  /** @type {Page | null} */
  #page = null;
  /** @type {Tour | null} */
  #tour = null;
  /** @type {IntersectionObserver | null} */
  #sight = null;
  #visible = false;
  #started = false;
  /** What is told to the page around it but once. @type {{ run: Run | null, n: number, ended: boolean }} */
  #told = { run: null, n: -1, ended: false };
  /** @type {string | null} */
  #code = null;

  connectedCallback() {
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    if (this.hasAttribute('fills')) return void this.#start(shadow);
    this.#wait(shadow);
    this.#sight = new IntersectionObserver(
      (entries) => this.#seen(entries.some(({ isIntersecting }) => isIntersecting)),
      { rootMargin: margin },
    );
    this.#sight.observe(this);
    if (this.getAttribute('loading') === 'eager' && !this.#onDemand) this.#start(shadow);
  }

  disconnectedCallback() {
    this.#sight?.disconnect();
    this.#tour?.leave();
    this.#page?.stop();
    this.playground?.close();
    this.#sight = this.#tour = this.#page = this.playground = null;
    this.#started = this.#visible = false;
    this.#told = { run: null, n: -1, ended: false };
    if (this.shadowRoot) this.shadowRoot.adoptedStyleSheets = [];
    this.shadowRoot?.replaceChildren();
  }

  /**
   * @param {string} name
   * @param {string | null} before
   * @param {string | null} now
   */
  attributeChangedCallback(name, before, now) {
    const pg = this.playground;
    if (!pg || before === now) return;
    if (name === 'lang') pg.setLanguage(this.#language());
    else if (name === 'src' || name === 'scenario') this.#reload();
    else if (name === 'at' || name === 'marker') this.#goToBeginning();
    else if (name === 'from' || name === 'to') this.#plan();
    else pg.present(readLook(this));
  }

  // -- For the page around it ------------------------------------------------------------------------

  /** The scenario's text. Setting it runs it. */
  get code() {
    return this.playground?.state.source ?? this.#code ?? readText(this) ?? '';
  }

  set code(text) {
    this.#code = String(text);
    this.playground?.edit(this.#code);
  }

  /** What is on show: the text, the moment, how it looks. */
  get state() {
    const { scenario = '', source = this.code, shown, run, view, lang, theme } = this.playground?.state ?? {};
    return {
      scenario: this.playground?.edited ? '' : scenario,
      source,
      n: shown?.record.n ?? 0,
      time: shown?.record.time ?? 0,
      records: run?.len ?? 0,
      outcome: run?.outcome?.kind ?? null,
      view: view ?? 'full',
      lang: lang ?? '',
      theme: theme ?? 'system',
    };
  }

  /** The simulated time on show, in nanoseconds. Setting it goes there. */
  get time() {
    return this.playground?.state.clock ?? 0;
  }

  set time(ns) {
    this.playground?.goToTime(Number(ns));
  }

  play() {
    return this.#tour?.play();
  }

  pause() {
    this.playground?.pause();
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
    const moment = typeof place === 'number' ? { n: place } : readMoment(place);
    return moment !== null && this.#goTo(moment);
  }

  // -- Its life --------------------------------------------------------------------------------------

  /** It is run when somebody asks for it, not when it comes into sight. */
  get #onDemand() {
    return this.getAttribute('reveal') === 'interaction';
  }

  /**
   * Before it runs: what the author has put into it, and a button if he wants one.
   * @param {ShadowRoot} shadow
   */
  #wait(shadow) {
    if (this.#started) return;
    const room = document.createElement('div');
    room.part.add('waiting');
    this.#reserve(room);
    const poster = this.getAttribute('poster');
    if (poster) {
      const picture = document.createElement('img');
      picture.part.add('poster');
      picture.alt = '';
      picture.src = poster;
      picture.style.cssText = 'display: block; max-width: 100%';
      room.append(picture);
    } else room.append(document.createElement('slot'));
    if (this.#onDemand) {
      const button = document.createElement('button');
      button.part.add('reveal');
      button.textContent = fallback['hero.play'];
      button.onclick = () => this.#start(shadow).then(() => this.play());
      room.append(button);
      import('../messages/index.js')
        .then(({ languages }) => languages[this.#language()]?.load())
        .then((words) => words && button.replaceChildren(words['hero.play'] ?? fallback['hero.play']));
    }
    shadow.replaceChildren(room);
  }

  /** @param {HTMLElement} room */
  #reserve(room) {
    for (const [attribute, property] of [
      ['height', '--irql-height'],
      ['height', 'min-height'],
      ['min-height', 'min-height'],
    ]) {
      const wish = this.getAttribute(attribute);
      if (wish) room.style.setProperty(property, /^\d+$/.test(wish) ? `${wish}px` : wish);
    }
  }

  /** @param {boolean} visible */
  #seen(visible) {
    this.#visible = visible;
    const { shadowRoot, playground } = this;
    if (!visible) playground?.pause();
    else if (!this.#started && !this.#onDemand && shadowRoot) this.#start(shadowRoot);
    else this.#autoplay();
  }

  /** @param {ShadowRoot} shadow */
  async #start(shadow) {
    if (this.#started) return;
    this.#started = true;
    const fills = this.hasAttribute('fills');
    let root = /** @type {HTMLElement | null} */ (shadow.querySelector('#playground'));
    if (!root) {
      const { dressShadow } = await import('./sheet.js');
      if (!this.isConnected) return;
      dressShadow(shadow);
      root = document.createElement('div');
      root.id = 'playground';
      this.#reserve(root);
      shadow.replaceChildren(root);
    }
    const { view, controls, readonly, theme, speed, pace } = readLook(this);
    const text = this.#code ?? readText(this);
    const scenario = this.getAttribute('scenario');
    const pg = new Playground({
      engine,
      library,
      languageWishes: fills
        ? [new URLSearchParams(location.search).get('lang'), ...navigator.languages]
        : [this.#language()],
      memory: fills ? memory : noMemory,
      wishes: fills
        ? {}
        : { view, controls, readonly, theme, speed, pace, ...(scenario && { scenario, source: '' }), ...(text && { source: text, scenario: '' }) },
    });
    this.playground = pg;
    pg.store.subscribe(() => this.#tell());
    const page = new Page(pg, root, fills);
    this.#page = page;
    this.#plan();
    // The engine starts in its own thread while the figure is being mounted.
    const started = this.#load(pg, text).catch((error) => pg.fail(String(error)));
    await page.mount(started);
    if (this.#page !== page) return;
    await this.#goToBeginning();
    this.#autoplay();
    if (view !== 'full') return;
    // The editor and the menu are no part of the first picture: they come once there is nothing better to do.
    await idle();
    if (this.#page === page) await page.loadEditor();
    await idle();
    if (this.#page === page && controls === 'full') await pg.loadMenu();
  }

  /**
   * @param {Playground} pg
   * @param {string | null} text
   */
  async #load(pg, text) {
    const src = this.getAttribute('src');
    if (!this.hasAttribute('fills') && text === null && src) pg.present({ source: await fetchText(src, this.baseURI), scenario: '' });
    await pg.start();
  }

  async #reload() {
    const src = this.getAttribute('src');
    const scenario = this.getAttribute('scenario');
    if (src) this.playground?.edit(await fetchText(src, this.baseURI));
    else if (scenario) await this.playground?.choose(scenario);
  }

  #plan() {
    if (!this.playground) return;
    this.#tour?.leave();
    const [from, to] = [readTime(this.getAttribute('from')), readTime(this.getAttribute('to'))];
    const [loop, pauseAtMarkers] = [this.hasAttribute('loop'), this.hasAttribute('pause-at-markers')];
    this.#tour = new Tour(this.playground, { from, to, loop, pauseAtMarkers });
    this.#look();
  }

  #look() {
    const [from, to] = [readTime(this.getAttribute('from')), readTime(this.getAttribute('to'))];
    if (from !== null || to !== null) this.playground?.look(from ?? 0, to);
  }

  async #goToBeginning() {
    this.#look();
    const moment =
      readMoment(this.getAttribute('at')) ??
      readMoment(this.getAttribute('marker')) ??
      readMoment(this.getAttribute('from'));
    if (moment) await this.#goTo(moment);
  }

  /**
   * @param {Moment} moment
   * @returns {Promise<boolean>}
   */
  async #goTo(moment) {
    const pg = this.playground;
    if (!pg?.state.run) return false;
    if ('n' in moment) await pg.goTo(moment.n);
    else if ('ns' in moment) await pg.goToTime(moment.ns);
    else return pg.goToMarker(moment.marker);
    return true;
  }

  #autoplay() {
    const pg = this.playground;
    if (!this.hasAttribute('autoplay') || !this.#visible || !pg || pg.state.playing || reducedMotion(pg)) return;
    this.play();
  }

  #language() {
    return this.getAttribute('lang') ?? this.closest('[lang]')?.getAttribute('lang') ?? 'en';
  }

  /** Tells the page around it what has changed. */
  #tell() {
    const pg = this.playground;
    if (!pg) return;
    const { run, shown, lang, theme } = pg.state;
    if (this.hasAttribute('fills')) {
      document.documentElement.lang = lang;
      document.documentElement.dataset.theme = theme;
      document.title = pg.t('page.title');
    }
    if (!run || !shown) return;
    const told = this.#told;
    const fresh = told.run?.session !== run.session;
    const moved = fresh || told.n !== shown.record.n;
    const ended = run.outcome !== null && (fresh || !told.ended);
    this.#told = { run, n: shown.record.n, ended: run.outcome !== null };
    if (fresh) this.#say('irql-ready', { records: run.len });
    if (moved) {
      const { n, time, kind, cpu, irql, rule } = shown.record;
      this.#say('irql-step', { n, time, kind, cpu, irql, rule, sentence: pg.state.engine ? pg.spell(shown.record) : '' });
    }
    if (ended && run.outcome) {
      const { kind, record, bugcheck } = run.outcome;
      this.#say('irql-end', { outcome: kind, record, records: run.len });
      if (bugcheck) this.#say('irql-bugcheck', { ...bugcheck, record });
    }
    if (moved || ended) this.#say('irql-statechange', this.state);
  }

  /**
   * @param {string} name
   * @param {object} detail
   */
  #say(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

/**
 * @param {string} src
 * @param {string} base
 */
async function fetchText(src, base) {
  const response = await fetch(new URL(src, base));
  if (!response.ok || response.headers.get('content-type')?.startsWith('text/html'))
    throw new Error(`${src}: ${response.status} ${response.statusText}`);
  return response.text();
}
