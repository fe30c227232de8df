// Every catalogue says everything, with the same slots; every kind of record has its sentence.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fill, parts, slotsOf } from '../../src/messages/format.js';
import { chooseLanguage, languages, loadEngineWords } from '../../src/messages/index.js';

const src = join(import.meta.dirname, '../../src');
/** @param {string} layer */
const modulesIn = (layer) =>
  readdirSync(join(src, layer), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
const english = await languages.en.load();
const engineWords = await loadEngineWords();

test('a template keeps its text and fills its slots', () => {
  assert.equal(fill('CPU {cpu}: {arg} → {irql}', { cpu: 1, arg: 0, irql: 2 }), 'CPU 1: 0 → 2');
  assert.deepEqual(parts('{a}!', { a: 'x' }), [
    { slot: 'a', text: 'x' },
    { slot: null, text: '!' },
  ]);
  assert.equal(fill('{missing}.'), '.');
});

for (const [tag, { load, said }] of Object.entries(languages)) {
  test(`the catalogue ${tag} has every message, with the slots of the English one`, async () => {
    const catalogue = { ...(await load()), ...(await said?.()) };
    // Of what the engine says it may leave out what it has no words for.
    const own = Object.keys(catalogue).filter((key) => !(key in engineWords));
    assert.deepEqual(own.sort(), Object.keys(english).sort());
    for (const [key, template] of Object.entries(catalogue)) {
      assert.ok(template.trim(), `${key} is empty`);
      const wanted = slotsOf(english[key] ?? engineWords[key]);
      const more = slotsOf(template).filter((slot) => !wanted.includes(slot));
      assert.deepEqual(more, [], `${key} has slots that English lacks`);
      if (key.startsWith('sentence.')) continue; // a language may tell the processor or the level, or not
      assert.deepEqual(slotsOf(template), wanted, key);
    }
  });
}

test('Korean has words for all that the engine says, but for the rules that no scenario cites', async () => {
  const ko = (await languages.ko.said?.()) ?? {};
  const cited = rulesOfShippedScenarios();
  assert.ok(cited.size > 80, `${cited.size} rules`);
  const needed = Object.keys(engineWords).filter((key) => !/^(rule|source)\./.test(key));
  for (const rule of cited) needed.push(`rule.${rule}`);
  assert.deepEqual(
    needed.filter((key) => !ko[key]),
    [],
  );
});

/** The ids of the rules that the records of shipped scenarios cite, by their golden traces. */
function rulesOfShippedScenarios() {
  const folder = join(src, '../../crate/tests/suite');
  const traces = readdirSync(folder).filter((name) => name.endsWith('.trace'));
  const lines = traces.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
  const rules = lines.map((line) => / ([A-Z]{2,3}-\d+b?)(?: +<-\d+)?$/.exec(line)?.[1]);
  return new Set(rules.filter((rule) => rule !== undefined));
}

test('the words that come late are as many in each language, with the same slots', async () => {
  for (const part of /** @type {const} */ ([
    'stops',
    'compare',
    'alpc',
    'share',
    'exported',
    'help',
    'inspect',
    'statistics',
  ])) {
    const [en, ko] = [(await languages.en[part]?.()) ?? {}, (await languages.ko[part]?.()) ?? {}];
    assert.deepEqual(Object.keys(ko).sort(), Object.keys(en).sort(), part);
    for (const key of Object.keys(en)) assert.deepEqual(slotsOf(ko[key]), slotsOf(en[key]), key);
  }
});

test('every kind of record has a sentence', () => {
  const rust = readFileSync(join(src, '../../crate/src/trace/kind.rs'), 'utf8');
  const table = rust.slice(rust.indexOf('\nkinds! {'), rust.indexOf('impl Kind'));
  const kinds = [...table.matchAll(/^ {4}(\w+): \w+, \w+, \d;/gm)].map(([, name]) => name);
  assert.ok(kinds.length > 50);
  for (const kind of kinds) assert.ok(english[`sentence.${kind}`], `there is no sentence for ${kind}`);
});

test('every reason for a drain, or against one, has a sentence', () => {
  const rust = readFileSync(join(src, '../../crate/src/trace/reason.rs'), 'utf8');
  const table = rust.slice(rust.indexOf('pub enum'), rust.indexOf('}'));
  const reasons = [...table.matchAll(/^ {4}(\w+)(?: = 1)?,/gm)].map(([, name]) => name);
  assert.equal(reasons.length, 13);
  for (const reason of reasons) assert.ok(english[`sentence.reason.${reason}`], `nothing says ${reason}`);
});

test('every sentence belongs to a kind of record, and names its subject or what it is about', () => {
  for (const [key, template] of Object.entries(english)) {
    if (!/^sentence\.\w+$/.test(key) || /RunStarted|RunEnded|EndReached|LimitReached|MemoryTrimmed/.test(key))
      continue;
    assert.ok(slotsOf(template).length > 0, key);
  }
});

test('the views ask for no message that does not exist', async () => {
  const late = /** @type {const} */ (['help', 'inspect', 'statistics']);
  const words = await Promise.all(late.map((part) => languages.en[part]?.()));
  const known = Object.assign({}, english, ...words);
  for (const file of modulesIn('views')) {
    const text = readFileSync(join(src, 'views', file), 'utf8');
    for (const [, key] of text.matchAll(/\bt\('([\w.]+)'/g)) assert.ok(known[key], `${file} asks for ${key}`);
  }
});

test('no message is without a use', () => {
  const code = ['element', 'views', 'model']
    .flatMap((layer) => modulesIn(layer).map((file) => readFileSync(join(src, layer, file), 'utf8')))
    .join('\n');
  // Some are put together from a prefix that the code names and a word that it knows: `state.${state}`.
  const prefixes = [...code.matchAll(/\bt\(\s*`([\w.]+\.)\$\{/g)].map(([, prefix]) => prefix);
  for (const key of Object.keys(english)) {
    if (key.startsWith('sentence.') || code.includes(`'${key}'`)) continue;
    const base = key.replace(/\.one$/, '');
    assert.ok(
      prefixes.some((prefix) => key.startsWith(prefix)) ||
        (base !== key && code.includes(`'${base}'`)) ||
        key.startsWith('code.'),
      `nobody says ${key}`,
    );
  }
});

test('the language is the first wish that is known', () => {
  assert.equal(chooseLanguage([null, 'fr', 'ko-KR', 'en']), 'ko');
  assert.equal(chooseLanguage(['constructor', 'tlh']), 'en');
});
