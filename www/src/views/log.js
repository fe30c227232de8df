// The log: an ordinary list of every step, of which only the rows in sight exist. A click goes there.

import { html, nothing } from 'lit/html.js';
import { formatTime } from '../base/time_format.js';
import { listHeight, scrollToRow, visibleRows } from '../model/log_window.js';
import { irqlChip, richSentence } from './chip.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { RecordView } from '../engine/protocol.js' */

const rowHeight = 52;
const filters = /** @type {const} */ (['all', 'ordinary', 'important', 'flagged']);

export class Log {
  /** @type {{ total: number, row: number, rows: RecordView[], from: number, key: string }} */
  #loaded = { total: 0, row: -1, rows: [], from: 0, key: '' };
  #asked = '';
  #scrollTop = 0;
  #followed = '';

  /**
   * @param {Playground} pg
   * @param {HTMLElement} root
   * @param {() => void} changed
   */
  constructor(pg, root, changed) {
    this.pg = pg;
    this.root = root;
    this.changed = changed;
  }

  view() {
    const { t, state } = this.pg;
    const { total, rows, from } = this.#loaded;
    const { top } = this.#window();
    const current = state.shown?.record.n;
    const machine = state.run?.info.machine;
    return html`<div class="log">
      <label class="filter">${t('log.filter')}
        <select @change=${(/** @type {Event} */ event) =>
          this.pg.filterLog(/** @type {HTMLSelectElement} */ (event.target).selectedIndex)}>
          ${filters.map((name, i) => html`<option .selected=${i === state.logLevel}>${t(`log.${name}`)}</option>`)}
        </select>
      </label>
      <div class="log-scroll" data-size="log" @scroll=${(/** @type {Event} */ event) => {
        this.#scrollTop = /** @type {HTMLElement} */ (event.target).scrollTop;
        this.changed();
      }}>
        <div class="log-tall" .style=${`height: ${listHeight(total, rowHeight)}px`}>
          ${
            total === 0 && this.#loaded.key
              ? html`<p class="empty">${t('log.none')}</p>`
              : html`<ol aria-label=${t('log.list')} start=${(rows[0]?.n ?? 0) + 1} .style=${`transform: translateY(${top}px)`} data-from=${from}>
            ${rows.map(
              (record) => html`<li value=${record.n + 1}>
                <button tabindex=${record.n === current ? 0 : -1} aria-current=${record.n === current ? 'step' : 'false'}
                  data-n=${record.n} data-importance=${this.#importance(record)}
                  @click=${() => {
                    this.pg.pause();
                    this.pg.goTo(record.n);
                  }}>
                  <span class="log-meta"><span class="log-n">${record.n + 1}</span> ${formatTime(record.time)}
                    ${record.cpu === 255 ? nothing : html`<span>CPU ${record.cpu}</span>${machine ? irqlChip(record.irql, machine) : nothing}`}
                  </span>
                  <span class="log-text">${richSentence(this.pg, record)}</span>
                </button>
              </li>`,
            )}
          </ol>`
          }
        </div>
      </div>
    </div>`;
  }

  /** After each picture: fetches what is missing, follows the current step. */
  async update() {
    const { run, logLevel, shown } = this.pg.state;
    const scroll = this.#scroller();
    if (!run || !shown || !scroll || scroll.clientHeight === 0) return;
    const n = shown.record.n;
    const follow = `${run.session}:${logLevel}:${n}`;
    const { from, count } = this.#window();
    const key = `${run.session}:${run.len}:${logLevel}:${from}:${count}:${n}`;
    if (key === this.#asked) return;
    this.#asked = key;
    try {
      const wanted = Math.max(count, 40);
      const answer = await this.pg.engine.call('log', [run.session, logLevel, from, wanted, n]);
      if (key !== this.#asked) return;
      this.#loaded = { ...answer, from, key };
    } catch {
      return; // a newer run has taken the place of this one
    }
    this.changed();
    if (this.#followed === follow) return;
    this.#followed = follow;
    requestAnimationFrame(() => this.#follow());
  }

  #follow() {
    const scroll = this.#scroller();
    if (!scroll || this.#loaded.row < 0) return;
    const list = {
      total: this.#loaded.total,
      rowHeight,
      scrollTop: scroll.scrollTop,
      height: scroll.clientHeight,
    };
    const to = scrollToRow(this.#loaded.row, list);
    if (to !== null) scroll.scrollTop = to;
  }

  /** @returns {HTMLElement | null} */
  #scroller() {
    return this.root.querySelector('.log-scroll');
  }

  #window() {
    const total = this.#loaded.total || (this.pg.state.run?.len ?? 0);
    const height = this.#scroller()?.clientHeight || 400;
    return visibleRows({ total, rowHeight, scrollTop: this.#scrollTop, height });
  }

  /** @param {RecordView} record */
  #importance(record) {
    return this.pg.state.engine?.kinds.find(({ name }) => name === record.kind)?.importance ?? 1;
  }
}
