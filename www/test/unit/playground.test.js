// The model while the engine runs on: what it is told between two answers is not lost.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noMemory } from '../../src/base/storage.js';
import { Library } from '../../src/model/library.js';
import { Playground } from '../../src/model/playground.js';
import { fit } from '../../src/model/viewport.js';
import * as fake from '../fake_engine.js';

/** @import { Listeners } from '../../src/engine/client.js' */

test('a run that ends before its first moment is on show is known to be over', async () => {
  const outcome = { kind: 'completed', claims: [], waiting: [] };
  /** @type {Listeners} */
  let listeners;
  /** @type {Record<string, (...args: any[]) => unknown>} */
  const answers = {
    catalogue: fake.catalogue,
    check: fake.check,
    open: () => ({ session: 1, info: fake.info, place: 0, len: 19, end_ns: 43_000, outcome: null }),
    at: (_, n) => {
      // On a busy page this is asked for so late that the engine has gone on to the end.
      listeners.onProgress({ session: 1, len: 400, end_ns: 90_000, outcome: /** @type {any} */ (outcome) });
      return { record: fake.record(n), causes: [], state: fake.states[0] };
    },
    fingerprint: () => '00000000000000aa',
  };
  const pg = new Playground({
    engine: /** @type {any} */ ({
      join: (/** @type {Listeners} */ told) => {
        listeners = told;
        return {
          call: async (/** @type {string} */ method, /** @type {any[]} */ args = []) =>
            answers[method]?.(...args),
        };
      },
    }),
    memory: noMemory,
    library: new Library({ first: { id: 'one', text: 'x' }, fetchFile: async () => '[]' }),
    languageWishes: ['en'],
  });
  await pg.start();
  const { run, span } = pg.state;
  assert.deepEqual([run?.len, run?.end_ns, run?.outcome], [400, 90_000, outcome]);
  assert.deepEqual(span, fit(90_000), 'all of it is in view');
});
