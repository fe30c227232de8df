// The rules of the Trace Event Format that readers of such files rely on, as a check: what each phase must have, how
// slices nest, how arrows are bound.

import assert from 'node:assert/strict';

/** @typedef {{ ph: string, pid: number, tid: number, ts: number, name: string, cat: string, id: number, bp: string, s: string, args: Record<string, any> }} TraceEvent */

/** What every event of a phase has, beside `ph`, `pid` and `tid`. */
const fields = /** @type {Record<string, string[]>} */ ({
  B: ['ts', 'name', 'cat'],
  E: ['ts'],
  C: ['ts', 'name', 'args'],
  i: ['ts', 'name', 's'],
  s: ['ts', 'name', 'cat', 'id'],
  f: ['ts', 'name', 'cat', 'id', 'bp'],
  M: ['name', 'args'],
});
const types = /** @type {Record<string, string>} */ ({
  ts: 'number',
  name: 'string',
  cat: 'string',
  id: 'number',
  bp: 'string',
  s: 'string',
  args: 'object',
});

/**
 * Fails at the first rule that a file breaks.
 * @param {string} text
 * @returns {TraceEvent[]}
 */
export function checkedEvents(text) {
  const file = JSON.parse(text);
  assert.ok(['ms', 'ns'].includes(file.displayTimeUnit));
  const events = /** @type {TraceEvent[]} */ (file.traceEvents);
  /** @type {Map<string, { at: number, open: { name: string, since: number }[] }>} */
  const tracks = new Map();
  const named = new Set();
  const processes = new Set();
  /** @type {Map<number, TraceEvent>} */
  const flying = new Map();
  const arrived = new Set();
  for (const event of events) {
    const told = JSON.stringify(event);
    const needed = fields[event.ph];
    assert.ok(needed, `no such phase: ${told}`);
    assert.ok(Number.isInteger(event.pid) && Number.isInteger(event.tid), told);
    for (const field of needed)
      assert.equal(typeof (/** @type {any} */ (event)[field]), types[field], `${field}: ${told}`);
    const key = `${event.pid}/${event.tid}`;
    if (event.ph === 'M') {
      if (event.name === 'thread_name') named.add(key);
      if (event.name === 'process_name') processes.add(event.pid);
      if (event.name.endsWith('_name')) assert.ok(event.args.name, told);
      continue;
    }
    assert.ok(named.has(key) && processes.has(event.pid), `a track without a name: ${told}`);
    const track = tracks.get(key) ?? { at: 0, open: [] };
    tracks.set(key, track);
    assert.ok(event.ts >= track.at, `time goes back: ${told}`);
    track.at = event.ts;
    switch (event.ph) {
      case 'B':
        track.open.push({ name: event.name, since: event.ts });
        break;
      case 'E':
        assert.ok(track.open.pop(), `nothing is open: ${told}`);
        break;
      case 'C':
        for (const value of Object.values(event.args)) assert.ok(Number.isFinite(value), told);
        break;
      case 'i':
        assert.ok(['g', 'p', 't'].includes(event.s), told);
        break;
      case 's':
        assert.ok(track.open.length, `an arrow begins in no slice: ${told}`);
        assert.ok(!flying.has(event.id) && !arrived.has(event.id), `two arrows of one id: ${told}`);
        flying.set(event.id, event);
        break;
      case 'f': {
        const start = flying.get(event.id);
        assert.ok(start, `an arrow ends that has not begun: ${told}`);
        assert.deepEqual([start.name, start.cat], [event.name, event.cat]);
        assert.ok(start.ts <= event.ts, told);
        assert.equal(event.bp, 'e');
        const into = track.open.at(-1);
        assert.ok(into, `an arrow ends in no slice: ${told}`);
        assert.equal(into.since, event.ts, `an arrow points into the middle of ${into.name}: ${told}`);
        flying.delete(event.id);
        arrived.add(event.id);
        break;
      }
    }
  }
  assert.deepEqual([...flying.values()], [], 'arrows that never end');
  for (const [key, { open }] of tracks) assert.deepEqual(open, [], `${key} is left open`);
  return events;
}
