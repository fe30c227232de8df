// Inspectors of threads: `!thread`, `!ready` and `dt nt!_KTHREAD`. Pure.

import { formatTime } from '../../base/time_format.js';
import { messageCell } from './alpc.js';
import { hex, hex8, line } from './lines.js';
import { apcCell, declared, irqlCell, linked, nothing, stackOf, threadCell } from './moment.js';
import { threadCells, waitableCell, waitables } from './objects.js';
import { stackLines } from './stack.js';

/** @import { QueuedApc, ThreadState } from '../../engine/protocol.js' */
/** @import { Cell, Line } from './lines.js' */
/** @import { Moment } from './moment.js' */

/** By the kernel's numbers (TH-1). */
const states = [
  'Initialized',
  'Ready',
  'Running',
  'Standby',
  'Terminated',
  'Waiting',
  'Transition',
  'DeferredReady',
];

/** KWAIT_REASON, as far as threads get one here. */
const waitReasons = /** @type {Record<number, string>} */ ({
  0: 'Executive',
  4: 'DelayExecution',
  5: 'Suspended',
  6: 'UserRequest',
  15: 'WrQueue',
  16: 'WrLpcReceive',
  17: 'WrLpcReply',
  27: 'WrResource',
  34: 'WrFastMutex',
  35: 'WrGuardedMutex',
});

/**
 * @param {Moment} moment
 * @param {number | null} index
 */
const processCell = ({ info }, index) => linked(info.processes[index ?? -1]?.name, '!process');

/**
 * `!thread`: state, wait, priority, APCs, stack.
 * @param {Moment} moment
 * @param {number} index
 * @returns {Line[]}
 */
export function thread(moment, index) {
  const told = moment.state.threads[index];
  const {
    state: name,
    processor,
    wait,
    apc_state: apcs,
    kernel_apcs: kernel,
    user_apcs: user,
    schedule,
  } = told;
  const on = name === 'Running' || name === 'Ready' || name === 'Standby' ? ` on processor ${processor}` : '';
  const due = wait?.due_ns ?? null;
  return [
    line(
      'head',
      'THREAD ',
      threadCell(moment, index),
      wait ? '  WAIT: ' : `  ${name.toUpperCase()}${on}`,
      wait
        ? `(${waitReasons[wait.reason] ?? hex(wait.reason)}) ${wait.mode} ${wait.alertable ? 'Alertable' : 'Non-Alertable'}`
        : '',
      ...declared(moment.info.threads[index].line),
    ),
    ...(apcs.SuspendCount ? [line('suspended', `SuspendCount ${apcs.SuspendCount}`)] : []),
    ...waitLines(moment, told),
    ...replyLine(moment, told),
    ...(due === null ? [] : [line('due', `    until ${formatTime(due)}`)]),
    line(
      'priority',
      `Priority ${told.priority} BasePriority ${told.base_priority} ${quantum(told)} WaitIrql `,
      irqlCell(moment, told.irql),
    ),
    line(
      'affinity',
      `IdealProcessor ${schedule.IdealProcessor} Affinity ${schedule.Affinity}`,
      schedule.SystemAffinityActive ? ` UserAffinity ${schedule.UserAffinity}` : '',
    ),
    line(
      'apc',
      `KernelApcPending ${+told.kernel_apc_pending} UserApcPending ${+told.user_apc_pending}`,
      ` KernelApcDisable ${told.kernel_apc_disable} SpecialApcDisable ${told.special_apc_disable}`,
    ),
    ...(kernel.length ? [line('kernel', 'ApcListHead[0] ', ...apcCells(moment, kernel))] : []),
    ...(user.length ? [line('user', 'ApcListHead[1] ', ...apcCells(moment, user))] : []),
    ...stack(moment, told),
  ];
}

/**
 * What is left of a thread's quantum: in units, or up to a number of cycles.
 * @param {ThreadState} thread
 */
const quantum = ({ quantum: units, schedule: { QuantumTarget: target, CycleTime: time } }) =>
  target === null ? `Quantum ${units}` : `CycleTime ${time} QuantumTarget ${target}`;

/**
 * The objects that a thread waits for.
 * @param {Moment} moment
 * @param {ThreadState} thread
 * @returns {Line[]}
 */
function waitLines(moment, { wait }) {
  const known = new Map(waitables(moment).map((object) => [object.name, object]));
  return (wait?.objects ?? []).map((name) => {
    const object = known.get(name);
    return object
      ? line(
          `wait ${name}`,
          '    ',
          waitableCell(object),
          `  ${object.type}`,
          ...(object.owners?.length ? [' - owning thread ', ...threadCells(moment, object.owners)] : []),
        )
      : line(`wait ${name}`, `    ${name}`);
  });
}

/**
 * The message whose reply a thread waits for.
 * @param {Moment} moment
 * @param {ThreadState} thread
 * @returns {Line[]}
 */
function replyLine({ state, info }, { index, wait }) {
  const id = state.alpc?.threads[index]?.Message ?? null;
  const message = state.alpc?.messages.find(({ MessageId }) => MessageId === id);
  if (!wait || !message) return [];
  const { name, connection } = info.ports[message.QueuePort];
  const owner = state.alpc?.ports.find(({ Port }) => Port === connection)?.OwnerProcess ?? -1;
  return [
    line(
      'reply',
      'Waiting for reply to ALPC Message ',
      messageCell(message.MessageId),
      ' : queued at port ',
      linked(name, '!alpc /p'),
      ` : owned by process ${info.names.Process?.[owner] ?? nothing}`,
    ),
  ];
}

/**
 * @param {Moment} moment
 * @param {QueuedApc[]} queue
 * @returns {(Cell | string)[]}
 */
const apcCells = (moment, queue) =>
  queue.length ? queue.flatMap(({ apc }, i) => [i ? ', ' : '', apcCell(moment, apc)]) : [nothing];

/**
 * @param {Moment} moment
 * @param {ThreadState} thread
 * @returns {Line[]}
 */
function stack(moment, { index, frames }) {
  const processor = moment.state.processors.find((cpu) => cpu.thread === index);
  const all = processor ? stackOf(moment, processor) : frames;
  return all.length ? [line('stack', ' # IRQL Call Site'), ...stackLines(moment, all, { text: '' })] : [];
}

/**
 * `!ready`: who is ready to run on a processor, by priority, in the order in which they will.
 * @param {Moment} moment
 * @param {number} cpu
 * @returns {Line[]}
 */
export function ready(moment, cpu) {
  const { ready: queue } = moment.state.processors[cpu];
  const priorities = [...new Set(queue.map((thread) => moment.state.threads[thread].priority))];
  if (queue.length === 0) return [line(`${cpu}`, `Processor ${cpu}: No threads in READY state`)];
  return priorities.flatMap((priority) => [
    line(`${cpu} ${priority}`, `Processor ${cpu}: Ready Threads at priority ${priority}`),
    ...queue
      .filter((thread) => moment.state.threads[thread].priority === priority)
      .map((thread) =>
        line(
          `${cpu} ${priority} ${thread}`,
          '    THREAD ',
          threadCell(moment, thread),
          `  READY on processor ${cpu}`,
        ),
      ),
  ]);
}

/**
 * The objects in a thread by which it is suspended, where something suspends threads (SU-2, SU-6).
 * @param {Moment} moment
 * @param {number} index
 * @returns {[string, ...(Cell | string)[]][]}
 */
function suspension(moment, index) {
  const own = (/** @type {string} */ part) => `${moment.info.threads[index].name}.${part}`;
  return [
    { apc: 'SuspendApc', object: 'SuspendSemaphore', hint: '' },
    { apc: 'SchedulerApc', object: 'SuspendEvent', hint: 'not verified how Windows uses it' },
  ].flatMap(({ apc, object, hint }) => {
    const at = moment.info.apcs.findIndex(({ name }) => name === own(apc));
    const waitable = waitables(moment).find(({ name }) => name === own(object));
    if (at < 0 || !waitable) return [];
    return [
      [apc, { ...apcCell(moment, at), hint }],
      [object, { ...waitableCell(waitable), hint }, ` SignalState ${waitable.signal}`],
    ];
  });
}

/**
 * `dt nt!_KTHREAD`: what decides when it runs and when its APCs do (AP-3).
 * @param {Moment} moment
 * @param {number} index
 * @returns {Line[]}
 */
export function kthread(moment, index) {
  const told = moment.state.threads[index];
  const { apc_state: apcs, schedule, wait, special_apc_disable: special, kernel_apc_disable: kernel } = told;
  /** @type {(name: string, ...value: (Cell | string)[]) => Line} */
  const field = (name, ...value) => line(name, `   ${name.padEnd(23)} : `, ...value);
  const flag = (/** @type {boolean} */ set) => `${Number(set)} ''`;
  const number = states.indexOf(told.state);
  return [
    line('head', threadCell(moment, index), ...declared(moment.info.threads[index].line)),
    field('Header', '_DISPATCHER_HEADER'),
    field('   SignalState', `${Number(told.state === 'Terminated')}`),
    field('   WaitListHead', ...threadCells(moment, told.waiters)),
    field('State', { text: `${hex(number)} ''`, hint: told.state }),
    field('Priority', `${told.priority} ''`),
    field('BasePriority', `${told.base_priority} ''`),
    field('Saturation', `${schedule.Saturation} ''`),
    ...(schedule.QuantumTarget === null
      ? [field('QuantumReset', { text: `${told.quantum}`, hint: 'what is left' })]
      : [
          field('QuantumTarget', `0x${schedule.QuantumTarget.toString(16)}`),
          field('CycleTime', { text: `0x${schedule.CycleTime?.toString(16)}`, hint: 'a cycle is 1 ns' }),
        ]),
    field('NextProcessor', hex(told.processor)),
    field('IdealProcessor', hex(schedule.IdealProcessor)),
    field('UserIdealProcessor', hex(schedule.UserIdealProcessor)),
    field('Affinity', schedule.Affinity),
    field('UserAffinity', schedule.UserAffinity),
    field('SystemAffinityActive', flag(schedule.SystemAffinityActive)),
    field('WaitIrql', irqlCell(moment, told.irql, `${told.irql} ''`)),
    field(
      'WaitReason',
      wait ? { text: `${hex(wait.reason)} ''`, hint: waitReasons[wait.reason] ?? '' } : nothing,
    ),
    field('WaitMode', { text: `${Number(wait?.mode === 'UserMode')} ''`, hint: wait?.mode ?? '' }),
    field('WaitStatus', told.wait_status === null ? nothing : `0x${told.wait_status.toString(16)}`),
    field('Alertable', flag(wait?.alertable ?? false)),
    field('Alerted', `[2]  ${apcs.Alerted.map((set) => `${Number(set)}`).join(' ')}`),
    field('ApcState', '_KAPC_STATE'),
    field('   ApcListHead[0]', ...apcCells(moment, told.kernel_apcs)),
    field('   ApcListHead[1]', ...apcCells(moment, told.user_apcs)),
    field('   Process', processCell(moment, apcs.Process)),
    field('   KernelApcInProgress', flag(told.kernel_apc_in_progress)),
    field('   SpecialApcInProgress', flag(apcs.SpecialApcInProgress)),
    field('   KernelApcPending', flag(told.kernel_apc_pending)),
    field('   SpecialUserApcPending', flag(apcs.SpecialUserApcPending)),
    field('   UserApcPending', flag(told.user_apc_pending)),
    field('SavedApcState', '_KAPC_STATE'),
    field('   ApcListHead[0]'.replace('[0]', '[0] '), ...apcCells(moment, apcs.SavedApcListHead[0])),
    field('   ApcListHead[1]'.replace('[1]', '[1] '), ...apcCells(moment, apcs.SavedApcListHead[1])),
    field('   Process ', processCell(moment, apcs.SavedProcess)),
    field('ApcStateIndex', `${hex(apcs.ApcStateIndex)} ''`),
    field('ApcQueueable', flag(apcs.ApcQueueable)),
    field('KernelApcDisable', `${kernel}`),
    field('SpecialApcDisable', `${special}`),
    field('CombinedApcDisable', `0x${hex8(((special & 0xffff) << 16) | (kernel & 0xffff))}`),
    field('SuspendCount', `${apcs.SuspendCount} ''`),
    ...suspension(moment, index).map(([name, ...value]) => field(name, ...value)),
    field('Queue', linked(moment.info.queues[told.queue ?? -1]?.name, 'dt nt!_KQUEUE')),
  ];
}
