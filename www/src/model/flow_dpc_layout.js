// The way of an interrupt as data: for each processor what is in the boxes device, ISR, DPC queue, DPC and
// thread. A card has the same key wherever it is, so that the views can let it wander. No DOM.

import { framesAt } from './frames.js';
import { groupOf } from './levels.js';

/** @import { Frame, MachineState, ProcessorState, RecordView, SessionInfo } from '../engine/protocol.js' */
/** @import { Group } from './levels.js' */
/** @typedef {{ key: string, name: string, irql: number, group: Group, running: boolean, line: number, note: 'pending' | 'quiet' | null }} Card */
/** @typedef {{ key: string, name: string, importance: string, line: number, refused: boolean }} QueueCard */
/** @typedef {{ cpu: number, irql: number, devices: Card[], isrs: Card[], queue: QueueCard[], queueMore: number,
 *   threaded: QueueCard[], threadedMore: number, dpcs: Card[],
 *   draining: boolean, thread: Card & { idle: boolean, lock: string | null }, ready: string[] }} Row */

/** Longer queues show their head, and a count of the rest. */
export const queueShown = 5;

/**
 * @param {MachineState} state
 * @param {SessionInfo} info
 * @param {RecordView} record
 * @returns {Row[]}
 */
export function layoutDpcFlow(state, info, record) {
  return state.processors.map((cpu) => layoutRow(cpu, state, info, record));
}

/**
 * @param {ProcessorState} cpu
 * @param {MachineState} state
 * @param {SessionInfo} info
 * @param {RecordView} record
 * @returns {Row}
 */
function layoutRow(cpu, state, info, record) {
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
  });

  // An interrupt and its ISR are two frames of one thing: the ISR's tells more.
  const service = frames.filter(
    (frame, i) => frame.kind === 'isr' || (frame.kind === 'interrupt' && frames[i + 1]?.kind !== 'isr'),
  );
  const isrs = service.map((frame) => card(frame, `int:${frame.object}`, frame.name));
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
        key: inService.has(index) ? `device:${index}` : `int:${index}`,
        name: device.name,
        irql: device.irql,
        group: groupOf(device.irql, machine),
        running: false,
        line: device.line,
        note: pending ? /** @type {const} */ ('pending') : /** @type {const} */ ('quiet'),
      };
    });

  const refused = record.kind === 'DpcRefused' ? record.subject : -1;
  /** @param {number[]} queue */
  const cards = (queue) =>
    queue.slice(0, queueShown).map((index) => ({
      key: `dpc:${index}`,
      name: info.dpcs[index]?.name ?? `${index}`,
      importance: state.dpcs[index]?.importance ?? '',
      line: info.dpcs[index]?.line ?? 0,
      refused: index === refused,
    }));

  return {
    cpu: cpu.number,
    irql: cpu.irql,
    devices,
    isrs,
    queue: cards(cpu.dpc_queue),
    queueMore: Math.max(0, cpu.dpc_queue.length - queueShown),
    threaded: cards(cpu.threaded_queue),
    threadedMore: Math.max(0, cpu.threaded_queue.length - queueShown),
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
 * @param {ProcessorState} cpu
 * @param {Frame[]} frames
 * @param {MachineState} state
 * @param {SessionInfo} info
 */
function threadCard(cpu, frames, state, info) {
  // A threaded DPC is the thread's own work, at PASSIVE_LEVEL.
  const above = frames.some((frame) => !['body', 'apc', 'idle'].includes(frame.kind) && frame.irql > 0);
  const own = frames.filter((frame) => frame.kind === 'body' || frame.kind === 'apc').at(-1);
  const thread = cpu.thread === null ? null : state.threads[cpu.thread];
  // Under an interrupt the thread keeps the level it was interrupted at; who spins for a lock is at DISPATCH_LEVEL.
  const kept = cpu.spinning_on === null ? (own?.irql ?? 0) : 2;
  const irql = above ? kept : cpu.irql;
  return {
    key: `thread:${cpu.thread ?? `idle${cpu.number}`}`,
    name: cpu.thread === null ? '' : (info.threads[cpu.thread]?.name ?? ''),
    irql,
    group: groupOf(irql, info.machine),
    running: !above,
    line: thread?.line ?? 0,
    note: null,
    idle: cpu.thread === null,
    lock: cpu.spinning_on === null ? null : (info.names.SpinLock?.[cpu.spinning_on] ?? ''),
  };
}
