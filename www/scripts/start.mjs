// `npm start`: installs what is missing, builds the page and serves it on this machine.

import { build, buildSteps } from './build.mjs';
import { Failure } from './run.mjs';
import { serve } from './serve.mjs';
import { needed, setUp } from './setup.mjs';
import { Steps, script } from './steps.mjs';

await script(async () => {
  const steps = new Steps(needed.start.length + buildSteps + 1);
  await setUp(needed.start, steps);
  const { folder } = await build(steps);
  const step = steps.next('Server');
  const { url } = await listen(folder);
  step.end(`serving ${folder}`);
  console.log(`\nIRQL Playground is at ${url}\nCtrl+C stops it.`);
});

/**
 * Serves on the port that PORT names, or else on the first free one from 8080.
 * @param {string} folder
 */
async function listen(folder) {
  const named = process.env.PORT;
  if (named && !/^\d{1,5}$/.test(named))
    throw new Failure(`PORT is "${named}", and must be a number such as 8080.`);
  for (let port = Number(named || 8080); ; port++) {
    try {
      return await serve({ root: folder, port });
    } catch (error) {
      const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
      if (named) throw new Failure(`PORT is ${named}, and nothing can be served there: ${message}.`);
      if (code !== 'EADDRINUSE' || port === 8180) throw error;
    }
  }
}
