// What the page knows: the shape of its state, and what it is before anything has happened.

import { fallback } from '../messages/index.js';
import { normalSpeed } from './pacing.js';
import { fit } from './viewport.js';

/** @import { Check, EngineCatalogue, Outcome, SessionInfo, Snapshot } from '../engine/protocol.js' */
/** @import { Catalogue } from '../messages/index.js' */
/** @import { Section } from './library.js' */
/** @import { LinkState } from './link.js' */
/** @import { Notice } from './sharing.js' */
/** @import { SecondFlow } from './second_flow.js' */
/** @import { Span } from './viewport.js' */

/** @typedef {{ session: number, info: SessionInfo, len: number, end_ns: number, outcome: Outcome | null, source: string }} Run */
/** @typedef {'flow' | 'timeline' | 'code' | 'log' | 'statistics' | 'inspect'} Panel */
/** @typedef {'code' | 'log' | 'statistics' | 'inspect'} Side */
/**
 * @typedef {object} State
 * @property {string} lang
 * @property {Catalogue} messages  In the reader's language, and in English what it has no words for.
 * @property {'system' | 'light' | 'dark'} theme
 * @property {'system' | 'full' | 'reduced'} motion
 * @property {Section[]} menu  The scenarios there are; empty until it has been fetched.
 * @property {boolean} menuFailed  It could not be fetched.
 * @property {string | null} missing  The scenario that was chosen and could not be fetched.
 * @property {string} scenario  The id of the chosen one; empty when the text comes from elsewhere.
 * @property {number | null} seed  In place of the text's own.
 * @property {LinkState | null} link  What is on show is what this link says, and the reader has changed nothing yet.
 * @property {Notice[]} notices
 * @property {string} source  The text as the reader has it.
 * @property {Check | null} check  Of that text.
 * @property {EngineCatalogue | null} engine
 * @property {Run | null} run  The last good one.
 * @property {boolean} stale  The run is not of this text.
 * @property {Snapshot | null} shown  The moment on show.
 * @property {SecondFlow | null} flow  What the reader wants to see beside the flow of DPCs; `null`: what there is first.
 * @property {number | null} apcThread  Whose APCs are on show.
 * @property {number | null} thread  The thread that the reader holds on to; `null`: the one that has most to show.
 * @property {number | null} focus  The processor that the reader looks at; `null`: wherever something happens.
 * @property {boolean} started  The reader has moved at least once.
 * @property {boolean} playing
 * @property {boolean} animate  The last move was one step, so that things may wander.
 * @property {number} speed  Index into `speeds`.
 * @property {'event' | 'time'} pace
 * @property {number} clock  Simulated time of the playhead.
 * @property {number | null} skipped  Idle time that was just left out.
 * @property {Span} span  What the timeline shows.
 * @property {Panel} panel  On a narrow page, the only one.
 * @property {Side} side  On a wide page, the one on the right.
 * @property {number} logLevel
 * @property {null | 'help' | 'compare' | 'share' | 'export'} dialog  The one that is open.
 * @property {Crash | null} crash
 * @property {number} engineGeneration  Goes up when the engine is started anew.
 * @property {string} spoken  What a screen reader says.
 * @property {Answer | null} answer  The last one that the reader has given.
 * @property {ViewName} view  How much is shown.
 * @property {'none' | 'mini' | 'full'} controls
 * @property {boolean} readonly  The text is not to be changed here.
 */
/** Why there is nothing to see: the engine crashed, it is not allowed here, or something did not come; and in whose words.
 * @typedef {{ why: 'crashed' | 'forbidden' | 'failed', said: string }} Crash */
/** @typedef {'full' | 'flow' | 'ladder' | 'timeline' | 'log' | 'quiz'} ViewName */
/** What the reader has said comes after a step, and what does: places of records.
 * @typedef {{ n: number, chosen: number, answer: number, right: boolean }} Answer */
/** @typedef {Pick<State, 'view' | 'controls' | 'readonly' | 'theme' | 'source' | 'scenario' | 'seed' | 'speed' | 'pace'>} Wishes */

/** @type {State} */
export const firstState = {
  lang: 'en',
  messages: fallback,
  theme: 'system',
  motion: 'system',
  menu: [],
  menuFailed: false,
  missing: null,
  scenario: '',
  source: '',
  seed: null,
  link: null,
  notices: [],
  check: null,
  engine: null,
  run: null,
  stale: false,
  shown: null,
  flow: null,
  apcThread: null,
  thread: null,
  focus: null,
  started: false,
  playing: false,
  animate: false,
  speed: normalSpeed,
  pace: 'event',
  clock: 0,
  skipped: null,
  span: fit(0),
  panel: 'flow',
  side: 'code',
  logLevel: 0,
  dialog: null,
  crash: null,
  engineGeneration: 0,
  spoken: '',
  answer: null,
  view: 'full',
  controls: 'full',
  readonly: false,
};
