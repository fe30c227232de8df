// What an author of a page may do with a figure at awkward moments: before its class is there, as soon as it runs, with
// and without a playground to link to.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, watchedPage } from './page.js';

const script = readFileSync(join(import.meta.dirname, '../../dist/irql-playground.iife.js'), 'utf8');
const text = `device Nic { irql: 7; isr: NicIsr; }
isr NicIsr { work 5us; marker first; KeInsertQueueDpc(NicDpc); }
dpc NicDpc { marker second; work 10us; }
at 20us interrupt Nic;
`;

/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/**
 * A page with a figure, and what is done to it before its script comes.
 * @param {string} attributes
 * @param {(element: any) => void} early
 */
async function page(attributes, early) {
  const { page, complaints } = await watchedPage(browser);
  await page.setContent(`<irql-playground ${attributes}><pre>${text}</pre></irql-playground>`);
  await page.$eval('irql-playground', early);
  await page.evaluate(script); // from nowhere: it does not know where the playground is
  await page.waitForFunction(
    () => /** @type {any} */ (document.querySelector('irql-playground')).state.outcome !== null,
  );
  return { page, complaints };
}

/** What is recorded of a figure: each step that it tells. @param {any} element */
function listen(element) {
  element.steps = [];
  element.addEventListener('irql-step', (/** @type {any} */ { detail }) => element.steps.push(detail));
}

for (const [attribute, begins] of [
  ['marker="second"', { kind: 'MarkerReached', time: 25_000 }],
  ['at="25us"', { kind: 'MarkerReached', time: 25_000 }],
  ['from="20us"', { kind: 'InterruptRequested', time: 20_000 }],
  ['at="4"', { kind: 'WorkStarted', time: 20_000 }],
])
  test(`${attribute}: no other moment is shown before`, async () => {
    const { page: opened } = await page(`view="flow" ${attribute}`, listen);
    const steps = await opened.$eval('irql-playground', (element) => /** @type {any} */ (element).steps);
    const [{ kind, time }] = steps;
    assert.deepEqual({ kind, time }, begins);
    await opened.context().close();
  });

test('a time that was set before the class was there does not hide the property', async () => {
  const { page: opened } = await page('view="flow"', (element) => {
    element.time = 30_000;
  });
  const time = await opened.$eval('irql-playground', async (element) => {
    await /** @type {any} */ (element).seek('second');
    return /** @type {any} */ (element).time;
  });
  assert.equal(time, 25_000);
  await opened.context().close();
});

test('where the page goes as soon as the figure runs, the figure stays', async () => {
  const { page: opened } = await page('view="flow" marker="second"', (element) => {
    element.addEventListener('irql-ready', async () => {
      element.found = await element.seek('first');
    });
  });
  await opened.waitForFunction(() => 'found' in (document.querySelector('irql-playground') ?? {}));
  await opened.waitForSelector('irql-playground .transport');
  const { n, markers } = await opened.$eval('irql-playground', (element) => {
    const { state, playground } = /** @type {any} */ (element);
    return { n: state.n, markers: playground.state.shown.record.subject_name };
  });
  assert.equal(markers, 'first');
  assert.ok(n > 0);
  await opened.context().close();
});

test('a text that is set before the class is there is the one that runs', async () => {
  const { page: opened, complaints } = await page('view="log"', (element) => {
    element.code = 'thread Early { work 5us; }';
  });
  const own = await opened.$eval('irql-playground', (element) => ({
    own: Object.hasOwn(element, 'code'),
    code: /** @type {any} */ (element).code,
    ran: /** @type {any} */ (element).playground.state.run.source,
  }));
  assert.deepEqual(own, {
    own: false,
    code: 'thread Early { work 5us; }',
    ran: 'thread Early { work 5us; }',
  });
  assert.deepEqual(complaints, []);
  await opened.context().close();
});

test('without a home there are no links, and no button that would make them', async () => {
  const none = await page('', () => {});
  await none.page.waitForSelector('irql-playground [popovertarget=settings]');
  const url = (/** @type {import('playwright-core').Page} */ opened) =>
    opened.$eval('irql-playground', (element) => /** @type {any} */ (element).toURL());
  assert.equal(await url(none.page), '');
  assert.equal(await none.page.locator('irql-playground [title$="(L)"]').count(), 0);
  await none.page.context().close();

  const some = await page('home="https://example.org/playground/"', () => {});
  await some.page.waitForSelector('irql-playground [title$="(L)"]');
  assert.match(await url(some.page), /^https:\/\/example\.org\/playground\/#1\.z\.[\w-]+$/);
  assert.deepEqual(some.complaints, []);
  await some.page.context().close();
});
