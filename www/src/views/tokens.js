// Lets cards wander: reads where each was before a picture and is after it, then moves it from there to here
// by transform alone. A card is the same card wherever it is drawn when its `data-flip` says so; what has a
// `data-place` stays where it is, and others come from it.

import { speeds, tokensUpTo } from '../model/pacing.js';

/** @import { Playground } from '../model/playground.js' */

const mostAtOnce = 3;
/** A nearer place is the same place: a line more above it is no journey. From lane to lane a message has less to go. */
const least = 24;
const leastOfMessages = 12;
const marked = 1_200;

/** What wanders how: an interrupt flies, a card of a queue slides. */
const motions = {
  int: { duration: 240, easing: 'cubic-bezier(.2,0,0,1)' },
  dpc: { duration: 220, easing: 'ease-in-out' },
  apc: { duration: 220, easing: 'ease-in-out' },
  msg: { duration: 240, easing: 'ease-in-out' },
  thread: { duration: 200, easing: 'ease-in-out' },
};

/** @param {Playground} pg */
export function reducedMotion(pg) {
  const { motion } = pg.state;
  return (
    motion === 'reduced' || (motion === 'system' && matchMedia('(prefers-reduced-motion: reduce)').matches)
  );
}

/**
 * @param {ParentNode} root
 * @returns {Map<string, DOMRect>}
 */
export function places(root) {
  /** @type {Map<string, DOMRect>} */
  const found = new Map();
  for (const element of root.querySelectorAll('[data-flip], [data-place]')) {
    const place = element.getBoundingClientRect();
    const { flip, place: name } = /** @type {HTMLElement} */ (element).dataset;
    if (place.width > 0) found.set(flip ?? name ?? '', place);
  }
  return found;
}

/**
 * @param {ParentNode} root
 * @param {Map<string, DOMRect>} before
 * @param {Playground} pg
 */
export function wander(root, before, pg) {
  if (pg.state.playing && speeds[pg.state.speed] > tokensUpTo) return;
  const still = reducedMotion(pg);
  const moved = [...root.querySelectorAll('[data-flip]')]
    .map((element) => ({ element, key: /** @type {HTMLElement} */ (element).dataset.flip ?? '' }))
    .map(({ element, key }) => ({
      element,
      key,
      to: element.getBoundingClientRect(),
      from: before.get(key) ?? before.get(/** @type {HTMLElement} */ (element).dataset.from ?? ''),
    }))
    .filter(
      ({ key, to, from }) =>
        to.width > 0 && (!from || distance(from, to) > (isMessage(key) ? leastOfMessages : least)),
    )
    // Of more than can be followed, the messages: threads and doors only change with them.
    .sort((a, b) => Number(isMessage(b.key)) - Number(isMessage(a.key)));

  for (const { element, key, to, from } of moved.slice(0, mostAtOnce)) {
    if (still) {
      element.animate([{ outlineColor: 'var(--accent)' }, { outlineColor: 'transparent' }], marked);
    } else if (from) {
      const kind = /** @type {keyof typeof motions} */ (
        key.split(':').find((part) => part in motions) ?? 'dpc'
      );
      const start = `translate(${from.x - to.x}px, ${from.y - to.y}px)`;
      element.animate(
        [
          { transform: start, zIndex: 5 },
          { transform: 'none', zIndex: 5 },
        ],
        motions[kind],
      );
    } else {
      element.animate(
        [
          { opacity: 0, transform: 'scale(.8)' },
          { opacity: 1, transform: 'none' },
        ],
        {
          duration: 160,
          easing: 'ease-out',
        },
      );
    }
  }
}

/** @param {string} key */
const isMessage = (key) => key.includes(':msg:');

/**
 * @param {DOMRect} a
 * @param {DOMRect} b
 */
const distance = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);
