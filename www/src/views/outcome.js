// How the run ended, once the reader is there: complete, or the bugcheck, the deadlock, the assertion, the
// limit; and which of the scenario's claims hold.

import { html, nothing } from 'lit';
import { icon } from './icons.js';

/** @import { Playground, Run } from '../model/playground.js' */
/** @import { Claim, Outcome } from '../engine/protocol.js' */

/** @param {Playground} pg */
export function outcomeView(pg) {
  const { run, shown } = pg.state;
  const outcome = run?.outcome;
  if (!run || !shown || !outcome || shown.record.n < Math.min(outcome.record, run.len - 1)) return nothing;
  const { t } = pg;
  const allHold = outcome.claims.every(({ holds }) => holds);
  const good = outcome.kind === 'completed' && allHold;
  return html`<section class="panel outcome" data-kind=${outcome.kind} data-good=${good} aria-labelledby="outcome-title">
    <h2 id="outcome-title">${icon(good ? 'tick' : 'warning')} ${t(`outcome.${outcome.kind}`)}
      ${outcome.claims.length ? html`<span class="summary">${claimSummary(pg, outcome.claims)}</span>` : nothing}
    </h2>
    ${details(pg, run, outcome)}
    ${
      outcome.claims.length
        ? html`<details ?open=${!allHold}><summary>${t('outcome.claims')}</summary>
            <ul class="claims">${outcome.claims.map((claim) => claimView(pg, run, claim))}</ul></details>`
        : nothing
    }
  </section>`;
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
 * @param {Run} run
 * @param {Outcome} outcome
 */
function details({ t }, run, outcome) {
  const { bugcheck, limit, cycle } = outcome;
  if (bugcheck) {
    const code =
      typeof bugcheck.code === 'number' ? `0x${bugcheck.code.toString(16).toUpperCase()}` : bugcheck.code;
    return html`<div class="bugcheck">
      <p class="code"><strong>${bugcheck.name}</strong> <span>${code}</span></p>
      <p>${t('outcome.bugcheck.text')}</p>
      <dl><dt>${t('outcome.parameters')}</dt>${bugcheck.parameters.map((value) => html`<dd>${value}</dd>`)}</dl>
      ${outcome.reason ? html`<p>${outcome.reason}</p>` : nothing}
    </div>`;
  }
  if (outcome.kind === 'deadlock') {
    return html`<p>${t('outcome.deadlock.text')}</p>
      <ol class="cycle">
        ${cycle.map(({ processor, lock }) => {
          const name = typeof lock === 'number' ? (run.info.names.SpinLock?.[lock] ?? `${lock}`) : lock;
          return html`<li>${t('outcome.deadlock.row', { processor, lock: name })}</li>`;
        })}
      </ol>`;
  }
  if (limit)
    return html`<p>${t('outcome.limit.text', { name: limit.name, value: limit.value.toLocaleString() })}</p>`;
  if (outcome.kind === 'assertion' && outcome.reason) return html`<p><code>${outcome.reason}</code></p>`;
  return nothing;
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
