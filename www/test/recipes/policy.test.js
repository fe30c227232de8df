// The policies that docs/embed.md gives to hosts, to the letter: under each the figure runs, and nothing is refused.
// What the document has as JavaScript runs too.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/run.mjs';
import { addScript, figure, installPackage, open, script, work, workshop } from './workshop.js';

const document = readFileSync(join(root, 'docs/embed.md'), 'utf8');
const text = readFileSync(join(import.meta.dirname, 'astro/src/figures/deferred.irql'), 'utf8');
const frame = /<iframe[\s\S]*<\/script>/.exec(
  readFileSync(join(import.meta.dirname, 'wordpress/post.html'), 'utf8'),
)?.[0];
const [forScript, forModule, forFrame] = [...document.matchAll(/^Content-Security-Policy: (.*)$/gm)].map(
  ([, policy]) => policy,
);
const blocks = [...document.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
const element = `<irql-playground view="timeline" marker="deferred"><pre>${text}</pre></irql-playground>`;
/** The record of the marker. */
const deferred = 11;

/**
 * Opens a page under a policy.
 * @param {import('node:test').TestContext} t
 * @param {string} policy
 * @param {string} body
 */
async function under(t, policy, body) {
  const folder = workshop(t);
  addScript(folder);
  writeFileSync(join(folder, 'page.html'), `<!doctype html><title>A figure</title>${body}`);
  return open(t, folder, 'page.html', { 'content-security-policy': policy });
}

/** @param {import('playwright-core').Page} page */
const workers = (page) => page.workers().length;

test('the classic script', async (t) => {
  const { page, complaints } = await under(t, forScript, `<script src="${script}"></script>${element}`);
  await figure(page, deferred);
  assert.equal(workers(page), 1);
  assert.deepEqual(complaints, []);
});

test('the classic script, with Trusted Types', async (t) => {
  const [, trusted, required] = /`(trusted-types [^`]*)` to\n?\s*`([^`]*)`/.exec(document) ?? [];
  const policy = `${forScript}; ${required}; ${trusted}`;
  const { page, complaints } = await under(t, policy, `<script src="${script}"></script>${element}`);
  await figure(page, deferred);
  assert.equal(workers(page), 1);
  assert.deepEqual(complaints, []);
});

test('without a worker from a blob the engine runs on the page', async (t) => {
  const policy = forScript.replace(' worker-src blob:;', " worker-src 'none';");
  const { page } = await under(t, policy, `<script src="${script}"></script>${element}`);
  await figure(page, deferred);
  assert.equal(workers(page), 0);
});

test('without WebAssembly the figure says that there is no engine', async (t) => {
  const policy = forScript.replace(" 'wasm-unsafe-eval'", '');
  const { page } = await under(t, policy, `<script src="${script}"></script>${element}`);
  await page.waitForSelector('irql-playground .crash');
});

test('the module of the site, from another address', async (t) => {
  const module = '<script type="module" src="https://example.org/playground/element.js"></script>';
  const { page, complaints } = await under(t, forModule, module + element);
  await figure(page, deferred);
  assert.equal(workers(page), 1);
  assert.deepEqual(complaints, []);
});

for (const sandbox of ['as Share writes it', 'with scripts alone'])
  test(`the frame ${sandbox}, and its loader`, async (t) => {
    const body = sandbox.startsWith('as')
      ? frame
      : frame?.replace(/sandbox="[^"]*"/, 'sandbox="allow-scripts"');
    const { page, complaints } = await under(t, forFrame, body ?? '');
    const inside = await (await page.waitForSelector('iframe')).contentFrame();
    assert.ok(inside);
    await figure(inside, deferred);
    await page.waitForFunction(() => document.querySelector('iframe')?.style.height !== '');
    assert.deepEqual(complaints, []);
  });

test('the page around talks with the frame as the document says', async (t) => {
  const [talk] = blocks.filter((code) => code.includes('postMessage'));
  const first = frame?.replace(/#[^"]*/, '') ?? '';
  const folder = workshop(t);
  writeFileSync(join(folder, 'talk.js'), talk.replace("'deferred'", "'called'"));
  writeFileSync(
    join(folder, 'page.html'),
    `<!doctype html><title>Talk</title>${first}<script src="talk.js"></script>`,
  );
  const { page, complaints } = await open(t, folder, 'page.html');
  const inside = await (await page.waitForSelector('iframe')).contentFrame();
  assert.ok(inside);
  await inside.waitForFunction(
    () =>
      /** @type {any} */ (document.querySelector('irql-playground'))?.playground?.state.shown?.record
        .subject_name === 'called',
  );
  assert.deepEqual(complaints, []);
});

test('the engine without a page does what the document says', (t) => {
  const [code] = blocks.filter((block) => block.includes('loadEngine'));
  const folder = workshop(t);
  installPackage(folder);
  writeFileSync(join(folder, 'script.js'), code);
  const printed = work(folder, process.execPath, ['script.js']).split('\n');
  assert.match(printed[0], /^true 0 completed \d+ [0-9a-f]{16}$/);
  assert.match(printed[1], /^0 RunStarted$/);
});
