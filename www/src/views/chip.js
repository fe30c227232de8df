// Small signs that recur everywhere: the number of an IRQL in its colour, a sentence with its names set apart.

import { html } from 'lit/html.js';
import { groupOf } from '../model/levels.js';
import { sentenceParts } from '../model/sentence.js';

/** @import { MachineInfo, RecordView } from '../engine/protocol.js' */
/** @import { Playground } from '../model/playground.js' */

/**
 * @param {number} irql
 * @param {MachineInfo} machine
 */
export function irqlChip(irql, machine) {
  return html`<span class="chip level" data-group=${groupOf(irql, machine)}
    ><abbr class="unit">IRQL</abbr> ${irql}</span
  >`;
}

/**
 * @param {Playground} pg
 * @param {RecordView} record
 */
export function richSentence(pg, record) {
  const { engine, run, messages, lang } = pg.state;
  if (!engine || !run) return '';
  return sentenceParts(record, { messages, lang, engine, info: run.info }).map((part) =>
    part.slot === 'subject' || part.slot === 'arg' ? html`<b>${part.text}</b>` : part.text,
  );
}
