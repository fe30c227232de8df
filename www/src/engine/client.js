// The page's side of the conversation with the engine: promises, the choice of a place for it to run
// (a worker, a worker by way of a blob, this page), and its restart after a crash. Knows nothing of views.

/** @import { Progress, Reply, Request, TimelineView } from './protocol.js' */
/** @typedef {{ send: (request: Request, transfer: Transferable[]) => void, stop: () => void, offscreen: boolean }} Line */

export class EngineCrashed extends Error {}

export class Engine {
  /** @type {Promise<Line> | null} */
  #line = null;
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  #waiting = new Map();
  #lastId = 0;
  #painting = false;
  /** @type {[number, TimelineView] | null} */
  #nextPaint = null;

  /**
   * @param {object} listeners
   * @param {(progress: Progress) => void} listeners.onProgress
   * @param {(message: string) => void} listeners.onCrash
   */
  constructor({ onProgress, onCrash }) {
    this.onProgress = onProgress;
    this.onCrash = onCrash;
  }

  /** Whether canvases are painted by the engine's own thread; known once the engine has started. */
  async paintsOffscreen() {
    return (await this.#connected()).offscreen;
  }

  /**
   * @param {string} method
   * @param {any[]} [args]
   * @param {Transferable[]} [transfer]
   * @returns {Promise<any>}
   */
  async call(method, args = [], transfer = []) {
    const line = await this.#connected();
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      line.send({ id, method, args }, transfer);
    });
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
        await this.call('paint', args);
      }
    } catch {
      // The engine crashed or the session is gone; whoever owns the page hears of that elsewhere.
    } finally {
      this.#painting = false;
    }
  }

  #connected() {
    this.#line ??= this.#connect();
    return this.#line;
  }

  async #connect() {
    const url = new URL('./worker.js', import.meta.url);
    const canPaint =
      typeof OffscreenCanvas !== 'undefined' && 'transferControlToOffscreen' in HTMLCanvasElement.prototype;
    /** @type {(() => Promise<Line>)[]} */
    const ways = [];
    if (canPaint) {
      ways.push(() => this.#inWorker(() => new Worker(url, { type: 'module' })));
      ways.push(() => this.#inWorker(() => new Worker(blobThatImports(url.href), { type: 'module' })));
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
    throw reason;
  }

  /**
   * @param {() => Worker} create
   * @returns {Promise<Line>}
   */
  #inWorker(create) {
    return new Promise((resolve, reject) => {
      const worker = create();
      let ready = false;
      const stop = () => worker.terminate();
      const fail = (/** @type {string} */ message) => {
        stop();
        if (ready) this.#crashed(message);
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
        else if (data.event === 'crashed') fail(data.message);
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
          this.#crashed(reply.message);
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
      host.start();
    });
  }

  /** @param {Reply} reply */
  #receive(reply) {
    if ('event' in reply) {
      if (reply.event === 'progress') this.onProgress(reply.progress);
      return;
    }
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('error' in reply)
      waiting?.reject(Object.assign(new Error(reply.error.message), { code: reply.error.code }));
    else waiting?.resolve(reply.value);
  }

  /** @param {string} message */
  #crashed(message) {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#line = null; // the next call starts a new one
    for (const { reject } of waiting) reject(new EngineCrashed(message));
    this.onCrash(message);
  }
}

/** @param {string} href */
function blobThatImports(href) {
  const source = `import ${JSON.stringify(href)};`;
  return URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
}
