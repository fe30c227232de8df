// The inspectors: a typed command, its answer at every step, what a step changed, names that lead on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editor, openedPages, until } from './page.js';

const open = openedPages({ reducedMotion: 'reduce' });

/** @param {import('playwright-core').Page} page */
const output = async (page) => (await page.innerText('.inspect pre')).replace(/\u00a0/g, ' ');

/**
 * @param {import('playwright-core').Page} page
 * @param {string} command
 */
async function type(page, command) {
  await page.fill('.inspect-input', command);
  await page.keyboard.press('Enter');
  await drawn(page);
}

/** @param {import('playwright-core').Page} page */
const drawn = (page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

/** @param {import('playwright-core').Page} page */
async function opened(page) {
  await page.keyboard.press('6');
  await page.waitForSelector('.inspect pre > :nth-child(1)');
}

/**
 * @param {import('playwright-core').Page} page
 * @param {number} n
 */
async function goTo(page, n) {
  await page.evaluate((to) => /** @type {any} */ (globalThis).irqlPlayground.goTo(to), n);
  await until(page, n);
}

test('the inspectors come when somebody asks for them, and follow the position', async () => {
  const { page, context, complaints, requests } = await open();
  assert.ok(!requests.some((url) => url.includes('inspect_panel')));
  await goTo(page, 21);
  await opened(page);
  assert.ok(requests.some((url) => url.includes('inspect_panel')));
  await type(page, '!dpcs');
  assert.equal(await page.locator('.inspect pre > *').count(), 1);
  await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.step(1));
  await page.waitForSelector('.inspect [data-change=new]');
  assert.match(await output(page), /0: Normal {2}: NicDpc NicDpc/);
  // A step is not a command: nothing more is read aloud.
  assert.match(
    (await page.locator('.inspect [aria-live]').textContent()) ?? '',
    /^!dpcs: CPU Type +KDPC +Function$/,
  );
  await goTo(page, 28);
  await page.waitForSelector('.inspect del[data-change=gone]');
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a name leads to its inspector, and that to its declaration', async () => {
  const { page, context } = await open();
  await editor(page);
  await goTo(page, 22);
  await opened(page);
  await type(page, '!dpcs');
  await page.locator('.inspect pre .link', { hasText: 'NicDpc' }).first().click();
  await drawn(page);
  assert.match(await output(page), /\+0x038 DpcData {10}: queued on CPU 0, normal/);
  await page.selectOption('.inspect select', { index: 1 });
  await drawn(page);
  assert.match(await output(page), /_LIST_ENTRY \[ KPRCB 0 - KPRCB 0 \]/);
  await page.locator('.inspect pre .link', { hasText: '[line' }).click();
  await page.waitForFunction(
    () =>
      globalThis.shadow.querySelector('.cm-activeLine, .cm-focused') &&
      /** @type {any} */ (globalThis.shadow)
        .getSelection()
        ?.anchorNode?.parentElement?.closest('.cm-line')
        ?.textContent?.startsWith('dpc NicDpc'),
  );
  await context.close();
});

test('Tab completes, the arrows bring back what was typed, and a wrong command says what there is', async () => {
  const { page, context } = await open();
  await opened(page);
  await page.fill('.inspect-input', 'dt nt!_KD');
  await page.keyboard.press('Tab');
  await drawn(page);
  assert.equal(await page.inputValue('.inspect-input'), 'dt nt!_KDPC NicDpc');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() =>
    globalThis.shadow.querySelector('.inspect pre')?.textContent?.includes('DeferredRoutine'),
  );
  await type(page, '!nonsense');
  assert.match(await page.innerText('.inspect .trouble'), /no command !nonsense.*!running, !ready, !dpcs/);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await drawn(page);
  assert.equal(await page.inputValue('.inspect-input'), 'dt nt!_KDPC NicDpc');
  await page.keyboard.press('Escape');
  await drawn(page);
  await page.keyboard.press('Tab');
  assert.ok(
    await page.evaluate(() => !globalThis.shadow.activeElement?.matches('.inspect-input')),
    'Tab leads on',
  );
  await context.close();
});

test('on a narrow page the output scrolls in itself', async () => {
  const { page, context } = await open({ viewport: { width: 390, height: 844 } });
  await opened(page);
  await type(page, '!running -t; !timer');
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
  await context.close();
});

test('a thread’s inspectors lead from its APCs to their objects and back', async () => {
  const { page, context } = await open();
  await editor(page);
  await goTo(page, 45); // OnRead has just been queued
  await opened(page);
  await type(page, '!apc');
  assert.match(await output(page), /ApcListHead \[USER\]\s+KAPC @ OnRead/);
  await page.click('.inspect pre button:text("OnRead")');
  await drawn(page);
  assert.match(await output(page), /ApcListEntry +: _LIST_ENTRY \[ Reader - Reader \]/);
  await page.click('.inspect pre button:text("Reader")');
  await drawn(page);
  assert.match(await output(page), /THREAD Reader[\s\S]*ApcListHead\[1\] OnRead/);
  await type(page, 'dt nt!_KTHREAD Reader');
  assert.match(await output(page), /UserApcPending +: 0/);
  await context.close();
});
