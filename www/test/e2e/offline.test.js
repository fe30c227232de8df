// The second visit: all of the site is there without a network.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openedPages, ready } from './page.js';

const open = openedPages({ serviceWorkers: 'allow' });

test('after one visit the page, its scenarios and its late parts work offline', async () => {
  const { page, context, complaints, url } = await open();
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    if (active?.state !== 'activated')
      await new Promise((done) => active?.addEventListener('statechange', done, { once: true }));
  });
  await context.setOffline(true);
  await page.goto(`${url}?lang=ko`);
  await ready(page);
  assert.equal(await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.state.lang), 'ko');
  await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.choose('alpc-handshake'));
  await page.waitForFunction(
    () => /** @type {any} */ (globalThis).irqlPlayground.state.run?.info.ports.length > 0,
  );
  await page.click('.cm-content'); // the editor has come too
  await page.click('#tab-statistics');
  await page.waitForSelector('.statistics table');
  assert.deepEqual(complaints, []);
  await context.close();
});

test('an older version is thrown away when a newer one takes over', async () => {
  const { page, context, url } = await open();
  await page.evaluate((scope) => caches.open(`irql-playground:${scope}:0000000000000000`), url);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(
    async () => (await caches.keys()).filter((key) => key.startsWith('irql-playground:')).length === 1,
  );
  await context.close();
});
