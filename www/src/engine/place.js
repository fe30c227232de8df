// Where the engine comes from: here, from files beside this module. The artefacts that are one file have
// place_inline.js in its place.

import { ownScript, workerOf } from '../base/trusted.js';

/** What a worker may be made by, the best way first. */
export function workers() {
  const url = new URL('./worker.js', import.meta.url);
  // In a frame without an origin, or from another site, only a blob may start, and of blobs only a classic script; it
  // imports the same module.
  const script = `addEventListener('message', ({ data }) =>
    import(${JSON.stringify(url.href)}).then(
      () => dispatchEvent(new MessageEvent('message', { data })),
      (error) => postMessage({ event: 'failed', message: String(error) })),
    { once: true });`;
  return [() => new Worker(ownScript(url.href), { type: 'module' }), () => workerOf(script)];
}

/** Where the whole playground is: beside this module. */
export const home = () => new URL('./', import.meta.url).href;

/**
 * The engine's WebAssembly, if it is at hand; else its glue code fetches it.
 * @returns {Promise<Uint8Array | undefined>}
 */
export const engineBytes = async () => undefined;
