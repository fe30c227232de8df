// The page as a reader meets it: it opens paused, plays, steps both ways, runs every scenario, reruns edits.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editor, openedPages, picture, place, ready, rewrite, until } from './page.js';

const open = openedPages();

test('opens on the packet story, paused at its start, without a complaint and without another host', async () => {
  const { page, context, complaints, requests, url } = await open();
  await editor(page);
  assert.equal(await place(page), 0);
  assert.equal(
    await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.state.playing),
    false,
  );
  assert.match(await page.innerText('.invitation h2'), /packet/);
  assert.equal((await page.locator('button.big').innerText()).trim(), 'Play');
  assert.deepEqual(complaints, []);
  const { host } = new URL(url);
  for (const request of requests.filter((address) => !/^(?:data|blob):/.test(address)))
    assert.equal(new URL(request).host, host);
  await context.close();
});

test('Play plays, and pressing it again pauses', async () => {
  const { page, context } = await open();
  await page.click('button.big');
  await page.waitForFunction(() => /** @type {any} */ (globalThis).irqlPlayground.state.shown.record.n >= 2);
  await page.click('.transport .play');
  assert.equal(
    await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.state.playing),
    false,
  );
  assert.match(await page.innerText('.sentence'), /\w/);
  await context.close();
});

test('by time it plays to the end too', async () => {
  const { page, context } = await open();
  await page.evaluate(() => {
    const pg = /** @type {any} */ (globalThis).irqlPlayground;
    pg.setPace('time');
    pg.changeSpeed(5);
    return pg.play();
  });
  await page.waitForFunction(() => {
    const pg = /** @type {any} */ (globalThis).irqlPlayground;
    return pg.atEnd && !pg.state.playing;
  });
  await context.close();
});

test('a step back shows exactly what was there before', async () => {
  const { page, context } = await open();
  await until(page, 0);
  for (let n = 1; n <= 30; n++) {
    await page.keyboard.press('.');
    await until(page, n);
  }
  const here = await picture(page);
  await page.keyboard.press('.');
  await until(page, 31);
  assert.notDeepEqual(await picture(page), here);
  await page.keyboard.press(',');
  await until(page, 30);
  assert.deepEqual(await picture(page), here);
  await context.close();
});

test('an error keeps the last good run, marked as old; mending it reruns and keeps the place', async () => {
  const { page, context } = await open();
  await editor(page);
  await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.goTo(20));
  await until(page, 20);
  await rewrite(page, (text) => text.replace('work 2us', 'wrok 2us'));
  await page.waitForSelector('.stale-badge');
  await page.waitForSelector('.problems li[data-severity=error]');
  await page.click('.stale-badge .link');
  await page.waitForSelector('.cm-lintRange-error');
  assert.equal(await place(page), 20);
  await rewrite(page, (text) => text.replace('wrok 2us', 'work 3us'));
  await page.waitForSelector('.stale-badge', { state: 'detached' });
  await page.waitForFunction(() =>
    /** @type {any} */ (globalThis).irqlPlayground.state.run.source.includes('work 3us'),
  );
  assert.equal(await place(page), 20);
  await context.close();
});

test('the text survives a reload', async () => {
  const { page, context } = await open();
  await editor(page);
  await rewrite(page, (text) => text.replace('work 2us', 'work 4us'));
  await page.waitForFunction(() =>
    /** @type {any} */ (globalThis).irqlPlayground.state.run.source.includes('work 4us'),
  );
  await page.reload();
  await ready(page);
  assert.match(
    await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.state.source),
    /work 4us/,
  );
  await context.close();
});

test('a crash of the engine is told, the text stays, and the engine starts again', async () => {
  const { page, context } = await open();
  await editor(page);
  await rewrite(page, (text) => text.replace('work 2us', 'work 6us'));
  await page.waitForFunction(() =>
    /** @type {any} */ (globalThis).irqlPlayground.state.run?.source.includes('work 6us'),
  );
  await page.evaluate(() =>
    /** @type {any} */ (globalThis).irqlPlayground.engine.call('panic').catch(() => {}),
  );
  await page.waitForSelector('.crash');
  assert.match(await page.innerText('.cm-content'), /work|title/);
  await page.click('.crash .primary');
  await page.waitForFunction(() => /** @type {any} */ (globalThis).irqlPlayground.state.run);
  await page.waitForSelector('.crash', { state: 'detached' });
  assert.match(
    await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.state.run.source),
    /work 6us/,
  );
  await page.waitForSelector('.canvas-room canvas');
  await context.close();
});

test('a long run can be left at once for another text', async () => {
  const { page, context } = await open();
  await editor(page);
  const long =
    'machine { end: 100s; } device D { irql: 5; isr: I; } isr I { work 1us; } every 10us interrupt D;';
  await rewrite(page, () => long);
  await page.waitForFunction(() =>
    /** @type {any} */ (globalThis).irqlPlayground.state.run.source.includes('100s'),
  );
  await rewrite(page, () => 'machine { end: 1ms; } thread T { work 1us; }');
  await page.waitForFunction(() => {
    const { run } = /** @type {any} */ (globalThis).irqlPlayground.state;
    return run.source.includes('1ms') && run.outcome;
  });
  await context.close();
});
