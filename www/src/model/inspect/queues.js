// Inspectors of queues and of what is in them: `!exqueue`, `dt nt!_KQUEUE` and `dt nt!_WORK_QUEUE_ITEM`. Pure.

import { hex, line } from './lines.js';
import { declared, linked, nothing, threadCell } from './moment.js';
import { field, headerOf, threadCells } from './objects.js';

/** @import { Cell, Line } from './lines.js' */
/** @import { Moment } from './moment.js' */

/**
 * `!exqueue`: the queues of the system's worker threads, their threads, and the items that no thread has taken yet.
 * @param {Moment} moment
 * @returns {Line[]}
 */
export function exqueue(moment) {
  const { state, info } = moment;
  const work = state.queues.flatMap((queue, i) =>
    info.queues[i]?.work ? [{ ...queue, ...info.queues[i] }] : [],
  );
  return [
    line('head', 'Dumping ExWorkerQueue'),
    ...work.flatMap(({ work: kind, current_count: current, maximum_count: maximum, threads, entries }) => [
      line(`${kind}`, `**** ${kind} WorkQueue( current = ${current} maximum = ${maximum} )`),
      ...threads.map((thread) =>
        line(`${kind} ${thread}`, 'THREAD ', threadCell(moment, thread), `  ${stateOf(moment, thread)}`),
      ),
      ...entries.map((item) => pending(moment, item ?? -1)),
    ]),
  ];
}

/**
 * @param {Moment} moment
 * @param {number} index
 */
function stateOf({ state }, index) {
  const { state: name, processor } = state.threads[index];
  return name === 'Waiting' ? 'WAIT' : `${name.toUpperCase()} on processor ${processor}`;
}

/**
 * @param {Moment} moment
 * @param {number} item
 * @returns {Line}
 */
function pending(moment, item) {
  const { WorkerRoutine: name, Parameter: parameter } = moment.state.work_items[item];
  return line(
    `pending ${item}`,
    'PENDING: WorkItem ',
    itemCell(moment, item),
    ' Routine ',
    workerRoutine(moment, name),
    ` Parameter ${hex(parameter)}`,
  );
}

/**
 * `dt nt!_KQUEUE`: an I/O completion port, or the queue of worker threads.
 * @param {Moment} moment
 * @param {number} index
 * @returns {Line[]}
 */
export function kqueue(moment, index) {
  const { entries, current_count: current, maximum_count: maximum, threads } = moment.state.queues[index];
  const cells = entries.flatMap((item, i) => [
    i ? ', ' : '',
    item === null ? `packet ${i + 1}` : itemCell(moment, item),
  ]);
  return [
    ...headerOf(moment, 'dt nt!_KQUEUE', index),
    field(moment, [0x18, 0x10], 'EntryListHead', ...(cells.length ? cells : [nothing])),
    field(moment, [0x28, 0x18], 'CurrentCount', hex(current)),
    field(moment, [0x2c, 0x1c], 'MaximumCount', hex(maximum)),
    field(moment, [0x30, 0x20], 'ThreadListHead', ...threadCells(moment, threads)),
  ];
}

/**
 * `dt nt!_WORK_QUEUE_ITEM`: its List is not null exactly while it is queued (SE-5).
 * @param {Moment} moment
 * @param {number} index
 * @returns {Line[]}
 */
export function workItem(moment, index) {
  const { Queue: queue, WorkerRoutine: name, Parameter: parameter } = moment.state.work_items[index];
  return [
    line('head', itemCell(moment, index), ...declared(moment.info.work_items[index].line)),
    field(moment, [0, 0], 'List', ...(queue === null ? [nothing] : entry(moment, queue, index))),
    field(moment, [0x10, 8], 'WorkerRoutine', workerRoutine(moment, name)),
    field(moment, [0x18, 0xc], 'Parameter', hex(parameter)),
  ];
}

/**
 * Its neighbours in the queue, or the queue's head.
 * @param {Moment} moment
 * @param {number} queue
 * @param {number} item
 * @returns {(Cell | string)[]}
 */
function entry(moment, queue, item) {
  const { entries } = moment.state.queues[queue];
  const at = entries.indexOf(item);
  const head = linked(moment.info.queues[queue]?.name, 'dt nt!_KQUEUE');
  const near = (/** @type {number} */ i) => {
    const other = entries[i];
    return other === undefined || other === null ? head : itemCell(moment, other);
  };
  return ['_LIST_ENTRY [ ', near(at + 1), ' - ', near(at - 1), ' ]'];
}

/**
 * @param {Moment} moment
 * @param {number} index
 * @returns {Cell}
 */
const itemCell = ({ info }, index) => linked(info.work_items[index]?.name, 'dt nt!_WORK_QUEUE_ITEM');

/**
 * A routine by its name, which leads to its text.
 * @param {Moment} moment
 * @param {string} name
 * @returns {Cell}
 */
function workerRoutine({ info }, name) {
  const at = info.work_items.find((item) => item.name === name)?.line;
  return { text: name || nothing, ...(at ? { line: at } : {}) };
}
