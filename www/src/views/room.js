// How much of the window each part gets where all of them are in sight at once. The style sheets have the same
// numbers; they are told here because how many processors are drawn depends on them.

import { queueShown } from '../model/flow_dpc_layout.js';
import { secondFlow, secondFlows, standsAside } from '../model/second_flow.js';

/** @import { Run } from '../model/state.js' */
/** @import { SecondFlow } from '../model/second_flow.js' */
/** @import { Sizes } from './sizes.js' */

/** A low window, and what the sentence and the space between two panels take in it and in a higher one. In CSS pixels. */
const lowest = 860;
const low = { narration: 156, gap: 8 };
const high = { narration: 172, gap: 12 };
/** The flow of APCs, of messages beside that of DPCs, and the lines of waiters. */
const second = { apc: 236, alpc: 220, waits: 144 };
/** In a higher window the flow of messages takes so much of what both flows have. */
const alpcShare = 0.62;
/** Where the page scrolls. */
const alpcAlone = 430;

/**
 * The height that is left below the sentence, and the space between two panels.
 * @param {Sizes} sizes
 */
function roomForFlows(sizes) {
  const { height } = sizes.of('stage');
  if (!sizes.wide || height === 0) return null;
  const { narration, gap } = sizes.height <= lowest ? low : high;
  return { height: height - narration - gap, gap };
}

/**
 * The height that is left for the flow of DPCs.
 * @param {Run} run
 * @param {SecondFlow | null} chosen
 * @param {Sizes} sizes
 */
export function roomForDpcFlow(run, chosen, sizes) {
  const room = roomForFlows(sizes);
  if (!room) return Number.POSITIVE_INFINITY;
  const flow = secondFlow(run.info, chosen);
  if (flow === null) return room.height;
  return room.height - room.gap - (flow === 'alpc' ? roomForAlpcFlow(run, chosen, sizes) : second[flow]);
}

/**
 * The height of the flow of messages.
 * @param {Run} run
 * @param {SecondFlow | null} chosen
 * @param {Sizes} sizes
 */
export function roomForAlpcFlow(run, chosen, sizes) {
  const room = roomForFlows(sizes);
  if (!room) return alpcAlone;
  if (standsAside(run.info, chosen)) return Math.max(second.alpc, room.height);
  return Math.max(second.alpc, Math.floor(room.height * alpcShare));
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
 * How high the lanes of the timeline may be together; beside a flow of APCs or of messages those
 * of many processors scroll.
 * @param {Run | null} run
 * @param {Sizes} sizes
 */
export function lanesRoom(run, sizes) {
  const flows = run ? secondFlows(run.info) : [];
  const crowded =
    sizes.wide && (run?.info.machine.processors ?? 0) > 2 && flows.some((flow) => flow !== 'waits');
  return crowded ? `${Math.round(80 + Math.max(0, sizes.height - 800) * 0.35)}px` : '';
}

/**
 * The height of a processor on the timeline. On a narrow page that has a panel to itself; else it takes its share of
 * what is to spare.
 * @param {Run | null} run
 * @param {Sizes} sizes
 */
export function laneHeight(run, sizes) {
  const processors = run?.info.machine.processors ?? 1;
  if (sizes.narrow) return processors === 1 ? 240 : processors === 2 ? 150 : 72;
  const spare = Math.max(0, sizes.height - 800) * 0.35;
  const lonely = run !== null && secondFlows(run.info).length === 0; // no second flow beside that of DPCs
  const [one, two] = lonely ? [130, 64] : [64, 37];
  const least = processors === 1 ? one : processors === 2 ? two : processors <= 4 ? 26 : 20;
  return Math.min(240, Math.round(least + spare / processors));
}
