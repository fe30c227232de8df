// Templates with named slots: "CPU {cpu} raises its IRQL". A sentence is never glued together from pieces.

/** @typedef {{ slot: string | null, text: string }} Part */
/** What the engine says: a text that is the same in every language, or a message with its slots `{0}`, `{1}`.
 * @typedef {string | { key: string, slots: Phrase[] }} Phrase */

/**
 * @param {string} template
 * @param {Record<string, string | number | undefined>} slots
 * @returns {Part[]}
 */
export function parts(template, slots) {
  return template
    .split(/(\{\w+\})/)
    .filter((piece) => piece !== '')
    .map((piece) => {
      const slot = /^\{(\w+)\}$/.exec(piece)?.[1] ?? null;
      return slot === null ? { slot, text: piece } : { slot, text: String(slots[slot] ?? '') };
    });
}

/**
 * @param {string} template
 * @param {Record<string, string | number | undefined>} [slots]
 */
export function fill(template, slots = {}) {
  return parts(template, slots)
    .map((part) => part.text)
    .join('');
}

/**
 * The words of a phrase in the language of a catalogue.
 * @param {Record<string, string>} catalogue
 * @param {Phrase} phrase
 * @returns {string}
 */
export function say(catalogue, phrase) {
  if (typeof phrase === 'string') return phrase;
  const slots = phrase.slots.map((slot, n) => [n, say(catalogue, slot)]);
  return fill(catalogue[phrase.key] ?? phrase.key, Object.fromEntries(slots));
}

/**
 * @param {string} template
 * @returns {string[]} its slots, sorted
 */
export function slotsOf(template) {
  return [...new Set([...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort();
}
