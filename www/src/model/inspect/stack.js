// Inspectors of who runs: `k` and `!thread`. Pure.

import { line, wide } from './lines.js';
import { declared, interruptCell, irqlCell, stackOf, threadCell } from './moment.js';

/** @import { Frame } from '../../engine/protocol.js' */
/** @import { Cell, Line } from './lines.js' */
/** @import { Moment } from './moment.js' */

const site = 34;

/**
 * `k`: the stack of a processor, innermost first. The level of each frame and whose stack it lies on are told in
 * place of the addresses.
 * @param {Moment} moment
 * @param {number} cpu
 * @returns {Line[]}
 */
export function stack(moment, cpu) {
  const processor = moment.state.processors[cpu];
  const frames = stackOf(moment, processor).reverse();
  const own = processor.thread === null ? { text: 'idle' } : threadCell(moment, processor.thread);
  return [
    line('head', ` # IRQL ${'Call Site'.padEnd(site)} Stack`),
    ...frames.map((frame, i) =>
      line(
        // Counted from below, so that a frame keeps its key when another comes on top.
        `frame ${frames.length - i}`,
        `${i.toString(16).padStart(2, '0')} `,
        wide(irqlCell(moment, frame.irql), -4),
        ' ',
        ...callSite(moment, frame),
        ...(frame.dpc_stack ? ['DPC'] : [own]),
      ),
    ),
    ...(frames.length
      ? []
      : [line('idle', `00 `, wide(irqlCell(moment, processor.irql), -4), ' nt!KiIdleLoop')]),
  ];
}

/**
 * Routines of the kernel go by its name, those of the scenario by theirs, with the line that runs.
 * @param {Moment} moment
 * @param {Frame} frame
 * @returns {(Cell | string)[]}
 */
function callSite(moment, frame) {
  if (frame.kind === 'interrupt') {
    const dispatch = 'nt!KiInterruptDispatch (';
    const name = interruptCell(moment, frame.object);
    return [dispatch, name, wide(')', Math.max(2, site + 1 - dispatch.length - name.text.length))];
  }
  const isKernels = /^Ki[A-Z]/.test(frame.name);
  const at = frame.line ? ` [line ${frame.line}]` : '';
  const text = `${isKernels ? 'nt!' : ''}${frame.name}${at}`;
  return [wide({ text, ...(frame.line ? { line: frame.line } : {}) }, site), ' '];
}

/**
 * `!thread`
 * @param {Moment} moment
 * @param {number} index
 * @returns {Line[]}
 */
export function thread(moment, index) {
  const {
    state: name,
    processor,
    wait,
    priority,
    base_priority: base,
    ...rest
  } = moment.state.threads[index];
  const on = name === 'Running' || name === 'Ready' || name === 'Standby' ? ` on processor ${processor}` : '';
  return [
    line(
      'head',
      'THREAD ',
      threadCell(moment, index),
      wait ? '  WAIT: ' : `  ${name.toUpperCase()}${on}`,
      wait ? `${wait.mode} ${wait.alertable ? 'Alertable' : 'Non-Alertable'}` : '',
      ...declared(moment.info.threads[index].line),
    ),
    ...(wait?.object_name ? [line('object', `    ${wait.object_name}`)] : []),
    line(
      'priority',
      `Priority ${priority} BasePriority ${base} Quantum ${rest.quantum} WaitIrql `,
      irqlCell(moment, rest.irql),
    ),
    line(
      'apc',
      `KernelApcPending ${+rest.kernel_apc_pending} UserApcPending ${+rest.user_apc_pending}`,
      ` KernelApcDisable ${rest.kernel_apc_disable} SpecialApcDisable ${rest.special_apc_disable}`,
    ),
  ];
}
