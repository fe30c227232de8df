// The style sheet's colours as numbers, for the painter: it and the page never disagree.

import { groups } from '../model/levels.js';

/** In the order in which the painter reads them. */
const names = [
  ...groups.map((group) => `--${group}`),
  ...groups.map((group) => `--${group}-edge`),
  '--panel',
  '--lane',
  '--axis',
  '--guide',
  '--tint-0',
  '--tint-1',
  '--tint-2',
  '--tint-3',
  '--tint-4',
  '--text',
  '--flag',
];

/**
 * @param {HTMLElement} root
 * @returns {number[]} 0xRRGGBB each
 */
export function palette(root) {
  const probe = document.createElement('span');
  // Reduced motion gives everything a transition, which has just begun when it is asked; forced colours, one colour.
  probe.style.cssText = 'transition: none; forced-color-adjust: none';
  root.append(probe);
  const colours = names.map((name) => {
    probe.style.color = `var(${name})`;
    const [r = 0, g = 0, b = 0] =
      getComputedStyle(probe)
        .color.match(/[\d.]+/g)
        ?.map(Number) ?? [];
    return (r << 16) | (g << 8) | b;
  });
  probe.remove();
  return colours;
}
