// `npm run build`: makes the static site in www/dist. The engine goes from Rust to WebAssembly, and
// the page's modules are bundled. All bundles and the .wasm lie flat in one folder and find each other
// by addresses relative to themselves, so the site works from any path of any static host.

import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { bundleInline, contentPolicy, singlePage } from './inline.mjs';
import { Failure, output, root, run } from './run.mjs';
import { writeScenarios } from './scenarios.mjs';
import { needed, setUp } from './setup.mjs';
import { Steps, script } from './steps.mjs';
import { styles } from './styles.mjs';
import { named } from './wasm_order.mjs';

const www = join(root, 'www');
const dist = join(www, 'dist');
const generated = join(www, 'src/generated');
const target = join(root, 'target');
/** The modules and style sheets that have names of their own on the site. */
const entries = {
  element: 'src/element/define.js',
  main: 'src/main.js',
  page: 'src/styles/page.css',
  site: 'src/styles/site.css',
  theme: 'src/theme.js',
  worker: 'src/engine/worker.js',
};
const plainLanguage = join(www, 'src/views/plain_language.js');
const wasmName = 'irql_playground_bg.wasm';

/** What rustc's default WebAssembly target uses; nothing newer, so that the page keeps its range of browsers. */
const wasmFeatures = [
  '--enable-bulk-memory',
  '--enable-multivalue',
  '--enable-mutable-globals',
  '--enable-nontrapping-float-to-int',
  '--enable-reference-types',
  '--enable-sign-ext',
];

/** How many steps `build` counts. */
export const buildSteps = 4;

/**
 * Builds the page. The tools must have been set up.
 * @param {Steps} [steps]  Where to count, when the build is a part of something longer.
 * @returns {Promise<{ folder: string, outputs: import('esbuild').Metafile['outputs'] }>}
 *   `outputs` tells which bundle imports which, by paths from the top of the repository.
 */
export async function build(steps = new Steps(buildSteps)) {
  let step = steps.next('Engine, from Rust to WebAssembly');
  const compiled = compileEngine();
  step.end('compiled');

  step = steps.next('Engine, bindings and optimisation');
  step.end(optimiseEngine(compiled) ? 'made' : 'unchanged since the last build');

  step = steps.next('Page');
  const outputs = await bundlePage();
  step.end(`in ${relative(root, dist)}`);

  step = steps.next('What stands alone: for frames, for disks, for npm');
  await bundleArtefacts();
  await writeOffline();
  checkAddresses();
  step.end('made');
  return { folder: dist, outputs };
}

/**
 * Panics of the engine on the page say what, and not where: the places are ten KB of gzip for every reader, and a run is
 * the same to the bit on the command line, where the place is told. The option is none of the stable compiler's yet, which
 * is pinned and takes it when it is asked to.
 */
const withoutPlaces = { RUSTC_BOOTSTRAP: '1', RUSTFLAGS: '-Zlocation-detail=none' };

/**
 * The compiler builds the kernel and the machine small, and calls for the least thing. Where a run passes, those calls cost
 * a good part of its time; everywhere else, copies of them would only cost bytes.
 */
const smallCalls = [
  '--always-inline-max-function-size=16',
  ...['lang', 'wasm', 'report', 'alpc', 'request'].map((layer) => `--no-inline=*::${layer}::*`),
  ...['serde', 'fmt', 'wasm_bindgen', 'dlmalloc'].map((name) => `--no-inline=*${name}*`),
  ...['program::io', 'FastMutex', 'Eresource', 'MutantDef', 'Kapc'].map((name) => `--no-inline=*${name}*`),
];

/** Cargo itself knows best when there is nothing to do. */
function compileEngine() {
  const options = [
    ...['rustc', '--lib', '--release', '--locked', '-p', 'irql-playground'],
    // Without English: the page has its catalogues beside the engine.
    '--no-default-features',
    // On the command line, because a second crate type in Cargo.toml switches link-time optimisation off.
    ...['--crate-type', 'cdylib', '--target', 'wasm32-unknown-unknown', '--target-dir', target],
  ];
  run('cargo', options, { env: withoutPlaces });
  return join(target, 'wasm32-unknown-unknown/release/irql_playground.wasm');
}

/**
 * Writes www/src/generated, unless it was made from this very engine by these very tools.
 * @param {string} compiled
 * @returns {boolean} whether there was something to do
 */
function optimiseEngine(compiled) {
  const stampFile = join(target, 'engine-in-www.stamp');
  const wasm = join(generated, wasmName);
  const stamp = createHash('sha256')
    .update(readFileSync(compiled))
    .update(readFileSync(import.meta.filename))
    .update(readFileSync(join(import.meta.dirname, 'wasm_order.mjs')))
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(output('wasm-bindgen', ['--version']) ?? '')
    .digest('hex');
  if (existsSync(wasm) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return false;

  rmSync(generated, { recursive: true, force: true });
  run('wasm-bindgen', ['--target', 'web', '--remove-producers-section', '--out-dir', generated, compiled]);
  const wasmOpt = join(root, 'node_modules/binaryen/bin/wasm-opt');
  run(process.execPath, [wasmOpt, ...smallCalls, '-O3', ...wasmFeatures, wasm, '-o', wasm]);
  writeFileSync(wasm, named(readFileSync(wasm)));
  const inOrder = ['--reorder-functions-by-name', '--generate-stack-ir', '--optimize-stack-ir'];
  run(process.execPath, [wasmOpt, ...inOrder, ...wasmFeatures, wasm, '-o', wasm]);
  writeFileSync(stampFile, stamp);
  return true;
}

/** What all bundles have in common. @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  logLevel: 'warning',
  loader: { '.irql': 'text' },
  // The editor's packages bring a parser that it has no use for; the module says what stands in for it.
  alias: { '@codemirror/language': plainLanguage, '@lezer/common': plainLanguage },
  // An absolute address is for the browser to find, not for us.
  external: ['https://*', 'data:*'],
};

/**
 * What several late parts have in common with the page would be a chunk for each choice of them: twenty small files, which
 * are compressed one by one. Each part leans on all that the page has before it, so that this is one chunk.
 * @type {import('esbuild').Plugin}
 */
const fewChunks = {
  name: 'few chunks',
  setup({ onLoad }) {
    const src = join(www, 'src');
    const page = `import ${JSON.stringify(join(src, 'element/life.js'))};`;
    const late = lateModules(src);
    onLoad({ filter: /\.js$/ }, ({ path }) =>
      late.has(path) ? { contents: page + readFileSync(path, 'utf8') } : null,
    );
  },
};

/**
 * The modules that come by `import()`, but for the page itself and what the engine's thread takes too.
 * @param {string} src
 */
function lateModules(src) {
  /** @type {Set<string>} */
  const late = new Set();
  for (const name of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.js')) continue;
    const file = join(src, name);
    const code = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, ''); // there it imports types
    for (const [, path] of code.matchAll(/\bimport\('(\.[^']*\.js)'\)/g)) late.add(join(dirname(file), path));
  }
  const outside = [join(src, 'element'), join(src, 'engine')];
  return new Set([...late].filter((file) => !outside.includes(dirname(file))));
}

async function bundlePage() {
  const { build: bundle } = await import('esbuild'); // not above: set-up may only just have installed it
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const { metafile } = await bundle({
    ...common,
    entryPoints: Object.entries(entries).map(([out, entry]) => ({ in: join(www, entry), out })),
    outdir: dist,
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    bundle: true,
    splitting: true, // keeps what is imported with `import()`, such as the editor, out of the first load
    format: 'esm',
    target: 'es2022',
    minify: true,
    sourcemap: true,
    metafile: true,
    plugins: [styles(join(www, 'src/styles')), fewChunks],
  }).catch(() => {
    throw new Failure('The page could not be bundled; the messages above say where and why.');
  });

  for (const page of filesIn(www, '.html'))
    writeFileSync(
      join(dist, relative(www, page)),
      withPreloads(readFileSync(page, 'utf8'), metafile.outputs).replace('%CSP%', sitePolicy),
    );
  if (existsSync(join(www, 'assets'))) cpSync(join(www, 'assets'), join(dist, 'assets'), { recursive: true });
  cpSync(join(generated, wasmName), join(dist, wasmName));
  await writeScenarios(join(dist, 'scenarios'), generated);
  return metafile.outputs;
}

/** What the pages of the site allow themselves. */
const sitePolicy = contentPolicy({ script: "'self'", style: "'self'", connect: "'self'" });

/** The single page, the classic script, the frame's script and its loader, the package. */
async function bundleArtefacts() {
  const wasm = join(generated, wasmName);
  const src = join(www, 'src');
  const inlined = { www, wasm, common, scenarios: join(dist, 'scenarios') };
  await bundleInline({
    ...inlined,
    entries: { 'irql-playground.iife': join(src, 'element/define.js'), embed: join(src, 'embed.js') },
    outdir: dist,
    format: 'iife',
  });
  await bundleInline({
    ...inlined,
    entries: { element: join(src, 'element/irql_playground.js'), engine: join(src, 'headless/engine.js') },
    outdir: join(dist, 'npm'),
    format: 'esm',
  });
  for (const file of readdirSync(join(www, 'npm'))) cpSync(join(www, 'npm', file), join(dist, 'npm', file));
  writePackage(join(dist, 'npm/package.json'));
  for (const file of ['LICENSE-MIT', 'LICENSE-APACHE']) cpSync(join(root, file), join(dist, 'npm', file));
  cpSync(join(dist, 'irql-playground.iife.js'), join(dist, 'npm/irql-playground.iife.js'));
  const { build: bundle } = await import('esbuild');
  await bundle({
    ...{ entryPoints: [join(www, 'src/embed-loader.js')], outfile: join(dist, 'embed-loader.js') },
    ...{ bundle: true, minify: true, format: 'iife', target: 'es2020', logLevel: 'warning' },
  });
  writeFileSync(
    join(dist, 'irql-playground.html'),
    singlePage({
      script: readFileSync(join(dist, 'irql-playground.iife.js'), 'utf8'),
      style: readFileSync(join(dist, 'site.css'), 'utf8'),
      icon: readFileSync(join(www, 'assets/icon.svg'), 'utf8'),
    }),
  );
}

/**
 * The package is of the version that all of this is.
 * @param {string} file
 */
function writePackage(file) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { name, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, `${JSON.stringify({ name, version, ...rest }, null, 2)}\n`);
}

/** The site's own worker, which knows by name all that the site needs offline. */
async function writeOffline() {
  const alone = /^(?:irql-playground\.|embed|npm\/|offline\.js)|\.map$/; // what goes into other pages is theirs to keep
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !alone.test(file) && statSync(join(dist, file)).isFile())
    .sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(join(dist, file)));
  const site = { files: ['./', ...files], version: hash.digest('hex').slice(0, 16) };
  const { build: bundle } = await import('esbuild');
  await bundle({
    ...{ entryPoints: [join(www, 'src/offline_worker.js')], outfile: join(dist, 'offline.js') },
    ...{ bundle: true, minify: true, format: 'iife', target: 'es2022', logLevel: 'warning' },
    banner: { js: `globalThis.irqlSite = ${JSON.stringify(site)};` },
  });
}

/**
 * A page that asks for its bundle beforehand asks for what that imports too: else it would be known a round trip later.
 * @param {string} page
 * @param {import('esbuild').Metafile['outputs']} outputs
 */
function withPreloads(page, outputs) {
  const link = '<link rel="modulepreload" href="./main.js" />';
  const chunks = (outputs['www/dist/main.js']?.imports ?? []).filter(
    ({ kind }) => kind === 'import-statement',
  );
  const links = chunks.map(({ path }) => link.replace('main.js', basename(path)));
  return page.replace(link, [link, ...links].join('\n    '));
}

/** Every relative address that a page or a module of the site mentions must lead to a file of the site. */
function checkAddresses() {
  /** @type {[ending: string, pattern: RegExp][]} */
  const mentions = [
    ['.html', /\b(?:src|href)="([^"]*)"/g],
    ['.js', /\bnew URL\("([^"]*)",\s*import\.meta\.url\)/g],
  ];
  for (const [ending, pattern] of mentions) {
    for (const file of filesIn(dist, ending)) {
      // What is inlined is JavaScript: it names addresses in its own way.
      const text = readFileSync(file, 'utf8').replace(/(<script)>[\s\S]*?<\/script>/g, '$1>');
      for (const [, address] of text.matchAll(pattern)) {
        if (/^([a-z]+:|#|\?|$)/i.test(address)) continue; // another site, this page itself
        const path = address.replace(/[?#].*/, '');
        const wanted = join(dist, path);
        if (!path.startsWith('/') && existsSync(wanted) && (path.endsWith('/') || statSync(wanted).isFile()))
          continue;
        throw new Failure(
          `${relative(root, file)} refers to "${address}", and no such file is beside it.\n` +
            'The site is flat: every bundle lies in www/dist under its own name (main.js, worker.js), styles as\n' +
            `their own name too, pictures in assets/. Write the address relative to that, such as "./worker.js".`,
        );
      }
    }
  }
}

/**
 * The files directly in a folder whose names end so.
 * @param {string} folder
 * @param {string} ending
 */
const filesIn = (folder, ending) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));

if (process.argv[1] === import.meta.filename) {
  await script(async () => {
    const steps = new Steps(needed.start.length + buildSteps);
    await setUp(needed.start, steps);
    await build(steps);
  });
}
