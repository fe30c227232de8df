// How fast a run is shown. Animation time is never simulation time: the engine has finished long before.
// Pure: numbers in, numbers out.

export const speeds = [0.25, 0.5, 1, 2, 4, 8, 16, 32];
export const normalSpeed = speeds.indexOf(1);
/** Above this speed nothing wanders: only the playhead and the bars move. */
export const tokensUpTo = 4;
/** True to time, at speed 1: this much simulated time in a second of the reader's. */
const nsPerSecond = 20_000;
/** A stretch without any record is not shown for longer than this. */
const idleLimitMs = 1_500;
const frameMs = 16;

/**
 * How long a step stays: 700 to 1000 ms at speed 1, longer sentences longer.
 * @param {number} letters
 * @param {number} speed
 */
export function beat(letters, speed) {
  return Math.min(1_000, 700 + Math.max(0, letters - 40) * 5) / speed;
}

/**
 * At high speed several steps go by in a frame.
 * @param {number} beatMs
 * @returns {{ steps: number, ms: number }}
 */
export function perFrame(beatMs) {
  return beatMs >= frameMs ? { steps: 1, ms: beatMs } : { steps: Math.round(frameMs / beatMs), ms: frameMs };
}

/**
 * One frame of a player that is true to time.
 * @param {number} clock  Simulated time shown now.
 * @param {number} elapsedMs
 * @param {number} speed
 * @param {number | null} next  The time of the next record, if there is one.
 * @returns {{ clock: number, skipped: number }} `skipped`: how much idle time was left out.
 */
export function advanceClock(clock, elapsedMs, speed, next) {
  const rate = (nsPerSecond * speed) / 1_000;
  const clockThen = clock + elapsedMs * rate;
  if (next === null || next <= clockThen) return { clock: clockThen, skipped: 0 };
  const idle = next - clock;
  if (idle / rate <= idleLimitMs) return { clock: clockThen, skipped: 0 };
  const rest = (idleLimitMs / 3) * rate;
  return { clock: next - rest, skipped: idle - rest };
}
