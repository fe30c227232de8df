// The reader's language: the words of the page, and those of the engine and of the panels, which come when somebody needs
// them and then change with the language. Knows nothing of what is said with them.

import { fallback, languages, loadEngineWords, loadPanel, merged } from '../messages/index.js';

/** @import { Catalogue } from '../messages/index.js' */
/** @import { State } from './state.js' */
/** @import { Store } from './store.js' */

export class Words {
  /** The page's, as far as the language has them. */
  #own = fallback;
  /** The panels that have been opened, and their words. @type {Set<'inspect' | 'statistics'>} */
  #panels = new Set();
  #ofPanels = /** @type {Catalogue} */ ({});
  #ofEngine = /** @type {Catalogue} */ ({});
  /** The language of the engine's words, and when they are there. */
  #loading = { lang: '', done: Promise.resolve() };
  /** Rises with each language that is asked for. */
  #asked = 0;

  /** @param {Store<State>} store */
  constructor(store) {
    this.store = store;
  }

  #tell() {
    this.store.set({ messages: merged(this.#ofEngine, this.#ofPanels, fallback, this.#own) });
  }

  /** @param {string} lang */
  async speak(lang) {
    const asked = ++this.#asked;
    const own = await languages[lang].load();
    if (asked !== this.#asked) return; // another has been chosen since, and was quicker
    this.#own = own;
    this.store.set({ lang });
    this.#tell();
    if (this.#panels.size) await this.#loadPanels();
  }

  /** What the engine says. */
  ofEngine() {
    const { lang } = this.store.state;
    if (lang === this.#loading.lang) return this.#loading.done;
    const done = loadEngineWords(lang).then(
      (words) => {
        if (lang !== this.store.state.lang) return;
        this.#ofEngine = words;
        this.#tell();
      },
      () => {
        this.#loading.lang = ''; // the next one who needs them tries again
      },
    );
    this.#loading = { lang, done };
    return done;
  }

  /** @param {'inspect' | 'statistics'} panel */
  async ofPanel(panel) {
    this.#panels.add(panel);
    await this.#loadPanels();
  }

  async #loadPanels() {
    const { lang } = this.store.state;
    const words = await Promise.all([...this.#panels].map((panel) => loadPanel(panel, lang)));
    if (lang !== this.store.state.lang) return;
    this.#ofPanels = merged(...words);
    this.#tell();
  }
}
