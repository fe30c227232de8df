// The page of our own: the element, and nothing else. What it lives by is asked for at once: it is wanted here.

import { idle } from './base/tasks.js';
import { ownScript } from './base/trusted.js';
import './element/define.js';
import './element/life.js';

const element = /** @type {import('./element/irql_playground.js').IrqlPlayground} */ (
  document.querySelector('irql-playground')
);

/** For the console, and for tests that need what no button does. */
Object.defineProperty(globalThis, 'irqlPlayground', { get: () => element.playground });

// A second visit needs no network. Not before the first picture and all that follows it, and not in somebody's frame.
if ('serviceWorker' in navigator && globalThis.self === globalThis.top && isSecureContext) {
  element.addEventListener('irql-ready', keepForLater, { once: true });
}

async function keepForLater() {
  await idle();
  await idle();
  const url = /** @type {string} */ (ownScript(new URL('./offline.js', import.meta.url).href));
  // Storage may be forbidden: the page goes on without.
  navigator.serviceWorker.register(url).catch(() => {});
}
