// Our own pages keep to their own policy, whatever the reader does: no violation, no complaint of the browser, and
// nothing fetched from elsewhere.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { launch, site, watchedPage } from './page.js';

/** @import { Page } from 'playwright-core' */

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof site>>} */
let served;
before(async () => {
  browser = await launch();
  served = await site();
});
after(async () => {
  await browser?.close();
  await served?.close();
});

const onDisk = `${pathToFileURL(join(import.meta.dirname, '../../dist'))}/`;

/** @type {Record<string, () => string>} */
const pages = {
  'the site': () => served.url,
  'the page for frames': () => `${served.url}embed.html`,
  'the one file': () => `${served.url}irql-playground.html`,
  'the one file on a disk': () => `${onDisk}irql-playground.html`,
  'the page for frames, on a disk': () => `${onDisk}embed.html`,
};

for (const [name, address] of Object.entries(pages))
  test(`${name} breaks no policy of its own`, async (t) => {
    const { page, context, complaints, requests } = await watchedPage(browser, { acceptDownloads: true });
    t.after(() => context.close());
    await page.addInitScript(() =>
      addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => {
        /** @type {any} */ (globalThis).violated ??= [];
        /** @type {any} */ (globalThis).violated.push(`${effectiveDirective} ${blockedURI} ${sample}`);
      }),
    );
    await page.goto(address());
    await page.waitForFunction(
      () => /** @type {any} */ (document.querySelector('irql-playground'))?.playground?.state.run?.outcome,
    );
    const policy = await page.getAttribute('meta[http-equiv=Content-Security-Policy]', 'content');
    assert.doesNotMatch(policy ?? '', /'unsafe-(inline|eval|hashes)'|\*|https?:/);
    assert.match(policy ?? '', /default-src 'none'.*require-trusted-types-for 'script'/);
    await useAll(page);
    // That this is noticed at all: what nobody here does.
    const before = await violations(page);
    await page.evaluate(() => document.documentElement.setAttribute('style', 'color: red'));
    await page.waitForFunction(() => /** @type {any} */ (globalThis).violated?.length > 0);
    assert.deepEqual(before, []);
    assert.deepEqual(
      complaints.filter((text) => !/inline style/.test(text)),
      [],
    );
    const own = [served.url, onDisk, 'data:', 'blob:'];
    assert.deepEqual(
      requests.filter((url) => !own.some((start) => url.startsWith(start))),
      [],
    );
  });

/** @param {Page} page @returns {Promise<string[]>} */
const violations = (page) => page.evaluate(() => /** @type {any} */ (globalThis).violated ?? []);

/** All that a reader can do with a page. @param {Page} page */
async function useAll(page) {
  const pg = (/** @type {string} */ method, /** @type {unknown[]} */ ...args) =>
    page.evaluate(
      ([called, given]) =>
        /** @type {any} */ (document.querySelector('irql-playground')).playground[called](...given),
      /** @type {const} */ ([method, args]),
    );
  const state = (/** @type {string} */ key) =>
    page.evaluate(
      (name) => /** @type {any} */ (document.querySelector('irql-playground')).playground.state[name],
      key,
    );

  await pg('play');
  await page.waitForFunction(
    () => /** @type {any} */ (document.querySelector('irql-playground')).state.n > 3,
  );
  await pg('pause');

  // The editor: what it marks, completes and explains comes as elements with styles of their own.
  await page.waitForSelector('.cm-content', { state: 'attached' });
  await page.click('.cm-content');
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\nthread Late { NtAl');
  await page.waitForSelector('.cm-tooltip-autocomplete');
  await page.keyboard.press('Enter');
  await page.keyboard.type(';;) }');
  await page.waitForSelector('.problems');
  await page.waitForSelector('.cm-lintRange-error, .cm-lint-marker-error, .cm-lintRange', {
    state: 'attached',
  });
  await page.hover('.cm-line >> nth=0');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(
    'thread A (priority: 9) { work 5us "one"; marker here "Here"; work 5us; }\ndpc Unused { work 1us; }',
  );
  await page.waitForFunction(() =>
    /** @type {any} */ (document.querySelector('irql-playground')).playground.state.run?.source.startsWith(
      'thread A',
    ),
  );

  for (const [lang, theme] of [
    ['ko', 'dark'],
    ['en', 'light'],
  ]) {
    await pg('setLanguage', lang);
    await pg('setTheme', theme);
    for (const scenario of ['packet-story', 'alpc-slow-server', 'page-fault-in-dpc', 'lock-in-isr']) {
      await pg('choose', scenario);
      await pg('toEnd');
      for (const side of ['log', 'statistics', 'inspect', 'code']) {
        await pg('showPanel', side);
        await drawn(page);
      }
    }
  }
  await pg('setLanguage', 'ko');
  for (const dialog of ['help', 'compare', 'share', 'export']) {
    await pg('showDialog', dialog);
    await page.waitForSelector(`[data-dialog=${dialog}][open] h2`);
    if (dialog === 'share' && page.url().startsWith('file:')) {
      assert.equal(await page.locator('[data-piece]').count(), 0); // what is on a disk has no address for others
    } else if (dialog === 'share') {
      await page.waitForFunction(
        () =>
          /** @type {HTMLTextAreaElement | null} */ (
            globalThis.shadow.querySelector('[data-piece=link] textarea')
          )?.value,
      );
      await page.click('[data-piece=link] button');
    }
    if (dialog === 'share') {
      await saved(page, '[data-action=save]');
      const html = page.locator('[data-action=html]');
      if (await html.count()) await saved(page, '[data-action=html]');
    }
    if (dialog === 'export') {
      await page.waitForSelector('dialog.export[open] img');
      for (const what of ['svg', 'png', 'trace', 'jsonl', 'scenario'])
        await saved(page, `dialog.export li[data-what=${what}] button:last-child`);
    }
    await pg('closeDialog', dialog);
  }
  assert.equal(await state('crash'), null);
}

/** @param {Page} page */
const drawn = (page) =>
  page.evaluate(() => new Promise((later) => requestAnimationFrame(() => requestAnimationFrame(later))));

/** Presses what saves a file, and waits for the file. @param {Page} page @param {string} button */
async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
  assert.ok(await download.path());
}
