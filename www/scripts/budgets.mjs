// How many bytes the page may send: measures the built site, compressed, against its budgets. Each budget has
// an aim, and a limit that keeps what has been reached: whoever makes the page lighter lowers the limit.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Failure, root } from './run.mjs';

/** 1 KB is 1000 bytes. */
const KB = 1000;

/**
 * Prints a table and throws a `Failure` when a budget is exceeded.
 * @param {{ folder: string, outputs: import('esbuild').Metafile['outputs'] }} built  What `build` returned.
 */
export function checkBudgets(built) {
  const { sizes, results } = weigh(built);

  console.log('  gzip, in KB of 1000 bytes');
  for (const [name, size] of [...sizes].sort((a, b) => b[1] - a[1])) console.log(row(name, size));
  console.log('');
  for (const { what, size, limit, aim } of results) {
    console.log(row(what, size, `of ${limit / KB}, aim ${aim / KB}${size > aim ? ' (missed)' : ''}`));
  }

  const over = results.filter(({ size, limit }) => size > limit);
  if (over.length === 0) return;
  throw new Failure(
    over
      .map(({ what, size, limit }) => `${what}: ${kb(size)} KB, and the budget is ${limit / KB} KB.`)
      .join('\n'),
  );
}

/**
 * The compressed bytes of every file of the built site, and of what there are budgets for.
 * @param {{ folder: string, outputs: import('esbuild').Metafile['outputs'] }} built  What `build` returned.
 */
export function weigh({ folder, outputs }) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.endsWith('.map')) // loaded by developer tools alone
    .filter((name) => statSync(join(folder, name)).isFile());
  const engine = files.filter((name) => name.endsWith('.wasm'));
  const bundles = ['main.js', 'worker.js'].flatMap((name) => withImports(join(folder, name), outputs));
  const first = [
    'index.html',
    ...engine,
    ...bundles.map((path) => relative(folder, path)),
    ...files.filter((name) => !name.includes('/') && name.endsWith('.css')),
  ];
  // What a reader in English has loaded once the editor is there; other languages and scenarios come when chosen.
  const editor = ['www/src/views/codemirror.js', 'www/src/messages/engine.en.json'].flatMap((entry) =>
    Object.keys(outputs).filter((path) => outputs[path].entryPoint === entry),
  );
  const loaded = new Set([
    ...first,
    ...editor.flatMap((path) => withImports(join(root, path), outputs)).map((path) => relative(folder, path)),
  ]);
  if (editor.length !== 2)
    throw new Failure(`Two bundles should belong to the editor, not ${editor.length}.`);
  const budgets = [
    { what: 'engine', aim: 90 * KB, limit: 278 * KB, files: engine },
    {
      what: 'first load: page, styles, worker, engine',
      aim: 120 * KB,
      limit: 349 * KB,
      files: [...new Set(first)].filter((name) => files.includes(name)),
    },
    {
      what: 'with the editor, its words and the menu',
      aim: 240 * KB,
      limit: 486 * KB,
      files: files.filter((name) => loaded.has(name) || name === 'scenarios/menu.en.json'),
    },
  ];

  const sizes = new Map(
    files.map((name) => [name, gzipSync(readFileSync(join(folder, name)), { level: 9 }).length]),
  );
  const sum = (/** @type {string[]} */ names) =>
    names.reduce((total, name) => total + (sizes.get(name) ?? 0), 0);
  const results = budgets.map((budget) => ({ ...budget, size: sum(budget.files) }));
  return { sizes, results };
}

/**
 * A bundle and every bundle that it imports at once; `import()` comes later and does not count.
 * @param {string} path
 * @param {import('esbuild').Metafile['outputs']} outputs
 * @param {Set<string>} seen
 * @returns {string[]}
 */
function withImports(path, outputs, seen = new Set()) {
  const bundle = outputs[relative(root, path)];
  if (!bundle || seen.has(path)) return [...seen];
  seen.add(path);
  for (const { path: imported, kind } of bundle.imports) {
    if (kind === 'import-statement') withImports(join(root, imported), outputs, seen);
  }
  return [...seen];
}

const kb = (/** @type {number} */ bytes) => (bytes / KB).toFixed(1);
const row = (/** @type {string} */ name, /** @type {number} */ size, after = '') =>
  `  ${name.padEnd(44)}${kb(size).padStart(8)} ${after}`.trimEnd();
