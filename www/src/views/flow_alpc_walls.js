// Processes as walls, drawn: each with its ports as doors, and at each door the threads that wait there.

import { html, nothing } from 'lit/html.js';
import { formatBytes } from '../base/byte_format.js';

/** @import { Door, ThreadCard, Wall } from '../model/flow_alpc_layout.js' */
/** @import { Translate } from '../messages/index.js' */
/** `t` has the words of the page, `said` those of this flow. @typedef {{ t: Translate, said: Translate }} Words */

/**
 * @param {Words} words
 * @param {'clients' | 'servers'} side
 * @param {Wall[]} walls
 * @param {number} more
 */
export function wallsView(words, side, walls, more) {
  const { said } = words;
  const none = said(side === 'servers' ? 'alpc.noServer' : 'alpc.noClient');
  return html`<ul class="walls" data-side=${side} aria-label=${said(`alpc.${side}`)}>
    ${walls.map((wall) => html`<li>${wallView(words, wall)}</li>`)}
    ${walls.length ? nothing : html`<li class="empty">${none}</li>`}
    ${more ? html`<li class="more">${said('alpc.more.processes', { count: more })}</li>` : nothing}
  </ul>`;
}

/**
 * @param {Words} words
 * @param {Wall} wall
 */
function wallView(words, { name, ended, doors, pairs, pairsMore, threads, threadsMore }) {
  const { said } = words;
  const [first, ...others] = doors;
  return html`<div class="wall" data-ended=${ended}>
    <div class="wall-row"><b class="wall-name" title=${name}>${name}</b>
      ${ended ? html`<span class="note">${said('alpc.process.ended')}</span>` : nothing}
      ${first ? doorView(words, first) : nothing}</div>
    ${first ? first.threads.map((card) => threadView(words, card)) : nothing}
    ${others.map(
      (door) => html`<div class="wall-row">${doorView(words, door)}</div>
        ${door.threads.map((card) => threadView(words, card))}`,
    )}
    ${threads.map((card) => threadView(words, card))}
    ${threadsMore ? html`<p class="more">${said('alpc.more.threads', { count: threadsMore })}</p>` : nothing}
    ${
      pairs.length
        ? html`<div class="wall-row pairs">${pairs.map((door) => doorView(words, door))}
            ${pairsMore ? html`<span class="more">+${pairsMore}</span>` : nothing}</div>`
        : nothing
    }
  </div>`;
}

/**
 * @param {Words} words
 * @param {Door} door
 */
function doorView({ said }, { key, name, short, kind, state, context, told }) {
  const all = said(`alpc.door.${kind}`, { port: name, state: said(`alpc.state.${state}`), context });
  const how = told ? said('alpc.door.told', { what: told }) : '';
  const whole = how ? `${all}, ${how}` : all;
  return html`<span class="port" data-kind=${kind} data-state=${state} data-flip=${key} role="img" aria-label=${whole} title=${whole}
    ><span class="port-name">${short}</span><i class="opening"></i></span>`;
}

/**
 * @param {Words} words
 * @param {ThreadCard} card
 */
function threadView({ t, said }, { key, name, state, cpu, doing, id, copies, place }) {
  const is = cpu === null ? t(`state.${state}`) : t('ladder.cpu', { cpu });
  const does = copies
    ? said('alpc.copies', { bytes: formatBytes(copies) })
    : doing
      ? said(`alpc.doing.${doing}`, { id: id ?? '' })
      : '';
  const all = [does, is].filter(Boolean).join(' · ');
  // The processor has a sign of its own, and that it waits is plain where it is told what for.
  const note = cpu !== null || (does && doing !== 'serves') ? does : all;
  return html`<div class="card alpc-thread" data-kind="thread" data-group="passive" data-running=${cpu !== null || state === 'Waiting'}
      data-on=${cpu !== null} data-flip=${key} title="${name}: ${all}">
    <span class="card-name">${place ? html`<span class="place">${place}</span> ` : nothing}${name}</span>
    <span class="note">${note}</span>
    ${cpu === null ? nothing : html`<span class="cpu-marker" role="img" aria-label=${is}>${cpu}</span>`}
  </div>`;
}
