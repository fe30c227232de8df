// A further language is one more file and one more line: here a made-up one, which has words for only a few keys.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noMemory } from '../../src/base/storage.js';
import { languages } from '../../src/messages/index.js';
import { Library } from '../../src/model/library.js';
import { Playground } from '../../src/model/playground.js';
import { sentence } from '../../src/model/sentence.js';
import * as engine from '../fake_engine.js';

/** @import { Check, Opened, Snapshot } from '../../src/engine/protocol.js' */

// The one more line. The file would hold these rows, in whatever order.
languages.qya = {
  name: 'Quenya',
  load: async () => ({
    'diag.IsNot': '{2}? la, `{0}`: {1}',
    'one.Dpc': 'min dpc',
    'routine.KeSetEvent': 'Lanya.',
    'note.Levels': '{1}–{2}: {0}',
    'claim.BeganBefore': '{1} ... {0}',
    'rule.IR-6': 'Ta lelya.',
    'sentence.DpcStarted': '{subject}!',
  }),
};

const diagnostic = {
  key: 'diag.IsNot',
  slots: ['NicDpc', { key: 'one.Dpc', slots: [] }, { key: 'one.Event', slots: [] }],
};

/** @param {string} lang */
async function started(lang) {
  const shown = /** @type {Snapshot} */ (
    /** @type {unknown} */ ({ record: engine.record(0), causes: [], state: engine.states[0], waits: [] })
  );
  const finding = { slug: 'wrong-kind', severity: 'error', from: 0, to: 1, line: 1, message: diagnostic };
  /** @type {Record<string, () => unknown>} */
  const answers = {
    catalogue: engine.catalogue,
    check: () => ({ ...engine.check(), diagnostics: [{ ...finding, labels: [], help: [], fix: null }] }),
    open: () => ({ session: 1, info: engine.info, place: 0, len: 19, end_ns: 43_000, outcome: null }),
    at: () => shown,
  };
  const pg = new Playground({
    engine: /** @type {any} */ ({
      join: () => ({ call: async (/** @type {string} */ method) => answers[method]?.() }),
    }),
    memory: noMemory,
    library: new Library({ first: { id: 'one', text: 'x' }, fetchFile: async () => '[]' }),
    languageWishes: [lang],
  });
  await pg.start();
  return pg;
}

test('a language says what it has words for, and the rest is English, key by key', async () => {
  const pg = await started('qya');
  assert.equal(pg.state.lang, 'qya');
  const [finding] = pg.state.check?.diagnostics ?? [];
  assert.equal(pg.say(finding.message), 'an event? la, `NicDpc`: min dpc');
  assert.equal(pg.say({ key: 'routine.KeSetEvent', slots: [] }), 'Lanya.');
  assert.equal(
    pg.say({
      key: 'note.Levels',
      slots: [{ key: 'note.KernelCode', slots: [] }, 'PASSIVE_LEVEL', 'APC_LEVEL'],
    }),
    'PASSIVE_LEVEL–APC_LEVEL: kernel code',
  );
  assert.equal(pg.say({ key: 'claim.BeganBefore', slots: ['Dpc', 'Isr'] }), 'Isr ... Dpc');
  assert.equal(pg.say({ key: 'claim.DidNotRun', slots: ['Dpc'] }), 'Dpc did not run');
  assert.equal(pg.state.messages['rule.IR-6'], 'Ta lelya.');
  assert.match(pg.state.messages['rule.IR-7'], /pending bit/);
  assert.equal(pg.t('hero.play'), 'Play');
  const { messages, lang } = pg.state;
  const context = { messages, lang, engine: engine.catalogue(), info: /** @type {any} */ (engine.info) };
  const begun = Array.from({ length: 19 }, (_, n) => engine.record(n)).find(
    ({ kind }) => kind === 'DpcStarted',
  );
  assert.ok(begun);
  assert.equal(sentence(begun, context), 'NicDpc!');
  assert.match(sentence(engine.record(2), context), /works for 5.0 µs/);
});

test('English says everything, and changing the language changes what was said already', async () => {
  const pg = await started('en');
  assert.equal(pg.say(diagnostic), '`NicDpc` is a dpc, not an event');
  await pg.setLanguage('qya');
  assert.equal(pg.say(diagnostic), 'an event? la, `NicDpc`: min dpc');
  assert.equal(pg.say('0xC4'), '0xC4');
});
