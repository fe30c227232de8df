// Inspectors of interrupts: `!idt`, `!apic`, `!ipi` and `dt nt!_KINTERRUPT`. Pure.

import { hex, line } from './lines.js';
import {
  declared,
  interruptCell,
  irqlCell,
  linked,
  nothing,
  routineCell,
  stackOf,
  threadCell,
} from './moment.js';

/** @import { IpiReason, ProcessorState, SessionInfo } from '../../engine/protocol.js' */
/** @import { Cell, Line } from './lines.js' */
/** @import { Moment } from './moment.js' */

/** The vectors of the software interrupts and who handles them (IR-2). */
const software = {
  x64: [
    { vector: 0x1f, level: 'APC', handler: 'nt!KiApcInterrupt' },
    { vector: 0x2f, level: 'DISPATCH', handler: 'nt!KiDpcInterrupt' },
  ],
  x86: [
    { vector: 0x3d, level: 'APC', handler: 'hal!HalpApcInterrupt' },
    { vector: 0x41, level: 'DISPATCH', handler: 'hal!HalpDispatchInterrupt' },
  ],
};

/**
 * Which processors take an interrupt: the clock's and the inter-processor interrupt are everybody's.
 * @param {SessionInfo} info
 * @param {number} index
 * @param {number} cpu
 */
function takes({ interrupts, machine }, index, cpu) {
  const { irql, processor } = interrupts[index];
  return irql === machine.clock_irql || irql === machine.ipi_irql || processor === cpu;
}

/**
 * `!idt`
 * @param {Moment} moment
 * @param {number} cpu
 * @returns {Line[]}
 */
export function idt(moment, cpu) {
  const { info } = moment;
  const entries = [
    ...software[info.machine.ladder].map(({ vector, handler }) => ({ vector, cells: [{ text: handler }] })),
    ...info.interrupts
      .map((interrupt, index) => ({ interrupt, index }))
      .filter(({ index }) => takes(info, index, cpu))
      .map(({ interrupt, index }) => ({
        vector: interrupt.vector,
        cells: [
          ...service(moment, index),
          { text: ' (KINTERRUPT ' },
          interruptCell(moment, index),
          { text: ')' },
          ...passiveCells(moment, index),
        ],
      })),
  ].sort((a, b) => a.vector - b.vector);
  return [
    line('head', `Dumping IDT of processor ${cpu}:`),
    ...entries.map(({ vector, cells }, i) =>
      line(
        `${vector} ${i}`,
        entries[i - 1]?.vector === vector ? ' '.repeat(4) : `${vector.toString(16).padStart(2, '0')}: `,
        ...cells,
      ),
    ),
  ];
}

/**
 * @param {Moment} moment
 * @param {number} index
 * @returns {Cell[]}
 */
function service(moment, index) {
  const { isr, irql } = moment.info.interrupts[index];
  if (isr !== null) return [routineCell(moment, isr)];
  return [
    { text: irql === moment.info.machine.clock_irql ? 'hal!HalpTimerClockInterrupt' : 'nt!KiIpiInterrupt' },
  ];
}

/**
 * That an ISR runs at PASSIVE_LEVEL, in which thread, and whether its line is masked meanwhile (IN-7).
 * @param {Moment} moment
 * @param {number} index
 * @returns {Cell[]}
 */
function passiveCells(moment, index) {
  const { passive } = moment.info.interrupts[index];
  if (!passive) return [];
  const masked = moment.state.interrupts[index]?.masked ? ', line masked' : '';
  return [{ text: ' (passive-level, ' }, threadCell(moment, passive.thread), { text: `${masked})` }];
}

/**
 * `!apic`: what is requested and what is in service on a processor, by vector.
 * @param {Moment} moment
 * @param {number} cpu
 * @returns {Line[]}
 */
export function apic(moment, cpu) {
  const { info, state } = moment;
  const processor = state.processors[cpu];
  const tpr =
    info.machine.ladder === 'x64'
      ? [`  TPR `, irqlCell(moment, processor.irql, vectorText(processor.irql << 4))]
      : [];
  return [
    line(`${cpu} head`, `Apic  ID:${cpu.toString(16)}`, ...tpr),
    line(`${cpu} irr`, 'IRR: ', ...listed(requested(moment, processor))),
    line(`${cpu} isr`, 'ISR: ', ...listed(inService(moment, processor))),
  ];
}

/** @typedef {{ vector: number, cell: Cell }} Source */

/**
 * @param {Moment} moment
 * @param {ProcessorState} processor
 * @returns {Source[]}
 */
function requested(moment, processor) {
  const { info } = moment;
  const asked = { APC: processor.apc_requested, DISPATCH: processor.dispatch_requested };
  return [
    ...software[info.machine.ladder]
      .filter(({ level }) => asked[/** @type {keyof typeof asked} */ (level)])
      .map(({ vector, level }) => ({ vector, cell: { text: level } })),
    ...processor.pending.map(({ interrupt }) => source(moment, interrupt)),
  ];
}

/**
 * @param {Moment} moment
 * @param {ProcessorState} processor
 * @returns {Source[]}
 */
function inService(moment, processor) {
  return stackOf(moment, processor)
    .filter(({ kind, object }) => kind === 'interrupt' && object !== null)
    .map(({ object }) => source(moment, object ?? 0));
}

/**
 * @param {Moment} moment
 * @param {number} interrupt
 * @returns {Source}
 */
const source = (moment, interrupt) => ({
  vector: moment.info.interrupts[interrupt].vector,
  cell: interruptCell(moment, interrupt),
});

/**
 * @param {Source[]} sources
 * @returns {(Cell | string)[]}
 */
const listed = (sources) =>
  sources
    .sort((a, b) => a.vector - b.vector)
    .flatMap(({ vector, cell }, i) => [`${i ? ', ' : ''}${vectorText(vector)} (`, cell, ')']);

const vectorText = (/** @type {number} */ vector) => vector.toString(16).toUpperCase().padStart(2, '0');

/** The bits of RequestSummary (IN-9). @type {Record<IpiReason, number>} */
const requestBits = { IPI_APC: 1, IPI_DPC: 2, IPI_SYNCH_REQUEST: 16 };

/**
 * `!ipi`
 * @param {Moment} moment
 * @param {number} cpu
 * @returns {Line[]}
 */
export function ipi(moment, cpu) {
  const reasons = moment.state.processors[cpu].pending.flatMap((request) => request.reasons);
  const summary = reasons.reduce((bits, reason) => bits | requestBits[reason], 0);
  return [
    line(`${cpu} head`, `IPI State for Processor ${cpu}`),
    line(
      `${cpu} summary`,
      `  Request Summary: ${hex(summary)}${reasons.map((reason) => ` [${reason}]`).join('')}`,
    ),
  ];
}

/**
 * `dt nt!_KINTERRUPT` (IN-1)
 * @param {Moment} moment
 * @param {number} index
 * @returns {Line[]}
 */
export function kinterrupt(moment, index) {
  const fields = moment.info.interrupts[index];
  /** @type {(name: string, ...value: (Cell | string)[]) => Line} */
  const field = (name, ...value) => line(name, `   ${name.padEnd(16)} : `, ...value);
  const level = (/** @type {number} */ irql) => irqlCell(moment, irql, `${hex(irql)} ''`);
  const isDevice = fields.isr !== null;
  return [
    line('head', interruptCell(moment, index), ...declared(fields.line)),
    field('ServiceRoutine', ...service(moment, index)),
    // No ISR of a scenario has a context.
    field('ServiceContext', nothing),
    ...(isDevice && fields.lock !== null
      ? [field('SpinLock', hex(ownLock(moment, index))), field('ActualLock', lockCell(moment, fields.lock))]
      : []),
    field('Vector', hex(fields.vector)),
    field('Irql', level(fields.irql)),
    field('SynchronizeIrql', level(fields.passive ? 0 : Math.max(fields.irql, fields.synchronize_irql))),
    // Whatever is declared is connected, from the start to the end.
    field('Connected', "1 ''"),
    ...(isDevice
      ? [
          field('Number', hex(fields.processor)),
          field('ShareVector', `${+fields.share_vector} ''`),
          field('Mode', fields.level_sensitive ? '0 ( LevelSensitive )' : '1 ( Latched )'),
          field('PassiveEvent', ...passiveEvent(moment, index)),
          ...(fields.passive ? [field('ServiceThread', threadCell(moment, fields.passive.thread))] : []),
        ]
      : []),
  ];
}

/**
 * The event that stands for the lock of a passive-level interrupt, with the thread that has it.
 * @param {Moment} moment
 * @param {number} index
 * @returns {(Cell | string)[]}
 */
function passiveEvent(moment, index) {
  const { passive } = moment.info.interrupts[index];
  if (!passive) return [nothing];
  const owner = moment.state.interrupts[index]?.owner ?? null;
  const event = linked(moment.info.events[passive.event]?.name, 'dt nt!_KEVENT');
  return owner === null ? [event, ' (free)'] : [event, ' (taken by ', threadCell(moment, owner), ')'];
}

/**
 * The lock in the interrupt object itself: not 0 while it is held. Where the ActualLock is one that is declared, it is
 * not used.
 * @param {Moment} moment
 * @param {number} index
 */
function ownLock({ info, state }, index) {
  const { name, lock } = info.interrupts[index];
  const isOwn = info.names.SpinLock?.[lock ?? -1] === `${name}.ActualLock`;
  return isOwn && state.spin_locks[lock ?? -1]?.owner !== null ? 1 : 0;
}

/**
 * A lock, with its holder.
 * @param {Moment} moment
 * @param {number} lock
 * @returns {Cell}
 */
function lockCell({ info, state }, lock) {
  const { owner } = state.spin_locks[lock];
  return { text: `${info.names.SpinLock?.[lock]} (${owner === null ? 'free' : `held, CPU ${owner}`})` };
}
