// The bars of the timeline that bear words: who runs on which processor, at which level, from when to when. Which ISR or
// DPC it is follows from the records alone, as they put its name on a stack and take it off again.

/** @import { Bar, Columns, Frame, MachineState, SessionInfo } from './protocol.js' */
/** @import { Session } from '../generated/irql_playground.js' */

/** With more records in view the bars are too narrow for words. */
const labelledRecords = 400;
const noThread = 0xffff;
/** Below it only threads run: a threaded DPC and a passive-level ISR are on the stack of theirs. */
const dispatchLevel = 2;
const begins = new Set(['IsrEntered', 'DpcStarted']);
const ends = new Set(['IsrReturned', 'DpcEnded']);

/**
 * The bars between two times; none where there are too many to bear a label.
 * @param {Session} session
 * @param {number} from
 * @param {number} to
 * @param {string[]} kinds  The name of each kind of record, by number.
 * @returns {Bar[]}
 */
export function barsOf(session, from, to, kinds) {
  // What holds at `from` is told by the last record before it, unless one is made just then.
  let first = Math.min(session.first_at(from), session.len - 1);
  if (first > 0 && columns(session, first, 1).time[0] > from) first--;
  const count = Math.min(session.first_at(to), session.len) - first;
  if (count > labelledRecords) return [];
  session.seek(first);
  const state = /** @type {MachineState} */ (session.state());
  const info = /** @type {SessionInfo} */ (session.info());
  const ofThreads = state.threads.map(({ frames }) => namesOf(frames, info));
  const ofProcessors = state.processors.map(({ frames, thread }) =>
    namesOf(thread === null ? frames : frames.slice(state.threads[thread].frames.length), info),
  );
  const innermost = (/** @type {number} */ cpu, /** @type {number | null} */ thread) =>
    ofProcessors[cpu].at(-1) ?? (thread === null ? undefined : ofThreads[thread]?.at(-1)) ?? '';
  /** @type {Bar[]} */
  const open = state.processors.map(({ number, irql, thread }) => ({
    cpu: number,
    from,
    to,
    irql,
    thread,
    name: innermost(number, thread),
  }));
  /** @type {Bar[]} */
  const bars = [];
  const { time, cpu, irql, kind, subject } = columns(session, first, Math.max(1, count));
  for (let i = 0; i < time.length; i++) {
    const bar = open[cpu[i]];
    if (!bar) continue;
    const told = kinds[kind[i]];
    const [isBegin, switched] = [begins.has(told), told === 'ContextSwitched'];
    // The state is that of its record, at which a routine that begins has no frame yet.
    if (i === 0 && !isBegin) continue;
    const thread = switched ? (subject[i] === noThread ? null : subject[i]) : bar.thread;
    const own = ofProcessors[cpu[i]];
    const ofThread = (thread === null ? undefined : ofThreads[thread]) ?? [];
    if (isBegin) (irql[i] < dispatchLevel ? ofThread : own).push(nameOf(told, subject[i], info));
    if (ends.has(told)) (own.length ? own : ofThread).pop();
    const name = innermost(cpu[i], thread);
    if (irql[i] === bar.irql && name === bar.name && !switched && !isBegin) continue;
    if (time[i] > bar.from) bars.push({ ...bar, to: time[i] });
    open[cpu[i]] = { ...bar, from: Math.max(from, time[i]), irql: irql[i], thread, name };
  }
  const end = session.end_ns;
  return [...bars, ...open.map((bar) => ({ ...bar, to: Math.min(to, end) }))].filter(
    (bar) => bar.to > bar.from,
  );
}

/**
 * The ISRs and DPCs of a stack, outermost first.
 * @param {Frame[]} frames
 * @param {SessionInfo} info
 */
const namesOf = (frames, info) =>
  frames.flatMap(({ kind, name, object }) => {
    if (kind === 'isr') return [name];
    return kind === 'dpc' ? [info.names.Dpc?.[object ?? -1] ?? name] : [];
  });

/**
 * @param {string} told
 * @param {number} subject
 * @param {SessionInfo} info
 */
const nameOf = (told, subject, { names, interrupts, bodies }) =>
  (told === 'DpcStarted' ? names.Dpc?.[subject] : bodies[interrupts[subject]?.isr ?? -1]?.name) ?? '';

/**
 * @param {Session} session
 * @param {number} from
 * @param {number} count
 */
const columns = (session, from, count) => /** @type {Columns} */ (session.records(from, count));
