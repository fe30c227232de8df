// What a picture of the present moment is drawn from: the state on show, and what the engine tells of the time around it.

import { picture, pictureSpan, recordsAround } from './picture.js';
import { localize } from './sentence.js';

/** @import { Picture } from './picture.js' */
/** @import { Theme } from './picture_style.js' */
/** @import { Playground } from './playground.js' */

/**
 * @param {Playground} pg
 * @param {Theme} theme
 * @returns {Promise<Picture | null>} `null`: there is nothing on show
 */
export async function drawMoment(pg, theme) {
  const { run, shown, lang } = pg.state;
  if (!run || !shown) return null;
  const first = Math.max(0, shown.record.n - recordsAround);
  const times = await pg.engine.call('times', [run.session, first, 2 * recordsAround]);
  const span = pictureSpan(times, run.len, run.end_ns);
  const bars = await pg.engine.call('bars', [run.session, span.from, span.to]);
  const title = titleOf(pg);
  const sentence = pg.spell(shown.record);
  return picture({ info: run.info, shown, bars, span, title, sentence, t: pg.t, lang, theme });
}

/**
 * The scenario's title, as its text has it by now.
 * @param {Playground} pg
 */
export function titleOf({ state, title }) {
  return (state.run && localize(state.run.info.title, state.lang)) || title;
}
