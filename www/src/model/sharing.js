// What comes from elsewhere and what goes there: the state in a link, the text of a file, and the reader's own text
// that they take the place of. Knows nothing of how a text is run, nor of where the address stands. What reads links
// and files comes when there is one: most readers bring none.

import { chooseLanguage } from '../messages/index.js';
import { OwnText } from './own_text.js';

/** @import { Playground } from './playground.js' */
/** @import { State } from './state.js' */
/** @import { Readable } from './import.js' */
/** @import { LinkState } from './link.js' */
/** @import { Own } from './own_text.js' */

/** A sentence that stays until the reader has read it; `back`: it offers the text that was kept.
 * @typedef {{ key: string, slots?: Record<string, string>, bad?: boolean, back?: boolean }} Notice */
/** Where the state in a link comes from, and how it is taken away. @typedef {{ fragment: () => string, forget: () => void,
 *   listen: (listener: (fragment: string) => void) => void }} Address */
/** Where a run is opened: at a marker, a time, a record. @typedef {{ at: number | null, marker: string | null, ns?: number }} Start */
/**
 * What only the model itself can do.
 * @typedef {object} Desk
 * @property {() => number} begin  The reader chooses something; what he chose before comes too late from now on.
 * @property {(choice: number) => boolean} newest  Whether nothing else has been chosen since.
 * @property {(change: Partial<State>, start?: Start) => void} replace  Puts another text on show.
 * @property {() => Promise<void>} run
 * @property {(lang: string) => Promise<void>} speak
 */

export class Sharing {
  #arrived = false;

  /**
   * @param {Playground} pg
   * @param {Address | null} address
   * @param {Desk} desk
   */
  constructor(pg, address, desk) {
    this.pg = pg;
    this.own = new OwnText(pg.memory);
    this.address = address;
    this.desk = desk;
  }

  /** The scenario that the reader was at when he left. */
  get lastScenario() {
    return this.pg.memory.remember('scenario') || this.pg.library.first.id;
  }

  // -- Links ---------------------------------------------------------------------------------------

  /**
   * The page has come: what its link says goes before what is remembered.
   * @returns {Promise<boolean>} whether a link is on show
   */
  async arrive() {
    if (this.#arrived) return this.pg.state.source !== '';
    this.#arrived = true;
    this.address?.listen((fragment) => this.open(fragment));
    const fragment = this.address?.fragment() ?? '';
    // Another link may have come meanwhile, and been quicker.
    return (fragment !== '' && (await this.#take(fragment))) || this.pg.state.link !== null;
  }

  /**
   * Shows what a link says. An empty one gives back what it took the place of.
   * @param {string} fragment
   */
  async open(fragment) {
    const { lang } = this.pg.state;
    if (!(await (fragment === '' ? this.#giveBack() : this.#take(fragment)))) return;
    if (this.pg.state.lang !== lang) await this.desk.speak(this.pg.state.lang);
    await this.desk.run();
  }

  async #giveBack() {
    if (!this.pg.state.link) return false;
    const choice = this.desk.begin();
    this.forgetNotices();
    const { now } = this.own;
    const own = now ?? {
      text: await this.#shipped(this.lastScenario),
      scenario: this.lastScenario,
      seed: null,
    };
    if (own.text === null || !this.desk.newest(choice)) return false;
    this.desk.replace({ source: own.text, scenario: own.scenario, seed: own.seed });
    return true;
  }

  /**
   * Reads a link into the state; what is wrong with it is told, and changes nothing.
   * @param {string} fragment
   * @returns {Promise<boolean>} whether it has been taken
   */
  async #take(fragment) {
    const choice = this.desk.begin();
    const read = await this.#read(fragment);
    if (!this.desk.newest(choice)) return false;
    this.forgetNotices();
    if ('problem' in read) {
      this.notify({ key: `link.problem.${read.problem}`, bad: true });
      return false;
    }
    const { text, name, seed, at, marker, view, lang, theme } = read.state;
    const source = text === null ? await this.#shipped(name ?? '') : plainLines(text);
    if (source === null || !this.desk.newest(choice)) return false;
    const look = {
      ...(lang ? { lang: chooseLanguage([lang, this.pg.state.lang]) } : {}),
      ...(theme ? { theme } : {}),
      ...(view && this.pg.isFigure
        ? { view, controls: /** @type {'full' | 'mini'} */ (view === 'full' ? 'full' : 'mini') }
        : {}),
    };
    this.desk.replace({ source, scenario: name ?? '', seed, link: read.state, ...look }, { at, marker });
    if (view === 'flow' || view === 'timeline' || view === 'log') this.pg.showPanel(view);
    if (this.own.now && this.own.now.text !== source) this.notify({ key: 'kept.link', back: true });
    return true;
  }

  /** @param {string} fragment */
  async #read(fragment) {
    try {
      const { readLink } = await import('./link.js');
      return await readLink(fragment);
    } catch {
      return { problem: 'offline' };
    }
  }

  /**
   * The text of a scenario that ships with the page; that it could not be fetched is told.
   * @param {string} id
   */
  async #shipped(id) {
    try {
      return await this.pg.library.text(id);
    } catch {
      this.pg.store.set({ missing: id });
      return null;
    }
  }

  /** A run that is over, and was over when it was shared, is either the same as then or told to be another. */
  async compare() {
    const { run, link, source } = this.pg.state;
    if (!link?.fingerprint || !run?.outcome || run.source !== source) return;
    const fingerprint = await this.#fingerprint(run.session);
    const { link: present, run: now } = this.pg.state;
    if (fingerprint === null || present !== link || now?.session !== run.session) return;
    if (fingerprint !== link.fingerprint) this.notify({ key: 'link.differs', bad: true });
  }

  /**
   * @param {number} session
   * @returns {Promise<string | null>} that of the whole run, once it is over
   */
  async #fingerprint(session) {
    try {
      return await this.pg.engine.call('fingerprint', [session]);
    } catch {
      return null; // another run has taken the place of this one, or the engine crashed
    }
  }

  /**
   * What a link to what is on show says.
   * @param {boolean} moment  This very moment, not the beginning.
   * @returns {Promise<LinkState>}
   */
  async toLink(moment) {
    const { source, scenario, seed, run, shown } = this.pg.state;
    const shipped = this.pg.library.known(scenario) === source;
    const ran = run?.source === source ? run : null;
    const record = moment && ran && shown?.record.n ? shown.record : null;
    const { linkState } = await import('./link.js');
    return linkState({
      text: shipped ? null : source,
      name: scenario || null,
      seed,
      at: record?.n ?? null,
      marker: record?.kind === 'MarkerReached' ? record.subject_name : null,
      fingerprint: ran?.outcome ? await this.#fingerprint(ran.session) : null,
    });
  }

  /** @returns {Promise<string>} the address of the whole playground at this very moment; empty when nobody knows it */
  async toURL() {
    const { home } = this.pg;
    if (!home) return '';
    const { writeLink } = await import('./link.js');
    return `${home}#${await writeLink(await this.toLink(true))}`;
  }

  // -- The reader's own text -----------------------------------------------------------------------

  /**
   * The reader writes: whatever was on show is his own from now on.
   * @param {string} text
   */
  write(text) {
    const { link, scenario, seed } = this.pg.state;
    if (link) this.leave(scenario);
    this.own.write({ text, scenario, seed });
  }

  /**
   * What is on show is no link's any more, nor the text that the reader had; that one is kept.
   * @param {string} scenario  The id of what is there now.
   */
  leave(scenario) {
    this.address?.forget();
    this.forgetNotices();
    if (this.own.replace(scenario)) this.notify({ key: 'kept.text', back: true });
  }

  /**
   * The text of a file takes the place of the one on show; what is wrong with the file is told, and changes nothing.
   * @param {Readable & { name: string }} file
   */
  async openFile(file) {
    if (this.pg.state.readonly) return;
    const choice = this.desk.begin();
    const read = await this.#readFile(file);
    if (!this.desk.newest(choice)) return;
    this.forgetNotices();
    if ('problem' in read)
      return this.notify({ key: `file.problem.${read.problem}`, slots: { name: file.name }, bad: true });
    this.leave('');
    await this.#showOwn({ text: plainLines(read.text), scenario: '', seed: null });
  }

  /** @param {Readable} file */
  async #readFile(file) {
    try {
      const { readScenario } = await import('./import.js');
      return await readScenario(file);
    } catch {
      return { problem: 'unreadable' };
    }
  }

  /** Whether `takeBack` has something to bring. */
  get canTakeBack() {
    return this.pg.state.link ? this.own.now !== null : this.own.hasKept;
  }

  /** Brings back the text that something else took the place of. */
  async takeBack() {
    const own = this.pg.state.link ? this.own.now : this.own.takeBack();
    if (!own) return;
    this.desk.begin();
    this.address?.forget();
    this.forgetNotices();
    await this.#showOwn(own);
  }

  /** @param {Own} own */
  async #showOwn(own) {
    this.own.write(own);
    this.desk.replace({ source: own.text, scenario: own.scenario, seed: own.seed });
    await this.desk.run();
  }

  // -- What there is to say ------------------------------------------------------------------------

  /** @param {Notice} notice */
  notify(notice) {
    const { notices } = this.pg.state;
    this.pg.store.set({ notices: [...notices.filter(({ key }) => key !== notice.key), notice] });
  }

  /** @param {Notice} [read]  The one that the reader has read; else all of them. */
  forgetNotices(read) {
    const { notices } = this.pg.state;
    this.pg.store.set({ notices: read ? notices.filter((notice) => notice !== read) : [] });
  }
}

/** Lines end as the editor ends them: places in the text are counted from its beginning. @param {string} text */
const plainLines = (text) => text.replace(/\r\n?/g, '\n');
