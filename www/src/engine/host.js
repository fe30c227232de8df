// The engine's side of the conversation: owns the sessions, runs them in slices so that a newer wish gets
// through, answers requests. The same code serves in a worker and, where none may start, on the page itself.

import { nextTask } from '../base/tasks.js';
import init, * as wasm from '../generated/irql_playground.js';
import { barsOf } from './bars.js';

/** @import { Columns, EngineCatalogue, ExportPiece, Opened, Progress, RecordView, Reply, Request, SessionInfo, Snapshot, TimelineView } from './protocol.js' */
/** @import { Export, Format } from './export.js' */
/** @import { Session } from '../generated/irql_playground.js' */

/** How long the first slice of a run may take before the page gets to see it; most runs end within it. */
const firstSliceMs = 100;
/** The causes that a snapshot brings along; the chain itself may be longer. */
const causesShown = 6;
/** How far the first effect of a record is looked for. */
const effectHorizon = 200_000;

export class EngineHost {
  /**
   * @param {(reply: Reply) => void} post
   * @param {number} sliceMs  How long a slice may keep others waiting.
   */
  constructor(post, sliceMs) {
    this.post = post;
    this.sliceMs = sliceMs;
    /** @type {Map<number, Run>} */
    this.runs = new Map();
    /** No run has the number of one that an engine before this one had: what was asked about that is not known of this. */
    this.lastId = Date.now() * 1_000;
    /** Of each figure its own. @type {Map<number, OffscreenCanvas | HTMLCanvasElement>} */
    this.canvases = new Map();
    /** @type {Uint8Array} the importance of each kind, by number */
    this.importance = new Uint8Array(0);
    /** @type {string[]} the name of each kind, by number */
    this.kinds = [];
  }

  /** @param {Uint8Array} [bytes]  Of the engine; else it is fetched. */
  async start(bytes) {
    try {
      await init(bytes && { module_or_path: bytes });
      const { kinds } = /** @type {EngineCatalogue} */ (wasm.catalogue());
      this.importance = Uint8Array.from(kinds, (kind) => kind.importance);
      this.kinds = kinds.map((kind) => kind.name);
      this.post({ event: 'ready' });
    } catch (error) {
      this.post({ event: 'failed', message: String(error) });
    }
  }

  /** @param {Request} request */
  handle({ id, method, args }) {
    const answer = this.methods[/** @type {keyof typeof this.methods} */ (method)];
    try {
      const value = /** @type {any} */ (answer).apply(this, args);
      if (!(value instanceof Promise)) this.post({ id, value });
      else value.then((later) => this.post({ id, value: later })).catch((error) => this.#fail(error, id));
    } catch (error) {
      this.#fail(error, id);
    }
  }

  methods = {
    catalogue: () => /** @type {EngineCatalogue} */ (wasm.catalogue()),
    tokenClasses: () => wasm.token_classes(),
    check: (/** @type {string} */ text) => wasm.check(text),
    tokens: (/** @type {string} */ text) => wasm.tokens(text),
    complete: (/** @type {string} */ text, /** @type {number} */ at) => wasm.complete(text, at),
    hover: (/** @type {string} */ text, /** @type {number} */ at) => wasm.hover(text, at),
    format: (/** @type {string} */ text) => wasm.format(text) ?? null,
    panic: () => wasm.panic_for_test(),

    /**
     * Begins a run. `kept` is the place in an earlier run that the reader would like to keep.
     * @param {string} text
     * @param {{ session: number, n: number } | null} [kept]
     * @param {number | null} [seed]  In place of the text's own.
     * @param {{ at: number | null, marker: string | null, ns?: number } | null} [start]  Where to begin: the run goes on until it is there.
     * @returns {Opened}
     */
    open: (text, kept, seed, start) => {
      const run = new Run(wasm.Session.open(text, seed ?? undefined));
      const id = ++this.lastId;
      this.runs.set(id, run);
      const begun = performance.now();
      while (!run.advance(this.sliceMs) && performance.now() - begun < firstSliceMs);
      const before = kept && this.runs.get(kept.session);
      const place = before
        ? samePlace(before.session, run.session, kept.n)
        : this.#startOf(id, start ?? null);
      if (!run.over) this.#goOn(id, run);
      return { ...run.progress(id), info: run.session.info(), place };
    },

    close: (/** @type {number} */ id) => {
      this.runs.get(id)?.session.free();
      this.runs.delete(id);
    },

    /**
     * @param {number} id
     * @param {number} n
     * @returns {Snapshot}
     */
    at: (id, n) => {
      const { session } = this.#run(id);
      session.seek(n);
      const chain = session.why(n).subarray(1, 1 + causesShown);
      return {
        record: session.record(n),
        causes: Array.from(chain, (/** @type {number} */ cause) => session.record(cause)),
        state: session.state(),
      };
    },

    next: (
      /** @type {number} */ id,
      /** @type {number} */ n,
      /** @type {number} */ direction,
      /** @type {number} */ importance,
    ) => this.#run(id).session.next(n, direction, importance, -1),

    firstAt: (/** @type {number} */ id, /** @type {number} */ ns) =>
      Math.min(this.#run(id).session.first_at(ns), this.#run(id).session.len - 1),

    /** The time of each of some records, for a player that keeps time. */
    times: (/** @type {number} */ id, /** @type {number} */ from, /** @type {number} */ count) =>
      columns(this.#run(id).session, from, count).time,

    /** The next or previous record that changes the IRQL of its processor, or matters. */
    landmark: (/** @type {number} */ id, /** @type {number} */ n, /** @type {number} */ direction) =>
      this.#landmark(this.#run(id).session, n, direction),

    /**
     * The first record of a kind about a subject, or `null`. Runs on until there is one.
     * @param {number} id
     * @param {string} kind
     * @param {string} subject  Its name; empty for none.
     */
    find: (id, kind, subject) => {
      const run = this.#run(id);
      const { session } = run;
      const wanted = this.kinds.indexOf(kind);
      for (let from = 0; ; ) {
        while (!run.over && from >= session.len) run.advance(this.sliceMs);
        if (from >= session.len) return null;
        const { kind: told } = columns(session, from, 8192);
        for (const [i, is] of told.entries())
          if (is === wanted && session.record(from + i).subject_name === subject) return from + i;
        from += told.length;
      }
    },

    /** The first record that a record causes, or `null`. */
    effect: (/** @type {number} */ id, /** @type {number} */ n) => effectOf(this.#run(id).session, n),

    /**
     * A stretch of the log at a level of importance, and how long that log is.
     * @param {number} id
     * @param {number} level
     * @param {number} from
     * @param {number} count
     * @param {number} near  A record; `row` tells its place, or that of the nearest before it.
     * @returns {{ total: number, row: number, rows: RecordView[] }}
     */
    log: (id, level, from, count, near) => {
      const run = this.#run(id);
      const index = run.index(level, this.importance);
      const total = index ? index.length : run.session.len;
      const row = index ? lastAtOrBefore(index, near) : near;
      const rows = [];
      for (let i = from; i < Math.min(total, from + count); i++) {
        rows.push(run.session.record(index ? index[i] : i));
      }
      return { total, row, rows };
    },

    /** Of the whole run; `null` while it is not over. */
    fingerprint: (/** @type {number} */ id) => {
      const { session, over } = this.#run(id);
      return over ? session.fingerprint : null;
    },

    statistics: async (/** @type {number} */ id) => {
      const told = this.#run(id).session.statistics();
      return (await import('./statistics.js')).readStatistics(told);
    },

    traffic: async (/** @type {number} */ id) => {
      const told = this.#run(id).session.traffic();
      return (await import('./statistics.js')).readTraffic(told);
    },

    /** The bars between two times; none where there are too many to bear a label. */
    bars: (/** @type {number} */ id, /** @type {number} */ from, /** @type {number} */ to) =>
      barsOf(this.#run(id).session, from, to, this.kinds),

    /** Runs to the end and begins to make a file of all of it. */
    beginExport: async (
      /** @type {number} */ id,
      /** @type {Format} */ format,
      /** @type {string} */ lang,
    ) => {
      const { Export } = await import('./export.js');
      while (!this.#run(id).over) {
        this.#run(id).advance(this.sliceMs);
        await nextTask();
      }
      const { kinds } = /** @type {EngineCatalogue} */ (wasm.catalogue());
      const run = this.#run(id);
      run.file = new Export(run.session, format, kinds, lang);
    },

    /** @returns {ExportPiece | null} the next piece of that file; `null`: none has been begun */
    nextOfExport: (/** @type {number} */ id) => this.#run(id).file?.next(this.sliceMs) ?? null,

    attachCanvas: (
      /** @type {number} */ figure,
      /** @type {OffscreenCanvas | HTMLCanvasElement} */ canvas,
    ) => {
      this.canvases.set(figure, canvas);
    },

    detachCanvas: (/** @type {number} */ figure) => {
      this.canvases.delete(figure);
    },

    paint: (/** @type {number} */ figure, /** @type {number} */ id, /** @type {TimelineView} */ view) => {
      const run = this.runs.get(id);
      const canvas = this.canvases.get(figure);
      const context = /** @type {OffscreenCanvasRenderingContext2D | null} */ (canvas?.getContext('2d'));
      if (!run || !canvas || !context) return;
      if (canvas.width !== view.width) canvas.width = view.width;
      if (canvas.height !== view.height) canvas.height = view.height;
      run.session.paint(
        context,
        view.width,
        view.height,
        view.from,
        view.to,
        view.lane,
        Uint32Array.from(view.palette),
      );
    },
  };

  /** @param {number} id */
  #run(id) {
    const run = this.runs.get(id);
    if (!run) throw Object.assign(new Error(`There is no session ${id}.`), { code: 'no-such-session' });
    return run;
  }

  /**
   * The record at which a run begins: the marker's, if there is one, else the one of this number or time.
   * @param {number} id
   * @param {{ at: number | null, marker: string | null, ns?: number } | null} start
   */
  #startOf(id, start) {
    const run = this.#run(id);
    const { session } = run;
    const { at, ns = 0 } = start ?? {};
    while (!run.over && (session.len <= (at ?? 0) || session.end_ns < ns)) run.advance(this.sliceMs);
    const place = Math.min(at ?? session.first_at(ns), session.len - 1);
    const { marker = null } = start ?? {};
    const { markers } = /** @type {SessionInfo} */ (session.info());
    if (!markers.some(({ name }) => name === marker)) return place;
    const there = session.record(place);
    if (there.kind === 'MarkerReached' && there.subject_name === marker) return place;
    return this.methods.find(id, 'MarkerReached', marker ?? '') ?? place;
  }

  /**
   * Runs on in the background, a slice at a time, until the run is over or nobody wants it any more.
   * @param {number} id
   * @param {Run} run
   */
  async #goOn(id, run) {
    while (!run.over) {
      await nextTask();
      if (this.runs.get(id) !== run) return;
      try {
        run.advance(this.sliceMs);
        this.post({ event: 'progress', progress: run.progress(id) });
      } catch (error) {
        return this.#fail(error, null, id);
      }
    }
  }

  /**
   * A trap means that the engine's memory can be trusted no longer; anything else is an answer.
   * @param {unknown} error
   * @param {number | null} id  Of the request.
   * @param {number | null} [session]  That the engine ran on its own.
   */
  #fail(error, id, session = null) {
    const { message = String(error), code = '' } = /** @type {{ message?: string, code?: string }} */ (error);
    if (id !== null && !(error instanceof WebAssembly.RuntimeError))
      this.post({ id, error: { message, code } });
    else this.post({ event: 'crashed', message, id, session });
  }

  /**
   * @param {Session} session
   * @param {number} n
   * @param {number} direction
   */
  #landmark(session, n, direction) {
    const { cpu, irql } = session.record(n);
    const step = 1024;
    for (let from = n + direction; from >= 0 && from < session.len; from += direction * step) {
      const start = direction > 0 ? from : Math.max(0, from - step + 1);
      const chunk = columns(session, start, direction > 0 ? step : from - start + 1);
      const order = [...chunk.kind.keys()];
      if (direction < 0) order.reverse();
      for (const i of order) {
        if (chunk.cpu[i] === cpu && chunk.irql[i] !== irql) return start + i;
        if (this.importance[chunk.kind[i]] >= 2) return start + i;
      }
    }
    return direction > 0 ? session.len - 1 : 0;
  }
}

/** One session and what has been found out about it. */
class Run {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.over = false;
    this.slice = 2_000;
    /** @type {Map<number, { upTo: number, found: number[] }>} */
    this.indexes = new Map();
    /** The file that is being made of it. @type {Export | null} */
    this.file = null;
  }

  /**
   * @param {number} sliceMs
   * @returns {boolean} whether the run is over
   */
  advance(sliceMs) {
    const begun = performance.now();
    this.over = this.session.advance(this.slice);
    const took = performance.now() - begun;
    // The slice follows the machine's speed: a record costs more in one scenario than in another.
    if (took < sliceMs / 2) this.slice = Math.min(this.slice * 2, 1_000_000);
    else if (took > sliceMs) this.slice = Math.max(500, this.slice >> 1);
    return this.over;
  }

  /**
   * @param {number} id
   * @returns {Progress}
   */
  progress(id) {
    const { session } = this;
    return {
      session: id,
      len: session.len,
      end_ns: session.end_ns,
      outcome: this.over ? session.outcome() : null,
    };
  }

  /**
   * The records of at least some importance; `null` for all of them, which needs no index.
   * @param {number} level
   * @param {Uint8Array} importance
   */
  index(level, importance) {
    if (level === 0) return null;
    const entry = this.indexes.get(level) ?? { upTo: 0, found: [] };
    this.indexes.set(level, entry);
    while (entry.upTo < this.session.len) {
      const { kind } = columns(this.session, entry.upTo, 65_536);
      for (let i = 0; i < kind.length; i++)
        if (importance[kind[i]] >= level) entry.found.push(entry.upTo + i);
      entry.upTo += kind.length;
    }
    return entry.found;
  }
}

/**
 * @param {Session} session
 * @param {number} from
 * @param {number} count
 */
function columns(session, from, count) {
  return /** @type {Columns} */ (session.records(from, count));
}

/**
 * Where a reader of one run finds himself in another: at the same record when both runs are alike up to it,
 * else at the same time.
 * @param {Session} before
 * @param {Session} after
 * @param {number} n
 */
function samePlace(before, after, n) {
  const step = 8192;
  let alike = n < after.len;
  for (let from = 0; alike && from <= n; from += step) {
    const count = Math.min(step, n + 1 - from);
    const [a, b] = [columns(before, from, count), columns(after, from, count)];
    alike = same(a.kind, b.kind) && same(a.subject, b.subject) && same(a.cpu, b.cpu);
  }
  if (alike) return n;
  return Math.max(0, Math.min(after.first_at(before.record(n).time), after.len - 1));
}

/**
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 */
function same(a, b) {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * @param {Session} session
 * @param {number} n
 */
function effectOf(session, n) {
  const last = Math.min(session.len, n + effectHorizon);
  for (let from = n + 1; from < last; from += 8192) {
    const { cause } = columns(session, from, 8192);
    const found = cause.indexOf(n);
    if (found >= 0) return from + found;
  }
  return null;
}

/**
 * @param {number[]} sorted
 * @param {number} value
 */
function lastAtOrBefore(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
