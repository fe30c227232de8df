// Where the engine comes from in an artefact that is one file: out of that file. Nothing is fetched, so it works from
// a disk, in a frame without an origin, and beside a bundler that knows nothing of workers.

import packed from 'inline:engine';
import script from 'inline:worker';
import { fromBase64, inflate } from '../base/bytes.js';
import { ownAddress } from '../base/own_address.js';
import { workerOf } from '../base/trusted.js';

/** What a worker may be made by. */
export const workers = () => [() => workerOf(script)];

/**
 * Where the whole playground is: beside the script; nowhere that is known when it came some other way. On a disk no
 * folder has a page of its own, and only the one that is one file works.
 */
export const home = () =>
  ownAddress
    ? new URL(ownAddress.startsWith('file:') ? './irql-playground.html' : './', ownAddress).href
    : '';

/** @type {Promise<Uint8Array> | null} */
let bytes = null;

/** The engine's WebAssembly. */
export function engineBytes() {
  bytes ??= inflate(fromBase64(packed));
  return bytes;
}
