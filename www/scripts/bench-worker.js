// The browser's half of `npm run bench`, as a module worker: it runs the built engine on the workload and
// answers each request with what it measured. The native half is crate/examples/bench, and both do the same.

import init, { Session } from '../src/generated/irql_playground.js';

const SEEKS = 2001;
const FRAMES = 240;
/** How often each seek and each frame is done; the fastest counts, as only that is the engine's own time. */
const PASSES = 3;
const WIDTH = 1280;
const LANE = 56;
/** How many colours a palette has. */
const COLOURS = 25;

/** @type {Session | null} */
let session = null;

/** @typedef {{ text: string, records: number, lanes: number }} Request */

/** @type {Record<string, (request: Request) => unknown>} */
const tasks = { speed, timeTravel, paint };

addEventListener('message', async ({ data: { task, ...request } }) => {
  try {
    await init();
    postMessage({ result: tasks[task](request) });
  } catch (error) {
    postMessage({ error: String(error) });
  }
});

/**
 * Runs so many records; the session stays for the tasks that follow.
 * @param {Request} request
 */
function speed({ text, records }) {
  session?.free();
  session = Session.open(text);
  const start = performance.now();
  const over = session.advance(records);
  const seconds = (performance.now() - start) / 1000;
  if (over) throw new Error(`the workload ends before ${records} records`);
  return {
    fingerprint: session.fingerprint,
    len: session.len,
    recordsPerSecond: session.len / seconds,
    bytes: Array.from(session.bytes()),
  };
}

/** Seeks to records all over the trace, and steps around them. */
function timeTravel() {
  const open = opened();
  /** @type {number[]} */
  const seeks = [];
  /** @type {number[]} */
  const steps = [];
  for (let pass = 0; pass < PASSES; pass++) {
    for (let i = 0; i < SEEKS; i++) {
      // Spread more evenly than chance would, and in no order.
      const target = Math.floor(((i * 0.6180339887498949) % 1) * (open.len - 1));
      time(seeks, i, () => open.seek(target));
      time(steps, 2 * i, () => open.seek(target + 1));
      time(steps, 2 * i + 1, () => open.seek(target));
      if (open.position !== target) throw new Error('a seek ended at another record');
    }
  }
  return { seek: quantiles(seeks), step: quantiles(steps) };
}

/**
 * A zoom into the trace, a pan, and the way back out, painted as the page paints it.
 * @param {Request} request
 */
function paint({ lanes }) {
  const open = opened();
  const height = lanes * LANE;
  const context = new OffscreenCanvas(WIDTH, height).getContext('2d', { alpha: false });
  const palette = Uint32Array.from({ length: COLOURS }, (_, i) => 0x0a0a0a * i);
  const end = open.end_ns;
  /** @type {number[]} */
  const times = [];
  for (let pass = 0; pass < PASSES; pass++) {
    for (let frame = 0; frame < FRAMES; frame++) {
      const [from, to] = sweep(frame, end);
      time(times, frame, () => open.paint(context, WIDTH, height, from, to, LANE, palette));
    }
  }
  return { ...quantiles(times), worstAfterFirst: Math.max(...times.slice(1)) };
}

/**
 * What a frame shows: the view narrows to a ten-thousandth, moves on by four widths, and widens again.
 * @param {number} frame
 * @param {number} end
 */
function sweep(frame, end) {
  const third = FRAMES / 3;
  const part = (frame % third) / third;
  const [depth, shift] = [
    [part, 0],
    [1, 4 * part],
    [1 - part, 4],
  ][Math.floor(frame / third)];
  const width = end * 1e-4 ** depth;
  const from = Math.min(0.37 * (end - width) + shift * 1e-4 * end, end - width);
  return [from, from + width];
}

function opened() {
  if (!session) throw new Error('`speed` goes first: it opens the session');
  return session;
}

/**
 * Does something, and keeps its milliseconds if no earlier pass was faster.
 * @param {number[]} fastest
 * @param {number} i
 * @param {() => void} action
 */
function time(fastest, i, action) {
  const start = performance.now();
  action();
  fastest[i] = Math.min(fastest[i] ?? Number.POSITIVE_INFINITY, performance.now() - start);
}

/** @param {number[]} milliseconds */
function quantiles(milliseconds) {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const at = (/** @type {number} */ q) => sorted[Math.round((sorted.length - 1) * q)];
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
