// What an author lets happen by itself: only where somebody sees it and bears it, and never again once the reader has
// stopped it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { figure } from '../hosts.js';
import { openedArticles, ran, untilFigure } from './hosted.js';

const open = openedArticles();
const story = readFileSync(join(import.meta.dirname, '../../../scenarios/packet-story.irql'), 'utf8');
const short = `device Nic { irql: 7; isr: NicIsr; }
isr NicIsr { work 5us; marker first; KeInsertQueueDpc(NicDpc); }
dpc NicDpc { marker second; work 10us; }
at 20us interrupt Nic;
`;

/** Below the window: near it, and not in it. @param {string} text @param {string} attributes */
const below = (text, attributes) =>
  `<div style="height: 900px">Prose.</div>${figure(text, `view="flow" ${attributes}`)}<div style="height: 3000px"></div>`;

/** @typedef {import('playwright-core').Page} Page */
const see = (/** @type {Page} */ page) => page.evaluate(() => scrollTo(0, 800));
const leave = (/** @type {Page} */ page) => page.evaluate(() => scrollTo(0, 0));
const playing = (/** @type {Page} */ page) =>
  untilFigure(page, ([element]) => element.playground.state.playing);
const still = (/** @type {Page} */ page) =>
  untilFigure(page, ([element]) => !element.playground.state.playing);
const at = (/** @type {Page} */ page) =>
  page.evaluate(() => document.querySelector('irql-playground')?.state.n);
/** Long enough for what must not happen. */
const aWhile = () => new Promise((later) => setTimeout(later, 700));

test('autoplay begins in sight, stops out of it and goes on when it is seen again', async (t) => {
  const { page, complaints } = await open(t, below(story, 'autoplay'));
  await ran(page); // it loads before it is seen
  await aWhile();
  assert.equal(await at(page), 0);
  await see(page);
  await untilFigure(page, ([element]) => element.playground.state.playing && element.state.n > 1);
  await leave(page);
  await still(page);
  const n = await at(page);
  await aWhile();
  assert.equal(await at(page), n);
  await see(page);
  await untilFigure(
    page,
    ([element, before]) => element.playground.state.playing && element.state.n > before,
    n,
  );
  assert.deepEqual(complaints, []);
});

test('a reader who has stopped it is not played to again', async (t) => {
  const { page } = await open(t, below(story, 'autoplay loop'));
  await ran(page);
  await see(page);
  await playing(page);
  await page.click('.transport .play');
  await still(page);
  await leave(page);
  await page.waitForFunction(() => scrollY === 0);
  await aWhile();
  const n = await at(page);
  await see(page);
  await aWhile();
  assert.equal(await at(page), n);
  await page.click('.transport .play');
  await playing(page);
});

test('who prefers less motion starts it himself', async (t) => {
  const { page } = await open(t, below(story, 'autoplay'), { reducedMotion: 'reduce' });
  await ran(page);
  await see(page);
  await aWhile();
  assert.equal(await at(page), 0);
  await page.click('[data-action=play]');
  await playing(page);
});

test('what is over is not begun again by a glance; a loop goes on where it is seen, and rests where it is not', async (t) => {
  const { page } = await open(t, below(short, 'autoplay speed="32"'));
  await ran(page);
  await see(page);
  await untilFigure(page, ([element]) => element.playground.atEnd && !element.playground.state.playing);
  await leave(page);
  await page.waitForFunction(() => scrollY === 0);
  await aWhile();
  await see(page);
  await aWhile();
  assert.equal(await page.evaluate(() => document.querySelector('irql-playground')?.playground?.atEnd), true);

  const { page: looped } = await open(t, below(short, 'autoplay loop speed="32"'));
  await ran(looped);
  await see(looped);
  await untilFigure(looped, ([element]) => element.playground.atEnd && !element.playground.state.playing);
  await leave(looped); // while the last moment stands
  await looped.waitForFunction(() => scrollY === 0);
  await new Promise((later) => setTimeout(later, 1_800));
  assert.equal(
    await looped.evaluate(() => document.querySelector('irql-playground')?.playground?.state.playing),
    false,
  );
  await see(looped);
  await playing(looped);
});

test('to, loop, pause-at-markers, speed and pace do what they say', async (t) => {
  const attributes = 'view="flow" from="20us" to="30us" loading="eager"';
  const { page } = await open(t, figure(short, `${attributes} speed="8" pace="time" autoplay`));
  await ran(page);
  await untilFigure(page, ([element]) => element.state.time >= 30_000 && !element.playground.state.playing);
  const { time, speed, pace } = await page.evaluate(() => {
    const { clock, speed, pace } = /** @type {any} */ (document.querySelector('irql-playground')).playground
      .state;
    return { time: clock, speed, pace };
  });
  assert.ok(time < 36_000, String(time));
  assert.deepEqual([speed, pace], [5, 'time']);

  await page.$eval('irql-playground', (element) => {
    element.setAttribute('pace', 'event');
    element.setAttribute('speed', '32');
    element.setAttribute('loop', '');
    /** @type {any} */ (globalThis).times = [];
    element.addEventListener('irql-step', ({ detail }) =>
      /** @type {any} */ (globalThis).times.push(detail.time),
    );
    element.play();
  });
  await page.waitForFunction(() => {
    const { times } = /** @type {any} */ (globalThis);
    return (
      times.filter((/** @type {number} */ time, /** @type {number} */ i) => time < times[i - 1]).length >= 2
    );
  });
  const times = await page.evaluate(() => /** @type {any} */ (globalThis).times);
  assert.ok(
    times.every((/** @type {number} */ time) => time >= 20_000 && time <= 35_000),
    String(times),
  );

  const { page: marked } = await open(
    t,
    figure(short, 'view="flow" pause-at-markers autoplay speed="32" pace="event"'),
  );
  await ran(marked);
  for (const name of ['first', 'second']) {
    await marked.waitForFunction((marker) => {
      const { shown, playing } = /** @type {any} */ (document.querySelector('irql-playground')).playground
        .state;
      return !playing && shown.record.subject_name === marker;
    }, name);
    await marked.click('.transport .play');
  }
  await untilFigure(marked, ([element]) => element.playground.atEnd);
});
