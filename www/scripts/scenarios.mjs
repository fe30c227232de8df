// What the page's menu of scenarios is made of: the sections and the order of scenarios/README.md, and what the
// texts say of themselves, as the engine reads them. Writes it beside the page, one menu for each language.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { languages } from '../src/messages/index.js';
import { localize } from '../src/model/sentence.js';
import { Failure, root } from './run.mjs';

/** @import { Check } from '../src/engine/protocol.js' */
/** @import { Section } from '../src/model/library.js' */
/** @typedef {(text: string) => Check} Checker  The engine's own reading of a text. */

const folder = join(root, 'scenarios');
const list = 'scenarios/README.md';

/**
 * The sections of the menu with the names of their scenarios, as scenarios/README.md lists them.
 * @returns {{ section: string, names: string[] }[]}
 */
export function listedScenarios() {
  /** @type {{ section: string, names: string[] }[]} */
  const sections = [];
  for (const line of readFileSync(join(folder, 'README.md'), 'utf8').split('\n')) {
    const [, section] = /^## (.+)/.exec(line) ?? [];
    const [, name] = /\(([\w-]+)\.irql\)/.exec(line) ?? [];
    if (section) sections.push({ section, names: [] });
    if (name) sections.at(-1)?.names.push(name);
  }
  const listed = sections.flatMap(({ names }) => names);
  const there = readdirSync(folder)
    .filter((file) => file.endsWith('.irql'))
    .map((file) => file.slice(0, -'.irql'.length));
  for (const name of there) {
    if (!listed.includes(name))
      throw new Failure(
        `scenarios/${name}.irql is in no section of the menu. Add a line for it to ${list}, where readers would look.`,
      );
  }
  for (const [index, name] of listed.entries()) {
    if (!there.includes(name))
      throw new Failure(`${list} lists ${name}.irql, and there is no such file beside it.`);
    if (listed.indexOf(name) !== index) throw new Failure(`${list} lists ${name}.irql twice.`);
  }
  return sections;
}

/** @param {string} name */
export const scenarioText = (name) => readFileSync(join(folder, `${name}.irql`), 'utf8');

/**
 * The menu in one language: titles, and of each explanation the first sentence.
 * @param {Checker} check
 * @param {string} lang
 * @returns {Section[]}
 */
export function menuIn(check, lang) {
  return listedScenarios().map(({ section, names }) => ({
    section,
    scenarios: names.map((id) => {
      const { ok, title, about, diagnostics } = check(scenarioText(id));
      if (!ok)
        throw new Failure(
          `scenarios/${id}.irql has an error in line ${diagnostics[0]?.line}. This tells which:\n` +
            `cargo run --release --example run -- scenarios/${id}.irql`,
        );
      return { id, title: localize(title, lang) || id, about: firstSentence(localize(about, lang)) };
    }),
  }));
}

/** @param {string} text */
export function firstSentence(text) {
  return /^.*?(?:[.!?](?=\s|$)|[。！？])/s.exec(text)?.[0] ?? text;
}

/**
 * Writes the texts, and the menus that lead to them, into a folder of the site.
 * @param {string} into
 * @param {string} generated  Where the engine's bindings are.
 */
export async function writeScenarios(into, generated) {
  const check = await engineCheck(generated);
  mkdirSync(into);
  for (const lang of Object.keys(languages))
    writeFileSync(join(into, `menu.${lang}.json`), JSON.stringify(menuIn(check, lang)));
  for (const name of listedScenarios().flatMap(({ names }) => names))
    writeFileSync(join(into, `${name}.irql`), scenarioText(name));
}

/**
 * @param {string} generated
 * @returns {Promise<Checker>}
 */
export async function engineCheck(generated) {
  const engine = await import(pathToFileURL(join(generated, 'irql_playground.js')).href);
  engine.initSync({ module: readFileSync(join(generated, 'irql_playground_bg.wasm')) });
  return engine.check;
}
