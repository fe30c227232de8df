// Where our artefacts may be put, in both browsers: each loads, runs the packet story and ends with the same trace as
// the native engine. Where a place forbids that, it says so, and the scenario can be read.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { article, escaped, figure, openHost } from '../hosts.js';
import { browserNames, startBrowser } from '../webdriver.js';
import { site } from './page.js';

const top = join(import.meta.dirname, '../../..');
const dist = join(top, 'www/dist');
const story = readFileSync(join(top, 'scenarios/packet-story.irql'), 'utf8');
const [, records, fingerprint] =
  /^packet-story\s+(\d+)\s+(\w+)$/m.exec(readFileSync(join(top, 'crate/tests/fingerprints.txt'), 'utf8')) ??
  [];

/** The pages of ours, and what a page of somebody else's takes from us: the script that it has to name. */
const pages = { site: 'index.html', single: 'irql-playground.html', embed: 'embed.html' };
const scripts = {
  element: (/** @type {string} */ base) => `<script type="module" src="${base}element.js"></script>`,
  classic: (/** @type {string} */ base) => `<script src="${base}irql-playground.iife.js"></script>`,
  npm: (/** @type {string} */ base) => `<script type="module">import '${base}npm/define.js';</script>`,
};
/** @typedef {keyof typeof pages | keyof typeof scripts} Artefact */
const ofOurs = /** @type {Artefact[]} */ (Object.keys(pages));
const ofTheirs = /** @type {Artefact[]} */ (Object.keys(scripts));
const all = [...ofOurs, ...ofTheirs];

/** @type {Awaited<ReturnType<typeof openHost>>} */
let host;
/** @type {Awaited<ReturnType<typeof site>>} */
let served;
/** @type {string} */
let disk;
before(async () => {
  host = await openHost();
  served = await site();
  disk = mkdtempSync(join(tmpdir(), 'irql-playground-'));
});
after(async () => {
  await host?.close();
  await served?.close();
  if (disk) rmSync(disk, { recursive: true });
});

/** @param {Artefact} artefact @returns {artefact is keyof typeof pages} */
const isPage = (artefact) => artefact in pages;

/** The article that uses an artefact of ours. @param {Artefact} artefact @param {string} base */
const articleWith = (artefact, base) =>
  article(
    scripts[/** @type {keyof typeof scripts} */ (artefact)](base),
    figure(story, 'view="flow" lang="en"'),
  );

/** The address of an artefact, or of an article with it. @param {Artefact} artefact @param {string} [policy] */
const addressOf = (artefact, policy) =>
  isPage(artefact) ? served.url + pages[artefact] : host.page(articleWith(artefact, served.url), policy);

/** @param {Artefact} artefact */
function fileOf(artefact) {
  const folder = `${pathToFileURL(dist)}/`;
  if (isPage(artefact)) return folder + pages[artefact];
  const path = join(disk, `${artefact}.html`);
  writeFileSync(path, articleWith(artefact, folder));
  return String(pathToFileURL(path));
}

/** @param {string} attributes */
const frame = (attributes) => article('', `<iframe ${attributes} width="1200" height="800"></iframe>`);

/** What a host of ours allows: the scripts of our site, and one's own in the page; styles only of its own. */
const policy = (/** @type {string} */ more) =>
  `default-src 'self'; script-src ${new URL(served.url).origin} 'unsafe-inline'${more}`;
const withWasm = (/** @type {string} */ more) =>
  policy(` 'wasm-unsafe-eval'; connect-src ${served.url}${more}`);

/** Ours comes as a blob; what is not one file imports the rest. @param {Artefact} artefact */
const workers = (artefact) =>
  `; worker-src blob:${artefact === 'element' ? ` ${new URL(served.url).origin}` : ''}`;

/**
 * What becomes of an artefact: it runs, in a thread of its own or on the page; the engine is forbidden; no script of
 * ours is run at all, and the text that stands there is the figure.
 * @typedef {'runs' | 'runs on the page' | 'engine forbidden' | 'text'} Fate
 */
/**
 * @type {{ name: string, open: (artefact: Artefact) => string, framed?: boolean, fates: Partial<Record<Artefact, Fate>> }[]}
 */
const places = [
  { name: 'a page', open: addressOf, fates: each(all, 'runs') },
  {
    name: 'a file on a disk',
    open: fileOf,
    fates: { ...each([...ofOurs, 'classic'], 'runs'), ...each(['element'], 'text') },
  },
  {
    name: 'a sandboxed frame without an origin',
    open: (artefact) => host.page(frame(`sandbox="allow-scripts" src="${addressOf(artefact)}"`)),
    framed: true,
    fates: each(all, 'runs'),
  },
  {
    name: 'a sandboxed frame with its origin',
    open: (artefact) =>
      host.page(frame(`sandbox="allow-scripts allow-same-origin" src="${addressOf(artefact)}"`)),
    framed: true,
    fates: each(all, 'runs'),
  },
  {
    name: 'a host that forbids WebAssembly',
    open: (artefact) => addressOf(artefact, policy('; worker-src blob:')),
    fates: each(ofTheirs, 'engine forbidden'),
  },
  {
    name: 'a host that allows WebAssembly and workers',
    open: (artefact) => addressOf(artefact, withWasm(workers(artefact))),
    fates: each(ofTheirs, 'runs'),
  },
  {
    name: 'a host that allows WebAssembly and no workers',
    open: (artefact) => addressOf(artefact, withWasm("; worker-src 'none'")),
    fates: each(ofTheirs, 'runs on the page'),
  },
  {
    name: 'a frame of a strict host',
    open: (artefact) => host.page(frame(`src="${addressOf(artefact)}"`), `default-src 'self'; frame-src *`),
    framed: true,
    fates: each(ofOurs, 'runs'),
  },
  {
    name: 'a frame of a strict host that has the text in an attribute',
    open: (artefact) => {
      const text = isPage(artefact)
        ? readFileSync(join(dist, pages[artefact]), 'utf8')
        : articleWith(artefact, served.url);
      return host.page(
        frame(`srcdoc="${escaped(text)}"`),
        isPage(artefact) ? "default-src 'self'" : policy(''),
      );
    },
    framed: true,
    fates: { ...each(['single'], 'text'), ...each(ofTheirs, 'engine forbidden') },
  },
  {
    name: 'a frame with the text in an attribute, of a host that allows WebAssembly and workers',
    open: (artefact) =>
      host.page(frame(`srcdoc="${escaped(articleWith(artefact, served.url))}"`), withWasm(workers(artefact))),
    framed: true,
    fates: each(ofTheirs, 'runs'),
  },
];

/** @param {Artefact[]} artefacts @param {Fate} fate */
function each(artefacts, fate) {
  return /** @type {Record<Artefact, Fate>} */ (Object.fromEntries(artefacts.map((name) => [name, fate])));
}

for (const name of browserNames) {
  test(`in ${name}`, async (t) => {
    const browser = await startBrowser(name);
    t.after(() => browser.close());
    for (const { name: place, open, framed, fates } of places)
      for (const [artefact, fate] of /** @type {[Artefact, Fate][]} */ (Object.entries(fates)))
        await t.test(`${place}: ${artefact}: ${fate}`, async () => {
          await browser.open(open(artefact));
          if (framed) await browser.enterFrame();
          if (fate === 'text') return assert.match(await browser.run(readable), readableOf(artefact));
          const seen = await browser.run(shown);
          if (fate === 'engine forbidden') {
            assert.match(seen.crash, /WebAssembly.*'wasm-unsafe-eval'/s);
            return assert.match(seen.crash, /title "A packet arrives: interrupt, DPC, APC, callback";/);
          }
          assert.deepEqual(seen, {
            ...{ crash: '', records: Number(records), fingerprint, n: 3, outcome: 'completed' },
            ...{ sentence: true, offscreen: fate === 'runs' },
          });
        });
  });
}

/** @param {Artefact} artefact */
const readableOf = (artefact) => (isPage(artefact) ? /lets its script run/ : /title "A packet arrives/);

/** In the page: what can be read there, as soon as there is something. */
async function readable() {
  // Firefox may have no layout of a file's page yet, and with it no innerText: what stands in the element is seen all the same.
  const seen = () => document.body?.innerText || document.querySelector('irql-playground pre')?.textContent;
  while (!seen()) await new Promise((later) => setTimeout(later, 20));
  return seen();
}

/** In the page: waits for the figure, goes to its fourth record, and tells what became of it. */
async function shown() {
  const until = async (/** @type {() => unknown} */ holds) => {
    while (!holds()) await new Promise((later) => setTimeout(later, 20));
  };
  const element = /** @type {any} */ (document.querySelector('irql-playground'));
  const part = (/** @type {string} */ selector) => element.shadowRoot?.querySelector(selector);
  await until(() => element.playground?.state.run?.outcome || part('.crash'));
  if (part('.crash')) return { crash: part('.crash').innerText };
  await element.seek(3);
  await until(() => part('.sentence'));
  const pg = element.playground;
  return {
    crash: '',
    records: element.state.records,
    fingerprint: await pg.engine.call('fingerprint', [pg.state.run.session]),
    n: element.state.n,
    outcome: element.state.outcome,
    sentence: part('.sentence').innerText.length > 10,
    offscreen: await pg.engine.paintsOffscreen(),
  };
}
