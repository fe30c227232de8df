// How the page comes: in pieces between which it answers, in the places where it stays.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editor, openedPages, ready } from './page.js';

const open = openedPages();

/** Notes in which of the page's tasks each part came; a task ends where `nextTask` sends its message. */
function watchTasks() {
  let task = 0;
  globalThis.MessageChannel = class extends MessageChannel {
    constructor() {
      super();
      this.port1.addEventListener('message', () => {
        task++;
      });
    }
  };
  /** @type {Map<string, number>} */
  const seen = new Map();
  Object.assign(globalThis, { partsByTask: seen });
  const parts = {
    bar: '.bar .scenario-button',
    transport: '.transport button',
    narration: '.narration',
    side: '.side .tabs',
    timeline: '.timeline .lanes',
    dpcFlow: '#dpc-title',
    apcFlow: '#apc-title',
    ladder: '.ladder > *',
    editor: '.cm-editor',
  };
  const look = () => {
    for (const [name, selector] of Object.entries(parts))
      if (!seen.has(name) && globalThis.shadow.querySelector(selector)) seen.set(name, task);
  };
  // What happens in the shadow is not seen from outside of it.
  new MutationObserver(() => {
    if (globalThis.shadow.host)
      new MutationObserver(look).observe(globalThis.shadow, { childList: true, subtree: true });
  }).observe(document, { childList: true, subtree: true });
}

test('each part of the page is mounted in a task of its own', async () => {
  const { page, context } = await open();
  await page.addInitScript(watchTasks);
  await page.reload();
  await ready(page);
  await editor(page);
  const parts = /** @type {[string, number][]} */ (
    await page.evaluate(() => [.../** @type {any} */ (globalThis).partsByTask])
  );
  assert.equal(parts.length, 9, JSON.stringify(parts));
  assert.equal(new Set(parts.map(([, task]) => task)).size, parts.length, JSON.stringify(parts));
  await context.close();
});

for (const [width, height] of [
  [1280, 800],
  [390, 844],
]) {
  test(`nothing moves while the page comes, at ${width} by ${height}`, async () => {
    const { page, context } = await open({ viewport: { width, height } });
    await page.addInitScript(() => {
      Object.assign(globalThis, { moved: 0 });
      new PerformanceObserver((list) => {
        /** @type {any} */ for (const entry of list.getEntries())
          globalThis.moved += /** @type {any} */ (entry).value;
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.reload();
    await ready(page);
    await editor(page);
    await page.waitForFunction(() => /** @type {any} */ (globalThis).irqlPlayground.state.menu.length);
    const moved = await page.evaluate(() => /** @type {any} */ (globalThis).moved);
    assert.ok(moved < 0.01, `layout shift ${moved}`);
    await context.close();
  });
}

/** The page with a plain field, until the editor is let go. */
async function withoutEditor() {
  const { page, context, url } = await open();
  /** @type {() => void} */
  let release = () => {};
  const held = new Promise((go) => {
    release = () => go(undefined);
  });
  await page.route('**/codemirror-*.js', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(url);
  await ready(page);
  return { page, context, release };
}

test('the text stands still when the editor comes in place of the plain field', async () => {
  const { page, context, release } = await withoutEditor();
  const plain = page.locator('.editor textarea');
  await page.waitForFunction(() => (globalThis.shadow.querySelector('.editor textarea')?.scrollTop ?? 0) > 0);
  // The same height of lines in both: what was scrolled away is what is scrolled away.
  const before = await plain.evaluate(({ scrollTop }) => scrollTop);
  release();
  await editor(page);
  // It scrolls when it has measured its lines, which is after it is there.
  await page.waitForFunction(() => (globalThis.shadow.querySelector('.cm-scroller')?.scrollTop ?? 0) > 0);
  const after = await page.locator('.cm-scroller').evaluate(({ scrollTop }) => scrollTop);
  assert.ok(Math.abs(after - before) <= 21, `${before} before, ${after} after`);
  await context.close();
});

test('who is writing when the editor comes goes on where he is', async () => {
  const { page, context, release } = await withoutEditor();
  await page.focus('.editor textarea');
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('// on');
  release();
  await page.waitForFunction(() => globalThis.shadow.activeElement?.matches('.cm-content'));
  await page.keyboard.type('ce\n');
  await page.waitForFunction(() =>
    /** @type {any} */ (globalThis).irqlPlayground.state.source.startsWith('// once\n'),
  );
  await context.close();
});

test('a chosen theme holds before the modules have come', async () => {
  const { page, context, url } = await open({ colorScheme: 'light' });
  await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.setTheme('dark'));
  await page.route('**/main.js', () => {}); // never answered
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForSelector('.brand');
  const colour = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  assert.equal(colour, 'rgb(15, 20, 25)');
  await context.close();
});

test('before its modules have come, the page has its frame already', async () => {
  const { page, context, url } = await open();
  await page.route('**/main.js', () => {}); // never answered
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForSelector('.brand');
  const places = await page.locator('.panel').evaluateAll((all) => all.map(({ className }) => className));
  assert.deepEqual(places, ['panel ladder', 'panel side']);
  await context.close();
});
