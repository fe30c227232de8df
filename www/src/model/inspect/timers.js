// The inspector of timers: `!timer`. Pure.

import { formatTime } from '../../base/time_format.js';
import { hex8, line, wide } from './lines.js';
import { dpcCell, threadCell } from './moment.js';

/** @import { Cell, Line } from './lines.js' */
/** @import { Moment } from './moment.js' */

/**
 * `!timer`: all that will fall due, the nearest first: timers, and the ends of waits with a timeout.
 * @param {Moment} moment
 * @returns {Line[]}
 */
export function timers(moment) {
  const { state, info } = moment;
  const names = info.timers.map(({ name }) => name);
  const set = [
    ...state.timers.map(({ due_ns: due, period_ns: period, dpc }, i) => ({
      key: `timer ${i}`,
      due,
      name: names[i] ?? '',
      mark: period ? 'P' : ' ',
      /** @type {Cell[]} */
      calls: dpc === null ? [] : [dpcCell(moment, dpc)],
    })),
    ...state.threads.map(({ wait }, i) => ({
      key: `thread ${i}`,
      due: wait?.due_ns ?? null,
      name: '',
      mark: ' ',
      calls: [{ text: 'thread ' }, threadCell(moment, i)],
    })),
  ]
    .filter(({ due }) => due !== null)
    .sort((a, b) => (a.due ?? 0) - (b.due ?? 0));
  const width = Math.max(12, ...names.map((name) => name.length));
  return [
    line('now', `Interrupt time: ${interruptTime(state.time)} [ ${formatTime(state.time)} ]`),
    line('blank', ''),
    line('head', `${'Timer'.padEnd(width)}   Interrupt Low/High  Fire Time      DPC/thread`),
    ...set.map(({ key, due, name, mark, calls }) =>
      line(
        key,
        wide(name, width),
        ` ${mark} ${interruptTime(due ?? 0)}  `,
        wide(`[ ${formatTime(due ?? 0)} ]`, 14),
        ' ',
        ...calls,
      ),
    ),
    line('total', `Total Timers: ${set.length}`),
  ];
}

/**
 * In units of 100 ns, the low half first.
 * @param {number} ns
 */
function interruptTime(ns) {
  const units = Math.floor(ns / 100);
  return `${hex8(units % 2 ** 32)} ${hex8(units / 2 ** 32)}`;
}
