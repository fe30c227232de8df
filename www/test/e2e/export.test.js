// The dialog of exports: it comes late, and what leaves the page is whole, safe and of this moment.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkedEvents } from '../trace_event_rules.js';
import { checkedXml } from '../xml_rules.js';
import { launch, openedPages, ready, site, violations, watchedPage } from './page.js';

/** @import { Page } from 'playwright-core' */

const open = openedPages({ reducedMotion: 'reduce', acceptDownloads: true });
const playground = 'irqlPlayground';

/**
 * @param {Page} page
 * @param {number} [n]
 */
async function openDialog(page, n = 30) {
  await page.evaluate(([name, at]) => /** @type {any} */ (globalThis)[name].goTo(at), [playground, n]);
  await page.click('.export-open');
  await page.waitForSelector('dialog.export[open] img');
}

/**
 * @param {Page} page
 * @param {string} what
 * @returns {Promise<{ name: string, bytes: Buffer }>}
 */
async function saved(page, what) {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.click(`dialog.export li[data-what=${what}] button:last-child`),
  ]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

test('everything is saved under the name of the scenario', async () => {
  const { page, context, complaints, requests } = await open();
  assert.ok(!requests.some((url) => /export/.test(url)), 'nothing of it comes with the page');
  await openDialog(page);
  const title = await page.evaluate((name) => /** @type {any} */ (globalThis)[name].title, playground);
  const stem = title.replace(/[^\p{L}\p{N}]+/gu, '-');

  const svg = await saved(page, 'svg');
  assert.equal(svg.name, `${stem}.svg`);
  const elements = checkedXml(svg.bytes.toString());
  const sentence = (await page.textContent('.narration .sentence'))?.trim() ?? '';
  assert.ok(sentence && elements.find(({ name }) => name === 'desc')?.text.startsWith(sentence));

  const png = await saved(page, 'png');
  assert.equal(png.name, `${stem}.png`);
  assert.equal(png.bytes.subarray(1, 4).toString(), 'PNG');
  const { width, height } = elements.at(-1)?.attributes ?? {};
  assert.deepEqual(
    [png.bytes.readUInt32BE(16), png.bytes.readUInt32BE(20)],
    [2 * Number(width), 2 * Number(height)],
  );
  assert.ok(png.bytes.length > 10_000, 'not an empty canvas');

  const trace = await saved(page, 'trace');
  assert.equal(trace.name, `${stem}.trace.json`);
  checkedEvents(trace.bytes.toString());

  const lines = await saved(page, 'jsonl');
  assert.equal(lines.name, `${stem}.jsonl`);
  const length = await page.evaluate(
    (name) => /** @type {any} */ (globalThis)[name].state.run.len,
    playground,
  );
  assert.equal(lines.bytes.toString().trimEnd().split('\n').length, length + 1);

  const scenario = await saved(page, 'scenario');
  assert.equal(scenario.name, `${stem}.irql`);
  assert.equal(
    scenario.bytes.toString(),
    await page.evaluate((name) => /** @type {any} */ (globalThis)[name].state.source, playground),
  );
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the picture is drawn by the browser as it is: in light, in dark, and of a hostile scenario', async () => {
  const { page, context, complaints } = await open();
  await page.evaluate((name) => {
    const pg = /** @type {any} */ (globalThis)[name];
    pg.edit(pg.state.source.replace(/title "[^"]*"/, 'title "</title><script>alert(1)</script>&amp;"'));
  }, playground);
  await page.waitForFunction((name) => {
    const { run, source } = /** @type {any} */ (globalThis)[name].state;
    return run?.source === source;
  }, playground);
  await openDialog(page);
  for (const [theme, corner] of /** @type {const} */ ([
    ['Light', 255],
    ['Dark', 15],
  ])) {
    await page.click(`dialog.export fieldset button:text-is("${theme}")`);
    await page.waitForFunction((expected) => {
      const image = /** @type {HTMLImageElement} */ (globalThis.shadow.querySelector('dialog.export img'));
      if (!image.complete || image.naturalWidth < 700) return false;
      const canvas = document.createElement('canvas');
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
      context.drawImage(image, 0, 0);
      return context.getImageData(150, 8, 1, 1).data[0] === expected;
    }, corner);
  }
  const copied = await saved(page, 'svg');
  // On a page that has no policy about what is parsed.
  const blank = await context.newPage();
  const root = await blank.evaluate((text) => {
    const document = new DOMParser().parseFromString(text, 'image/svg+xml');
    return [
      document.documentElement.nodeName,
      document.querySelectorAll('script, parsererror, foreignObject, image, a').length,
      document.querySelector('title')?.textContent,
    ];
  }, copied.bytes.toString());
  assert.deepEqual(root, ['svg', 0, '</title><script>alert(1)</script>&amp;']);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('where a frame forbids the clipboard, the text is there to be copied by hand', async () => {
  const { page, context } = await open();
  await page.evaluate(() =>
    Object.defineProperty(navigator, 'clipboard', {
      value: { writeText: () => Promise.reject(new Error('NotAllowedError')) },
    }),
  );
  await openDialog(page);
  await page.click('dialog.export li[data-what=jsonl] button:first-of-type');
  const field = page.locator('dialog.export textarea');
  await field.waitFor();
  assert.match(await field.inputValue(), /^\{"n":0,.*"fingerprint":"[0-9a-f]{16}"\}\n$/s);
  await context.close();
});

test('in a sandboxed frame the page says what to do, and everything can be made', async (t) => {
  const browser = await launch();
  const served = await site();
  t.after(async () => {
    await browser.close();
    await served.close();
  });
  const { page } = await watchedPage(browser, { reducedMotion: 'reduce' });
  await page.setContent(
    `<iframe sandbox="allow-scripts" src="${served.url}" width="1200" height="800"></iframe>`,
  );
  const frame = page.frames()[1];
  await ready(frame);
  await frame.click('.export-open');
  await frame.waitForSelector('dialog.export[open] img');
  assert.match((await frame.textContent('dialog.export .note')) ?? '', /Copy the text instead/);
  // Nobody can save here; that a PNG can be made and read is seen by what the dialog says.
  await frame.click('dialog.export li[data-what=png] button:last-child');
  await frame.waitForSelector('dialog.export [role=status]:text(".png")');
  await frame.click('dialog.export li[data-what=trace] button:first-of-type');
  const field = frame.locator('dialog.export textarea');
  await field.waitFor();
  checkedEvents(await field.inputValue());
});

test('a long run is made in pieces, and the reader may stop it', async () => {
  const { page, context } = await open();
  await page.evaluate(async (name) => {
    const pg = /** @type {any} */ (globalThis)[name];
    pg.edit(
      'machine { end: 300ms; } device D { irql: 5; isr: I; } isr I { work 1us; KeInsertQueueDpc(P); } dpc P { work 2us; } every 20us interrupt D;',
    );
  }, playground);
  await page.waitForFunction((name) => {
    const { run, source } = /** @type {any} */ (globalThis)[name].state;
    return run?.source === source && run.outcome;
  }, playground);
  const length = await page.evaluate(
    (name) => /** @type {any} */ (globalThis)[name].state.run.len,
    playground,
  );
  assert.ok(length > 100_000, `${length} records`);
  await openDialog(page, 100);
  // No task of the page is long while the engine makes the file.
  await page.evaluate(() => {
    /** @type {any} */ (globalThis).longest = 0;
    new PerformanceObserver((list) => {
      /** @type {any} */ for (const { duration } of list.getEntries())
        globalThis.longest = Math.max(/** @type {any} */ (globalThis).longest, duration);
    }).observe({ type: 'longtask' });
  });
  const { bytes } = await saved(page, 'trace');
  checkedEvents(bytes.toString());
  const longest = await page.evaluate(() => /** @type {any} */ (globalThis).longest);
  console.log(
    `trace of ${length} records: ${bytes.length} bytes, the page's longest task ${Math.round(longest)} ms`,
  );
  // The next one is not made before the reader has come to stop it.
  await page.evaluate((name) => {
    const { engine } = /** @type {any} */ (globalThis)[name];
    const call = engine.call.bind(engine);
    const stopped = new Promise((go) => Object.assign(globalThis, { goOn: go }));
    engine.call = async (/** @type {string} */ method, /** @type {any[]} */ ...rest) => {
      if (method === 'nextOfExport') await stopped;
      return call(method, ...rest);
    };
  }, playground);
  await page.click('dialog.export li[data-what=trace] button:last-child');
  await page.click('dialog.export .making button');
  await page.evaluate(() => /** @type {any} */ (globalThis).goOn());
  await page.waitForSelector('dialog.export .making', { state: 'detached' });
  await context.close();
});

for (const [name, options] of Object.entries({
  'dark, Korean': { colorScheme: 'dark', locale: 'ko-KR' },
  '320 px': { viewport: { width: 320, height: 640 } },
})) {
  test(`the dialog can be read by everybody: ${name}`, async () => {
    const { page, context } = await open(/** @type {any} */ (options));
    await page.evaluate((pg) => /** @type {any} */ (globalThis)[pg].showDialog('export'), playground);
    await page.waitForSelector('dialog.export[open] img');
    assert.deepEqual(await violations(page), []);
    const wider = await page
      .locator('dialog.export')
      .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    assert.ok(wider <= 0, `${wider} px too wide`);
    await context.close();
  });
}

test('on a narrow page it is in the menu of settings', async () => {
  const { page, context } = await open({ viewport: { width: 390, height: 844 } });
  assert.ok(!(await page.isVisible('.export-open')));
  await page.click('[popovertarget=settings]');
  await page.click('.export-narrow');
  await page.waitForSelector('dialog.export[open] img');
  await context.close();
});
