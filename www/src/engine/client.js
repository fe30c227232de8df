// The page's side of the conversation with the engine: promises, the choice of a place for it to run
// (a worker, a worker by way of a blob, this page), and its restart after a crash. However many figures a page has,
// they share one engine: each has a seat. Knows nothing of views.

import { engineBytes, workers } from './place.js';

/** @import { Progress, Reply, Request, TimelineView } from './protocol.js' */
/** @typedef {{ send: (request: Request, transfer: Transferable[]) => void, stop: () => void, offscreen: boolean }} Line */
/** @typedef {{ onProgress: (progress: Progress) => void, onCrash: (message: string, own: boolean) => void }} Listeners */

/** @typedef {{ event: 'crashed', message: string, id: number | null, session: number | null }} Crash */

const left = 'The seat has been left.';

/** The engine has stopped; `own` tells whether it was by what this seat had asked for. */
export class EngineCrashed extends Error {}

/** There is no engine, because WebAssembly is not allowed here: by the page around, by the browser or by its owner. */
export class EngineForbidden extends Error {}

export class Engine {
  /** @type {Promise<Line> | null} */
  #line = null;
  /** @type {Map<number, { seat: Seat, opens: boolean, resolve: (value: any) => void, reject: (error: Error) => void }>} */
  #waiting = new Map();
  /** @type {Set<Seat>} */
  #seats = new Set();
  /** Whose the runs are. @type {Map<number, Seat>} */
  #owners = new Map();
  #lastId = 0;
  #lastSeat = 0;

  /**
   * A place at the engine, to be left when it is wanted no longer.
   * @param {Listeners} listeners
   */
  join(listeners) {
    const seat = new Seat(this, ++this.#lastSeat, listeners);
    this.#seats.add(seat);
    return seat;
  }

  /**
   * Gives up a seat with its canvas and its runs; with the last one the engine stops.
   * @param {Seat} seat
   */
  leave(seat) {
    if (!this.#seats.delete(seat)) return;
    for (const [session, owner] of this.#owners) {
      if (owner !== seat) continue;
      this.#owners.delete(session);
      this.#tell('close', [session]);
    }
    this.#tell('detachCanvas', [seat.id]);
    // The answers are still waited for: a run that is being opened is to be closed.
    for (const waiting of this.#waiting.values())
      if (waiting.seat === seat) waiting.reject(new EngineCrashed(left));
    if (this.#seats.size > 0 || !this.#line) return;
    const line = this.#line;
    this.#line = null;
    this.#waiting.clear();
    line.then(({ stop }) => stop()).catch(() => {});
  }

  /**
   * Asks for something whose answer nobody waits for.
   * @param {string} method
   * @param {any[]} args
   */
  #tell(method, args) {
    this.#line?.then(({ send }) => send({ id: ++this.#lastId, method, args }, [])).catch(() => {});
  }

  /** @param {Seat} seat */
  async paintsOffscreen(seat) {
    return (await this.#lineOf(seat)).offscreen;
  }

  /**
   * Nobody who has left starts the engine again.
   * @param {Seat} seat
   */
  async #lineOf(seat) {
    const line = this.#seats.has(seat) ? await this.#connected() : null;
    if (!line || !this.#seats.has(seat)) throw new EngineCrashed(left);
    return line;
  }

  /**
   * @param {Seat} seat
   * @param {string} method
   * @param {any[]} args
   * @param {Transferable[]} transfer
   * @returns {Promise<any>}
   */
  async call(seat, method, args, transfer) {
    const line = await this.#lineOf(seat);
    const id = ++this.#lastId;
    const value = await new Promise((resolve, reject) => {
      this.#waiting.set(id, { seat, opens: method === 'open', resolve, reject });
      line.send({ id, method, args }, transfer);
    });
    if (method === 'close') this.#owners.delete(args[0]);
    return value;
  }

  #connected() {
    this.#line ??= this.#connect().catch((error) => {
      this.#line = null; // who asks again gets another try
      throw error;
    });
    return this.#line;
  }

  async #connect() {
    const canPaint =
      typeof OffscreenCanvas !== 'undefined' && 'transferControlToOffscreen' in HTMLCanvasElement.prototype;
    /** @type {(() => Promise<Line>)[]} */
    const ways = [];
    if (canPaint) {
      for (const create of workers()) ways.push(() => this.#inWorker(create));
    }
    ways.push(() => this.#onThisPage());
    /** @type {unknown} */
    let reason;
    for (const way of ways) {
      try {
        return await way();
      } catch (error) {
        reason = error;
      }
    }
    throw allowed() ? reason : new EngineForbidden(String(reason));
  }

  /**
   * @param {() => Worker} create
   * @returns {Promise<Line>}
   */
  #inWorker(create) {
    return new Promise((resolve, reject) => {
      const worker = create();
      engineBytes().then((wasm) => worker.postMessage({ wasm }), reject);
      let ready = false;
      const stop = () => worker.terminate();
      const fail = (/** @type {string} */ message, /** @type {Crash | undefined} */ how = undefined) => {
        stop();
        if (ready) this.#crashed(message, how);
        else reject(new Error(message));
      };
      worker.onerror = (event) => fail(event.message ?? 'The worker could not start.');
      worker.onmessage = ({ data }) => {
        if (data.event === 'ready') {
          ready = true;
          resolve({
            send: (request, transfer) => worker.postMessage(request, transfer),
            stop,
            offscreen: true,
          });
        } else if (data.event === 'failed') fail(data.message);
        else if (data.event === 'crashed') fail(data.message, data);
        else this.#receive(data);
      };
    });
  }

  /** @returns {Promise<Line>} */
  async #onThisPage() {
    const { EngineHost } = await import('./host.js');
    let stopped = false;
    return new Promise((resolve, reject) => {
      const host = new EngineHost((reply) => {
        if (stopped) return;
        if ('event' in reply && reply.event === 'ready') resolve(line);
        else if ('event' in reply && reply.event === 'failed') reject(new Error(reply.message));
        else if ('event' in reply && reply.event === 'crashed') {
          stopped = true;
          this.#crashed(reply.message, reply);
        } else this.#receive(reply);
      }, 8);
      /** @type {Line} */
      const line = {
        send: (request) => setTimeout(() => stopped || host.handle(request)),
        stop: () => {
          stopped = true;
        },
        offscreen: false,
      };
      engineBytes().then((wasm) => host.start(wasm), reject);
    });
  }

  /** @param {Reply} reply */
  #receive(reply) {
    if ('event' in reply) {
      if (reply.event === 'progress')
        this.#owners.get(reply.progress.session)?.listeners.onProgress(reply.progress);
      return;
    }
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('error' in reply)
      waiting?.reject(Object.assign(new Error(reply.error.message), { code: reply.error.code }));
    else {
      if (waiting?.opens) this.#opened(waiting.seat, reply.value.session);
      waiting?.resolve(reply.value);
    }
  }

  /**
   * @param {Seat} seat
   * @param {number} session
   */
  #opened(seat, session) {
    if (this.#seats.has(seat)) this.#owners.set(session, seat);
    else this.#tell('close', [session]);
  }

  /**
   * @param {string} message
   * @param {Crash} [how]  What the engine was at; unknown when its thread died.
   */
  #crashed(message, how) {
    const waiting = [...this.#waiting.values()];
    const guilty =
      (how?.id && this.#waiting.get(how.id)?.seat) || (how?.session && this.#owners.get(how.session)) || null;
    this.#waiting.clear();
    this.#owners.clear();
    this.#line = null; // the next call starts a new one
    for (const { reject } of waiting) reject(new EngineCrashed(message));
    for (const seat of this.#seats) seat.listeners.onCrash(message, guilty === null || guilty === seat);
  }
}

/** Whether a module may be made at all; the smallest there is. */
function allowed() {
  try {
    return new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)) !== null;
  } catch {
    return false;
  }
}

/** What one figure has of the engine. */
export class Seat {
  #painting = false;
  /** @type {[number, TimelineView] | null} */
  #nextPaint = null;

  /**
   * @param {Engine} engine
   * @param {number} id
   * @param {Listeners} listeners
   */
  constructor(engine, id, listeners) {
    this.engine = engine;
    this.id = id;
    this.listeners = listeners;
  }

  /** Whether canvases are painted by the engine's own thread; known once the engine has started. */
  paintsOffscreen() {
    return this.engine.paintsOffscreen(this);
  }

  /**
   * @param {string} method
   * @param {any[]} [args]
   * @param {Transferable[]} [transfer]
   * @returns {Promise<any>}
   */
  call(method, args = [], transfer = []) {
    return this.engine.call(this, method, args, transfer);
  }

  /**
   * @param {OffscreenCanvas | HTMLCanvasElement} canvas  What `paint` is for.
   */
  attachCanvas(canvas) {
    const moves = typeof OffscreenCanvas !== 'undefined' && canvas instanceof OffscreenCanvas;
    return this.call('attachCanvas', [this.id, canvas], moves ? [canvas] : []);
  }

  /**
   * Paints as soon as the engine is free; of the pictures asked for meanwhile only the newest is made.
   * @param {number} session
   * @param {TimelineView} view
   */
  async paint(session, view) {
    this.#nextPaint = [session, view];
    if (this.#painting) return;
    this.#painting = true;
    try {
      while (this.#nextPaint) {
        const args = this.#nextPaint;
        this.#nextPaint = null;
        await this.call('paint', [this.id, ...args]);
      }
    } catch {
      // The engine crashed or the session is gone; whoever owns the figure hears of that elsewhere.
    } finally {
      this.#painting = false;
    }
  }

  leave() {
    this.engine.leave(this);
  }
}
