// The machine at one moment as inspectors see it, and how they name what is in it: where a debugger prints an
// address, they print the object's name, which leads to its own inspector. Pure.

import { framesAt } from '../frames.js';

/** @import { Frame, MachineState, ProcessorState, RecordView, SessionInfo } from '../../engine/protocol.js' */
/** @import { Cell } from './lines.js' */
/** `cpu` is the processor that the prompt names; `before81`: structures are those before Windows 8.1.
 * @typedef {{ state: MachineState, record: RecordView, info: SessionInfo, cpu: number, before81: boolean }} Moment */

/** What stands where an address is zero. */
export const nothing = '(null)';

/**
 * @param {Moment} moment
 * @param {number | null | undefined} index
 * @returns {Cell}
 */
export const dpcCell = ({ info }, index) => linked(info.dpcs[index ?? -1]?.name, 'dt nt!_KDPC');

/**
 * @param {Moment} moment
 * @param {number | null | undefined} index
 * @returns {Cell}
 */
export const threadCell = ({ info }, index) => linked(info.names.Thread?.[index ?? -1], '!thread');

/**
 * @param {Moment} moment
 * @param {number | null | undefined} index
 * @returns {Cell}
 */
export const apcCell = ({ info }, index) => linked(info.apcs[index ?? -1]?.name, 'dt nt!_KAPC');

/**
 * @param {Moment} moment
 * @param {number | null | undefined} index
 * @returns {Cell}
 */
export const interruptCell = ({ info }, index) =>
  linked(info.interrupts[index ?? -1]?.name, 'dt nt!_KINTERRUPT');

/**
 * A routine of the scenario, which leads to its text.
 * @param {Moment} moment
 * @param {number | null | undefined} index
 * @returns {Cell}
 */
export function routineCell({ info }, index) {
  const body = info.bodies[index ?? -1];
  return body ? { text: body.name, ...(body.line ? { line: body.line } : {}) } : { text: nothing };
}

/**
 * The routine of a DPC.
 * @param {Moment} moment
 * @param {number} dpc
 * @returns {Cell}
 */
export function deferredRoutine({ state, info }, dpc) {
  const name = state.dpcs[dpc]?.kdpc.DeferredRoutine ?? '';
  const line = info.bodies.find((body) => body.name === name && body.kind === 'dpc')?.line;
  return { text: name || nothing, ...(line ? { line } : {}) };
}

/**
 * A link to where something is declared.
 * @param {number} line
 * @returns {Cell[]}
 */
export const declared = (line) => (line ? [{ text: ' ' }, { text: `[line ${line}]`, line }] : []);

/**
 * @param {number} cpu
 * @returns {Cell}
 */
export const prcbCell = (cpu) => ({ text: `KPRCB ${cpu}`, to: `dt nt!_KPRCB ${cpu}` });

/**
 * A level, with its name on hover.
 * @param {Moment} moment
 * @param {number} irql
 * @param {string} [text]
 * @returns {Cell}
 */
export const irqlCell = ({ info }, irql, text = `${irql}`) => ({
  text,
  hint: info.machine.levels[irql] ?? '',
});

/**
 * What runs on a processor, outermost first.
 * @param {Moment} moment
 * @param {ProcessorState} processor
 * @returns {Frame[]}
 */
export const stackOf = ({ record, info }, processor) => framesAt(processor, record, info);

/**
 * @param {string | undefined} name
 * @param {string} command
 * @returns {Cell}
 */
export const linked = (name, command) =>
  name === undefined ? { text: nothing } : { text: name, to: `${command} ${name}` };
