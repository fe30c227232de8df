// The statistics of a run: right counts, the longest as a link, nothing counted before somebody looks.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editor, openedPages, until } from './page.js';

const open = openedPages({ reducedMotion: 'reduce' });

/**
 * The rows of the first table, cell by cell.
 * @param {import('playwright-core').Page} page
 */
const rows = (page) =>
  page.evaluate(() =>
    [...(globalThis.shadow.querySelector('.statistics table')?.querySelectorAll('tbody tr') ?? [])].map(
      (row) => [...row.children].map((cell) => cell.textContent?.replace(/\s+/g, ' ').trim()),
    ),
  );

test('the packet story has one ISR, one DPC and the latencies between them', async () => {
  const { page, context, complaints } = await open();
  await page.keyboard.press('5');
  await page.waitForSelector('.statistics table');
  assert.deepEqual(
    (await rows(page)).map((cells) => cells.slice(0, 5).join(' | ')),
    [
      'ISR: from entry to return',
      'Nic | 1 | 2.0 µs | 2.0 µs | 2.0 µs',
      'DPC: from start to return',
      'NicDpc | 1 | 12.0 µs | 12.0 µs | 12.0 µs',
      'Interrupt to ISR: from request to entry',
      'Nic | 1 | 0 µs | 0 µs | 0 µs',
      'Interrupt to DPC: from request to start',
      'NicDpc | 1 | 2.0 µs | 2.0 µs | 2.0 µs',
      'DPC or timer expiry to thread: from ready to running',
      'Reader | 1 | 0 µs | 0 µs | 0 µs',
    ],
  );
  assert.match(await page.innerText('.verdict'), /within the guidance/);
  // The longest DPC is a link to where it starts.
  await page.locator('.statistics td .link', { hasText: '12.0' }).click();
  await until(page, 28);
  assert.match(await page.innerText('.sentence'), /NicDpc/);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a DPC that takes too long is named, and the sentence leads to it', async () => {
  const { page, context } = await open();
  await editor(page);
  await page.evaluate(() => {
    const pg = /** @type {any} */ (globalThis).irqlPlayground;
    pg.edit(pg.state.source.replace('work 12us', 'work 130us'));
    pg.showPanel('statistics');
  });
  await page.waitForSelector('.verdict [data-good=false]');
  assert.match(await page.innerText('.verdict'), /NicDpc took 130.0 µs of its own/);
  await page.click('.verdict .link');
  await until(page, 28);
  await context.close();
});

test('on a narrow page the statistics have a panel, no wider than the page, and the longest leads out of it', async () => {
  const { page, context } = await open({ viewport: { width: 390, height: 844 } });
  await page.locator('.panels button', { hasText: 'Statistics' }).click();
  await page.waitForSelector('.statistics table');
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
  const inside = await page.evaluate(() => {
    const box = globalThis.shadow.querySelector('.statistics');
    return box !== null && box.scrollWidth <= box.clientWidth;
  });
  assert.ok(inside, 'nothing in it is wider than it');
  await page.locator('.statistics td .link').first().click();
  await until(page, 19);
  assert.ok(await page.locator('.sentence').isVisible());
  await context.close();
});

test('nothing is counted before somebody looks', async () => {
  const { page, context } = await open();
  const asked = await page.evaluate(async () => {
    const { engine } = /** @type {any} */ (globalThis).irqlPlayground;
    const call = engine.call.bind(engine);
    /** @type {string[]} */
    const methods = [];
    engine.call = (/** @type {string} */ method, /** @type {any[]} */ ...rest) => {
      methods.push(method);
      return call(method, ...rest);
    };
    await /** @type {any} */ (globalThis).irqlPlayground.goTo(10);
    return methods;
  });
  assert.ok(asked.includes('at') && !asked.includes('statistics'));
  await context.close();
});
