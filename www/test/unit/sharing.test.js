// Links, files and the reader's own text in the model: who wins, what is kept, what is told; and the words for it.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { memory } from '../../src/base/storage.js';
import { slotsOf } from '../../src/messages/format.js';
import { languages } from '../../src/messages/index.js';
import { Library } from '../../src/model/library.js';
import { linkState, readLink, writeLink } from '../../src/model/link.js';
import { Playground } from '../../src/model/playground.js';
import * as fake from '../fake_engine.js';

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

const outcome = { kind: 'completed', claims: [], waiting: [] };

/**
 * A page at an address, with an engine that notes how runs are opened.
 * @param {string} fragment
 */
async function arrived(fragment = '') {
  /** @type {any[][]} */
  const opened = [];
  const at = { fragment, listener: (/** @type {string} */ _) => {} };
  /** @type {Record<string, (...args: any[]) => unknown>} */
  const answers = {
    catalogue: fake.catalogue,
    check: fake.check,
    open: (...args) => {
      opened.push(args);
      return {
        session: opened.length,
        info: fake.info,
        place: args[3]?.at ?? 0,
        len: 19,
        end_ns: 43_000,
        outcome,
      };
    },
    at: (_, n) => ({ record: fake.record(n), causes: [], state: fake.states[0] }),
    fingerprint: () => '00000000000000aa',
  };
  const pg = new Playground({
    engine: /** @type {any} */ ({
      join: () => ({
        call: async (/** @type {string} */ method, /** @type {any[]} */ args) =>
          answers[method]?.(...(args ?? [])),
      }),
    }),
    memory,
    library: new Library({
      first: { id: 'one', text: 'text of one' },
      fetchFile: async (name) => {
        if (name === 'two.irql') return 'text of two';
        if (name.endsWith('.json')) return '[]';
        throw new Error(name);
      },
    }),
    languageWishes: ['en'],
    address: {
      fragment: () => at.fragment,
      forget: () => {
        at.fragment = '';
      },
      listen: (listener) => {
        at.listener = listener;
      },
    },
  });
  await pg.start();
  await settled();
  return { pg, opened, at, keys: () => pg.state.notices.map(({ key }) => key) };
}

const settled = () => new Promise((resume) => setTimeout(resume, 5));
const shared = (/** @type {Parameters<typeof linkState>[0]} */ said) => writeLink(linkState(said));

test('a link wins over what is remembered, and takes nothing of it away', async () => {
  stored.set('irql-playground.text', 'mine');
  stored.set('irql-playground.scenario', 'two');
  const before = new Map(stored);
  const { pg, opened, keys } = await arrived(
    await shared({ text: 'linked', seed: 5, at: 7, marker: 'm', lang: 'ko', theme: 'dark', view: 'log' }),
  );
  const { source, seed, lang, theme, side, shown, started } = pg.state;
  assert.deepEqual(
    [source, seed, lang, theme, side, shown?.record.n, started],
    ['linked', 5, 'ko', 'dark', 'log', 7, true],
  );
  assert.deepEqual(opened, [['linked', null, 5, { at: 7, marker: 'm' }]]);
  assert.deepEqual(keys(), ['kept.link']);
  assert.deepEqual(stored, before);
  const again = await arrived();
  assert.equal(again.pg.state.source, 'mine');
  assert.deepEqual(again.keys(), []);
});

test('what is shared at a marker opens at it, whatever the marker is called', async () => {
  for (const name of ['समा', 'x'.repeat(300), 'cafe\u0301']) {
    const { pg } = await arrived();
    pg.edit('mine');
    await settled();
    pg.store.set({
      shown: /** @type {any} */ ({
        record: { ...fake.record(3), kind: 'MarkerReached', subject_name: name },
      }),
    });
    const read = await readLink(await writeLink(await pg.sharing.toLink(true)));
    assert.ok('state' in read, JSON.stringify(read));
    assert.deepEqual([read.state.at, read.state.marker], [3, name.includes('\u0301') ? null : name]);
  }
});

test('the reader’s own text comes back by a press, and by going to the page without the link', async () => {
  stored.set('irql-playground.text', 'mine');
  const one = await arrived(await shared({ text: 'linked' }));
  await one.pg.sharing.takeBack();
  assert.equal(one.pg.state.source, 'mine');
  assert.equal(one.at.fragment, '');
  const two = await arrived(await shared({ text: 'linked' }));
  await two.at.listener('');
  await settled();
  assert.equal(two.pg.state.source, 'mine');
  assert.deepEqual(two.keys(), []);
});

test('what is written into a link’s text is the reader’s, and what he had before is kept', async () => {
  stored.set('irql-playground.text', 'mine');
  const { pg, at, keys } = await arrived(await shared({ text: 'linked', name: 'two', seed: 5 }));
  pg.edit('linked and changed');
  assert.equal(at.fragment, '', 'a reload would bring back the link');
  assert.equal(pg.state.link, null);
  assert.deepEqual(keys(), ['kept.text']);
  const again = await arrived();
  assert.equal(again.pg.state.source, 'linked and changed');
  assert.equal(again.pg.state.seed, 5);
  await again.pg.sharing.takeBack();
  assert.equal(again.pg.state.source, 'mine');
  await again.pg.sharing.takeBack();
  assert.equal(again.pg.state.source, 'linked and changed');
});

test('a scenario that is chosen in place of the reader’s text leaves a way back', async () => {
  const { pg, keys } = await arrived();
  pg.edit('mine');
  await pg.choose('two');
  assert.equal(pg.state.source, 'text of two');
  assert.deepEqual(keys(), ['kept.text']);
  await pg.sharing.takeBack();
  assert.equal(pg.state.source, 'mine');
  assert.equal(pg.state.scenario, 'one');
  await pg.choose('two');
  await pg.choose('one');
  assert.deepEqual(keys(), [], 'it was told once');
});

test('a broken link is told, and the page is as without it; under way, as it was', async () => {
  stored.set('irql-playground.text', 'mine');
  const { pg, at, keys } = await arrived('1.z.AAAA');
  assert.equal(pg.state.source, 'mine');
  assert.deepEqual(keys(), ['link.problem.cut']);
  await pg.goTo(3);
  await at.listener('2.z.AAAA');
  assert.deepEqual(keys(), ['link.problem.newer']);
  assert.deepEqual([pg.state.source, pg.state.shown?.record.n], ['mine', 3]);
  pg.sharing.forgetNotices(pg.state.notices[0]);
  assert.deepEqual(keys(), []);
});

test('a link to a scenario that is gone is told, and the page is as without it', async () => {
  const { pg } = await arrived('1.s.gone&at=3');
  assert.deepEqual([pg.state.missing, pg.state.source, pg.state.link], ['gone', 'text of one', null]);
});

test('of two links the last is shown, however long the first takes', async () => {
  const { pg, at } = await arrived();
  const first = at.listener(await shared({ text: 'first'.repeat(20_000) }));
  const second = at.listener('1.s.two&at=4');
  await Promise.all([first, second]);
  await settled();
  assert.deepEqual([pg.state.source, pg.state.shown?.record.n], ['text of two', 4]);
});

test('a run that is not the one that was shared is told', async () => {
  const other = await arrived(await shared({ name: 'two', fingerprint: '00000000000000bb' }));
  assert.deepEqual(other.keys(), ['link.differs']);
  const same = await arrived(await shared({ name: 'two', fingerprint: '00000000000000aa' }));
  assert.deepEqual(same.keys(), []);
});

test('what is shared is what is on show', async () => {
  const { pg } = await arrived(await shared({ name: 'two', seed: 5 }));
  await pg.goTo(4);
  const fingerprint = '00000000000000aa';
  assert.deepEqual(await pg.sharing.toLink(true), linkState({ name: 'two', seed: 5, at: 4, fingerprint }));
  assert.deepEqual(await pg.sharing.toLink(false), linkState({ name: 'two', seed: 5, fingerprint }));
  pg.edit('changed');
  await settled();
  await pg.goTo(2);
  const state = await pg.sharing.toLink(true);
  assert.deepEqual(state, linkState({ text: 'changed', name: 'two', seed: 5, at: 2, fingerprint }));
  assert.deepEqual(await readLink(await writeLink(state)), { state });
});

test('a file takes the place of the text, which is kept; a bad one changes nothing', async () => {
  const { pg, keys } = await arrived();
  pg.edit('mine');
  await pg.sharing.openFile(new File([Uint8Array.of(0, 1, 2)], 'x.png'));
  assert.deepEqual(pg.state.notices, [{ key: 'file.problem.binary', slots: { name: 'x.png' }, bad: true }]);
  assert.equal(pg.state.source, 'mine');
  await pg.sharing.openFile(new File(['dropped\r\n'], 'x.irql'));
  assert.deepEqual([pg.state.source, pg.state.scenario, pg.edited], ['dropped\n', '', false]);
  assert.deepEqual(keys(), ['kept.text']);
  assert.equal((await arrived()).pg.state.source, 'dropped\n');
  await pg.sharing.takeBack();
  assert.equal(pg.state.source, 'mine');
});

test('each language that has words for sharing has all of them, with their slots, and none without a use', async () => {
  const src = join(import.meta.dirname, '../../src');
  const code = ['views', 'model']
    .flatMap((layer) => readdirSync(join(src, layer)).map((file) => [layer, file]))
    .filter(([, file]) => /^(figure|share|sharing|notices)\.js$/.test(file))
    .map((path) => readFileSync(join(src, ...path), 'utf8'))
    .join('\n');
  const english = (await languages.en.share?.()) ?? {};
  assert.ok(Object.keys(english).length > 40);
  const computed =
    /^(link\.problem|file\.problem|share\.view)\.|^share\.(link|iframe|element|markdown)(\.about)?$/;
  for (const key of Object.keys(english))
    assert.ok(computed.test(key) || code.includes(`'${key}'`), `nobody says ${key}`);
  for (const [, key] of code.matchAll(/(?:said\(|key: |words\[)'([\w.]+)'/g))
    assert.ok(english[key], `${key} is not there`);
  for (const [tag, { share }] of Object.entries(languages)) {
    const own = await share?.();
    if (!own) continue;
    assert.deepEqual(Object.keys(own).sort(), Object.keys(english).sort(), tag);
    for (const [key, template] of Object.entries(own))
      assert.deepEqual(slotsOf(template), slotsOf(english[key]), key);
  }
});
