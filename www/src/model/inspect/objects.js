// Inspectors of what threads wait for: `dt` of the dispatcher objects and of fast mutexes, `!locks`. Pure.

import { formatTime } from '../../base/time_format.js';
import { hex, line } from './lines.js';
import { dpcCell, linked, nothing, threadCell } from './moment.js';

/** @import { Cell, Line } from './lines.js' */
/** @import { Moment } from './moment.js' */
/** What is known of an object that can be waited for.
 * @typedef {{ name: string, type: string, number: number, command: string, signal: number, waiters: number[], owners?: (number | null)[] }} Waitable */

/**
 * Every object that can be waited for, in the order of the classes. `number` is the type of its DISPATCHER_HEADER.
 * @param {Moment} moment
 * @returns {Waitable[]}
 */
export function waitables({ state, info }) {
  const kinds = (/** @type {string} */ name, /** @type {boolean} */ notification, first = 0) => ({
    type: `${notification ? 'Notification' : 'Synchronization'}${name}`,
    number: first + (notification ? 0 : 1),
  });
  return [
    ...state.events.map(({ signalled, waiters }, i) => ({
      ...kinds('Event', info.events[i]?.notification ?? false),
      name: info.events[i]?.name ?? '',
      command: 'dt nt!_KEVENT',
      signal: Number(signalled),
      waiters,
    })),
    ...state.timers.map(({ signalled, waiters }, i) => ({
      ...kinds('Timer', info.timers[i]?.notification ?? false, 8),
      name: info.timers[i]?.name ?? '',
      command: 'dt nt!_KTIMER',
      signal: Number(signalled),
      waiters,
    })),
    ...state.semaphores.map(({ count, waiters }, i) => ({
      type: `Semaphore Limit ${hex(info.semaphores[i]?.limit ?? 0)}`,
      number: 5,
      name: info.semaphores[i]?.name ?? '',
      command: 'dt nt!_KSEMAPHORE',
      signal: count,
      waiters,
    })),
    ...state.mutants.map(({ signal_state: signal, owner, waiters }, i) => ({
      type: 'Mutant',
      number: 2,
      name: info.mutants[i]?.name ?? '',
      command: 'dt nt!_KMUTANT',
      signal,
      waiters,
      owners: [owner],
    })),
    ...state.queues.map(({ entries, waiters }, i) => ({
      type: 'QueueObject',
      number: 4,
      name: info.queues[i]?.name ?? '',
      command: 'dt nt!_KQUEUE',
      signal: entries.length,
      waiters,
    })),
    ...state.threads.map(({ state: is, waiters }, i) => ({
      type: 'Thread',
      number: 6,
      name: info.threads[i]?.name ?? '',
      command: '!thread',
      signal: Number(is === 'Terminated'),
      waiters,
    })),
    ...state.processes.map(({ signalled, waiters }, i) => ({
      type: 'ProcessObject',
      number: 3,
      name: info.processes[i]?.name ?? '',
      command: '!process',
      signal: Number(signalled),
      waiters,
    })),
    // Threads wait for what lies in these: an event, of a resource's sharers a semaphore.
    ...state.fast_mutexes.map(({ owner, waiters }, i) => ({
      ...kinds('Event', false),
      type: 'FAST_MUTEX, its SynchronizationEvent',
      name: info.fast_mutexes[i]?.name ?? '',
      command: 'dt nt!_FAST_MUTEX',
      signal: 0,
      waiters,
      owners: [owner],
    })),
    ...state.resources.flatMap(({ owners, shared_waiters: shared, exclusive_waiters: alone }, i) =>
      [
        { part: 'ExclusiveWaiters', number: 1, type: 'ERESOURCE, its SynchronizationEvent', waiters: alone },
        { part: 'SharedWaiters', number: 5, type: 'ERESOURCE, its Semaphore', waiters: shared },
      ].map(({ part, ...rest }) => ({
        ...rest,
        name: `${info.resources[i]?.name ?? ''}.${part}`,
        command: '!locks',
        signal: 0,
        owners: owners.map(({ thread }) => thread),
      })),
    ),
  ];
}

/**
 * An object by its name, which leads to its own inspector.
 * @param {Waitable} object
 * @returns {Cell}
 */
export const waitableCell = ({ name, command }) => linked(name, command);

/**
 * Threads in the order of their list.
 * @param {Moment} moment
 * @param {(number | null)[]} threads
 * @returns {(Cell | string)[]}
 */
export const threadCells = (moment, threads) =>
  threads.length ? threads.flatMap((thread, i) => [i ? ', ' : '', threadCell(moment, thread)]) : [nothing];

/**
 * A field of a structure: its offset on 64-bit Windows, or on 32-bit Windows.
 * @param {Moment} moment
 * @param {[x64: number, x86: number]} offsets
 * @param {string} name
 * @param {(Cell | string)[]} value
 */
export function field({ info }, [x64, x86], name, ...value) {
  const offset = info.machine.ladder === 'x64' ? x64 : x86;
  return line(name, `   +0x${offset.toString(16).padStart(3, '0')} ${name.padEnd(16)} : `, ...value);
}

/**
 * The DISPATCHER_HEADER at the beginning of an object, and its name above it.
 * @param {Moment} moment
 * @param {Waitable} object
 * @returns {Line[]}
 */
function header(moment, object) {
  const { type, number, signal, waiters } = object;
  return [
    line('head', waitableCell(object)),
    field(moment, [0, 0], 'Header', '_DISPATCHER_HEADER'),
    line('type', '      Type          : ', { text: `${hex(number)} ''`, hint: type }),
    line('signal', '      SignalState   : ', hex(signal)),
    line('list', '      WaitListHead  : ', ...threadCells(moment, waiters)),
  ];
}

/**
 * @param {Moment} moment
 * @param {string} command
 * @param {number} index
 */
export const headerOf = (moment, command, index) =>
  header(moment, waitables(moment).filter((object) => object.command === command)[index]);

/**
 * `dt nt!_KEVENT`
 * @param {Moment} moment
 * @param {number} index
 * @returns {Line[]}
 */
export const kevent = (moment, index) => headerOf(moment, 'dt nt!_KEVENT', index);

/**
 * `dt nt!_KSEMAPHORE`
 * @param {Moment} moment
 * @param {number} index
 * @returns {Line[]}
 */
export const ksemaphore = (moment, index) => [
  ...headerOf(moment, 'dt nt!_KSEMAPHORE', index),
  field(moment, [0x18, 0x10], 'Limit', hex(moment.info.semaphores[index].limit)),
];

/**
 * `dt nt!_KMUTANT`
 * @param {Moment} moment
 * @param {number} index
 * @returns {Line[]}
 */
export function kmutant(moment, index) {
  const { owner, abandoned } = moment.state.mutants[index];
  return [
    ...headerOf(moment, 'dt nt!_KMUTANT', index),
    field(moment, [0x28, 0x18], 'OwnerThread', threadCell(moment, owner)),
    field(moment, [0x30, 0x1c], 'Abandoned', `${Number(abandoned)} ''`),
    field(moment, [0x31, 0x1d], 'ApcDisable', `${Number(moment.info.mutants[index].apc_disable)} ''`),
  ];
}

/**
 * `dt nt!_KTIMER`
 * @param {Moment} moment
 * @param {number} index
 * @returns {Line[]}
 */
export function ktimer(moment, index) {
  const { due_ns: due, period_ns: period, dpc } = moment.state.timers[index];
  return [
    ...headerOf(moment, 'dt nt!_KTIMER', index),
    field(moment, [0x18, 0x10], 'DueTime', due === null ? '(not set)' : formatTime(due)),
    field(moment, [0x30, 0x20], 'Dpc', dpc === null ? nothing : dpcCell(moment, dpc)),
    field(moment, [0x3c, 0x24], 'Period', { text: hex(period / 1e6), hint: 'milliseconds' }),
  ];
}

/**
 * `!process`: its threads, and those of others that are attached to it (AT-1).
 * @param {Moment} moment
 * @param {number} index
 * @returns {Line[]}
 */
export function process(moment, index) {
  const { active_threads: active, signalled, waiters } = moment.state.processes[index];
  /** @type {(key: string, own: boolean) => Line[]} */
  const threads = (key, own) =>
    moment.state.threads
      .filter(({ apc_state: { Process: now, ApcStateIndex: attached, SavedProcess: saved } }) =>
        own ? (attached ? saved : now) === index : attached > 0 && now === index,
      )
      .map((thread) =>
        line(
          `${key} ${thread.index}`,
          `    THREAD `,
          threadCell(moment, thread.index),
          own ? '' : '  attached',
        ),
      );
  return [
    line('head', 'PROCESS ', linked(moment.info.processes[index].name, '!process')),
    line('threads', `    ActiveThreads ${active}  SignalState ${Number(signalled)}`),
    line('list', '    WaitListHead  ', ...threadCells(moment, waiters)),
    ...threads('own', true),
    ...threads('attached', false),
  ];
}

/**
 * `dt nt!_FAST_MUTEX`
 * @param {Moment} moment
 * @param {number} index
 * @returns {Line[]}
 */
export function fastMutex(moment, index) {
  const { owner, old_irql: irql, waiters } = moment.state.fast_mutexes[index];
  return [
    line('head', linked(moment.info.fast_mutexes[index].name, 'dt nt!_FAST_MUTEX')),
    field(moment, [0, 0], 'Count', hex((owner === null ? 1 : 0) - waiters.length)),
    field(moment, [8, 4], 'Owner', threadCell(moment, owner)),
    field(moment, [0x18, 0xc], 'Event', '_KEVENT'),
    line('list', '      WaitListHead  : ', ...threadCells(moment, waiters)),
    field(moment, [0x30, 0x1c], 'OldIrql', hex(irql)),
  ];
}

/**
 * `!locks`: the resources that are owned, who owns them and who waits.
 * @param {Moment} moment
 * @returns {Line[]}
 */
export function locks(moment) {
  const { resources } = moment.state;
  const held = resources
    .map((resource, i) => ({ resource, i }))
    .filter(({ resource }) => resource.active_count > 0);
  return [
    line('head', '**** DUMP OF ALL RESOURCE OBJECTS ****'),
    ...held.flatMap(({ resource, i }) => {
      const { exclusive, owners, shared_waiters: shared, exclusive_waiters: alone } = resource;
      const how = exclusive ? 'Exclusively owned' : `Shared ${owners.length} owning threads`;
      const key = (/** @type {string} */ what) => `${i} ${what}`;
      const waiting = (/** @type {string} */ what, /** @type {number[]} */ threads) =>
        threads.length
          ? [line(key(what), `     Threads Waiting On ${what} Access: `, ...threadCells(moment, threads))]
          : [];
      return [
        line(key('head'), `Resource @ ${moment.info.resources[i]?.name ?? ''}    ${how}`),
        line(
          key('counts'),
          `    NumberOfSharedWaiters = ${shared.length} / NumberOfExclusiveWaiters = ${alone.length}`,
        ),
        line(
          key('threads'),
          '     Threads: ',
          ...owners.flatMap(({ thread, count }) => [
            threadCell(moment, thread),
            `-${`${count}`.padStart(2, '0')}<*> `,
          ]),
        ),
        ...waiting('Shared', shared),
        ...waiting('Exclusive', alone),
      ];
    }),
    line('total', `${resources.length} total locks, ${held.length} locks currently held`),
  ];
}
