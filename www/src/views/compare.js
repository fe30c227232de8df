// The table that sets DPC and APC against each other, as a dialog: every cell leads to the scenario that proves it.

import { html, nothing } from 'lit/html.js';
import { loadCompare } from '../messages/index.js';
import { rows } from '../model/compare.js';
import { icon } from './icons.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { Proof } from '../model/compare.js' */

const sides = /** @type {const} */ (['dpc', 'apc']);

export class CompareDialog {
  /** @type {Record<string, string>} */
  #words = {};
  #lang = '';

  /**
   * @param {Playground} pg
   * @param {() => void} changed
   */
  constructor(pg, changed) {
    this.pg = pg;
    this.changed = changed;
  }

  /** After each picture: the words come in the reader's language. */
  async update() {
    const { lang, dialog } = this.pg.state;
    if (this.#lang === lang || dialog !== 'compare') return;
    this.#lang = lang;
    const words = await loadCompare(lang);
    if (this.#lang !== lang) return;
    this.#words = words;
    this.changed();
  }

  view() {
    const { pg } = this;
    const close = () => pg.closeDialog('compare');
    const said = (/** @type {string} */ key) => this.#words[key] ?? '';
    return html`<dialog class="help compare" data-dialog="compare" aria-labelledby="compare-title" @close=${close}
        @click=${(/** @type {Event} */ event) => event.target === event.currentTarget && close()}>
      ${
        pg.state.dialog === 'compare' && said('compare.title')
          ? html`<div class="help-inside">
        <header role="presentation"><h2 id="compare-title">${said('compare.title')}</h2>
          <button class="round" aria-label=${pg.t('help.close')} @click=${close}>${icon('cross')}</button></header>
        <p>${said('compare.about')}</p>
        <table><thead><tr><td></td><th scope="col">DPC</th><th scope="col">APC</th></tr></thead>
          <tbody>${rows.map(
            (row) => html`<tr><th scope="row">${said(`compare.${row.key}`)}</th>
              ${sides.map((side) => html`<td>${this.#cell(said(`compare.${row.key}.${side}`), row[side])}</td>`)}</tr>`,
          )}</tbody></table>
      </div>`
          : nothing
      }
    </dialog>`;
  }

  /**
   * @param {string} text
   * @param {Proof} proof
   */
  #cell(text, proof) {
    const { pg } = this;
    const title = pg.state.menu
      .flatMap(({ scenarios }) => scenarios)
      .find(({ id }) => id === proof.scenario)?.title;
    return html`<button class="link" title=${title ?? nothing} @click=${() => {
      pg.closeDialog('compare');
      pg.visit(proof.scenario, proof.kind, proof.subject);
    }}>${text}</button>`;
  }
}
