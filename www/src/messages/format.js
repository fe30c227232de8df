// Templates with named slots: "CPU {cpu} raises its IRQL". A sentence is never glued together from pieces.

/** @typedef {{ slot: string | null, text: string }} Part */

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
 * @param {string} template
 * @returns {string[]} its slots, sorted
 */
export function slotsOf(template) {
  return [...new Set([...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort();
}
