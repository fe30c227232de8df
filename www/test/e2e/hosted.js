// What the tests of figures on somebody else's page share: the site, that page's server, the browser.

import { after, before } from 'node:test';
import { article, openHost } from '../hosts.js';
import { launch, site, watchedPage } from './page.js';

/** @typedef {import('playwright-core').Page | import('playwright-core').Frame} Page */

/**
 * What the tests of one file need; what is returned opens a page of the host's, given what stands in its body. In that,
 * `SITE/` is the address of ours.
 */
export function openedArticles() {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {Awaited<ReturnType<typeof site>>} */
  let served;
  /** @type {Awaited<ReturnType<typeof openHost>>} */
  let host;
  before(async () => {
    browser = await launch();
    served = await site();
    host = await openHost();
  });
  after(async () => {
    await browser?.close();
    await served?.close();
    await host?.close();
  });
  return async (
    /** @type {import('node:test').TestContext} */ t,
    /** @type {string} */ body,
    /** @type {import('playwright-core').BrowserContextOptions} */ options = {},
  ) => {
    const watched = await watchedPage(browser, options);
    t.after(() => watched.context.close());
    const script = '<script type="module" src="SITE/element.js"></script>';
    const html = article(script, body).replaceAll('SITE/', served.url);
    await watched.page.goto(host.page(html));
    return { ...watched, site: served.url };
  };
}

/** Waits until a figure has run, and its narration is drawn. @param {Page} page */
export const ran = (page, at = 0) =>
  page.waitForFunction((index) => {
    const element = /** @type {any} */ (document.querySelectorAll('irql-playground')[index]);
    const { run, shown } = element?.playground?.state ?? {};
    return run?.outcome && shown && element.shadowRoot.querySelector('.narration');
  }, at);

/**
 * Waits until something holds of the first figure.
 * @param {Page} page
 * @param {(given: [element: any, arg: any]) => unknown} holds
 * @param {unknown} [arg]
 */
export async function untilFigure(page, holds, arg) {
  const element = await page.waitForSelector('irql-playground', { state: 'attached' });
  await page.waitForFunction(holds, /** @type {[any, any]} */ ([element, arg]));
}

/** The frame of ours, once it is there. @param {import('playwright-core').Page} page */
export async function frameOf(page) {
  const frame = await (await page.waitForSelector('iframe', { state: 'attached' })).contentFrame();
  if (!frame) throw new Error('The frame has no page.');
  return frame;
}
