// What the tests of the built page share: the site, the browser, a page that has been watched from its first byte.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';
import { serve } from '../../scripts/serve.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const dist = join(import.meta.dirname, '../../dist');

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROME || '/usr/bin/chromium',
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });

/** @param {string} [base] */
export const site = (base = '/') => serve({ root: dist, base });

/** Pages that axe is at: it brings a style of its own, which our policy refuses. @type {WeakSet<object>} */
const examined = new WeakSet();

/**
 * A page whose console, errors and requests are remembered.
 * @param {import('playwright-core').Browser} browser
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function watchedPage(browser, options = {}) {
  // The files come from the server, as on a first visit; who tests the second one allows the worker.
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    serviceWorkers: 'block',
    ...options,
  });
  // No test is about how long anything takes, and a busy machine takes long. Only what hangs is to say where it does.
  context.setDefaultTimeout(300_000);
  const page = await context.newPage();
  await page.addInitScript(defineShadow);
  /** @type {string[]} */
  const complaints = [];
  /** @type {string[]} */
  const requests = [];
  page.on('console', (message) => {
    if (examined.has(page) || message.text().startsWith('Service Worker registration blocked')) return;
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  context.on('request', (request) => requests.push(request.url()));
  return { page, context, complaints, requests };
}

/** What the page draws into, for what runs in it: `shadow.querySelector(…)`. Nothing is found before it is there. */
function defineShadow() {
  const none = document.createDocumentFragment();
  Object.defineProperty(globalThis, 'shadow', {
    get: () => document.querySelector('irql-playground')?.shadowRoot ?? none,
  });
}

/**
 * The browser and the site for the tests of one file; what is returned opens the page in it.
 * @param {import('playwright-core').BrowserContextOptions} [always]
 */
export function openedPages(always = {}) {
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
  return async (/** @type {import('playwright-core').BrowserContextOptions} */ options = {}, query = '') => {
    const watched = await watchedPage(browser, { ...always, ...options });
    await watched.page.goto(served.url + query);
    await ready(watched.page);
    return { ...watched, url: served.url };
  };
}

/**
 * Waits until the run is on show, down to the part that is mounted last.
 * @param {import('playwright-core').Page | import('playwright-core').Frame} page
 */
export async function ready(page) {
  await page.waitForFunction(
    () =>
      /** @type {any} */ (globalThis).irqlPlayground?.state.shown &&
      globalThis.shadow.querySelector('.ladder > *'),
  );
}

/**
 * Waits until the editor has come.
 * @param {import('playwright-core').Page} page
 */
export async function editor(page) {
  await page.waitForSelector('.cm-content', { state: 'attached' });
}

/**
 * The record on show.
 * @param {import('playwright-core').Page | import('playwright-core').Frame} page
 * @returns {Promise<number>}
 */
export const place = (page) =>
  page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.state.shown.record.n);

/**
 * Waits until a record is on show, and drawn.
 * @param {import('playwright-core').Page} page
 * @param {number} n
 */
export async function until(page, n) {
  await page.waitForFunction(
    (wanted) => /** @type {any} */ (globalThis).irqlPlayground.state.shown.record.n === wanted,
    n,
  );
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  );
}

/**
 * What the page says and where things are: two pictures that are alike have equal ones.
 * @param {import('playwright-core').Page} page
 */
export const picture = (page) =>
  page.evaluate(() => {
    const text = (/** @type {string} */ where) =>
      [...globalThis.shadow.querySelectorAll(where)].map((element) =>
        element.textContent?.replace(/\s+/g, ' ').trim(),
      );
    const cursors = [...globalThis.shadow.querySelectorAll('.cursor, .lamp')].map((element) =>
      element.getAttribute('aria-label'),
    );
    return {
      sentence: text('.sentence'),
      boxes: text('.box'),
      cursors,
      place: text('.place'),
      outcome: text('.outcome'),
    };
  });

/**
 * Writes a text into the editor, as somebody would paste it.
 * @param {import('playwright-core').Page} page
 * @param {(text: string) => string} change
 */
export async function rewrite(page, change) {
  const text = await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.state.source);
  await page.click('.cm-content');
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(change(text));
}

/**
 * What axe finds to mend on the page as it is.
 * @param {import('playwright-core').Page} page
 */
export async function violations(page) {
  await page.evaluate(axe);
  examined.add(page);
  const found = await page.evaluate(() =>
    /** @type {any} */ (globalThis).axe.run(document, { resultTypes: ['violations'] }),
  );
  examined.delete(page);
  return found.violations.map(
    (/** @type {any} */ { id, nodes }) =>
      `${id}: ${nodes.map((/** @type {any} */ n) => n.html.slice(0, 160)).join(' | ')}`,
  );
}

/** A text with DPCs of all sorts and an inter-processor interrupt, for eight processors or more. */
export const busyText = (/** @type {number} */ count) => `machine { processors: ${count}; end: 1ms; }
device Nic { irql: 7; processor: 2; isr: NicIsr; }
isr NicIsr { KeInsertQueueDpc(Low); KeInsertQueueDpc(High); KeInsertQueueDpc(Far); work 5us; }
dpc Low (importance: Low) { work 9us; }
dpc High (importance: High) { work 9us; }
dpc Far (importance: High, processor: 6) { work 9us; }
thread Here (priority: 8, processor: 2) { work 200us; }
thread There (priority: 8, processor: 6) { work 200us; }
at 20us interrupt Nic;`;

/** A server and its clients: one that asks with a section, one that floods it; and what a test adds. */
export const talkText = (more = '') => `title "Talk";
machine { processors: 2; end: 400us; costs: model; }
port ApiPort { max_pool: 4KB; }
process Server; process Client; process Flood; process Third; process Fourth;
message In { buffer: 600; } message Big { bytes: 32; } message Small { bytes: 200; } message Reply { buffer: 600; } message Q; message R;
var refused = 0;
thread Srv (process: Server, priority: 9) {
  NtAlpcCreatePort(port, ApiPort);
  while (NtAlpcSendWaitReceivePort(port, 0, NULL, NULL, In, NULL, ALPC_MESSAGE_VIEW_ATTRIBUTE) == STATUS_SUCCESS) {
    t = In.Type & 0xFFF;
    if (t == LPC_CONNECTION_REQUEST) NtAlpcAcceptConnectPort(c, port, 0, NULL, NULL, 77, In, NULL, TRUE);
    else if (t == LPC_REQUEST) { work 9us; NtAlpcSendWaitReceivePort(port, ALPC_MSGFLG_RELEASE_MESSAGE, In); }
    else work 20us;
  }
}
thread Cli (process: Client, start: 5us) {
  NtAlpcConnectPort(h, ApiPort);
  NtAlpcCreatePortSection(h, 0, NULL, 4MB, section, size);
  Big.SectionHandle = section; Big.ViewSize = 4MB; Big.ViewFlags = ALPC_VIEWFLG_AUTO_RELEASE;
  NtAlpcCreateSectionView(h, 0, Big);
  NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Big, ALPC_MESSAGE_VIEW_ATTRIBUTE, Reply);
  NtClose(h);
}
thread Flooder (process: Flood, start: 90us) {
  NtAlpcConnectPort(h, ApiPort);
  i = 0;
  while (i < 9) { Small.MessageId = 0; if (NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_RELEASE_MESSAGE, Small) != STATUS_SUCCESS) refused += 1; i += 1; }
}
thread Asker (process: Third, start: 95us) { NtAlpcConnectPort(h, ApiPort); NtAlpcSendWaitReceivePort(h, 0, Q); NtAlpcSendWaitReceivePort(h, 0, NULL, NULL, R); }
thread Late (process: Fourth, start: 97us) { NtAlpcConnectPort(h, ApiPort); NtAlpcSendWaitReceivePort(h, ALPC_MSGFLG_SYNC_REQUEST, Q, NULL, R); }
${more}`;

/** A device beside them, and an APC. */
export const talkWithDevice = talkText(`device Nic { irql: 6; isr: NicIsr; }
isr NicIsr { KeInsertQueueDpc(NicDpc); } dpc NicDpc { work 3us; }
apc Call user { work 3us; }
thread Sleeper (start: 1us) { QueueUserAPC(Call, Sleeper); SleepEx(1, TRUE); }
at 40us interrupt Nic;`);
