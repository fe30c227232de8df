// The DPC queues of a processor, drawn: ordinary DPCs from head to tail, and threaded ones below them.

import { html, nothing } from 'lit/html.js';
import { importanceSign } from './importance.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { QueueCard, Row } from '../model/flow_dpc_layout.js' */

/**
 * @param {Playground} pg
 * @param {string} actor  From whose card a new one comes.
 * @param {Row} row
 */
export function queueView(pg, actor, { queue, queueMore, threaded, threadedMore }) {
  const { t } = pg;
  const rest = (/** @type {number} */ count) =>
    count ? [html`<p class="more">${t('flow.more', { count })}</p>`] : [];
  return [
    ...(queue.length ? [list(pg, actor, queue, queueMore > 0)] : []),
    ...rest(queueMore),
    ...(threaded.length
      ? [
          html`<p class="queue-title">${t('flow.threaded')}</p>`,
          list(pg, actor, threaded, threadedMore > 0),
          ...rest(threadedMore),
        ]
      : []),
  ];
}

/**
 * @param {Playground} pg
 * @param {string} actor
 * @param {QueueCard[]} queue
 * @param {boolean} isCut  The tail is not among them.
 */
function list(pg, actor, queue, isCut) {
  const { t } = pg;
  const last = isCut ? -1 : queue.length - 1;
  return html`<ol class="queue">
    ${queue.map((card, i) => {
      const ends = i === 0 ? t('flow.head') : i === last ? t('flow.tail') : '';
      return html`<li>${cardView(pg, actor, card, i + 1, ends)}</li>`;
    })}
  </ol>`;
}

/**
 * @param {Playground} pg
 * @param {string} actor
 * @param {QueueCard} card
 * @param {number} place
 * @param {string} ends  Head, tail or neither.
 */
function cardView(pg, actor, card, place, ends) {
  return html`<div class="card" data-kind="dpc" data-group="dispatch" data-flip=${card.key} data-from=${actor}>
    <span class="card-name"><span class="place">${place}</span> ${card.name}</span> ${importanceSign(pg, card.importance)}
    ${ends ? html`<span class="note">${ends}</span>` : nothing}
  </div>${card.refused ? html`<p class="bounced"><s>${card.name}</s> ${pg.t('flow.refused')}</p>` : nothing}`;
}
