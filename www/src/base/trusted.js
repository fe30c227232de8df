// Trusted Types: on a page that asks for them, the one address that we make ourselves is that of the engine's worker.

/** @type {{ createScriptURL: (url: string) => any } | null} */
let policy = null;

/**
 * @param {string} url  Of a script of our own.
 * @returns {string | URL}
 */
export function ownScript(url) {
  const { trustedTypes } = /** @type {any} */ (globalThis);
  if (!trustedTypes) return url;
  policy ??= trustedTypes.createPolicy('irql-playground', {
    createScriptURL: (/** @type {string} */ own) => own,
  });
  return /** @type {{ createScriptURL: (url: string) => any }} */ (policy).createScriptURL(url);
}

/**
 * A worker out of a text. Its address is given back as soon as it speaks: until then it may not have been read.
 * @param {string} script
 */
export function workerOf(script) {
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const worker = new Worker(ownScript(url));
  worker.addEventListener('message', () => URL.revokeObjectURL(url), { once: true });
  return worker;
}
