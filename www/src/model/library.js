// The scenarios that ship with the page: one is in the page itself, the others and the menu of them are fetched
// when they are wanted, and kept. Knows nothing of what is on show.

/** @typedef {{ id: string, text: string }} ScenarioText */
/** @typedef {{ id: string, title: string, about: string }} MenuItem  `about` is a sentence. */
/** @typedef {{ section: string, scenarios: MenuItem[] }} Section */

export class Library {
  /** @type {Map<string, string>} */
  #files = new Map();

  /**
   * @param {object} needs
   * @param {ScenarioText} needs.first  What a new reader sees.
   * @param {(name: string) => Promise<string>} needs.fetchFile  The text of a file among the scenarios.
   */
  constructor({ first, fetchFile }) {
    this.first = first;
    this.fetchFile = fetchFile;
    this.#files.set(`${first.id}.irql`, first.text);
  }

  /**
   * A scenario's text, if it is here already.
   * @param {string} id
   */
  known(id) {
    return this.#files.get(`${id}.irql`);
  }

  /**
   * @param {string} id
   * @returns {Promise<string>}
   */
  text(id) {
    return this.#file(`${id}.irql`);
  }

  /**
   * @param {string} lang
   * @returns {Promise<Section[]>}
   */
  async menu(lang) {
    return JSON.parse(await this.#file(`menu.${lang}.json`));
  }

  /** @param {string} name */
  async #file(name) {
    const text = this.#files.get(name) ?? (await this.fetchFile(name));
    this.#files.set(name, text); // only what has come is kept: a failure may be tried again
    return text;
  }
}
