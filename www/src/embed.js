// The page in an iframe: the element and nothing else. It tells the page around it how high it is and what happens,
// and does what that page asks for. docs/embed.md has the messages.

import './element/define.js';
import './element/life.js';
import { answer, heightAsked, heightReply } from './model/embed_messages.js';

const element = /** @type {import('./element/irql_playground.js').IrqlPlayground} */ (
  document.querySelector('irql-playground')
);
const outside = parent === self ? null : parent;

/** @param {object} message */
const tell = (message) => outside?.postMessage(message, '*'); // there is nothing in it that a stranger may not know

/** @param {string} type @param {object} [rest] */
const say = (type, rest) => tell({ type: `irql:${type}`, version: 1, ...rest });

for (const name of ['ready', 'step', 'end', 'bugcheck', 'statechange'])
  element.addEventListener(`irql-${name}`, (event) =>
    say('event', { name, detail: /** @type {CustomEvent} */ (event).detail }),
  );

/** What is to be called waits until there is something to move through. */
const runs = new Promise((begun) => element.addEventListener('irql-ready', begun, { once: true }));

addEventListener('message', async ({ source, data }) => {
  if (source !== outside) return;
  if (heightAsked(location.hash, data)) return measure();
  const wish = answer(data);
  if (!wish) return;
  if (wish.hello) {
    say('hello', { methods: wish.methods });
    if (height) sayHeight(); // whoever asks has come too late for it, it may be
  } else if (wish.set) for (const [name, value] of wish.set) element.setAttribute(name, value);
  else if (wish.code !== undefined) element.code = wish.code;
  else if (wish.method) {
    await runs;
    const result = await /** @type {any} */ (element)[wish.method](...(wish.args ?? []));
    say('result', { id: wish.id, result: result ?? null });
  } else if (wish.get) say('result', { id: wish.id, result: element.state });
});

/** The last one that was said; zero before there is any. */
let height = 0;

function sayHeight() {
  say('height', { height });
  const reply = heightReply(location.hash, height);
  if (reply) tell(reply);
}

/** No height on the way: the page around would jump at each. There is one once it is drawn, or why nothing runs is. */
let drawn = false;

// A box of its own is measured: the document is never lower than the frame, so it could not shrink again.
function measure() {
  const { crash, check } = element.playground?.state ?? {};
  if (!drawn && !crash && check?.ok !== false) return;
  height = Math.ceil(element.getBoundingClientRect().height);
  sayHeight();
}

new ResizeObserver(measure).observe(element);
// In a frame that is hidden until its height is known, as in WordPress, sizes are not observed.
element.addEventListener('irql-ready', () => {
  drawn = true;
  measure();
});

say('hello', {});
