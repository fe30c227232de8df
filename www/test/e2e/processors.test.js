// Many processors: all of them are in sight, one is large, and the reader chooses which.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { busyText, editor, openedPages, until } from './page.js';

const open = openedPages({ reducedMotion: 'reduce' });

/**
 * Goes to the first record of a kind.
 * @param {import('playwright-core').Page} page
 * @param {number} count
 * @param {string} kind
 */
async function at(page, count, kind) {
  const n = await page.evaluate(
    async ([text, wanted]) => {
      const pg = /** @type {any} */ (globalThis).irqlPlayground;
      pg.edit(text);
      while (pg.state.run?.source !== text) await new Promise((later) => setTimeout(later, 20));
      const { rows } = await pg.engine.call('log', [pg.state.run.session, 0, 0, 2_000, 0]);
      const found = rows.find((/** @type {any} */ row) => row.kind === wanted);
      await pg.goTo(found.n);
      return found.n;
    },
    [busyText(count), kind],
  );
  await until(page, n);
}

for (const [count, size] of /** @type {const} */ ([
  [8, { width: 1280, height: 800 }],
  [64, { width: 1280, height: 800 }],
  [64, { width: 390, height: 844 }],
])) {
  test(`${count} processors at ${size.width} px: the sender is large, and the target of its IPI asks`, async () => {
    const { page, context, complaints } = await open({ viewport: size });
    await editor(page);
    await at(page, count, 'IpiSent');
    assert.equal(await page.locator('.processors button').count(), count);
    assert.equal(await page.locator('.processors [aria-pressed=true]').textContent(), '7');
    assert.equal(await page.locator('.processors button:nth-child(7) .asks').count(), 1);
    assert.equal((await page.locator('.flow h3').first().textContent())?.trim(), 'CPU 2');
    // The High one is at the head and has all its bars.
    const head = page.locator('.box[data-kind=queue] .card').first();
    assert.match((await head.textContent()) ?? '', /High/);
    assert.equal(await head.locator('.importance [data-on=true]').count(), 4);
    await page.locator('.processors button:nth-child(7)').click();
    await page.waitForFunction(
      () => globalThis.shadow.querySelector('.flow h3')?.textContent?.trim() === 'CPU 6',
    );
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= size.width);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}
