// What stands between a thread and the APCs that are queued to it: the gates, each open or shut, the kinds of APC
// that have to pass each of them (AP-4), and which of them holds the next one back. Read from the state alone; pure.

/** @import { Frame, QueuedApc, ThreadState } from '../engine/protocol.js' */
/** @typedef {'special' | 'normal' | 'user'} LaneKind */
/** @typedef {'environment' | 'irql' | 'special' | 'kernel' | 'progress' | 'alertable' | 'pending'} GateName */
/** `value` is what the field says. @typedef {{ name: GateName, open: boolean, value: number | boolean }} Gate */
/** A message of the catalogue, under `apc`, and what goes into it. @typedef {{ key: string, slots: Record<string, string | number> }} Why */
/** The thread as the gates see it: `irql` is its level now, `delivering` the delivery that is under way.
 * @typedef {{ name: string, state: ThreadState, irql: number, delivering: Frame | null }} Subject */

/** Which gates an APC of each kind has to pass, in the order in which they are looked at. */
const gatesOf = /** @type {const} */ ({
  special: ['environment', 'irql', 'special'],
  normal: ['environment', 'irql', 'special', 'kernel', 'progress'],
  user: ['environment', 'irql', 'special', 'alertable', 'pending'],
});

const APC_LEVEL = 1;

/**
 * @param {Subject} subject
 * @returns {Record<GateName, Gate>}
 */
export function gates({ state, irql, delivering }) {
  const { wait, user_apc_pending: pending, apc_state: apcs } = state;
  const ready = pending || apcs.SpecialUserApcPending;
  const alertable = wait?.alertable === true && wait.mode === 'UserMode';
  /** @type {(name: GateName, open: boolean, value: number | boolean) => Gate} */
  const gate = (name, open, value) => ({ name, open, value });
  return {
    // What an APC meets that is for the thread's own process; see `gatesFor`.
    environment: gate('environment', apcs.ApcStateIndex === 0, apcs.ApcStateIndex),
    // What is being delivered has passed: the delivery itself is at APC_LEVEL.
    irql: gate('irql', irql < APC_LEVEL || (delivering !== null && irql === APC_LEVEL), irql),
    special: gate('special', state.special_apc_disable === 0, state.special_apc_disable),
    kernel: gate('kernel', state.kernel_apc_disable === 0, state.kernel_apc_disable),
    progress: gate('progress', !state.kernel_apc_in_progress, state.kernel_apc_in_progress),
    // An alertable wait lets the next ones through by setting UserApcPending; it has done its part when that is set.
    alertable: gate('alertable', alertable || ready, alertable),
    pending: gate('pending', ready, ready),
  };
}

/**
 * The gates of a kind of APC, as the next one of it meets them. The lists of one environment are in use, those of the
 * other wait in SavedApcState until the thread attaches itself or detaches; and user APCs run in its own process only.
 * @param {LaneKind} kind
 * @param {Record<GateName, Gate>} all
 * @param {boolean | null} saved  Whether the next one is in SavedApcState; `null`: there is none.
 * @returns {Gate[]}
 */
export function gatesFor(kind, all, saved) {
  const own = all.environment.open;
  const open = saved === null ? own : !saved && (own || kind !== 'user');
  return gatesOf[kind].map((name) => (name === 'environment' ? { ...all.environment, open } : all[name]));
}

/** @param {QueuedApc} apc @returns {LaneKind} */
export const laneOf = ({ kind }) => (kind === 'special' || kind === 'normal' ? kind : 'user');

/**
 * Why the APC that is next does not run yet, or that it does; of a thread without APCs, what one would meet.
 * @param {Subject} subject
 * @param {{ name: string, key: string } | null} running  The APC whose routine runs.
 * @param {Record<GateName, Gate>} all
 * @returns {Why}
 */
export function why({ name: thread, state, delivering }, running, all) {
  const { kernel_apcs: kernel, user_apcs: user, wait } = state;
  const inUse = kernel[0] ?? user[0];
  const next = inUse ?? state.apc_state.SavedApcListHead.flat()[0];
  if (running) return { key: `runs.${running.key}`, slots: { apc: running.name, thread } };
  if (!next) return { key: idle(state), slots: { thread } };
  const { name: apc } = next;
  const lane = laneOf(next);
  const shut = gatesFor(lane, all, !inUse).find(({ open }) => !open);
  if (shut?.name === 'environment') return { key: `wait.${elsewhere(state, inUse)}`, slots: { apc, thread } };
  if (delivering && (lane !== 'user' || delivering.user)) return { key: 'next', slots: { apc, thread } };
  if (!shut) {
    const key = lane === 'user' ? 'wait.return' : state.state === 'Running' ? 'next' : 'wait.runs';
    return { key, slots: { apc, thread } };
  }
  const inWait = wait !== null && (shut.name === 'alertable' || shut.name === 'pending');
  const key = inWait ? (wait.mode === 'UserMode' ? 'deaf' : 'kernelWait') : shut.name;
  return { key: `wait.${key}`, slots: { apc, thread, value: Number(shut.value) } };
}

/**
 * What an APC waits for that is not for where the thread is.
 * @param {ThreadState} thread
 * @param {QueuedApc | undefined} inUse  It is in a list in use all the same.
 */
function elsewhere({ apc_state: apcs }, inUse) {
  if (inUse) return 'home';
  return apcs.ApcStateIndex === 0 ? 'attach' : 'detach';
}

/**
 * What an APC would meet that is queued to a thread that has none.
 * @param {ThreadState} thread
 */
function idle({ state, wait }) {
  if (state === 'Terminated') return 'none.ended';
  if (!wait) return 'none';
  if (wait.mode !== 'UserMode') return 'none.kernelWait';
  return wait.alertable ? 'none.alertable' : 'none.deaf';
}
