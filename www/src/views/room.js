// How much of the window each part gets where all of them are in sight at once. The style sheets have the same
// numbers; they are told here because how many processors are drawn depends on them.

import { queueShown } from '../model/flow_dpc_layout.js';
import { hasWaits } from '../model/wait_lines.js';

/** @import { Run } from '../model/playground.js' */
/** @import { Sizes } from './sizes.js' */

/** All parts side by side, and none of them scrolls the page. */
const isWide = () => matchMedia('(min-width: 1200px)').matches;
const isNarrow = () => matchMedia('(max-width: 799.98px)').matches;

/** A low window, and what the sentence and the space between two panels take in it and in a higher one; the flow of
 * APCs. In CSS pixels. */
const lowest = 860;
const low = { narration: 156, gap: 8 };
const high = { narration: 172, gap: 12 };
const apcFlow = 236;
/** The lines of waiters, where there are no APCs. */
const waits = 144;

/**
 * The height that is left for the flow of DPCs.
 * @param {Run} run
 * @param {Sizes} sizes
 */
export function roomForDpcFlow(run, sizes) {
  const { height } = sizes.of('stage');
  if (!isWide() || height === 0) return Number.POSITIVE_INFINITY;
  const { narration, gap } = innerHeight <= lowest ? low : high;
  const second = run.info.apcs.length ? apcFlow : hasWaits(run.info) ? waits : 0;
  return height - narration - gap - (second ? second + gap : 0);
}

/**
 * How many cards of a queue have room beside each other rows and the flow of APCs.
 * @param {Run} run
 * @param {number} room  For the flow of DPCs.
 */
export function cardsThatFit({ info: { machine } }, room) {
  if (machine.processors > 1) return 2;
  return Math.max(3, Math.min(queueShown, Math.floor((room - 80) / 28)));
}

/**
 * How high the lanes of the timeline may be together; beside the flow of APCs those of many processors scroll.
 * @param {Run | null} run
 */
export function lanesRoom(run) {
  const crowded = isWide() && run !== null && run.info.apcs.length > 0 && run.info.machine.processors > 2;
  return crowded ? `${Math.round(80 + Math.max(0, innerHeight - 800) * 0.35)}px` : '';
}

/**
 * The height of a processor on the timeline. On a narrow page that has a panel to itself; else it takes its share of
 * what is to spare.
 * @param {Run | null} run
 */
export function laneHeight(run) {
  const processors = run?.info.machine.processors ?? 1;
  if (isNarrow()) return processors === 1 ? 240 : processors === 2 ? 150 : 72;
  const spare = Math.max(0, innerHeight - 800) * 0.35;
  const lonely = run?.info.apcs.length === 0 && !hasWaits(run.info); // no second flow beside that of DPCs
  const [one, two] = lonely ? [130, 64] : [64, 44];
  const least = processors === 1 ? one : processors === 2 ? two : processors <= 4 ? 26 : 20;
  return Math.min(240, Math.round(least + spare / processors));
}
