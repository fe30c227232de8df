// The package, packed and installed from its tarball as a stranger would: in a page by two bundlers, in Node, in a
// strict TypeScript project.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/run.mjs';
import { addScript, figure, generator, installPackage, open, work, workshop } from './workshop.js';

const text = readFileSync(join(import.meta.dirname, 'astro/src/figures/deferred.irql'), 'utf8');
/** What the element's module may weigh before a figure is wanted. */
const light = 20_000;

/**
 * Runs a module in a folder, and reads what it prints.
 * @param {string} folder
 * @param {string} code
 */
function inNode(folder, code) {
  writeFileSync(join(folder, 'script.js'), code);
  return JSON.parse(work(folder, process.execPath, ['script.js']));
}

test('Vite: the figure runs, with the fingerprint that the engine has in Node', async (t) => {
  const folder = workshop(t, 'vite');
  installPackage(folder);
  work(folder, generator('vite'), ['build']);
  const { fingerprint, marker } = inNode(
    folder,
    `import { loadEngine } from 'irql-playground/engine';
    const run = (await loadEngine()).run(${JSON.stringify(text)});
    const marker = [...run.records()].findIndex(({ kind }) => kind === 'MarkerReached');
    console.log(JSON.stringify({ fingerprint: run.fingerprint, marker }));`,
  );
  const { page, complaints } = await open(t, join(folder, 'dist'));
  const shown = await figure(page, marker);
  assert.equal(shown.source, text);
  assert.equal(shown.outcome, 'completed');
  assert.equal(shown.fingerprint, fingerprint);
  assert.deepEqual(complaints, []);
});

test('esbuild: until a figure is wanted, its page carries next to nothing of it', async (t) => {
  const folder = workshop(t);
  installPackage(folder);
  writeFileSync(join(folder, 'main.js'), `import 'irql-playground/define';`);
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html><title>A figure</title><script type="module" src="out/main.js"></script>
    <irql-playground view="log" reveal="interaction"><pre>${text}</pre></irql-playground>`,
  );
  work(folder, process.execPath, [
    join(root, 'node_modules/esbuild/bin/esbuild'),
    ...['main.js', '--bundle', '--splitting', '--format=esm', '--minify', '--outdir=out'],
  ]);
  const { page, complaints, requests } = await open(t, folder);
  await page.waitForSelector('[part=reveal]');
  assert.equal(await page.locator('irql-playground pre').innerText(), text);
  const modules = requests.filter((url) => url.endsWith('.js'));
  const weight = modules.map((url) => statSync(join(folder, new URL(url).pathname)).size);
  assert.ok(weight.reduce((all, one) => all + one) < light, `${modules}: ${weight} bytes`);
  await page.click('[part=reveal]');
  await page.waitForFunction(
    () => /** @type {any} */ (document.querySelector('irql-playground')).state.outcome === 'completed',
  );
  assert.deepEqual(complaints, []);
});

test('in Node the element imports, the engine checks, formats, runs and reads', (t) => {
  const folder = workshop(t);
  installPackage(folder);
  const told = inNode(
    folder,
    `import { IrqlPlayground } from 'irql-playground';
    import { IrqlPlayground as defined } from 'irql-playground/define';
    import { loadEngine } from 'irql-playground/engine';
    const engine = await loadEngine();
    const text = ${JSON.stringify(text)};
    const run = engine.run(text);
    console.log(JSON.stringify({
      same: IrqlPlayground === defined && loadEngine === (await import('irql-playground/engine')).loadEngine,
      good: engine.check(text).ok,
      bad: engine.check('isr').diagnostics[0].severity,
      formatted: engine.format(text) === text,
      kinds: [...run.records()].map(({ kind }) => kind),
      irql: run.state([...run.records()].findIndex(({ kind }) => kind === 'DpcStarted')).processors[0].irql,
      outcome: run.outcome.kind,
      few: engine.run(text, { records: 3 }).length,
    }));`,
  );
  const { kinds, few, ...rest } = told;
  assert.deepEqual(rest, {
    ...{ same: true, good: true, bad: 'error', formatted: true, irql: 2, outcome: 'completed' },
  });
  assert.ok(kinds.indexOf('DpcInserted') < kinds.indexOf('DpcStarted'));
  assert.ok(few >= 3 && few < kinds.length);
});

for (const moduleResolution of ['nodenext', 'bundler'])
  test(`types hold in a strict project, resolved as ${moduleResolution} does`, (t) => {
    const folder = workshop(t);
    installPackage(folder);
    writeFileSync(
      join(folder, 'use.ts'),
      `import 'irql-playground/define';
      import { IrqlPlayground, type PlaygroundState } from 'irql-playground';
      import { loadEngine, type Run } from 'irql-playground/engine';
      const figure: IrqlPlayground = document.createElement('irql-playground');
      figure.code = 'thread T { work 5us; }';
      figure.addEventListener('irql-step', ({ detail }) => detail.sentence.trim());
      figure.addEventListener('irql-end', ({ detail }) => detail.outcome === 'bugcheck');
      const found: Promise<boolean> = figure.seek('12us');
      const outcome: PlaygroundState['outcome'] = figure.state.outcome;
      // @ts-expect-error: it tells, and is not told
      figure.state = { ...figure.state };
      // @ts-expect-error: no such moment
      figure.seek({});
      const run: Run = (await loadEngine()).run(figure.code, { seed: 1 });
      for (const { time, kind } of run.records()) console.log(time.toFixed(), kind, found, outcome, IrqlPlayground);
      `,
    );
    const compiler = { strict: true, noEmit: true, target: 'es2022', lib: ['es2022', 'dom'], types: [] };
    const module = moduleResolution === 'nodenext' ? 'nodenext' : 'esnext';
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...compiler, module, moduleResolution }, files: ['use.ts'] }),
    );
    work(folder, process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--project', '.']);
  });

test('the package says of itself what is so', (t) => {
  const folder = workshop(t);
  const home = installPackage(folder);
  const about = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  assert.equal(about.name, own.name);
  assert.equal(about.version, own.version);
  assert.equal(about.license, own.license);
  assert.equal(about.dependencies, undefined);
  assert.equal(about.scripts, undefined);
  const targets = Object.values(about.exports).flatMap((/** @type {any} */ target) => {
    if (typeof target === 'string') return [target];
    assert.equal(Object.keys(target)[0], 'types', 'the first condition that fits wins');
    return Object.values(target);
  });
  for (const path of [...targets, ...about.sideEffects, about.unpkg, about.jsdelivr])
    assert.ok(existsSync(join(home, path)), path);
  const files = readdirSync(home);
  for (const file of ['LICENSE-APACHE', 'LICENSE-MIT', 'README.md']) assert.ok(files.includes(file), file);
  const code = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  );
  for (const file of code)
    assert.doesNotMatch(readFileSync(join(home, file), 'utf8'), /sourceMappingURL|\/tmp\/|\/home\//, file);
});

test('two copies on one page, of two sorts, are one element', async (t) => {
  const folder = workshop(t, 'vite');
  installPackage(folder);
  work(folder, generator('vite'), ['build']);
  const out = join(folder, 'dist');
  addScript(out);
  const page = readFileSync(join(out, 'index.html'), 'utf8');
  const script = '<script src="./irql-playground.iife.js"></script>';
  const again = `<irql-playground view="ladder" marker="deferred"><pre>${text}</pre></irql-playground>`;
  writeFileSync(join(out, 'index.html'), page.replace('</body>', `${again}${script}${script}</body>`));
  const opened = await open(t, out);
  const first = await figure(opened.page, 11);
  const second = await figure(opened.page, 11, 1);
  assert.deepEqual([first.view, second.view], ['flow', 'ladder']);
  assert.equal(first.fingerprint, second.fingerprint);
  assert.deepEqual(opened.complaints, []);
});
