// What a figure is while it runs: engine, model and views put together in its shadow, and what the author has planned
// for it. Loaded when the first figure of a page is wanted; the element itself is light.

import * as address from '../base/address.js';
import { memory, noMemory } from '../base/storage.js';
import { idle } from '../base/tasks.js';
import { Engine } from '../engine/client.js';
import { home } from '../engine/place.js';
import { Playground } from '../model/playground.js';
import { Page } from '../views/app.js';
import { reducedMotion } from '../views/tokens.js';
import { readAddress, readBeginning, readLook, readSeed, readText, readTime } from './attributes.js';
import { News } from './news.js';
import { library } from './scenarios.js';
import { Tour } from './tour.js';

/** @import { Moment } from './attributes.js' */

/** One engine for all figures of a page. */
const engine = new Engine();

export class Life {
  #over = false;
  /** @type {Tour | null} */
  #tour = null;
  #playsByItself = false;
  /** What the author has changed so far is on show. @type {Promise<unknown>} */
  #changes = Promise.resolve();
  /** Of the text that was asked for last. */
  #fetching = new AbortController();
  /** It is to play by itself, as soon as somebody sees it. */
  #due = false;

  /**
   * @param {HTMLElement} element
   * @param {HTMLElement} root  In its shadow.
   * @param {string | null} code  A text that was set before, or none.
   */
  constructor(element, root, code) {
    const fills = element.hasAttribute('fills');
    // The page, and the page for frames: the document is theirs, and the state is in its address.
    const owns = fills || element.hasAttribute('linked');
    const text = code ?? readText(element);
    const scenario = element.getAttribute('scenario');
    const src = !fills && text === null && element.getAttribute('src');
    const language = this.language(element);
    this.element = element;
    this.pg = new Playground({
      engine,
      library,
      languageWishes: fills
        ? [new URLSearchParams(location.search).get('lang'), ...navigator.languages]
        : [language],
      memory: fills ? memory : noMemory,
      address: owns ? address : null,
      home: fills ? address.page() : (readAddress(element) ?? home()),
      start: beginning(element),
      ...(src && { ownText: () => fetchText(src, element.baseURI) }),
      wishes: fills
        ? null
        : {
            ...readLook(element),
            seed: readSeed(element.getAttribute('seed')),
            ...(scenario && { scenario, source: '' }),
            ...((src || text !== null) && { source: text ?? '', scenario: '' }),
          },
    });
    this.page = new Page(this.pg, root, fills);
    this.#playsByItself = this.#due = element.hasAttribute('autoplay');
    this.news = new News(this.pg, element, owns);
    this.plan();
  }

  /** Shows it. */
  async begin() {
    const { pg, page, element } = this;
    // The engine starts in its own thread while the figure is being mounted.
    const started = pg.start().catch((error) => pg.fail(error));
    this.#changes = started;
    await page.mount(started);
    if (this.#over) return;
    if (element.hasAttribute('from') || element.hasAttribute('to')) this.#look();
    this.news.begin();
    const { view, controls } = pg.state;
    if (view !== 'full') return;
    this.#afterwards(controls === 'full' || element.hasAttribute('fills'));
  }

  /**
   * The editor and the menu are no part of the first picture: they come once there is nothing better to do.
   * @param {boolean} menu
   */
  async #afterwards(menu) {
    await idle();
    if (!this.#over) await this.page.loadEditor();
    await idle();
    if (!this.#over && menu) await this.pg.loadMenu();
  }

  /**
   * The author gives another text. One that is still being fetched comes too late.
   * @param {string} text
   */
  write(text) {
    this.#fetching.abort();
    this.pg.edit(text);
  }

  /** Gives everything back. */
  end() {
    this.#over = true;
    this.#fetching.abort();
    this.#tour?.leave();
    this.news.end();
    this.page.leave();
    this.pg.close();
  }

  /** @param {HTMLElement} element */
  language(element) {
    /** @type {Element | undefined} */
    let at = element;
    // Out of each shadow that it stands in.
    while (at && !at.closest('[lang]')) at = /** @type {ShadowRoot} */ (at.getRootNode()).host;
    return at?.closest('[lang]')?.getAttribute('lang') ?? 'en';
  }

  /**
   * The author has changed his mind.
   * @param {string} name  The attribute.
   */
  async changed(name) {
    const { pg, element } = this;
    const value = element.getAttribute(name);
    if (name === 'lang') await pg.setLanguage(this.language(element));
    else if (name === 'at' || name === 'marker') {
      pg.beginAt(beginning(element));
      await this.#inTurn(() => this.#goToBeginning());
    } else if (name === 'loop' || name === 'pause-at-markers') this.plan();
    else if (name === 'from' || name === 'to') {
      this.plan();
      this.#look();
    } else if (name === 'src' || name === 'scenario') {
      this.#fetching.abort(); // what a newer text makes needless is not waited for
      this.#fetching = new AbortController();
      const { signal } = this.#fetching;
      // Taken away, it leaves what is there.
      if (value)
        await this.#inTurn(() =>
          signal.aborted ? null : name === 'src' ? this.#take(value, signal) : this.#choose(value),
        );
    } else pg.present(readLook(element));
  }

  /**
   * One change after the other, and none before the first run: what was asked for last is on show in the end.
   * @param {() => unknown} change
   */
  #inTurn(change) {
    const turn = this.#changes.then(() => (this.#over ? null : change()));
    this.#changes = turn.catch(() => {});
    return turn;
  }

  /**
   * @param {string} src
   * @param {AbortSignal} signal
   */
  async #take(src, signal) {
    const { pg } = this;
    let source;
    try {
      source = await fetchText(src, this.element.baseURI, signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    if (pg.state.engine) return pg.edit(source);
    pg.present({ source, scenario: '' }); // the first text did not come
    await pg.runAgain();
  }

  /** @param {string} scenario */
  async #choose(scenario) {
    await this.pg.choose(scenario);
    if (!this.pg.state.engine) await this.pg.runAgain();
  }

  /** Reads what is to happen by itself. */
  plan() {
    const { element } = this;
    this.#tour?.leave();
    this.#tour = new Tour(this.pg, {
      from: readTime(element.getAttribute('from')),
      to: readTime(element.getAttribute('to')),
      loop: element.hasAttribute('loop'),
      pauseAtMarkers: element.hasAttribute('pause-at-markers'),
    });
  }

  #look() {
    const [from, to] = ['from', 'to'].map((name) => readTime(this.element.getAttribute(name)));
    this.pg.look(from ?? 0, to);
  }

  async #goToBeginning() {
    const moment = readBeginning(this.element);
    if (moment) await this.goTo(moment);
  }

  /**
   * @param {Moment} moment
   * @returns {Promise<boolean>} whether there is one
   */
  async goTo(moment) {
    const { pg } = this;
    if (!pg.state.run) return false;
    if ('n' in moment) await pg.goTo(moment.n);
    else if ('ns' in moment) await pg.goToTime(moment.ns);
    else return pg.goToMarker(moment.marker);
    return true;
  }

  play() {
    return this.#tour?.play();
  }

  pause() {
    this.#tour?.pause();
  }

  /** It is in sight: it plays by itself, if the author wants that and the reader bears it. */
  appear() {
    const { pg } = this;
    if (!this.#due || !pg.state.run || reducedMotion(pg)) return;
    this.#due = false;
    this.play();
  }

  /** Nobody sees it. What plays by itself goes on when it is seen again; what the reader has stopped does not. */
  disappear() {
    const wasGoing = this.#tour?.pause();
    if (wasGoing && this.#playsByItself) this.#due = true;
  }
}

/**
 * @param {Element} element
 * @returns {import('../model/sharing.js').Start | null}
 */
function beginning(element) {
  const moment = readBeginning(element);
  return moment && { at: null, marker: null, ...('n' in moment ? { at: moment.n } : moment) };
}

/**
 * @param {string} src
 * @param {string} base
 * @param {AbortSignal} [signal]
 */
async function fetchText(src, base, signal) {
  const response = await fetch(new URL(src, base), { signal });
  // Some hosts answer with a page of their own for what is not there.
  if (!response.ok || response.headers.get('content-type')?.startsWith('text/html'))
    throw new Error(`${src}: ${response.status} ${response.statusText}`);
  return response.text();
}
