// The page's beginning: puts engine, model and views together.

import './styles/page.css';
import { Engine } from './engine/client.js';
import { Playground } from './model/playground.js';
import { library } from './scenarios.js';
import { showPage } from './views/app.js';

const wishes = [
  new URLSearchParams(location.search).get('lang'),
  ...(navigator.languages ?? [navigator.language]),
];
const engine = new Engine({ onProgress: () => {}, onCrash: () => {} });
const playground = new Playground({ engine, library, languageWishes: wishes });

const root = /** @type {HTMLElement} */ (document.getElementById('playground'));
root.replaceChildren();
const { loadEditor } = showPage(playground, root);

/** For the console, and for tests that need what no button does. */
Object.assign(globalThis, { irqlPlayground: playground });

try {
  await playground.start();
} catch (error) {
  playground.store.set({ crash: String(error) });
}
// The editor and the menu are not part of the first picture: they come once the page has nothing better to do.
(globalThis.requestIdleCallback ?? ((/** @type {() => void} */ then) => setTimeout(then, 200)))(() => {
  loadEditor();
  playground.loadMenu();
});
