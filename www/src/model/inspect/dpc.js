// Inspectors of DPCs: `!dpcs` and `dt nt!_KDPC`. Pure.

import { hex, line, passedOn, wide } from './lines.js';
import { declared, deferredRoutine, dpcCell, nothing, prcbCell } from './moment.js';

/** @import { Kdpc, ProcessorState } from '../../engine/protocol.js' */
/** @import { Cell, Line } from './lines.js' */
/** @import { Moment } from './moment.js' */

/** By the kernel's numbers (DP-4). */
const importances = ['Low', 'Medium', 'High', 'MediumHigh'];

/**
 * `!dpcs`: what is queued on every processor, in the order in which it will run.
 * @param {Moment} moment
 * @returns {Line[]}
 */
export function dpcs(moment) {
  const names = Math.max(4, ...moment.info.dpcs.map(({ name }) => name.length));
  const rows = moment.state.processors.flatMap((processor) =>
    queues(processor).flatMap(({ type, queue }) =>
      queue.map((dpc) =>
        line(
          `${processor.number} ${type} ${dpc}`,
          wide(`${processor.number}`, -2),
          `: ${type.padEnd(8)}: `,
          wide(dpcCell(moment, dpc), names + 1),
          deferredRoutine(moment, dpc),
        ),
      ),
    ),
  );
  return [line('head', `CPU Type      ${'KDPC'.padEnd(names + 1)}Function`), ...rows];
}

/**
 * The queues of a processor by the kind of DPC.
 * @param {ProcessorState} processor
 */
const queues = ({ dpc_queue: normal, threaded_queue: threaded }) => [
  { type: 'Normal', queue: normal },
  { type: 'Threaded', queue: threaded },
];

/**
 * `dt nt!_KDPC`: the offsets are those of 64-bit or 32-bit Windows, as the ladder says (DP-1).
 * @param {Moment} moment
 * @param {number} dpc
 * @returns {Line[]}
 */
export function kdpc(moment, dpc) {
  const { info, state, before81 } = moment;
  const fields = state.dpcs[dpc].kdpc;
  const pointer = info.machine.ladder === 'x64' ? 8 : 4;
  /** @type {(offset: number, name: string, ...value: (Cell | string)[]) => Line} */
  const field = (offset, name, ...value) =>
    line(name, `   +0x${offset.toString(16).padStart(3, '0')} ${name.padEnd(16)} : `, ...value);
  const importance = importances.indexOf(fields.Importance);
  const queued = fields.DpcData;
  const history = fields.ProcessorHistory.reduce((mask, cpu) => mask + 2 ** cpu, 0);
  return [
    line('head', dpcCell(moment, dpc), ...declared(info.dpcs[dpc].line), ...place(fields)),
    field(0, 'Type', { text: `${hex(typeOf(fields, before81))} ''`, hint: fields.Type }),
    field(1, 'Importance', { text: `${hex(importance)} ''`, hint: `${fields.Importance}Importance` }),
    field(2, 'Number', numberOf(moment, fields.Number)),
    ...(queued
      ? [field(pointer, 'DpcListEntry', ...listEntry(moment, dpc, queued.Processor, queued.Queue))]
      : []),
    ...(before81
      ? []
      : [field(2 * pointer, 'ProcessorHistory', { text: hex(history), hint: 'a bit for each processor' })]),
    field(3 * pointer, 'DeferredRoutine', deferredRoutine(moment, dpc)),
    field(4 * pointer, 'DeferredContext', passedOn(fields.DeferredContext)),
    field(5 * pointer, 'SystemArgument1', passedOn(fields.SystemArgument1)),
    field(6 * pointer, 'SystemArgument2', passedOn(fields.SystemArgument2)),
    field(
      7 * pointer,
      'DpcData',
      !queued
        ? nothing
        : before81
          ? prcbCell(queued.Processor)
          : { text: `queued on CPU ${queued.Processor}`, to: '!dpcs' },
      queued ? `, ${queued.Queue}` : '',
    ),
  ];
}

/**
 * The address of an object in a block of pool, which its driver may free.
 * @param {Kdpc} fields
 * @returns {(Cell | string)[]}
 */
const place = ({ Address: address }) => (address ? [' ', { text: address, hint: 'in a block of pool' }] : []);

/**
 * The number of the kind of object; that of threaded DPCs is another since Windows 10 (DP-3).
 * @param {Kdpc} fields
 * @param {boolean} before81
 */
function typeOf({ Type: type }, before81) {
  if (type === 'DpcObject') return 19;
  return before81 ? 24 : 0x1a;
}

/**
 * The target: 0 for the processor that inserts, else the processor above a constant (DP-5).
 * @param {Moment} moment
 * @param {number | null} target
 * @returns {Cell}
 */
function numberOf({ info, before81 }, target) {
  if (target === null) return { text: '0', hint: 'the processor that inserts' };
  const base = info.machine.ladder === 'x86' ? 0x20 : before81 ? 0x40 : 0x500;
  return { text: hex(base + target), hint: `${hex(base)} + CPU ${target}` };
}

/**
 * A list of one link, or before Windows 8.1 of two, which leads back to its head.
 * @param {Moment} moment
 * @param {number} dpc
 * @param {number} cpu
 * @param {'normal' | 'threaded'} queue
 * @returns {(Cell | string)[]}
 */
function listEntry(moment, dpc, cpu, queue) {
  const { dpc_queue: normal, threaded_queue: threaded } = moment.state.processors[cpu];
  const list = queue === 'normal' ? normal : threaded;
  const at = list.indexOf(dpc);
  const entry = (/** @type {number} */ i, /** @type {Cell} */ end) =>
    list[i] === undefined ? end : dpcCell(moment, list[i]);
  return moment.before81
    ? ['_LIST_ENTRY [ ', entry(at + 1, prcbCell(cpu)), ' - ', entry(at - 1, prcbCell(cpu)), ' ]']
    : ['_SINGLE_LIST_ENTRY [ ', entry(at + 1, { text: nothing }), ' ]'];
}
