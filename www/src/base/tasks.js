// Work in pieces: between two of them messages come in, the browser paints and answers key presses.

/**
 * Ends the present task; what follows is a task of its own. By a message, since a timer would be held back to
 * 4 ms, and `scheduler.yield` goes on before the messages that wait already.
 * @returns {Promise<void>}
 */
export function nextTask() {
  return new Promise((resume) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resume();
    };
    port2.postMessage(null);
  });
}

/**
 * Waits until the page has nothing better to do.
 * @returns {Promise<void>}
 */
export const idle = () =>
  new Promise((resume) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resume());
    else setTimeout(resume, 200);
  });
