// The way of an APC as data, for one thread: both its queues in three lanes, by kind, with the gates that each kind
// has to pass; where the thread is; the line of those who wait with it; the routine that runs. No DOM.

import { gates, gatesFor, laneOf, why } from './apc_gates.js';
import { framesAt } from './frames.js';
import { waitLines } from './wait_lines.js';

/** @import { Frame, MachineState, QueuedApc, RecordView, SessionInfo, Snapshot, ThreadState } from '../engine/protocol.js' */
/** @import { Gate, GateName, LaneKind, Why } from './apc_gates.js' */
/** @import { WaitLine } from './wait_lines.js' */
/** `place`: in its queue, from 1; `saved`: that queue is in SavedApcState.
 * @typedef {{ key: string, name: string, kind: QueuedApc['kind'], place: number, refused: boolean, saved: boolean }} ApcCard */
/** `shut`: the first gate that is; a kind may have fewer than five.
 * @typedef {{ kind: LaneKind, cards: ApcCard[], more: number, gates: (Gate | null)[], shut: number | null }} Lane */
/** Where the thread is; `return`: on its way back to user mode. @typedef {'wait' | 'kernel' | 'return' | 'user' | 'none'} Place */
/** @typedef {{ key: string, name: string, user: boolean, routine: 'kernel' | 'normal' | 'user', irql: number }} Routine */
/** @typedef {{ thread: number, name: string, state: string, cpu: number | null, place: Place, running: Routine | null,
 *   interrupted: boolean, lanes: Lane[], gates: Record<GateName, Gate>, door: boolean, waits: WaitLine[], broken: boolean,
 *   wait: { alertable: boolean, mode: string, due: number | null, irql: number } | null, why: Why }} ApcFlow */
/** @typedef {{ thread: number, name: string, state: string, apcs: number }} Choice */

/** Cards beyond these are counted. */
const cardsShown = 3;
/** Threads beyond these are in the log and the inspectors. */
const choicesShown = 6;

/**
 * @param {Snapshot} shown
 * @param {SessionInfo} info
 * @param {number | null} before  The thread shown until now: it stays unless another has more to show.
 * @param {number | null} [pinned]  The one that the reader has chosen.
 * @returns {ApcFlow | null} `null` when there is no thread
 */
export function layoutApcFlow({ state, record }, info, before, pinned = null) {
  const index = pinned ?? focus(state, record, info, before);
  const thread = state.threads[index];
  if (!thread) return null;
  const cpu = state.processors.find((candidate) => candidate.thread === index) ?? null;
  const frames = cpu ? framesAt(cpu, record, info) : thread.frames;
  const own = frames.filter(({ kind }) => kind === 'body' || kind === 'apc');
  const running = routineOf(own, info);
  const delivering = own.filter((frame) => frame.name === 'KiDeliverApc').at(-1) ?? null;
  const name = info.threads[index]?.name ?? '';
  const subject = { name, state: thread, irql: cpu?.irql ?? thread.irql, delivering };
  const all = gates(subject);
  const refused = record.kind === 'ApcRefused' && record.arg === index ? record.subject : -1;
  const top = own.at(-1);
  // The record that says so is before the state that shows it.
  const breaks = record.kind === 'WaitBroken' && record.subject === index;
  const broken = breaks ? record.arg_name : thread.broken_wait;
  const awaited = thread.wait ? thread.wait.objects : broken ? [broken] : [];
  return {
    thread: index,
    name,
    state: thread.state,
    cpu: cpu?.number ?? null,
    place: placeOf(thread, top, running, cpu !== null && record.cpu === cpu.number ? record : null),
    running,
    interrupted: cpu !== null && frames.at(-1) !== top,
    lanes: lanesOf(thread, all, refused),
    gates: all,
    door: delivering?.user === true,
    waits: waitLines(state, info).filter(({ object }) => awaited.includes(object)),
    broken: broken !== '',
    wait: thread.wait && {
      alertable: thread.wait.alertable,
      mode: thread.wait.mode,
      due: thread.wait.due_ns,
      irql: thread.irql,
    },
    why: why(subject, running, all),
  };
}

/**
 * The threads that a reader may choose, in their order: those that APCs or waits are about.
 * @param {Snapshot} shown
 * @param {SessionInfo} info
 * @param {number} chosen
 * @returns {Choice[]}
 */
export function threadChoices({ state }, info, chosen) {
  const all = state.threads.filter(({ index }) => info.threads[index]?.line);
  const weight = (/** @type {ThreadState} */ thread) =>
    (thread.index === chosen ? 4 : 0) + (apcsOf(thread) ? 2 : 0) + (thread.wait ? 1 : 0);
  return all
    .sort((a, b) => weight(b) - weight(a))
    .slice(0, choicesShown)
    .sort((a, b) => a.index - b.index)
    .map((thread) => ({
      thread: thread.index,
      name: info.threads[thread.index].name,
      state: thread.apc_state.SuspendCount ? 'Suspended' : thread.state,
      apcs: apcsOf(thread),
    }));
}

/** How many APCs are queued to a thread, in whichever environment. @param {ThreadState} thread */
const apcsOf = ({ kernel_apcs: kernel, user_apcs: user, apc_state: apcs }) =>
  kernel.length + user.length + apcs.SavedApcListHead.flat().length;

/**
 * The thread with most to show: the one before it wins when equal, then the first.
 * @param {MachineState} state
 * @param {RecordView} record
 * @param {SessionInfo} info
 * @param {number | null} before
 */
function focus(state, record, info, before) {
  const cpu = state.processors.find(({ number }) => number === record.cpu);
  const busy = cpu && cpu.thread !== null && framesAt(cpu, record, info).some(({ kind }) => kind === 'apc');
  let best = -1;
  let most = -1;
  for (const thread of state.threads) {
    const { index, wait, frames, broken_wait: broken } = thread;
    const shown =
      (busy && cpu.thread === index ? 32 : 0) +
      (frames.some(({ kind }) => kind === 'apc') ? 16 : 0) +
      (apcsOf(thread) ? 8 : 0) +
      (wait?.alertable || broken ? 4 : 0) +
      (index === before ? 2 : 0) +
      (wait ? 1 : 0);
    if (shown > most) [best, most] = [index, shown];
  }
  return best;
}

/**
 * The APC routine that is on top of a thread's stack, or under what it called.
 * @param {Frame[]} own
 * @param {SessionInfo} info
 * @returns {Routine | null}
 */
function routineOf(own, info) {
  const frame = own.filter(({ kind, object }) => kind === 'apc' && object !== null).at(-1);
  if (!frame) return null;
  const apc = info.apcs[frame.object ?? -1];
  const user = apc?.kind === 'user' || apc?.kind === 'special-user';
  const inKernel = frame.irql > 0;
  return {
    key: `apc:${frame.object}`,
    name: apc?.name ?? frame.name,
    user,
    routine: inKernel ? 'kernel' : user ? 'user' : 'normal',
    irql: frame.irql,
  };
}

/** What a record can be about that happens in user mode; all else that a thread does there, it does in a service. */
const userMode =
  /^(Work|Marker|Function|Global|Assert|Thread|Context|Apc|Interrupt|Irql|Run|Clock|Quantum[RE]|ServiceR)/;

/**
 * @param {ThreadState} thread
 * @param {Frame | undefined} top
 * @param {Routine | null} running
 * @param {RecordView | null} record  The one on show, when it is of the thread's own processor.
 * @returns {Place}
 */
function placeOf(thread, top, running, record) {
  if (thread.state === 'Terminated' || thread.state === 'Initialized' || !top) return 'none';
  if (thread.wait) return 'wait';
  if (running?.routine === 'user') return 'user';
  if (top.kind === 'apc') return top.user ? 'return' : 'kernel';
  if (!top.user && record?.kind !== 'ServiceReturned') return 'kernel';
  return record && record.irql === 0 && !userMode.test(record.kind) ? 'kernel' : 'user';
}

/**
 * @param {ThreadState} thread
 * @param {Record<GateName, Gate>} all
 * @param {number} refused
 * @returns {Lane[]}
 */
function lanesOf({ kernel_apcs: kernel, user_apcs: user, apc_state: apcs }, all, refused) {
  const queued = [kernel, user, ...apcs.SavedApcListHead].flatMap((queue, list) =>
    queue.map((apc, i) => ({ apc, place: i + 1, saved: list > 1 })),
  );
  return /** @type {LaneKind[]} */ (['special', 'normal', 'user']).map((kind) => {
    const cards = queued
      .filter(({ apc }) => laneOf(apc) === kind)
      .map(({ apc, place, saved }) => ({
        key: `apc:${apc.apc}`,
        name: apc.name,
        kind: apc.kind,
        place,
        refused: apc.apc === refused,
        saved,
      }));
    const passed = gatesFor(cards[0]?.kind ?? kind, all, cards[0]?.saved ?? null);
    const shut = passed.findIndex(({ open }) => !open);
    return {
      kind,
      cards: cards.slice(0, cardsShown),
      more: Math.max(0, cards.length - cardsShown),
      gates: [0, 1, 2, 3, 4].map((i) => passed[i] ?? null),
      shut: shut < 0 ? null : shut,
    };
  });
}
