// What the page around a figure may be: of another direction, with a reset, still on its way, of another document, XML;
// and that what a figure says stays in it.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { escaped, figure } from '../hosts.js';
import { frameOf, openedArticles, ran, untilFigure } from './hosted.js';

const open = openedArticles();
const iife = join(import.meta.dirname, '../../dist/irql-playground.iife.js');
const own = 'title "My own";\nthread T {\n  work 5us;\n  marker there;\n  work 5us;\n}\n';
const prose = (/** @type {number} */ count) => '<p>Prose.</p>'.repeat(count);

/** @typedef {import('playwright-core').Page | import('playwright-core').Frame} Page */

/**
 * Where parts of the first figure are, within it.
 * @param {Page} page
 * @param {string} where
 */
const placeOf = (page, where) =>
  page.$eval(
    'irql-playground',
    (element, selector) => {
      const part = /** @type {Element} */ (element.shadowRoot?.querySelector(selector));
      const [inner, outer] = [part.getBoundingClientRect(), element.getBoundingClientRect()];
      const edges = /** @type {const} */ (['left', 'top', 'right', 'bottom']);
      const [left, top, right, bottom] = edges.map((edge) => inner[edge] - outer[edge]);
      return { left, top, right, bottom, height: inner.height };
    },
    where,
  );

/** @param {Page} page @param {string} where */
async function isInside(page, where) {
  const { left, top, right, bottom, height } = await placeOf(page, where);
  assert.ok(left >= 0 && top >= 0 && right <= 0 && bottom <= 0, JSON.stringify([left, top, right, bottom]));
  assert.ok(height > 20);
  return top;
}

test('in a page that is read from right to left, a figure reads as it does everywhere', async (t) => {
  const { page } = await open(t, `<div dir="rtl">${figure(own, 'view="full" loading="eager"')}</div>`);
  await ran(page);
  const of = (/** @type {string} */ where) =>
    page.evaluate((selector) => {
      const { direction } = getComputedStyle(globalThis.shadow.querySelector(selector));
      return direction;
    }, where);
  for (const where of ['#playground', '.narration', '.transport', '.side'])
    assert.equal(await of(where), 'ltr');
});

for (const reset of ['unset', 'initial', 'revert'])
  test(`where the page has reset everything (all: ${reset}), a figure goes by its width all the same`, async (t) => {
    const { page } = await open(
      t,
      `<style>* { all: ${reset} }</style>${figure(own, 'view="flow" loading="eager"')}`,
      { viewport: { width: 600, height: 800 } },
    );
    await ran(page);
    const boxes = await page.evaluate(
      () => getComputedStyle(globalThis.shadow.querySelector('.boxes')).gridTemplateColumns,
    );
    assert.equal(boxes.split(' ').length, 1, boxes);
  });

for (const [how, inside] of [
  ['in a <pre>', `<pre>\n${escaped(own)}</pre>`],
  ['as it is', `\n${escaped(own)}`],
])
  test(`a script that comes before the figure finds its text, ${how}`, async (t) => {
    const { page, complaints } = await open(
      t,
      `<script src="SITE/irql-playground.iife.js"></script>
       <irql-playground view="flow" loading="eager">${inside}</irql-playground>`,
    );
    await ran(page);
    assert.equal(await page.$eval('irql-playground', (element) => /** @type {any} */ (element).code), own);
    assert.deepEqual(complaints, []);
  });

test('a sentence in an element of its own is for readers without JavaScript, and no scenario', async (t) => {
  const { page } = await open(
    t,
    '<irql-playground view="flow" scenario="spin-lock" loading="eager"><p>This needs JavaScript.</p></irql-playground>',
  );
  await ran(page);
  await untilFigure(page, ([element]) => element.state.scenario === 'spin-lock');
});

test('in an XHTML page the text stays, and nothing fails', async (t) => {
  const { page, complaints } = await open(t, '<p></p>');
  await page.route('**/iife.js', (route) => route.fulfill({ path: iife }));
  await page.route('**/page.xhtml', (route) =>
    route.fulfill({
      contentType: 'application/xhtml+xml',
      body: `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>X</title><script src="iife.js"></script></head>
        <body><irql-playground view="flow" loading="eager"><pre>${escaped(own)}</pre></irql-playground></body></html>`,
    }),
  );
  await page.goto(new URL('/page.xhtml', page.url()).href);
  assert.ok(await page.locator('pre').isVisible());
  assert.deepEqual(complaints, []);
});

test('put into another document, a figure has its style there', async (t) => {
  const { page } = await open(
    t,
    `${figure(own, 'view="flow" loading="eager"')}<iframe width="600" height="500"></iframe>`,
  );
  await ran(page);
  await page.evaluate(() => {
    const frame = /** @type {HTMLIFrameElement} */ (document.querySelector('iframe'));
    frame.contentDocument?.body.append(/** @type {Element} */ (document.querySelector('irql-playground')));
  });
  const frame = await frameOf(page);
  await ran(frame);
  await untilFigure(
    frame,
    ([element]) => getComputedStyle(element.shadowRoot.querySelector('.figure')).display === 'grid',
  );
});

test('the language is that of the page around, also through the shadow that a figure stands in', async (t) => {
  const { page } = await open(t, '<section lang="ko"><div id="host"></div></section>');
  await page.evaluate(() => {
    const host = /** @type {Element} */ (document.querySelector('#host'));
    const element = document.createElement('irql-playground');
    element.setAttribute('loading', 'eager');
    Object.assign(globalThis, { element });
    host.attachShadow({ mode: 'open' }).append(element);
  });
  await page.waitForFunction(() => /** @type {any} */ (globalThis).element.state.lang === 'ko');
});

for (const view of ['flow', 'full'])
  test(`${view}: what a figure has to say stands in it, however wide it is, and moves with it`, async (t) => {
    for (const width of [390, 900, 1300]) {
      const { page } = await open(
        t,
        `${prose(9)}<irql-playground view="${view}" src="/nothing" loading="eager"></irql-playground>${prose(80)}`,
        { viewport: { width, height: 800 } },
      );
      await page.route('**/nothing', (route) => route.fulfill({ status: 503, body: 'busy' }));
      await page.$eval('irql-playground', (element) => element.replaceWith(element.cloneNode()));
      await page.waitForSelector('.crash');
      const top = await isInside(page, '.crash');
      await page.evaluate(() => scrollTo(0, 400));
      assert.equal(await isInside(page, '.crash'), top);

      await page.$eval(
        'irql-playground',
        (element, text) => Object.assign(element, { innerHTML: `<pre>${text}</pre>` }),
        own,
      );
      await page.$eval('irql-playground', (element) => {
        element.removeAttribute('src');
        element.setAttribute('scenario', 'no-such-scenario');
        const other = /** @type {Element} */ (element.cloneNode());
        element.replaceWith(other);
      });
      await page.waitForSelector('.stale-badge');
      await isInside(page, '.stale-badge');
    }
  });

test('what is wrong with a link is said where the reader of a frame begins, however high the frame becomes', async (t) => {
  const { page } = await open(
    t,
    '<iframe src="SITE/embed.html#9.z.abc" width="600" height="420"></iframe><script src="SITE/embed-loader.js"></script>',
  );
  const frame = await frameOf(page);
  await ran(frame);
  await frame.waitForSelector('.notice');
  await page.waitForFunction(() => (document.querySelector('iframe')?.offsetHeight ?? 0) > 1000);
  assert.ok((await isInside(frame, '.notice')) < 200);
});

test('a file that could not be fetched is told with its status, and asked for again', async (t) => {
  const { page } = await open(t, '<p></p>');
  let asked = 0;
  await page.route('**/own.irql', (route) =>
    asked++ ? route.fulfill({ body: own }) : route.fulfill({ status: 503, body: 'busy' }),
  );
  await page.evaluate(() => {
    document.body.innerHTML =
      '<irql-playground view="flow" src="own.irql" loading="eager"></irql-playground>';
  });
  await page.waitForSelector('.crash');
  const said = await page.innerText('main.figure');
  assert.match(said, /own\.irql: 503/);
  assert.doesNotMatch(said, /title "/, 'no text that the author has not written');
  await page.click('.crash .primary');
  await ran(page);
  assert.equal(await page.$eval('irql-playground', (element) => /** @type {any} */ (element).code), own);
  assert.equal(asked, 2);
});
