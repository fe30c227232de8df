// The way of a message, drawn: processes as walls with ports for doors, the kernel's queues between them, sections as
// bands through both walls; what was copied and held, in numbers and along the run; and why the next step is yet to come.

import { html, nothing } from 'lit/html.js';
import { formatBytes } from '../base/byte_format.js';
import { formatTime } from '../base/time_format.js';
import { fill } from '../messages/format.js';
import { loadAlpc } from '../messages/index.js';
import { compares, crossing, sizeRows } from '../model/exchange_plot.js';
import { layoutAlpcFlow } from '../model/flow_alpc_layout.js';
import { secondFlow, standsAside } from '../model/second_flow.js';
import { envelopeView } from './envelope.js';
import { costsView, plotView } from './flow_alpc_plot.js';
import { wallsView } from './flow_alpc_walls.js';
import { flowTitle } from './flow_choice.js';
import { variablesView } from './flow_dpc.js';
import { crossingText } from './message_sizes.js';
import { roomForAlpcFlow } from './room.js';

/** @import { Traffic } from '../engine/protocol.js' */
/** @import { AlpcFlow, Band, Counters, Lane } from '../model/flow_alpc_layout.js' */
/** @import { Sentence } from '../model/flow_alpc_why.js' */
/** @import { Playground } from '../model/playground.js' */
/** @import { Sizes } from './sizes.js' */

/** Of the picture, where the panel has no height of its own. */
const freeHeight = 250;
const plotHeight = { tall: 34, low: 28 };
/** Room in the kernel besides its lanes' envelopes. */
const laneLabel = 78;

export class AlpcFlowPart {
  /** @type {Record<string, string>} */
  #words = {};
  #lang = '';
  /** @type {Traffic | null} */
  #traffic = null;
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
  }

  /** After each picture: the words in the reader's language; the figures of each run, once it is over. */
  async update() {
    const { run, flow } = this.pg.state;
    if (!run || secondFlow(run.info, flow) !== 'alpc') return;
    await Promise.all([this.translate(), run.outcome ? this.#measure(run.session) : null]);
  }

  async translate() {
    const { lang } = this.pg.state;
    if (this.#lang === lang) return;
    this.#lang = lang;
    const words = await loadAlpc(lang);
    if (this.#lang !== lang) return;
    this.#words = words;
    this.changed();
  }

  /** @param {number} session */
  async #measure(session) {
    if (this.#asked === session) return;
    this.#asked = session;
    this.#traffic = null;
    try {
      const traffic = await this.pg.engine.call('traffic', [session]);
      if (this.#asked !== session) return;
      this.#traffic = traffic;
    } catch {
      return; // a newer run has taken the place of this one
    }
    this.changed();
  }

  /** @type {import('../messages/index.js').Translate} */
  #said = (key, slots) => fill(this.#words[key] ?? '', slots);

  view() {
    const { pg, sizes } = this;
    const { run, shown, flow: chosen } = pg.state;
    if (!run || !shown) return nothing;
    const said = this.#said;
    const aside = standsAside(run.info, chosen);
    const height = roomForAlpcFlow(run, chosen, sizes);
    const mode = height < 300 ? 'low' : 'tall';
    const room = {
      height: sizes.wide ? sizes.of('alpc-picture').height : freeHeight,
      lane: sizes.of('alpc-kernel').width - laneLabel,
      low: mode === 'low',
    };
    const flow = layoutAlpcFlow(shown, run.info, room);
    if (!flow) return nothing;
    const words = { t: pg.t, said };
    const plot = sizes.of('alpc-plot');
    const traffic = this.#asked === run.session ? this.#traffic : null;
    return html`<section class="panel flow alpc" part="flow" aria-labelledby="alpc-title" data-mode=${mode}
        .style=${sizes.wide ? `height:${height}px` : ''}>
      <header>${flowTitle(pg, 'alpc')} ${countersView(said, flow.counters)}</header>
      ${aside ? variablesView(pg, run.info.names.Global ?? [], shown.state.globals) : nothing}
      <div class="alpc-picture" data-size="alpc-picture">
        ${wallsView(words, 'clients', flow.left, flow.leftMore)}
        ${kernelView(said, flow)}
        ${wallsView(words, 'servers', flow.right, flow.rightMore)}
        ${flow.bands.map((band) => bandView(said, band))}
        ${flow.bandsMore ? html`<p class="more">${said('alpc.more.sections', { count: flow.bandsMore })}</p>` : nothing}
      </div>
      <p class="reason" aria-live="off">${flow.why.map((sentence) => this.#sentence(sentence)).join(' ')}</p>
      <div class="alpc-foot">
        <div data-size="alpc-plot" class="alpc-plot">
          ${traffic && plot.width ? plotView(pg, said, traffic, { width: plot.width, height: plotHeight[mode] }) : nothing}
        </div>
        <div>${costsView(said, run.info.machine.costs)}</div>
        ${traffic ? this.#crossing(traffic) : nothing}
      </div>
    </section>`;
  }

  /**
   * Where requests went both ways: which is faster, and the way to the plot that shows it.
   * @param {Traffic} traffic
   */
  #crossing({ exchanges }) {
    const rows = sizeRows(exchanges);
    if (!compares(rows)) return nothing;
    return html`<p class="sizes-cross">${crossingText(this.#said, crossing(rows))}
      <button class="link" @click=${() => this.pg.showPanel('statistics')}>${this.#said('alpc.sizes.show')}</button></p>`;
  }

  /** @param {Sentence} sentence */
  #sentence({ key, slots }) {
    const { statuses = {} } = this.pg.state.engine ?? {};
    const { bytes, limit, status } = slots;
    return this.#said(`alpc.why.${key}`, {
      ...slots,
      ...(bytes === undefined ? {} : { bytes: formatBytes(Number(bytes)) }),
      ...(limit === undefined ? {} : { limit: formatBytes(Number(limit)) }),
      ...(status === undefined ? {} : { status: statuses[status] ?? `0x${Number(status).toString(16)}` }),
    });
  }
}

/**
 * @param {import('../messages/index.js').Translate} said
 * @param {Counters} counters
 */
function countersView(said, { copied, held, switches, latency }) {
  const counter = (/** @type {string} */ name, /** @type {unknown} */ value) =>
    html`<div title=${said(`alpc.counter.${name}.about`)}><dt>${said(`alpc.counter.${name}`)}</dt><dd>${value}</dd></div>`;
  return html`<dl class="variables counters" aria-label=${said('alpc.counters')}>
    ${counter('copied', formatBytes(copied))}
    ${counter('held', formatBytes(held))}
    ${counter('switches', switches)}
    ${latency === null ? nothing : counter('latency', formatTime(latency))}
  </dl>`;
}

/**
 * @param {import('../messages/index.js').Translate} said
 * @param {AlpcFlow} flow
 */
function kernelView(said, { lanes, lanesMore, pool }) {
  return html`<div class="kernel" data-size="alpc-kernel">
    <p class="kernel-title"><b>${said('alpc.kernel')}</b>
      ${
        pool
          ? html`<span class="pool" title=${said('alpc.pool.about', { port: pool.port })}>
              <i class="gauge" aria-hidden="true"><i .style=${`width:${Math.min(100, (pool.used / pool.limit) * 100)}%`}></i></i>
              ${said('alpc.pool', { used: formatBytes(pool.used), limit: formatBytes(pool.limit) })}</span>`
          : nothing
      }</p>
    ${lanes.map((lane) => laneView(said, lane))}
    ${lanesMore ? html`<p class="more">${said('alpc.more.lanes', { count: lanesMore })}</p>` : nothing}
  </div>`;
}

/**
 * @param {import('../messages/index.js').Translate} said
 * @param {Lane} lane
 */
function laneView(said, { kind, port, to, envelopes, detailed, more }) {
  const name = said(`alpc.lane.${kind}`);
  const about = said(`alpc.lane.${kind}.about`);
  return html`<div class="alpc-lane" data-kind=${kind} data-to=${to} data-empty=${envelopes.length === 0}>
    <span class="lane-label" title=${port ? `${port}: ${about}` : about}>${port ? html`${port} ` : nothing}${name}</span>
    <ol aria-label=${port ? `${port}: ${about}` : about}>${envelopes.map((envelope) => html`<li>${envelopeView(envelope, detailed, said)}</li>`)}</ol>
    ${more ? html`<span class="more">+${more}</span>` : nothing}
  </div>`;
}

/**
 * @param {import('../messages/index.js').Translate} said
 * @param {Band} band
 */
function bandView(said, { key, name, size, left, right }) {
  const end = (/** @type {number | null} */ mapped) =>
    mapped === null ? said('alpc.band.unmapped') : said('alpc.band.mapped', { size: formatBytes(mapped) });
  return html`<div class="shared-section" data-flip=${key}>
    <span data-mapped=${left !== null}>${end(left)}</span>
    <span class="section-name" title=${said('alpc.band.about', { section: name, size: formatBytes(size) })}>${said('alpc.band', { section: name, size: formatBytes(size) })}</span>
    <span data-mapped=${right !== null}>${end(right)}</span>
  </div>`;
}
