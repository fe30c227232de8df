// The message catalogues: every visible word, by key. A further language is one more file with as many of the
// keys of en.js (the page) and engine.en.json (what the engine says, made from its tables) as it has words for,
// and one more line here; what it leaves out is said in English.

import { en } from './en.js';
import { fill } from './format.js';

/** @typedef {Record<string, string>} Catalogue */

/** @type {Record<string, { name: string, load: () => Promise<Catalogue>, stops?: () => Promise<Catalogue> }>} */
export const languages = {
  en: {
    name: 'English',
    load: async () => en,
    stops: async () => (await import('./stops.en.js')).stops,
  },
  ko: {
    name: '한국어',
    load: async () => (await import('./ko.js')).ko,
    stops: async () => (await import('./stops.ko.js')).stops,
  },
};

/** @type {Catalogue} */
export const fallback = en;

/**
 * The engine's words in English. Nothing of the first picture needs them, so they come after it.
 * @returns {Promise<Catalogue>}
 */
export const loadEngineWords = async () =>
  (await import('./engine.en.json', { with: { type: 'json' } })).default;

/**
 * The words for machines that stop. Most readers never need them, so they come with the first run that does.
 * @param {string} lang
 * @returns {Promise<Catalogue>}
 */
export async function loadStops(lang) {
  const [english, own] = await Promise.all([languages.en.stops?.(), languages[lang].stops?.()]);
  return merged(english ?? {}, own ?? {});
}

/**
 * One catalogue of several; the later ones win.
 * @param {Catalogue[]} catalogues
 * @returns {Catalogue}
 */
export const merged = (...catalogues) => Object.assign({}, ...catalogues);

/**
 * The best of our languages for what a reader prefers.
 * @param {readonly (string | null | undefined)[]} wishes  Language tags, best first.
 */
export function chooseLanguage(wishes) {
  for (const wish of wishes) {
    const tag = wish?.toLowerCase().split('-')[0] ?? '';
    if (Object.hasOwn(languages, tag)) return tag;
  }
  return 'en';
}

/**
 * @param {Catalogue} catalogue
 * @returns {Translate}
 */
export function translator(catalogue) {
  return (key, slots) => fill(catalogue[key] ?? fallback[key] ?? key, slots);
}

/** @typedef {(key: string, slots?: Record<string, string | number | undefined>) => string} Translate */
