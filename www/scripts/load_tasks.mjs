// How long the page's tasks are while it loads: processor time of the main thread, from the browser's own trace.
// Of the processor's, not the clock's: a busy machine stretches the one and not the other.

/** How often the page is loaded; the median counts. */
const LOADS = 7;
/** Milliseconds: what a reader does not notice, and what the browser calls a long task. */
const FRAME = 16;

/**
 * @param {import('playwright-core').Browser} browser
 * @param {string} url
 * @returns {Promise<{ longest: number[], overAFrame: number, total: number }>}  In ms: the three longest tasks, how
 *   many take longer than a frame, and all of them together; each figure is the median of several loads.
 */
export async function loadTasks(browser, url) {
  /** @type {number[][]} */
  const loads = [];
  for (let i = 0; i < LOADS; i++) loads.push(await oneLoad(browser, url));
  const middle = (/** @type {(tasks: number[]) => number} */ figure) =>
    loads.map(figure).sort((a, b) => a - b)[LOADS >> 1];
  return {
    longest: [0, 1, 2].map((n) => middle((tasks) => tasks[n] ?? 0)),
    overAFrame: middle((tasks) => tasks.filter((ms) => ms > FRAME).length),
    total: middle((tasks) => tasks.reduce((sum, ms) => sum + ms, 0)),
  };
}

/**
 * @param {import('playwright-core').Browser} browser
 * @param {string} url
 * @returns {Promise<number[]>} the tasks of the main thread, longest first
 */
async function oneLoad(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  /** @type {any[]} */
  const events = [];
  devtools.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  const over = new Promise((resolve) => devtools.once('Tracing.tracingComplete', resolve));
  await devtools.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline'] },
  });
  await page.goto(url);
  await page.waitForSelector('.cm-editor', { state: 'attached' });
  await page.waitForFunction(() => /** @type {any} */ (globalThis).irqlPlayground.state.menu.length);
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  );
  await devtools.send('Tracing.end');
  await over;
  await context.close();
  return tasksOf(events);
}

/** @param {any[]} events */
function tasksOf(events) {
  const thread = (/** @type {any} */ { pid, tid }) => `${pid}:${tid}`;
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  const evaluated = events.filter(({ name }) => name === 'v8.evaluateModule' || name === 'EvaluateScript');
  const main = evaluated.map(thread).find((id) => mains.some((event) => thread(event) === id));
  const tasks = events
    .filter((event) => event.ph === 'X' && event.name.endsWith('RunTask') && thread(event) === main)
    .sort((a, b) => a.ts - b.ts || b.dur - a.dur);
  /** @type {number[]} */
  const times = [];
  let end = 0;
  for (const { ts, dur, tdur } of tasks) {
    if (ts < end) continue; // one task, told by two layers of the scheduler
    end = ts + dur;
    times.push((tdur ?? 0) / 1000);
  }
  return times.sort((a, b) => b - a);
}
