// Inspectors of processors: `!irql`, `!pcr`, `!prcb`, `!running` and `dt nt!_KPRCB`. Pure.

import { hex, hex8, hex16, line, wide } from './lines.js';
import { deferredRoutine, dpcCell, irqlCell, nothing, prcbCell, threadCell } from './moment.js';
import { stack } from './stack.js';

/** @import { ProcessorState } from '../../engine/protocol.js' */
/** @import { Cell, Line } from './lines.js' */
/** @import { Moment } from './moment.js' */

/**
 * @param {Moment} moment
 * @param {ProcessorState} processor
 * @returns {Cell}
 */
const current = (moment, { thread }) => (thread === null ? { text: 'Idle' } : threadCell(moment, thread));

/**
 * `!irql`
 * @param {Moment} moment
 * @param {number} cpu
 * @returns {Line[]}
 */
export function irql(moment, cpu) {
  const level = moment.state.processors[cpu].irql;
  return [
    line(
      'irql',
      `Debugger saved IRQL for processor ${`0x${cpu.toString(16)}`} -- `,
      irqlCell(moment, level, `${level} (${moment.info.machine.levels[level]})`),
    ),
  ];
}

/**
 * `!pcr`
 * @param {Moment} moment
 * @param {number} cpu
 * @returns {Line[]}
 */
export function pcr(moment, cpu) {
  const processor = moment.state.processors[cpu];
  const { irql: level, dpc_queue: queue, apc_requested: apc, dispatch_requested: dispatch } = processor;
  /** @type {(name: string, ...value: (Cell | string)[]) => Line} */
  const field = (name, ...value) => line(name, wide(name, -25), ': ', ...value);
  const isX86 = moment.info.machine.ladder === 'x86';
  return [
    line('head', `KPCR for Processor ${cpu}:`),
    field('Prcb', prcbCell(cpu)),
    field('Irql', irqlCell(moment, level, hex8(level))),
    ...(isX86 ? [field('IRR', hex8((apc ? 2 : 0) | (dispatch ? 4 : 0)))] : []),
    field('CurrentThread', current(moment, processor)),
    field('NextThread', threadCell(moment, processor.standby)),
    field('DpcQueue'),
    ...queue.map((dpc) =>
      line(`queue ${dpc}`, ' '.repeat(27), wide(dpcCell(moment, dpc), 12), ' ', deferredRoutine(moment, dpc)),
    ),
  ];
}

/**
 * `!prcb`
 * @param {Moment} moment
 * @param {number} cpu
 * @returns {Line[]}
 */
export function prcb(moment, cpu) {
  const processor = moment.state.processors[cpu];
  const [kernel, user, dpc, interrupt] = processor.run_time.map(hex8);
  return [
    line('head', `PRCB for Processor ${cpu} at `, prcbCell(cpu), ':'),
    line(
      'threads',
      'Threads--  Current ',
      current(moment, processor),
      ' Next ',
      threadCell(moment, processor.standby),
    ),
    line('number', `Number ${cpu} SetMember ${hex16([cpu])}`),
    line('times', `Times -- Dpc    ${dpc} Interrupt ${interrupt}`),
    line('more times', `         Kernel ${kernel} User      ${user}`),
  ];
}

/**
 * `dt nt!_KPRCB`: what decides when DPCs run, in the order of the structure (DP-7).
 * @param {Moment} moment
 * @param {number} cpu
 * @returns {Line[]}
 */
export function kprcb(moment, cpu) {
  const processor = moment.state.processors[cpu];
  const { machine } = moment.info;
  const { prcb: fields, run_time: times, dpc_queue: normal, threaded_queue: threaded } = processor;
  /** @type {(name: string, ...value: (Cell | string)[]) => Line} */
  const field = (name, ...value) => line(name, `   ${name.padEnd(16)} : `, ...value);
  const value = (/** @type {number | boolean} */ told) =>
    typeof told === 'boolean' ? `${+told} ''` : hex(told);
  /** @type {(n: number, list: number[]) => Line[]} */
  const queue = (n, list) => [
    field(
      `   [${n}] DpcList`,
      ...(list.length ? list.flatMap((dpc) => [dpcCell(moment, dpc), ' ']) : [nothing]),
    ),
    // It is held for an instant, in which nothing else happens.
    field(`   [${n}] DpcLock`, '0'),
    field(`   [${n}] DpcQueueDepth`, hex(fields.DpcData[n].DpcQueueDepth)),
    field(`   [${n}] DpcCount`, hex(fields.DpcData[n].DpcCount)),
  ];
  // What the idle loop does is the simulator's own; the rest are fields of the structure.
  const { DpcData: _, Sleeping: _sleeping, Polling: _polling, ...rest } = fields;
  return [
    line('head', prcbCell(cpu)),
    field('CurrentThread', current(moment, processor)),
    field('NextThread', threadCell(moment, processor.standby)),
    field('Number', hex(cpu)),
    field('DpcData', '[2] _KDPC_DATA'),
    ...queue(0, normal),
    ...queue(1, threaded),
    field('DpcStack', { text: `DPC stack of CPU ${cpu}`, to: `k ${cpu}` }),
    ...Object.entries(rest).map(([name, told]) => field(name, value(told))),
    ...['KernelTime', 'UserTime', 'DpcTime', 'InterruptTime'].map((name, i) => field(name, hex(times[i]))),
    field('DpcTimeCount', hex(processor.dpc_time_count)),
    field('DpcTimeLimit', hex(machine.dpc_time_limit)),
    field('DpcWatchdogCount', hex(processor.dpc_watchdog_count)),
    field('DpcWatchdogPeriod', hex(machine.dpc_watchdog_period)),
  ];
}

/**
 * `!running`: what is current on every processor; with `-t`, the stacks too.
 * @param {Moment} moment
 * @param {boolean} stacks
 * @returns {Line[]}
 */
export function running(moment, stacks) {
  const { processors, threads } = moment.state;
  const idle = processors.filter(({ thread }) => thread === null);
  const width = Math.max(15, ...moment.info.threads.map(({ name }) => name.length));
  /** @type {(thread: number | null, cell: Cell) => Cell[]} */
  const withPriority = (thread, cell) => [
    wide(cell, width),
    { text: thread === null ? ' '.repeat(6) : ` (${`${threads[thread].priority}`.padStart(2)}) ` },
  ];
  return [
    line('all', `System Processors:  (${hex16(processors.map(({ number }) => number))})`),
    line('idle', `  Idle Processors:  (${hex16(idle.map(({ number }) => number))})`),
    line('blank', ''),
    line('head', `     Prcbs     ${'Current'.padEnd(width)} (pri)${'Next'.padEnd(width)} (pri)`),
    ...processors.flatMap((processor) => {
      const { number: cpu, thread, standby } = processor;
      const next = standby === null ? { text: '' } : threadCell(moment, standby);
      return [
        line(
          `${cpu}`,
          wide(`${cpu}`, -3),
          '  ',
          wide(prcbCell(cpu), 10),
          ...withPriority(thread, current(moment, processor)),
          ...withPriority(standby, next),
        ),
        ...(stacks
          ? [...stack(moment, cpu), line('end', '')].map(({ key, cells }) => ({
              key: `${cpu} ${key}`,
              cells,
            }))
          : []),
      ];
    }),
  ];
}
