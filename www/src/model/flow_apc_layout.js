// The way of an APC as data, for one thread: its wait, the kernel APC that breaks it, the queue of user
// APCs, the callback, the return. No DOM.

import { framesAt } from './frames.js';

/** @import { LastWait, MachineState, RecordView, SessionInfo, Snapshot, ThreadState } from '../engine/protocol.js' */
/** @typedef {'wait' | 'kernel' | 'queue' | 'callback' | 'return' | 'elsewhere'} Stage */
/** @typedef {{ key: string, name: string, user: boolean, refused: boolean }} ApcCard */
/** @typedef {{ thread: number, name: string, state: string, cpu: number | null, stage: Stage,
 *   wait: { object: string, alertable: boolean, due: number | null } | null,
 *   kernelQueue: ApcCard[], kernelRunning: ApcCard | null, userQueue: ApcCard[], callback: ApcCard | null,
 *   status: number | null, refused: boolean }} ApcFlow */

const STATUS_KERNEL_APC = 0x100;

/**
 * @param {Snapshot} shown
 * @param {SessionInfo} info
 * @param {number | null} before  The thread shown until now: it stays unless another has more to show.
 * @returns {ApcFlow | null} `null` when there is no thread
 */
export function layoutApcFlow({ state, record, waits }, info, before) {
  const index = focus(state, record, info, before);
  const thread = state.threads[index];
  if (!thread) return null;

  const { running, cpu } = apcRunning(state, record, info, index);
  const inCallback = running?.user === true && !running.kernelRoutine;
  const refusedApc = record.kind === 'ApcRefused' && record.arg === index ? record.subject : -1;
  const card = (/** @type {number} */ apc, /** @type {string} */ name) => ({
    key: `apc:${apc}`,
    name,
    user: info.apcs[apc]?.kind === 'user',
    refused: apc === refusedApc,
  });
  const wait = waits.find((last) => last.thread === index) ?? null;
  const stage = stageOf(thread, wait, running !== null, inCallback);

  return {
    thread: index,
    name: info.threads[index]?.name ?? '',
    state: thread.state,
    cpu,
    stage,
    wait: thread.wait && {
      object: thread.wait.object_name,
      alertable: thread.wait.alertable,
      due: thread.wait.due_ns,
    },
    kernelQueue: thread.kernel_apcs.map(({ apc, name }) => card(apc, name)),
    kernelRunning: running && !inCallback ? card(running.apc, running.name) : null,
    userQueue: thread.user_apcs.map(({ apc, name }) => card(apc, name)),
    callback: running && inCallback ? card(running.apc, running.name) : null,
    status: stage === 'return' ? (wait?.status ?? null) : null,
    refused: refusedApc >= 0,
  };
}

/**
 * The thread with most to show: the one before it wins when equal, then the first.
 * @param {MachineState} state
 * @param {RecordView} record
 * @param {SessionInfo} info
 * @param {number | null} before
 */
function focus(state, record, info, before) {
  let best = -1;
  let most = -1;
  for (const thread of state.threads) {
    const shown =
      (apcRunning(state, record, info, thread.index).running ? 16 : 0) +
      (thread.kernel_apcs.length + thread.user_apcs.length > 0 ? 8 : 0) +
      (thread.wait?.alertable ? 4 : 0) +
      (thread.index === before ? 2 : 0) +
      (thread.wait ? 1 : 0);
    if (shown > most) [best, most] = [thread.index, shown];
  }
  return best;
}

/**
 * @param {MachineState} state
 * @param {RecordView} record
 * @param {SessionInfo} info
 * @param {number} thread
 */
function apcRunning(state, record, info, thread) {
  const cpu = state.processors.find((candidate) => candidate.thread === thread) ?? null;
  const frame =
    cpu &&
    framesAt(cpu, record, info)
      .filter(({ kind }) => kind === 'apc')
      .at(-1);
  if (!cpu || !frame || frame.object === null) return { running: null, cpu: cpu?.number ?? null };
  return {
    running: {
      apc: frame.object,
      name: info.apcs[frame.object]?.name ?? frame.name,
      user: info.apcs[frame.object]?.kind === 'user',
      kernelRoutine: frame.irql > 0,
    },
    cpu: cpu.number,
  };
}

/**
 * @param {ThreadState} thread
 * @param {LastWait | null} wait
 * @param {boolean} running
 * @param {boolean} inCallback
 * @returns {Stage}
 */
function stageOf(thread, wait, running, inCallback) {
  if (inCallback) return 'callback';
  if (running) return 'kernel';
  if (thread.wait) return 'wait';
  if (thread.state === 'Terminated') return 'elsewhere';
  if (thread.user_apc_pending && thread.user_apcs.length > 0) return 'queue';
  if (thread.wait_status === STATUS_KERNEL_APC || thread.kernel_apcs.length > 0) return 'kernel';
  return wait?.over ? 'return' : 'elsewhere';
}
