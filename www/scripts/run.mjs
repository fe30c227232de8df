// Running other programs: with their output shown, or with their output returned.
// Only node: modules may be imported here: set-up runs before any package is installed.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top folder of the repository; every command runs from here. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** How the file name of a program ends on this system. */
export const exe = process.platform === 'win32' ? '.exe' : '';

/** A failure meant for the person at the keyboard: printed as a message, without a stack trace. */
export class Failure extends Error {}

/**
 * Runs a program with its output shown, and throws a `Failure` unless it succeeds.
 * Standard input is closed, so that nothing can stop to ask a question.
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: Record<string, string> }} [options] `env` is added to the current environment.
 */
export function run(program, args, { env = {} } = {}) {
  const settings = Object.entries(env).map(([name, value]) => `${name}=${quote(value)}`);
  const command = [program === process.execPath ? 'node' : program, ...args].map(fromTop).map(quote);
  const line = [...settings, ...command].join(' ');
  console.log(`  $ ${line}`);
  const { status, signal, error } = spawnSync(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error) throw new Failure(`Could not start \`${program}\`: ${error.message}`);
  if (signal) throw new Failure(`\`${line}\` was stopped by ${signal}.`);
  if (status !== 0) throw new Failure(`\`${line}\` ended with status ${status}.`);
}

/**
 * What a program prints on standard output, trimmed; `null` when it cannot start or does not succeed.
 * @param {string} program
 * @param {string[]} args
 * @returns {string | null}
 */
export function output(program, args) {
  const { status, stdout } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout.trim() : null;
}

/**
 * Every place on PATH that holds an executable of this name, in order.
 * @param {string} name
 * @returns {string[]}
 */
export function onPath(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name + exe))
    .filter(isExecutable);
}

/**
 * @param {string} path
 * @returns {boolean}
 */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Puts a folder on PATH, for this process and everything it starts.
 * @param {string} folder
 * @param {'first' | 'last'} where
 */
export function addToPath(folder, where) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  if (where === 'first') process.env.PATH = [folder, ...folders].join(delimiter);
  else if (!folders.includes(folder)) process.env.PATH = [...folders, folder].join(delimiter);
}

/** A path as it is seen from the top folder, where the commands run. */
const fromTop = (/** @type {string} */ text) => text.replace(`${root}${sep}`, '');

/** @param {string} text */
const quote = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
