// The page for frames on somebody's page: what that adds to the address, when it comes to listen, what it asks for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameOf, openedArticles, ran, untilFigure } from './hosted.js';

const open = openedArticles();
const story = 'SITE/embed.html#1.s.packet-story&view=flow&at=23';

/** Remembers what the page hears, from before its frame speaks. */
const listening = `<script>heard = []; addEventListener('message', ({ data }) => heard.push(data));</script>`;

/** @param {import('playwright-core').Page} page @param {string} holds  Of one of the messages, `it`. */
const heard = (page, holds) =>
  page.waitForFunction((test) => Function(`return heard.find((it) => ${test})`)(), holds);

test('behind the secret of WordPress the moment is the same, and WordPress hears the height when it asks', async (t) => {
  const { page } = await open(
    t,
    `${listening}<iframe src="${story}#?secret=aB3xYz9012" sandbox="allow-scripts"></iframe>`,
  );
  const frame = await frameOf(page);
  await ran(frame);
  await untilFigure(frame, ([element]) => element.state.n === 23);
  assert.equal(await frame.locator('.notice').count(), 0);
  assert.deepEqual(
    await frame.evaluate(() => document.querySelector('irql-playground')?.playground?.state.notices),
    [],
  );
  const answer = "it.message === 'height' && it.secret === 'aB3xYz9012' && it.value > 200";
  await heard(page, answer);
  await page.evaluate(() => {
    Object.assign(globalThis, { heard: [] });
    frames[0].postMessage({ message: 'ready', secret: 'aB3xYz9012' }, '*');
  });
  await heard(page, answer);
});

test('a frame tells no height on the way to its own, also where WordPress hides it until it has one', async (t) => {
  for (const [link, how] of [
    ['SITE/embed.html#1.s.packet-story', ''],
    [`${story}#?secret=aB3xYz9012`, 'style="position: absolute; visibility: hidden" sandbox="allow-scripts"'],
  ]) {
    const { page } = await open(
      t,
      `${listening}<iframe src="${link}" width="600" height="420" ${how}></iframe>`,
    );
    const frame = await frameOf(page);
    await heard(page, "it.type === 'irql:event' && it.name === 'ready'");
    await heard(page, "it.type === 'irql:height'");
    const height = await frame.$eval('irql-playground', (element) =>
      Math.ceil(element.getBoundingClientRect().height),
    );
    const told = await page.evaluate(() =>
      /** @type {any} */ (globalThis).heard
        .filter((/** @type {any} */ { type }) => type === 'irql:height')
        .map((/** @type {any} */ message) => message.height),
    );
    assert.deepEqual([...new Set(told)], [height]);
    assert.ok(height > 300);
    if (how) await heard(page, `it.message === 'height' && it.value === ${height}`);
  }
});

test('a loader that comes after the frame has said its height gives it that height', async (t) => {
  const { page, site } = await open(t, `${listening}<iframe src="${story}" height="420"></iframe>`);
  const frame = await frameOf(page);
  await ran(frame);
  await heard(page, "it.type === 'irql:height'");
  await page.waitForFunction(() => {
    // All that changes the height has come: nothing has been said for a while.
    const all = /** @type {any} */ (globalThis);
    const said = all.heard.filter((/** @type {any} */ { type }) => type === 'irql:height').length;
    if (all.said !== said) all.since = performance.now();
    all.said = said;
    return performance.now() - all.since > 700;
  });
  assert.equal(await page.locator('iframe').evaluate(({ style }) => style.height), '');
  await page.addScriptTag({ url: `${site}embed-loader.js` });
  await page.waitForFunction(() => {
    const last = /** @type {any} */ (globalThis).heard.findLast(
      (/** @type {any} */ { type }) => type === 'irql:height',
    );
    return last.height > 420 && document.querySelector('iframe')?.style.height === `${last.height}px`;
  });
});

test('“Open in IRQL Playground” opens the moment in a window; where none may be opened, it gives the link', async (t) => {
  for (const sandbox of [
    '',
    'sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox"',
  ]) {
    const { page, context } = await open(
      t,
      `<iframe src="${story}" width="600" height="700" ${sandbox}></iframe>`,
    );
    const frame = await frameOf(page);
    await ran(frame);
    await untilFigure(frame, ([element]) => element.state.n === 23);
    const [other] = await Promise.all([context.waitForEvent('page'), frame.click('.origin button')]);
    await ran(other);
    await untilFigure(
      other,
      ([element]) => element.state.n === 23 && element.state.scenario === 'packet-story',
    );
    assert.equal(await other.evaluate(() => globalThis.opener), null);
  }
  const { page, site } = await open(
    t,
    `<iframe src="${story}&lang=ko" width="320" height="700" sandbox="allow-scripts"></iframe>`,
  );
  const frame = await frameOf(page);
  await ran(frame);
  await frame.click('.origin button');
  await frame.waitForSelector('.notice');
  const said = await frame.innerText('.notice p');
  const [link] = /http\S+/.exec(said) ?? [];
  assert.match(said, /창을/);
  assert.ok(link?.startsWith(`${site}#1.s.packet-story&at=23`), said);
  const over = await frame.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(over <= 0, `${over} px too wide`);
  await page.goto(/** @type {string} */ (link));
  await untilFigure(page, ([element]) => element.playground?.state.run?.outcome && element.state.n === 23);
});

test('the document of a frame has the language and the title of what is in it', async (t) => {
  const { page } = await open(t, `<iframe src="${story}&lang=ko"></iframe>`);
  const frame = await frameOf(page);
  await ran(frame);
  await frame.waitForFunction(() => document.documentElement.lang === 'ko' && /[가-힣]/.test(document.title));
});

test('the address of the engine’s own thread is given back', async (t) => {
  const { page } = await open(t, '<p></p>');
  await page.evaluate(() => {
    const { createObjectURL, revokeObjectURL } = URL;
    const all = /** @type {any} */ (globalThis);
    all.made = [];
    URL.createObjectURL = (blob) => all.made[all.made.push(createObjectURL(blob)) - 1];
    URL.revokeObjectURL = (url) => {
      all.made = all.made.filter((/** @type {string} */ one) => one !== url);
      all.revoked = true;
      revokeObjectURL(url);
    };
    document.body.innerHTML = '<irql-playground view="flow" loading="eager"></irql-playground>';
  });
  await ran(page); // from another site only a blob may start
  await page.waitForFunction(() => /** @type {any} */ (globalThis).revoked);
  assert.deepEqual(await page.evaluate(() => /** @type {any} */ (globalThis).made), []);
  assert.equal(page.workers().length, 1);
});
