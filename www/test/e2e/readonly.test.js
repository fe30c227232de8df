// A text that its author has fixed: no reader changes it, whatever way he tries; the author still does.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figure } from '../hosts.js';
import { openedArticles, ran, untilFigure } from './hosted.js';

const open = openedArticles();
const text = 'title "Mine";\nthread   T { work 5us; }\n';
const bad = 'title "Mine";\nthread T { work 5us }\n';

/** @param {import('playwright-core').Page} page */
const source = (page) => page.evaluate(() => document.querySelector('irql-playground')?.code);

/** @param {import('playwright-core').Page} page @param {string} where */
async function drop(page, where) {
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['title "Dropped";\nthread T { work 1us; }\n'], 'dropped.irql'));
    return data;
  });
  for (const event of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent(where, event, { dataTransfer: transfer });
}

/** Writes, formats and mends by keys. @param {import('playwright-core').Page} page */
async function write(page) {
  await page.click('.cm-content');
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('x');
  await page.keyboard.insertText('y');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('z');
  await page.keyboard.press('Delete');
  await page.keyboard.press('Shift+Alt+f');
}

test('a fixed text stays as it is; the author changes his mind, and it can be written', async (t) => {
  const { page, complaints } = await open(t, figure(text, 'readonly controls="full"'));
  await ran(page);
  await page.waitForSelector('.cm-content[aria-readonly=true]');
  assert.equal(
    await page.getAttribute('.cm-content', 'aria-label'),
    'Scenario text, read-only. Escape leaves it.',
  );
  assert.equal(await page.locator('.code-bar button').count(), 0);
  await write(page);
  await drop(page, '.stage');
  await page.keyboard.press('Escape');
  await page.keyboard.press('l');
  await page.waitForSelector('[data-piece=link]');
  assert.equal(await page.locator('[data-action=open]').count(), 0);
  assert.doesNotMatch(await page.innerText('dialog.share'), /drop/i);
  await page.keyboard.press('Escape');
  assert.equal(await source(page), text);

  await page.$eval('irql-playground', (element, other) => Object.assign(element, { code: other }), bad);
  await untilFigure(page, ([element]) => element.shadowRoot.querySelector('.problems'));
  assert.equal(await page.locator('.problems .fix').count(), 0);
  await untilFigure(page, ([element]) => {
    const { pg, check } = { pg: element.playground, check: element.playground.state.check };
    pg.applyFix(check.diagnostics[0].fix); // as the editor's own list of problems would, were it still open
    return true;
  });
  assert.equal(await source(page), bad);

  await page.$eval('irql-playground', (element) => element.removeAttribute('readonly'));
  await page.waitForSelector('.problems .fix');
  await page.waitForFunction(
    () => !globalThis.shadow.querySelector('.cm-content')?.hasAttribute('aria-readonly'),
  );
  await page.click('.problems .fix');
  await untilFigure(page, ([element]) => element.code.includes('work 5us;'));
  await page.click('.cm-content');
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('// w');
  await untilFigure(page, ([element]) => element.code.startsWith('// w'));

  await page.$eval('irql-playground', (element) => element.setAttribute('readonly', ''));
  await page.waitForSelector('.cm-content[aria-readonly=true]');
  const before = await source(page);
  await write(page);
  assert.equal(await source(page), before);
  assert.deepEqual(complaints, []);
});

test('a file on a small figure with a fixed text changes nothing, and neither does it open in the page’s place', async (t) => {
  const { page } = await open(t, figure(text, 'readonly view="flow"'));
  await ran(page);
  await drop(page, 'main.figure');
  assert.equal(await source(page), text);
  const refused = await page.evaluate(() => {
    const event = new DragEvent('dragover', {
      bubbles: true,
      cancelable: true,
      dataTransfer: new DataTransfer(),
    });
    event.dataTransfer?.items.add(new File(['x'], 'x.irql'));
    globalThis.shadow.querySelector('main')?.dispatchEvent(event);
    return [
      event.defaultPrevented,
      event.dataTransfer?.dropEffect,
      globalThis.shadow.querySelectorAll('[data-drop]').length,
    ];
  });
  assert.deepEqual(refused, [true, 'none', 0]);
  await page.$eval('irql-playground', (element) => element.removeAttribute('readonly'));
  await drop(page, 'main.figure');
  await untilFigure(page, ([element]) => element.code.startsWith('title "Dropped"'));
});
