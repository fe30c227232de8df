// The engine itself in Node, for unit tests of what the page makes of its states: what a stand-in is told by hand,
// the engine might never say.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** @import { Moment } from '../src/model/inspect/moment.js' */

const generated = join(import.meta.dirname, '../src/generated');
const engine = await import(pathToFileURL(join(generated, 'irql_playground.js')).href);
engine.initSync({ module: readFileSync(join(generated, 'irql_playground_bg.wasm')) });

/**
 * Runs a text to its end.
 * @param {string} text
 * @returns {(kind: string, subject?: string, nth?: number) => Moment} the moment of a record: the first or the nth of a kind, about a subject
 */
export function momentsOf(text) {
  const session = engine.Session.open(text);
  while (!session.advance(10_000));
  const info = session.info();
  const records = Array.from({ length: session.len }, (_, n) => session.record(n));
  return (kind, subject, nth = 0) => {
    const found = records.filter((r) => r.kind === kind && (subject ?? r.subject_name) === r.subject_name);
    const record = found[nth];
    if (!record) throw new Error(`no ${kind} of ${subject}: ${[...new Set(records.map((r) => r.kind))]}`);
    session.seek(record.n);
    return { state: session.state(), record, info, cpu: record.cpu, before81: false };
  };
}

/**
 * Runs a text to its end.
 * @param {string} text
 */
export function sessionOf(text) {
  const session = engine.Session.open(text);
  while (!session.advance(10_000));
  return session;
}

/** What the engine's records refer to by number. */
export const catalogue = () => engine.catalogue();
