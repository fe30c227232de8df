// What must be on this machine before anything can be built or tested: a table of tools, each with a
// way to find it and a way to install it. `npm start` and `npm test` go through this table first.
// Tools that are already here in the right version are used as they are; the others go into a
// versioned folder of the user's cache, so they neither replace the user's own nor are installed
// again for every clone.

import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromiumArgs, findChromiumWithDriver, findFirefox } from './browsers.mjs';
import { addToPath, exe, Failure, isExecutable, onPath, output, root, run } from './run.mjs';
import { Steps, script } from './steps.mjs';

const cacheFolder = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
const toolFolder = join(cacheFolder, 'irql-playground', 'tools');
const cargoBin = join(process.env.CARGO_HOME || join(homedir(), '.cargo'), 'bin');
const webdriverFile = join(root, 'crate/webdriver.json');
const recipes = join(root, 'www/test/recipes');

/** Where the generators are that the recipes are built with: a folder of its own for each lock file. */
export const generatorFolder = join(
  toolFolder,
  `generators-${hashOf(join(recipes, 'package-lock.json')).slice(0, 16)}`,
);

/**
 * @typedef {object} Tool
 * @property {string} title
 * @property {() => string | null} find  What was found, in a few words; `null` when it is missing.
 * @property {() => void | Promise<void>} install
 */

/** In the order of installation. @type {Record<string, Tool>} */
const tools = {
  rust: {
    title: 'Rust, with rustfmt, clippy and the wasm32 target',
    find: findRust,
    install: installRust,
  },
  linker: {
    title: 'C compiler and linker',
    find: () => (process.platform === 'win32' ? 'not needed on Windows' : (onPath('cc')[0] ?? null)),
    install: () => apt(['gcc', 'libc6-dev'], 'a C compiler (`cc`)'),
  },
  'wasm-bindgen': cargoTool({
    name: 'wasm-bindgen',
    version: lockedVersion('wasm-bindgen'), // it refuses to work with the crate in any other version
    crate: 'wasm-bindgen-cli',
    beside: ['wasm-bindgen-test-runner'],
  }),
  packages: {
    title: 'node packages of package-lock.json',
    find: () => (packagesAreCurrent() ? 'current' : null),
    install: installPackages,
  },
  'wasm-pack': cargoTool({ name: 'wasm-pack', version: '0.15.1' }),
  chromium: {
    title: 'Chromium and chromedriver of one version',
    find: () => {
      const found = findChromiumWithDriver();
      return found && `${found.browser}, version ${found.version}`;
    },
    install: () =>
      apt(
        ['chromium', 'chromium-driver', 'fonts-noto-cjk'],
        'Chromium (or Chrome) and a chromedriver of the same major version on PATH (CHROME=/path/to/chrome names a browser elsewhere)',
      ),
  },
  firefox: {
    title: 'Firefox',
    find: findFirefox,
    install: () => apt(['firefox-esr'], 'Firefox on PATH (FIREFOX=/path/to/firefox names one elsewhere)'),
  },
  geckodriver: cargoTool({ name: 'geckodriver', version: '0.37.1' }),
  // A book and no more: what serves and searches one is left out.
  mdbook: cargoTool({ name: 'mdbook', version: '0.5.4', args: ['--no-default-features'] }),
  generators: {
    title: 'Generators of sites, for the recipes',
    find: () => (existsSync(generatorStamp) ? generatorFolder : null),
    install: installGenerators,
  },
  'webdriver.json': {
    title: 'crate/webdriver.json, which tells the drivers where the browsers are',
    find: () => (readText(webdriverFile) === webdriverSettings() ? 'current' : null),
    install: () => writeFileSync(webdriverFile, webdriverSettings()),
  },
};

/** What each script needs; `test.mjs` picks single tools for single checks. */
export const needed = {
  start: ['rust', 'linker', 'wasm-bindgen', 'packages'],
  test: Object.keys(tools),
};

/**
 * Finds or installs the named tools and puts them on PATH.
 * @param {string[]} names
 * @param {Steps} [steps]  Where to count, when set-up is a part of something longer.
 */
export async function setUp(names, steps = new Steps(names.length)) {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new Failure(`Node 20 or newer is needed, and this is ${process.version}. See https://nodejs.org.`);
  }
  addToPath(cargoBin, 'last'); // rustup's folder, for shells that have not been restarted since
  const unknown = names.find((name) => !(name in tools));
  if (unknown)
    throw new Failure(`No tool is called "${unknown}". There are: ${Object.keys(tools).join(', ')}.`);
  for (const [, tool] of Object.entries(tools).filter(([name]) => names.includes(name))) {
    const step = steps.next(tool.title);
    const found = tool.find();
    if (found) {
      step.end(`found: ${found}`);
      continue;
    }
    step.say('missing, installing');
    await tool.install();
    const installed = tool.find();
    if (!installed) {
      throw new Failure(
        `${tool.title}: the installation ended without an error, and still it cannot be found in the right version. ` +
          'The messages above say what was installed and where.',
      );
    }
    step.end(`installed: ${installed}`);
  }
}

/**
 * The version of a crate in Cargo.lock.
 * @param {string} name
 */
function lockedVersion(name) {
  const version = readText(join(root, 'Cargo.lock'))?.match(`name = "${name}"\nversion = "(.+)"`)?.[1];
  if (!version) throw new Error(`Cargo.lock has no ${name}`);
  return version;
}

/** The Rust toolchain that rust-toolchain.toml names, at least as new as crate/Cargo.toml asks for. */
function findRust() {
  const found = output('rustc', ['--version'])?.match(/(\d+)\.(\d+)\.\S+/);
  if (!found) return null;
  const [, major, minor] =
    readText(join(root, 'crate/Cargo.toml'))?.match(/^rust-version = "(\d+)\.(\d+)/m) ?? [];
  if (Number(found[1]) < Number(major) || (found[1] === major && Number(found[2]) < Number(minor)))
    return null;
  const library = output('rustc', ['--print', 'target-libdir', '--target', 'wasm32-unknown-unknown']);
  const complete =
    library &&
    existsSync(library) &&
    output('cargo', ['fmt', '--version']) &&
    output('cargo', ['clippy', '--version']);
  return complete ? found[0] : null;
}

function installRust() {
  if (!onPath('rustup').length) {
    throw new Failure('rustup is missing. Install it as https://rustup.rs says, then run this again.');
  }
  const channel = readText(join(root, 'rust-toolchain.toml'))?.match(/^channel = "(.+)"/m)?.[1] ?? 'stable';
  run('rustup', [
    ...['toolchain', 'install', channel, '--no-self-update', '--profile', 'minimal'],
    ...['--component', 'rustfmt', '--component', 'clippy', '--target', 'wasm32-unknown-unknown'],
  ]);
}

/** These tools run for a second or so: what counts is how soon they are there, and this saves a quarter of the wait. */
const quickBuild = {
  CARGO_PROFILE_RELEASE_OPT_LEVEL: '1',
  CARGO_PROFILE_RELEASE_LTO: 'off',
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16',
};

/**
 * A program that `cargo install` builds. It counts as found only in exactly this version.
 * @param {{ name: string, version: string, crate?: string, beside?: string[], args?: string[] }} tool
 *   `beside`: programs that the same crate installs and that must be in the same folder.
 *   `args`: what else `cargo install` is told.
 * @returns {Tool}
 */
function cargoTool({ name, version, crate = name, beside = [], args = [] }) {
  const home = join(toolFolder, `${name}-${version}`);
  return {
    title: `${name} ${version}`,
    find() {
      const ours = join(home, 'bin', name + exe);
      // Of the user's own only the first on PATH will do, because that is the one that wasm-pack would run.
      for (const program of [ours, ...onPath(name).slice(0, 1)]) {
        const folder = dirname(program);
        if (!isExecutable(program) || !beside.every((other) => isExecutable(join(folder, other + exe))))
          continue;
        const told = output(program, ['--version'])?.split(/\s+/) ?? [];
        if (!told.includes(version) && !told.includes(`v${version}`)) continue;
        if (program === ours) addToPath(folder, 'first');
        return program;
      }
      return null;
    },
    install: () =>
      run('cargo', ['install', crate, '--version', version, '--locked', '--root', home, ...args], {
        env: quickBuild,
      }),
  };
}

/** Notes which lock file node_modules was made from; `npm ci` starts by removing it with all the rest. */
const packageStamp = join(root, 'node_modules/.irql-playground-lock');
const packageLockHash = () => hashOf(join(root, 'package-lock.json'));
const packagesAreCurrent = () => readText(packageStamp) === packageLockHash();

function installPackages() {
  npmCi('--include=dev');
  writeFileSync(packageStamp, packageLockHash());
}

/** Written last: what was interrupted is installed anew. */
const generatorStamp = join(generatorFolder, 'complete');

function installGenerators() {
  mkdirSync(generatorFolder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(join(recipes, file), join(generatorFolder, file));
  npmCi('--prefix', generatorFolder);
  writeFileSync(generatorStamp, '');
}

/** @param {string[]} more */
function npmCi(...more) {
  // No package here needs its install script; not running any is one thing less to trust.
  npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', ...more]);
}

/** @param {string[]} args */
function npm(args) {
  const script = process.env.npm_execpath; // set by npm; a script, because Windows cannot start npm.cmd directly
  if (script?.endsWith('.js')) run(process.execPath, [script, ...args]);
  else run('npm', args);
}

let aptIsFresh = false;

/**
 * Installs Debian packages where that is possible without asking anyone for a password.
 * @param {string[]} packages
 * @param {string} what  What to install by hand where it is not possible.
 */
async function apt(packages, what) {
  const byHand = `Install ${what}, then run this again.`;
  if (!onPath('apt-get').length)
    throw new Failure(`Missing, and there is no apt-get to install it. ${byHand}`);
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && output('sudo', ['-n', 'true']) === null) {
    throw new Failure(
      `Missing, and apt-get needs root or a sudo that asks for no password. ${byHand}\n` +
        `On Debian: sudo apt-get install ${packages.join(' ')}`,
    );
  }
  const aptGet = (/** @type {string[]} */ ...args) => {
    // Another apt-get may be at work, on a machine that has just started: wait for it.
    const command = [
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      '-y',
      '-o',
      'DPkg::Lock::Timeout=-1',
      ...args,
    ];
    const [program, ...rest] = isRoot ? command : ['sudo', '-n', ...command];
    run(program, rest);
  };
  if (!aptIsFresh) await retry(6, () => aptGet('update')); // that lock has no time-out of its own
  aptIsFresh = true;
  try {
    aptGet('install', '--no-install-recommends', ...packages);
  } catch (error) {
    throw error instanceof Failure ? new Failure(`${error.message}\n${byHand}`) : error;
  }
}

/**
 * Tries something that may be held up by another program, a few times, ten seconds apart.
 * The last failure counts for nothing here: what depends on it fails with a better message.
 * @param {number} times
 * @param {() => void} attempt
 */
async function retry(times, attempt) {
  for (; times > 0; times--) {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      console.log(`  ${error.message}`);
      if (times > 1) await sleep(10_000);
    }
  }
}

/**
 * Read by the test runner of wasm-bindgen from the folder of the crate. Written here rather than
 * committed, because browsers live elsewhere on other machines.
 */
function webdriverSettings() {
  const chromium = findChromiumWithDriver()?.browser;
  const firefox = findFirefox();
  const settings = {
    'goog:chromeOptions': { args: chromiumArgs(), ...(chromium && { binary: chromium }) },
    'moz:firefoxOptions': { args: ['-headless'], ...(firefox && { binary: firefox }) },
  };
  return `${JSON.stringify(settings, null, 2)}\n`;
}

/** @param {string} path */
function hashOf(path) {
  return createHash('sha256')
    .update(readText(path) ?? '')
    .digest('hex');
}

/** @param {string} path */
function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

// `node www/scripts/setup.mjs [tool…]` does the set-up alone; without names, all of it.
if (process.argv[1] === import.meta.filename) {
  await script(() => setUp(process.argv.length > 2 ? process.argv.slice(2) : needed.test));
}
