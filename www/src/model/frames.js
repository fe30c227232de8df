// What runs on a processor at a record. A record is written in the middle of its step: what it says begins may
// not be on the stack of the state yet. The picture has to agree with the sentence, so it is put there. Pure.

/** @import { Frame, ProcessorState, RecordView, SessionInfo, Snapshot } from '../engine/protocol.js' */

/** Which kinds of record say that something begins, and what kind of frame that will be. */
const begins = /** @type {const} */ ({
  InterruptAccepted: 'interrupt',
  IsrEntered: 'isr',
  DpcStarted: 'dpc',
  ApcDeliveryStarted: 'apc',
  ApcKernelRoutineStarted: 'apc',
  ApcNormalRoutineStarted: 'apc',
});

/**
 * @param {ProcessorState} cpu
 * @param {RecordView} record
 * @param {SessionInfo} info
 * @returns {Frame[]} outermost first
 */
export function framesAt(cpu, record, info) {
  const frames = [...cpu.frames];
  const begun =
    record.cpu === cpu.number ? begins[/** @type {keyof typeof begins} */ (record.kind)] : undefined;
  if (begun) {
    const frame =
      record.kind === 'ApcDeliveryStarted'
        ? { ...frameOf(begun, null, 'KiDeliverApc', record.irql), user: record.arg === 1 }
        : frameOf(begun, record.subject, record.subject_name, record.irql);
    if (
      !frames.some(
        (there) => there.kind === begun && there.object === frame.object && there.irql === frame.irql,
      )
    )
      frames.push(frame);
  }
  // The clock and the inter-processor interrupt have no routine of the scenario's, and so no frame of their own.
  const builtIn = [info.machine.clock_irql, info.machine.ipi_irql].includes(cpu.irql);
  if (builtIn && (frames.at(-1)?.irql ?? 0) < cpu.irql) {
    const source = info.interrupts.findIndex(({ irql }) => irql === cpu.irql);
    if (source >= 0) frames.push(frameOf('interrupt', source, info.interrupts[source].name, cpu.irql));
  }
  return frames.map((frame) => ({ ...frame, name: nameOf(frame, info) }));
}

/**
 * The card of whatever acts at a record: what is queued there comes from it.
 * @param {Snapshot} shown
 * @param {SessionInfo} info
 * @returns {string}
 */
export function actorKey({ state, record }, info) {
  const cpu = state.processors.find(({ number }) => number === record.cpu);
  const frame =
    cpu &&
    framesAt(cpu, record, info)
      .filter(({ kind }) => kind in prefixes)
      .at(-1);
  if (frame) return `${prefixes[/** @type {keyof typeof prefixes} */ (frame.kind)]}:${frame.object}`;
  return cpu && cpu.thread !== null ? `dpcflow:thread:${cpu.thread}` : '';
}

const prefixes = { interrupt: 'int', isr: 'int', dpc: 'dpc', apc: 'apc' };

/**
 * @param {Frame['kind']} kind
 * @param {number | null} object
 * @param {string} name
 * @param {number} irql
 * @returns {Frame}
 */
const frameOf = (kind, object, name, irql) => ({
  kind,
  object,
  name,
  irql,
  level: irql,
  user: false,
  dpc_stack: false,
  line: 0,
  from: 0,
  to: 0,
});

/**
 * An ISR goes by its own name from the moment at which its interrupt is taken; but the interrupt of a passive-level one only
 * has a thread call it.
 * @param {Frame} frame
 * @param {SessionInfo} info
 */
function nameOf(frame, info) {
  if (frame.kind !== 'interrupt' && frame.kind !== 'isr') return frame.name;
  const { isr, passive } = info.interrupts[frame.object ?? -1] ?? {};
  if (frame.kind === 'interrupt' && passive) return frame.name;
  return (isr === null || isr === undefined ? '' : info.bodies[isr]?.name) || frame.name;
}
