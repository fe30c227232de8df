// The state in a link: what is written is read, what was ever written is read for ever, and whatever else there is
// in an address gives one of the problems that the page has words for.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { languages } from '../../src/messages/index.js';
import {
  linkState,
  migrate,
  mostBytes,
  readLink,
  themes,
  version,
  views,
  writeLink,
} from '../../src/model/link.js';

/** @import { LinkState } from '../../src/model/link.js' */

const here = import.meta.dirname;
const scenarios = join(here, '../../../scenarios');

/** @param {string} fragment */
async function stateOf(fragment) {
  const read = await readLink(fragment);
  assert.ok('state' in read, `${fragment.slice(0, 80)}: ${JSON.stringify(read)}`);
  return read.state;
}

/** @param {string} fragment */
async function problemOf(fragment) {
  const read = await readLink(fragment);
  assert.ok('problem' in read, `${fragment.slice(0, 80)} was read`);
  return read.problem;
}

/** A link with these bytes in it. @param {string | Uint8Array} bytes */
const deflated = (bytes) => `1.z.${deflateRawSync(bytes).toString('base64url')}`;
/** @param {string | Uint8Array} bytes */
const plain = (bytes) => `1.p.${Buffer.from(bytes).toString('base64url')}`;
/** @param {unknown} said */
const saying = (said) => deflated(JSON.stringify(said));

test('a text travels with all that belongs to it, in every script', async () => {
  const state = linkState({
    text: 'title "패킷의 이야기 — 延迟过程调用 🧵";\nmachine { processors: 2; }\n',
    name: 'packet-story',
    seed: Number.MAX_SAFE_INTEGER,
    at: 42,
    marker: 'read_done',
    view: 'timeline',
    lang: 'zh-Hans',
    theme: 'dark',
    fingerprint: '00f00ba500c0ffee',
  });
  const fragment = await writeLink(state);
  assert.match(fragment, /^1\.z\.[\w-]+$/);
  assert.deepEqual(await stateOf(`#${fragment}`), state);
  assert.deepEqual(await stateOf(fragment), state);
});

test('a shipped scenario is shared as its name, which can be read and written by hand', async () => {
  const state = linkState({ name: 'nested-interrupts', at: 12, view: 'flow', lang: 'ko' });
  assert.equal(await writeLink(state), '1.s.nested-interrupts&at=12&view=flow&lang=ko');
  assert.equal(await writeLink(linkState({ name: 'spin-lock' })), '1.s.spin-lock');
  assert.deepEqual(await stateOf('#1.s.spin-lock'), linkState({ name: 'spin-lock' }));
  assert.deepEqual(
    await stateOf('1.s.spin-lock&marker=held&later=yes'),
    linkState({ name: 'spin-lock', marker: 'held' }),
  );
});

test('every shipped scenario, and every name of one, comes back as it was', async () => {
  for (const file of readdirSync(scenarios).filter((name) => name.endsWith('.irql'))) {
    const state = linkState({ text: readFileSync(join(scenarios, file), 'utf8') });
    assert.deepEqual(await stateOf(await writeLink(state)), state, file);
    const byName = linkState({ name: file.replace(/\.irql$/, '') });
    assert.deepEqual(await stateOf(await writeLink(byName)), byName, file);
  }
});

test('whatever state there is, a link says it', async () => {
  let seed = 1;
  const chance = (/** @type {number} */ below) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const letters = [...'aZ09 \n\t"\\{}<>&#%+=_-.\u0000\u2028가힣汉字é🧵'];
  const word = (/** @type {number} */ most) =>
    Array.from({ length: chance(most) }, () => letters[chance(letters.length)]).join('');
  const maybe = (/** @type {() => any} */ make) => (chance(2) ? make() : null);
  for (let i = 0; i < 300; i++) {
    const text = maybe(() => word(400));
    const state = linkState({
      text,
      name: text === null ? 'apc-order' : maybe(() => 'dpc-importance'),
      seed: maybe(() => chance(2 ** 31)),
      at: maybe(() => chance(2 ** 31)),
      marker: maybe(() => ['done', '끝', 'a.b_9'][chance(3)]),
      view: maybe(() => views[chance(views.length)]),
      lang: maybe(() => ['en', 'ko', 'zh-Hant'][chance(3)]),
      theme: maybe(() => themes[chance(3)]),
      fingerprint: maybe(() =>
        chance(2 ** 31)
          .toString(16)
          .padStart(16, '0'),
      ),
    });
    assert.deepEqual(await stateOf(await writeLink(state)), state);
  }
});

test('every name that a marker may have is said, of any length and script', async () => {
  for (const marker of ['समा', 'กำลัง', 'a'.repeat(5_000), '_1', 'Ⅳ½', 'café', '한글', 'ๆ']) {
    const state = linkState({ text: 'x', at: 3, marker });
    assert.deepEqual(await stateOf(await writeLink(state)), state, marker);
    const named = linkState({ name: 'apc-order', at: 3, marker });
    assert.deepEqual(await stateOf(await writeLink(named)), named, marker);
  }
});

test('what no link can say is left out, and the rest can be read', async () => {
  const state = linkState({ text: 'x', at: 3, marker: 'cafe\u0301 & more', seed: 2 ** 53 });
  assert.deepEqual(await stateOf(await writeLink(state)), { ...state, marker: null, seed: null });
});

test('without a browser that deflates, a link is written plainly and read all the same', async () => {
  const { CompressionStream: own } = globalThis;
  const state = linkState({ text: '한국어', at: 3 });
  try {
    Object.assign(globalThis, { CompressionStream: undefined });
    const fragment = await writeLink(state);
    assert.match(fragment, /^1\.p\./);
    assert.deepEqual(await stateOf(fragment), state);
  } finally {
    Object.assign(globalThis, { CompressionStream: own });
  }
  const { DecompressionStream: inflating } = globalThis;
  try {
    Object.assign(globalThis, { DecompressionStream: undefined });
    assert.equal(await problemOf(saying({ t: 'x' })), 'old');
  } finally {
    Object.assign(globalThis, { DecompressionStream: inflating });
  }
});

test('links that were written once are read for ever', async () => {
  const stored = JSON.parse(readFileSync(join(here, '../stored_links.json'), 'utf8'));
  assert.ok(stored.length >= 5);
  for (const { link, state } of stored) assert.deepEqual(await stateOf(link), state, link);
});

test('what an old version says is brought to the present one step by step', () => {
  const chain = {
    1: (/** @type {any} */ said) => ({ ...said, b: said.a + 1 }),
    2: (/** @type {any} */ { a, ...said }) => ({ ...said, c: a + said.b }),
  };
  assert.deepEqual(migrate({ a: 1 }, 1, 3, chain), { b: 2, c: 3 });
  assert.deepEqual(migrate({ b: 5, a: 2 }, 2, 3, chain), { b: 5, c: 7 });
  assert.deepEqual(migrate({ t: 'x' }, version), { t: 'x' });
});

/** @type {[string, string, string][]} */
const broken = [
  ['nothing', '', 'empty'],
  ['a bare #', '#', 'empty'],
  ['a version and no more', '#1.z.', 'empty'],
  ['no name', '#1.s.', 'empty'],
  ['an anchor', '#section-2', 'unknown'],
  ['a form that there is not', '#1.q.AAAA', 'unknown'],
  ['a version without a form', '#1.AAAA', 'unknown'],
  ['version 0', '#0.z.AAAA', 'unknown'],
  ['a newer version', '#2.z.AAAA', 'newer'],
  ['a newer version of another shape', '#17.{"a":1}', 'newer'],
  ['letters of plain base64', '#1.z.ab+/', 'letters'],
  ['padding', '#1.z.YQ==', 'letters'],
  ['a lone letter, which is the rest of some', '#1.p.A', 'cut'],
  ['Korean', '#1.z.한국어', 'letters'],
  ['percent', '#1.p.%ED%95', 'letters'],
  ['bytes that are no deflate stream', `#1.z.${'_'.repeat(40)}`, 'cut'],
  ['not UTF-8', deflated(Uint8Array.of(0x22, 0xff, 0xfe, 0x22)), 'utf8'],
  ['half a letter of UTF-8', plain(Uint8Array.of(0x22, 0xed, 0x95)), 'utf8'],
  ['not JSON', deflated('{"t":'), 'json'],
  ['a byte order mark', plain('\ufeff{"t":"x"}'), 'json'],
  ['a list', saying(['x']), 'shape'],
  ['nothing at all', saying(null), 'shape'],
  ['a number', saying(7), 'shape'],
  ['neither text nor name', saying({ a: 3 }), 'shape'],
  ['a text that is none', saying({ t: 5 }), 'shape'],
  ['a text that is an object', saying({ t: { toString: 1 } }), 'shape'],
  ['a name that leads elsewhere', saying({ n: '../../etc/passwd' }), 'shape'],
  ['a name that is an address', '#1.s.//example.org/x', 'shape'],
  ['a name in letters', '#1.s.PACKET', 'shape'],
  ['inherited values', plain('{"__proto__":{"t":"x"}}'), 'shape'],
  ['a place before the start', saying({ t: 'x', a: -1 }), 'shape'],
  ['half a place', saying({ t: 'x', a: 1.5 }), 'shape'],
  ['a place that is a word', saying({ t: 'x', a: '3' }), 'shape'],
  ['a place beyond all', saying({ t: 'x', a: 2 ** 40 }), 'shape'],
  ['a place by hand that is no number', '#1.s.spin-lock&at=1e3', 'shape'],
  ['an empty place', '#1.s.spin-lock&at=', 'shape'],
  ['a seed that is not exact', plain('{"t":"x","s":9007199254740993}'), 'shape'],
  ['a marker that is markup', saying({ t: 'x', m: '<img src=x>' }), 'shape'],
  ['a view that there is not', saying({ t: 'x', v: 'map' }), 'shape'],
  ['a language that is none', saying({ t: 'x', l: 'en"><script>' }), 'shape'],
  ['a theme that is none', saying({ t: 'x', c: 'constructor' }), 'shape'],
  ['a fingerprint that is none', saying({ t: 'x', f: 'FF' }), 'shape'],
];

for (const [what, fragment, problem] of broken) {
  test(`a broken link is told: ${what}`, async () => {
    assert.equal(await problemOf(fragment), problem);
  });
}

test('a link that was cut off anywhere is told, and so is one with a letter changed; none throws', async () => {
  const text = readFileSync(join(scenarios, 'packet-story.irql'), 'utf8');
  const fragment = await writeLink(linkState({ text, at: 20 }));
  for (let length = 4; length < fragment.length; length += 7)
    assert.ok(['empty', 'cut'].includes(await problemOf(fragment.slice(0, length))), `cut at ${length}`);
  for (let at = 0; at < fragment.length; at += 5) {
    const other = fragment[at] === 'Q' ? 'w' : 'Q';
    const read = await readLink(fragment.slice(0, at) + other + fragment.slice(at + 1));
    assert.ok('problem' in read || typeof read.state.text === 'string');
  }
});

test('a bomb is not unpacked: reading stops at the limit', async () => {
  const bomb = deflated(Buffer.alloc(200_000_000, 0x61));
  assert.ok(bomb.length < 300_000);
  const before = process.memoryUsage().rss;
  assert.equal(await problemOf(bomb), 'large');
  assert.ok(process.memoryUsage().rss - before < 100_000_000);
  assert.equal(await problemOf(plain(Buffer.alloc(mostBytes + 1, 0x20))), 'large');
  assert.equal(await problemOf(`1.z.${'A'.repeat(10_000_000)}`), 'large');
  assert.equal(await problemOf(saying({ t: 'x'.repeat(mostBytes) })), 'large');
  const most = linkState({ text: 'x'.repeat(mostBytes - 8) });
  assert.deepEqual(await stateOf(await writeLink(most)), most);
});

test('the page has words for each problem, in each language that has any', async () => {
  const problems = new Set(broken.map(([, , problem]) => problem).concat('old', 'large', 'cut'));
  assert.ok(languages.en.share && languages.ko.share);
  for (const [tag, { share }] of Object.entries(languages)) {
    const words = await share?.();
    if (words)
      for (const problem of problems) assert.ok(words[`link.problem.${problem}`], `${tag}: ${problem}`);
  }
});
