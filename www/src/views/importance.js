// The importance of a DPC as a sign: bars that rise with it, as many as it is urgent.

import { html, nothing, svg } from 'lit/html.js';

/** @import { Playground } from '../model/playground.js' */

/** From the least urgent on; the kernel numbers them otherwise (DP-4). */
const order = ['Low', 'Medium', 'MediumHigh', 'High'];

/**
 * @param {Playground} pg
 * @param {string} importance
 */
export function importanceSign({ t }, importance) {
  const rank = order.indexOf(importance);
  if (rank < 0) return nothing;
  return html`<svg class="importance" viewBox="0 0 15 12" role="img" aria-label=${t('flow.importance', { importance })}>
    <title>${t('flow.importance', { importance })}</title>
    ${order.map((_, i) => svg`<rect data-on=${i <= rank} x=${i * 4} y=${9 - i * 3} width="3" height=${3 + i * 3}></rect>`)}
  </svg>`;
}
