// What messages cost, drawn along the run with the playhead, and beside it the costs that the machine reckons with.

import { html, nothing, svg } from 'lit/html.js';
import { formatBytes } from '../base/byte_format.js';
import { formatTime } from '../base/time_format.js';
import { sliceAt, trafficPlot } from '../model/traffic_layout.js';

/** @import { Costs, Traffic } from '../engine/protocol.js' */
/** @import { Playground } from '../model/playground.js' */
/** @import { Translate } from '../messages/index.js' */

/**
 * @param {Playground} pg
 * @param {Translate} said
 * @param {Traffic} traffic
 * @param {{ width: number, height: number }} size
 */
export function plotView(pg, said, traffic, size) {
  const plot = trafficPlot(traffic, size);
  const { alpc } = pg.state.shown?.state ?? {};
  if (!plot || !alpc) return nothing;
  const { width, height } = size;
  const { clock } = pg.state;
  const x = (/** @type {number} */ ns) => Math.min(1, ns / plot.end) * width;
  const longest = plot.longest === null ? '—' : formatTime(plot.longest);
  const told = said('alpc.plot.told', {
    held: formatBytes(alpc.kernel_memory),
    most: formatBytes(plot.most),
    copied: formatBytes(alpc.bytes_copied),
    all: formatBytes(plot.all),
    latency: longest,
  });
  return html`<figure class="traffic" aria-label=${said('alpc.plot')}>
    <svg width=${width} height=${height} role="img" aria-label=${told} @click=${(
      /** @type {MouseEvent} */ event,
    ) => pg.goToTime((event.offsetX / width) * plot.end)}>
      <rect class="ground" width=${width} height=${height}></rect>
      <path class="held" d=${plot.held}></path>
      <path class="copied" d=${plot.copied}></path>
      ${plot.marks.map(
        ({ x: at, y, latency, record }) => svg`<g class="latency" @click=${(/** @type {Event} */ event) => {
          event.stopPropagation();
          pg.pause();
          pg.goTo(record);
        }}><title>${said('alpc.plot.goTo', { time: formatTime(latency) })}</title>
          <rect class="touch" x=${at - 6} y="0" width="12" height=${height}></rect>
          <circle cx=${at} cy=${y} r="2.500"></circle></g>`,
      )}
      <line class="now" x1=${x(clock)} x2=${x(clock)} y1="0" y2=${height}></line>
    </svg>
    <figcaption aria-hidden="true">
      <span><i class="swatch held"></i>${said('alpc.plot.held', { bytes: formatBytes(plot.most) })}</span>
      <span><i class="swatch copied"></i>${said('alpc.plot.copied', { bytes: formatBytes(plot.all) })}</span>
      ${plot.longest === null ? nothing : html`<span><i class="swatch latency"></i>${said('alpc.plot.latency', { time: longest })}</span>`}
      <span class="end">${formatTime(sliceAt(traffic, plot.end) ? plot.end : 0)}</span>
    </figcaption>
  </figure>`;
}

/**
 * @param {Translate} said
 * @param {Costs | null} costs
 */
export function costsView(said, costs) {
  const all = costs ? rows(said, costs) : [];
  return html`<div class="costs" title=${said('alpc.costs.about')}>
    <h3>${said('alpc.costs')}</h3>
    <p class="note">${said(costs ? 'alpc.costs.note' : 'alpc.costs.free')}</p>
    ${costs ? html`<dl>${all.map(([name, value]) => html`<div><dt>${name}</dt> <dd>${value}</dd></div>`)}</dl>` : nothing}
  </div>`;
}

/**
 * @param {Translate} said
 * @param {Costs} costs
 */
function rows(said, { copy_rate: rate, ...times }) {
  const time = (/** @type {Exclude<keyof Costs, 'copy_rate'>} */ key) => [
    said(`alpc.costs.${key}`),
    formatTime(times[key]).replace('.0 ', ' '),
  ];
  return [
    time('system_call'),
    time('context_switch'),
    [said('alpc.costs.copy'), `${rate} B/ns`],
    time('map'),
    time('page'),
    time('unmap'),
    time('packet'),
  ];
}
