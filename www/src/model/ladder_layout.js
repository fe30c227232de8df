// The ladder as data: where each rung, cursor, masked zone and lamp is. State in, positions out; no DOM.

import { groupOf, levelName } from './levels.js';

/** @import { MachineState, SessionInfo } from '../engine/protocol.js' */
/** @import { Group } from './levels.js' */
/** @typedef {{ irql: number, y: number, group: Group, label: string, sources: string[] }} Rung */
/** @typedef {{ irql: number, y: number, name: string, masked: boolean, software: boolean, count: number }} Lamp */
/** @typedef {{ number: number, irql: number, y: number, group: Group, level: string, idle: boolean, lamps: Lamp[] }} Cursor */
/** Processors of which only the number at each level is told.
 * @typedef {{ irql: number, y: number, group: Group, cpus: number[] }} Crowd */
/** @typedef {{ row: number, height: number, rungs: Rung[], cpus: Cursor[], deviceTop: number, deviceBottom: number }} Ladder */

/**
 * @param {MachineState | null} state
 * @param {SessionInfo} info
 * @param {number} height  For all rungs together.
 * @returns {Ladder}
 */
export function layoutLadder(state, info, height) {
  const { machine, interrupts } = info;
  const row = height / machine.levels.length;
  const middle = (/** @type {number} */ irql) => height - (irql + 0.5) * row;

  const rungs = machine.levels.map((_, irql) => {
    const sources = interrupts.filter((source) => source.irql === irql).map((source) => source.name);
    const isDevice = irql >= machine.device_min && irql <= machine.device_max;
    return {
      irql,
      y: middle(irql),
      group: groupOf(irql, machine),
      label: isDevice ? sources.join(', ') : levelName(irql, machine),
      sources,
    };
  });

  const cpus = (state?.processors ?? []).map((cpu) => ({
    number: cpu.number,
    irql: cpu.irql,
    y: middle(cpu.irql),
    group: groupOf(cpu.irql, machine),
    level: machine.levels[cpu.irql] ?? '',
    idle: cpu.thread === null && cpu.frames.length === 0,
    lamps: lampsOf(cpu, info).map((lamp) => ({
      ...lamp,
      y: middle(lamp.irql),
      masked: lamp.irql <= cpu.irql,
    })),
  }));

  return {
    row,
    height,
    rungs,
    cpus,
    deviceTop: middle(machine.device_max) - row / 2,
    deviceBottom: middle(machine.device_min) + row / 2,
  };
}

/**
 * All processors but one, by their levels; who has nothing to do is not counted.
 * @param {Ladder} ladder
 * @param {number} focus
 * @returns {Crowd[]}
 */
export function crowds({ cpus, rungs }, focus) {
  return rungs
    .map(({ irql, y, group }) => ({
      irql,
      y,
      group,
      cpus: cpus
        .filter((cpu) => cpu.irql === irql && cpu.number !== focus && !cpu.idle)
        .map(({ number }) => number),
    }))
    .filter((crowd) => crowd.cpus.length > 0);
}

/**
 * What is requested on a processor: one lamp for each level, however many ask at it.
 * @param {MachineState['processors'][number]} cpu
 * @param {SessionInfo} info
 */
function lampsOf(cpu, info) {
  /** @type {Map<number, { irql: number, name: string, software: boolean, count: number }>} */
  const lamps = new Map();
  const add = (/** @type {number} */ irql, /** @type {string} */ name, /** @type {boolean} */ software) => {
    const lamp = lamps.get(irql);
    if (lamp) lamps.set(irql, { ...lamp, name: `${lamp.name}, ${name}`, count: lamp.count + 1 });
    else lamps.set(irql, { irql, name, software, count: 1 });
  };
  for (const { interrupt, irql } of cpu.pending) add(irql, info.interrupts[interrupt]?.name ?? '', false);
  if (cpu.dispatch_requested) add(2, 'DISPATCH', true);
  if (cpu.apc_requested) add(1, 'APC', true);
  return [...lamps.values()];
}
