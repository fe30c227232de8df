// Where the page may be put: below any path, in a sandboxed frame where storage is denied.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, place, ready, site, until, watchedPage } from './page.js';

/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

test('works at a path of any depth', async (t) => {
  const served = await site('/some/where/deep/');
  t.after(() => served.close());
  const { page, context, complaints } = await watchedPage(browser);
  await page.goto(served.url);
  await ready(page);
  await page.keyboard.press('.');
  await until(page, 1);
  await page.click('.scenario-button');
  await page.locator('#scenarios .item').nth(1).click();
  await page.waitForFunction(() => {
    const { scenario, source, run } = /** @type {any} */ (globalThis).irqlPlayground.state;
    return scenario !== 'packet-story' && run.source === source;
  });
  assert.deepEqual(complaints, []);
  await context.close();
});

test('works in a sandboxed frame, where storage is denied', async (t) => {
  const served = await site();
  t.after(() => served.close());
  const { page, context } = await watchedPage(browser);
  await page.setContent(
    `<iframe sandbox="allow-scripts" src="${served.url}" width="1200" height="800"></iframe>`,
  );
  const frame = page.frames()[1];
  await ready(frame);
  assert.equal(
    await frame.evaluate(() => {
      try {
        return String(globalThis.localStorage);
      } catch {
        return 'denied';
      }
    }),
    'denied',
  );
  await frame.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.goTo(5));
  await frame.waitForFunction(
    () => /** @type {any} */ (globalThis).irqlPlayground.state.shown.record.n === 5,
  );
  await frame.evaluate(() => {
    const pg = /** @type {any} */ (globalThis).irqlPlayground;
    pg.edit(pg.state.source.replace('work 2us', 'work 5us'));
  });
  await frame.waitForFunction(() =>
    /** @type {any} */ (globalThis).irqlPlayground.state.run.source.includes('work 5us'),
  );
  assert.equal(await place(frame), 5);
  await context.close();
});

test('without a worker the engine runs on the page itself', async (t) => {
  const served = await site();
  t.after(() => served.close());
  const { page, context, complaints } = await watchedPage(browser, {
    reducedMotion: 'reduce',
    forcedColors: 'active',
  });
  await page.addInitScript(() => {
    /** @type {any} */ (globalThis).Worker = class {
      constructor() {
        throw new Error('no workers here');
      }
    };
  });
  await page.goto(served.url);
  await ready(page);
  await page.keyboard.press('End');
  await page.waitForSelector('.outcome');
  // The timeline is painted, as soon as the engine comes to it.
  await page.waitForFunction(() => {
    const canvas = /** @type {HTMLCanvasElement} */ (globalThis.shadow.querySelector('.canvas-room canvas'));
    const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    return new Set(new Uint32Array(/** @type {any} */ (pixels).buffer)).size > 3;
  });
  assert.deepEqual(complaints, []);
  await context.close();
});
