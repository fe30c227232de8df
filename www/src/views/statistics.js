// The statistics: who took how long and who waited how long, as a verdict, a table and histograms; and where the
// processors' time went. The engine counts when somebody looks, and not before the run is over.

import { html, nothing, svg } from 'lit/html.js';
import { formatTime } from '../base/time_format.js';
import {
  guidanceOf,
  histogram,
  loadPaths,
  nameOf,
  percent,
  stack,
  timeAxis,
  verdicts,
} from '../model/statistics_layout.js';
import { icon } from './icons.js';
import { MessageSizes } from './message_sizes.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { Run } from '../model/state.js' */
/** @import { Measured, Statistics } from '../engine/protocol.js' */
/** @import { Verdict } from '../model/statistics_layout.js' */
/** @import { Sizes } from './sizes.js' */
/** @typedef {{ pg: Playground, run: Run, figures: Statistics, width: number }} Context */

const stripHeight = 34;
const loadHeight = 48;
/** More processors have their numbers in the table. */
const loadsDrawn = 8;
const groupOf = {
  isr: 'device',
  dpc: 'dispatch',
  passiveIsr: 'passive',
  threadedDpc: 'passive',
  toIsr: 'device',
  toDpc: 'dispatch',
  toThread: 'passive',
};

export class StatisticsPanel {
  /** @type {Statistics | null} */
  #figures = null;
  #asked = -1;

  /**
   * @param {Playground} pg
   * @param {Sizes} sizes
   * @param {() => void} changed
   */
  constructor(pg, sizes, changed) {
    this.pg = pg;
    this.sizes = sizes;
    this.changed = changed;
    this.sizesOfMessages = new MessageSizes(pg, changed);
  }

  view() {
    const { pg } = this;
    const { run } = pg.state;
    const figures = this.#asked === run?.session ? this.#figures : null;
    const width = Math.max(240, this.sizes.of('statistics').width);
    return html`<div class="statistics" tabindex="0" role="group" aria-label=${pg.t('panel.statistics')}>
      <div data-size="statistics">
        ${run && figures ? content({ pg, run, figures, width }, this.sizesOfMessages) : html`<p class="soft">${pg.t('statistics.running')}</p>`}
      </div>
    </div>`;
  }

  /** After each picture: asks once for each run, when the panel is open and the run is over. */
  async update() {
    const { run, side } = this.pg.state;
    if (side !== 'statistics' || !run?.outcome) return;
    await Promise.all([this.sizesOfMessages.update(), this.#count(run)]);
  }

  /** @param {Run} run */
  async #count(run) {
    if (this.#asked === run.session) return;
    this.#asked = run.session;
    this.#figures = null;
    try {
      const figures = await this.pg.engine.call('statistics', [run.session]);
      if (this.#asked !== run.session) return;
      this.#figures = figures;
    } catch {
      return; // a newer run has taken the place of this one
    }
    this.changed();
  }
}

/**
 * Bounds and limits are whole numbers of their unit.
 * @param {number} ns
 */
const whole = (ns) => formatTime(ns).replace('.0 ', ' ');

/**
 * @param {Context} context
 * @param {MessageSizes} sizes
 */
function content(context, sizes) {
  const { pg, run, figures, width } = context;
  return html`<div class="verdict">${verdicts(figures, run.info).map((verdict) => verdictView(pg, verdict))}</div>
    ${figures.rows.length ? html`${timesTable(context)} ${strips(context)}` : nothing}
    ${sizes.view(width, (record) => show(pg, record))}
    ${loads(context)}
    ${figures.rows.length ? bucketTable(context) : nothing}`;
}

/**
 * The worst case is a link: there the reader sees why.
 * @param {Playground} pg
 * @param {number} record
 */
function show(pg, record) {
  pg.pause();
  pg.showPanel('flow');
  pg.goTo(record);
}

/**
 * @param {Playground} pg
 * @param {Verdict} verdict
 */
function verdictView(pg, { kind, slots, times, record, good }) {
  const told = Object.entries(times).map(([slot, ns]) => [slot, slot === 'own' ? formatTime(ns) : whole(ns)]);
  return html`<p data-good=${good}>${icon(good === null ? 'end' : good ? 'tick' : 'warning')}
    <span>${pg.t(`statistics.verdict.${kind}`, { ...slots, ...Object.fromEntries(told) })}
      ${record === null ? nothing : html`<button class="link" @click=${() => show(pg, record)}>${pg.t('statistics.show')}</button>`}
    </span></p>`;
}

/** @param {Context} context */
function timesTable({ pg, run, figures }) {
  const { t } = pg;
  const columns = ['routine', 'count', 'median', 'p99', 'max'];
  return html`<h2>${t('statistics.times')}</h2>
    <table>
      <thead><tr>${columns.map((name) => html`<th scope="col">${t(`statistics.column.${name}`)}</th>`)}</tr></thead>
      ${byMeasure(figures.rows).map(
        ([measure, rows]) => html`<tbody>
          <tr class="of"><th scope="rowgroup" colspan=${columns.length}>${t(`statistics.measure.${measure}`)}</th></tr>
          ${rows.map(
            (row) => html`<tr>
              <th scope="row">${nameOf(row, run.info)}</th>
              <td>${row.count.toLocaleString(pg.state.lang)}</td>
              <td>${formatTime(row.median)}</td>
              <td>${formatTime(row.p99)}</td>
              <td><button class="link" title=${t('statistics.goTo')} @click=${() => show(pg, row.record)}>${formatTime(row.max)}</button>
                ${row.ownMax === null || row.ownMax === row.max ? nothing : html`<small>${t('statistics.own', { time: formatTime(row.ownMax) })}</small>`}</td>
            </tr>`,
          )}
        </tbody>`,
      )}
    </table>
    <p class="soft">${t('statistics.note')}</p>`;
}

/**
 * @param {Measured[]} rows
 * @returns {[Measured['measure'], Measured[]][]}
 */
function byMeasure(rows) {
  /** @type {Map<Measured['measure'], Measured[]>} */
  const groups = new Map();
  for (const row of rows) groups.set(row.measure, [...(groups.get(row.measure) ?? []), row]);
  return [...groups];
}

/** @param {Context} context */
function strips(context) {
  const { pg, run, figures, width } = context;
  const { t } = pg;
  const axis = timeAxis(figures, width);
  const named = axis.decades.filter(({ x }) => x < width - 24);
  return html`<h2>${t('statistics.histograms')}</h2>
    <div class="strips" aria-hidden="true">
      ${figures.rows.map(
        (row) => html`<p><b>${nameOf(row, run.info)}</b> ${t(`statistics.short.${row.measure}`)}</p>
          ${strip(context, row, axis)}`,
      )}
      <svg class="scale" width=${width} height="18">
        <text x=${axis.column / 2} y="13" text-anchor="middle">0</text>
        ${named.map(({ ns, x }) => svg`<text x=${x} y="13" text-anchor="middle">${whole(ns)}</text>`)}
      </svg>
    </div>
    <p class="soft">${t('statistics.histogramNote', {
      first: whole(figures.bucketBounds[0]),
      last: whole(figures.bucketBounds.at(-1) ?? 0),
    })}</p>`;
}

/**
 * @param {Context} context
 * @param {Measured} row
 * @param {ReturnType<typeof timeAxis>} axis
 */
function strip({ pg, figures, width }, row, axis) {
  const bars = histogram(row, axis, figures.binStarts, stripHeight - 8);
  const limit = guidanceOf(figures, row.measure);
  const max = axis.x(row.max);
  return html`<svg class="strip" data-group=${groupOf[row.measure]} data-latency=${row.ownMax === null} width=${width} height=${stripHeight}>
    <line class="floor" x1="0" x2=${width} y1=${stripHeight - 0.5} y2=${stripHeight - 0.5}></line>
    ${axis.bounds.map(({ x }) => svg`<line class="bound" x1=${x} x2=${x} y1="0" y2=${stripHeight}></line>`)}
    ${limit === Number.POSITIVE_INFINITY ? nothing : svg`<line class="limit" x1=${axis.x(limit)} x2=${axis.x(limit)} y1="0" y2=${stripHeight}></line>`}
    ${bars.map(
      ({
        x,
        width: wide,
        height,
        count,
        from,
        to,
      }) => svg`<rect x=${x + 1} y=${stripHeight - height} width=${Math.max(1, wide - 2)} height=${height}>
        <title>${count} × ${formatTime(from)}${to === null ? '…' : `–${formatTime(to)}`}</title></rect>`,
    )}
    <g class="max" @click=${() => show(pg, row.record)}>
      <title>${pg.t('statistics.column.max')}: ${formatTime(row.max)}. ${pg.t('statistics.goTo')}</title>
      <rect class="touch" x=${max - 14} y="0" width="28" height=${stripHeight}></rect>
      <path d="M${max - 5} 0H${max + 5}L${max} 8Z"></path>
    </g>
  </svg>`;
}

/** @param {Context} context */
function loads({ pg, run, figures, width }) {
  const { t } = pg;
  const { end, slice } = figures;
  const most = Math.max(...figures.loads.flatMap(({ interrupts }) => interrupts));
  const share = (/** @type {number} */ ns) => `${percent(ns, end)} %`;
  const names = run.info.names.Thread ?? [];
  if (!end) return nothing;
  return html`<h2>${t('statistics.load')}</h2>
    <p class="legend soft">${stack.map(([what]) => html`<span><i class="swatch" data-use=${what}></i>${t(`statistics.use.${what}`)}</span>`)}
      <span><i class="swatch line"></i>${t('statistics.rate', { count: most, time: formatTime(slice) })}</span></p>
    <div class="loads" aria-hidden="true">
      ${figures.loads.slice(0, loadsDrawn).map((load, cpu) => {
        const { areas, line } = loadPaths(load, slice, end, most, { width, height: loadHeight });
        const at = (Math.min(pg.state.clock, end) / end) * width;
        return html`<svg width=${width} height=${loadHeight} @click=${(/** @type {MouseEvent} */ event) =>
          pg.goToTime((event.offsetX / width) * end)}>
            <rect class="ground" width=${width} height=${loadHeight}></rect>
            ${areas.map(({ what, path }) => svg`<path data-use=${what} d=${path}></path>`)}
            <path class="rate" d=${line}></path>
            <line class="now" x1=${at} x2=${at} y1="0" y2=${loadHeight}></line>
            ${figures.loads.length > 1 ? svg`<text x="4" y="14">${t('timeline.cpu', { cpu })}</text>` : nothing}
          </svg>`;
      })}
      <p class="ends soft"><span>0</span><span>${formatTime(end)}</span></p>
    </div>
    <table>
      <thead><tr><th scope="col">${t('ladder.cpu', { cpu: '' }).trim()}</th>
        ${['isr', 'dpc', 'thread', 'idle'].map((what) => html`<th scope="col">${t(`statistics.use.${what}`)}</th>`)}</tr></thead>
      <tbody>${figures.loads.map(
        (
          { total: [idle, thread, dpc, isr] },
          cpu,
        ) => html`<tr><th scope="row">${t('ladder.cpu', { cpu })}</th>
          ${[isr, dpc, thread, idle].map((ns) => html`<td>${share(ns)}</td>`)}</tr>`,
      )}</tbody>
    </table>
    <table>
      <thead><tr><th scope="col">${t('flow.thread')}</th><th scope="col">${t('statistics.ran')}</th><th scope="col">${t('statistics.share')}</th></tr></thead>
      <tbody>${figures.threads.map(
        (ns, n) =>
          html`<tr><th scope="row">${names[n]}</th><td>${formatTime(ns)}</td><td>${share(ns)}</td></tr>`,
      )}</tbody>
    </table>`;
}

/** @param {Context} context */
function bucketTable({ pg, run, figures }) {
  const { t } = pg;
  const bounds = figures.bucketBounds;
  return html`<details>
    <summary>${t('statistics.buckets')}</summary>
    <table class="buckets">
      <thead><tr><th scope="col">${t('statistics.column.routine')}</th>
        ${bounds.map((ns) => html`<th scope="col">&lt; ${whole(ns)}</th>`)}
        <th scope="col">≥ ${whole(bounds.at(-1) ?? 0)}</th></tr></thead>
      ${byMeasure(figures.rows).map(
        ([measure, rows]) => html`<tbody>
          <tr class="of"><th scope="rowgroup" colspan=${bounds.length + 2}>${t(`statistics.measure.${measure}`)}</th></tr>
          ${rows.map((row) => html`<tr><th scope="row">${nameOf(row, run.info)}</th>${row.buckets.map((count) => html`<td>${count}</td>`)}</tr>`)}
        </tbody>`,
      )}
    </table>
  </details>`;
}
