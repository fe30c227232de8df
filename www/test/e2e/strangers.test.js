// A scenario is text from a stranger, and so is a message from the page around a frame: whatever they say, it stays
// text, asks nobody for anything, and changes nothing that it may not.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { hostileTexts } from '../hostile.js';
import { article, escaped, figure, openHost } from '../hosts.js';
import { checkedXml } from '../xml_rules.js';
import { launch, ready, site, watchedPage } from './page.js';

/** @import { Frame, Page } from 'playwright-core' */

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

/** A page of which every sign of harm is noted. @param {import('node:test').TestContext} t */
async function guardedPage(t) {
  const watched = await watchedPage(browser, { acceptDownloads: true, reducedMotion: 'reduce' });
  t.after(() => watched.context.close());
  /** @type {string[]} */
  const harm = [];
  watched.page.on('dialog', (dialog) => {
    harm.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  watched.context.on('request', (request) => {
    const own = [served.url, new URL(host.page('')).origin, 'data:', 'blob:', 'about:'];
    if (!own.some((start) => request.url().startsWith(start))) harm.push(`a request: ${request.url()}`);
  });
  watched.context.on('page', () => harm.push('a window'));
  await watched.page.addInitScript(() =>
    addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => {
      /** @type {any} */ (globalThis).violated ??= [];
      /** @type {any} */ (globalThis).violated.push(`${effectiveDirective} ${blockedURI} ${sample}`);
    }),
  );
  return { ...watched, harm };
}

/** What of a text has become markup, wherever it is drawn. @param {Page | Frame} page */
const markup = (page) =>
  page.evaluate(() => {
    const { pwned, violated = [] } = /** @type {any} */ (globalThis);
    const found = [...violated];
    if (pwned !== undefined || Object.keys(Object.prototype).length > 0) found.push('pwned');
    for (const figure of document.querySelectorAll('irql-playground')) {
      const root = figure.shadowRoot;
      if (!root) continue;
      for (const element of root.querySelectorAll('*')) {
        // The preview of an export is a picture from a `data:` address.
        const preview = element.matches('dialog.export img[src^="data:image/svg+xml"]');
        if (
          !preview &&
          element.matches('script, iframe, object, embed, img, base, form[action], meta, link[href^=http]')
        )
          found.push(element.outerHTML.slice(0, 200));
        for (const { name, value } of element.attributes)
          if (
            name.startsWith('on') ||
            (/^(href|src|action|data)$/.test(name) && /^\s*javascript:/i.test(value))
          )
            found.push(`${element.localName} ${name}=${value}`);
      }
    }
    return found;
  });

/**
 * Puts a text on show on the page of ours.
 * @param {Page} page
 * @param {string} text
 * @param {boolean} good
 */
async function show(page, text, good) {
  await page.evaluate((source) => /** @type {any} */ (globalThis).irqlPlayground.edit(source), text);
  await page.waitForFunction(
    ([source, runs]) => {
      const { run, check, source: present, stale } = /** @type {any} */ (globalThis).irqlPlayground.state;
      return runs ? run?.source === source && run.outcome : present === source && check && !check.ok && stale;
    },
    /** @type {const} */ ([text, good]),
  );
}

/** Two pictures later. @param {Page | Frame} page */
const drawn = (page) =>
  page.evaluate(() => new Promise((later) => requestAnimationFrame(() => requestAnimationFrame(later))));

/** Waits for a part of the page, in its shadow. @param {Page} page @param {string} selector */
const part = (page, selector) => page.waitForSelector(selector, { state: 'attached' });

for (const [name, hostile] of Object.entries(hostileTexts)) {
  const good = name !== 'broken';

  test(`${name}: nothing becomes markup in any view of the page`, async (t) => {
    const { page, harm } = await guardedPage(t);
    await page.goto(served.url);
    await ready(page);
    await part(page, '.cm-content');
    await show(page, hostile(), good);
    const pg = (/** @type {string} */ method, /** @type {unknown[]} */ ...args) =>
      page.evaluate(
        ([called, given]) => /** @type {any} */ (globalThis).irqlPlayground[called](...given),
        /** @type {const} */ ([method, args]),
      );
    for (const lang of ['en', 'ko']) {
      await pg('setLanguage', lang);
      for (const side of ['code', 'log', 'statistics', 'inspect']) {
        await pg('showPanel', side);
        for (const n of [0, 3, 12, 25, 1e9]) {
          await pg('goTo', n);
          await drawn(page);
          assert.deepEqual(await markup(page), [], `${side}, record ${n}`);
        }
      }
      for (const dialog of ['help', 'compare', 'share', 'export']) {
        await pg('showDialog', dialog);
        await part(page, `[data-dialog=${dialog}][open] h2`);
        await drawn(page);
        assert.deepEqual(await markup(page), [], dialog);
        await pg('closeDialog', dialog);
      }
    }
    if (good)
      assert.match(
        await page.evaluate(() => globalThis.shadow.textContent ?? ''),
        /<img src=x onerror=pwned=1>|<script>pwned=1<\/script>/,
      );
    assert.deepEqual(harm, []);
  });

  if (!good) continue;

  test(`${name}: nothing becomes markup in a figure of a page without any policy`, async (t) => {
    const { page, harm, complaints } = await guardedPage(t);
    const script = `<script type="module" src="${served.url}element.js"></script>`;
    const odd = `lang="${escaped(`"><img src=x onerror=pwned=1>`)}" marker="__proto__" theme="<b>" from="javascript:pwned=1"`;
    const figures = ['full', 'flow', 'ladder', 'timeline', 'log', 'quiz'].map((view) =>
      figure(hostile(), `loading="eager" view="${view}" ${odd}`),
    );
    await page.goto(host.page(article(script, figures.join(''))));
    await page.waitForFunction(() =>
      [...document.querySelectorAll('irql-playground')].every(
        (element) =>
          /** @type {any} */ (element).state.outcome && element.shadowRoot?.querySelector('.narration'),
      ),
    );
    for (const n of [0, 5, 20, 1e9]) {
      await page.evaluate(async (at) => {
        for (const element of /** @type {any} */ (document.querySelectorAll('irql-playground')))
          await element.seek(at);
      }, n);
      await drawn(page);
      assert.deepEqual(await markup(page), []);
    }
    assert.deepEqual(harm, []);
    assert.deepEqual(complaints, []);
  });

  test(`${name}: what leaves the page holds the texts as texts`, async (t) => {
    const { page, harm } = await guardedPage(t);
    await page.goto(served.url);
    await ready(page);
    await show(page, hostile(), true);
    await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.showDialog('share'));
    const pieces = await page
      .waitForFunction(() => {
        const fields = [...globalThis.shadow.querySelectorAll('[data-piece] textarea')];
        const made = fields.map((field) => /** @type {HTMLTextAreaElement} */ (field).value);
        return made.length === 4 && made.every(Boolean) && made;
      })
      .then((handle) => handle.jsonValue());
    const [link, iframe, element] = /** @type {string[]} */ (pieces);

    const [saved] = await Promise.all([page.waitForEvent('download'), page.click('[data-action=html]')]);
    const file = readFileSync(await saved.path(), 'utf8');
    assert.match(saved.suggestedFilename(), /^[\p{L}\p{N}-]{1,80}\.html$/u);

    const svg = await page.evaluate(() =>
      /** @type {any} */ (document.querySelector('irql-playground')).toSVG(),
    );
    for (const { name: tag, attributes } of checkedXml(svg)) {
      assert.doesNotMatch(tag, /script|foreignObject|image|^a$|iframe/i);
      for (const attribute of Object.keys(attributes)) assert.doesNotMatch(attribute, /^on|href/);
    }
    for (const format of ['jsonl', 'trace']) {
      const text = await page.evaluate(async (wanted) => {
        const { engine, state } = /** @type {any} */ (globalThis).irqlPlayground;
        await engine.call('beginExport', [state.run.session, wanted, 'en']);
        for (let made = ''; ; ) {
          const piece = await engine.call('nextOfExport', [state.run.session]);
          made += piece.text;
          if (piece.done) return made;
        }
      }, format);
      for (const line of format === 'jsonl' ? text.trim().split('\n') : [text]) JSON.parse(line);
    }

    // Each piece, in a page of somebody else's.
    const addresses = { link, iframe: host.page(iframe), element: host.page(element), file: host.page(file) };
    for (const [piece, address] of Object.entries(addresses)) {
      await page.goto('about:blank');
      await page.goto(address);
      const inside = piece === 'iframe' ? page.frames()[1] : page;
      await inside.waitForFunction(
        () => /** @type {any} */ (document.querySelector('irql-playground'))?.playground?.state.run?.outcome,
      );
      await drawn(inside);
      assert.deepEqual(await markup(inside), [], piece);
      assert.deepEqual(await markup(page), [], piece);
      assert.equal(
        await page.evaluate(() => document.querySelectorAll('img, form, base, svg').length),
        0,
        piece,
      );
      const source = await inside.evaluate(
        () => /** @type {any} */ (document.querySelector('irql-playground')).code,
      );
      assert.equal(source.trim(), hostile().trim(), piece);
    }
    assert.deepEqual(harm, []);
  });
}

test('names of objects of JavaScript are names like others', async (t) => {
  const { page } = await guardedPage(t);
  await page.goto(served.url);
  await ready(page);
  await show(page, hostileTexts.apc(), true);
  const moments = await page.evaluate(async () => {
    const element = /** @type {any} */ (document.querySelector('irql-playground'));
    const found = [];
    for (const name of ['__proto__', 'toString', 'no such marker']) found.push(await element.seek(name));
    return found;
  });
  assert.deepEqual(moments, [true, false, false]);
  assert.deepEqual(await markup(page), []);
});

/** A page with our frame, that keeps what it is told. @param {Page} page @param {string} fragment */
async function framed(page, fragment) {
  await page.goto(
    host.page(
      article(
        '',
        `<iframe src="${served.url}embed.html${fragment}" width="900" height="600"></iframe><iframe srcdoc="<p>"></iframe>`,
      ),
    ),
  );
  const frame = /** @type {Frame} */ (page.frames().find((one) => one.url().includes('embed.html')));
  await frame.waitForFunction(
    () => /** @type {any} */ (document.querySelector('irql-playground'))?.playground?.state.run?.outcome,
  );
  return frame;
}

/** What a message could have changed. @param {Frame} frame */
const present = (frame) =>
  frame.evaluate(() => {
    const element = /** @type {any} */ (document.querySelector('irql-playground'));
    const attributes = [...element.attributes].map(({ name, value }) => `${name}=${value}`);
    const { dialog, playing, crash, speed, missing } = element.playground.state;
    return { ...element.state, attributes, dialog, playing, crash, speed, missing, address: location.href };
  });

test('messages that are not what the frame understands change nothing', async (t) => {
  const { page, harm, complaints } = await guardedPage(t);
  const frame = await framed(page, '');
  const untouched = await present(frame);
  await page.evaluate(() => {
    const huge = 'x'.repeat(3_000_000);
    const call = { type: 'irql:call', version: 1 };
    const set = { type: 'irql:set', version: 1 };
    const messages = [
      ...[
        null,
        undefined,
        0,
        -1,
        Number.NaN,
        '',
        'irql:call',
        huge,
        [],
        [call],
        new Map([['type', 'irql:call']]),
      ],
      ...[
        new Date(),
        /x/,
        new Uint8Array(9),
        new Error('x'),
        { type: 'irql:call' },
        { type: ['irql:call'], version: 1 },
      ],
      ...[{ version: 1 }, { type: huge, version: 1 }, { type: 'irql:nothing', version: 1 }],
      ...['2', 2, '1', null, [1]].map((version) => ({
        type: 'irql:call',
        version,
        method: 'step',
        args: [1],
      })),
      ...[
        'constructor',
        '__proto__',
        'toString',
        'fork',
        'toURL',
        'toSVG',
        'remove',
        'attachShadow',
        'setAttribute',
      ].map((method) => ({ ...call, method, args: [] })),
      ...[null, undefined, 7, ['step'], { toString: 'step' }, huge].map((method) => ({ ...call, method })),
      ...[[1, 2], [[]], [{}], [null], 'ab', { length: 1, 0: 1 }, Array(10_000).fill(1)].map((args) => ({
        ...{ ...call, method: 'step' },
        args,
      })),
      ...[huge, 'no such marker', '__proto__', '', '1e9', '-1', '<img src=x onerror=pwned=1>'].map(
        (place) => ({
          ...{ ...call, method: 'seek' },
          args: [place],
        }),
      ),
      ...[Number.NaN, Number.POSITIVE_INFINITY * 0].map((place) => ({
        ...call,
        method: 'seek',
        args: [place],
      })),
      ...[null, 'view', 7, [], [['view', 'log']], { onclick: 'pwned=1' }, { style: 'all: unset' }].map(
        (attributes) => ({ ...set, attributes }),
      ),
      ...[
        'src',
        'home',
        'poster',
        'fills',
        'linked',
        'readonly',
        'autoplay',
        'is',
        'slot',
        '__proto__',
        huge,
      ].map((name) => ({ ...set, attributes: { [name]: 'javascript:pwned=1' } })),
      {
        ...set,
        attributes: JSON.parse('{ "__proto__": { "view": "log" }, "constructor": { "prototype": {} } }'),
      },
      { ...set, attributes: { view: 7, theme: null, lang: ['ko'], scenario: { toString: 'x' } } },
      ...[7, null, [], {}, ['thread T { }']].map((code) => ({ type: 'irql:code', version: 1, code })),
      { type: 'irql:code', version: 1, code: 'x'.repeat(1_000_001) },
      JSON.parse('{ "type": "irql:call", "version": 1, "__proto__": { "method": "step" } }'),
    ];
    for (const message of messages) frames[0].postMessage(message, '*');
    // What it would understand, from a window that is not the one around it.
    frames[1].frameElement?.ownerDocument.defaultView?.frames[1].document.body.append(
      Object.assign(frames[1].document.createElement('script'), {
        textContent: `parent.frames[0].postMessage({ type: 'irql:call', version: 1, method: 'step', args: [1] }, '*');
          parent.frames[0].postMessage({ type: 'irql:code', version: 1, code: 'thread T { }' }, '*');`,
      }),
    );
  });
  // It has had them all when it answers this.
  await page.evaluate(
    () =>
      new Promise((answered) => {
        addEventListener(
          'message',
          ({ data }) => data.type === 'irql:result' && data.id === 'last' && answered(0),
        );
        frames[0].postMessage({ type: 'irql:get', version: 1, id: 'last' }, '*');
      }),
  );
  await drawn(frame);
  assert.deepEqual(await present(frame), untouched);
  assert.deepEqual(await markup(frame), []);

  // And it is as useful as before.
  await page.evaluate(() =>
    frames[0].postMessage({ type: 'irql:call', version: 1, method: 'step', args: [2] }, '*'),
  );
  await frame.waitForFunction(
    () => /** @type {any} */ (document.querySelector('irql-playground')).state.n === 2,
  );
  assert.deepEqual(harm, []);
  assert.deepEqual(complaints, []);
});

test('what the frame tells of a hostile text is data, and its height is a number', async (t) => {
  const { page, harm } = await guardedPage(t);
  const frame = await framed(page, '');
  const code = hostileTexts.apc();
  await page.evaluate((text) => {
    /** @type {any[]} */
    const heard = [];
    Object.assign(globalThis, { heard });
    addEventListener('message', ({ data }) => heard.push(data));
    frames[0].postMessage({ version: 1, type: 'irql:code', code: text }, '*');
  }, code);
  await frame.waitForFunction((text) => {
    const element = /** @type {any} */ (document.querySelector('irql-playground'));
    const { run, source } = element.playground.state;
    return source === text && run?.source === text && run.outcome;
  }, code);
  const told = await page.evaluate(async () => {
    const { heard } = /** @type {{ heard: any[] }} */ (/** @type {unknown} */ (globalThis));
    frames[0].postMessage(
      { version: 1, type: 'irql:call', method: 'seek', args: ['__proto__'], id: 'last' },
      '*',
    );
    while (!heard.some(({ id }) => id === 'last')) await new Promise((later) => setTimeout(later, 10));
    return heard;
  });
  assert.ok(told.some(({ name, detail }) => name === 'step' && /<|javascript:|pwned/.test(detail.sentence)));
  for (const { type, version, height } of told) {
    assert.match(type, /^irql:(event|result|height|hello)$/);
    assert.equal(version, 1);
    if (type === 'irql:height') assert.ok(Number.isInteger(height) && height > 0);
  }
  assert.deepEqual(await markup(frame), []);
  assert.deepEqual(harm, []);
});
