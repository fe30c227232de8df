// Progress on the terminal: numbered lines, each with the seconds it took.

import { Failure } from './run.mjs';

/**
 * Runs the main function of a script. A `Failure` ends it with a message and status 1;
 * anything else is a mistake of ours and keeps its stack trace.
 * @param {() => Promise<void>} main
 */
export async function script(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}

/** A clock that starts now and reads as `12.3 s`. */
export function stopwatch() {
  const start = performance.now();
  return () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

/** Counts steps up to a total known beforehand: `[3/9] wasm-bindgen 0.2.129 … found (0.1 s)`. */
export class Steps {
  #done = 0;
  #total;

  /** @param {number} total */
  constructor(total) {
    this.#total = total;
  }

  /**
   * Starts the next step; the functions it returns print how that step fares.
   * @param {string} title
   */
  next(title) {
    const label = `[${++this.#done}/${this.#total}] ${title}`;
    const elapsed = stopwatch();
    return {
      /** @param {string} what */
      say: (what) => console.log(`${label} … ${what}`),
      /** @param {string} result */
      end: (result) => console.log(`${label} … ${result} (${elapsed()})`),
    };
  }
}
