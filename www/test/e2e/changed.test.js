// What an author changes while a figure is coming, or twice in a row, or back: what was asked for last is on show.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figure } from '../hosts.js';
import { frameOf, openedArticles, ran, untilFigure } from './hosted.js';

const open = openedArticles();
const text = (/** @type {string} */ title) => `title "${title}";
device Nic { irql: 7; isr: NicIsr; }
isr NicIsr { work 5us; marker first; KeInsertQueueDpc(NicDpc); }
dpc NicDpc { marker second; work 10us; }
at 20us interrupt Nic;
`;

/** @param {any} page @param {string} title */
const titled = (page, title) =>
  untilFigure(
    page,
    ([element, wanted]) => {
      const { run, source } = element.playground?.state ?? {};
      return run?.outcome && run.source === source && source.startsWith(`title "${wanted}"`);
    },
    title,
  );

/** @param {any} page @param {string} name */
const atMarker = (page, name) =>
  untilFigure(
    page,
    ([element, marker]) => element.playground?.state.shown?.record.subject_name === marker,
    name,
  );

/**
 * Answers for files of the host's, each when it is told to.
 * @param {import('playwright-core').Page} page
 */
async function files(page) {
  /** @type {string[]} */
  const asked = [];
  /** @type {Map<string, (way: unknown) => void>} */
  const ways = new Map();
  await page.route('**/*.irql', async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    asked.push(name);
    if (name.startsWith('slow')) await new Promise((go) => ways.set(name, go));
    if (name.startsWith('none')) return route.fulfill({ status: 404, body: 'no' });
    if (name.startsWith('html')) return route.fulfill({ contentType: 'text/html', body: '<p>no' });
    await route.fulfill({ contentType: 'text/plain', body: text(name) }).catch(() => {}); // nobody waits for it
  });
  const wanted = async (/** @type {string} */ name) => {
    while (!asked.includes(name)) await new Promise((later) => setTimeout(later, 10));
  };
  const go = async (/** @type {string} */ name) => {
    await wanted(name);
    ways.get(name)?.(null);
  };
  return { asked, go, wanted };
}

test('a place that is set before there is a run is where it begins', async (t) => {
  const { page } = await open(t, figure(text('A'), 'view="flow" loading="eager"'));
  await page.evaluate(async () => {
    const element = /** @type {any} */ (document.querySelector('irql-playground'));
    while (!element.playground) await new Promise((later) => setTimeout(later, 0));
    element.setAttribute('marker', 'second');
  });
  await ran(page);
  await atMarker(page, 'second');
  await page.$eval('irql-playground', (element) => element.setAttribute('at', '20us'));
  await untilFigure(page, ([element]) => element.state.time === 20_000);
  await page.$eval('irql-playground', (element) => element.removeAttribute('at'));
  await atMarker(page, 'second');
});

test('a place that is set while the text has an error holds once it has none', async (t) => {
  const { page } = await open(t, figure(text('A').replace('5us;', '5us'), 'view="flow" loading="eager"'));
  await page.waitForSelector('.faults');
  await page.$eval('irql-playground', (element) => element.setAttribute('at', 'second'));
  await page.$eval('irql-playground', (element, good) => Object.assign(element, { code: good }), text('B'));
  await ran(page);
  await atMarker(page, 'second');
});

test('a host that answers the frame’s greeting with a scenario and a place gets both', async (t) => {
  const { page } = await open(
    t,
    `<script>addEventListener('message', ({ data, source }) => {
      if (data.type === 'irql:hello' && !globalThis.answered++)
        source.postMessage({ type: 'irql:set', version: 1, attributes: { scenario: 'spin-lock', at: '7', view: 'log' } }, '*');
    }); answered = 0;</script><iframe src="SITE/embed.html#1.s.packet-story" width="600" height="600"></iframe>`,
  );
  const frame = await frameOf(page);
  await untilFigure(frame, ([element]) => element.state.scenario === 'spin-lock' && element.state.n === 7);
  await untilFigure(frame, ([element]) => element.state.view === 'log');
});

test('a scenario that is chosen while another one comes is the one on show', async (t) => {
  const { page } = await open(
    t,
    '<irql-playground view="flow" scenario="apc-order" loading="eager"></irql-playground>',
  );
  await page.evaluate(async () => {
    const element = /** @type {any} */ (document.querySelector('irql-playground'));
    while (!element.playground) await new Promise((later) => setTimeout(later, 0));
    element.setAttribute('scenario', 'spin-lock');
  });
  await untilFigure(page, ([element]) => {
    const { run, source } = element.playground?.state ?? {};
    return run?.outcome && run.source === source && element.state.scenario === 'spin-lock';
  });
});

test('of two files the one that was named last is on show, however slow the first is', async (t) => {
  const { page, complaints } = await open(t, figure(text('A'), 'view="flow" loading="eager"'));
  const { go, wanted } = await files(page);
  await titled(page, 'A');
  const name = (/** @type {string} */ src) =>
    page.$eval('irql-playground', (element, value) => element.setAttribute('src', value), src);
  await name('slow-1.irql');
  await wanted('slow-1.irql');
  await name('quick.irql');
  await page.$eval('irql-playground', (element) => element.setAttribute('at', 'second'));
  await titled(page, 'quick.irql');
  await atMarker(page, 'second');
  await go('slow-1.irql');
  await name('slow-2.irql');
  await go('slow-2.irql');
  await titled(page, 'slow-2.irql');
  assert.deepEqual(complaints, []);
});

test('a text that is set after a file or a scenario was named is the one on show, however late those come', async (t) => {
  const { page, complaints } = await open(t, figure(text('A'), 'view="flow" loading="eager"'));
  const { go, wanted } = await files(page);
  await titled(page, 'A');
  const stays = async (/** @type {string} */ title) => {
    // One change after the other: when this one is on show, those before it are done with.
    await page.$eval('irql-playground', (element) => element.setAttribute('at', 'second'));
    await atMarker(page, 'second');
    await titled(page, title);
    await page.$eval('irql-playground', (element) => element.setAttribute('at', '0'));
  };
  await page.$eval('irql-playground', (element) => element.setAttribute('src', 'slow-1.irql'));
  await wanted('slow-1.irql');
  await page.$eval('irql-playground', (element, code) => Object.assign(element, { code }), text('B'));
  await go('slow-1.irql');
  await stays('B');
  await page.$eval(
    'irql-playground',
    (element, code) => {
      element.setAttribute('scenario', 'spin-lock');
      Object.assign(element, { code });
    },
    text('C'),
  );
  await stays('C');
  assert.deepEqual(complaints, []);
});

test('a timeline that comes back is painted again', async (t) => {
  const { page } = await open(t, figure(text('A'), 'view="timeline" loading="eager"'));
  await ran(page);
  await page.waitForSelector('.canvas-room canvas', { state: 'attached' });
  await page.$eval('irql-playground', (element) => element.setAttribute('view', 'log'));
  await page.waitForSelector('.canvas-room', { state: 'detached' });
  await page.$eval('irql-playground', (element) => element.setAttribute('view', 'timeline'));
  await page.waitForSelector('.canvas-room canvas', { state: 'attached' });
});

test('a file that is named no more leaves what is there; the page around is not taken for one', async (t) => {
  const { page, requests } = await open(t, '<p></p>');
  const { asked } = await files(page);
  await page.evaluate(() => {
    document.body.innerHTML =
      '<irql-playground view="flow" src="one.irql" loading="eager"></irql-playground>';
  });
  await titled(page, 'one.irql');
  const before = requests.length;
  await page.$eval('irql-playground', (element) => {
    element.removeAttribute('src');
    element.removeAttribute('scenario');
    element.setAttribute('at', 'second');
  });
  await atMarker(page, 'second');
  assert.deepEqual(asked, ['one.irql']);
  assert.ok(!requests.slice(before).includes(page.url()), 'the page itself was not asked for');
  await titled(page, 'one.irql');
});

for (const [what, src] of [
  ['is not there', 'none.irql'],
  ['is a page that says that it is not there', 'html.irql'],
])
  test(`a file that ${what} is told, and the next one runs`, async (t) => {
    const { page } = await open(t, '<p></p>');
    await files(page);
    await page.evaluate((address) => {
      document.body.innerHTML = `<irql-playground view="flow" src="${address}" loading="eager"></irql-playground>`;
    }, src);
    await page.waitForSelector('.crash');
    assert.match(await page.innerText('.crash'), /has not started/);
    await page.$eval('irql-playground', (element) => element.setAttribute('src', 'one.irql'));
    await titled(page, 'one.irql');
    await page.waitForSelector('.crash', { state: 'detached' });
    await page.$eval('irql-playground', (element) => /** @type {any} */ (element).seek(3));
    await page.waitForSelector('.sentence');
    assert.match(await page.innerText('.sentence'), /\w/);
  });

test('without from and to the timeline is whole again', async (t) => {
  const { page } = await open(t, figure(text('A'), 'view="timeline" from="5us" to="15us" loading="eager"'));
  await ran(page);
  await untilFigure(page, ([element]) => element.playground.state.span.from === 5_000);
  await page.$eval('irql-playground', (element) => {
    element.removeAttribute('from');
    element.removeAttribute('to');
  });
  await untilFigure(page, ([element]) => {
    const { span, run } = element.playground.state;
    return span.from === 0 && span.to >= run.end_ns;
  });
});

test('moved in its page, a figure shows the scenario that has taken the place of a text', async (t) => {
  const { page } = await open(t, '<irql-playground view="flow" loading="eager"></irql-playground>');
  await ran(page);
  await page.$eval('irql-playground', (element, code) => Object.assign(element, { code }), text('A'));
  await titled(page, 'A');
  await page.$eval('irql-playground', (element) => element.setAttribute('scenario', 'spin-lock'));
  const shows = () =>
    untilFigure(page, ([element]) => element.state.scenario === 'spin-lock' && element.state.outcome);
  await shows();
  await page.$eval('irql-playground', (element) => document.body.append(element));
  await shows();
});

test('a time is no place by name, and a name is no number: what an attribute does not know counts as none', async (t) => {
  const { page } = await open(
    t,
    [
      'from="4"',
      'from="second"',
      'marker="4"',
      'at="" marker="second"',
      'seed="9007199254740991"',
      'seed="9007199254740992"',
    ]
      .map((attributes) => figure(text('A'), `view="log" loading="eager" ${attributes}`))
      .join(''),
  );
  for (let i = 0; i < 6; i++) await ran(page, i);
  const seen = await page.evaluate(() =>
    [...document.querySelectorAll('irql-playground')].map((element) => {
      const { shown, seed } = /** @type {any} */ (element).playground.state;
      return shown.record.n === 0 ? seed : shown.record.subject_name;
    }),
  );
  assert.deepEqual(seen, [null, null, null, 'second', 9007199254740991, null]);
});
