// The Share dialog: what is on show as a link, a frame, an element, Markdown and files; and a way to open a file.

import { html, nothing } from 'lit/html.js';
import { saveFile } from '../base/files.js';
import { isOneFile, ownSource } from '../base/own_page.js';
import { formatTime } from '../base/time_format.js';
import { fill } from '../messages/format.js';
import { languages, loadShare } from '../messages/index.js';
import { scenarioFileName } from '../model/import.js';
import { themes, views, writeLink } from '../model/link.js';
import { localize } from '../model/sentence.js';
import { element, fileWithState, iframe, longLink, markdownLink } from '../model/snippets.js';
import { open } from './files.js';
import { icon } from './icons.js';
import { beside } from './share_targets.js';

/** @import { Playground } from '../model/playground.js' */
/** @typedef {'link' | 'iframe' | 'element' | 'markdown'} Piece */
/** @typedef {Record<string, string>} Words */
/** @typedef {{ moment: boolean, view: string, lang: string, theme: string }} Chosen */

/**
 * What is of use to somebody else: nothing where the page is on the reader's own disk, and of one file that lies anywhere
 * nobody knows what lies beside it.
 * @param {string} base
 * @returns {Piece[]}
 */
function piecesFrom(base) {
  if (isOnDisk(base)) return [];
  return isOneFile() ? ['link', 'markdown'] : ['link', 'iframe', 'element', 'markdown'];
}

/** @param {string} base */
const isOnDisk = (base) => base.startsWith('file:');

const unmade = { link: '', iframe: '', element: '', markdown: '' };

export class ShareDialog {
  /** By language. @type {Map<string, Words>} */
  #words = new Map();
  /** What has been chosen; empty: the reader's own. @type {Chosen} */
  #chosen = { moment: true, view: 'full', lang: '', theme: '' };
  /** What the pieces were made of, and the fragment that is in them. @type {unknown[]} */
  #madeOf = [];
  #fragment = '';
  /** @type {Record<Piece, string>} */
  #made = unmade;
  /** What was just copied, and whether it could be. @type {{ piece: Piece, done: boolean } | null} */
  #copied = null;
  #fileFailed = false;

  /**
   * @param {Playground} pg
   * @param {() => void} changed
   */
  constructor(pg, changed) {
    this.pg = pg;
    this.changed = changed;
  }

  /** After each picture: makes the pieces anew when something has changed that is in them. */
  async update() {
    const { dialog, lang, source, seed, scenario, run, shown, check } = this.pg.state;
    if (dialog !== 'share') {
      this.#copied = null;
      this.#fileFailed = false;
      this.#chosen.moment = true;
      this.#madeOf = [];
      this.#made = unmade; // what is copied when it opens again is of that moment
      return;
    }
    const { moment, view, lang: chosen, theme } = this.#chosen;
    const of = [moment, view, chosen, theme, lang, source, seed, scenario, run, shown, check];
    if (of.every((part, i) => part === this.#madeOf[i])) return;
    this.#madeOf = of;
    const state = {
      ...(await this.pg.sharing.toLink(moment)),
      view: view === 'full' ? null : /** @type {any} */ (view),
      lang: chosen || null,
      theme: /** @type {any} */ (theme || null),
    };
    const [fragment, , words] = await Promise.all([
      writeLink(state),
      this.#load(lang),
      this.#load(chosen || lang),
    ]);
    if (this.#madeOf !== of) return;
    const title = (check && localize(check.title, chosen || lang)) || this.pg.title || 'IRQL Playground';
    const base = this.pg.home;
    const link = `${base}#${fragment}`;
    this.#fragment = fragment;
    this.#made = {
      link,
      iframe: iframe(
        `${new URL(beside.frame, base)}#${fragment}`,
        fill(words['share.frameTitle'], { title }),
      ),
      element: element(String(new URL(beside.element, base)), source, state),
      markdown: markdownLink(link, title),
    };
    this.#copied = null;
    this.changed();
  }

  /** @param {string} lang */
  async #load(lang) {
    const words = this.#words.get(lang) ?? (await loadShare(lang));
    this.#words.set(lang, words);
    return words;
  }

  view() {
    const { pg } = this;
    const close = () => pg.closeDialog('share');
    const words = this.#words.get(pg.state.lang);
    const ready = pg.state.dialog === 'share' && words !== undefined && this.#made.link;
    return html`<dialog class="help share" data-dialog="share" aria-labelledby="share-title" @close=${close}
        @click=${(/** @type {Event} */ event) => event.target === event.currentTarget && close()}>
      ${ready ? this.#inside(words, close) : nothing}
    </dialog>`;
  }

  /**
   * @param {Words} words
   * @param {() => void} close
   */
  #inside(words, close) {
    const { pg } = this;
    const { stale, seed } = pg.state;
    const said = (/** @type {string} */ key, /** @type {Record<string, string>} */ slots = {}) =>
      fill(words[key] ?? '', slots);
    return html`<div class="help-inside">
      <header role="presentation"><h2 id="share-title">${said('share.title')}</h2>
        <button class="round" aria-label=${pg.t('help.close')} @click=${close}>${icon('cross')}</button></header>
      <div class="share-choices">
        ${this.#moments(said)}
        ${this.#choice(
          'view',
          said('share.view'),
          views.map((id) => [id, said(`share.view.${id}`)]),
        )}
        ${this.#choice('lang', said('share.language'), [
          ['', said('share.reader')],
          ...Object.entries(languages).map(([id, { name }]) => [id, name]),
        ])}
        ${this.#choice('theme', said('share.theme'), [
          ['', said('share.reader')],
          ...themes.slice(1).map((id) => [id, pg.t(`theme.${id}`)]),
        ])}
      </div>
      ${stale ? html`<p>${said('share.stale')}</p>` : nothing}
      ${seed === null ? nothing : html`<p>${said('share.seed', { seed: String(seed) })}</p>`}
      ${isOnDisk(pg.home) ? html`<p class="share-disk">${said('share.disk')}</p>` : nothing}
      ${piecesFrom(pg.home).map((piece) => this.#piece(piece, said))}
      ${this.#files(said)}
      <p class="hidden" role="status">${this.#copied?.done ? said('share.copied') : ''}</p>
    </div>`;
  }

  /** @param {(key: string, slots?: Record<string, string>) => string} said */
  #moments(said) {
    const record = this.pg.state.shown?.record;
    const choices = /** @type {const} */ ([true, false]).map((moment) => {
      const words = moment
        ? said('share.moment', { n: String((record?.n ?? 0) + 1), time: formatTime(record?.time ?? 0) })
        : said('share.beginning');
      return html`<label><input type="radio" name="share-moment" .checked=${this.#chosen.moment === moment}
        @change=${() => this.#choose({ moment })}> ${words}</label>`;
    });
    return html`<fieldset><legend>${said('share.from')}</legend>${choices}</fieldset>`;
  }

  /**
   * @param {'view' | 'lang' | 'theme'} what
   * @param {string} name
   * @param {string[][]} options
   */
  #choice(what, name, options) {
    return html`<label>${name} <select name="share-${what}" @change=${(/** @type {Event} */ { target }) =>
      this.#choose({ [what]: /** @type {HTMLSelectElement} */ (target).value })}>
      ${options.map(
        ([id, label]) => html`<option value=${id} .selected=${id === this.#chosen[what]}
          lang=${what === 'lang' && id ? id : nothing}>${label}</option>`,
      )}</select></label>`;
  }

  /** @param {Partial<Chosen>} change */
  #choose(change) {
    this.#chosen = { ...this.#chosen, ...change };
    this.changed();
  }

  /**
   * @param {Piece} piece
   * @param {(key: string, slots?: Record<string, string>) => string} said
   */
  #piece(piece, said) {
    const text = this.#made[piece];
    const copied = this.#copied?.piece === piece ? this.#copied : null;
    const name = said(`share.${piece}`);
    const { length } = this.#made.link;
    const { lang } = this.pg.state;
    return html`<section class="share-piece" data-piece=${piece}>
      <h3 id="share-${piece}">${name}</h3>
      <button aria-label="${copied?.done ? said('share.copied') : said('share.copy')}: ${name}" @click=${(
        /** @type {Event} */ event,
      ) =>
        this.#copy(
          piece,
          event,
        )}>${copied?.done ? html`${icon('tick')} ${said('share.copied')}` : said('share.copy')}</button>
      <textarea readonly spellcheck="false" rows=${piece === 'link' || piece === 'markdown' ? 2 : 4} aria-labelledby="share-${piece}"
        .value=${text} @focus=${(/** @type {Event} */ { target }) => /** @type {HTMLTextAreaElement} */ (target).select()}></textarea>
      ${copied && !copied.done ? html`<p role="alert">${said('share.select')}</p>` : nothing}
      <p>${said(`share.${piece}.about`)}
        ${piece === 'link' ? said('share.length', { count: length.toLocaleString(lang) }) : nothing}
        ${piece === 'link' && length > longLink ? html`<strong>${said('share.long', { most: longLink.toLocaleString(lang) })}</strong>` : nothing}</p>
    </section>`;
  }

  /**
   * The clipboard may be absent or forbidden, as in a frame: then the text is selected for the reader to copy.
   * @param {Piece} piece
   * @param {Event} event
   */
  async #copy(piece, { currentTarget }) {
    const field = /** @type {HTMLElement} */ (currentTarget).parentElement?.querySelector('textarea');
    let done = false;
    try {
      await navigator.clipboard.writeText(this.#made[piece]);
      done = true;
    } catch {
      field?.focus();
      field?.select();
    }
    this.#copied = { piece, done };
    this.changed();
  }

  /** @param {(key: string, slots?: Record<string, string>) => string} said */
  #files(said) {
    const { pg } = this;
    const { scenario, source } = pg.state;
    const name = scenarioFileName(scenario, pg.title);
    const pick = (/** @type {Event} */ { currentTarget }) =>
      /** @type {HTMLElement} */ (currentTarget).parentElement?.querySelector('input')?.click();
    return html`<section class="share-files"><h3>${said('share.file')}</h3>
      <p>
        <button data-action="save" @click=${() => saveFile(new Blob([source], { type: 'text/plain' }), name)}>${said('share.save', { name })}</button>
        ${beside.file === null || (isOnDisk(pg.home) && !isOneFile()) ? nothing : html`<button data-action="html" @click=${() => this.#saveHtml(name)}>${said('share.html')}</button>`}
        <input type="file" hidden accept=".irql,.txt,text/plain" @change=${(
          /** @type {Event} */ { currentTarget },
        ) => open(pg, /** @type {HTMLInputElement} */ (currentTarget).files?.[0])}>
        ${pg.state.readonly ? nothing : html`<button data-action="open" @click=${pick}>${said('share.open')}</button>`}
        ${
          pg.sharing.canTakeBack
            ? html`<button data-action="back" @click=${() => {
                pg.closeDialog('share');
                pg.sharing.takeBack();
              }}>${said('kept.back')}</button>`
            : nothing
        }
      </p>
      ${this.#fileFailed ? html`<p role="alert">${said('share.html.failed')}</p>` : nothing}
      ${pg.state.readonly ? nothing : html`<p>${said('share.drop')}</p>`}</section>`;
  }

  async #fetchFile() {
    const response = await fetch(new URL(beside.file ?? '', this.pg.home));
    if (!response.ok) throw new Error(response.statusText);
    return response.text();
  }

  /** @param {string} name */
  async #saveHtml(name) {
    try {
      const page = fileWithState(isOneFile() ? ownSource() : await this.#fetchFile(), this.#fragment);
      saveFile(new Blob([page], { type: 'text/html' }), name.replace(/irql$/, 'html'));
      this.#fileFailed = false;
    } catch {
      this.#fileFailed = true;
    }
    this.changed();
  }
}
