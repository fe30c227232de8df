// Text as letters that an address may hold, and back: UTF-8, deflated where the browser can, base64url. Knows
// nothing of what the text says. What is unpacked comes from strangers: a limit stops it, and nothing is trusted.

/** How text is packed: `z` deflated, `p` plain. @typedef {'z' | 'p'} Packing */
/** Why text could not be unpacked: other letters than base64url has, bytes that do not inflate, more than is allowed, bytes
 * that are not UTF-8, a browser that cannot inflate.
 * @typedef {'letters' | 'cut' | 'large' | 'utf8' | 'old'} Fault */

/** So many bytes are inflated at a time: a little may become a thousand times as much before the limit is looked at. */
const step = 512;

/**
 * @param {string} text
 * @returns {Promise<{ packing: Packing, letters: string }>}
 */
export async function pack(text) {
  const bytes = new TextEncoder().encode(text);
  const deflating = transform(() => new CompressionStream('deflate-raw'));
  if (!deflating) return { packing: 'p', letters: toLetters(bytes) };
  return { packing: 'z', letters: toLetters(await through(bytes, deflating, Number.POSITIVE_INFINITY)) };
}

/**
 * @param {Packing} packing
 * @param {string} letters
 * @param {number} limit  The most bytes that the text may have.
 * @returns {Promise<{ text: string } | { fault: Fault }>}
 */
export async function unpack(packing, letters, limit) {
  if (letters.length > 2 * limit) return { fault: 'large' };
  if (/[^\w-]/.test(letters)) return { fault: 'letters' };
  if (letters.length % 4 === 1) return { fault: 'cut' }; // no bytes have so many
  let bytes = fromLetters(letters);
  if (packing === 'z') {
    const inflating = transform(() => new DecompressionStream('deflate-raw'));
    if (!inflating) return { fault: 'old' };
    try {
      bytes = await through(bytes, inflating, limit);
    } catch (error) {
      return { fault: error instanceof RangeError ? 'large' : 'cut' };
    }
  }
  if (bytes.length > limit) return { fault: 'large' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { fault: 'utf8' };
  }
}

/**
 * A stream of the browser's, or `null` where it has none or not of this format.
 * @template T
 * @param {() => T} make
 */
function transform(make) {
  try {
    return make();
  } catch {
    return null;
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {{ readable: ReadableStream, writable: WritableStream }} stream
 * @param {number} limit  A `RangeError` when more comes out; nothing further is read.
 */
async function through(bytes, stream, limit) {
  let at = 0;
  const source = new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + step));
      at += step;
    },
  });
  const reader = source.pipeThrough(stream).getReader();
  /** @type {Uint8Array[]} */
  const chunks = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
    if (length > limit) {
      reader.cancel().catch(() => {});
      throw new RangeError('more than is allowed');
    }
  }
  const whole = new Uint8Array(length);
  let end = 0;
  for (const chunk of chunks) {
    whole.set(chunk, end);
    end += chunk.length;
  }
  return whole;
}

/** @param {Uint8Array} bytes */
function toLetters(bytes) {
  let binary = '';
  // A call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8192)
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** @param {string} letters */
function fromLetters(letters) {
  const binary = atob(letters.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}
