// The table of DPC against APC: it comes late, and each of its cells leads to the record that proves it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rows } from '../../src/model/compare.js';
import { openedPages, violations } from './page.js';

const open = openedPages({ reducedMotion: 'reduce' });

test('every cell leads to a record of a scenario that proves it', async () => {
  const { page, context, complaints, requests } = await open();
  assert.ok(!requests.some((url) => /compare/.test(url)), 'nothing of it comes with the page');
  const proofs = rows.flatMap(({ dpc, apc }) => [dpc, apc]);
  for (const [i, { scenario, kind, subject }] of proofs.entries()) {
    await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.showDialog('compare'));
    await page.locator('dialog[open] td button').nth(i).click();
    await page.waitForFunction(
      ([id, what, whom]) => {
        const { scenario: chosen, shown, run, source } = /** @type {any} */ (globalThis).irqlPlayground.state;
        const { kind: is, subject_name: of } = shown.record;
        return chosen === id && run?.source === source && is === what && of === whom;
      },
      [scenario, kind, subject],
    );
    assert.equal(await page.locator('dialog[open]').count(), 0);
  }
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the flow of APCs and the help lead to the table', async () => {
  const { page, context } = await open();
  await page.click('.flow .versus');
  await page.waitForSelector('dialog[data-dialog=compare][open] td button');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.click('dialog[data-dialog=help][open] button:text("DPC or APC?")');
  await page.waitForSelector('dialog[data-dialog=compare][open] td button');
  assert.equal(await page.locator('dialog[open]').count(), 1);
  await context.close();
});

for (const [name, options] of Object.entries({
  'dark, Korean': { colorScheme: 'dark', locale: 'ko-KR' },
  '390 px': { viewport: { width: 390, height: 844 } },
})) {
  test(`the table can be read by everybody: ${name}`, async () => {
    const { page, context } = await open(/** @type {any} */ (options));
    await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.showDialog('compare'));
    await page.waitForSelector('dialog[open] td button');
    assert.deepEqual(await violations(page), []);
    assert.ok(
      (await page
        .locator('dialog[open]')
        .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)) <= 0,
    );
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog[open]', { state: 'detached' });
    // The browser tells that a dialog is closed a little after it is.
    await page.waitForFunction(() => /** @type {any} */ (globalThis).irqlPlayground.state.dialog === null);
    await context.close();
  });
}
