// Everybody can use it: by keyboard alone, by screen reader, in every theme, language and width.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editor, openedPages, place, until, violations } from './page.js';

const open = openedPages({ reducedMotion: 'reduce' });

const looks = {
  'light, wide': [{ colorScheme: 'light' }, ''],
  'dark, wide': [{ colorScheme: 'dark' }, ''],
  Korean: [{ colorScheme: 'light' }, '?lang=ko'],
  'light, 390 px': [{ colorScheme: 'light', viewport: { width: 390, height: 844 } }, ''],
  'forced colours': [{ forcedColors: 'active' }, ''],
  'dark, 1024 px': [{ colorScheme: 'dark', viewport: { width: 1024, height: 768 } }, ''],
};

for (const [name, [options, query]] of Object.entries(looks)) {
  test(`axe finds nothing to mend: ${name}`, async () => {
    const { page, context } = await open(/** @type {any} */ (options), /** @type {string} */ (query));
    await editor(page);
    assert.deepEqual(await violations(page), [], 'at the start');
    await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.goTo(23));
    await until(page, 23);
    assert.deepEqual(await violations(page), [], 'in the middle');
    for (const panel of ['timeline', 'log', 'statistics', 'inspect', 'flow']) {
      await page.evaluate(
        (wanted) => /** @type {any} */ (globalThis).irqlPlayground.showPanel(wanted),
        panel,
      );
      await page.keyboard.press('End');
      await page.waitForFunction(() => /** @type {any} */ (globalThis).irqlPlayground.atEnd);
      if (panel === 'log') await page.waitForSelector('.log li');
      if (panel === 'inspect') await page.waitForSelector('.inspect pre > :nth-child(1)');
      if (panel === 'statistics') await page.waitForSelector('.statistics table');
      assert.deepEqual(await violations(page), [], panel);
    }
    await page.click('.scenario-button');
    await page.waitForSelector('#scenarios .item');
    assert.deepEqual(await violations(page), [], 'scenarios');
    await page.keyboard.press('Escape');
    await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.showDialog('help'));
    await page.waitForSelector('dialog[open] h2');
    assert.deepEqual(await violations(page), [], 'help');
    await context.close();
  });
}

test('with forced colours a border tells what is chosen, and where the code is', async () => {
  const { page, context } = await open({ forcedColors: 'active' });
  await editor(page);
  await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.goTo(23));
  await until(page, 23);
  const style = (/** @type {string} */ selector, /** @type {string} */ name) =>
    page
      .locator(selector)
      .first()
      .evaluate((element, key) => getComputedStyle(element).getPropertyValue(key), name);
  assert.equal(await style('.tabs [aria-selected=true]', 'border-bottom-width'), '2px');
  assert.equal(await style('.tabs [aria-selected=false]', 'border-bottom-width'), '0px');
  assert.equal(await style('.cm-here', 'outline-style'), 'solid');
  await context.close();
});

test('nothing is wider than the page, from 390 to 2560 pixels', async () => {
  for (const width of [390, 640, 820, 1199, 1200, 1440, 2560]) {
    const { page, context } = await open({ viewport: { width, height: 900 } });
    await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.goTo(23));
    await until(page, 23);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${wide} > ${width}`);
    await context.close();
  }
});

test('on a narrow page every target of the playback bar is large enough for a finger', async () => {
  const { page, context } = await open({ viewport: { width: 390, height: 844 } });
  for (const button of await page.locator('.transport button, .panels button').all()) {
    const box = await button.boundingBox();
    assert.ok(box && box.width >= 44 && box.height >= 44, JSON.stringify(box));
  }
  await context.close();
});

test('everything can be done by keyboard', async () => {
  const { page, context } = await open();
  const state = (/** @type {string} */ name) =>
    page.evaluate((key) => /** @type {any} */ (globalThis).irqlPlayground.state[key], name);
  await page.keyboard.press('ArrowRight');
  await until(page, 1);
  await page.keyboard.press('Shift+ArrowRight');
  await page.waitForFunction(() => /** @type {any} */ (globalThis).irqlPlayground.state.shown.record.n > 1);
  await page.keyboard.press('End');
  await page.waitForFunction(() => /** @type {any} */ (globalThis).irqlPlayground.atEnd);
  await page.keyboard.press('Home');
  await until(page, 0);
  await page.keyboard.press('Space');
  assert.equal(await state('playing'), true);
  await page.keyboard.press('Space');
  assert.equal(await state('playing'), false);
  const speed = await state('speed');
  await page.keyboard.press('+');
  assert.equal(await state('speed'), speed + 1);
  await page.keyboard.press('p');
  assert.equal(await state('pace'), 'time');
  await page.keyboard.press('w');
  const { to } = await state('span');
  await page.keyboard.press('f');
  assert.ok((await state('span')).to > to);
  await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.goTo(22));
  await until(page, 22);
  await page.keyboard.press('[');
  await page.waitForFunction(() => /** @type {any} */ (globalThis).irqlPlayground.state.shown.record.n < 22);
  const cause = await place(page);
  await page.keyboard.press(']');
  await page.waitForFunction(
    (n) => /** @type {any} */ (globalThis).irqlPlayground.state.shown.record.n > n,
    cause,
  );
  await page.keyboard.press('4');
  assert.equal(await state('side'), 'log');
  await page.keyboard.press('?');
  await page.waitForSelector('dialog[open]');
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog[open]', { state: 'detached' });
  await context.close();
});

test('a dialog opens with its words, and the focus is in it', async () => {
  const { page, context } = await open();
  /** @type {() => void} */
  let release = () => {};
  const asked = new Promise((resolve) => {
    page.route('**/help.en-*.js', (route) => {
      release = () => route.continue();
      resolve(undefined);
    });
  });
  await page.keyboard.press('?');
  await asked;
  await page.waitForSelector('dialog[data-dialog=help]', { state: 'attached' });
  assert.equal(await page.locator('dialog[open]').count(), 0);
  release();
  await page.waitForSelector('dialog[open] h2');
  assert.ok(await page.evaluate(() => globalThis.shadow.activeElement?.matches('dialog[open] button')));
  await context.close();
});

test('writing is never taken for a command, and Escape leaves the editor', async () => {
  const { page, context } = await open();
  await editor(page);
  await page.click('.cm-content');
  await page.keyboard.press('Control+End');
  await page.keyboard.type('// . , p 4 ');
  assert.equal(await place(page), 0);
  const writes = () => page.evaluate(() => !!globalThis.shadow.activeElement?.closest('.cm-editor'));
  await page.keyboard.type('\nthr');
  await page.waitForSelector('.cm-tooltip-autocomplete');
  await page.keyboard.press('Escape'); // closes the list of completions, and nothing else
  await page.waitForSelector('.cm-tooltip-autocomplete', { state: 'detached' });
  assert.ok(await writes());
  await page.evaluate(() => {
    const { engine } = /** @type {any} */ (globalThis).irqlPlayground;
    const call = engine.call.bind(engine);
    engine.call = (/** @type {string} */ method, /** @type {any[]} */ ...rest) =>
      method === 'complete' ? new Promise(() => {}) : call(method, ...rest);
  });
  await page.keyboard.type('e'); // completions are looked for again, and not there yet
  await page.keyboard.press('Escape');
  assert.ok(!(await writes()));
  await page.keyboard.press('.');
  await until(page, 1);
  await context.close();
});

test('a step is spoken when it is taken, and nothing is while playing', async () => {
  const { page, context } = await open();
  await page.keyboard.press('.');
  await until(page, 1);
  const said = () => page.locator('p[aria-live=polite]').textContent();
  assert.match((await said()) ?? '', /\w/);
  await page.keyboard.press('Space');
  await page.waitForFunction(() => /** @type {any} */ (globalThis).irqlPlayground.state.shown.record.n > 1);
  assert.equal((await said())?.trim(), '');
  await page.keyboard.press('Space');
  await page.waitForFunction(() =>
    globalThis.shadow.querySelector('p[aria-live=polite]')?.textContent?.startsWith('Paused'),
  );
  await context.close();
});

test('the page speaks the reader’s language', async () => {
  const { page, context } = await open({ locale: 'ko-KR' });
  assert.equal(await page.getAttribute('html', 'lang'), 'ko');
  assert.equal((await page.locator('button.big').innerText()).trim(), '재생');
  await context.close();
});

test('a run of very many steps keeps the page small', async () => {
  const { page, context } = await open();
  await page.evaluate(() => {
    const pg = /** @type {any} */ (globalThis).irqlPlayground;
    pg.edit('machine { end: 1s; } device D { irql: 5; isr: I; } isr I { work 1us; } every 20us interrupt D;');
    pg.showPanel('log');
  });
  await page.waitForFunction(() => /** @type {any} */ (globalThis).irqlPlayground.state.run.len > 100_000);
  await page.keyboard.press('End');
  await page.waitForFunction(
    () => /** @type {any} */ (globalThis).irqlPlayground.state.shown.record.n > 100_000,
  );
  await page.waitForSelector('.log li');
  assert.ok((await page.evaluate(() => globalThis.shadow.querySelectorAll('*').length)) <= 1_500);
  await context.close();
});
