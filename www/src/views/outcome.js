// How the run ended, once the reader is there: complete, or the assertion, the limit; and which of the scenario's
// claims hold. A bugcheck and a deadlock have a screen of their own.

import { html, nothing } from 'lit/html.js';
import { formatTime } from '../base/time_format.js';
import { icon } from './icons.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { Run } from '../model/state.js' */
/** @import { Claim, Outcome } from '../engine/protocol.js' */
/** @import { StopScreen } from './stop.js' */

/** So many of the threads that still wait are told, each in a line. */
const mostWaiting = 8;

/** @param {Outcome | null | undefined} outcome */
export const stops = (outcome) => outcome?.kind === 'bugcheck' || outcome?.kind === 'deadlock';

/**
 * @param {Playground} pg
 * @param {StopScreen | null} stop  Once it has been loaded.
 * @param {(from: number) => void} goToCode
 */
export function outcomeView(pg, stop, goToCode) {
  const { run, shown } = pg.state;
  const outcome = run?.outcome;
  if (!run || !shown || !outcome || !isTold(run, outcome, shown.record.n)) return nothing;
  const { t } = pg;
  const allHold = outcome.claims.every(({ holds }) => holds);
  const good = outcome.kind === 'completed' && allHold;
  if (stop && stops(outcome))
    return stop.view(run, outcome, shown, claimsView(pg, run, outcome.claims, allHold));
  return html`<section class="panel outcome" data-kind=${outcome.kind} data-good=${good} aria-labelledby="outcome-title">
    <h2 id="outcome-title">${icon(good ? 'tick' : 'warning')} ${t(`outcome.${outcome.kind}`)}</h2>
    ${details(pg, outcome, goToCode)}
    ${claimsView(pg, run, outcome.claims, allHold)}
  </section>`;
}

/**
 * Whether the end is told after this record. Threads that wait for each other leave the others running: they are told
 * when it strikes and, again, at the end.
 * @param {Run} run
 * @param {Outcome} outcome
 * @param {number} n
 */
function isTold(run, outcome, n) {
  const last = run.len - 1;
  return outcome.kind === 'deadlock'
    ? n === outcome.record || n >= last
    : n >= Math.min(outcome.record, last);
}

/**
 * @param {Playground} pg
 * @param {Run} run
 * @param {Claim[]} claims
 * @param {boolean} allHold
 */
function claimsView(pg, run, claims, allHold) {
  if (!claims.length) return nothing;
  return html`<details ?open=${!allHold}><summary>${pg.t('outcome.claims')}: ${claimSummary(pg, claims)}</summary>
    <ul class="claims">${claims.map((claim) => claimView(pg, run, claim))}</ul></details>`;
}

/**
 * @param {Playground} pg
 * @param {Claim[]} claims
 */
function claimSummary({ t }, claims) {
  const failed = claims.filter(({ holds }) => !holds).length;
  if (failed) return t('outcome.claims.fail', { count: failed, all: claims.length });
  return t(claims.length === 1 ? 'outcome.claims.hold.one' : 'outcome.claims.hold', { count: claims.length });
}

/**
 * @param {Playground} pg
 * @param {Outcome} outcome
 * @param {(from: number) => void} goToCode
 */
function details(pg, outcome, goToCode) {
  const { t } = pg;
  const { limit } = outcome;
  if (limit) return limitView(pg, outcome, limit, goToCode);
  if (outcome.kind === 'assertion' && outcome.reason) return html`<p><code>${outcome.reason}</code></p>`;
  if (!outcome.waiting.length) return nothing;
  const shown = outcome.waiting.slice(0, mostWaiting);
  return html`<p>${t('outcome.waiting')}</p>
    <ul class="waiting">${shown.map(({ thread, kind, what, since, time }) => {
      const how = kind === 'resume' ? 'resume' : what ? 'for' : 'time';
      const words = t(`outcome.waiting.${how}`, {
        thread,
        what: what.replaceAll(/[|&]/g, ', '),
        time: formatTime(time),
      });
      return html`<li><button class="link" @click=${() => pg.goTo(since)}>${words}</button></li>`;
    })}</ul>
    ${outcome.waiting.length > mostWaiting ? html`<p>${t('outcome.waiting.more', { count: outcome.waiting.length - mostWaiting })}</p>` : nothing}`;
}

/**
 * What went on until a limit stopped it, where, and how to mend it.
 * @param {Playground} pg
 * @param {Outcome} outcome
 * @param {NonNullable<Outcome['limit']>} limit
 * @param {(from: number) => void} goToCode
 */
function limitView({ t, say, state }, { line, from }, { name, value, found, mend }, goToCode) {
  // The whole line: the operation that was one too many may be no more than an operand.
  const code = state.run?.source.split('\n')[line - 1]?.trim();
  return html`<p>${t('outcome.limit.text', { name: t(`outcome.limit.${name}`), value: value.toLocaleString() })}</p>
    <p><strong>${say(found)}</strong></p>
    ${
      line
        ? html`<p><button class="link" title=${t('stop.toCode')} @click=${() => goToCode(from)}>${t('code.line', { line })}</button> <code>${code}</code></p>`
        : nothing
    }
    <p>${say(mend)}</p>`;
}

/**
 * @param {Playground} pg
 * @param {Run} run
 * @param {Claim} claim
 */
function claimView({ t, say }, run, claim) {
  return html`<li data-holds=${claim.holds}>
    ${icon(claim.holds ? 'tick' : 'cross')}<span class="hidden">${t(claim.holds ? 'outcome.holds' : 'outcome.fails')}:</span>
    <code>${run.source.slice(claim.from, claim.to).replace(/\s+/g, ' ')}</code>
    ${claim.detail && !claim.holds ? html`<span class="detail">${say(claim.detail)}</span>` : nothing}
  </li>`;
}
