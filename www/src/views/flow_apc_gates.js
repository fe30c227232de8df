// The two queues of a thread's APCs, drawn: a lane for each kind, from the queue through the gates that it has to pass.

import { html, nothing } from 'lit/html.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { ApcCard, ApcFlow, Lane } from '../model/flow_apc_layout.js' */
/** @import { Gate } from '../model/apc_gates.js' */

/** The gates that kernel APCs meet have their names above all lanes; those that are of user APCs alone, below theirs. */
const heads = /** @type {const} */ (['environment', 'irql', 'special', 'kernel', 'progress']);

/**
 * @param {Playground} pg
 * @param {ApcFlow} flow
 * @param {string} actor  From whose card a new one comes.
 */
export function lanesView(pg, flow, actor) {
  const { t } = pg;
  return html`<div class="gate-heads" aria-hidden="true">
      <i></i><i></i><i></i><span>${t('gate.disable')}</span><span>${t('gate.kernelApc')}</span>
      ${heads.map((name) => html`<span title=${flow.gates[name].field}>${t(`gate.${name}`)} <b>${value(pg, flow.gates[name])}</b></span>`)}
    </div>
    <ul class="apc-lanes">${flow.lanes.map((lane) => laneView(pg, lane, actor))}</ul>`;
}

/**
 * @param {Playground} pg
 * @param {Lane} lane
 * @param {string} actor
 */
function laneView(pg, lane, actor) {
  const { t } = pg;
  const { kind, cards, more, gates, shut } = lane;
  return html`<li class="apc-lane" data-kind=${kind} data-empty=${cards.length === 0}>
    <div class="apc-queue">
      <span class="apc-kind">${t(`lane.${kind}`)}</span>
      ${
        cards.length
          ? html`<ol>${cards.map((card) => html`<li>${cardView(pg, card, actor)}</li>`)}</ol>
              ${more ? html`<span class="more">+${more}</span>` : nothing}`
          : nothing
      }
    </div>
    ${gates.map((gate, i) => gateView(pg, gate, cards.length > 0 && (shut === null || i <= shut), i === shut && cards.length > 0))}
  </li>`;
}

/**
 * @param {Playground} pg
 * @param {Gate | null} gate  `null`: nothing stands there for this kind.
 * @param {boolean} reached  Whether an APC gets that far.
 * @param {boolean} holds  It is the one that holds it back.
 */
function gateView(pg, gate, reached, holds) {
  if (!gate) return html`<span class="gate" data-reached=${reached}></span>`;
  const { t } = pg;
  const told = `${gate.field} ${value(pg, gate)}: ${t(gate.open ? 'gate.open' : 'gate.shut')}`;
  return html`<span class="gate" role="img" data-name=${gate.name} data-open=${gate.open} data-reached=${reached} data-holds=${holds}
      aria-label=${told} title=${told}
    ><span class="gate-text" aria-hidden="true">${t(`gate.${gate.name}`)} <b>${value(pg, gate)}</b></span></span>`;
}

/**
 * @param {Playground} pg
 * @param {Gate} gate
 */
function value({ t }, { name, value: told }) {
  if (name === 'alertable') return t(told ? 'gate.yes' : 'gate.no');
  return `${Number(told)}`.replace('-', '−');
}

/**
 * @param {Playground} pg
 * @param {ApcCard} card
 * @param {string} actor
 */
function cardView({ t }, card, actor) {
  const user = card.kind === 'user' || card.kind === 'special-user';
  return html`<div class="card" data-kind=${user ? 'user-apc' : 'kernel-apc'} data-group="apc" data-running="false"
      data-saved=${card.saved} data-flip=${card.key} data-from=${actor} title=${card.name}>
    <span class="card-name"><span class="place">${card.place}</span> ${card.name}</span>
    ${card.saved ? html`<span class="note">${t('lane.saved')}</span>` : nothing}
    ${card.kind === 'special-user' ? html`<span class="note">${t('lane.special')}</span>` : nothing}
  </div>${card.refused ? html`<p class="bounced"><s>${card.name}</s> ${t('flow.refusedApc')}</p>` : nothing}`;
}
