// The engine without a page, for Node and for browsers: texts are checked and formatted, scenarios run, and what
// happened is read. Everything is at hand at once; nothing is fetched.

import { engineBytes } from '../engine/place.js';
import init, * as wasm from '../generated/irql_playground.js';

/** Records between two looks at whether it is enough. */
const slice = 50_000;

/** @type {Promise<unknown> | null} */
let ready = null;

/** Loads the engine; of several calls, once. */
export async function loadEngine() {
  ready ??= engineBytes().then((bytes) => init(bytes && { module_or_path: bytes }));
  await ready;
  return { check, format, run, catalogue: () => wasm.catalogue() };
}

/** @param {string} text */
const check = (text) => wasm.check(text);

/** @param {string} text @returns {string | null} */
const format = (text) => wasm.format(text) ?? null;

/**
 * Runs a scenario to its end, or to a number of records.
 * @param {string} text
 * @param {{ seed?: number, records?: number }} [options]
 */
function run(text, { seed, records = Number.POSITIVE_INFINITY } = {}) {
  const session = wasm.Session.open(text, seed);
  while (session.len < records && !session.advance(Math.min(slice, records - session.len)));
  return new FinishedRun(session);
}

/** A run that can be read at every moment. */
class FinishedRun {
  #session;

  /** @param {wasm.Session} session */
  constructor(session) {
    this.#session = session;
  }

  get length() {
    return this.#session.len;
  }

  get fingerprint() {
    return this.#session.fingerprint;
  }

  get info() {
    return this.#session.info();
  }

  get outcome() {
    return this.#session.outcome();
  }

  /** @param {number} n */
  record(n) {
    return this.#session.record(n);
  }

  /** @param {number} n */
  state(n) {
    this.#session.seek(n);
    return this.#session.state();
  }

  *records() {
    for (let n = 0; n < this.#session.len; n++) yield this.#session.record(n);
  }

  /** Gives its memory back. */
  free() {
    this.#session.free();
  }
}
