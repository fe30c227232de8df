// The dialog that lets a run and a picture of its moment leave the page. Its module comes when it is opened.

import { html, nothing } from 'lit/html.js';
import { formatBytes } from '../base/byte_format.js';
import { copyText, fileName, saveFile } from '../base/files.js';
import { fill } from '../messages/format.js';
import { loadExport } from '../messages/index.js';
import { drawMoment, titleOf } from '../model/scene.js';
import { icon } from './icons.js';

/** @import { ExportPiece } from '../engine/protocol.js' */
/** @import { Picture } from '../model/picture.js' */
/** @import { Theme } from '../model/picture_style.js' */
/** @import { Playground } from '../model/playground.js' */

/** A longer text is of no use on a clipboard. */
const mostToCopy = 20 << 20;
/** How much larger than drawn a PNG is. */
const pngScale = 2;
/** @type {Theme[]} */
const themes = ['light', 'dark', 'auto'];
/** @typedef {'svg' | 'png' | 'trace' | 'jsonl' | 'scenario'} What */
const endings = { svg: '.svg', png: '.png', trace: '.trace.json', jsonl: '.jsonl', scenario: '.irql' };
const types = {
  svg: 'image/svg+xml',
  png: 'image/png',
  trace: 'application/json',
  jsonl: 'application/jsonl',
  scenario: 'text/plain',
};

export class ExportDialog {
  /** @type {Record<string, string>} */
  #words = {};
  #lang = '';
  /** @type {Theme | null} */
  #theme = null;
  /** @type {Picture | null} */
  #picture = null;
  #drawn = '';
  /** What was done last, or why not. */
  #said = '';
  /** The text that only the reader's own hand can copy. */
  #manual = '';
  /** @type {{ at: number, of: number } | null} */
  #making = null;
  #stopped = false;

  /**
   * @param {Playground} pg
   * @param {() => void} changed
   */
  constructor(pg, changed) {
    this.pg = pg;
    this.changed = changed;
  }

  /** After each picture of the page: the words in the reader's language, the drawing of the moment. */
  async update() {
    const { lang, dialog, run, shown } = this.pg.state;
    if (dialog !== 'export') {
      this.#stopped = true;
      return;
    }
    if (this.#lang !== lang) {
      this.#lang = lang;
      const words = await loadExport(lang);
      if (this.#lang !== lang) return;
      this.#words = words;
      this.changed();
    }
    const key = [
      lang,
      this.#chosenTheme(),
      run?.session,
      titleOf(this.pg),
      shown && this.pg.spell(shown.record),
      shown?.record.n,
    ].join();
    if (key === this.#drawn) return;
    this.#drawn = key;
    try {
      const picture = await drawMoment(this.pg, this.#chosenTheme());
      if (key !== this.#drawn) return;
      this.#picture = picture;
    } catch (error) {
      if (key !== this.#drawn || this.pg.state.run !== run) return; // another moment, or another run, is to be drawn
      this.#said = this.#word('export.failed', { reason: reasonOf(error) });
    }
    this.changed();
  }

  /** The theme that the page is in, until the reader chooses. */
  #chosenTheme() {
    if (this.#theme) return this.#theme;
    const { theme } = this.pg.state;
    if (theme !== 'system') return theme;
    return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }

  view() {
    const { pg } = this;
    const close = () => pg.closeDialog('export');
    return html`<dialog class="help export" data-dialog="export" aria-labelledby="export-title" @close=${close}
        @click=${(/** @type {Event} */ event) => event.target === event.currentTarget && close()}>
      ${pg.state.dialog === 'export' && this.#words['export.title'] ? this.#inside(close) : nothing}
    </dialog>`;
  }

  /** @param {() => void} close */
  #inside(close) {
    const { pg } = this;
    const { shown } = pg.state;
    const word = (/** @type {string} */ key) => this.#word(key);
    const theme = this.#chosenTheme();
    const sentence = shown ? pg.spell(shown.record) : '';
    return html`<div class="help-inside">
      <header role="presentation"><h2 id="export-title">${word('export.title')}</h2>
        <button class="round" aria-label=${pg.t('help.close')} @click=${close}>${icon('cross')}</button></header>
      <h3>${word('export.picture')}</h3>
      ${
        this.#picture
          ? html`<img src=${addressOf(this.#picture.svg)} width=${this.#picture.width} height=${this.#picture.height} alt=${this.#word('export.alt', { sentence })} />`
          : nothing
      }
      <fieldset><legend>${word('export.colours')}</legend>
        ${themes.map((one) => html`<button aria-pressed=${one === theme} @click=${() => this.#choose(one)}>${word(`export.${one}`)}</button>`)}
      </fieldset>
      <ul>${this.#row('svg')}${this.#row('png')}</ul>
      <h3>${word('export.run')}</h3>
      <ul>${this.#row('trace')}${this.#row('jsonl')}${this.#row('scenario')}</ul>
      ${isFramed() ? html`<p class="note">${word('export.frame')}</p>` : nothing}
      <div class="said">${
        this.#making
          ? html`<p class="making"><progress max=${this.#making.of} .value=${this.#making.at} aria-label=${word('export.run')}></progress>
              ${this.#word('export.made', { at: number(this.#making.at, pg), of: number(this.#making.of, pg) })}
              <button @click=${() => {
                this.#stopped = true;
              }}>${word('export.stop')}</button></p>`
          : nothing
      }
      <p role="status">${this.#said}</p></div>
      ${
        this.#manual
          ? html`<label>${word('export.manual')}<textarea readonly rows="6" .value=${this.#manual}
              @focus=${(/** @type {Event} */ event) => /** @type {HTMLTextAreaElement} */ (event.target).select()}></textarea></label>`
          : nothing
      }
    </div>`;
  }

  /** @param {What} what */
  #row(what) {
    const name = this.#word(`export.${what}`);
    const button = (/** @type {'save' | 'copy'} */ how) =>
      html`<button aria-label=${this.#word(`export.${how}What`, { what: name })} ?disabled=${this.#making !== null}
        @click=${() => this.#leave(what, how)}>${this.#word(`export.${how}`)}</button>`;
    return html`<li data-what=${what}><span><b>${name}</b> <span>${this.#word(`export.${what}.about`)}</span></span>
      ${what === 'png' ? nothing : button('copy')} ${button('save')}</li>`;
  }

  /** @param {Theme} theme */
  #choose(theme) {
    this.#theme = theme;
    this.changed();
  }

  /**
   * @param {What} what
   * @param {'save' | 'copy'} how
   */
  async #leave(what, how) {
    this.#manual = '';
    this.#said = '';
    try {
      const blob = await this.#made(what);
      if (!blob) return;
      if (how === 'save') this.#save(blob, what);
      else await this.#copy(blob, what);
    } catch (error) {
      this.#said = this.#word('export.failed', { reason: reasonOf(error) });
    } finally {
      this.#making = null;
      this.changed();
    }
  }

  /**
   * @param {Blob} blob
   * @param {What} what
   */
  #save(blob, what) {
    const file = fileName(titleOf(this.pg), endings[what]);
    saveFile(blob, file);
    this.#said = this.#word('export.saved', { file });
  }

  /**
   * @param {Blob} blob
   * @param {What} what
   */
  async #copy(blob, what) {
    if (blob.size > mostToCopy) {
      const sizes = { size: formatBytes(blob.size), limit: formatBytes(mostToCopy) };
      this.#said = this.#word('export.tooLong', sizes);
      return;
    }
    const text = await blob.text();
    if (await copyText(text))
      this.#said = this.#word('export.copied', { what: this.#word(`export.${what}`) });
    else this.#manual = text;
  }

  /**
   * @param {What} what
   * @returns {Promise<Blob | null>} `null`: the reader does not want it any more
   */
  async #made(what) {
    if (what === 'scenario') return new Blob([this.pg.state.source], { type: types.scenario });
    if (what === 'trace' || what === 'jsonl') return this.#file(what);
    // No reader's setting is in pixels.
    const theme = what === 'png' && this.#theme === 'auto' ? 'light' : this.#chosenTheme();
    const { svg, width, height } = (await drawMoment(this.pg, theme)) ?? { svg: '', width: 0, height: 0 };
    if (what === 'svg') return new Blob([svg], { type: types.svg });
    return raster(svg, width * pngScale, height * pngScale);
  }

  /**
   * The run as a file, in pieces as the engine makes them: no task is long, here or there.
   * @param {'trace' | 'jsonl'} format
   */
  async #file(format) {
    const { engine, state } = this.pg;
    const { run, lang } = state;
    if (!run) return null;
    this.#stopped = false;
    this.#making = { at: 0, of: run.len };
    this.changed();
    await engine.call('beginExport', [run.session, format, lang]);
    /** @type {Blob[]} */
    const parts = [];
    for (;;) {
      const piece = /** @type {ExportPiece} */ (await engine.call('nextOfExport', [run.session]));
      // A blob of its own each: the browser may keep them where it likes.
      if (piece.text) parts.push(new Blob([piece.text]));
      if (piece.done) break;
      if (this.#stopped) return null;
      this.#making = { at: piece.at, of: piece.of };
      this.changed();
    }
    return new Blob(parts, { type: types[format] });
  }

  /**
   * @param {string} key
   * @param {Record<string, string | number>} [slots]
   */
  #word(key, slots) {
    return fill(this.#words[key] ?? '', slots);
  }
}

/**
 * Not a blob's: in a sandboxed frame that has no origin, and what it is drawn on could not be read.
 * @param {string} svg
 */
const addressOf = (svg) => `data:${types.svg};charset=utf-8,${encodeURIComponent(svg)}`;

/**
 * @param {string} svg
 * @param {number} width
 * @param {number} height
 * @returns {Promise<Blob>}
 */
async function raster(svg, width, height) {
  const image = new Image(width, height);
  image.src = addressOf(svg);
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.drawImage(image, 0, 0, width, height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('toBlob'))), types.png),
  );
}

/** Whether somebody else's page may have forbidden downloads: nobody is told. */
function isFramed() {
  try {
    return globalThis.self !== globalThis.top;
  } catch {
    return true;
  }
}

/**
 * @param {number} value
 * @param {Playground} pg
 */
const number = (value, pg) => value.toLocaleString(pg.state.lang);

/** @param {unknown} error */
const reasonOf = (error) => (error instanceof Error ? error.message : String(error));
