// The lines in which threads wait, drawn: each object with its state, its owner, and its waiters in order.

import { html, nothing } from 'lit/html.js';
import { busyLines, waitLines } from '../model/wait_lines.js';
import { flowTitle } from './flow_choice.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { WaitLine, Waiter } from '../model/wait_lines.js' */

const linesShown = 4;

/**
 * Of a scenario without APCs, whose flow shows the same for one thread.
 * @param {Playground} pg
 */
export function waitsView(pg) {
  const { run, shown } = pg.state;
  const { t } = pg;
  if (!run || !shown) return nothing;
  const lines = busyLines(waitLines(shown.state, run.info));
  return html`<section class="panel flow waits-flow" part="flow" aria-labelledby="waits-title">
    <header>${flowTitle(pg, 'waits')}
      ${lines.length > linesShown ? html`<p class="more">${t('flow.more', { count: lines.length - linesShown })}</p>` : nothing}</header>
    ${lines.slice(0, linesShown).map((line) => lineView(pg, line))}
    ${lines.length ? nothing : html`<p class="empty">${t('flow.waits.nobody')}</p>`}
  </section>`;
}

/**
 * @param {Playground} pg
 * @param {WaitLine} line
 * @param {(waiter: Waiter, place: number) => unknown} [own]  Draws a waiter otherwise, or nothing.
 */
export function lineView(pg, { object, signal, port, owners, waiters }, own = () => null) {
  const { t } = pg;
  const told = port
    ? t('wait.port', { ...port })
    : typeof signal === 'number'
      ? t('wait.count', { count: signal })
      : signal !== null
        ? t(signal ? 'wait.signalled' : 'wait.notSignalled')
        : owners.length
          ? t('wait.owned', { thread: owners.map(({ name }) => name).join(', ') })
          : t('wait.free');
  return html`<div class="wait-line"><b>${object}</b> <span class="note">${told}</span>
    <ol>${waiters.map(
      (waiter, i) =>
        html`<li>${
          own(waiter, i + 1) ??
          html`<span class="waiter" data-flip="waiter:thread:${waiter.thread}:${object}"><span class="place">${i + 1}</span> ${waiter.name}</span>`
        }</li>`,
    )}</ol></div>`;
}
