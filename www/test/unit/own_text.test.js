// The reader's own text: what is remembered and what is kept; files that become the text, and those that do not.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { memory } from '../../src/base/storage.js';
import { readScenario, scenarioFileName } from '../../src/model/import.js';
import { mostBytes } from '../../src/model/link.js';
import { OwnText } from '../../src/model/own_text.js';

/** @type {Map<string, string>} */
const stored = new Map();
Object.defineProperty(globalThis, 'localStorage', {
  configurable: true,
  value: {
    getItem: (/** @type {string} */ key) => stored.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => stored.set(key, value),
    removeItem: (/** @type {string} */ key) => stored.delete(key),
  },
});
beforeEach(() => stored.clear());

const mine = { text: 'mine', scenario: 'packet-story', seed: 7 };
const other = { text: 'other', scenario: '', seed: null };

test('a reload brings back the text, where it came from and its seed', () => {
  new OwnText(memory).write(mine);
  assert.deepEqual(new OwnText(memory).now, mine);
  new OwnText(memory).write(other);
  assert.deepEqual(new OwnText(memory).now, other);
});

test('a text that something takes the place of is kept, across reloads, and can be taken back and forth', () => {
  const own = new OwnText(memory);
  assert.equal(own.replace('spin-lock'), false);
  assert.equal(own.hasKept, false);
  own.write(mine);
  assert.equal(own.replace('spin-lock'), true);
  assert.equal(stored.get('irql-playground.scenario'), 'spin-lock');
  assert.equal(new OwnText(memory).now, null);
  const later = new OwnText(memory);
  later.write(other);
  assert.deepEqual(later.takeBack(), mine);
  assert.deepEqual(later.now, mine);
  assert.deepEqual(later.takeBack(), other);
  assert.deepEqual(new OwnText(memory).now, other);
  assert.deepEqual(new OwnText(memory).takeBack(), mine);
});

test('the latest eight are kept, each once', () => {
  const own = new OwnText(memory);
  for (const n of [1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9]) {
    own.write({ ...other, text: `text ${n}` });
    own.replace('');
  }
  const kept = JSON.parse(stored.get('irql-playground.kept') ?? '');
  assert.deepEqual(
    kept.map((/** @type {any} */ { text }) => text),
    [9, 8, 7, 6, 5, 4, 3, 2].map((n) => `text ${n}`),
  );
});

test('what others left in the storage harms nobody', () => {
  for (const kept of ['', '{', 'null', '7', '{"a":1}', '[null, 1, {"text":3}, {"text":"x","scenario":[]}]']) {
    stored.set('irql-playground.kept', kept);
    stored.set('irql-playground.seed', 'NaN');
    assert.equal(new OwnText(memory).hasKept, false, kept);
    assert.equal(new OwnText(memory).takeBack(), null);
  }
});

test('without storage the texts are kept as long as the page is there', () => {
  const { localStorage: own } = globalThis;
  try {
    Object.defineProperty(globalThis, 'localStorage', { configurable: true, value: null });
    const texts = new OwnText(memory);
    texts.write(mine);
    texts.replace('');
    assert.deepEqual(texts.takeBack(), mine);
  } finally {
    Object.defineProperty(globalThis, 'localStorage', { configurable: true, value: own });
  }
});

/** @param {Uint8Array | string} bytes */
const file = (bytes) => new Blob([/** @type {BlobPart} */ (bytes)]);

test('a file’s text comes as it is, without a byte order mark', async () => {
  const text = 'title "한국어 汉字";\r\nmachine { }\n';
  assert.deepEqual(await readScenario(file(text)), { text });
  assert.deepEqual(await readScenario(file(`\ufeff${text}`)), { text });
});

test('what is no scenario is told apart', async () => {
  /** @type {[string, Blob][]} */
  const bad = [
    ['empty', file('')],
    ['empty', file(' \n\t\n')],
    ['large', file(new Uint8Array(mostBytes + 1).fill(0x20))],
    ['binary', file(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0))],
    ['binary', file('machine \0 { }')],
    ['utf8', file(Uint8Array.of(0xff, 0xfe, 0x74, 0x00))],
    ['utf8', file(Uint8Array.of(0xb0, 0xa1, 0xb3, 0xaa))], // Korean in EUC-KR
  ];
  for (const [problem, blob] of bad) assert.deepEqual(await readScenario(blob), { problem });
  const folder = { size: 4096, arrayBuffer: () => Promise.reject(new Error('NotReadableError')) };
  assert.deepEqual(await readScenario(folder), { problem: 'unreadable' });
  const grown = { size: 1, arrayBuffer: async () => new ArrayBuffer(mostBytes + 1) };
  assert.deepEqual(await readScenario(grown), { problem: 'large' });
});

test('a file has the name of the scenario, or that of its title', () => {
  assert.equal(scenarioFileName('spin-lock', 'A spin lock'), 'spin-lock.irql');
  assert.equal(scenarioFileName('', 'Two DPCs: who/comes\\first? ../x'), 'two-dpcs-who-comes-first-x.irql');
  assert.equal(scenarioFileName('', '패킷의 이야기'), '패킷의-이야기.irql');
  assert.equal(scenarioFileName('', '...'), 'scenario.irql');
});
