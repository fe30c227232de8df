// The message catalogues: every visible word, by key. A further language is one more file with as many of the
// keys of en.js (the page) and engine.en.json (what the engine says, made from its tables) as it has words for,
// and one more line here; what it leaves out is said in English. A language with many words for the engine may
// keep them in a second file, so that the first picture need not wait for them.

import { en } from './en.js';
import { fill } from './format.js';

/** @typedef {Record<string, string>} Catalogue */

/** @typedef {() => Promise<Catalogue>} Load */
/**
 * `load` is the page, `said` what the engine says, `stops` what there is to say of machines that stop, `compare` the
 * table of DPC against APC, `alpc` the flow of messages, `share` what is shared and opened, `exported` the dialog of exports,
 * `help` the help dialog, `inspect` and `statistics` those panels, `quiz` the view that asks.
 * Only the first is needed: it may hold the rows of the others too.
 * @typedef {{ name: string, load: Load, said?: Load, stops?: Load, compare?: Load, alpc?: Load, share?: Load, exported?: Load, help?: Load, inspect?: Load, statistics?: Load, quiz?: Load }} Language
 */

/** @type {Record<string, Language>} */
export const languages = {
  en: {
    name: 'English',
    load: async () => en,
    said: async () => (await import('./engine.en.json', { with: { type: 'json' } })).default,
    stops: async () => (await import('./stops.en.js')).stops,
    compare: async () => (await import('./compare.en.js')).compare,
    alpc: async () => (await import('./alpc.en.js')).alpc,
    share: async () => (await import('./share.en.js')).share,
    exported: async () => (await import('./export.en.js')).words,
    help: async () => (await import('./help.en.js')).words,
    inspect: async () => (await import('./inspect.en.js')).words,
    statistics: async () => (await import('./statistics.en.js')).words,
    quiz: async () => (await import('./quiz.en.js')).words,
  },
  ko: {
    name: '한국어',
    load: async () => (await import('./ko.js')).ko,
    said: async () => (await import('./engine.ko.js')).ko,
    stops: async () => (await import('./stops.ko.js')).stops,
    compare: async () => (await import('./compare.ko.js')).compare,
    alpc: async () => (await import('./alpc.ko.js')).alpc,
    share: async () => (await import('./share.ko.js')).share,
    exported: async () => (await import('./export.ko.js')).words,
    help: async () => (await import('./help.ko.js')).words,
    inspect: async () => (await import('./inspect.ko.js')).words,
    statistics: async () => (await import('./statistics.ko.js')).words,
    quiz: async () => (await import('./quiz.ko.js')).words,
  },
};

/** @type {Catalogue} */
export const fallback = en;

/**
 * What the engine says. Nothing of the first picture needs these words, so they come after it.
 * @param {string} [lang]
 * @returns {Promise<Catalogue>}
 */
export const loadEngineWords = (lang = 'en') => loadPart('said', lang);

/**
 * The words for machines that stop. Most readers never need them, so they come with the first run that does.
 * @param {string} lang
 * @returns {Promise<Catalogue>}
 */
export const loadStops = (lang) => loadPart('stops', lang);

/**
 * The words of the table that sets DPC and APC against each other.
 * @param {string} lang
 */
export const loadCompare = (lang) => loadPart('compare', lang);

/**
 * The words of the flow of messages.
 * @param {string} lang
 */
export const loadAlpc = (lang) => loadPart('alpc', lang);

/**
 * The words of the Share dialog, of links and files.
 * @param {string} lang
 */
export const loadShare = (lang) => loadPart('share', lang);

/**
 * The words of the dialog of exports.
 * @param {string} lang
 */
export const loadExport = (lang) => loadPart('exported', lang);

/**
 * The words of the help dialog.
 * @param {string} lang
 */
export const loadHelp = (lang) => loadPart('help', lang);

/**
 * The words of the view that asks.
 * @param {string} lang
 */
export const loadQuiz = (lang) => loadPart('quiz', lang);

/**
 * The words of a panel.
 * @param {'inspect' | 'statistics'} panel
 * @param {string} lang
 */
export const loadPanel = (panel, lang) => loadPart(panel, lang);

/**
 * @param {'said' | 'stops' | 'compare' | 'alpc' | 'share' | 'exported' | 'help' | 'inspect' | 'statistics' | 'quiz'} part
 * @param {string} lang
 */
async function loadPart(part, lang) {
  const [english, own] = await Promise.all([languages.en[part]?.(), languages[lang][part]?.()]);
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
