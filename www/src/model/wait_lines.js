// Who waits for what: every object that can be waited for, with its line in order, and who owns it. Pure.

/** @import { MachineState, SessionInfo } from '../engine/protocol.js' */
/** @typedef {{ thread: number, name: string }} Waiter */
/** `signal`: of an event, a timer, a thread or a process whether it is signalled, of a semaphore its count; `port`: of a
 * completion port its packets, how many of its threads run, and how many are to run at most; else it has owners.
 * @typedef {{ packets: number, active: number, most: number }} Port */
/** `waiters`: whoever is served first comes first.
 * @typedef {{ object: string, signal: boolean | number | null, port: Port | null, owners: Waiter[], waiters: Waiter[] }} WaitLine */

/**
 * @param {MachineState} state
 * @param {SessionInfo} info
 * @returns {WaitLine[]}
 */
export function waitLines(state, { names, threads, queues, interrupts }) {
  const passive = interrupts.flatMap((interrupt, i) =>
    interrupt.passive ? [{ ...interrupt.passive, owner: state.interrupts[i]?.owner ?? null }] : [],
  );
  const isService = (/** @type {number} */ thread) => passive.some((of) => of.thread === thread);
  // The kernel's own threads are in no text, and their waits are nobody's business; but a passive-level ISR is.
  const who = (/** @type {(number | null)[]} */ all) =>
    all.flatMap((thread) => {
      const declared = threads[thread ?? -1];
      return thread !== null && (declared?.line || isService(thread))
        ? [{ thread, name: declared.name }]
        : [];
    });
  /** @type {(of: string, i: number, signal: WaitLine['signal'], owners: (number | null)[], waiters: number[]) => WaitLine} */
  const row = (of, i, signal, owners, waiters) => ({
    object: names[of]?.[i] ?? '',
    signal,
    port: null,
    owners: who(owners),
    waiters: who(waiters),
  });
  return [
    ...state.events.flatMap(({ signalled, waiters }, i) => {
      if (passive.some(({ wake }) => wake === i)) return [];
      const lock = passive.find(({ event }) => event === i);
      return row('Event', i, lock?.owner == null ? signalled : null, [lock?.owner ?? null], waiters);
    }),
    ...state.timers.map(({ signalled, waiters }, i) => row('Timer', i, signalled, [], waiters)),
    ...state.semaphores.map(({ count, waiters }, i) => row('Semaphore', i, count, [], waiters)),
    ...state.mutants.map(({ owner, waiters }, i) => row('Mutant', i, null, [owner], waiters)),
    ...state.fast_mutexes.map(({ owner, waiters }, i) => row('FastMutex', i, null, [owner], waiters)),
    ...state.resources.map(({ owners, shared_waiters: shared, exclusive_waiters: alone }, i) =>
      row(
        'Resource',
        i,
        null,
        owners.map(({ thread }) => thread),
        [...alone, ...shared],
      ),
    ),
    ...state.threads.map(({ state: is, waiters }, i) => row('Thread', i, is === 'Terminated', [], waiters)),
    ...state.processes.map(({ signalled, waiters }, i) => row('Process', i, signalled, [], waiters)),
    // The system's worker threads are in no text either.
    ...state.queues.flatMap(({ entries, current_count: active, maximum_count: most, waiters }, i) =>
      queues[i]?.work
        ? []
        : {
            // The thread that has waited for the shortest time gets the next packet (WT-1).
            ...row('Queue', i, null, [], [...waiters].reverse()),
            port: { packets: entries.length, active, most },
          },
    ),
  ];
}

/**
 * Those that matter now: somebody waits, somebody owns it, or packets wait for a thread.
 * @param {WaitLine[]} all
 */
export const busyLines = (all) =>
  all.filter(({ owners, waiters, port }) => owners.length + waiters.length + (port?.packets ?? 0) > 0);

/**
 * Whether a scenario declares anything that threads wait for; a timer may be there for its DPC alone, and what a thread
 * waits on for messages belongs to the flow of those.
 * @param {SessionInfo} info
 */
export const hasWaits = ({ events, semaphores, mutants, fast_mutexes: fast, resources, queues, processes }) =>
  [events, mutants, fast, resources].some((all) => all.length > 0) ||
  semaphores.some(({ name }) => !name.endsWith('.AlpcWaitSemaphore')) ||
  queues.some(({ work }) => work === null) ||
  processes.some(({ line }) => line > 0);
