// Inspectors of APCs: `!apc` and `dt nt!_KAPC`. Pure.

import { hex, line, passedOn } from './lines.js';
import { apcCell, declared, linked, nothing, threadCell } from './moment.js';
import { field } from './objects.js';

/** @import { Kapc, QueuedApc } from '../../engine/protocol.js' */
/** @import { Cell, Line } from './lines.js' */
/** @import { Moment } from './moment.js' */

/**
 * `!apc`: the lists of a thread that have something in them.
 * @param {Moment} moment
 * @param {number} index
 * @returns {Line[]}
 */
export function apcs(moment, index) {
  const { kernel_apcs: kernel, user_apcs: user, apc_state: state } = moment.state.threads[index];
  const saved = state.ApcStateIndex === 0 ? 1 : 0;
  return [
    ...listLines(moment, index, state.ApcStateIndex, 'KERNEL', kernel),
    ...listLines(moment, index, state.ApcStateIndex, 'USER', user),
    ...listLines(moment, index, saved, 'KERNEL', state.SavedApcListHead[0]),
    ...listLines(moment, index, saved, 'USER', state.SavedApcListHead[1]),
  ];
}

/**
 * @param {Moment} moment
 * @param {number} thread
 * @param {number} index  ApcStateIndex
 * @param {string} mode
 * @param {QueuedApc[]} list
 * @returns {Line[]}
 */
function listLines(moment, thread, index, mode, list) {
  if (list.length === 0) return [];
  const key = `${thread} ${index} ${mode}`;
  return [
    line(key, 'Thread ', threadCell(moment, thread), ` ApcStateIndex ${index} ApcListHead [${mode}]`),
    ...list.flatMap(({ apc, kapc: object }) => {
      const told = moment.state.kapcs[object];
      const { RundownRoutine: rundown, NormalRoutine: normal } = told;
      return [
        line(`${key} ${object}`, '    KAPC @ ', apcCell(moment, apc)),
        line(`${key} ${object} kernel`, '      KernelRoutine  ', kernelRoutine(moment, told)),
        line(`${key} ${object} rundown`, '      RundownRoutine ', routine(moment, rundown)),
        ...(normal
          ? [line(`${key} ${object} normal`, '      NormalRoutine  ', routine(moment, normal))]
          : []),
      ];
    }),
  ];
}

/**
 * A routine by its name, which leads to its text.
 * @param {Moment} moment
 * @param {string} name
 * @returns {Cell}
 */
function routine({ info }, name) {
  const at = info.bodies.find((body) => body.name === name && body.kind === 'apc')?.line;
  return { text: name || nothing, ...(at ? { line: at } : {}) };
}

/**
 * Every APC has one (AP-5) as soon as it is initialised; what no code is written for would only free the object.
 * @param {Moment} moment
 * @param {Kapc} apc
 * @returns {Cell}
 */
const kernelRoutine = (moment, { KernelRoutine: name, Thread: thread }) =>
  name || thread === null ? routine(moment, name) : { text: '(not modelled)' };

/**
 * `dt nt!_KAPC`: the object of a declaration, or of a reserve, and all that were made for one and are queued (AP-1, AP-26).
 * @param {Moment} moment
 * @param {number} index
 * @returns {Line[]}
 */
export function kapc(moment, index) {
  const { name } = moment.info.apcs[index];
  const objects = moment.state.kapcs
    .map((fields, object) => ({ fields, object }))
    .filter(({ fields }) => fields.Name === name || fields.Reserve === name);
  const queued = objects.filter(({ fields }) => fields.Inserted);
  return (queued.length ? queued : objects.slice(0, 1)).flatMap(({ object }) =>
    objectLines(moment, index, object),
  );
}

/**
 * @param {Moment} moment
 * @param {number} index
 * @param {number} object
 * @returns {Line[]}
 */
function objectLines(moment, index, object) {
  const told = moment.state.kapcs[object];
  const user = told.ApcMode === 'UserMode';
  const lines = [
    line('head', apcCell(moment, index), ...inReserve(told), ...declared(moment.info.apcs[index].line)),
    field(moment, [0, 0], 'Type', { text: "0x12 ''", hint: 'ApcObject' }),
    field(moment, [2, 2], 'Size', { text: moment.info.machine.ladder === 'x64' ? '0x58' : '0x30' }),
    field(moment, [8, 8], 'Thread', threadCell(moment, told.Thread)),
    ...(told.Inserted
      ? [field(moment, [0x10, 0xc], 'ApcListEntry', ...entry(moment, told.Thread, object))]
      : []),
    field(moment, [0x20, 0x14], 'KernelRoutine', kernelRoutine(moment, told)),
    field(moment, [0x28, 0x18], 'RundownRoutine', routine(moment, told.RundownRoutine)),
    field(moment, [0x30, 0x1c], 'NormalRoutine', routine(moment, told.NormalRoutine)),
    field(moment, [0x38, 0x20], 'NormalContext', passedOn(told.NormalContext)),
    field(moment, [0x40, 0x24], 'SystemArgument1', passedOn(told.SystemArgument1)),
    field(moment, [0x48, 0x28], 'SystemArgument2', passedOn(told.SystemArgument2)),
    field(moment, [0x50, 0x2c], 'ApcStateIndex', `${hex(told.ApcStateIndex)} ''`),
    field(moment, [0x51, 0x2d], 'ApcMode', { text: `${Number(user)} ''`, hint: told.ApcMode }),
    field(moment, [0x52, 0x2e], 'Inserted', `${Number(told.Inserted)} ''`),
  ];
  return lines.map(({ key, cells }) => ({ key: `${object} ${key}`, cells }));
}

/**
 * Where an APC lies that has taken its memory from a reserve object.
 * @param {Kapc} apc
 * @returns {(Cell | string)[]}
 */
const inReserve = ({ Name: name, Reserve: reserve }) =>
  reserve && reserve !== name ? [' in ', linked(reserve, 'dt nt!_KAPC')] : [];

/**
 * Its neighbours in the list, or the thread's head of it.
 * @param {Moment} moment
 * @param {number | null} thread
 * @param {number} object
 * @returns {(Cell | string)[]}
 */
function entry(moment, thread, object) {
  const state = moment.state.threads[thread ?? -1];
  const lists = state ? [state.kernel_apcs, state.user_apcs, ...state.apc_state.SavedApcListHead] : [];
  const list = lists.find((all) => all.some(({ kapc: other }) => other === object)) ?? [];
  const at = list.findIndex(({ kapc: other }) => other === object);
  const near = (/** @type {number} */ i) =>
    list[i] ? apcCell(moment, list[i].apc) : threadCell(moment, thread);
  return ['_LIST_ENTRY [ ', near(at + 1), ' - ', near(at - 1), ' ]'];
}
