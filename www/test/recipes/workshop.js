// Where a recipe is tried: a copy of its folder, the generator that builds it, and a browser that opens the outcome.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onPath } from '../../scripts/run.mjs';
import { serve } from '../../scripts/serve.mjs';
import { generatorFolder } from '../../scripts/setup.mjs';
import { launch, watchedPage } from '../e2e/page.js';

/** @import { TestContext } from 'node:test' */
/** @import { Page } from 'playwright-core' */

export const dist = join(import.meta.dirname, '../../dist');
export const script = 'irql-playground.iife.js';

/** The programs of a generator from npm. @param {string} name */
export const generator = (name) => join(generatorFolder, 'node_modules/.bin', name);
export const generatorPackage = (/** @type {string} */ name) => join(generatorFolder, 'node_modules', name);

/**
 * A folder to work in, below the generators, so that what is built in it finds them; with the files of a recipe.
 * @param {TestContext} t
 * @param {string} [recipe]
 */
export function workshop(t, recipe) {
  const benches = join(generatorFolder, 'work');
  mkdirSync(benches, { recursive: true });
  const folder = mkdtempSync(join(benches, `${recipe ?? 'package'}-`));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  if (recipe) cpSync(join(import.meta.dirname, recipe), folder, { recursive: true });
  return folder;
}

/**
 * Runs a program in a folder; what it says is shown when it fails.
 * @param {string} folder
 * @param {string} program
 * @param {string[]} args
 * @returns {string} what it printed
 */
export function work(folder, program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1', NODE_OPTIONS: '', NODE_TEST_CONTEXT: '' },
  });
  assert.equal(error, undefined);
  assert.equal(status, 0, `${program} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

/** @param {string} name */
export const isHere = (name) => onPath(name).length > 0;

/** Puts the classic script where a recipe wants it. @param {string[]} place */
export const addScript = (...place) => cpSync(join(dist, script), join(...place, script));

/**
 * Installs the package from its tarball, as npm would from the registry.
 * @param {string} folder
 */
export function installPackage(folder) {
  const [{ filename }] = JSON.parse(
    work(folder, 'npm', ['pack', join(dist, 'npm'), '--json', '--pack-destination', folder]),
  );
  const quiet = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
  work(folder, 'npm', ['install', ...quiet, join(folder, filename)]);
  return join(folder, 'node_modules/irql-playground');
}

/** Where the documents say that the playground is. */
const elsewhere = 'https://example.org';

/**
 * Serves a folder and opens a page of it; the playground is served by another host.
 * @param {TestContext} t
 * @param {string} folder
 * @param {string} [path]
 * @param {Record<string, string>} [headers]  What the host sends along with its files.
 */
export async function open(t, folder, path = '', headers = {}) {
  const playground = await serve({ root: dist, base: '/playground/' });
  const real = (/** @type {string} */ text) => text.replaceAll(elsewhere, new URL(playground.url).origin);
  const file = join(folder, path || 'index.html');
  writeFileSync(file, real(readFileSync(file, 'utf8')));
  const sent = Object.entries(headers).map(([name, value]) => [name, real(value)]);
  const served = await serve({ root: folder, headers: Object.fromEntries(sent) });
  const browser = await launch();
  t.after(async () => {
    await browser.close();
    await served.close();
    await playground.close();
  });
  const watched = await watchedPage(browser);
  // No recipe has a picture of its own for the tab.
  await watched.page.route('**/favicon.*', (route) => route.fulfill({ status: 204 }));
  await watched.page.goto(served.url + path);
  return watched;
}

/**
 * Waits until a figure runs and is where its author wants it, and tells what it is at.
 * @param {Page | import('playwright-core').Frame} page
 * @param {number} n  The record.
 * @param {number} [nth]
 */
export async function figure(page, n, nth = 0) {
  const handle = await page.waitForFunction(
    ([i, wanted]) => {
      const element = /** @type {any} */ (document.querySelectorAll('irql-playground')[i]);
      element?.scrollIntoView();
      // The part that is mounted last is there.
      const last = { full: 'ladder', log: 'side' };
      const { view } = element?.state ?? {};
      return element?.shadowRoot?.querySelector(`[part~=${last[/** @type {'log'} */ (view)] ?? view}]`) &&
        element.playground?.state.shown?.record.n === wanted
        ? element
        : null;
    },
    [nth, n],
  );
  return handle.evaluate(async (/** @type {any} */ element) => ({
    ...element.state,
    height: element.getBoundingClientRect().height,
    parts: [...element.shadowRoot.querySelectorAll('[part]')].map((/** @type {Element} */ part) =>
      part.getAttribute('part'),
    ),
    fingerprint: await element.playground.engine.call('fingerprint', [element.playground.state.run.session]),
  }));
}
