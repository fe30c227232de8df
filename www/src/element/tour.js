// What an author lets happen by itself: a beginning and an end within the run, over and over, with a stop at each
// marker. It only watches the model and calls its methods.

/** @import { Playground } from '../model/playground.js' */
/** @typedef {{ from: number | null, to: number | null, loop: boolean, pauseAtMarkers: boolean }} Route  Times in nanoseconds. */

/** How long the last moment stands before it begins again. */
const restMs = 1_200;

export class Tour {
  #seen = -1;
  /** It has been asked to play, and goes to its beginning. */
  #begins = false;
  /** While the last moment stands. @type {ReturnType<typeof setTimeout> | undefined} */
  #rest;

  /**
   * @param {Playground} pg
   * @param {Route} route
   */
  constructor(pg, route) {
    this.pg = pg;
    this.route = route;
    this.stop = pg.store.subscribe(() => this.#look());
  }

  /** Begins at its beginning, unless the reader is within it already. */
  async play() {
    const { from, to } = this.route;
    const { clock, run } = this.pg.state;
    if (!run) return;
    const outside = clock < (from ?? 0) || clock >= (to ?? run.end_ns) || this.pg.atEnd;
    this.#begins = true;
    if (outside) await this.pg.goToTime(from ?? 0);
    if (!this.#begins) return;
    this.#begins = false;
    await this.pg.play();
  }

  /** @returns {boolean} whether it was going, be it that the last moment stood before it began again */
  pause() {
    const going = this.pg.state.playing || this.#begins || this.#rest !== undefined;
    this.#begins = false;
    this.#wake();
    this.pg.pause();
    return going;
  }

  #wake() {
    clearTimeout(this.#rest);
    this.#rest = undefined;
  }

  /** It is over with it. */
  leave() {
    this.#begins = false;
    this.#wake();
    this.stop();
  }

  #look() {
    const { shown, playing } = this.pg.state;
    const n = shown?.record.n ?? -1;
    if (!shown || n === this.#seen) return;
    const before = this.#seen;
    this.#seen = n;
    this.#wake(); // whoever went on meanwhile is left alone
    if (!playing || n < before) return;
    const { to, loop, pauseAtMarkers } = this.route;
    if (pauseAtMarkers && shown.record.kind === 'MarkerReached') return this.pg.pause();
    const over = (to !== null && shown.record.time >= to) || this.pg.atEnd;
    if (!over || (to === null && !loop)) return;
    this.pg.pause();
    if (loop) this.#rest = setTimeout(() => this.#again(), restMs);
  }

  #again() {
    this.#wake();
    if (!this.pg.state.playing) this.play();
  }
}
