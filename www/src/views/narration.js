// The sentence that says what just happened, and why. Before the first step it is the invitation to begin.

import { html, nothing } from 'lit/html.js';
import { formatTime } from '../base/time_format.js';
import { localize } from '../model/sentence.js';
import { irqlChip, richSentence } from './chip.js';
import { icon } from './icons.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { Run } from '../model/state.js' */
/** @import { RecordView } from '../engine/protocol.js' */

const NO_CPU = 255;
/** The rules of the scenario's own statements and of the run's end: they explain nothing that the sentence has not said. */
const said = ['SIM-3', 'SIM-4'];

/** @param {Playground} pg */
export function narrationView(pg) {
  const { run, shown, started, crash, check } = pg.state;
  if (crash !== null || (!run && check && !check.ok)) return nothing; // something else says why there is no run
  if (!run || !shown)
    return html`<section class="panel narration" part="narration"><p class="loading">${pg.t('page.loading')}</p></section>`;
  return started ? stepView(pg, run, shown.record, shown.causes[0] ?? null) : invitation(pg, run);
}

/**
 * @param {Playground} pg
 * @param {Run} run
 */
function invitation(pg, run) {
  const { t } = pg;
  const { lang } = pg.state;
  const { info, len } = run;
  const cpus = info.machine.processors;
  return html`<section class="panel narration invitation" part="narration" aria-labelledby="story-title">
    <h2 id="story-title">${localize(info.title, lang)}</h2>
    <div class="story">
      <p>${localize(info.about, lang)}</p>
      <p class="meta">
        ${t(cpus === 1 ? 'hero.processors.one' : 'hero.processors', { count: cpus })} ·
        ${t('hero.steps', { count: len.toLocaleString(lang) })} · ${formatTime(run.end_ns)}
      </p>
    </div>
    <div class="begin">
      <button class="primary big" data-action="play" @click=${() => pg.play()}>${icon('play')} ${t('hero.play')}</button>
      <p class="meta">${t('hero.hint')}</p>
    </div>
  </section>`;
}

/**
 * @param {Playground} pg
 * @param {Run} run
 * @param {RecordView} record
 * @param {RecordView | null} cause
 */
function stepView(pg, run, record, cause) {
  const { t } = pg;
  const { [`rule.${record.rule}`]: rule = '', [`source.${record.rule}`]: source } = pg.state.messages;
  const gist = said.includes(record.rule) ? '' : rule;
  return html`<section class="panel narration" part="narration" aria-labelledby="narration-title">
    <h2 id="narration-title" class="hidden">${t('narration.title')}</h2>
    <p class="meta">
      <span class="when">${formatTime(record.time)}</span>
      ${
        record.cpu === NO_CPU
          ? nothing
          : html`<span class="where">${t('ladder.cpu', { cpu: record.cpu })}</span> ${irqlChip(record.irql, run.info.machine)}`
      }
      <span class="kind">${record.kind}</span>
    </p>
    <p class="sentence">${richSentence(pg, record)}</p>
    <div class="why">
      ${
        gist
          ? html`<p><span class="label">${t('narration.why')}</span>
              <span class="chip rule" title=${source ? t('narration.source', { source }) : nothing}>${record.rule}</span>
              ${gist}</p>`
          : nothing
      }
      ${
        cause
          ? html`<p><span class="label">${t('narration.because')}</span>
              <button class="link" @click=${() => pg.toCause()}>${richSentence(pg, cause)}</button></p>`
          : nothing
      }
    </div>
  </section>`;
}
