// The groups of IRQLs that share a colour, on either ladder, and how a level is called. Pure.

/** @import { MachineInfo } from '../engine/protocol.js' */

/** The groups from below; each has its colours in the style sheet and its place in the canvas's palette. */
export const groups = /** @type {const} */ (['passive', 'apc', 'dispatch', 'device', 'clock', 'ipi', 'high']);
/** @typedef {(typeof groups)[number]} Group */

/**
 * @param {number} irql
 * @param {MachineInfo} machine
 * @returns {Group}
 */
export function groupOf(irql, machine) {
  if (irql <= 2) return groups[irql];
  if (irql <= machine.device_max) return 'device';
  if (irql <= machine.clock_irql) return 'clock';
  return irql >= machine.levels.length - 1 ? 'high' : 'ipi';
}

/**
 * The name of a level without the ending that all of them have.
 * @param {number} irql
 * @param {MachineInfo} machine
 */
export function levelName(irql, machine) {
  return (machine.levels[irql] ?? '').replace(/_LEVEL$/, '');
}
