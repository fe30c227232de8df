// The page's beginning: puts engine, model and views together.

import './styles/page.css';
import * as address from './base/address.js';
import { idle } from './base/tasks.js';
import { Engine } from './engine/client.js';
import { Playground } from './model/playground.js';
import { library } from './scenarios.js';
import { Page } from './views/app.js';

const wishes = [
  new URLSearchParams(location.search).get('lang'),
  ...(navigator.languages ?? [navigator.language]),
];
const engine = new Engine({ onProgress: () => {}, onCrash: () => {} });
const playground = new Playground({ engine, library, languageWishes: wishes, address });

/** For the console, and for tests that need what no button does. */
Object.assign(globalThis, { irqlPlayground: playground });

// The engine starts in its own thread while the page is being mounted.
const started = playground.start().catch((error) => playground.store.set({ crash: String(error) }));
const page = new Page(playground, /** @type {HTMLElement} */ (document.getElementById('playground')));
await page.mount(started);
// The editor and the menu are not part of the first picture: they come once the page has nothing better to do.
await idle();
await page.loadEditor();
await idle();
await playground.loadMenu();
