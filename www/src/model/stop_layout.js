// A machine that has stopped, taken apart for a reader: where, on which stack, with which parameters, who spins for
// whom, and under which keys the words for it are. Pure.

/** @import { MachineState, Outcome, SessionInfo, Snapshot, Wait } from '../engine/protocol.js' */
/** @import { Run } from './state.js' */
/** @typedef {{ line: number, from: number, code: string }} Place */
/** @typedef {{ name: string, irql: number | null, place: Place | null }} StackFrame  `irql` is `null` where it is the code's own affair. */
/** @typedef {{ value: string, name: string, keys: string[] }} Parameter */
/** @typedef {{ wait: Wait, irql: number | null, next: Wait['by'], any: boolean, place: Place | null }} Link  `next` is who could end the wait,
 * `any` tells that others could too, each by another object or processor. */
/** @typedef {'did' | 'why' | 'cure'} Part */

/** Which parameters are IRQLs, by code or by code and rule or parameter 1; what lies at an address, the engine says. */
const levels = /** @type {Record<string, boolean[]>} */ ({
  9: [true, true],
  A: [false, true],
  'A.BC-2': [],
  'A.IR-11': [true, true],
  20: [false, false, true],
  '4A': [false, true],
  C4: [false, true],
  'C4.30': [false, true, true],
  'C4.31': [false, true, true],
  'C4.E6': [false, false, true],
  D1: [false, true],
  E1: [false, true],
});

/** The rule of KeBugCheckEx as a scenario calls it: then the code is the scenario's own choice. */
const ownCall = 'BC-4';
/**
 * A number as the keys of the words have it. Texts stay texts: a number here has too few bits for an address.
 * @param {string | number} value
 */
const hex = (value) =>
  (typeof value === 'number' ? value.toString(16) : value.replace(/^0x/, '')).toUpperCase();

/**
 * From the closest to the most general name of a case: by rule, by parameter 1, by code.
 * @param {Outcome} outcome
 * @param {string} rule
 */
function cases(outcome, rule) {
  if (outcome.kind === 'deadlock') return [`deadlock.${circleOf(outcome.cycle)}`];
  const { code, parameters } = /** @type {NonNullable<Outcome['bugcheck']>} */ (outcome.bugcheck);
  return [`${hex(code)}.${rule}`, `${hex(code)}.${hex(parameters[0])}`, hex(code)];
}

/**
 * What the waits of a deadlock have in common.
 * @param {Wait[]} cycle
 */
export function circleOf(cycle) {
  if (cycle.some(({ kind }) => kind === 'resume')) return 'suspended';
  if (cycle.some(({ by }) => by && !cycle.some((wait) => isOf(wait, by)))) return 'ended';
  const processors = cycle.filter(({ processor }) => processor !== null).length;
  if (processors === 0) return cycle.some((wait) => hasOtherWays(wait, cycle)) ? 'any' : 'threads';
  if (processors < cycle.length) return 'mixed';
  if (cycle.some(({ kind }) => kind === 'ipi')) return 'ipi';
  return cycle.length > 1 ? 'order' : 'own';
}

/**
 * Whether somebody stands in a deadlock with more than one wait: any one of them would be enough.
 * @param {Wait} wait
 * @param {Wait[]} cycle
 */
function hasOtherWays(wait, cycle) {
  return cycle.filter((other) => isOf(other, wait)).length > 1;
}

/**
 * @param {Wait} wait
 * @param {NonNullable<Wait['by']>} waiter
 */
const isOf = (wait, { processor, thread }) => wait.processor === processor && wait.thread === thread;

/**
 * Where the words are, the first that exists being the right one.
 * @param {Outcome} outcome
 * @param {string} rule
 * @param {Part} part
 */
export function wordKeys(outcome, rule, part) {
  if (outcome.kind === 'deadlock') return cases(outcome, rule).map((name) => `${name}.${part}`);
  if (rule === ownCall) return [`bugcheck.${ownCall}.${part}`];
  return cases(outcome, rule).map((name) => `bugcheck.${name}.${part}`);
}

/**
 * @param {Run} run
 * @param {{ line: number, from: number, to: number }} at
 * @returns {Place | null}
 */
function placeOf({ source }, { line, from, to }) {
  return line ? { line, from, code: source.slice(from, to).replace(/\s+/g, ' ') } : null;
}

/**
 * @param {Run} run
 * @param {Outcome} outcome
 * @param {Pick<Snapshot, 'state'>} shown  The moment of the stop, or a later one.
 */
export function layoutStop(run, outcome, { state }) {
  /** @type {MachineState['processors'][number] | undefined} */
  const processor = state.processors[outcome.cpu];
  return {
    cpu: processor?.number ?? null,
    irql: processor?.irql ?? 0,
    time: outcome.time,
    rule: outcome.rule,
    place: processor ? lastPlace(run, outcome, processor) : null,
    stack: (processor?.frames ?? []).map((frame) => stackFrame(run, frame)).reverse(),
    parameters: parametersOf(run.info, outcome),
    links: linksOf(run, outcome, state),
  };
}

/**
 * Where it happened: at the fault, or, where an interrupt found it, at what the processor was doing. On the way out of
 * a routine, of which one.
 * @param {Run} run
 * @param {Outcome} outcome
 * @param {MachineState['processors'][number]} processor
 */
function lastPlace(run, outcome, processor) {
  const place = placeOf(run, outcome) ?? placeOf(run, processor);
  return place?.code === '}' ? { ...place, code: `} // ${processor.frames.at(-1)?.name ?? ''}` } : place;
}

/**
 * @param {Run} run
 * @param {MachineState['processors'][number]['frames'][number]} frame
 * @returns {StackFrame}
 */
function stackFrame(run, frame) {
  const irql = frame.kind === 'body' ? null : frame.irql;
  return { name: frame.name, irql, place: placeOf(run, frame) };
}

/**
 * @param {SessionInfo} info
 * @param {Outcome} outcome
 * @returns {Parameter[]}
 */
function parametersOf(info, outcome) {
  if (!outcome.bugcheck) return [];
  const { rule } = outcome;
  const names = cases(outcome, rule);
  const known = rule === ownCall ? [] : (names.map((name) => levels[name]).find(Boolean) ?? []);
  const { parameters, names: objects } = outcome.bugcheck;
  return parameters.map((value, i) => ({
    value: `0x${hex(value)}`,
    name: objects[i] || (known[i] ? (info.machine.levels[Number(value)] ?? '') : ''),
    keys: names.map((name) => `bugcheck.${name}.p${i + 1}`),
  }));
}

/**
 * The circle of a deadlock: who waits, for what, and who would have to go on for that.
 * @param {Run} run
 * @param {Outcome} outcome
 * @param {MachineState} state
 * @returns {Link[]}
 */
function linksOf(run, { cycle }, { processors }) {
  return cycle.map((wait) => ({
    wait,
    irql: wait.processor === null ? null : (processors[wait.processor]?.irql ?? 0),
    next: wait.kind === 'resume' ? null : wait.by,
    any: hasOtherWays(wait, cycle),
    place: placeOf(run, wait),
  }));
}

/**
 * The page of Microsoft's driver documentation about a code.
 * @param {NonNullable<Outcome['bugcheck']>} bugcheck
 */
export function documentationOf({ code, name }) {
  const words = name.toLowerCase().replaceAll('_', '-');
  return `https://learn.microsoft.com/windows-hardware/drivers/debugger/bug-check-0x${hex(code).toLowerCase()}--${words}`;
}
