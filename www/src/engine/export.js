// A run as a file, made in pieces: each call works for a while and hands over what it has. Loaded with the first export.

import { chromeTrace } from './chrome_trace.js';

/** @import { Session } from '../generated/irql_playground.js' */
/** @import { Columns, ExportPiece, KindInfo, SessionInfo } from './protocol.js' */

/** @typedef {'jsonl' | 'trace'} Format */
/** Records that are written at once. */
const chunk = 1024;
/** As many characters are enough for one piece. */
const pieceLength = 1 << 20;

/** A file that is being made of a session. */
export class Export {
  /**
   * @param {Session} session  Its run is over.
   * @param {Format} format
   * @param {KindInfo[]} kinds
   * @param {string} lang
   */
  constructor(session, format, kinds, lang) {
    this.session = session;
    this.pieces = format === 'jsonl' ? jsonLines(session) : traceOf(session, kinds, lang);
  }

  /**
   * @param {number} ms  How long it may take.
   * @returns {ExportPiece}
   */
  next(ms) {
    const begun = performance.now();
    let text = '';
    let at = 0;
    while (text.length < pieceLength && performance.now() - begun < ms) {
      const { done, value } = this.pieces.next();
      if (done) return { text, at: this.session.len, of: this.session.len, done: true };
      text += value.text;
      at = value.at;
    }
    return { text, at, of: this.session.len, done: false };
  }
}

/**
 * One record a line, and at the end the outcome: what the command line prints with `--json`.
 * @param {Session} session
 */
function* jsonLines(session) {
  for (let from = 0; from < session.len; from += chunk)
    yield { text: session.json_lines(from, chunk), at: Math.min(session.len, from + chunk) };
}

/**
 * @param {Session} session
 * @param {KindInfo[]} kinds
 * @param {string} lang
 */
function traceOf(session, kinds, lang) {
  return chromeTrace({
    info: /** @type {SessionInfo & { code: { line: Uint32Array } }} */ (session.info()),
    kinds,
    len: session.len,
    lang,
    read: (from, count) => /** @type {Columns} */ (session.records(from, count)),
    told: (n) => session.record(n),
  });
}
