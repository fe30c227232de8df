// The stop screen: a bugcheck or a deadlock at the moment when it strikes. It stands among the other panels, lets
// the reader go on, and goes away when he steps back or closes it.

import { html, nothing } from 'lit/html.js';
import { formatTime } from '../base/time_format.js';
import { loadStops } from '../messages/index.js';
import { groupOf, groups } from '../model/levels.js';
import { circleOf, documentationOf, layoutStop, wordKeys } from '../model/stop_layout.js';
import { irqlChip } from './chip.js';
import { icon } from './icons.js';
import { stops } from './outcome.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { Run } from '../model/state.js' */
/** @import { Outcome, Snapshot, Wait } from '../engine/protocol.js' */
/** @import { Link, Part, Place } from '../model/stop_layout.js' */
/** @import { TemplateResult } from 'lit' */
/** @typedef {ReturnType<typeof layoutStop>} Stop */

/** @type {Part[]} */
const parts = ['did', 'why', 'cure'];

/**
 * How what somebody waits for leads to who has to go on, where it is not that one itself.
 * @type {Record<string, string>}
 */
const between = {
  lock: 'stop.heldBy',
  object: 'stop.heldBy',
  dpc: 'stop.runsIn',
  process: 'stop.hasThread',
};

/** Waits that may be for any one of several. */
const severalOf = new Set(['object', 'end', 'process', 'ready']);

export class StopScreen {
  /** @type {Record<string, string>} */
  #words = {};
  #lang = '';
  /** The run whose screen the reader has closed. */
  #closed = -1;

  /**
   * @param {Playground} pg
   * @param {(from: number) => void} goToCode
   * @param {() => void} changed
   */
  constructor(pg, goToCode, changed) {
    this.pg = pg;
    this.goToCode = goToCode;
    this.changed = changed;
  }

  /** After each picture: the words come with the first run that stops, in the reader's language. */
  async update() {
    const { run, lang } = this.pg.state;
    if (this.#lang === lang || !stops(run?.outcome)) return;
    this.#lang = lang;
    const words = await loadStops(lang);
    if (this.#lang !== lang) return;
    this.#words = words;
    this.changed();
  }

  /** @param {boolean} closed */
  #close(closed) {
    this.#closed = closed ? (this.pg.state.run?.session ?? -1) : -1;
    this.changed();
  }

  /**
   * @param {Run} run
   * @param {Outcome} outcome
   * @param {Snapshot} shown
   * @param {unknown} claims
   */
  view(run, outcome, shown, claims) {
    const { t } = this.pg;
    const stop = layoutStop(run, outcome, shown);
    const closed = this.#closed === run.session;
    const { bugcheck } = outcome;
    return html`<section class="panel outcome stop" data-kind=${outcome.kind} data-closed=${closed} aria-labelledby="outcome-title">
      ${stripe(run, stop)}
      <header>
        <p class="what">${icon('warning')} ${t(`outcome.${outcome.kind}`)}${stop.cpu === null ? '' : ` · ${t('ladder.cpu', { cpu: stop.cpu })}`} · ${formatTime(stop.time)}</p>
        <h2 id="outcome-title">${
          bugcheck
            ? html`<span class="code">0x${Number(bugcheck.code).toString(16).toUpperCase()}</span> <span class="name">${breakable(bugcheck.name)}</span>`
            : html`<span class="name">${t(titleOf(outcome, stop))}</span>`
        }</h2>
        <button class="round" aria-expanded=${!closed} aria-label=${t(closed ? 'stop.open' : 'stop.close')} title=${t(closed ? 'stop.open' : 'stop.close')}
          @click=${() => this.#close(!closed)}>${closed ? '+' : icon('cross')}</button>
        ${bugcheck ? html`<p class="values" aria-label=${t('outcome.parameters')}>(${stop.parameters.map(({ value }) => value).join(', ')})</p>` : nothing}
      </header>
      ${closed ? nothing : this.#body(run, outcome, stop)}
      ${claims}
    </section>`;
  }

  /**
   * @param {Run} run
   * @param {Outcome} outcome
   * @param {Stop} stop
   */
  #body(run, outcome, stop) {
    const { pg } = this;
    const { t } = pg;
    const { [`rule.${stop.rule}`]: gist = '', [`source.${stop.rule}`]: source } = pg.state.messages;
    return html`${this.#source(stop.place)}
      ${outcome.kind === 'deadlock' ? this.#circle(run, stop.links) : nothing}
      <div class="tale">${parts.map((part) => this.#paragraph(outcome, stop, part))}</div>
      <div class="evidence">
        ${outcome.bugcheck ? this.#parameters(stop) : nothing}
        ${stop.cpu === null ? nothing : this.#stack(run, stop)}
      </div>
      <p class="gist"><span class="chip rule" title=${source ? t('narration.source', { source }) : nothing}>${stop.rule}</span> ${gist}</p>
      <footer>
        <button @click=${() => pg.step(-1)}>${icon('back')} ${t('stop.before')} <kbd>←</kbd></button>
        ${
          outcome.bugcheck?.name
            ? html`<a href=${documentationOf(outcome.bugcheck)} target="_blank" rel="noopener noreferrer">${t('stop.documentation')}</a>`
            : nothing
        }
      </footer>`;
  }

  /** @param {Place | null} place */
  #source(place) {
    if (!place) return nothing;
    return html`<button class="line-of-code" title=${this.pg.t('stop.toCode')} @click=${() => this.goToCode(place.from)}>
      <span class="line">${this.pg.t('code.line', { line: place.line })}</span> <code>${place.code}</code></button>`;
  }

  /**
   * @param {Outcome} outcome
   * @param {Stop} stop
   * @param {Part} part
   */
  #paragraph(outcome, stop, part) {
    const told = this.#first(wordKeys(outcome, stop.rule, part));
    if (!told) return nothing;
    return html`<div><h3>${this.pg.t(`stop.${part}`)}</h3><p>${told}</p></div>`;
  }

  /** @param {string[]} keys */
  #first(keys) {
    return keys.map((key) => this.#words[key]).find(Boolean) ?? '';
  }

  /** @param {Stop} stop */
  #parameters({ parameters }) {
    const { t } = this.pg;
    return html`<div><h3>${t('outcome.parameters')}</h3>
      <ol class="parameters">${parameters.map(
        ({ value, name, keys }) => html`<li><code>${value}</code>
          <span>${name ? html`<b>${name}</b>: ` : nothing}${this.#first(keys) || t('stop.unused')}</span></li>`,
      )}</ol></div>`;
  }

  /**
   * @param {Run} run
   * @param {Stop} stop
   */
  #stack(run, { stack, cpu }) {
    const { t } = this.pg;
    return html`<div><h3>${t('stop.stack', { cpu })}</h3>
      <ol class="stack">${stack.map(
        ({
          name,
          irql,
          place,
        }) => html`<li><b>${name}</b> ${irql === null ? nothing : irqlChip(irql, run.info.machine)}
          ${place ? html`<button class="link" @click=${() => this.goToCode(place.from)}>${t('code.line', { line: place.line })}</button>` : nothing}</li>`,
      )}</ol></div>`;
  }

  /** @param {NonNullable<Wait['by']>} waiter */
  #who({ processor, thread }) {
    return processor === null ? thread : this.pg.t('ladder.cpu', { cpu: processor });
  }

  /**
   * @param {Run} run
   * @param {Link[]} links
   */
  #circle(run, links) {
    const { t } = this.pg;
    return html`<ol class="circle" aria-label=${t('outcome.deadlock.text')}>
      ${links.map(
        ({ wait, irql, next, any, place }) => html`<li>
          <span class="node"><b>${this.#who(wait)}</b> ${irql === null ? nothing : irqlChip(irql, run.info.machine)}
            ${place ? html`<button class="link" @click=${() => this.goToCode(place.from)}>${t('code.line', { line: place.line })}</button>` : nothing}</span>
          <span class="edge" data-ends=${next === null}>${t(`stop.waits.${any && severalOf.has(wait.kind) ? 'any' : wait.kind}`)}</span>
          ${
            between[wait.kind]
              ? html`<span class="node lock"><b>${wait.what}</b></span>
          ${next ? html`<span class="edge">${t(between[wait.kind])}</span>` : nothing}`
              : nothing
          }
          ${next ? html`<span class="node"><b>${this.#who(next)}</b></span>` : nothing}
        </li>`,
      )}
    </ol>`;
  }
}

/**
 * The groups of levels, that of the processor lit: a bugcheck freezes it at the top.
 * @param {Run} run
 * @param {Stop} stop
 */
function stripe({ info }, { irql }) {
  const here = groupOf(irql, info.machine);
  return html`<div class="stripe" aria-hidden="true">${[...groups].reverse().map((group) => html`<i data-group=${group} data-here=${group === here}></i>`)}</div>`;
}

/**
 * @param {Outcome} outcome
 * @param {Stop} stop
 */
function titleOf(outcome, { cpu }) {
  if (cpu !== null) return 'stop.deadlock';
  return circleOf(outcome.cycle) === 'ended' ? 'stop.deadlock.ended' : 'stop.deadlock.threads';
}

/**
 * A name in capitals may break after its underscores.
 * @param {string} name
 * @returns {TemplateResult[]}
 */
const breakable = (name) => name.split(/(?<=_)/).map((word) => html`${word}<wbr>`);
