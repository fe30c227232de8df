// The view that asks: what happens next, among other things of the run, and the page around hears the answer.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { figure } from '../hosts.js';
import { openedArticles, ran } from './hosted.js';
import { violations } from './page.js';

const open = openedArticles();
const story = readFileSync(join(import.meta.dirname, '../../../scenarios/packet-story.irql'), 'utf8');

/** @typedef {import('playwright-core').Page} Page */

/** Waits for the question after a step. @param {Page} page @param {number} n */
async function asked(page, n) {
  await page.waitForFunction(
    (at) =>
      /** @type {any} */ (document.querySelector('irql-playground')).state.n === at &&
      globalThis.shadow.querySelector('.quiz h2'),
    n,
  );
  await page.waitForSelector('.quiz button:not([aria-disabled=true])');
}

/** The next step of the run that is more than a detail, by the engine. @param {Page} page @param {number} n */
const next = (page, n) =>
  page.$eval(
    'irql-playground',
    (element, at) => {
      const { engine, state } = /** @type {any} */ (element).playground;
      return engine.call('next', [state.run.session, at, 1, 2]);
    },
    n,
  );

/** @param {Page} page */
const options = (page) => page.locator('.quiz li').allInnerTexts();

test('what comes next is asked, told and gone to; each answer is an event', async (t) => {
  const { page, complaints } = await open(
    t,
    `<header><h1>An article</h1></header>${figure(story, 'view="quiz" at="3" loading="eager"')}`,
  );
  await page.$eval('irql-playground', (element) => {
    const heard = /** @type {any} */ (globalThis);
    heard.answers = [];
    element.addEventListener('irql-answer', (event) => heard.answers.push(/** @type {any} */ (event).detail));
  });
  await ran(page);
  await asked(page, 3);
  const choices = await options(page);
  assert.ok(choices.length >= 3 && choices.length <= 4, String(choices));
  assert.equal(new Set(choices).size, choices.length, 'no two read alike');
  assert.deepEqual(await violations(page), []);

  // Whichever is chosen: the right one is marked, and so is a wrong choice.
  const comes = await next(page, 3);
  await page.locator('.quiz li button').first().click();
  await page.waitForSelector('.quiz-told button');
  const answers = () => page.evaluate(() => /** @type {any} */ (globalThis).answers);
  const [first] = await answers();
  assert.equal(first.n, 3);
  assert.equal(first.right, first.chosen === first.answer);
  assert.equal(first.answer, comes, 'what the run does next');
  assert.equal(await page.locator('.quiz [data-mark=right]').count(), 1);
  assert.equal(await page.locator('.quiz [data-mark=wrong]').count(), first.right ? 0 : 1);
  // A second press changes nothing.
  await page.locator('.quiz li button').last().dispatchEvent('click');
  assert.equal((await answers()).length, 1);
  assert.deepEqual(await violations(page), []);

  await page.click('.quiz-told button');
  await asked(page, first.answer);
  const then = await next(page, first.answer);
  await page.locator('.quiz li button').nth(1).click();
  await page.waitForSelector('.quiz-told button');
  const [, second] = await answers();
  assert.deepEqual([second.n, second.answer], [first.answer, then]);
  const score = await page.locator('.quiz-told').innerText();
  assert.match(score, new RegExp(`${Number(first.right) + Number(second.right)} of 2 right`));
  assert.deepEqual(complaints, []);
});

test('the question of a step is the same everywhere, and at the end nothing is asked', async (t) => {
  const both = [];
  for (const lang of ['en', 'en', 'ko']) {
    const { page } = await open(t, figure(story, `view="quiz" at="20" lang="${lang}" loading="eager"`));
    await ran(page);
    await asked(page, 20);
    both.push(await options(page));
    await page.$eval('irql-playground', (element) => /** @type {any} */ (element).seek(1e9));
    await page.waitForSelector('.quiz h2', { state: 'detached' });
    assert.notEqual((await page.locator('.quiz').innerText()).trim(), '');
  }
  assert.deepEqual(both[0], both[1]);
  assert.equal(both[2].length, both[0].length);
  assert.match(both[2].join(), /[가-힣]/);
});
