// Figures in an article: what they share, what one does to the others, what is left of them, and how a reader gets
// from one to the whole playground.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { article, figure, openHost } from '../hosts.js';
import { launch, site, watchedPage } from './page.js';

const folder = (/** @type {string} */ name) => join(import.meta.dirname, '../../..', name);
const scenario = (/** @type {string} */ name) => readFileSync(folder(`scenarios/${name}.irql`), 'utf8');

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

/** @typedef {import('playwright-core').Page | import('playwright-core').Frame} Page */

const script = () => `<script type="module" src="${served.url}element.js"></script>`;

/** An article with figures, opened. @param {import('node:test').TestContext} t @param {string[]} figures */
async function opened(t, figures) {
  const watched = await watchedPage(browser);
  t.after(() => watched.context.close());
  const body = figures.map((one) => `<section>${one}<p>Prose.</p></section>`).join('');
  await watched.page.goto(host.page(article(script(), body)));
  return watched;
}

/**
 * Calls a function with a figure, in the page.
 * @template T
 * @param {Page} page
 * @param {number} at  Which.
 * @param {(element: any, arg: any) => T | Promise<T>} task
 * @param {unknown} [arg]
 */
const inFigure = (page, at, task, arg) =>
  page.evaluate(
    ([source, index, value]) => {
      const element = document.querySelectorAll('irql-playground')[Number(index)];
      return Function(`return (${source})`)()(element, value);
    },
    /** @type {const} */ ([String(task), at, arg]),
  );

/** Waits until a figure has run. @param {Page} page @param {number} at */
const ran = (page, at = 0) =>
  page.waitForFunction((index) => {
    const element = /** @type {any} */ (document.querySelectorAll('irql-playground')[index]);
    const { run, shown } = element?.playground?.state ?? {};
    return run?.outcome && shown && element.shadowRoot.querySelector('.narration');
  }, at);

/** What is on show, and of what run. @param {Page} page @param {number} at */
const seen = (page, at = 0) =>
  inFigure(page, at, async (element) => {
    const { engine, state } = element.playground;
    return {
      source: state.source,
      n: state.shown.record.n,
      fingerprint: await engine.call('fingerprint', [state.run.session]),
      notices: state.notices,
    };
  });

/** A text of somebody's own. */
const korean = scenario('packet-story').replace('"acknowledge the card"', '"카드 확인 🧵 确认"');

test('“Open in playground” leads to the same moment of the same run, from wherever it stands', async (t) => {
  const onDisk = String(pathToFileURL(folder('www/dist')));
  /** @type {Record<string, string>} */
  const addresses = {
    'the element': host.page(article(script(), figure(korean, 'view="flow" loading="eager"'))),
    'the classic script': host.page(
      article(
        `<script src="${served.url}irql-playground.iife.js"></script>`,
        figure(korean, 'loading="eager"'),
      ),
    ),
    'the element of the package': host.page(
      article(
        `<script type="module">import '${served.url}npm/define.js';</script>`,
        figure(korean, `loading="eager" home="${served.url}"`),
      ),
    ),
    'the page for frames': `${served.url}embed.html`,
    'the page for frames, on a disk': `${onDisk}/embed.html`,
    'the one file': `${served.url}irql-playground.html`,
    'the one file on a disk': `${onDisk}/irql-playground.html`,
    'the site': served.url,
  };
  for (const [name, address] of Object.entries(addresses))
    await t.test(name, async (t) => {
      const { page, context } = await watchedPage(browser);
      t.after(() => context.close());
      await page.goto(address);
      await ran(page);
      await inFigure(
        page,
        0,
        (element, text) => {
          element.code = text;
        },
        korean,
      );
      await page.waitForFunction((text) => {
        const { run } = /** @type {any} */ (document.querySelector('irql-playground')).playground.state;
        return run?.source === text && run.outcome;
      }, korean);
      await inFigure(page, 0, (element) => element.seek('arrived'));
      const before = await seen(page);
      assert.ok(before.n > 0);
      const link = await inFigure(page, 0, (element) => element.toURL());
      const other = await context.newPage();
      await other.goto(link);
      await ran(other);
      assert.deepEqual(await seen(other), before);
      assert.match(before.source, /카드 확인 🧵 确认/);
    });
});

const names = [
  ...['packet-story', 'alpc-handshake', 'apc-busy-thread', 'affinity-moves', 'alpc-queues'],
  ...['apc-at-exit', 'apc-drain', 'alpc-slow-server', 'apc-four-waits', 'alpc-csrss'],
];
const views = ['full', 'flow', 'ladder', 'timeline', 'log', 'quiz'];
const ten = names.map((name, i) => figure(scenario(name), `view="${views[i % views.length]}"`));

/** In MB, of the processes that show pages; where the system tells. */
async function memoryOfPages() {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const pages = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => `/proc/${id}/status`);
  const resident = pages
    .filter(existsSync)
    .map((file) => /VmRSS:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1]);
  return Math.round(resident.reduce((sum, kilobytes) => sum + Number(kilobytes), 0) / 1024);
}

/** Scrolls through the article until every figure has run. @param {import('playwright-core').Page} page */
async function readThrough(page) {
  for (const i of names.keys()) {
    await page.locator('irql-playground').nth(i).scrollIntoViewIfNeeded();
    await ran(page, i);
  }
}

test('ten figures have one engine, stop where nobody sees them, and leave nothing behind', async (t) => {
  const { page, complaints, requests } = await opened(t, ten);
  const begun = performance.now();
  await ran(page);
  const first = performance.now() - begun;
  const withFirst = await memoryOfPages();
  assert.equal(await inFigure(page, 9, (element) => element.playground), null);
  await readThrough(page);
  t.diagnostic(`first figure ${Math.round(first)} ms, ten ${Math.round(performance.now() - begun)} ms`);
  t.diagnostic(`memory: ${withFirst} MB with one figure, ${await memoryOfPages()} MB with ten`);

  assert.equal(page.workers().length, 1);
  assert.equal(requests.filter((url) => url.endsWith('.wasm')).length, 1);
  const prints = [];
  for (const i of names.keys()) prints.push((await seen(page, i)).fingerprint);
  const table = readFileSync(folder('crate/tests/fingerprints.txt'), 'utf8');
  assert.deepEqual(
    prints,
    names.map((name) => new RegExp(`^${name}\\s+\\d+\\s+(\\w+)$`, 'm').exec(table)?.[1]),
  );

  await page.evaluate(() => scrollTo(0, 0));
  await inFigure(page, 0, (element) => element.play());
  await page.waitForFunction(
    () => /** @type {any} */ (document.querySelector('irql-playground')).state.n > 1,
  );
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await page.waitForFunction(
    () => !(/** @type {any} */ (document.querySelector('irql-playground')).playground.state.playing),
  );

  const sessionOfFirst = await inFigure(page, 0, (element) => element.playground.state.run.session);
  await page.evaluate(() => {
    for (const element of [...document.querySelectorAll('irql-playground')].slice(0, 9)) element.remove();
  });
  assert.equal(page.workers().length, 1);
  assert.match(
    await inFigure(
      page,
      0,
      (element, session) => element.playground.engine.call('at', [session, 0]).then(String, String),
      sessionOfFirst,
    ),
    /There is no session/,
  );
  assert.equal((await seen(page)).fingerprint, prints[9]);
  const closed = new Promise((resolve) => page.workers()[0].once('close', resolve));
  await page.evaluate(() => document.querySelector('irql-playground')?.remove());
  await closed;
  assert.deepEqual(page.workers(), []);
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  );
  t.diagnostic(`memory: ${await memoryOfPages()} MB with none`);
  assert.deepEqual(complaints, []);
});

test('a figure that is moved in its page runs again, and one that is removed while it starts leaves no engine', async (t) => {
  const { page, complaints } = await opened(t, ten.slice(0, 2));
  await ran(page);
  await page.evaluate(() => {
    const element = /** @type {any} */ (document.querySelector('irql-playground'));
    document.body.append(element);
  });
  await ran(page, 0);
  await page.locator('irql-playground').nth(1).scrollIntoViewIfNeeded();
  await ran(page, 1);
  assert.equal(page.workers().length, 1);
  await page.evaluate(async () => {
    for (const element of document.querySelectorAll('irql-playground')) element.remove();
    for (const wait of [0, 1, 5, 20, 60]) {
      const element = document.createElement('irql-playground');
      element.setAttribute('loading', 'eager');
      document.body.append(element);
      await new Promise((later) => setTimeout(later, wait));
      element.remove();
    }
  });
  // One that was starting ends as soon as it has started; another does not come.
  while (page.workers().length) await new Promise((later) => setTimeout(later, 20));
  await new Promise((later) => setTimeout(later, 500));
  assert.deepEqual(page.workers(), []);
  assert.deepEqual(complaints, []);
});

test('a figure that is removed while its run is opened leaves no run behind', async (t) => {
  const { page } = await opened(t, [ten[0].replace('view=', 'loading="eager" view=')]);
  await ran(page);
  const answer = await page.evaluate(async () => {
    const first = /** @type {any} */ (document.querySelector('irql-playground'));
    const element = document.createElement('irql-playground');
    element.setAttribute('loading', 'eager');
    document.body.append(element);
    const second = /** @type {any} */ (element);
    while (!second.playground) await new Promise((later) => setTimeout(later));
    const { engine } = second.playground;
    const call = engine.call.bind(engine);
    await new Promise((sent) => {
      engine.call = async (/** @type {string} */ method, /** @type {any[]} */ args) => {
        const answer = call(method, args);
        if (method === 'open') {
          answer.catch(() => {});
          for (let i = 0; i < 9; i++) await null; // it is on its way
          sent(undefined);
        }
        return answer;
      };
    });
    second.remove();
    const { engine: other, state } = first.playground;
    await other.call('catalogue'); // answered after what was on its way
    return other.call('at', [state.run.session + 1, 0]).then(String, String);
  });
  assert.match(answer, /There is no session/);
});

test('a crash of the engine costs only the figure that caused it', async (t) => {
  const { page } = await opened(
    t,
    ten.slice(0, 3).map((one) => one.replace('view=', 'loading="eager" view=')),
  );
  for (const i of [0, 1, 2]) await ran(page, i);
  await inFigure(page, 0, (element) => element.seek(7));
  const before = [await seen(page, 0), await seen(page, 2)];
  const session = () => inFigure(page, 0, (element) => element.playground.state.run.session);
  const sessionBefore = await session();
  await inFigure(page, 1, (element) => element.playground.engine.call('panic').catch(() => {}));
  for (const i of [0, 2]) await ran(page, i);
  assert.deepEqual([await seen(page, 0), await seen(page, 2)], before);
  assert.notEqual(await session(), sessionBefore, 'it is another run');
  const crashes = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('irql-playground')].map(
        (element) => element.shadowRoot?.querySelector('.crash h2')?.textContent?.trim() ?? '',
      ),
    );
  assert.deepEqual(await crashes(), ['', 'The engine crashed', '']);
  assert.match(
    await inFigure(page, 1, (element) => element.shadowRoot.querySelector('.crash').innerText),
    /title "/,
  );
  await inFigure(page, 1, (element) => element.shadowRoot.querySelector('.crash .primary').click());
  await ran(page, 1);
  assert.deepEqual(await crashes(), ['', '', '']);
  assert.equal(page.workers().length, 1);
});

test('a crash while the others are starting does not keep them from it', async (t) => {
  const { page } = await opened(
    t,
    ten.slice(0, 3).map((one) => one.replace('view=', 'loading="eager" at="5" view=')),
  );
  await page.evaluate(async () => {
    const figures = /** @type {any[]} */ ([...document.querySelectorAll('irql-playground')]);
    while (!figures.every(({ playground }) => playground)) await new Promise((later) => setTimeout(later, 1));
    figures[1].playground.engine.call('panic').catch(() => {});
  });
  for (const i of [0, 2]) {
    await ran(page, i);
    await page.waitForFunction(
      (index) => /** @type {any} */ (document.querySelectorAll('irql-playground')[index]).state.n === 5,
      i,
    );
  }
});

test('a scenario without end costs its own figure only', async (t) => {
  const endless = `title "Round and round"; thread T { while (1) { work 1ns; } }`;
  const still = `title "On the spot"; thread T { while (1) { x = 1; } }`;
  const { page, complaints } = await opened(
    t,
    [endless, still, scenario('packet-story')].map((text) => figure(text, 'loading="eager" view="flow"')),
  );
  await ran(page, 2);
  await inFigure(page, 2, (element) => element.step(4));
  await page.waitForFunction(
    () => /** @type {any} */ (document.querySelectorAll('irql-playground')[2]).state.n === 4,
  );
  for (const i of [0, 1]) {
    await page.waitForFunction(
      (index) => /** @type {any} */ (document.querySelectorAll('irql-playground')[index]).state.outcome,
      i,
      { timeout: 0 },
    );
    assert.equal(await inFigure(page, i, (element) => element.state.outcome), 'limit');
  }
  assert.equal((await seen(page, 2)).n, 4);
  assert.equal(page.workers().length, 1);
  assert.deepEqual(complaints, []);
});
