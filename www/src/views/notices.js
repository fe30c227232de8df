// What there is to say about links, files and texts that were kept: a sentence each, until the reader closes it.

import { html, nothing } from 'lit/html.js';
import { fill } from '../messages/format.js';
import { loadShare } from '../messages/index.js';
import { icon } from './icons.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { Notice } from '../model/sharing.js' */

export class Notices {
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
    const { lang, notices } = this.pg.state;
    if (this.#lang === lang || !notices.length) return;
    this.#lang = lang;
    const words = await loadShare(lang);
    if (this.#lang !== lang) return;
    this.#words = words;
    this.changed();
  }

  view() {
    const { notices } = this.pg.state;
    if (!notices.length || !this.#words['kept.close']) return nothing;
    return html`<div class="notices">${notices.map((notice) => this.#notice(notice))}</div>`;
  }

  /** @param {Notice} notice */
  #notice(notice) {
    const { sharing } = this.pg;
    const { key, slots, bad, back } = notice;
    const said = (/** @type {string} */ word) => fill(this.#words[word] ?? '', slots);
    return html`<div class="notice" role=${bad ? 'alert' : 'status'} data-bad=${bad === true}>
      ${bad ? icon('warning') : nothing}
      <p>${said(key)}</p>
      ${back && sharing.canTakeBack ? html`<button @click=${() => sharing.takeBack()}>${said('kept.back')}</button>` : nothing}
      <button class="round" aria-label=${said('kept.close')} title=${said('kept.close')}
        @click=${() => sharing.forgetNotices(notice)}>${icon('cross')}</button>
    </div>`;
  }
}
