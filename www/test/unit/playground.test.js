// The model while the engine is busy: answers come late and in whatever order, and what is told between two of them is
// not lost.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noMemory } from '../../src/base/storage.js';
import { languages } from '../../src/messages/index.js';
import { Library } from '../../src/model/library.js';
import { Playground } from '../../src/model/playground.js';
import { fit } from '../../src/model/viewport.js';
import * as fake from '../fake_engine.js';

/** @import { Listeners } from '../../src/engine/client.js' */

const outcome = /** @type {any} */ ({ kind: 'completed', claims: [], waiting: [] });

/**
 * A playground and the engine behind it, which keeps back the answers to whatever a test wants.
 * @param {Partial<ConstructorParameters<typeof Playground>[0]>} [needs]
 */
function opened(needs = {}) {
  let session = 0;
  /** Sessions that are closed. @type {Set<number>} */
  const closed = new Set();
  /** @type {string[]} */
  const asked = [];
  /** Methods whose answers are kept back, and what lets them go. @type {Map<string, (() => void)[]>} */
  const held = new Map();
  /** @type {Record<string, (...args: any[]) => unknown>} */
  const answers = {
    catalogue: fake.catalogue,
    check: fake.check,
    open: () => ({
      ...{ session: ++session, info: fake.info, place: 0 },
      ...{ len: 19, end_ns: 43_000, outcome: null },
    }),
    close: (id) => void closed.add(id),
    at: (_, n) => ({ record: fake.record(n), causes: [], state: fake.states[0] }),
    landmark: (id, n) => n + id,
    next: (_, n) => n + 1,
  };
  /** @type {Listeners} */
  let listeners;
  const pg = new Playground({
    engine: /** @type {any} */ ({
      join: (/** @type {Listeners} */ told) => {
        listeners = told;
        return {
          call: async (/** @type {string} */ method, /** @type {any[]} */ args = []) => {
            asked.push(`${method} ${args.join()}`);
            const answer = closed.has(args[0])
              ? Promise.reject(new Error(`There is no session ${args[0]}.`))
              : Promise.resolve(answers[method]?.(...args));
            answer.catch(() => {});
            const waiting = held.get(method);
            if (waiting) await new Promise((go) => waiting.push(() => go(undefined)));
            return answer;
          },
        };
      },
    }),
    memory: noMemory,
    library: new Library({ first: { id: 'one', text: 'x' }, fetchFile: async () => '[]' }),
    languageWishes: ['en'],
    ...needs,
  });
  return {
    ...{ pg, answers, asked },
    tell: (/** @type {Parameters<Listeners['onProgress']>[0]} */ progress) => listeners.onProgress(progress),
    /** From now on the answers to a method are kept back. @param {string} method */
    hold: (method) => held.set(method, []),
    /** @param {string} method */
    release: (method) => {
      const waiting = held.get(method) ?? [];
      held.delete(method);
      for (const go of waiting) go();
    },
    /** Until a call has been made that is kept back. @param {string} method */
    reached: async (method) => {
      while (!held.get(method)?.length) await later();
    },
  };
}

const later = () => new Promise((go) => setTimeout(go));

test('a run that ends before its first moment is on show is known to be over', async () => {
  const { pg, hold, release, reached, tell } = opened();
  hold('at');
  const started = pg.start();
  await reached('at');
  // On a busy page this is answered so late that the engine has gone on to the end.
  tell({ session: 1, len: 400, end_ns: 90_000, outcome });
  release('at');
  await started;
  const { run, span } = pg.state;
  assert.deepEqual([run?.len, run?.end_ns, run?.outcome], [400, 90_000, outcome]);
  assert.deepEqual(span, fit(90_000), 'all of it is in view');
});

test('what is told of the run before it, which goes on until it is closed, takes nothing of that away', async () => {
  const { pg, hold, release, reached, tell } = opened();
  await pg.start();
  hold('at');
  const edited = pg.edit('y');
  await reached('at');
  tell({ session: 2, len: 400, end_ns: 90_000, outcome });
  tell({ session: 1, len: 7_000, end_ns: 800_000, outcome: null });
  release('at');
  await edited;
  assert.deepEqual([pg.state.run?.session, pg.state.run?.outcome], [2, outcome]);
});

test('what is asked while the next run begins is asked of a run that is there, and answered for the one on show', async () => {
  const { pg, asked, hold, release, reached } = opened();
  await pg.start();
  hold('at');
  hold('landmark');
  const edited = pg.edit('y');
  await reached('at');
  const jumped = pg.jump(1);
  await reached('landmark');
  release('at');
  await edited;
  release('landmark');
  await jumped;
  assert.deepEqual(
    asked.filter((call) => /^(landmark|close)/.test(call)),
    ['landmark 1,0,1', 'close 1', 'landmark 2,0,1'],
  );
  assert.equal(pg.state.shown?.record.n, 2);
});

test('a place that the next run does not have is its end', async () => {
  const { pg, answers, hold, release, reached } = opened();
  await pg.start();
  const { open } = answers;
  answers.open = () => ({ .../** @type {object} */ (open()), len: 5 });
  hold('at');
  const edited = pg.edit('y');
  await reached('at');
  const went = pg.goTo(18); // of the run that is still on show
  release('at');
  await Promise.all([edited, went]);
  assert.deepEqual([pg.state.run?.len, pg.state.shown?.record.n], [5, 4]);
});

test('who waits for a place is there, also if another was under way', async () => {
  const { pg, hold, release, reached } = opened();
  await pg.start();
  hold('at');
  pg.goTo(3);
  await reached('at');
  const went = pg.goTo(7);
  release('at');
  await went;
  assert.equal(pg.state.shown?.record.n, 7);
});

for (const method of ['next', 'at'])
  test(`a step that is under way is not taken after a pause: ${method} is answered late`, async () => {
    const { pg, hold, release, reached } = opened();
    await pg.start();
    hold(method);
    await pg.play();
    await reached(method);
    pg.pause();
    release(method);
    await later();
    assert.deepEqual([pg.state.shown?.record.n, pg.state.playing], [0, false]);
    await pg.step(1);
    assert.equal(pg.state.shown?.record.n, 1);
  });

test('who goes elsewhere while it plays is not fetched back by the step that was under way', async () => {
  const { pg, hold, release, reached } = opened();
  await pg.start();
  hold('next');
  await pg.play();
  await reached('next');
  await pg.toEnd();
  release('next');
  await later();
  assert.deepEqual([pg.state.shown?.record.n, pg.state.playing], [18, false]);
});

test('what is begun anew and stopped at once stays stopped', async () => {
  const { pg, hold, release, reached } = opened();
  await pg.start();
  await pg.toEnd();
  hold('at');
  const played = pg.play();
  await reached('at');
  pg.pause();
  release('at');
  await played;
  assert.equal(pg.state.playing, false);
});

test('a run that goes on is not at its end where it is by now', async () => {
  const { pg, answers, tell } = opened();
  answers.next = (_, n) => n;
  await pg.start();
  await pg.play();
  assert.equal(await pg.stepPlaying(1), true);
  tell({ session: 1, len: 19, end_ns: 43_000, outcome });
  assert.equal(await pg.stepPlaying(1), false);
  pg.pause();
});

test('the language that was chosen last is the one that is spoken, however long another takes', async () => {
  let come = () => {};
  languages.slow = {
    name: 'Slow',
    load: () =>
      new Promise((resolve) => {
        come = () => resolve({ 'hero.play': 'Plaaay' });
      }),
  };
  const { pg } = opened();
  await pg.start();
  const slow = pg.setLanguage('slow');
  await pg.setLanguage('en');
  come();
  await slow;
  assert.deepEqual([pg.state.lang, pg.t('hero.play')], ['en', 'Play']);
});

test('a text that is written while the first one is fetched is not replaced by that', async () => {
  /** @type {(text: string) => void} */
  let come = () => {};
  const library = new Library({
    first: { id: 'one', text: 'x' },
    fetchFile: () =>
      new Promise((resolve) => {
        come = resolve;
      }),
  });
  const { pg } = opened({ library, wishes: { scenario: 'two', source: '' } });
  const started = pg.start();
  await later(); // it has been asked for
  pg.edit('y');
  come('of the scenario');
  await started;
  assert.deepEqual([pg.state.source, pg.state.run?.source], ['y', 'y']);
});
