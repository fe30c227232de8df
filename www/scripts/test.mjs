// `npm test`: installs what is missing, then runs every check in order and stops at the first that fails.
// `npm test -- --list` names the checks; `npm test -- --only <name>` runs one of them.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findChromiumWithDriver } from './browsers.mjs';
import { checkBudgets } from './budgets.mjs';
import { build } from './build.mjs';
import { Failure, onPath, root, run } from './run.mjs';
import { setUp } from './setup.mjs';
import { script, stopwatch } from './steps.mjs';

const wasm = ['--target', 'wasm32-unknown-unknown'];
const denied = ['--', '-D', 'warnings'];
const rust = ['rust', 'linker'];
const page = [...rust, 'wasm-bindgen', 'packages'];
const wasmPack = [...rust, 'wasm-bindgen', 'wasm-pack', 'webdriver.json'];

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {string} title
 * @property {string[]} needs  Tools of set-up.
 * @property {() => string | null} [missing]  Why there is nothing to check yet; `null` when there is.
 * @property {() => void | Promise<void>} run
 * @property {string} [mend]  The command that mends what this check finds.
 */

/** @type {Check[]} */
const checks = [
  {
    name: 'fmt',
    title: 'Rust is formatted',
    needs: rust,
    run: () => run('cargo', ['fmt', '--all', '--check']),
    mend: 'cargo fmt --all',
  },
  {
    name: 'clippy',
    title: 'Rust without a warning, native',
    needs: rust,
    run: () => run('cargo', ['clippy', '--workspace', '--all-targets', '--locked', ...denied]),
  },
  {
    name: 'clippy-wasm',
    title: 'Rust without a warning, WebAssembly, without English as in the page',
    needs: rust,
    run: () =>
      run('cargo', [
        ...['clippy', '-p', 'irql-playground', '--no-default-features', '--lib', '--tests', '--locked'],
        ...wasm,
        ...denied,
      ]),
  },
  {
    name: 'rust',
    title: 'Rust tests, native',
    needs: rust,
    run: () => run('cargo', ['test', '--workspace', '--locked']),
  },
  {
    name: 'rules',
    title: 'The rules of the kernel, their tests and the scenarios that show them',
    needs: rust,
    run: () =>
      run('cargo', [
        'test',
        '--locked',
        '--test',
        'rules',
        'report::',
        '--',
        '--nocapture',
        '--test-threads=1',
      ]),
  },
  {
    name: 'doc',
    title: 'Rust documentation without a warning',
    needs: rust,
    run: () =>
      run('cargo', ['doc', '--workspace', '--no-deps', '--locked'], { env: { RUSTDOCFLAGS: '-D warnings' } }),
  },
  {
    name: 'build',
    title: 'The page builds',
    needs: page,
    run: async () => {
      await builtPage();
    },
  },
  {
    name: 'wasm-chromium',
    title: 'Rust tests in Chromium',
    needs: [...wasmPack, 'chromium'],
    missing: noBrowserTests,
    run: () => testInBrowser('chrome', 'chromedriver', findChromiumWithDriver()?.driver),
  },
  {
    name: 'wasm-firefox',
    title: 'Rust tests in Firefox',
    needs: [...wasmPack, 'firefox', 'geckodriver'],
    missing: noBrowserTests,
    run: () => testInBrowser('firefox', 'geckodriver', onPath('geckodriver')[0]),
  },
  {
    name: 'types',
    title: 'Types of the page and the scripts',
    needs: page,
    run: async () => {
      await builtPage(); // the page imports what wasm-bindgen generates
      // Apart, because the page must not lean on what only Node has.
      for (const project of ['tsconfig.json', 'www/scripts/tsconfig.json']) {
        run(process.execPath, ['node_modules/typescript/bin/tsc', '--project', project]);
      }
    },
  },
  {
    name: 'biome',
    title: 'JavaScript and CSS are formatted and without a warning',
    needs: ['packages'],
    run: () =>
      run(process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings']),
    mend: 'npm run format',
  },
  {
    name: 'unit',
    title: 'Unit tests of the page',
    needs: page,
    missing: () => noFilesIn('www/test/unit'),
    run: async () => {
      await builtPage();
      testWithNode(testsIn('www/test/unit'));
    },
  },
  {
    name: 'browser',
    title: 'The built page in Chromium, and what is embedded in Firefox too',
    needs: [...page, 'chromium', 'firefox', 'geckodriver'],
    missing: () => noFilesIn('www/test/e2e'),
    run: async () => {
      await builtPage();
      const chromium = findChromiumWithDriver()?.browser ?? '';
      // One file at a time: two browsers at once make a small machine slow, and slow is where tests wobble.
      testWithNode(['--test-concurrency=1', ...testsIn('www/test/e2e')], { CHROME: chromium });
    },
  },
  {
    name: 'recipes',
    title: 'The package, and the figures of every recipe, in Chromium',
    needs: [...page, 'chromium', 'mdbook', 'generators'],
    run: async () => {
      await builtPage();
      const chromium = findChromiumWithDriver()?.browser ?? '';
      testWithNode(['--test-concurrency=1', ...testsIn('www/test/recipes')], { CHROME: chromium });
    },
  },
  {
    name: 'budgets',
    title: 'Size budgets',
    needs: page,
    missing: () => (existsSync(join(root, 'www/src/main.js')) ? null : 'there is no www/src/main.js yet'),
    run: async () => checkBudgets(await builtPage()),
  },
];

/** @type {ReturnType<typeof build> | undefined} */
let built;

/** Builds the page once for all the checks that need it. */
function builtPage() {
  built ??= build();
  return built;
}

/**
 * @param {string} browser  As wasm-pack calls it.
 * @param {string} driverName
 * @param {string | undefined} driver
 */
function testInBrowser(browser, driverName, driver) {
  const args = [
    'test',
    '--headless',
    `--${browser}`,
    '--mode',
    'no-install',
    `--${driverName}`,
    driver ?? driverName,
  ];
  run('wasm-pack', [...args, 'crate', '--test', 'web', '--locked'], {
    // In seconds. The runner's own limits are short and fail a busy machine; an hour is no limit at all.
    env: { WASM_BINDGEN_TEST_TIMEOUT: '3600', WASM_BINDGEN_TEST_DRIVER_TIMEOUT: '3600' },
  });
}

/**
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
function testWithNode(args, env) {
  run(process.execPath, ['--test', '--test-reporter=spec', ...args], { env });
}

function noBrowserTests() {
  return existsSync(join(root, 'crate/tests/web.rs')) ? null : 'there is no crate/tests/web.rs yet';
}

/** @param {string} folder */
function testsIn(folder) {
  if (!existsSync(join(root, folder))) return [];
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.test.js'));
  return names.sort().map((name) => `${folder}/${name}`);
}

/** @param {string} folder */
const noFilesIn = (folder) => (testsIn(folder).length ? null : `there is no ${folder}/*.test.js yet`);

/** @returns {{ list: boolean, only: string | undefined }} */
function parseOptions() {
  try {
    const { values } = parseArgs({
      options: { list: { type: 'boolean', default: false }, only: { type: 'string' } },
    });
    return { list: values.list ?? false, only: values.only };
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    throw new Failure(`${message}\nUsage: npm test [-- --list | -- --only <name>]`);
  }
}

await script(async () => {
  const { list, only } = parseOptions();
  if (list) {
    for (const { name, title } of checks) console.log(`${name.padEnd(15)}${title}`);
    return;
  }
  const chosen = checks.filter(({ name }) => only === undefined || name === only);
  if (chosen.length === 0)
    throw new Failure(`No check is called "${only}". \`npm test -- --list\` names them.`);

  const all = stopwatch();
  await setUp([...new Set(chosen.flatMap(({ needs }) => needs))]);

  /** @type {string[][]} */
  const summary = [];
  let passed = 0;
  let failed = 0;
  for (const [index, check] of chosen.entries()) {
    console.log(`\n== [${index + 1}/${chosen.length}] ${check.title} (${check.name}) ==`);
    const reason = check.missing?.();
    if (reason) {
      console.log(`  skipped: ${reason}`);
      summary.push([check.name, 'skipped', reason]);
      continue;
    }
    const elapsed = stopwatch();
    try {
      await check.run();
      passed++;
      summary.push([check.name, 'passed', elapsed()]);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failed++;
      summary.push([check.name, 'FAILED', elapsed()]);
      console.log(`\n${error.message}`);
      break;
    }
  }

  console.log(`\n== Summary, ${all()} ==`);
  for (const [name, result, more] of summary) console.log(`  ${name.padEnd(15)}${result.padEnd(9)}${more}`);
  const skipped = summary.length - passed - failed;
  console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
  if (failed === 0) return;
  const check = chosen[summary.length - 1];
  const mend = check.mend ? ` To mend it: ${check.mend}.` : '';
  throw new Failure(
    `Failed: ${check.title}.${mend} To run only this again: npm test -- --only ${check.name}`,
  );
});
