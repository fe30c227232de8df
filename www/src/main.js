// The page of our own: the element, and nothing else.

import './element/define.js';

const element = /** @type {import('./element/irql_playground.js').IrqlPlayground} */ (
  document.querySelector('irql-playground')
);

/** For the console, and for tests that need what no button does. */
Object.defineProperty(globalThis, 'irqlPlayground', { get: () => element.playground });
