// Bytes as text and back, and deflated bytes as they were.

/** @param {string} text  Base64. */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/**
 * @param {Uint8Array<ArrayBuffer>} deflated  Raw, without a header.
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function inflate(deflated) {
  const stream = new Blob([deflated]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
