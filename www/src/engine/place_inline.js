// Where the engine comes from in an artefact that is one file: out of that file. Nothing is fetched, so it works from
// a disk, in a frame without an origin, and beside a bundler that knows nothing of workers.

import packed from 'inline:engine';
import script from 'inline:worker';
import { fromBase64, inflate } from '../base/bytes.js';
import { ownScript } from '../base/trusted.js';

/** What a worker may be made by. */
export function workers() {
  const blob = () => new Blob([script], { type: 'text/javascript' });
  return [() => new Worker(ownScript(URL.createObjectURL(blob())))];
}

/** A classic script knows where it came from only while it is run for the first time. */
const cameFrom = /** @type {HTMLScriptElement | null} */ (globalThis.document?.currentScript ?? null)?.src;

/** Where the whole playground is: beside the script; nowhere that is known when it came some other way. */
export const home = () => (cameFrom ? new URL('./', cameFrom).href : '');

/** @type {Promise<Uint8Array> | null} */
let bytes = null;

/** The engine's WebAssembly. */
export function engineBytes() {
  bytes ??= inflate(fromBase64(packed));
  return bytes;
}
