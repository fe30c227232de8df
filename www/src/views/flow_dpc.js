// The way of an interrupt, drawn: device, ISR, DPC queue, DPC, thread, a row of boxes for each processor.

import { html, nothing } from 'lit/html.js';
import { formatTime } from '../base/time_format.js';
import { layoutDpcFlow, rowsInView, rowsThatFit } from '../model/flow_dpc_layout.js';
import { actorKey } from '../model/frames.js';
import { irqlChip } from './chip.js';
import { queueView } from './flow_dpc_queue.js';
import { cardsThatFit, roomForDpcFlow } from './room.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { Card, Row } from '../model/flow_dpc_layout.js' */
/** @import { Run } from '../model/state.js' */
/** @import { Sizes } from './sizes.js' */
/** @typedef {{ pg: Playground, run: Run, actor: string }} Context `actor`: from whose card a new one comes. */

/** Variables past these are in the log alone. */
const variablesShown = 8;

/** Names of the boxes; those of several rows stand above all of them. */
const names = /** @type {const} */ (['device', 'isr', 'dpcQueue', 'dpc', 'thread']);

/**
 * @param {Playground} pg
 * @param {Sizes} sizes
 */
export function dpcFlowView(pg, sizes) {
  const { run, shown } = pg.state;
  const { t } = pg;
  if (!run || !shown) return nothing;
  const room = roomForDpcFlow(run, pg.state.flow, sizes);
  const all = layoutDpcFlow(shown.state, run.info, shown.record, cardsThatFit(run, room));
  const rows = rowsInView(all, shown.record, pg.state.focus, rowsThatFit(room));
  const several = all.length > 1;
  const context = { pg, run, actor: actorKey(shown, run.info) };
  return html`<section class="panel flow dpc" part="flow" aria-labelledby="dpc-title" data-several=${several}>
    <header>
      <h2 id="dpc-title">${t('flow.dpc.title')}</h2>
      <p class="about">${t('flow.dpc.about')}</p>
      ${variablesView(pg, run.info.names.Global ?? [], shown.state.globals)}
      ${all.length > rows.length ? html`<p class="more">${t('flow.more', { count: all.length - rows.length })}</p>` : nothing}
    </header>
    ${several ? html`<div class="box-names" aria-hidden="true"><i></i>${names.map((name) => html`<span>${t(`flow.${name}`)}</span>`)}</div>` : nothing}
    ${rows.map((row) => rowView(context, row, several))}
  </section>`;
}

/**
 * The scenario's own variables at the position: what it counts.
 * @param {Playground} pg
 * @param {string[]} names
 * @param {number[]} values
 */
export function variablesView({ t }, names, values) {
  if (names.length === 0) return nothing;
  return html`<dl class="variables" aria-label=${t('flow.variables')}>
    ${names.slice(0, variablesShown).map((name, i) => html`<div><dt>${name}</dt><dd>${values[i]}</dd></div>`)}
  </dl>`;
}

/**
 * @param {Context} context
 * @param {Row} row
 * @param {boolean} several
 */
function rowView(context, row, several) {
  const { pg, run } = context;
  const { t } = pg;
  const { machine } = run.info;
  const deviceOn = row.devices.some((card) => card.note === 'pending');
  return html`<div class="boxes" role="group" aria-label=${t('ladder.cpu', { cpu: row.cpu })}>
    ${several ? html`<h3>${t('ladder.cpu', { cpu: row.cpu })}</h3>` : nothing}
    ${box(
      'device',
      t('flow.device'),
      deviceOn,
      [...row.devices.map((card) => deviceView(context, card)), ...timersView(context, row)],
      nothing,
    )}
    ${box(
      'isr',
      t('flow.isr'),
      row.isrs.length > 0,
      row.isrs.map((card) => cardView(context, card, 'isr')),
      row.isrs.length ? irqlChip(row.isrs.at(-1)?.irql ?? 0, machine) : nothing,
    )}
    ${box('queue', t('flow.dpcQueue'), row.queue.length + row.threaded.length > 0, queueView(pg, context.actor, row), requestView(context, row), t('flow.empty'))}
    ${box(
      'dpc',
      t('flow.dpc'),
      row.dpcs.length > 0 || row.draining,
      row.dpcs.map((card) => cardView(context, card, 'dpc')),
      row.dpcs.length || row.draining ? irqlChip(row.dpcs.at(-1)?.irql ?? 2, machine) : nothing,
      row.draining ? html`KiRetire<wbr>DpcList` : '',
    )}
    ${box('thread', t('flow.thread'), row.thread.running && !row.thread.idle, threadView(context, row), row.thread.idle || !(row.thread.running || row.thread.lock) ? nothing : irqlChip(row.thread.irql, machine))}
  </div>`;
}

/**
 * @param {string} kind
 * @param {string} title
 * @param {boolean} on
 * @param {unknown} content
 * @param {unknown} chip
 * @param {unknown} [empty]
 */
export function box(kind, title, on, content, chip, empty = '') {
  const isEmpty = Array.isArray(content) && content.length === 0;
  return html`<div class="box" data-kind=${kind} data-on=${on}>
    <div class="box-head"><p class="box-title">${title}</p>${chip}</div>
    <div class="box-body">${isEmpty ? html`<p class="empty">${empty}</p>` : content}</div>
  </div>`;
}

/**
 * @param {Context} context
 * @param {Card} card
 */
function deviceView({ pg, actor }, card) {
  const pending = card.note === 'pending';
  const masked = card.note === 'masked';
  const waits = pg.t('flow.waitsAtLevel', { irql: card.irql });
  return html`<div class="device">
    <span class="device-name">${card.name}</span>
    ${
      pending
        ? html`<span class="card token" data-group=${card.group} data-flip=${card.key} data-from=${card.from === null ? nothing : actor}
            role="img" aria-label=${waits} title=${waits}>⚡ ${card.irql}</span>`
        : html`<span class="source" data-flip=${card.key.startsWith('int:') ? card.key : nothing}
            title=${masked ? pg.t('flow.lineMasked.title') : nothing}>${masked ? pg.t('flow.lineMasked') : html`<abbr class="unit">IRQL</abbr> ${card.irql}`}</span>`
    }
  </div>`;
}

/**
 * What will be due next; what is due already waits for the drain.
 * @param {Context} context
 * @param {Row} row
 */
function timersView({ pg }, { timers, timersMore }) {
  return [
    ...timers.map(
      ({ name, due, isDue }) => html`<p class="timer" data-due=${isDue}><b>${name}</b>
        <span>${isDue ? pg.t('flow.timerDue') : formatTime(due)}</span></p>`,
    ),
    ...(timersMore ? [html`<p class="more">${pg.t('flow.more', { count: timersMore })}</p>`] : []),
  ];
}

/**
 * The request for a drain, as long as it waits on its rung.
 * @param {Context} context
 * @param {Row} row
 */
function requestView({ pg }, { request, irql }) {
  if (!request) return nothing;
  const told = pg.t(request === 'masked' ? 'flow.requestMasked' : 'flow.requested', { irql });
  return html`<span class="request" data-masked=${request === 'masked'} role="img" aria-label=${told} title=${told}>2</span>`;
}

/**
 * @param {Context} context
 * @param {Card} card
 * @param {string} kind
 */
function cardView({ pg }, card, kind) {
  return html`<div class="card" data-kind=${kind} data-group=${card.group} data-running=${card.running} data-flip=${card.key}>
    <span class="card-name">${card.name}</span>
    ${card.running ? nothing : html`<span class="note">${pg.t('flow.interrupted')}</span>`}
  </div>`;
}

/**
 * @param {Context} context
 * @param {Row} row
 */
function threadView({ pg }, row) {
  const { t } = pg;
  const { thread } = row;
  return html`<div class="card" data-kind="thread" data-group=${thread.group} data-running=${thread.running}
      data-idle=${thread.idle !== null} data-spins=${thread.lock !== null} data-flip="dpcflow:${thread.key}">
      <span class="card-name" title=${thread.idle ? nothing : thread.name}>${thread.idle ? idleName(pg, thread.idle) : thread.name}</span>
      ${
        thread.lock !== null
          ? html`<span class="note">${t('flow.spinning', { lock: thread.lock })}</span>`
          : thread.running || thread.idle
            ? nothing
            : html`<span class="note">${t('flow.interrupted')}</span>`
      }
    </div>
    ${
      row.ready.length
        ? html`<p class="ready"><span>${t('flow.ready')}</span> ${row.ready.slice(0, 3).map((name) => html`<b>${name}</b> `)}
            ${row.ready.length > 3 ? t('flow.more', { count: row.ready.length - 3 }) : nothing}</p>`
        : nothing
    }`;
}

/**
 * @param {Playground} pg
 * @param {'idle' | 'polling' | 'asleep'} idle
 */
const idleName = ({ t }, idle) => (idle === 'idle' ? t('flow.idle') : t(`flow.idle.${idle}`));
