// The whole playground in one file gives itself away, with the moment on show in it: from a server, from a disk, and
// from a file that was saved so before.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { launch, site, watchedPage } from './page.js';

const dist = join(import.meta.dirname, '../../dist');
/** @type {import('playwright-core').Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof site>>} */
let served;
/** @type {string} */
let disk;
before(async () => {
  browser = await launch();
  served = await site();
  disk = mkdtempSync(join(tmpdir(), 'irql-playground-'));
});
after(async () => {
  await browser?.close();
  await served?.close();
  rmSync(disk, { recursive: true });
});

/** @param {import('playwright-core').Page} page @param {number} n */
const showing = (page, n) =>
  page.waitForFunction((wanted) => {
    const { run, shown } =
      /** @type {any} */ (document.querySelector('irql-playground'))?.playground?.state ?? {};
    return run?.outcome && shown?.record.n === wanted;
  }, n);

/** Goes to a moment of a text of one's own. @param {import('playwright-core').Page} page @param {number} n */
const goTo = (page, n) =>
  page.evaluate((wanted) => {
    const element = /** @type {any} */ (document.querySelector('irql-playground'));
    return element.seek(wanted);
  }, n);

/** @param {import('playwright-core').Page} page @param {string} name */
async function saveHtml(page, name) {
  await page.keyboard.press('l');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-action=html]')]);
  assert.equal(download.suggestedFilename(), 'packet-story.html');
  const path = join(disk, name);
  await download.saveAs(path);
  return path;
}

for (const [name, address] of Object.entries({
  'from a server': () => `${served.url}irql-playground.html`,
  'from a disk': () => String(pathToFileURL(join(dist, 'irql-playground.html'))),
}))
  test(`${name}: what is saved opens at its moment, and so does what is saved from that`, async (t) => {
    const onDisk = name === 'from a disk';
    const { page, context, complaints } = await watchedPage(browser, { acceptDownloads: true });
    t.after(() => context.close());
    await page.goto(address());
    await showing(page, 0);
    await page.evaluate(() => {
      const element = /** @type {any} */ (document.querySelector('irql-playground'));
      element.code = element.code.replace('acknowledge', '확인 <script> 🧵');
    });
    await page.waitForFunction(() =>
      /** @type {any} */ (document.querySelector('irql-playground')).playground.state.run.source.includes(
        '🧵',
      ),
    );
    await goTo(page, 12);
    await showing(page, 12);
    const first = await saveHtml(page, `first ${name}.html`);
    const pieces = await page
      .locator('[data-piece]')
      .evaluateAll((all) => all.map(({ dataset }) => dataset.piece));
    assert.deepEqual(pieces, onDisk ? [] : ['link', 'markdown']);
    assert.equal(await page.locator('.share-disk').count(), onDisk ? 1 : 0);
    assert.doesNotMatch(await page.innerText('dialog.share'), /file:/);

    await page.goto(String(pathToFileURL(first)));
    await showing(page, 12);
    assert.match(
      await page.evaluate(() => document.querySelector('irql-playground')?.code),
      /확인 <script> 🧵/,
    );
    await goTo(page, 15);
    await showing(page, 15);
    const second = await saveHtml(page, `second ${name}.html`);
    assert.equal(
      readFileSync(second, 'utf8').match(/<head[^>]*><meta name="irql-link"[^>]*>\s*<meta charset/g)?.length,
      1,
    );
    await page.goto(String(pathToFileURL(second)));
    await showing(page, 15);
    assert.match(
      await page.evaluate(() => document.querySelector('irql-playground')?.code),
      /확인 <script> 🧵/,
    );
    assert.deepEqual(complaints, []);
  });
