// Every recipe of docs/embed.md, built by its generator and opened in a browser: the figure runs, at the moment that
// its author chose, with the text as it was written.

import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadEngine } from '../../dist/npm/engine.js';
import {
  addScript,
  figure,
  generator,
  generatorPackage,
  installPackage,
  isHere,
  open,
  work,
  workshop,
} from './workshop.js';

const text = readFileSync(join(import.meta.dirname, 'astro/src/figures/deferred.irql'), 'utf8');
const engine = await loadEngine();
const run = engine.run(text);
const { fingerprint } = run;
const records = [...run.records()];
const deferred = records.findIndex(({ kind }) => kind === 'MarkerReached');
const at25us = records.findIndex(({ time }) => time === 25_000);

/**
 * @param {Awaited<ReturnType<typeof figure>>} shown
 * @param {string} [source]
 */
function isTheStory(shown, source = text) {
  assert.equal(shown.source, source);
  assert.equal(shown.outcome, 'completed');
  assert.equal(shown.fingerprint, fingerprint);
  assert.ok(shown.height > 200, `${shown.height} pixels high`);
}

/** @param {Awaited<ReturnType<typeof figure>>} shown */
function isAtTheMarker(shown) {
  isTheStory(shown);
  assert.equal(shown.view, 'flow');
  assert.ok(shown.parts.includes('flow') && shown.parts.includes('narration'), shown.parts.join());
}

test('plain HTML', async (t) => {
  const folder = workshop(t, 'html');
  addScript(folder);
  const { page, complaints, requests } = await open(t, folder);
  isAtTheMarker(await figure(page, deferred));
  assert.deepEqual(complaints, []);
  assert.deepEqual(
    requests.filter((url) => !/^blob:|favicon/.test(url)).map((url) => new URL(url).pathname),
    ['/', '/irql-playground.iife.js'],
  );
});

test('mdBook', async (t) => {
  const folder = workshop(t, 'mdbook');
  addScript(folder);
  work(folder, 'mdbook', ['build']);
  const { page, complaints } = await open(t, join(folder, 'book'));
  isAtTheMarker(await figure(page, deferred));
  assert.deepEqual(complaints, []);
});

test('Astro: the component, the bare element in MDX, and a walk to another page and back', async (t) => {
  const folder = workshop(t, 'astro');
  installPackage(folder);
  work(folder, generator('astro'), ['build']);
  const { page, complaints } = await open(t, join(folder, 'dist'));
  isAtTheMarker(await figure(page, deferred));
  const bare = await figure(page, at25us, 1);
  isTheStory(bare, text.replace(/^ {2}/gm, '')); // what MDX makes of lines in braces
  assert.equal(bare.view, 'ladder');
  assert.equal(bare.time, 25_000);

  await page.evaluate(() => Object.assign(globalThis, { stayed: true }));
  await page.click('text=Other');
  await page.waitForSelector('text=No figure here.');
  assert.equal(await page.evaluate(() => document.querySelectorAll('irql-playground').length), 0);
  await page.click('text=Figures');
  isAtTheMarker(await figure(page, deferred));
  assert.equal((await figure(page, at25us, 1)).fingerprint, fingerprint);
  assert.ok(await page.evaluate(() => 'stayed' in globalThis), 'the document is the same');
  assert.deepEqual(complaints, []);
});

test('Starlight', async (t) => {
  const folder = workshop(t, 'starlight');
  installPackage(folder);
  work(folder, generator('astro'), ['build']);
  const { page, complaints } = await open(t, join(folder, 'dist'));
  isAtTheMarker(await figure(page, deferred));
  assert.deepEqual(complaints, []);
});

test('Hugo', { skip: isHere('hugo') ? false : 'hugo is not on PATH' }, async (t) => {
  const folder = workshop(t, 'hugo');
  addScript(folder);
  work(folder, 'hugo', []);
  addScript(folder, 'public');
  const { page, complaints } = await open(t, join(folder, 'public'));
  isAtTheMarker(await figure(page, deferred));
  assert.deepEqual(complaints, []);
});

test('Jekyll', { skip: isHere('jekyll') ? false : 'jekyll is not on PATH' }, async (t) => {
  const folder = workshop(t, 'jekyll');
  addScript(folder);
  work(folder, 'jekyll', ['build']);
  const { page, complaints } = await open(t, join(folder, '_site'));
  isAtTheMarker(await figure(page, deferred));
  assert.deepEqual(complaints, []);
});

test('reveal.js: on its slide the figure has the keys, elsewhere the show has them', async (t) => {
  const folder = workshop(t, 'reveal');
  addScript(folder);
  cpSync(join(generatorPackage('reveal.js'), 'dist'), join(folder, 'reveal'), { recursive: true });
  const { page, complaints } = await open(t, folder);
  const slide = () => page.evaluate(() => /** @type {any} */ (globalThis).Reveal.getIndices().h);
  await page.waitForFunction(() => /** @type {any} */ (globalThis).Reveal?.isReady());
  await page.keyboard.press('ArrowRight');
  assert.equal(await slide(), 1);
  const before = await figure(page, deferred);
  isAtTheMarker(before);
  await page.locator('irql-playground .play').focus();
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(
    (n) => /** @type {any} */ (document.querySelector('irql-playground')).state.n === n + 1,
    before.n,
  );
  assert.equal(await slide(), 1);
  await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());
  await page.keyboard.press('ArrowRight');
  assert.equal(await slide(), 2);
  assert.deepEqual(complaints, []);
});

/** What is pasted into an editor of a blog that takes HTML: the host is the page around, the frame ours. */
for (const recipe of ['wordpress', 'tistory']) {
  test(`${recipe}: the frame that is pasted shows the moment, as high as it is`, async (t) => {
    const folder = workshop(t, recipe);
    const { page, complaints } = await open(t, folder, 'post.html');
    const frame = await (await page.waitForSelector('iframe')).contentFrame();
    assert.ok(frame);
    const shown = await figure(frame, deferred);
    isAtTheMarker(shown);
    await page.waitForFunction(
      (height) => Math.abs((document.querySelector('iframe')?.offsetHeight ?? 0) - height) < 2,
      shown.height,
    );
    assert.deepEqual(complaints, []);
  });
}
