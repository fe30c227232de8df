// The state in a link's fragment: which scenario, with which seed, at which moment, and how it is looked at.
// `1.z.DATA` and `1.p.DATA` hold a text (JSON, packed); `1.s.NAME&at=12` names a scenario that ships with the page.
// The number is the version. Reading never throws: links come from strangers, cut off by mailers, and from the
// future. Knows nothing of where the fragment stands.

import { pack, unpack } from '../base/packing.js';

/** What a link may look at. @typedef {'full' | 'flow' | 'ladder' | 'timeline' | 'log' | 'quiz'} View */
/**
 * One of `text` and `name` is not null; with a text, `name` is the scenario that it was made from.
 * @typedef {object} LinkState
 * @property {string | null} text  Of the scenario.
 * @property {string | null} name  Of a scenario that ships with the page.
 * @property {number | null} seed  In place of the scenario's own.
 * @property {number | null} at  The number of a record.
 * @property {string | null} marker  The name of a marker; the first record of it, unless `at` is another one of it.
 * @property {View | null} view
 * @property {string | null} lang  A language tag.
 * @property {'system' | 'light' | 'dark' | null} theme
 * @property {string | null} fingerprint  Of the whole run as it was when it was shared.
 */
/** What is wrong with a link, as the catalogues have it: `link.problem.` and this.
 * @typedef {'empty' | 'unknown' | 'newer' | 'json' | 'shape' | import('../base/packing.js').Fault} Problem */

export const version = 1;
/** The most bytes that a scenario may have, from a link or from a file. */
export const mostBytes = 1_000_000;

/** @type {View[]} */
export const views = ['full', 'flow', 'ladder', 'timeline', 'log', 'quiz'];
export const themes = /** @type {const} */ (['system', 'light', 'dark']);

/** @type {(least: number, most: number) => (value: unknown) => boolean} */
const whole = (least, most) => (value) =>
  Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
/** @type {(pattern: RegExp) => (value: unknown) => boolean} */
const like = (pattern) => (value) => typeof value === 'string' && pattern.test(value);
/** @type {(list: readonly string[]) => (value: unknown) => boolean} */
const among = (list) => (value) => typeof value === 'string' && list.includes(value);

/** The parts of a link: the key in JSON, the word beside a name, what values there are. */
const parts = /** @type {const} */ ([
  { part: 'text', key: 't', word: '', good: (/** @type {unknown} */ value) => typeof value === 'string' },
  { part: 'name', key: 'n', word: '', good: like(/^[a-z0-9][a-z0-9-]{0,63}$/) },
  { part: 'seed', key: 's', word: 'seed', good: whole(0, Number.MAX_SAFE_INTEGER) },
  { part: 'at', key: 'a', word: 'at', good: whole(0, 0xffff_ffff) },
  { part: 'marker', key: 'm', word: 'marker', good: like(/^[\p{Alphabetic}\p{N}_.]+$/u) }, // as the language has them
  { part: 'view', key: 'v', word: 'view', good: among(views) },
  { part: 'lang', key: 'l', word: 'lang', good: like(/^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/i) },
  { part: 'theme', key: 'c', word: 'theme', good: among(themes) },
  { part: 'fingerprint', key: 'f', word: 'run', good: like(/^[0-9a-f]{16}$/) },
]);

/** What a link says, by keys. @typedef {Record<string, unknown>} Said */
/** A step makes of what a link of its version says what the next version would. @typedef {(said: Said) => Said} Step */

/** By the version that they read. Links are for ever: a step is never taken out. @type {Record<number, Step>} */
const steps = {};

/**
 * Brings what an old link says to the present version.
 * @param {Said} said
 * @param {number} from
 * @param {number} [to]
 * @param {Record<number, Step>} [chain]
 */
export function migrate(said, from, to = version, chain = steps) {
  let now = said;
  for (let at = from; at < to; at++) now = chain[at](now);
  return now;
}

/**
 * @param {string} fragment  With or without `#`.
 * @returns {Promise<{ state: LinkState } | { problem: Problem }>}
 */
export async function readLink(fragment) {
  const bare = fragment.replace(/^#/, '');
  if (bare === '') return { problem: 'empty' };
  const [, number, form, data] = /^(\d{1,6})\.(?:([a-z])\.)?(.*)$/s.exec(bare) ?? [];
  if (number === undefined || Number(number) < 1) return { problem: 'unknown' };
  if (Number(number) > version) return { problem: 'newer' };
  if (data === '') return { problem: 'empty' };
  const read = form === 's' ? named(data) : form === 'z' || form === 'p' ? await packed(form, data) : null;
  if (!read) return { problem: 'unknown' };
  if ('problem' in read) return read;
  return checked(migrate(read.said, Number(number)));
}

/**
 * What a link cannot say it leaves out, so that all of them can be read: a browser may know fewer letters than the engine.
 * @param {LinkState} state
 * @returns {Promise<string>} the fragment, without `#`
 */
export async function writeLink(state) {
  const kept = parts.filter(({ part, good }) => state[part] !== null && good(state[part]));
  if (state.text === null) {
    const words = kept.filter(({ word }) => word !== '');
    const told = new URLSearchParams(words.map(({ part, word }) => [word, String(state[part])]));
    return [`${version}.s.${state.name}`, ...(words.length ? [told] : [])].join('&');
  }
  const said = Object.fromEntries(kept.map(({ part, key }) => [key, state[part]]));
  const { packing, letters } = await pack(JSON.stringify(said));
  return `${version}.${packing}.${letters}`;
}

/**
 * @param {string} data  `nested-interrupts&at=12&lang=ko`; words that nobody knows are left aside.
 * @returns {{ said: Said } | { problem: Problem }}
 */
function named(data) {
  const [name, ...rest] = data.split('&');
  const given = new URLSearchParams(rest.join('&'));
  /** @type {Said} */
  const said = { n: name };
  for (const { part, key, word } of parts) {
    const value = word === '' ? null : given.get(word);
    if (value === null) continue;
    const number = part === 'seed' || part === 'at';
    // A number is digits; what `Number` would take besides, such as nothing or 1e3, is none.
    said[key] = number && /^\d+$/.test(value) ? Number(value) : value;
  }
  return { said };
}

/**
 * @param {import('../base/packing.js').Packing} packing
 * @param {string} letters
 * @returns {Promise<{ said: Said } | { problem: Problem }>}
 */
async function packed(packing, letters) {
  const unpacked = await unpack(packing, letters, mostBytes);
  if ('fault' in unpacked) return { problem: unpacked.fault };
  let said;
  try {
    said = JSON.parse(unpacked.text);
  } catch {
    return { problem: 'json' };
  }
  if (typeof said !== 'object' || said === null || Array.isArray(said)) return { problem: 'shape' };
  return { said };
}

/**
 * @param {Said} said
 * @returns {{ state: LinkState } | { problem: Problem }}
 */
function checked(said) {
  /** @type {Record<string, unknown>} */
  const state = {};
  for (const { part, key, good } of parts) {
    const value = Object.hasOwn(said, key) ? said[key] : null;
    if (value !== null && !good(value)) return { problem: 'shape' };
    state[part] = value;
  }
  if (state.text === null && state.name === null) return { problem: 'shape' };
  return { state: /** @type {LinkState} */ (/** @type {unknown} */ (state)) };
}

/**
 * A state of which only the scenario is said.
 * @param {Partial<LinkState>} said
 * @returns {LinkState}
 */
export const linkState = (said) => ({
  ...{ text: null, name: null, seed: null, at: null, marker: null },
  ...{ view: null, lang: null, theme: null, fingerprint: null },
  ...said,
});
