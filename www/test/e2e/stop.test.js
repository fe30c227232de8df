// A machine that stops: the screen tells the code, the line, the stack and the reasons; one step back it is gone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editor, openedPages, place, until, violations } from './page.js';

const open = openedPages({ reducedMotion: 'reduce' });

/**
 * Opens a scenario and goes to its end.
 * @param {string} id
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
async function stopped(id, options, query = '') {
  const watched = await open(options, query);
  const { page } = watched;
  await page.evaluate((wanted) => /** @type {any} */ (globalThis).irqlPlayground.choose(wanted), id);
  await page.waitForFunction((wanted) => {
    const { scenario, run, source } = /** @type {any} */ (globalThis).irqlPlayground.state;
    return scenario === wanted && run?.source === source && run.outcome;
  }, id);
  await page.keyboard.press('End');
  await page.waitForFunction(() => /** @type {any} */ (globalThis).irqlPlayground.atEnd);
  await page.waitForSelector('.stop .tale p');
  return watched;
}

test('a bugcheck shows its code, its line, its stack and its reasons, and the line leads to the text', async () => {
  const { page, context, complaints } = await stopped('wait-in-dpc');
  await editor(page);
  assert.equal((await page.innerText('.stop h2')).replace(/\s+/g, ' '), '0xB8 ATTEMPTED_SWITCH_FROM_DPC');
  assert.match(await page.innerText('.line-of-code'), /line 21\s+KeWaitForSingleObject\(Never/);
  const stack = await page.locator('.stop .stack b').allInnerTexts();
  assert.deepEqual(stack, ['NicDpc', 'KiDispatchInterrupt', 'Worker']);
  assert.equal(await page.locator('.stop .tale p').count(), 3);
  assert.match(await page.locator('.stop .parameters li').first().innerText(), /0xFFFF\w+\s+Worker/);
  assert.match(await page.innerText('.stop .gist'), /TH-14/);
  assert.match(
    (await page.getAttribute('.stop footer a', 'href')) ?? '',
    /bug-check-0xb8--attempted-switch-from-dpc$/,
  );
  await page.click('.line-of-code');
  await page.waitForFunction(() => globalThis.shadow.activeElement?.closest('.cm-editor'));
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the moment before is one key away, and the way forth brings the screen back', async () => {
  const { page, context } = await stopped('wait-in-dpc');
  const end = await place(page);
  await page.keyboard.press('ArrowLeft');
  await until(page, end - 1);
  assert.equal(await page.locator('.stop').count(), 0);
  await page.keyboard.press('ArrowRight');
  await until(page, end);
  await page.click('.stop footer button');
  await until(page, end - 1);
  await context.close();
});

test('the screen can be closed and stays closed, with its name and a way to open it again', async () => {
  const { page, context } = await stopped('wait-in-dpc');
  const end = await place(page);
  await page.click('.stop header button');
  await page.waitForSelector('.stop[data-closed=true]');
  assert.equal(await page.locator('.stop .tale').count(), 0);
  assert.match(await page.innerText('.stop h2'), /0xB8/);
  await page.keyboard.press(',');
  await until(page, end - 1);
  await page.keyboard.press('.');
  await until(page, end);
  assert.equal(await page.locator('.stop .tale').count(), 0);
  await page.click('.stop header button');
  await page.waitForSelector('.stop .tale');
  await context.close();
});

test('a deadlock shows who spins for what, and who holds it', async () => {
  const { page, context } = await stopped('lock-in-isr');
  const links = await page.locator('.stop .circle li').allInnerTexts();
  assert.deepEqual(
    links.map((link) => link.replace(/\s+/g, ' ').trim()),
    ['CPU 0 IRQL 7 line 16 spins for Lock held by CPU 0'],
  );
  assert.match(await page.innerText('.stop .tale'), /code that interrupted it on its own processor/);
  assert.deepEqual(await violations(page), []);
  await context.close();
});

test('on a narrow page and in Korean it fits as well', async () => {
  const narrow = { viewport: { width: 390, height: 844 } };
  const { page, context } = await stopped('wait-in-dpc', narrow, '?lang=ko');
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
  await page.waitForFunction(() =>
    /[가-힣]/.test(globalThis.shadow.querySelector('.stop .tale p')?.textContent ?? ''),
  );
  assert.deepEqual(await violations(page), []);
  await context.close();
});
