// What happens next? A question about the run on show: the step that comes, among others of the same run. Knows nothing of
// how it is put.

/** @import { RecordView } from '../engine/protocol.js' */
/** @import { Playground } from './playground.js' */

/**
 * @typedef {object} Question
 * @property {number} session
 * @property {number} n  The step after which it is asked.
 * @property {RecordView[]} options  No two of them read alike.
 * @property {RecordView} answer  The one of them that comes.
 */

/** Answers to choose from. */
const most = 4;
/** Steps around the moment that wrong answers are taken from, in each direction. */
const around = 24;
/** What a question may be about: more than a detail of another step. */
const importance = 2;

/**
 * The question at a step of the run; `null` where nothing comes that could be asked for.
 * @param {Playground} pg
 * @param {number} session
 * @param {number} n
 * @returns {Promise<Question | null>}
 */
export async function ask(pg, session, n) {
  const stretch = (/** @type {number} */ from, /** @type {number} */ count) =>
    pg.engine.call('log', [session, importance, from, count, n]);
  const { row } = await stretch(0, 0);
  const rows = /** @type {RecordView[]} */ ((await stretch(Math.max(0, row - around), 2 * around)).rows);
  const after = rows.filter((record) => record.n > n);
  const [answer] = after;
  if (!answer) return null;
  const others = [...after.slice(1), ...rows.filter((record) => record.n <= n).reverse()];
  const options = [answer, ...distinct(pg, answer, others).slice(0, most - 1)];
  // Where the right one stands follows from the step, so that a link asks the same question everywhere.
  const turn = (Math.imul(n + 1, 2_654_435_761) >>> 16) % options.length;
  return { session, n, answer, options: [...options.slice(turn), ...options.slice(0, turn)] };
}

/**
 * The records that read otherwise than the answer and than each other, those of another kind first: they mislead best.
 * @param {Playground} pg
 * @param {RecordView} answer
 * @param {RecordView[]} records
 */
function distinct(pg, answer, records) {
  const said = new Set([pg.spell(answer)]);
  const kinds = new Set([answer.kind]);
  /** @type {RecordView[]} */
  const fresh = [];
  /** @type {RecordView[]} */
  const again = [];
  for (const record of records) {
    const sentence = pg.spell(record);
    if (said.has(sentence)) continue;
    said.add(sentence);
    (kinds.has(record.kind) ? again : fresh).push(record);
    kinds.add(record.kind);
  }
  return [...fresh, ...again];
}
