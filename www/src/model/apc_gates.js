// What stands between a thread and the APCs that are queued to it: the gates, each open or shut, the kinds of APC
// that have to pass each of them (AP-4), and which of them holds the next one back. Read from the state alone; pure.

/** @import { Frame, QueuedApc, ThreadState } from '../engine/protocol.js' */
/** @import { Routine } from './flow_apc_layout.js' */
/** @typedef {'special' | 'normal' | 'user'} LaneKind */
/** @typedef {'environment' | 'irql' | 'special' | 'kernel' | 'progress' | 'alertable' | 'pending' | 'specialPending'} GateName */
/** `value` is what the field says. @typedef {{ name: GateName, field: string, open: boolean, value: number | boolean }} Gate */
/** A message of the catalogue, under `apc`, and what goes into it. @typedef {{ key: string, slots: Record<string, string | number> }} Why */
/** The thread as the gates see it: `irql` is its level now, `delivering` the delivery that is under way.
 * @typedef {{ name: string, state: ThreadState, irql: number, delivering: Frame | null }} Subject */

/** Which gates an APC of each kind has to pass, in the order in which they are looked at. */
const gatesOf = /** @type {const} */ ({
  special: ['environment', 'irql', 'special'],
  normal: ['environment', 'irql', 'special', 'kernel', 'progress'],
  user: ['environment', 'irql', 'special', 'alertable', 'pending'],
  'special-user': ['environment', 'irql', 'special', 'specialPending'],
});

const APC_LEVEL = 1;

/**
 * @param {Subject} subject
 * @returns {Record<GateName, Gate>}
 */
export function gates({ state, irql, delivering }) {
  const { wait, user_apc_pending: pending, apc_state: apcs } = state;
  const alertable = wait?.alertable === true && wait.mode === 'UserMode';
  /** @type {(name: GateName, field: string, value: number | boolean, open: boolean) => Gate} */
  const gate = (name, field, value, open) => ({ name, field, value, open });
  /** @type {(name: GateName, field: string, value: number) => Gate} */
  const zero = (name, field, value) => gate(name, field, value, value === 0);
  return {
    // What an APC meets that is for the thread's own process; see `gatesFor`.
    environment: zero('environment', 'ApcStateIndex', apcs.ApcStateIndex),
    // What is being delivered has passed: the delivery itself is at APC_LEVEL.
    irql: gate('irql', 'IRQL', irql, irql < APC_LEVEL || (delivering !== null && irql === APC_LEVEL)),
    special: zero('special', 'SpecialApcDisable', state.special_apc_disable),
    kernel: zero('kernel', 'KernelApcDisable', state.kernel_apc_disable),
    progress: zero('progress', 'KernelApcInProgress', Number(state.kernel_apc_in_progress)),
    // An alertable wait lets the next ones through by setting UserApcPending; it has done its part when that is set.
    alertable: gate('alertable', 'Alertable', alertable, alertable || pending),
    pending: gate('pending', 'UserApcPending', pending, pending),
    specialPending: gate(
      'specialPending',
      'SpecialUserApcPending',
      apcs.SpecialUserApcPending,
      apcs.SpecialUserApcPending,
    ),
  };
}

/**
 * The gates of a kind of APC, as the next one of it meets them. The lists of one environment are in use, those of the
 * other wait in SavedApcState until the thread attaches itself or detaches; and user APCs run in its own process only.
 * No thread returns to user mode from a region, of either kind: one gate stands for both counts.
 * @param {QueuedApc['kind']} kind
 * @param {Record<GateName, Gate>} all
 * @param {boolean | null} saved  Whether the next one is in SavedApcState; `null`: there is none.
 * @returns {Gate[]}
 */
export function gatesFor(kind, all, saved) {
  const user = laneOf({ kind }) === 'user';
  const own = all.environment.open;
  const open = saved === null ? own : !saved && (own || !user);
  const region = user && all.special.open ? all.kernel : all.special;
  const met = { ...all, environment: { ...all.environment, open }, special: region };
  return gatesOf[kind].map((name) => met[name]);
}

/** @param {{ kind: QueuedApc['kind'] }} apc @returns {LaneKind} */
export const laneOf = ({ kind }) => (kind === 'special' || kind === 'normal' ? kind : 'user');

/**
 * Why the APC that is next does not run yet, or that it does; of a thread without APCs, what one would meet.
 * @param {Subject} subject
 * @param {Routine | null} running  The APC routine that runs.
 * @param {Record<GateName, Gate>} all
 * @returns {Why}
 */
export function why({ name: thread, state, delivering }, running, all) {
  const { kernel_apcs: kernel, user_apcs: user } = state;
  const inUse = kernel[0] ?? user[0];
  const next = inUse ?? state.apc_state.SavedApcListHead.flat()[0];
  if (running) return { key: `runs.${runs(state, running)}`, slots: { apc: running.name, thread } };
  if (!next) return { key: idle(state), slots: { thread } };
  const { name: apc, kind } = next;
  const shut = gatesFor(kind, all, !inUse).find(({ open }) => !open);
  /** @type {string} */
  let key = shut?.name ?? 'runs';
  if (key === 'environment') key = elsewhere(state, inUse);
  else if (key === 'alertable') key = deaf(state);
  else if (!shut && laneOf(next) === 'user' && !delivering?.user) key = 'return';
  else if (!shut && state.state === 'Running') return { key: 'next', slots: { apc, thread } };
  return { key: `wait.${key}`, slots: { apc, thread, value: Number(shut?.value) } };
}

/**
 * The routine that runs, unless it is the one in which a thread waits that is suspended: nothing else waits for an
 * object of the thread's own.
 * @param {ThreadState} thread
 * @param {Routine} running
 */
const runs = ({ wait }, { routine }) =>
  routine === 'normal' && /\.Suspend(Semaphore|Event)$/.test(wait?.object_name ?? '') ? 'suspended' : routine;

/**
 * Why a user APC does not run where nothing has set UserApcPending.
 * @param {ThreadState} thread
 */
function deaf({ wait, apc_state: apcs }) {
  if (!apcs.ApcQueueable) return 'ends';
  if (!wait) return 'alertable';
  return wait.mode === 'UserMode' ? 'deaf' : 'kernelWait';
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
