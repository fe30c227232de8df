// Copying against mapping: what the run's requests took and what was copied for them, by how much they carried, as two
// pictures and as a table. The engine counts when the statistics are open.

import { html, nothing, svg } from 'lit/html.js';
import { formatBytes } from '../base/byte_format.js';
import { formatTime } from '../base/time_format.js';
import { fill } from '../messages/format.js';
import { loadAlpc } from '../messages/index.js';
import { compares, crossing, exchangePlot, sizeRows, ways } from '../model/exchange_plot.js';

/** @import { Cell, Carried, Crossing, ExchangePlot, SizeRow } from '../model/exchange_plot.js' */
/** @import { Playground } from '../model/playground.js' */
/** @import { Translate } from '../messages/index.js' */

const heights = { time: 170, copied: 110 };
const left = 52;

export class MessageSizes {
  /** @type {Record<string, string>} */
  #words = {};
  #lang = '';
  /** @type {SizeRow[]} */
  #rows = [];
  #asked = -1;

  /**
   * @param {Playground} pg
   * @param {() => void} changed
   */
  constructor(pg, changed) {
    this.pg = pg;
    this.changed = changed;
  }

  /** Asks once for each run that has ports, and for the words of each language. */
  async update() {
    const { run, lang } = this.pg.state;
    if (!run?.outcome || !run.info.ports.length) return;
    if (this.#lang !== lang) {
      this.#lang = lang;
      this.#words = await loadAlpc(lang);
      this.changed();
    }
    if (this.#asked === run.session) return;
    this.#asked = run.session;
    this.#rows = [];
    try {
      const { exchanges } = await this.pg.engine.call('traffic', [run.session]);
      if (this.#asked !== run.session) return;
      this.#rows = sizeRows(exchanges);
    } catch {
      return; // a newer run has taken the place of this one
    }
    this.changed();
  }

  /** @type {Translate} */
  #said = (key, slots) => fill(this.#words[key] ?? '', slots);

  /**
   * @param {number} width
   * @param {(record: number) => void} show  Leads to a record.
   */
  view(width, show) {
    const rows = this.#rows;
    const said = this.#said;
    if (this.#asked !== this.pg.state.run?.session || !rows.length || !this.#words['alpc.sizes'])
      return nothing;
    return html`<section class="sizes" aria-labelledby="sizes-title">
      <h2 id="sizes-title">${said('alpc.sizes')}</h2>
      <p class="soft">${said('alpc.sizes.about')}</p>
      ${compares(rows) ? html`<p class="sizes-cross">${crossingText(said, crossing(rows))}</p>` : nothing}
      ${rows.length > 1 ? html`${picture(said, rows, 'time', width, show)} ${picture(said, rows, 'copied', width, show)}` : nothing}
      ${table(said, rows, show)}
    </section>`;
  }
}

/**
 * @param {Translate} said
 * @param {Crossing | null} found
 */
export function crossingText(said, found) {
  if (!found) return said('alpc.sizes.copy');
  const to = formatBytes(found.to);
  return found.from === null
    ? said('alpc.sizes.section')
    : said('alpc.sizes.cross', { from: formatBytes(found.from), to });
}

/**
 * @param {Translate} said
 * @param {SizeRow[]} rows
 * @param {'time' | 'copied'} what
 * @param {number} width
 * @param {(record: number) => void} show
 */
function picture(said, rows, what, width, show) {
  const height = heights[what];
  const plot = exchangePlot(rows, what, { width, height, left });
  const { crossing: cross } = plot;
  const format = what === 'time' ? formatTime : formatBytes;
  return html`<figure class="sizes-plot" aria-hidden="true">
    <figcaption class="soft"><b>${said(`alpc.sizes.${what}`)}</b>
      ${ways.map((way) => (plot[way].points.length ? html`<span><i class="swatch" data-way=${way}></i>${said(`alpc.sizes.way.${way}`)}</span>` : nothing))}
    </figcaption>
    <svg width=${width} height=${height + 18}>
      <rect class="ground" x=${left} width=${width - left} height=${height}></rect>
      ${plot.levels.map(
        ({ y, value }) => svg`<line class="level" x1=${left} x2=${width} y1=${y} y2=${y}></line>
          <text x=${left - 5} y=${Math.min(height - 2, Math.max(10, y + 4))} text-anchor="end">${format(value).replace('.0 ', ' ')}</text>`,
      )}
      ${plot.sizes.map(
        ({ x, bytes }) => svg`<line class="level" x1=${x} x2=${x} y1="0" y2=${height}></line>
          <text x=${Math.min(width - 18, x)} y=${height + 14} text-anchor="middle">${formatBytes(bytes)}</text>`,
      )}
      ${cross ? svg`<line class="cross" x1=${cross.x} x2=${cross.x} y1="0" y2=${height}></line>` : nothing}
      ${ways.map((way) => svg`<path data-way=${way} d=${plot[way].line}></path>`)}
      ${ways.map((way) => plot[way].points.map((point) => pointView(said, point, show)))}
      ${cross ? crossView(said, cross, width) : nothing}
    </svg>
  </figure>`;
}

/**
 * Where the lines cross, told on that side which has room.
 * @param {Translate} said
 * @param {NonNullable<ExchangePlot['crossing']>} cross
 * @param {number} width
 */
function crossView(said, { from, to, x, y }, width) {
  const words = from === null ? formatBytes(to) : `${formatBytes(from)} – ${formatBytes(to)}`;
  const before = x > width / 2;
  return svg`<circle class="cross" cx=${x} cy=${y} r="7"></circle>
    <text class="cross" x=${x + (before ? -6 : 6)} y="13" text-anchor=${before ? 'end' : 'start'}>${said('alpc.sizes.mark', { sizes: words })}</text>`;
}

/**
 * @param {Translate} said
 * @param {import('../model/exchange_plot.js').Point} point
 * @param {(record: number) => void} show
 */
function pointView(said, { x, y, way, bytes, cell }, show) {
  const told = said('alpc.sizes.point', {
    bytes: formatBytes(bytes),
    way: said(`alpc.sizes.way.${way}`),
    time: formatTime(cell.time),
    copied: formatBytes(cell.copied),
  });
  return svg`<g class="point" data-way=${way} @click=${() => show(cell.record)}><title>${told}</title>
    <rect class="touch" x=${x - 8} y=${y - 8} width="16" height="16"></rect>
    ${way === 'inline' ? svg`<circle cx=${x} cy=${y} r="3"></circle>` : svg`<path d="M${x - 3.5} ${y}l3.500-3.500 3.500 3.500-3.500 3.500Z"></path>`}</g>`;
}

/**
 * @param {Translate} said
 * @param {SizeRow[]} rows
 * @param {(record: number) => void} show
 */
function table(said, rows, show) {
  const used = ways.filter((way) => rows.some((row) => row[way]));
  const time = (/** @type {Cell | null} */ cell, /** @type {boolean} */ faster) =>
    cell
      ? html`<td data-faster=${faster}><button class="link" title=${said('alpc.sizes.goTo')} @click=${() => show(cell.record)}>${formatTime(cell.time)}</button>
          ${cell.count > 1 ? html`<small>× ${cell.count}</small>` : nothing}</td>`
      : html`<td>—</td>`;
  const faster = (/** @type {SizeRow} */ row, /** @type {Carried} */ way) => {
    const other = row[way === 'inline' ? 'section' : 'inline'];
    return Boolean(other && row[way] && row[way].time < other.time);
  };
  return html`<table class="sizes-table">
    <thead>
      <tr><td></td><th scope="colgroup" colspan=${used.length}>${said('alpc.sizes.time')}</th>
        <th scope="colgroup" colspan=${used.length}>${said('alpc.sizes.copied')}</th></tr>
      <tr><th scope="col">${said('alpc.sizes.size')}</th>
        ${[0, 1].map(() => used.map((way) => html`<th scope="col">${said(`alpc.sizes.way.${way}`)}</th>`))}</tr>
    </thead>
    <tbody>${rows.map(
      (row) => html`<tr><th scope="row">${formatBytes(row.bytes)}</th>
        ${used.map((way) => time(row[way], faster(row, way)))}
        ${used.map((way) => html`<td>${row[way] ? formatBytes(row[way].copied) : '—'}</td>`)}</tr>`,
    )}</tbody>
  </table>`;
}
