// `npm run bench`: how fast the engine is, natively and in Chromium, beside a bare event loop in the same run;
// how long a seek, a step and a frame take; what a record weighs, and the page. It prints a table and writes
// target/bench.json. A missed aim is told and nothing more; only a wrong answer fails.

import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { chromiumArgs, findChromium } from './browsers.mjs';
import { weigh } from './budgets.mjs';
import { build, buildSteps } from './build.mjs';
import { loadTasks } from './load_tasks.mjs';
import { Failure, output, root, run } from './run.mjs';
import { serve } from './serve.mjs';
import { needed, setUp } from './setup.mjs';
import { Steps, script } from './steps.mjs';

const RECORDS = 1_000_000;
/** Native and browser take turns so often; the median counts. */
const ROUNDS = 5;
const PROCESSORS = 4;
const LANES = 8;
/** What cargo builds or runs as the native half. */
const nativeBench = ['--profile', 'bench', '--locked', '--example', 'bench'];

/**
 * What is measured against an aim, and the floor under that; more is better unless it says `atMost`.
 * @typedef {{ id: string, what: string, value: number, unit: string, atMost?: boolean, goal: number, floor: number }} Figure
 */

async function bench() {
  const tools = [...needed.start, 'chromium'];
  const steps = new Steps(tools.length + buildSteps + 3);
  await setUp(tools, steps);
  const built = await build(steps);

  let step = steps.next('Native benchmark');
  run('cargo', ['build', ...nativeBench]);
  step.end('built');

  const browser = await openBrowser();
  try {
    step = steps.next('Speed, native and in Chromium by turns');
    const rounds = await speedByTurns(browser);
    step.end(`${ROUNDS} rounds`);

    step = steps.next('Memory, time travel and painting');
    const native = Object.fromEntries(measure('rest').map(({ what, ...rest }) => [what, rest]));
    const travel = await browser.ask('timeTravel');
    await browser.ask('speed', { text: scenario(LANES), records: RECORDS });
    const paint = await browser.ask('paint', { lanes: LANES });
    step.end('done');

    const weights = weigh(built);
    const loading = await browser.load(built.folder);
    const measured = { rounds, native, travel, paint, weights, loading };
    report(figures(measured), measured);
  } finally {
    await browser.close();
  }
}

/** What the native program prints for these arguments, a value a line. */
function measure(/** @type {string[]} */ ...args) {
  const lines = output('cargo', ['run', ...nativeBench, '--', ...args]);
  if (lines === null) {
    throw new Failure(
      `The native benchmark failed: \`cargo run --profile bench --example bench -- ${args.join(' ')}\` says why.`,
    );
  }
  return lines.split('\n').map((line) => JSON.parse(line));
}

/** The workload on so many processors. */
function scenario(/** @type {number} */ processors) {
  const text = output('cargo', ['run', ...nativeBench, '--', 'scenario', String(processors)]);
  if (text === null) throw new Failure('The native benchmark does not print the workload.');
  return text;
}

/** A Chromium with the worker in it. */
async function openBrowser() {
  const { chromium } = await import('playwright-core'); // set-up may only just have installed it
  const server = await serve({ root: join(root, 'www') });
  const browser = await chromium.launch({
    executablePath: findChromium() ?? undefined,
    args: chromiumArgs(),
  });
  const page = await browser.newPage();
  // Only an isolated page gets a clock of 5 us; any other one has 100 us.
  await page.route('**', async (route) => {
    const response = await route.fetch();
    const headers = {
      ...response.headers(),
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    };
    await route.fulfill({ response, headers });
  });
  await page.goto(`${server.url}scripts/bench-worker.js`); // any address of this server will do
  const worker = await page.evaluateHandle(() => new Worker(location.href, { type: 'module' }));
  return {
    version: browser.version(),
    /** @param {string} folder  Of the built page. */
    async load(folder) {
      const site = await serve({ root: folder });
      const tasks = await loadTasks(browser, site.url);
      await site.close();
      return tasks;
    },
    /**
     * @param {string} task
     * @param {object} [request]
     */
    async ask(task, request = {}) {
      const answer = await page.evaluate(
        ({ worker, message }) =>
          new Promise((resolve) => {
            worker.onmessage = ({ data }) => resolve(data);
            worker.onerror = ({ message }) => resolve({ error: message });
            worker.postMessage(message);
          }),
        { worker, message: { task, ...request } },
      );
      if (answer.error) throw new Failure(`In Chromium, \`${task}\` failed: ${answer.error}`);
      return answer.result;
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** @param {Awaited<ReturnType<typeof openBrowser>>} browser */
async function speedByTurns(browser) {
  const request = { text: scenario(PROCESSORS), records: RECORDS };
  await browser.ask('speed', request); // the first run compiles
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [native] = measure('speed');
    const chromium = await browser.ask('speed', request);
    if (native.fingerprint !== chromium.fingerprint) {
      throw new Failure(
        `The trace differs: fingerprint ${native.fingerprint} natively, ${chromium.fingerprint} in Chromium.`,
      );
    }
    rounds.push({ native, chromium });
  }
  return rounds;
}

/**
 * @param {any} measured
 * @returns {Figure[]}
 */
function figures({ rounds, native, travel, paint, weights }) {
  const of = (/** @type {(round: any) => number} */ value) => median(rounds.map(value));
  const best = (/** @type {(round: any) => number} */ value) => Math.max(...rounds.map(value));
  const [columns, checkpoints, pyramid] = rounds[0].chromium.bytes.map(
    (/** @type {number} */ bytes) => bytes / rounds[0].chromium.len,
  );
  const kb = weights.results.map((/** @type {{ size: number }} */ { size }) => size / 1000);
  const most = { atMost: true };
  return [
    {
      id: 'E1',
      what: 'engine ÷ bare loop, native',
      value: of((r) => r.native.ratio),
      unit: '',
      goal: 0.5,
      floor: 0.33,
    },
    {
      id: 'E4',
      what: 'engine in Chromium ÷ native, fastest of each',
      // Two programs one after the other: a median would compare what else the machine did meanwhile.
      value: best((r) => r.chromium.recordsPerSecond) / best((r) => r.native.engine_records_per_second),
      unit: '',
      goal: 0.8,
      floor: 0.65,
    },
    { id: 'T1', what: 'trace columns', value: columns, unit: 'B a record', ...most, goal: 16, floor: 20 },
    {
      id: 'T1',
      what: `trace (${columns.toFixed(1)}), checkpoints (${checkpoints.toFixed(1)}), pyramid (${pyramid.toFixed(1)})`,
      value: columns + checkpoints + pyramid,
      unit: 'B a record',
      ...most,
      goal: 24,
      floor: 32,
    },
    {
      id: 'T3',
      what: 'seek, p99, Chromium',
      value: travel.seek.p99,
      unit: 'ms',
      ...most,
      goal: 0.5,
      floor: 2,
    },
    {
      id: 'T3',
      what: 'seek, p99, native',
      value: native.seek.p99_us / 1000,
      unit: 'ms',
      ...most,
      goal: 0.5,
      floor: 2,
    },
    {
      id: 'T4',
      what: 'step, p99, Chromium',
      value: travel.step.p99,
      unit: 'ms',
      ...most,
      goal: 0.2,
      floor: 1,
    },
    { id: 'B2', what: 'frame, p95, Chromium', value: paint.p95, unit: 'ms', ...most, goal: 2, floor: 4 },
    {
      id: 'B2',
      what: 'frame, worst after the first, Chromium',
      value: paint.worstAfterFirst,
      unit: 'ms',
      ...most,
      goal: 8.3,
      floor: 16.6,
    },
    {
      id: 'B2',
      what: 'frame, p95, native',
      value: native.paint.p95_us / 1000,
      unit: 'ms',
      ...most,
      goal: 2,
      floor: 4,
    },
    { id: 'B10', what: 'gzip until ready', value: kb[1], unit: 'KB', ...most, goal: 120, floor: 160 },
    { id: 'B10', what: 'gzip with the editor', value: kb[2], unit: 'KB', ...most, goal: 240, floor: 320 },
    { id: 'B11', what: 'gzip of the engine', value: kb[0], unit: 'KB', ...most, goal: 90, floor: 130 },
  ];
}

/**
 * Prints the table and writes it, with all that it was made from.
 * @param {Figure[]} figures
 * @param {any} measured
 */
function report(figures, measured) {
  const { rounds, weights, loading } = measured;
  const million = (/** @type {(round: any) => number} */ value) =>
    (median(rounds.map(value)) / 1e6).toFixed(1);
  console.log(`
Records a second, medians of ${ROUNDS} rounds of ${RECORDS} records on ${PROCESSORS} processors:
  engine, native     ${million((r) => r.native.engine_records_per_second)} M
  engine, Chromium   ${million((r) => r.chromium.recordsPerSecond)} M
  bare loop, native  ${million((r) => r.native.bare_records_per_second)} M, ${rounds[0].native.bare_records_per_event} records an event
Virtual seconds a second: engine ${virtual(rounds, 'engine')}, bare loop ${virtual(rounds, 'bare')}

gzip, in KB of 1000 bytes`);
  for (const [name, size] of [...weights.sizes].sort((a, b) => b[1] - a[1])) {
    console.log(`  ${name.padEnd(40)}${(size / 1000).toFixed(1).padStart(8)}`);
  }
  console.log(`
While the page loads, processor time of the main thread, medians:
  the longest tasks  ${loading.longest.map((/** @type {number} */ ms) => ms.toFixed(0)).join(', ')} ms
  over a frame       ${loading.overAFrame}
  all together       ${loading.total.toFixed(0)} ms`);
  console.log(`\n${row(['figure', '', 'measured', 'aim', 'floor', ''])}`);
  for (const figure of figures) {
    const sign = figure.atMost ? '≤' : '≥';
    const value = `${figure.value.toPrecision(3)} ${figure.unit}`;
    console.log(
      row([
        figure.id,
        figure.what,
        value,
        `${sign} ${figure.goal}`,
        `${sign} ${figure.floor}`,
        verdict(figure),
      ]),
    );
  }
  const file = join(root, 'target/bench.json');
  mkdirSync(join(root, 'target'), { recursive: true });
  const machine = { node: process.version, processors: availableParallelism() };
  const verdicts = figures.map((figure) => ({ ...figure, verdict: verdict(figure) }));
  writeFileSync(
    file,
    `${JSON.stringify({ machine, figures: verdicts, measured: { ...measured, weights: [...weights.sizes] } }, null, 2)}\n`,
  );
  console.log('\nAll of it is in target/bench.json.');
}

/** Virtual time that passes in a second of the host's. */
function virtual(/** @type {any[]} */ rounds, /** @type {'engine' | 'bare'} */ side) {
  const speeds = rounds.map(
    ({ native }) => (native[`${side}_simulated_ns`] / 1e9 / RECORDS) * native[`${side}_records_per_second`],
  );
  return median(speeds).toFixed(1);
}

/** @param {Figure} figure */
function verdict({ value, atMost, goal, floor }) {
  const reaches = (/** @type {number} */ aim) => (atMost ? value <= aim : value >= aim);
  if (reaches(goal)) return 'met';
  return reaches(floor) ? 'missed' : 'below the floor';
}

/** @param {string[]} cells */
const row = ([id, what, value, goal, floor, verdict]) =>
  `${id.padEnd(8)}${what.padEnd(56)}${value.padStart(16)}${goal.padStart(8)}${floor.padStart(8)}  ${verdict}`;

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

await script(bench);
