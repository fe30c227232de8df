// The help dialog: the keys, what shapes and words mean.

import { html, nothing } from 'lit/html.js';
import { loadHelp } from '../messages/index.js';
import { icon } from './icons.js';

/** @import { Playground } from '../model/playground.js' */

const keys = /** @type {const} */ ([
  ['play', ['Space']],
  ['step', [',', '.'], ['←', '→']],
  ['jump', ['Shift ←', 'Shift →']],
  ['ends', ['Home', 'End']],
  ['speed', ['-', '+']],
  ['pace', ['P']],
  ['cause', ['[', ']']],
  ['zoom', ['W', 'A', 'S', 'D']],
  ['fit', ['F']],
  ['panels', ['1', '2', '3', '4', '5', '6']],
  ['format', ['Shift Alt F']],
  ['escape', ['Esc']],
  ['share', ['L']],
  ['help', ['?']],
]);

export class HelpDialog {
  /** @type {Record<string, string>} */
  #words = {};
  /** Of the words. */
  #lang = '';

  /**
   * @param {Playground} pg
   * @param {() => void} changed
   */
  constructor(pg, changed) {
    this.pg = pg;
    this.changed = changed;
  }

  /** After each picture of the page: the words in the reader's language. */
  async update() {
    const { lang, dialog } = this.pg.state;
    if (dialog !== 'help' || this.#lang === lang) return;
    const words = await loadHelp(lang);
    if (this.pg.state.lang !== lang) return;
    this.#words = words;
    this.#lang = lang;
    this.changed();
  }

  view() {
    const { pg } = this;
    const t = (/** @type {string} */ key) => this.#words[key] ?? pg.t(key);
    return html`<dialog class="help" data-dialog="help" aria-labelledby="help-title" @close=${() => pg.closeDialog('help')}
      @click=${(/** @type {Event} */ event) => event.target === event.currentTarget && pg.closeDialog('help')}>
    ${
      pg.state.dialog === 'help' && this.#lang
        ? html`<div class="help-inside">
      <header role="presentation"><h2 id="help-title">${t('help.title')}</h2>
        <button class="round" aria-label=${t('help.close')} @click=${() => pg.closeDialog('help')}>${icon('cross')}</button></header>
      <table><tbody>${keys.map(
        ([name, ...groups]) => html`<tr><th scope="row">${t(`help.${name}`)}</th>
          <td>${groups.map((group) => html`<span class="keys">${group.map((key) => html`<kbd>${key}</kbd>`)}</span>`)}</td></tr>`,
      )}</tbody></table>
      <p>${t('help.note')}</p>
      <h3>${t('help.legend')}</h3>
      <ul class="signs">
        ${[
          ['isr', 'device', 'legend.isr'],
          ['dpc', 'dispatch', 'legend.dpc'],
          ['kernel-apc', 'apc', 'legend.kernelApc'],
          ['user-apc', 'apc', 'legend.userApc'],
          ['thread', 'passive', 'legend.thread'],
        ].map(
          ([kind, group, name]) =>
            html`<li><span class="card" data-kind=${kind} data-group=${group}></span>${t(name)}</li>`,
        )}
        <li><span class="card" data-kind="thread" data-group="dispatch" data-spins="true"></span>${t('legend.spin')}</li>
      </ul>
      <p><button @click=${() => pg.showDialog('compare')}>${t('compare.open')}</button></p>
      <dl>${['IRQL', 'ISR', 'DPC', 'APC'].map((term) => html`<dt>${term}</dt><dd>${t(`term.${term}`)}</dd>`)}</dl>
    </div>`
        : nothing
    }
  </dialog>`;
  }
}
