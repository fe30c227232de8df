// What matters at a step is in sight at that step: in a window of 1280 by 800 nothing beside the text has to be
// scrolled, at no step of a run, and no panel is too small for what is in it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { busyText, openedPages, talkText, talkWithDevice } from './page.js';

const open = openedPages({ reducedMotion: 'reduce', viewport: { width: 1280, height: 800 } });

const eight = busyText(8);

/** Scenarios by what is most in them; a text of many processors. */
const runs = {
  'a packet': 'packet-story',
  'two processors': 'ipi-targeted-dpc',
  'four processors': 'dpc-spread',
  'eight processors': eight,
  'a long queue': 'dpc-importance',
  'many devices': 'x86-ladder',
  'all kinds of APC': 'apc-order',
  'a line of waiters': 'kernel-apc-requeue',
  'two processors and APCs': 'attach-process',
  messages: talkText(),
  'messages beside a device': talkWithDevice,
  'APCs on eight processors': `${eight}
apc Call user { work 5us; }
thread Sleeper (priority: 9, processor: 7) { QueueUserAPC(Call, Sleeper); SleepEx(1, TRUE); }`,
};

for (const [name, run, locale] of [
  ...Object.entries(runs).map(([title, what]) => [title, what, 'en']),
  ['a line of waiters, in Korean', 'kernel-apc-requeue', 'ko-KR'],
  ['messages, in Korean', talkText(), 'ko-KR'],
  ['messages beside a device, in Korean', talkWithDevice, 'ko-KR'],
]) {
  test(`every step is in sight: ${name}`, async () => {
    const { page, context } = await open({ locale });
    const scrolls = await page.evaluate(async (wanted) => {
      const pg = /** @type {any} */ (globalThis).irqlPlayground;
      if (wanted.includes('machine')) pg.edit(wanted);
      else await pg.choose(wanted);
      while (pg.state.run?.source !== pg.state.source || !pg.state.run.outcome)
        await new Promise((later) => setTimeout(later, 20));
      const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      await drawn(); // the timeline of another number of processors leaves another height to the rest
      await drawn();
      const found = [];
      for (let n = 1; n < pg.state.run.len; n++) {
        await pg.goTo(n);
        await drawn();
        const cut = [...globalThis.shadow.querySelectorAll('.stage, .stage > *')].filter(
          ({ scrollHeight, clientHeight }) => scrollHeight > clientHeight,
        );
        if (cut.length) found.push(`${n}: ${cut.map(({ className }) => className)}`);
      }
      return found;
    }, run);
    assert.deepEqual(scrolls, [], 'what has to be scrolled');
    await context.close();
  });
}

test('the lane of the processor where something happens is in sight', async () => {
  const { page, context } = await open();
  const out = await page.evaluate(async (text) => {
    const pg = /** @type {any} */ (globalThis).irqlPlayground;
    const many = text.replace('processors: 8', 'processors: 24').replaceAll('processor: 6', 'processor: 23');
    pg.edit(many);
    while (pg.state.run?.source !== many || !pg.state.run.outcome)
      await new Promise((later) => setTimeout(later, 20));
    const room = /** @type {HTMLElement} */ (globalThis.shadow.querySelector('.timeline-room'));
    const missed = [];
    for (let n = 1; n < pg.state.run.len; n++) {
      await pg.goTo(n);
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
      const { cpu } = pg.state.shown.record;
      const lane = globalThis.shadow.querySelectorAll('.lane-name')[cpu]?.getBoundingClientRect();
      const { top, bottom } = room.getBoundingClientRect();
      if (lane && (lane.top < top - 1 || lane.top > bottom - 15)) missed.push(`${n}: ${cpu}`);
    }
    return missed;
  }, eight);
  assert.deepEqual(out, []);
  await context.close();
});
