// The message catalogues: every visible word of the page, by key. A further language is one more file
// with the keys of en.js, and one more line here.

import { en } from './en.js';
import { fill } from './format.js';

/** @typedef {Record<string, string>} Catalogue */

/** @type {Record<string, { name: string, load: () => Promise<Catalogue> }>} */
export const languages = {
  en: { name: 'English', load: async () => en },
  ko: { name: '한국어', load: async () => (await import('./ko.js')).ko },
};

/** @type {Catalogue} */
export const fallback = en;

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
