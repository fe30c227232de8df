// How much room a figure takes, and that all of it can be seen: in a narrow column, in a box of a given height, before it
// runs and after.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { figure } from '../hosts.js';
import { openedArticles, ran } from './hosted.js';

const open = openedArticles();
const scenario = (/** @type {string} */ name) =>
  readFileSync(join(import.meta.dirname, `../../../scenarios/${name}.irql`), 'utf8');
const story = scenario('packet-story');
const views = ['full', 'flow', 'ladder', 'timeline', 'log', 'quiz'];

/** @typedef {import('playwright-core').Page} Page */

/** Until two pictures are of the same height: what comes late has come. @param {Page} page */
const settled = (page) =>
  page.waitForFunction(() => {
    const { height } = /** @type {Element} */ (
      document.querySelector('irql-playground')
    ).getBoundingClientRect();
    const all = /** @type {any} */ (globalThis);
    all.heights = [...(all.heights ?? []), height].slice(-8);
    return all.heights.length === 8 && all.heights.every((/** @type {number} */ one) => one === height);
  });

/** @param {Page} page */
const boxOf = (page) => page.$eval('irql-playground', (element) => element.getBoundingClientRect().toJSON());

/** What hangs over an edge that does not scroll. @param {Page} page */
const cut = (page) =>
  page.evaluate(() => {
    const root = globalThis.shadow.querySelector('#playground');
    const { left, right } = /** @type {Element} */ (root).getBoundingClientRect();
    const scrolls = (/** @type {Element | null} */ one) => {
      for (let at = one; at && at !== root; at = at.parentElement)
        if (['auto', 'scroll'].includes(getComputedStyle(at).overflowX)) return true;
      return false;
    };
    return [...globalThis.shadow.querySelectorAll('#playground *')]
      .filter((one) => {
        const box = one.getBoundingClientRect();
        if (!box.width || !box.height || one.closest('.hidden, svg') || scrolls(one.parentElement))
          return false;
        return box.left < left - 1 || box.right > right + 1;
      })
      .map((one) => `${one.tagName}.${one.className}`);
  });

/** Panels of a small figure that have not all of its width, or hardly a height. @param {Page} page */
const squeezed = (page) =>
  page.evaluate(() => {
    const room = globalThis.shadow.querySelector('main.figure');
    return [...(room?.querySelectorAll('.figure > .panel, .log-scroll') ?? [])]
      .filter((one) => {
        const { width, height } = one.getBoundingClientRect();
        return width < /** @type {Element} */ (room).clientWidth - 20 || height < 30;
      })
      .map((one) => one.className);
  });

for (const view of views)
  test(`${view}: 320 px are enough, and 900 and 1300 not too much, at the beginning, at a moment and at the end`, async (t) => {
    for (const [name, width] of /** @type {const} */ ([
      ['packet-story', 320],
      ['alpc-csrss', 320],
      ['packet-story', 900],
      ['packet-story', 1300],
    ])) {
      const { page, complaints } = await open(
        t,
        `<style>body { margin: 0 }</style>${figure(scenario(name), `view="${view}" loading="eager"`)}`,
        { viewport: { width, height: 700 } },
      );
      await ran(page);
      if (view === 'log') await page.waitForSelector('.log li');
      for (const place of [0, 30, 1e9]) {
        await page.$eval('irql-playground', (element, n) => /** @type {any} */ (element).seek(n), place);
        await settled(page);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(over <= 0, `${name} at ${place}: ${over} px too wide`);
        assert.deepEqual(await cut(page), [], `${name} at ${place}`);
        assert.deepEqual(await squeezed(page), [], `${name} at ${place}, ${width} px wide`);
      }
      assert.deepEqual(complaints, []);
    }
  });

for (const view of ['full', 'flow', 'log'])
  test(`${view}: a given height is the height, and what is below it can be scrolled to`, async (t) => {
    for (const width of [360, 900, 1300]) {
      const { page } = await open(
        t,
        `${figure(story, `view="${view}" height="400" reveal="interaction"`)}<p id="after">Prose.</p>`,
        { viewport: { width, height: 900 } },
      );
      await page.waitForSelector('button[part=reveal]');
      assert.equal((await boxOf(page)).height, 400, `${width}: before it runs`);
      await page.evaluate(() =>
        /** @type {any} */ (globalThis.shadow.querySelector('[part=reveal]')).click(),
      );
      await ran(page);
      await page.$eval('irql-playground', (element) => /** @type {any} */ (element).pause());
      await settled(page);
      assert.equal((await boxOf(page)).height, 400, `${width}: while it runs`);
      const play = page.locator('.transport .play');
      await play.scrollIntoViewIfNeeded();
      await play.click({ trial: true });
      if (view === 'flow') {
        const room = page.locator('main.figure');
        await room.evaluate((element) => element.scrollTo(0, 1e6));
        const [last, bottom] = await room.evaluate((element) => [
          element.lastElementChild?.getBoundingClientRect().bottom ?? 0,
          element.getBoundingClientRect().bottom,
        ]);
        assert.ok(last <= bottom, `${width}: its last panel can be reached`);
        await play.click({ trial: true }); // the buttons stay where they are
      }
    }
  });

for (const view of ['flow', 'quiz'])
  test(`${view}: on a phone a step moves neither the buttons nor what is below the figure`, async (t) => {
    const { page } = await open(
      t,
      `${figure(story, `view="${view}" loading="eager"`)}<p id="after">Prose.</p>`,
      { viewport: { width: 360, height: 800 } },
    );
    await ran(page);
    await settled(page);
    const places = await page.$eval('irql-playground', async (element) => {
      const figure = /** @type {any} */ (element);
      const tops = new Set();
      const drawn = () =>
        new Promise((next) =>
          requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(next))),
        );
      for (let n = 0; n < figure.state.records; n++) {
        await figure.seek(n);
        await drawn();
        const top = (/** @type {Element} */ one) => Math.round(one.getBoundingClientRect().top + scrollY);
        const after = /** @type {Element} */ (document.querySelector('#after'));
        tops.add(`${top(figure.shadowRoot.querySelector('.transport'))} ${top(after)}`);
      }
      return [...tops];
    });
    assert.ok(places.length <= 3, places.join(', '));
  });

test('room that is kept beforehand: nothing below moves when a figure comes', async (t) => {
  for (const kept of ['min-height="900"', 'height="300px"']) {
    const { page } = await open(
      t,
      `${figure(story, `view="flow" reveal="interaction" ${kept}`)}<p id="after">Prose.</p>`,
    );
    await page.waitForSelector('button[part=reveal]');
    const top = () => page.$eval('#after', (element) => element.getBoundingClientRect().top);
    const before = await top();
    await page.$eval('irql-playground', (element) => {
      /** @type {any} */ (globalThis).sizes = [];
      new ResizeObserver(() =>
        /** @type {any} */ (globalThis).sizes.push(element.getBoundingClientRect().height),
      ).observe(element);
    });
    await page.evaluate(() => /** @type {any} */ (globalThis.shadow.querySelector('[part=reveal]')).click());
    await ran(page);
    await settled(page);
    assert.equal(await top(), before, kept);
    const sizes = await page.evaluate(() => /** @type {any} */ (globalThis).sizes);
    assert.equal(new Set(sizes).size, 1, `${kept}: ${sizes}`);
  }
});

test('a poster stands there until it runs, with the author’s words for it', async (t) => {
  const poster = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100"/>')}`;
  const { page } = await open(
    t,
    figure(story, `view="flow" reveal="interaction" poster="${poster}" alt="The DPC waits"`) +
      figure(story, `view="flow" reveal="interaction" poster="${poster}"`),
  );
  await page.waitForFunction(() =>
    document.querySelectorAll('irql-playground')[1]?.shadowRoot?.querySelector('img'),
  );
  const words = await page.evaluate(() =>
    [...document.querySelectorAll('irql-playground')].map((one) => one.shadowRoot?.querySelector('img')?.alt),
  );
  assert.deepEqual(words, ['The DPC waits', '']);
  assert.equal(await page.locator('irql-playground').first().locator('pre').isVisible(), false);
  await page.locator('button[part=reveal]').first().click();
  await ran(page);
  assert.equal(await page.locator('irql-playground').first().locator('[part=poster]').count(), 0);
});

test('without buttons there are none, in whatever view; the author moves it', async (t) => {
  for (const view of views) {
    const { page } = await open(t, figure(story, `view="${view}" controls="none" loading="eager"`));
    await ran(page);
    for (const part of ['.transport', '.origin', '.bar'])
      assert.equal(await page.locator(part).filter({ visible: true }).count(), 0, `${view}: ${part}`);
    assert.equal(await page.locator('.begin').filter({ visible: true }).count(), 0, view);
    await page.$eval('irql-playground', (element) => /** @type {any} */ (element).seek(5));
    await page.waitForSelector('.sentence');
  }
});
