// What a small figure has to say when it cannot show what was asked for: it has no editor and no page around it that
// would say it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figure } from '../hosts.js';
import { openedArticles, ran, untilFigure } from './hosted.js';
import { violations } from './page.js';

const open = openedArticles();
const small = ['flow', 'ladder', 'timeline', 'log', 'quiz'];
const bad = 'title "Bad";\nthread T {\n  work 5us\n}\n';
const good = 'title "Good";\nthread T {\n  work 5us;\n}\n';

/** What the figure says, without what is only for readers of screens. @param {import('playwright-core').Page} page */
const words = (page) => page.locator('main.figure').innerText();

for (const view of small)
  test(`${view}: a text with an error is shown with the error`, async (t) => {
    const { page, complaints } = await open(
      t,
      `<header><h1>An article</h1></header>${figure(bad, `view="${view}"`)}`,
    );
    await page.waitForSelector('.faults');
    const said = await words(page);
    assert.match(said, /line 3\s+`;` is missing/);
    assert.match(said, /title "Bad";\nthread T \{/);
    assert.doesNotMatch(said, /Starting the engine/);
    assert.equal(await page.locator('.faults[role=alert]').count(), 1);
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(complaints, []);

    await page.$eval('irql-playground', (element, text) => Object.assign(element, { code: text }), good);
    await ran(page);
    await page.waitForSelector('.faults', { state: 'detached' });
  });

test('after a good run, an error is said together with what is still on show; it is the reader’s language', async (t) => {
  const { page } = await open(t, figure(good, 'view="flow" lang="ko"'));
  await ran(page);
  await page.$eval('irql-playground', (element, text) => Object.assign(element, { code: text }), bad);
  await page.waitForSelector('.faults');
  assert.match(await words(page), /마지막.*3/s);
  assert.equal(await page.locator('.crash-source').count(), 0);
  assert.equal(await page.locator('.figure .narration').count(), 1);
});

test('all of the playground says where the error is, also before anything has run', async (t) => {
  const { page } = await open(t, figure(bad, 'view="full"'), { viewport: { width: 390, height: 844 } });
  await page.click('.stale-badge button');
  await page.waitForSelector('.problems');
  assert.match(await page.innerText('.problems'), /line 3/);
  assert.doesNotMatch(await page.innerText('main'), /Starting the engine/);
});

for (const view of small)
  test(`${view}: a run that is another by now, and a link that cannot be read, are told in the frame`, async (t) => {
    const { page } = await open(
      t,
      ['1.s.packet-story&run=0000000000000000', '1.z.AAAA', '1.s.no-such-scenario']
        .map(
          (link) => `<iframe src="SITE/embed.html#${link}&view=${view}" width="330" height="900"></iframe>`,
        )
        .join(''),
    );
    const frames = await Promise.all(
      (await page.$$('iframe')).map(async (one) => /** @type {any} */ (await one.contentFrame())),
    );
    await frames[0].waitForSelector('.figure .notice[role=alert]');
    assert.match(await frames[0].innerText('.notice'), /runs the scenario differently/);
    const [box, room] = await frames[0].evaluate(() => {
      const at = (/** @type {string} */ where) =>
        /** @type {any} */ (document.querySelector('irql-playground')).shadowRoot
          .querySelector(where)
          .getBoundingClientRect();
      return [at('.notice').toJSON(), at('.figure').toJSON()];
    });
    assert.ok(
      box.left >= room.left && box.right <= room.right && box.top >= room.top,
      'it stands in the figure',
    );
    await frames[0].click('.notice button');
    await frames[0].waitForSelector('.notice', { state: 'detached' });
    await frames[1].waitForSelector('.notice[role=alert]');
    await frames[2].waitForSelector('.stale-badge[role=alert]');
    assert.match(await frames[2].innerText('.stale-badge'), /no-such-scenario/);
  });

test('a file that cannot be read is told in the figure', async (t) => {
  const { page } = await open(t, figure(good, 'view="flow"'));
  await ran(page);
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.of(0x89, 0x50, 0, 0)], 'picture.png'));
    return data;
  });
  for (const event of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('main.figure', event, { dataTransfer: transfer });
  await page.waitForSelector('.figure .notice[role=alert]');
  assert.match(await page.innerText('.figure .notice'), /“picture\.png” is not a text file/);
});

test('keys for what a small figure does not have are the page’s own', async (t) => {
  const { page } = await open(
    t,
    `${figure(good, 'view="flow"')}${figure(good, 'view="full" loading="eager"')}`,
  );
  await ran(page, 0);
  await ran(page, 1);
  await page.evaluate(() => {
    /** @type {any} */ (globalThis).keys = [];
    addEventListener('keydown', ({ key }) => /** @type {any} */ (globalThis).keys.push(key));
  });
  await page.locator('irql-playground').first().locator('.transport .play').focus();
  for (const key of ['?', 'l', '4', 'f']) await page.keyboard.press(key);
  await page.waitForFunction(() => /** @type {any} */ (globalThis).keys.length === 3);
  assert.deepEqual(await page.evaluate(() => /** @type {any} */ (globalThis).keys), ['?', 'l', '4']);
  await untilFigure(
    page,
    ([element]) => element.playground.state.dialog === null && element.playground.state.side === 'code',
  );
  await page.locator('irql-playground').nth(1).locator('.transport .play').focus();
  await page.keyboard.press('?');
  await page.waitForSelector('dialog[data-dialog=help][open] h2');
});
