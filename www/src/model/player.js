// Plays a run: step by step in beats, or true to time. Asks the model for moments and never for elements.

import { EngineCrashed } from '../engine/client.js';
import { advanceClock, beat, perFrame, speeds } from './pacing.js';

/** @import { Playground } from './playground.js' */

/** So many records' times are fetched at once. */
const chunk = 2_048;

export class Player {
  /** Rises whenever the player is told something new: what was under way then stops by itself. */
  turn = 0;

  /** @param {Playground} playground */
  constructor(playground) {
    this.playground = playground;
  }

  play() {
    const turn = ++this.turn;
    const playing = this.playground.state.pace === 'event' ? this.#playSteps(turn) : this.#playTime(turn);
    playing.catch((error) => {
      if (!(error instanceof EngineCrashed)) throw error; // else it has been told, or nobody wants it any more
    });
  }

  pause() {
    this.turn++;
  }

  /** @param {number} turn */
  async #playSteps(turn) {
    // The first step comes at once: somebody has just pressed Play and wants to see something.
    await sleep(150);
    while (turn === this.turn) {
      const { run, shown } = this.playground.state;
      if (!run || !shown) return;
      const speed = speeds[this.playground.state.speed];
      const { steps } = perFrame(beat(60, speed));
      if (!(await this.playground.stepPlaying(steps))) return this.#finish(turn);
      if (turn !== this.turn) return;
      const { record } = this.playground.state.shown ?? shown;
      await sleep(perFrame(beat(this.playground.spell(record).length, speed)).ms);
    }
  }

  /** @param {number} turn */
  async #playTime(turn) {
    const { playground } = this;
    /** @type {Float64Array} */
    let times = new Float64Array(0);
    let first = 0;
    let n = 0;
    let session = -1;
    let before = performance.now();
    while (turn === this.turn) {
      const now = await nextFrame();
      const { run, clock, speed } = playground.state;
      if (!run || turn !== this.turn) return;
      if (run.session !== session) {
        session = run.session;
        n = playground.state.shown?.record.n ?? 0;
        first = 0;
        times = new Float64Array(0);
      }
      if (n + 1 >= first + times.length && n + 1 < run.len) {
        first = n + 1;
        times = await playground.engine.call('times', [run.session, first, chunk]);
        if (turn !== this.turn) return;
        if (playground.state.run?.session !== session) continue;
      }
      const next = n + 1 < run.len ? times[n + 1 - first] : null;
      const moved = advanceClock(clock, now - before, speeds[speed], next ?? null);
      before = now;
      while (n + 1 < first + times.length && times[n + 1 - first] <= moved.clock) n++;
      playground.setClock(moved.clock, moved.skipped);
      if (n !== playground.state.shown?.record.n) await playground.goTo(n, { byStep: true });
      if (n >= run.len - 1 && run.outcome) return this.#finish(turn);
    }
  }

  /** @param {number} turn */
  #finish(turn) {
    if (turn === this.turn) this.playground.pause();
  }
}

const sleep = (/** @type {number} */ ms) => new Promise((resume) => setTimeout(resume, ms));

/** @returns {Promise<number>} */
const nextFrame = () => new Promise((resume) => requestAnimationFrame(resume));
