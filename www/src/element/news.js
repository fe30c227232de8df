// Tells the page around a figure what happens in it, by events, each thing once.

/** @import { Playground } from '../model/playground.js' */
/** @import { Answer, Run } from '../model/state.js' */

export class News {
  /** @type {{ session: number, n: number, ended: boolean }} */
  #told = { session: -1, n: -1, ended: false };
  /** @type {Answer | null} */
  #answer = null;
  /** What is told can be seen. */
  #drawn = false;

  /**
   * @param {Playground} pg
   * @param {HTMLElement} element
   * @param {boolean} owns  The document is its own: it says its title and its language.
   */
  constructor(pg, element, owns) {
    this.pg = pg;
    this.element = element;
    this.owns = owns;
    this.end = pg.store.subscribe(() => this.#look());
  }

  /** The figure is drawn: from now on it tells. */
  begin() {
    this.#drawn = true;
    this.#look();
  }

  #look() {
    const { pg } = this;
    const { run, shown } = pg.state;
    if (this.owns) this.#dress();
    if (!this.#drawn) return;
    if (pg.state.answer && pg.state.answer !== this.#answer) this.#say('answer', pg.state.answer);
    this.#answer = pg.state.answer;
    if (!run || !shown) return;
    const { session, n, ended } = this.#told;
    const fresh = session !== run.session;
    const moved = fresh || n !== shown.record.n;
    const over = run.outcome !== null && (fresh || !ended);
    this.#told = { session: run.session, n: shown.record.n, ended: run.outcome !== null };
    if (fresh) this.#say('ready', { records: run.len });
    if (moved) this.#tellStep();
    if (over) this.#tellEnd(run);
    if (moved || over) this.#say('statechange', /** @type {any} */ (this.element).state);
  }

  #tellStep() {
    const { pg } = this;
    if (!pg.state.shown) return;
    const { n, time, kind, cpu, irql, rule } = pg.state.shown.record;
    this.#say('step', { n, time, kind, cpu, irql, rule, sentence: pg.spell(pg.state.shown.record) });
  }

  /** @param {Run} run */
  #tellEnd({ outcome, len }) {
    if (!outcome) return;
    const { kind, record, bugcheck } = outcome;
    this.#say('end', { outcome: kind, record, records: len });
    if (bugcheck) this.#say('bugcheck', { ...bugcheck, record });
  }

  #dress() {
    const { lang, theme } = this.pg.state;
    const root = document.documentElement;
    root.lang = lang;
    root.dataset.theme = theme;
    document.title = this.pg.t('page.title');
  }

  /**
   * @param {string} name
   * @param {object} detail
   */
  #say(name, detail) {
    this.element.dispatchEvent(new CustomEvent(`irql-${name}`, { detail, bubbles: true, composed: true }));
  }
}
