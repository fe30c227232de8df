// The inspector of stacks: `k`. Pure.

import { line, wide } from './lines.js';
import { interruptCell, irqlCell, stackOf, threadCell } from './moment.js';

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
  const frames = stackOf(moment, processor);
  const own = processor.thread === null ? { text: 'idle' } : threadCell(moment, processor.thread);
  return [
    line('head', ` # IRQL ${'Call Site'.padEnd(site)} Stack`),
    ...stackLines(moment, frames, own),
    ...(frames.length
      ? []
      : [line('idle', `00 `, wide(irqlCell(moment, processor.irql), -4), ' nt!KiIdleLoop')]),
  ];
}

/**
 * Frames, innermost first.
 * @param {Moment} moment
 * @param {Frame[]} frames  Outermost first.
 * @param {Cell} own  Whose stack it is.
 * @returns {Line[]}
 */
export const stackLines = (moment, frames, own) =>
  [...frames].reverse().map((frame, i) =>
    line(
      // Counted from below, so that a frame keeps its key when another comes on top.
      `frame ${frames.length - i}`,
      `${i.toString(16).padStart(2, '0')} `,
      wide(irqlCell(moment, frame.level), -4),
      ' ',
      ...callSite(moment, frame),
      ...(frame.dpc_stack ? ['DPC'] : [own]),
    ),
  );

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
  const isKernels = /^(?:Ki|Exp|Psp)[A-Z]/.test(frame.name);
  const at = frame.line ? ` [line ${frame.line}]` : '';
  const text = `${isKernels ? 'nt!' : ''}${frame.name}${at}`;
  return [wide({ text, ...(frame.line ? { line: frame.line } : {}) }, site), ' '];
}
