// The flow of messages on the page: processes as walls, ports as doors, messages in their queues, a section through both
// walls, what it costs along the run; and the choice between the flows.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openedPages, place, talkText, talkWithDevice, until, violations } from './page.js';

const open = openedPages({ reducedMotion: 'reduce' });

/**
 * Opens a text; what is returned goes to the record of a kind and a subject, counted from 1.
 * @param {string} text
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
async function opened(text, options) {
  const watched = await open(options);
  const { page } = watched;
  const records = await page.evaluate(async (wanted) => {
    const pg = /** @type {any} */ (globalThis).irqlPlayground;
    pg.edit(wanted);
    while (pg.state.run?.source !== wanted || !pg.state.run.outcome)
      await new Promise((later) => setTimeout(later, 20));
    return (await pg.engine.call('log', [pg.state.run.session, 0, 0, 3_000, 0])).rows;
  }, text);
  const goTo = async (/** @type {string} */ kind, /** @type {string} */ subject, count = 1) => {
    const found = records.filter(
      (/** @type {any} */ record) => record.kind === kind && record.subject_name === subject,
    );
    const { n } = found[count - 1];
    await page.evaluate((to) => /** @type {any} */ (globalThis).irqlPlayground.goTo(to), n);
    await until(page, n);
  };
  await page.waitForSelector('.alpc-picture');
  return { ...watched, goTo };
}

/** @param {import('playwright-core').Page} page @param {string} where */
const texts = async (page, where) =>
  (await page.locator(where).allTextContents()).map((text) => text.replace(/\s+/g, ' ').trim());

test('a connection: the server’s door is there, the client’s opens at the acceptance, and the pair is made', async () => {
  const { page, context, complaints, goTo } = await opened(talkText());
  assert.equal(await page.locator('.flow.dpc').count(), 0, 'no device and no DPC');
  await goTo('MessageQueued', 'ApiPort');
  assert.deepEqual(await texts(page, '[data-side=servers] .wall-name'), ['Server']);
  assert.equal(
    await page.getAttribute('[data-side=clients] .port', 'aria-label'),
    'Client communication port ApiPort.Client1, asks for a connection',
  );
  assert.match(await page.innerText('.flow.alpc .reason'), /Cli waits to be connected \(message 1\)/);
  await goTo('ConnectionCompleted', 'ApiPort.Client1');
  assert.deepEqual(
    await page.locator('[data-side=servers] .port').evaluateAll((all) => all.map((port) => port.ariaLabel)),
    ['Connection port ApiPort, open', 'Server communication port ApiPort.Server1, open, PortContext 77'],
  );
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a request with a section is in its queues by turns, the section is mapped on both sides, and the reply comes back', async () => {
  const { page, context, goTo } = await opened(talkText());
  const lane = (/** @type {string} */ kind) => page.locator(`.alpc-lane[data-kind=${kind}] .envelope`);
  await goTo('MessageQueued', 'ApiPort', 2);
  assert.equal(
    await lane('Main').getAttribute('aria-label'),
    'Request 2, 4 MB, to the server, in a view of Section1, not copied, it holds 320 B of kernel memory',
  );
  assert.deepEqual(await texts(page, '.shared-section > *'), [
    'mapped, 4 MB',
    'Section1, 4 MB: nothing is copied',
    'not mapped',
  ]);
  await goTo('MessageAwaitsReply', 'ApiPort', 2);
  assert.equal(await lane('Pending').count(), 1);
  assert.match(
    await page.innerText('.flow.alpc .reason'),
    /^Cli waits for the reply to request 2\. Srv has received it and works\.$/,
  );
  assert.equal((await texts(page, '.shared-section > *'))[2], 'mapped, 4 MB');
  assert.deepEqual(await texts(page, '.alpc-thread[title^=Cli] .note, .alpc-thread[title^=Srv] .note'), [
    'awaits 2',
    'serves 2',
  ]);
  await goTo('ReplyReceived', 'ApiPort.Client1');
  assert.equal(await lane('Way').getAttribute('data-to'), 'client');
  assert.match(await page.innerText('.counters'), /last reply\s*\d/);
  await context.close();
});

test('a queue that grows is counted, and so is what it holds against the limit', async () => {
  const { page, context, goTo } = await opened(talkText());
  await goTo('SendRefused', 'ApiPort.Client2');
  assert.match(await page.innerText('.pool'), /^\d+(\.\d)? KB of 4 KB$/);
  assert.match(await page.innerText('.alpc-lane[data-kind=Main] .more'), /^\+\d+$/);
  assert.match(
    await page.innerText('.flow.alpc .reason'),
    /^The messages sent through ApiPort\.Client2 hold .* of the 4 KB that they may: one more is refused with STATUS_QUOTA_EXCEEDED\.$/,
  );
  assert.deepEqual(await violations(page), []);
  await context.close();
});

test('a mark of the plot leads to its reply, and the plot has its words', async () => {
  const { page, context } = await opened(talkText());
  await page.locator('.traffic .latency').first().click();
  await page.waitForFunction(
    () => /** @type {any} */ (globalThis).irqlPlayground.state.shown.record.kind === 'ReplyReceived',
  );
  assert.ok((await place(page)) > 0);
  assert.match(
    (await page.getAttribute('.traffic svg', 'aria-label')) ?? '',
    /^Kernel memory held: .* at most\. Bytes copied: .* in all\. Replies: the longest took .*\.$/,
  );
  assert.match(await page.innerText('.costs'), /not measurements of Windows[\s\S]*system call 200 ns/);
  await context.close();
});

test('where there are messages and APCs the reader chooses, by keyboard too', async () => {
  const { page, context } = await opened(talkWithDevice);
  assert.equal(await page.locator('.flow.dpc').count(), 1);
  assert.deepEqual(await texts(page, '.flows button'), ['ALPC flow', 'APC flow']);
  await page.locator('.flows button', { hasText: 'APC flow' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('.flow.apc');
  assert.equal(await page.locator('.flow.alpc').count(), 0);
  assert.equal(await page.getAttribute('.flows [aria-pressed=true]', 'aria-pressed'), 'true');
  assert.deepEqual(await violations(page), []);
  await page.click('.flows button:first-child');
  await page.waitForSelector('.flow.alpc .alpc-picture');
  await context.close();
});

test('on a narrow page the kernel stands between the walls, and nothing is wider than the page', async () => {
  const { page, context, goTo } = await opened(talkText(), { viewport: { width: 390, height: 844 } });
  await goTo('MessageAwaitsReply', 'ApiPort', 2);
  const tops = await page
    .locator('[data-side=clients], .kernel, [data-side=servers], .shared-section')
    .evaluateAll((all) => all.map((part) => part.getBoundingClientRect().top));
  assert.deepEqual(
    [...tops].sort((a, b) => a - b),
    tops,
  );
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  assert.deepEqual(await violations(page), []);
  await context.close();
});

test('in forced colours and in Korean the flow says the same', async () => {
  const { page, context, goTo } = await opened(talkText(), { forcedColors: 'active', locale: 'ko-KR' });
  await goTo('MessageAwaitsReply', 'ApiPort', 2);
  assert.match(await page.innerText('.flow.alpc .reason'), /^Cli: 요청 2의 응답을 기다립니다/);
  assert.equal(await page.innerText('.flow.alpc h2'), 'ALPC 흐름');
  await context.close();
});

test('copying and mapping are plotted by size; where the lines cross follows the costs, and a table has the same', async () => {
  const { page, context, complaints } = await open();
  const source = await page.evaluate(async () => {
    const pg = /** @type {any} */ (globalThis).irqlPlayground;
    await pg.choose('alpc-copy-or-section');
    return pg.state.source;
  });
  const crossing = page.locator('.alpc-foot .sizes-cross');
  await crossing.waitFor();
  assert.match(await crossing.innerText(), /^Up to 16 KB the copy is faster, from 32 KB on the section\./);
  await crossing.locator('button').click();
  await page.waitForSelector('.sizes-table');
  const [time] = await texts(page, '.sizes-plot text.cross');
  assert.equal(time, 'they cross: 16 KB – 32 KB');
  const rows = (await page.locator('.sizes-table tbody tr').allInnerTexts()).map((row) =>
    row.replace(/\s+/g, ' ').trim(),
  );
  assert.equal(rows.length, 19);
  assert.match(rows[0], /^64 B 4\.2 µs 10\.2 µs 128 B 32 B$/);
  assert.match(rows.at(-1) ?? '', /^16 MB — \d+\.\d µs — 32 B$/);
  assert.equal(await page.locator('.sizes-plot:first-of-type .point[data-way=inline]').count(), 10);
  assert.match(
    (await page.locator('.sizes-plot .point title').first().textContent()) ?? '',
    /^64 B in the message: 4\.2 µs, 128 B copied$/,
  );
  assert.deepEqual(await violations(page), []);
  // Copying at a tenth of the pace: the section pays from a smaller size on.
  await page.evaluate(
    (text) => /** @type {any} */ (globalThis).irqlPlayground.edit(text),
    source.replace('copy_rate: 10', 'copy_rate: 1').replace('assert(crossed_at == 32KB);', ''),
  );
  await page.waitForFunction(() =>
    globalThis.shadow.querySelector('text.cross')?.textContent?.includes('4 KB'),
  );
  // A time leads to its reply.
  await page.locator('.sizes-table .link').first().click();
  await page.waitForFunction(
    () => /** @type {any} */ (globalThis).irqlPlayground.state.shown.record.kind === 'ReplyReceived',
  );
  assert.deepEqual(complaints, []);
  await context.close();
});
