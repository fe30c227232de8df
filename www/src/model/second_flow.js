// Which flow stands below that of DPCs, or in its place. Pure.

import { hasWaits } from './wait_lines.js';

/** @import { SessionInfo } from '../engine/protocol.js' */
/** @typedef {'alpc' | 'apc' | 'waits'} SecondFlow */

/**
 * The flows that a scenario has something for, the one that shows most first. The line in which a thread waits is
 * in the flow of APCs too.
 * @param {SessionInfo} info
 * @returns {SecondFlow[]}
 */
export function secondFlows(info) {
  const { ports, apcs } = info;
  return [
    ...(ports.length ? /** @type {const} */ (['alpc']) : []),
    ...(apcs.length
      ? /** @type {const} */ (['apc'])
      : hasWaits(info)
        ? /** @type {const} */ (['waits'])
        : []),
  ];
}

/**
 * @param {SessionInfo} info
 * @param {SecondFlow | null} chosen  By the reader.
 * @returns {SecondFlow | null}
 */
export function secondFlow(info, chosen) {
  const all = secondFlows(info);
  return all.find((flow) => flow === chosen) ?? all[0] ?? null;
}

/**
 * Whether the flow of DPCs stands aside: messages are on show, and the scenario has neither devices nor DPCs. The
 * interrupt objects of every machine are the clock and the inter-processor interrupt.
 * @param {SessionInfo} info
 * @param {SecondFlow | null} chosen
 */
export const standsAside = (info, chosen) =>
  secondFlow(info, chosen) === 'alpc' && info.interrupts.length <= 2 && info.dpcs.length === 0;
