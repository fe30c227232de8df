// The way of an APC, drawn for one thread: the lanes of its queues through their gates, kernel mode and user mode with
// the way between them, the line in which the thread waits, and a sentence that tells why the next one does not run yet.

import { html, nothing } from 'lit/html.js';
import { formatTime } from '../base/time_format.js';
import { layoutApcFlow, threadChoices } from '../model/flow_apc_layout.js';
import { actorKey } from '../model/frames.js';
import { irqlChip } from './chip.js';
import { lanesView } from './flow_apc_gates.js';
import { flowTitle } from './flow_choice.js';
import { lineView } from './waits.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { ApcFlow, Routine } from '../model/flow_apc_layout.js' */

/** @param {Playground} pg */
export function apcFlowView(pg) {
  const { run, shown, apcThread, thread: pinned } = pg.state;
  const { t } = pg;
  if (!run || !shown) return nothing;
  const flow = layoutApcFlow(shown, run.info, apcThread, pinned);
  if (!flow) return nothing;
  const actor = actorKey(shown, run.info);
  return html`<section class="panel flow apc" part="flow" aria-labelledby="apc-title">
    <header>
      ${flowTitle(pg, 'apc')}
      ${choicesView(pg, flow)}
      <button class="link versus" @click=${() => pg.showDialog('compare')}>${t('compare.open')}</button>
    </header>
    <div class="apc-grid" role="group" aria-label=${flow.name}>
      ${lanesView(pg, flow, actor)}
      ${waitView(pg, flow)}
      ${ringView(pg, flow, 'kernel')}
      <div class="door" data-open=${flow.door} role="img" aria-label=${t('ring.door')} title=${t('ring.door')}></div>
      ${ringView(pg, flow, 'user')}
    </div>
    <p class="reason">${t(`apc.${flow.why.key}`, flow.why.slots)}</p>
  </section>`;
}

/**
 * Whose APCs are on show; the reader may hold on to a thread.
 * @param {Playground} pg
 * @param {ApcFlow} flow
 */
function choicesView(pg, flow) {
  const { run, shown, thread: pinned } = pg.state;
  const { t } = pg;
  if (!run || !shown) return nothing;
  return html`<div class="threads" role="group" aria-label=${t('flow.apc.threads')}>
    ${threadChoices(shown, run.info, flow.thread).map(
      ({
        thread,
        name,
        state,
        apcs,
      }) => html`<button aria-pressed=${pinned === thread} data-shown=${flow.thread === thread}
        title=${t(`state.${state}`)} @click=${() => pg.holdThread(thread)}><b>${name}</b> <span>${t(`state.${state}`)}</span>${apcs ? html` · ${t(apcs === 1 ? 'flow.apc.count.one' : 'flow.apc.count', { count: apcs })}` : nothing}</button>`,
    )}
  </div>`;
}

/**
 * The line in which the thread waits; before its wait and after it, the thread is elsewhere.
 * @param {Playground} pg
 * @param {ApcFlow} flow
 */
function waitView(pg, flow) {
  const { t } = pg;
  const { wait, waits, broken } = flow;
  const lines = waits.map((line) =>
    lineView(pg, line, ({ thread }, place) =>
      thread === flow.thread && wait ? token(pg, flow, 'wait', place) : null,
    ),
  );
  return html`<div class="waits box" data-on=${wait !== null}>
    <p class="box-title">${t(broken && !wait ? 'flow.apc.waitsAgain' : 'flow.apc.wait')}</p>
    ${wait && waits.length === 0 ? html`<div class="wait-line">${token(pg, flow, 'wait')}</div>` : lines}
    ${
      wait
        ? html`<p class="facts">
            <span>${wait.mode}</span>
            <span>${t(wait.alertable ? 'flow.apc.alertable' : 'flow.apc.notAlertable')}</span>
            ${wait.irql ? html`<span>WaitIrql ${wait.irql}</span>` : nothing}
            ${wait.due === null ? nothing : html`<span>${t('flow.apc.until', { time: formatTime(wait.due) })}</span>`}
          </p>`
        : broken
          ? nothing
          : html`<p class="empty">${t('flow.apc.noWait')}</p>`
    }
  </div>`;
}

/**
 * Kernel mode or user mode: what runs there of the thread.
 * @param {Playground} pg
 * @param {ApcFlow} flow
 * @param {'kernel' | 'user'} ring
 */
function ringView(pg, flow, ring) {
  const { t } = pg;
  const { running, place } = flow;
  const inRing = ring === 'user' ? place === 'user' : place === 'kernel' || place === 'return';
  const routine = running && (running.routine === 'user') === (ring === 'user') ? running : null;
  const machine = pg.state.run?.info.machine;
  const runs = flow.cpu !== null && inRing && !flow.interrupted;
  return html`<div class="ring box" data-ring=${ring} data-on=${runs}>
    <p class="box-title" title=${t(`ring.${ring}.full`)}>${t(`ring.${ring}`)}</p>
    ${routine && machine ? irqlChip(routine.irql, machine) : nothing}
    ${routine ? routineView(pg, routine, runs) : nothing}
    ${inRing ? token(pg, flow, place) : nothing}
    ${place === 'return' && ring === 'kernel' ? html`<p class="facts">${t('ring.returns')}</p>` : nothing}
  </div>`;
}

/**
 * The thread itself is the token of this picture: it is in one place at a time.
 * @param {Playground} pg
 * @param {ApcFlow} flow
 * @param {string} place
 * @param {number} [inLine]
 */
function token({ t }, flow, place, inLine) {
  const note = place === 'wait' || flow.state === 'Running' ? '' : t(`state.${flow.state}`);
  const runs = flow.cpu !== null && !flow.running && !flow.interrupted;
  return html`<div class="card" data-kind="thread" data-group="passive" data-running=${runs || place === 'wait'} data-flip="apcflow:thread:${flow.thread}">
    <span class="card-name">${inLine ? html`<span class="place">${inLine}</span> ` : nothing}${flow.name}</span>
    ${note ? html`<span class="note">${note}</span>` : nothing}
  </div>`;
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
 * @param {Routine} routine
 * @param {boolean} runs
 */
function routineView({ t }, routine, runs) {
  return html`<div class="card" data-kind=${routine.user ? 'user-apc' : 'kernel-apc'} data-group="apc" data-running=${runs} data-flip=${routine.key}>
    <span class="card-name">${dotted(routine.name)}</span>
    ${routine.user && routine.routine !== 'kernel' ? nothing : html`<span class="note">${t(`routine.${routine.routine}`)}</span>`}
  </div>`;
}
