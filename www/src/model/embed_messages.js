// What the page around an iframe may ask of the figure in it. Pure: a message comes from a stranger, and whatever does
// not have the shape that is asked for counts as nothing.

/** What may be called from outside. */
const methods = ['play', 'pause', 'step', 'seek'];
/** What may be set from outside; each is an attribute of the element. */
const attributes = [
  'view',
  'theme',
  'lang',
  'controls',
  'scenario',
  'at',
  'marker',
  'from',
  'to',
  'speed',
  'pace',
];
/** A scenario is no longer than that. */
const longest = 1_000_000;

/**
 * @typedef {object} Wish
 * @property {true} [hello]
 * @property {string[]} [methods]
 * @property {[string, string][]} [set]
 * @property {string} [code]
 * @property {string} [method]
 * @property {(number | string)[]} [args]
 * @property {true} [get]
 * @property {number | string | null} [id]
 */

/**
 * @param {unknown} data
 * @returns {Wish | null}
 */
export function answer(data) {
  if (typeof data !== 'object' || data === null) return null;
  const {
    type,
    version,
    method,
    args = [],
    attributes: set,
    code,
    id = null,
  } = /** @type {Record<string, any>} */ (data);
  if (version !== 1 || typeof type !== 'string') return null;
  const name = typeof id === 'number' || typeof id === 'string' ? id : null;
  if (type === 'irql:hello') return { hello: true, methods };
  if (type === 'irql:get') return { get: true, id: name };
  if (type === 'irql:code') return typeof code === 'string' && code.length <= longest ? { code } : null;
  if (type === 'irql:call' && methods.includes(method) && Array.isArray(args) && args.length <= 1)
    return args.every((arg) => ['number', 'string'].includes(typeof arg)) ? { method, args, id: name } : null;
  if (type === 'irql:set' && typeof set === 'object' && set !== null) {
    const pairs = Object.entries(set).filter(
      ([key, value]) => attributes.includes(key) && typeof value === 'string',
    );
    return pairs.length ? { set: /** @type {[string, string][]} */ (pairs) } : null;
  }
  return null;
}

/**
 * WordPress asks in its own way: by a secret in the address, and hears the height in a message of its own.
 * @param {string} hash
 * @param {number} height
 */
export function heightReply(hash, height) {
  const secret = secretOf(hash);
  return secret ? { message: 'height', secret, value: height } : null;
}

/**
 * Whether WordPress asks for the height once more: it listens only when its page is complete.
 * @param {string} hash
 * @param {any} data
 */
export function heightAsked(hash, data) {
  const secret = secretOf(hash);
  return secret !== null && data?.message === 'ready' && data.secret === secret;
}

/** @param {string} hash */
const secretOf = (hash) => /[?&]secret=([\w-]{1,64})/.exec(hash)?.[1] ?? null;
