// What an author lets happen by itself: a beginning and an end within the run, over and over, with a stop at each
// marker. It only watches the model and calls its methods.

/** @import { Playground } from '../model/playground.js' */
/** @typedef {{ from: number | null, to: number | null, loop: boolean, pauseAtMarkers: boolean }} Route  Times in nanoseconds. */

/** How long the last moment stands before it begins again. */
const restMs = 1_200;

export class Tour {
  #seen = -1;
  #left = false;

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
    if (outside) await this.pg.goToTime(from ?? 0);
    if (!this.#left) await this.pg.play();
  }

  /** It is over with it. */
  leave() {
    this.#left = true;
    this.stop();
  }

  #look() {
    const { shown, playing } = this.pg.state;
    const n = shown?.record.n ?? -1;
    if (!shown || n === this.#seen) return;
    const before = this.#seen;
    this.#seen = n;
    if (!playing || n < before) return;
    const { to, loop, pauseAtMarkers } = this.route;
    if (pauseAtMarkers && shown.record.kind === 'MarkerReached') return this.pg.pause();
    const over = (to !== null && shown.record.time >= to) || this.pg.atEnd;
    if (!over || (to === null && !loop)) return;
    this.pg.pause();
    if (loop) setTimeout(() => this.#again(n), restMs);
  }

  /** @param {number} n  Where it has come to rest; a reader who went on meanwhile is left alone. */
  #again(n) {
    if (!this.#left && this.pg.state.shown?.record.n === n && !this.pg.state.playing) this.play();
  }
}
