// The way of an APC, drawn for one thread: its wait, the kernel APC, the user APC queue, the callback, the return.

import { html, nothing } from 'lit/html.js';
import { formatTime } from '../base/time_format.js';
import { layoutApcFlow } from '../model/flow_apc_layout.js';
import { actorKey } from '../model/frames.js';
import { irqlChip } from './chip.js';
import { box } from './flow_dpc.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { ApcCard, ApcFlow, Stage } from '../model/flow_apc_layout.js' */

/** States that the box says already. */
const told = ['Waiting', 'Running'];

/** @param {Playground} pg */
export function apcFlowView(pg) {
  const { run, shown, apcThread } = pg.state;
  const { t } = pg;
  if (!run || !shown || run.info.apcs.length === 0) return nothing;
  const flow = layoutApcFlow(shown, run.info, apcThread);
  if (!flow) return nothing;
  const { machine } = run.info;
  const chip = (/** @type {boolean} */ on, /** @type {number} */ irql) =>
    on ? irqlChip(irql, machine) : nothing;
  const kernelOn = flow.kernelQueue.length > 0 || flow.kernelRunning !== null;
  return html`<section class="panel flow" aria-labelledby="apc-title">
    <header>
      <h2 id="apc-title">${t('flow.apc.title')}</h2>
      <p class="about">${t('flow.apc.about')}</p>
      ${
        flow.stage === 'elsewhere'
          ? html`<p class="elsewhere">${t('flow.apc.elsewhere', { thread: flow.name, state: t(`state.${flow.state}`) })}</p>`
          : nothing
      }
    </header>
    <div class="boxes" role="group" aria-label=${flow.name}>
      ${box('wait', t('flow.apc.wait'), flow.stage === 'wait', waitView(pg, flow), nothing)}
      ${box('kernel', t('flow.apc.kernel'), kernelOn, kernelView(pg, flow), chip(kernelOn, 1))}
      ${box('userqueue', t('flow.apc.queue'), flow.userQueue.length > 0, userQueueView(pg, flow), nothing, t('flow.empty'))}
      ${box('callback', t('flow.apc.callback'), flow.callback !== null, callbackView(pg, flow), chip(flow.callback !== null, 0))}
      ${box('return', t('flow.apc.return'), flow.stage === 'return', returnView(pg, flow), nothing)}
    </div>
  </section>`;
}

/**
 * The thread itself is the token of this picture: it is in one box at a time.
 * @param {Playground} pg
 * @param {ApcFlow} flow
 * @param {Stage} stage
 */
function threadToken({ t }, flow, stage) {
  if (flow.stage !== stage) return nothing;
  return html`<div class="card" data-kind="thread" data-group="passive" data-running="true" data-flip="apcflow:thread:${flow.thread}">
    <span class="card-name">${flow.name}</span>
    ${told.includes(flow.state) ? nothing : html`<span class="note">${t(`state.${flow.state}`)}</span>`}
  </div>`;
}

/**
 * @param {Playground} pg
 * @param {ApcFlow} flow
 */
function waitView(pg, flow) {
  const { t } = pg;
  const { wait } = flow;
  if (!wait) return [];
  return [
    threadToken(pg, flow, 'wait'),
    html`<p class="facts">
      <span>${wait.object ? t('flow.apc.for', { object: wait.object }) : t('flow.apc.forTime')}</span>
      ${wait.due === null ? nothing : html`<span>${t('flow.apc.until', { time: formatTime(wait.due) })}</span>`}
      <span class="fact" data-yes=${wait.alertable}>${t(wait.alertable ? 'flow.apc.alertable' : 'flow.apc.notAlertable')}</span>
    </p>`,
  ];
}

/**
 * @param {Playground} pg
 * @param {ApcFlow} flow
 */
function kernelView(pg, flow) {
  const token = flow.stage === 'kernel' ? [threadToken(pg, flow, 'kernel')] : [];
  const running = flow.kernelRunning ? [apcCard(pg, flow.kernelRunning, true)] : [];
  return [...token, ...running, ...flow.kernelQueue.map((card) => apcCard(pg, card, false))];
}

/**
 * @param {Playground} pg
 * @param {ApcFlow} flow
 */
function userQueueView(pg, flow) {
  const { t } = pg;
  if (flow.userQueue.length === 0) return [];
  return [
    threadToken(pg, flow, 'queue'),
    html`<ol class="queue">
      ${flow.userQueue.slice(0, 4).map((card) => html`<li>${apcCard(pg, card, false)}</li>`)}
    </ol>`,
    flow.userQueue.length > 4
      ? html`<p class="more">${t('flow.more', { count: flow.userQueue.length - 4 })}</p>`
      : nothing,
  ];
}

/**
 * @param {Playground} pg
 * @param {ApcFlow} flow
 */
function callbackView(pg, flow) {
  if (!flow.callback) return [];
  return [threadToken(pg, flow, 'callback'), apcCard(pg, flow.callback, true)];
}

/**
 * @param {Playground} pg
 * @param {ApcFlow} flow
 */
function returnView(pg, flow) {
  if (flow.stage !== 'return') return [];
  const status =
    flow.status === null ? '' : (pg.state.engine?.statuses[flow.status] ?? `0x${flow.status.toString(16)}`);
  return [
    threadToken(pg, flow, 'return'),
    status ? html`<p class="facts"><code>${status}</code></p>` : nothing,
  ];
}

/**
 * A name such as `Read.Tail.Apc` may go on in the next line at a dot.
 * @param {string} name
 */
function dotted(name) {
  const [first, ...rest] = name.split('.');
  return [first, ...rest.map((part) => html`<wbr />.${part}`)];
}

/**
 * @param {Playground} pg
 * @param {ApcCard} card
 * @param {boolean} running
 */
function apcCard({ t, state }, card, running) {
  const { run, shown } = state;
  const actor = run && shown ? actorKey(shown, run.info) : '';
  return html`<div class="card" data-kind=${card.user ? 'user-apc' : 'kernel-apc'} data-group="apc"
      data-running=${running} data-refused=${card.refused} data-flip=${card.key} data-from=${actor}>
    <span class="card-name">${dotted(card.name)}</span>
    ${running ? nothing : html`<span class="note">${t('flow.apc.kernelQueue')}</span>`}
    ${card.refused ? html`<span class="bounced">${t('flow.refusedApc')}</span>` : nothing}
  </div>`;
}
