// The flow of APCs on the page: which gate holds what, the line of waiters, the thread that the reader holds on to.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openedPages, until, violations } from './page.js';

const open = openedPages({ reducedMotion: 'reduce' });

/**
 * Opens a scenario; what is returned goes to the first record of a kind, by its subject.
 * @param {string} id
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
async function opened(id, options) {
  const watched = await open(options);
  const { page } = watched;
  const records = await page.evaluate(async (wanted) => {
    const pg = /** @type {any} */ (globalThis).irqlPlayground;
    await pg.choose(wanted);
    while (pg.state.run?.source !== pg.state.source || !pg.state.run.outcome)
      await new Promise((later) => setTimeout(later, 20));
    return (await pg.engine.call('log', [pg.state.run.session, 0, 0, 2_000, 0])).rows;
  }, id);
  const goTo = async (/** @type {string} */ kind, /** @type {string} */ subject) => {
    const { n } = records.find(
      (/** @type {any} */ record) => record.kind === kind && record.subject_name === subject,
    );
    await page.evaluate((to) => /** @type {any} */ (globalThis).irqlPlayground.goTo(to), n);
    await until(page, n);
  };
  return { ...watched, goTo };
}

/** @param {import('playwright-core').Locator} all */
const texts = async (all) => (await all.allTextContents()).map((text) => text.replace(/\s+/g, ' ').trim());

test('the gate that holds an APC back is shut, and a sentence says why', async () => {
  const { page, context, goTo } = await opened('apc-order');
  const holding = page.locator('.gate[data-holds=true]');
  await goTo('MarkerReached', 'all_queued');
  assert.deepEqual(await texts(page.locator('.apc-queue .card')), ['1 S1', '2 S2', '3 N1', '4 N2', '1 U1']);
  assert.equal(await holding.first().getAttribute('aria-label'), 'IRQL 1: shut');
  assert.equal(await holding.count(), 3);
  assert.match(await page.innerText('.reason'), /S1 waits until the IRQL of Target/);

  await goTo('ApcNormalRoutineStarted', 'N1');
  assert.match(await page.innerText('.ring[data-ring=kernel]'), /N1\s+NormalRoutine/);
  assert.deepEqual(await holding.evaluateAll((all) => all.map((gate) => gate.getAttribute('aria-label'))), [
    'KernelApcInProgress 1: shut',
    'Alertable no: shut',
  ]);

  await goTo('ApcNormalRoutineStarted', 'U1');
  assert.match(await page.innerText('.ring[data-ring=user]'), /U1/);
  assert.equal(await page.getAttribute('.door', 'data-open'), 'true');
  assert.deepEqual(await violations(page), []);
  await context.close();
});

for (const [width, height] of [
  [1280, 800],
  [1440, 900],
])
  test(`the names of the gates stand apart when a count is negative: ${width} px`, async () => {
    const { page, context, goTo } = await opened('apc-regions', { viewport: { width, height } });
    for (const marker of ['critical', 'guarded']) {
      await goTo('MarkerReached', marker);
      const gaps = await page.$$eval('.gate-heads span:nth-child(n + 6)', (heads) => {
        const edges = heads.map((head) => {
          const range = document.createRange();
          range.selectNodeContents(head);
          return range.getBoundingClientRect();
        });
        return edges.slice(1).map(({ left }, i) => left - edges[i].right);
      });
      assert.equal(gaps.length, 4);
      assert.ok(Math.min(...gaps) > 0, `${marker}: ${gaps}`);
    }
    await context.close();
  });

test('an APC for the own process of an attached thread waits behind a gate until it detaches', async () => {
  const { page, context, goTo } = await opened('attach-process');
  const holding = page.locator('.gate[data-holds=true]');
  await goTo('MarkerReached', 'saved');
  assert.deepEqual(await texts(page.locator('.apc-queue .card')), ['1 ForOwn saved']);
  assert.deepEqual(await holding.evaluateAll((all) => all.map((gate) => gate.getAttribute('aria-label'))), [
    'ApcStateIndex 1: shut',
  ]);
  assert.match(
    await page.innerText('.reason'),
    /ForOwn waits in SavedApcState until Program is back in its own process/,
  );
  assert.deepEqual(await violations(page), []);
  await goTo('ProcessDetached', 'Program');
  assert.equal(await holding.count(), 0);
  await context.close();
});

test('a waiter whose wait was broken stands at the end of its line', async () => {
  const { page, context, goTo } = await opened('kernel-apc-requeue');
  const line = () => texts(page.locator('.wait-line li'));
  await goTo('WaitStarted', 'Second');
  await page.click('.threads button:nth-child(1)');
  await page.waitForSelector('.threads [aria-pressed=true]');
  assert.deepEqual(await line(), ['1 First', '2 Second']);
  await goTo('WaitBroken', 'First');
  assert.match(await page.innerText('.waits'), /Will wait again\s+Turn/);
  await goTo('WaitResumed', 'First');
  assert.deepEqual(await line(), ['1 Second', '2 First']);
  await context.close();
});

test('by keyboard the reader holds on to a thread, and lets it go', async () => {
  const { page, context, goTo } = await opened('kernel-apc-requeue', {
    viewport: { width: 390, height: 844 },
  });
  await goTo('ApcKernelRoutineStarted', 'Nudge');
  const main = page.locator('.threads button', { hasText: 'Main' });
  await main.focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('.threads [aria-pressed=true]');
  assert.match(await page.innerText('.reason'), /Main/);
  await goTo('WaitResumed', 'First');
  assert.match(await page.innerText('.reason'), /Main/);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.threads [aria-pressed=true]', { state: 'detached' });
  assert.deepEqual(await violations(page), []);
  await context.close();
});
