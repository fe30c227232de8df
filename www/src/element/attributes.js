// What an author writes on the element, read: a wrong word counts as none. Knows nothing of the page.

import { speeds } from '../model/pacing.js';

/** @import { State, ViewName } from '../model/state.js' */
/** A moment: a record, a time in nanoseconds, or a marker's name.
 * @typedef {{ n: number } | { ns: number } | { marker: string }} Moment */

/** @type {ViewName[]} */
const views = ['full', 'flow', 'ladder', 'timeline', 'log', 'quiz'];
const units = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9 };

/**
 * @param {string | null} text
 * @returns {number | null}
 */
export const readSeed = (text) =>
  text !== null && /^\d+$/.test(text.trim()) && Number.isSafeInteger(Number(text)) ? Number(text) : null;

/** All that the element listens to. */
export const observed = [
  'at',
  'controls',
  'from',
  'lang',
  'loop',
  'marker',
  'pace',
  'pause-at-markers',
  'readonly',
  'scenario',
  'speed',
  'src',
  'theme',
  'to',
  'view',
];

/**
 * @param {string | null} text  `42`, `12.5us` or a name.
 * @returns {Moment | null}
 */
export function readMoment(text) {
  const word = text?.trim() ?? '';
  if (word === '') return null;
  if (/^\d+$/.test(word)) return { n: Number(word) };
  const time = /^(\d+(?:\.\d+)?)\s*(ns|us|µs|ms|s)$/.exec(word);
  if (time) return { ns: Number(time[1]) * units[/** @type {keyof typeof units} */ (time[2])] };
  return { marker: word };
}

/**
 * @param {number} n
 * @returns {Moment | null}
 */
export const readRecord = (n) => (Number.isNaN(n) ? null : { n: Math.trunc(n) });

/**
 * Where it is to begin.
 * @param {Element} element
 * @returns {Moment | null}
 */
export function readBeginning(element) {
  const word = (/** @type {string} */ name) => element.getAttribute(name)?.trim() || null;
  const marker = word('marker');
  const from = readTime(word('from'));
  return readMoment(word('at')) ?? (marker ? { marker } : from === null ? null : { ns: from });
}

/**
 * A time alone.
 * @param {string | null} text
 * @returns {number | null} nanoseconds
 */
export function readTime(text) {
  const moment = readMoment(text);
  return moment && 'ns' in moment ? moment.ns : null;
}

/**
 * How the element is to look.
 * @param {Element} element
 * @returns {Pick<State, 'view' | 'controls' | 'readonly' | 'theme' | 'speed' | 'pace'>}
 */
export function readLook(element) {
  const word = (/** @type {string} */ name) => element.getAttribute(name);
  const view = oneOf(views, word('view'), 'full');
  return {
    view,
    controls: oneOf(['none', 'mini', 'full'], word('controls'), view === 'full' ? 'full' : 'mini'),
    readonly: element.hasAttribute('readonly'),
    theme: oneOf(['system', 'light', 'dark'], word('theme'), 'system'), // `auto` is the system's
    speed: nearest(Number(word('speed') ?? 1)),
    pace: oneOf(['event', 'time'], word('pace'), 'event'),
  };
}

/**
 * The scenario that stands in the element for those who read without JavaScript: in an element that keeps its lines, or
 * as text and nothing else.
 * @param {Element} element
 * @returns {string | null}
 */
export function readText(element) {
  const child = element.querySelector('script[type="text/x-irql"], pre, textarea');
  const text = (child ?? (element.firstElementChild ? null : element))?.textContent ?? '';
  return text.trim() === '' ? null : `${text.replace(/^\s*\n/, '').trimEnd()}\n`;
}

/**
 * Where the whole playground is, for links to it.
 * @param {Element} element
 * @returns {string | null}
 */
export function readAddress(element) {
  const home = element.getAttribute('home');
  if (!home) return null;
  try {
    return new URL(home, element.baseURI).href;
  } catch {
    return null;
  }
}

/** @param {number} factor */
function nearest(factor) {
  const wished = factor > 0 ? factor : 1;
  const distance = (/** @type {number} */ speed) => Math.abs(Math.log(speed / wished));
  return speeds.reduce((best, speed, i) => (distance(speed) < distance(speeds[best]) ? i : best), 0);
}

/**
 * @template {string} T
 * @param {readonly T[]} allowed
 * @param {string | null} word
 * @param {T} otherwise
 * @returns {T}
 */
const oneOf = (allowed, word, otherwise) => allowed.find((candidate) => candidate === word) ?? otherwise;
