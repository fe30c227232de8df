// The page of our own: the element, and nothing else. What it lives by is asked for at once: it is wanted here.

import './element/define.js';
import './element/life.js';

const element = /** @type {import('./element/irql_playground.js').IrqlPlayground} */ (
  document.querySelector('irql-playground')
);

/** For the console, and for tests that need what no button does. */
Object.defineProperty(globalThis, 'irqlPlayground', { get: () => element.playground });
