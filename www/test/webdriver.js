// A browser driven by the WebDriver protocol: what Chromium and Firefox have in common, and no more.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { chromiumArgs, findChromiumWithDriver, findFirefox } from '../scripts/browsers.mjs';
import { onPath } from '../scripts/run.mjs';

/** How a browser is started, by its name. */
const kinds = {
  chromium: () => {
    const { browser, driver } = findChromiumWithDriver() ?? {};
    return { driver, options: { 'goog:chromeOptions': { binary: browser, args: chromiumArgs() } } };
  },
  firefox: () => ({
    driver: onPath('geckodriver')[0],
    options: { 'moz:firefoxOptions': { binary: findFirefox(), args: ['-headless'] } },
  }),
};

/** @typedef {keyof typeof kinds} BrowserName */
export const browserNames = /** @type {BrowserName[]} */ (Object.keys(kinds));

/**
 * How long a call may be without an answer before it is made again, and how often. A browser that changes the process of
 * a page may forget a call that was just made in it: such a call would never be answered.
 */
const patienceMs = 20_000;
const attempts = 10;

/** What WebDriver calls an element, as a key. */
const elementKey = 'element-6066-11e4-a52e-4f735466cecf';

/** @param {BrowserName} name */
export async function startBrowser(name) {
  const { driver, options } = kinds[name]();
  if (!driver) throw new Error(`There is no driver for ${name} on PATH; \`npm test\` sets it up.`);
  const child = spawn(driver, ['--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const server = `http://127.0.0.1:${await portOf(child)}`;

  /**
   * @param {'POST' | 'DELETE'} method
   * @param {string} path
   * @param {object} [body]
   */
  async function ask(method, path, body = {}) {
    const response = await fetch(server + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(method === 'POST' && { body: JSON.stringify(body) }),
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  }

  const capabilities = { alwaysMatch: { timeouts: { script: patienceMs }, ...options } };
  const started = await ask('POST', '/session', { capabilities }).catch((error) => {
    child.kill();
    throw error;
  });
  const session = `/session/${started.sessionId}`;
  return {
    /** Opens a page, in no frame of it. @param {string} url */
    async open(url) {
      await ask('POST', `${session}/url`, { url });
    },

    /** Goes into the first frame of where it is. */
    async enterFrame() {
      const found = await ask('POST', `${session}/element`, { using: 'css selector', value: 'iframe' });
      await ask('POST', `${session}/frame`, { id: { [elementKey]: found[elementKey] } });
    },

    /**
     * Calls a function in the page and waits for what it promises. It sees nothing of where it was written, and it may be
     * called again while an earlier call of it goes on: what it does must come to the same.
     * @param {(...args: any[]) => unknown} task
     * @param {...unknown} args
     */
    async run(task, ...args) {
      const script = `const done = arguments[arguments.length - 1];
        (async () => (${task})(...arguments))()
          .then((value) => done({ value }), (error) => done({ error: String(error) }));`;
      for (let left = attempts; ; left--) {
        try {
          const { value, error } = await ask('POST', `${session}/execute/async`, { script, args });
          if (error) throw new Error(error);
          return value;
        } catch (error) {
          if (left === 1 || !String(error).includes('script timeout')) throw error;
        }
      }
    },

    async close() {
      await ask('DELETE', session).finally(() => child.kill());
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof startBrowser>>} Browser */

/**
 * The port that a driver says it listens on.
 * @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, null>} driver
 * @returns {Promise<string>}
 */
function portOf(driver) {
  return new Promise((resolve, reject) => {
    driver.once('exit', () => reject(new Error('The driver ended before it listened.')));
    createInterface({ input: driver.stdout }).on('line', (line) => {
      const port = /(?:on port |Listening on [\d.]+:)(\d+)/.exec(line)?.[1];
      if (port && port !== '0') resolve(port);
    });
  });
}
