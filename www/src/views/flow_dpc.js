// The way of an interrupt, drawn: device, ISR, DPC queue, DPC, thread, a row of boxes for each processor.

import { html, nothing } from 'lit/html.js';
import { layoutDpcFlow } from '../model/flow_dpc_layout.js';
import { actorKey } from '../model/frames.js';
import { irqlChip } from './chip.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { Card, QueueCard, Row } from '../model/flow_dpc_layout.js' */
/** @import { Run } from '../model/playground.js' */
/** @typedef {{ pg: Playground, run: Run, actor: string }} Context `actor`: from whose card a new one comes. */

/** More rows would not be taken in at a glance; the ladder and the timeline show all processors. */
const rowsShown = 4;

/** Variables past these are in the log alone. */
const variablesShown = 8;

/** @param {Playground} pg */
export function dpcFlowView(pg) {
  const { run, shown } = pg.state;
  const { t } = pg;
  if (!run || !shown) return nothing;
  const all = layoutDpcFlow(shown.state, run.info, shown.record);
  const rows = inView(all, shown.record.cpu);
  const context = { pg, run, actor: actorKey(shown, run.info) };
  return html`<section class="panel flow" aria-labelledby="dpc-title" data-rows=${rows.length}>
    <header>
      <h2 id="dpc-title">${t('flow.dpc.title')}</h2>
      <p class="about">${t('flow.dpc.about')}</p>
    </header>
    ${rows.map((row) => rowView(context, row, all.length > 1))}
    ${all.length > rows.length ? html`<p class="more">${t('flow.more', { count: all.length - rows.length })}</p>` : nothing}
    ${variablesView(pg, run.info.names.Global ?? [], shown.state.globals)}
  </section>`;
}

/**
 * The scenario's own variables at the position: what it counts.
 * @param {Playground} pg
 * @param {string[]} names
 * @param {number[]} values
 */
function variablesView({ t }, names, values) {
  if (names.length === 0) return nothing;
  return html`<dl class="variables" aria-label=${t('flow.variables')}>
    ${names.slice(0, variablesShown).map((name, i) => html`<div><dt>${name}</dt><dd>${values[i]}</dd></div>`)}
  </dl>`;
}

/**
 * Of many processors, those around the one where something happened.
 * @param {Row[]} rows
 * @param {number} cpu
 */
function inView(rows, cpu) {
  if (rows.length <= rowsShown) return rows;
  const first = Math.min(Math.max(0, (cpu < rows.length ? cpu : 0) - 1), rows.length - rowsShown);
  return rows.slice(first, first + rowsShown);
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
      row.devices.map((card) => deviceView(context, card)),
      nothing,
    )}
    ${box(
      'isr',
      t('flow.isr'),
      row.isrs.length > 0,
      row.isrs.map((card) => cardView(context, card, 'isr')),
      row.isrs.length ? irqlChip(row.isrs.at(-1)?.irql ?? 0, machine) : nothing,
    )}
    ${box('queue', t('flow.dpcQueue'), row.queue.length + row.threaded.length > 0, queueView(context, row), nothing, t('flow.empty'))}
    ${box(
      'dpc',
      t('flow.dpc'),
      row.dpcs.length > 0 || row.draining,
      row.dpcs.map((card) => cardView(context, card, 'dpc')),
      row.dpcs.length || row.draining ? irqlChip(row.dpcs.at(-1)?.irql ?? 2, machine) : nothing,
      row.draining ? 'KiRetireDpcList' : '',
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
 * @param {string} [empty]
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
function deviceView({ pg }, card) {
  const pending = card.note === 'pending';
  return html`<div class="device">
    <span class="device-name">${card.name}</span>
    ${
      pending
        ? html`<span class="card token" data-group=${card.group} data-flip=${card.key}
            ><span class="bolt" aria-hidden="true">⚡</span>${pg.t('flow.waitsAtLevel', { irql: card.irql })}</span
          >`
        : html`<span class="source" data-flip=${card.key.startsWith('int:') ? card.key : nothing}>IRQL ${card.irql}</span>`
    }
  </div>`;
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
function queueView({ pg, actor }, row) {
  const { t } = pg;
  /**
   * @param {QueueCard[]} queue
   * @param {number} more
   */
  const list = (queue, more) => [
    html`<ol class="queue">
      ${queue.map((card, i) => {
        const isTail = i === queue.length - 1 && !more;
        return html`<li>${queueCard(pg, actor, card, i + 1, i === 0 ? t('flow.head') : isTail ? t('flow.tail') : '')}</li>`;
      })}
    </ol>`,
    more ? html`<p class="more">${t('flow.more', { count: more })}</p>` : nothing,
  ];
  return [
    ...(row.queue.length ? list(row.queue, row.queueMore) : []),
    ...(row.threaded.length
      ? [html`<p class="more">${t('flow.threaded')}</p>`, list(row.threaded, row.threadedMore)]
      : []),
  ];
}

/**
 * @param {Playground} pg
 * @param {string} actor
 * @param {QueueCard} card
 * @param {number} place
 * @param {string} end  Head, tail, or neither.
 */
function queueCard({ t }, actor, card, place, end) {
  const urgent = card.importance !== 'Medium' && card.importance !== '';
  return html`<div class="card" data-kind="dpc" data-group="dispatch" data-flip=${card.key} data-from=${actor} data-refused=${card.refused}
      title=${t('flow.importance', { importance: card.importance })}>
    <span class="card-name">${card.name}</span>
    <span class="note">${place}${end ? ` · ${end}` : ''}${urgent ? ` · ${card.importance}` : ''}</span>
    ${card.refused ? html`<span class="bounced">${t('flow.refused')}</span>` : nothing}
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
      data-idle=${thread.idle} data-spins=${thread.lock !== null} data-flip="dpcflow:${thread.key}">
      <span class="card-name">${thread.idle ? t('flow.idle') : thread.name}</span>
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
