// The way of an interrupt as data: for each processor what is in the boxes device, ISR, DPC queue, DPC and
// thread. A card has the same key wherever it is, so that the views can let it wander. No DOM.

import { framesAt } from './frames.js';
import { groupOf } from './levels.js';

/** @import { Frame, MachineState, ProcessorState, RecordView, SessionInfo } from '../engine/protocol.js' */
/** @import { Group } from './levels.js' */
/** @typedef {{ key: string, name: string, irql: number, group: Group, running: boolean, line: number, note: 'pending' | 'masked' | 'quiet' | null, from: number | null }} Card `from`: the processor that sent it. */
/** @typedef {{ key: string, name: string, importance: string, line: number, refused: boolean }} QueueCard */
/** A timer that is set; `isDue`: the clock has found it, and the drain has not come to it yet.
 * @typedef {{ name: string, due: number, isDue: boolean }} Due */
/** `request`: a drain is requested; it is masked while the level is not below DISPATCH_LEVEL. */
/** @typedef {{ cpu: number, irql: number, devices: Card[], isrs: Card[], queue: QueueCard[], queueMore: number, dpcs: Card[],
 *   threaded: QueueCard[], threadedMore: number, request: 'masked' | 'open' | null, timers: Due[], timersMore: number, draining: boolean,
 *   thread: Card & { idle: 'idle' | 'polling' | 'asleep' | null, lock: string | null }, ready: string[] }} Row */

/** Longer queues show their head, and in the place of the last a count of the rest. */
export const queueShown = 5;
/** Of the timers that are set, the nearest. */
const timersShown = 2;
/** More rows would not be taken in at a glance; the ladder and the timeline show all processors. */
const rowsShown = 4;
/** What a row of several takes, and what is around them: title, names of the boxes, edges. In CSS pixels. */
const rowHeight = 60;
const around = 62;

/**
 * @param {MachineState} state
 * @param {SessionInfo} info
 * @param {RecordView} record
 * @param {number} [most]  Cards of each queue.
 * @returns {Row[]}
 */
export function layoutDpcFlow(state, info, record, most = queueShown) {
  return state.processors.map((cpu) => layoutRow(cpu, state, info, record, most));
}

/**
 * How many processors can be in sight at once; one always is.
 * @param {number} height  Of the room for the flow.
 */
export const rowsThatFit = (height) =>
  Math.max(1, Math.min(rowsShown, Math.floor((height - around) / rowHeight)));

/**
 * Of many processors those that matter at a record: the chosen one, the one where it happened, the one that an
 * inter-processor interrupt goes to, and then those that have something to do.
 * @param {Row[]} rows
 * @param {RecordView} record
 * @param {number | null} focus
 * @param {number} most
 * @returns {Row[]} in order of their numbers; of too many, the one that matters most comes first
 */
export function rowsInView(rows, record, focus, most) {
  const target = record.kind === 'IpiSent' ? record.arg & 0xff : -1;
  const weight = (/** @type {Row} */ { cpu, isrs, dpcs, queue, threaded, thread, devices }) => {
    if (cpu === focus) return 4;
    if (cpu === record.cpu || cpu === target) return 3;
    if (isrs.length + dpcs.length + queue.length + threaded.length > 0) return 2;
    return thread.idle === null || devices.length > 0 ? 1 : 0;
  };
  if (rows.length <= most) return rows;
  const first = focus ?? record.cpu;
  return rows
    .map((row) => ({ row, weight: weight(row) }))
    .sort((a, b) => b.weight - a.weight || a.row.cpu - b.row.cpu)
    .slice(0, most)
    .map(({ row }) => row)
    .sort((a, b) => Number(b.cpu === first) - Number(a.cpu === first) || a.cpu - b.cpu);
}

/**
 * @param {ProcessorState} cpu
 * @param {MachineState} state
 * @param {SessionInfo} info
 * @param {RecordView} record
 * @param {number} most
 * @returns {Row}
 */
function layoutRow(cpu, state, info, record, most) {
  const { machine } = info;
  const frames = framesAt(cpu, record, info);
  const top = frames.at(-1);
  /** @type {(frame: Frame, key: string, name: string) => Card} */
  const card = (frame, key, name) => ({
    key,
    name,
    irql: frame.irql,
    group: groupOf(frame.irql, machine),
    running: frame === top,
    line: frame.line,
    note: null,
    from: null,
  });

  // An interrupt and its ISR are two frames of one thing: the ISR's tells more.
  const service = frames.filter(
    (frame, i) => frame.kind === 'isr' || (frame.kind === 'interrupt' && frames[i + 1]?.kind !== 'isr'),
  );
  const isIpi = (/** @type {number | null} */ index) =>
    info.interrupts[index ?? -1]?.irql === machine.ipi_irql;
  // Every processor has a clock and an inter-processor interrupt of its own.
  const place = (/** @type {number | null} */ index) =>
    isIpi(index) || info.interrupts[index ?? -1]?.irql === machine.clock_irql
      ? `${index}@${cpu.number}`
      : `${index}`;
  const isrs = service.map((frame) => card(frame, `int:${place(frame.object)}`, frame.name));
  const dpcs = frames
    .filter((frame) => frame.kind === 'dpc')
    .map((frame) => card(frame, `dpc:${frame.object}`, frame.name));

  const inService = new Set(service.map((frame) => frame.object));
  const devices = info.interrupts
    .map((device, index) => ({ device, index }))
    .filter(({ device, index }) => showsDevice(device, index, cpu, inService, info))
    .map(({ device, index }) => {
      const asks = record.kind === 'InterruptRequested' && record.subject === index;
      const pending = asks || cpu.pending.some((request) => request.interrupt === index);
      return {
        // While the ISR runs the token is over there; what stays here is the device itself.
        key: `${inService.has(index) ? 'device' : 'int'}:${place(index)}`,
        name: device.name,
        irql: device.irql,
        group: groupOf(device.irql, machine),
        running: false,
        line: device.line,
        note: /** @type {Card['note']} */ (
          pending ? 'pending' : state.interrupts[index]?.masked ? 'masked' : 'quiet'
        ),
        from:
          record.kind === 'IpiSent' && isIpi(index) && (record.arg & 0xff) === cpu.number ? record.cpu : null,
      };
    });

  const inSight = (/** @type {number[]} */ list) => (list.length > most ? most - 1 : list.length);
  const refused = record.kind === 'DpcRefused' ? record.subject : -1;
  const queued = (/** @type {number[]} */ list) =>
    list.slice(0, inSight(list)).map((index) => ({
      key: `dpc:${index}`,
      name: info.dpcs[index]?.name ?? `${index}`,
      importance: state.dpcs[index]?.importance ?? '',
      line: info.dpcs[index]?.line ?? 0,
      refused: index === refused,
    }));
  const timers = timersOf(cpu, state, info);

  return {
    cpu: cpu.number,
    irql: cpu.irql,
    devices,
    isrs,
    queue: queued(cpu.dpc_queue),
    queueMore: cpu.dpc_queue.length - inSight(cpu.dpc_queue),
    threaded: queued(cpu.threaded_queue),
    threadedMore: cpu.threaded_queue.length - inSight(cpu.threaded_queue),
    request: !cpu.dispatch_requested ? null : cpu.irql >= 2 ? 'masked' : 'open',
    timers: timers.slice(0, timersShown),
    timersMore: Math.max(0, timers.length - timersShown),
    dpcs,
    draining: frames.some((frame) => frame.kind === 'retire' || frame.kind === 'dispatch'),
    thread: threadCard(cpu, frames, state, info),
    ready: cpu.ready.map((index) => info.threads[index]?.name ?? `${index}`),
  };
}

/**
 * Devices are always there; the clock and the IPI only while they have something to say.
 * @param {SessionInfo['interrupts'][number]} device
 * @param {number} index
 * @param {ProcessorState} cpu
 * @param {Set<number | null>} inService
 * @param {SessionInfo} info
 */
function showsDevice(device, index, cpu, inService, info) {
  const busy = inService.has(index) || cpu.pending.some((request) => request.interrupt === index);
  const builtIn = device.irql === info.machine.clock_irql || device.irql === info.machine.ipi_irql;
  return builtIn ? busy : device.processor === cpu.number || busy;
}

/**
 * The timers that are set, at the processor whose clock looks for them.
 * @param {ProcessorState} cpu
 * @param {MachineState} state
 * @param {SessionInfo} info
 * @returns {Due[]} the nearest first
 */
function timersOf(cpu, state, info) {
  if (cpu.number !== 0) return [];
  return state.timers
    .map(({ due_ns: due }, i) => ({ name: info.timers[i]?.name ?? '', due: due ?? Number.POSITIVE_INFINITY }))
    .filter(({ due }) => due < Number.POSITIVE_INFINITY)
    .map((timer) => ({ ...timer, isDue: cpu.prcb.TimerRequest && timer.due <= state.time }))
    .sort((a, b) => a.due - b.due);
}

/**
 * @param {ProcessorState} cpu
 * @param {Frame[]} frames
 * @param {MachineState} state
 * @param {SessionInfo} info
 * @returns {Row['thread']}
 */
function threadCard(cpu, frames, state, info) {
  // A threaded DPC is the thread's own work, at PASSIVE_LEVEL.
  const above = frames.some((frame) => !['body', 'apc', 'idle'].includes(frame.kind) && frame.irql > 0);
  const own = frames.filter((frame) => frame.kind === 'body' || frame.kind === 'apc').at(-1);
  const thread = cpu.thread === null ? null : state.threads[cpu.thread];
  // Under an interrupt the thread keeps the level it was interrupted at; the idle loop is at DISPATCH_LEVEL.
  const irql = own?.level ?? (above ? 2 : cpu.irql);
  return {
    key: `thread:${cpu.thread ?? `idle${cpu.number}`}`,
    name: cpu.thread === null ? '' : (info.threads[cpu.thread]?.name ?? ''),
    irql,
    group: groupOf(irql, info.machine),
    running: !above,
    line: thread?.line ?? 0,
    note: null,
    from: null,
    idle: cpu.thread !== null ? null : cpu.prcb.Sleeping ? 'asleep' : cpu.prcb.Polling ? 'polling' : 'idle',
    lock: cpu.spinning_on === null ? null : (info.names.SpinLock?.[cpu.spinning_on] ?? ''),
  };
}
