// The scenarios that ship with the page: each runs, the menu finds them by words and by keys, and one that
// cannot be fetched costs the reader nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listedScenarios } from '../../scripts/scenarios.mjs';
import { editor, openedPages, ready, rewrite } from './page.js';

const open = openedPages();

/** @param {import('playwright-core').Page} page */
const chosen = (page) => page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.state.scenario);

/**
 * Waits until a scenario's run is on show.
 * @param {import('playwright-core').Page} page
 * @param {string} id
 */
const runs = (page, id) =>
  page.waitForFunction((wanted) => {
    const { scenario, source, run } = /** @type {any} */ (globalThis).irqlPlayground.state;
    return scenario === wanted && run?.source === source;
  }, id);

test('every scenario of the menu opens, runs and tells its steps', async () => {
  const { page, context, complaints } = await open();
  for (const [index, id] of listedScenarios()
    .flatMap(({ names }) => names)
    .entries()) {
    await page.click('.scenario-button');
    await page.locator('#scenarios .item').nth(index).click();
    await page.waitForFunction((wanted) => {
      const { scenario, run, source, check } = /** @type {any} */ (globalThis).irqlPlayground.state;
      return scenario === wanted && check?.ok && run?.source === source && run.outcome;
    }, id);
    const { title, len } = await page.evaluate(() => {
      const { state } = /** @type {any} */ (globalThis).irqlPlayground;
      return { title: state.run.info.title.text, len: state.run.len };
    });
    assert.ok(title && len > 3, id);
    await page.keyboard.press('End');
    await page.waitForFunction(() => /** @type {any} */ (globalThis).irqlPlayground.atEnd);
    await page.waitForSelector('.outcome');
    // No step is without its sentence, and nothing in it is left open.
    const sentences = await page.evaluate(async () => {
      const pg = /** @type {any} */ (globalThis).irqlPlayground;
      const { rows } = await pg.engine.call('log', [pg.state.run.session, 0, 0, 5_000, 0]);
      return rows.map((/** @type {any} */ row) => pg.spell(row));
    });
    for (const sentence of sentences)
      assert.doesNotMatch(sentence, /undefined|\{|null|NaN|^\W*$/, `${id}: ${sentence}`);
  }
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the menu is searched and walked by keyboard, and Enter opens', async () => {
  const { page, context } = await open();
  await page.focus('.scenario-button');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#scenarios .item');
  await page.waitForSelector('#scenarios input:focus');
  await page.keyboard.type('requeue');
  await page.waitForFunction(() => globalThis.shadow.querySelectorAll('#scenarios .item').length === 1);
  await page.keyboard.press('Enter');
  await runs(page, 'kernel-apc-requeue');
  assert.equal(await page.isVisible('#scenarios'), false);

  await page.keyboard.press('Enter'); // the focus is on the button again
  // It is empty with the next picture, not with the focus.
  await page.waitForFunction(() => {
    const focused = globalThis.shadow.activeElement;
    return focused instanceof HTMLInputElement && focused.matches('#scenarios input') && focused.value === '';
  });
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await runs(page, listedScenarios()[0].names[1]);
  await context.close();
});

test('Enter opens what is found, also before the list shows that', async () => {
  const { page, context } = await open();
  await page.click('.scenario-button');
  await page.waitForSelector('#scenarios .item');
  await page.evaluate(() => {
    const search = /** @type {HTMLInputElement} */ (globalThis.shadow.querySelector('#scenarios input'));
    search.value = 'requeue';
    search.dispatchEvent(new Event('input'));
    search.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  });
  await runs(page, 'kernel-apc-requeue');
  await context.close();
});

test('words that no scenario has are told, and commands of the page are not taken from the search', async () => {
  const { page, context } = await open();
  await page.click('.scenario-button');
  await page.waitForSelector('#scenarios .item');
  await page.waitForSelector('#scenarios input:focus');
  await page.keyboard.type('p . ] qqq');
  await page.waitForSelector('#scenarios .note');
  const { pace, shown } = await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.state);
  assert.deepEqual([pace, shown.record.n], ['event', 0]);
  await context.close();
});

test('a scenario that cannot be fetched is told, and the page goes on with the text it has', async () => {
  const { page, context } = await open();
  await editor(page);
  await rewrite(page, (text) => text.replace('work 2us', 'work 8us'));
  await page.route('**/spin-lock.irql', (route) => route.abort());
  await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.choose('spin-lock'));
  await page.waitForSelector('[role=alert]');
  assert.match(await page.innerText('[role=alert]'), /spin-lock.*could not be fetched/);
  assert.equal(await chosen(page), 'packet-story');
  assert.match(await page.innerText('.cm-content'), /title/);
  await page.unroute('**/spin-lock.irql');
  await page.click('[role=alert] .link'); // try again
  await runs(page, 'spin-lock');
  assert.equal(await page.locator('[role=alert]').count(), 0);
  await context.close();
});

test('the menu that cannot be fetched is told in its place, and can be asked for again', async () => {
  const { page, context } = await open();
  await page.waitForFunction(() => /** @type {any} */ (globalThis).irqlPlayground.state.menu.length);
  let refused = 0;
  await page.route('**/menu.en.json', async (route) => {
    await route.fulfill({ status: 503, body: '' });
    refused++;
  });
  await page.reload();
  await ready(page);
  await page.click('.scenario-button');
  await page.waitForSelector('#scenarios [role=alert]');
  // The page asks by itself: when the menu is opened, and when it has nothing better to do.
  while (refused < 2) await new Promise((later) => setTimeout(later, 20));
  await page.unroute('**/menu.en.json');
  await page.click('#scenarios [role=alert] button');
  await page.waitForSelector('#scenarios .item');
  await context.close();
});

test('what the reader writes while a scenario is on its way is not replaced', async () => {
  const { page, context } = await open();
  await editor(page);
  let asked = () => {};
  const underway = new Promise((resolve) => {
    asked = () => resolve(undefined);
  });
  /** @type {(() => void)[]} */
  const held = [];
  await page.route('**/spin-lock.irql', (route) => {
    held.push(() => route.continue());
    asked();
  });
  const choice = page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.choose('spin-lock'));
  await underway;
  await rewrite(page, (text) => text.replace('work 2us', 'work 9us'));
  for (const go of held) go();
  await choice;
  assert.equal(await chosen(page), 'packet-story');
  assert.match(
    await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.state.source),
    /work 9us/,
  );
  await context.close();
});

test('a reload brings back the chosen scenario; one that is gone gives way to the first', async () => {
  const { page, context } = await open();
  await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.choose('lock-in-isr'));
  await runs(page, 'lock-in-isr');
  await page.reload();
  await ready(page);
  await runs(page, 'lock-in-isr');
  await page.evaluate(() => localStorage.setItem('irql-playground.scenario', 'gone'));
  await page.reload();
  await ready(page);
  await runs(page, 'packet-story');
  assert.match(await page.innerText('[role=alert]'), /gone/);
  await context.close();
});
