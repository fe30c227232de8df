// Where the browsers of this machine are, which drivers fit them, and how they must be started for tests.

import { isExecutable, onPath, output } from './run.mjs';

const mac = '/Applications';

/**
 * Chromium or Chrome; the environment variable CHROME, a path, goes before anything found.
 * @returns {string[]} every candidate, best first
 */
function chromiums() {
  const named = process.env.CHROME ? [process.env.CHROME] : [];
  const onMac = [
    `${mac}/Chromium.app/Contents/MacOS/Chromium`,
    `${mac}/Google Chrome.app/Contents/MacOS/Google Chrome`,
  ];
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
  return [...named, ...names.flatMap(onPath), ...onMac].filter(isExecutable);
}

/** @returns {string | null} the path of Chromium or Chrome */
export const findChromium = () => chromiums()[0] ?? null;

/** @returns {string | null} the path of Firefox; the environment variable FIREFOX, a path, goes first */
export function findFirefox() {
  const named = process.env.FIREFOX ? [process.env.FIREFOX] : [];
  const onMac = [`${mac}/Firefox.app/Contents/MacOS/firefox`];
  return [...named, ...['firefox', 'firefox-esr'].flatMap(onPath), ...onMac].find(isExecutable) ?? null;
}

/**
 * A Chromium and a chromedriver of the same major version: a driver refuses any other browser.
 * @returns {{ browser: string, driver: string, version: string } | null}
 */
export function findChromiumWithDriver() {
  for (const driver of onPath('chromedriver')) {
    const version = majorVersion(driver);
    for (const browser of chromiums()) {
      if (version && version === majorVersion(browser)) return { browser, driver, version };
    }
  }
  return null;
}

/** @param {string} program */
const majorVersion = (program) => output(program, ['--version'])?.match(/ (\d+)\./)?.[1] ?? null;

/** The arguments that keep Chromium quiet and offline; its sandbox cannot start when run by root. */
export const chromiumArgs = () => [
  '--headless',
  '--disable-gpu',
  '--disable-dev-shm-usage', // containers often give it too little shared memory
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];
