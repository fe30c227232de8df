// The page's model: what is shown, and everything a reader can do. Talks to the engine, remembers what a
// reload should bring back, knows nothing of elements. Views read `state` and call the methods.

import { EngineCrashed, EngineForbidden } from '../engine/client.js';
import { say } from '../messages/format.js';
import { chooseLanguage, translator } from '../messages/index.js';
import { layoutApcFlow } from './flow_apc_layout.js';
import { speeds } from './pacing.js';
import { Player } from './player.js';
import { localize, sentence } from './sentence.js';
import { Sharing } from './sharing.js';
import { firstState } from './state.js';
import { Store } from './store.js';
import { fit, follow, pan, stretch, zoom } from './viewport.js';
import { Words } from './words.js';

/** @import { Memory } from '../base/storage.js' */
/** @import { Engine } from '../engine/client.js' */
/** @import { Check, Fix, Progress, RecordView, Snapshot } from '../engine/protocol.js' */
/** @import { Phrase } from '../messages/format.js' */
/** @import { Library } from './library.js' */
/** @import { Address, Start } from './sharing.js' */
/** @import { SecondFlow } from './second_flow.js' */
/** @import { Answer, Panel, Run, State, Wishes } from './state.js' */
/** @import { Span } from './viewport.js' */

export class Playground {
  #wanted = 0;
  /** Until what is on show is what is wanted. @type {Promise<void> | null} */
  #moving = null;
  /** Until the newest text has been run. @type {Promise<void> | null} */
  #running = null;
  /** @type {boolean} */
  #keepPlace = true;
  #edits = 0;
  #choices = 0;
  /** Where the next run is to be opened. @type {Start | null} */
  #start = null;
  #closed = false;
  /** What was told of a run that is not on show yet. @type {Progress | null} */
  #ahead = null;
  /** @type {Words} */
  #words;

  /**
   * @param {object} needs
   * @param {Engine} needs.engine
   * @param {Library} needs.library
   * @param {readonly (string | null)[]} needs.languageWishes
   * @param {Memory} needs.memory
   * @param {Address | null} [needs.address]  Where links come from; `null` for a figure that has none.
   * @param {Partial<Wishes> | null} [needs.wishes]  What the author of a figure has fixed beforehand; `null` for a page.
   * @param {Start | null} [needs.start]  Where the first run begins.
   * @param {() => Promise<string>} [needs.ownText]  Fetches the text that its author has put elsewhere.
   * @param {string} [needs.home]  Where the whole playground is, for links to it.
   */
  constructor({
    engine,
    library,
    languageWishes,
    memory,
    address = null,
    wishes = null,
    start = null,
    ownText,
    home = '',
  }) {
    this.memory = memory;
    this.#start = start;
    this.ownText = ownText;
    this.home = home;
    /** It is one thing among others on somebody's page. */
    this.isFigure = wishes !== null;
    this.library = library;
    this.engine = engine.join({
      onProgress: (progress) => this.#onProgress(progress),
      onCrash: (message, own) => this.#onCrash(message, own),
    });
    this.sharing = new Sharing(this, address, {
      begin: () => ++this.#choices,
      newest: (choice) => choice === this.#choices,
      replace: (change, start) => this.#replace(change, start),
      run: () => this.#rerun(),
      speak: (lang) => this.#changeLanguage(lang),
    });
    const { now } = this.sharing.own;
    const scenario = now?.scenario ?? this.sharing.lastScenario;
    // A link wins: not even for a moment is anything else to be seen.
    const source = address?.fragment() ? '' : (now?.text ?? library.known(scenario) ?? '');
    const [first, ...others] = languageWishes;
    /** @type {Store<State>} */
    this.store = new Store({
      ...firstState,
      lang: chooseLanguage([first, memory.remember('language'), ...others]),
      theme: oneOf(['system', 'light', 'dark'], memory.remember('theme')),
      motion: oneOf(['system', 'full', 'reduced'], memory.remember('motion')),
      scenario,
      source,
      seed: now?.seed ?? null,
      ...wishes,
    });
    this.#words = new Words(this.store);
    this.player = new Player(this);
  }

  get state() {
    return this.store.state;
  }

  /** @param {Partial<State>} change */
  #set(change) {
    this.store.set(change);
  }

  /** The words of the page in the reader's language. */
  get t() {
    return translator(this.state.messages);
  }

  /** What the engine says, in the reader's language. */
  say = (/** @type {Phrase} */ phrase) => say(this.state.messages, phrase);

  /** Loads the words in which the engine speaks; they are of no use before it says something. */
  words() {
    return this.#words.ofEngine();
  }

  /**
   * Has the words of a panel too, from now on in whatever language.
   * @param {'inspect' | 'statistics'} panel
   */
  learn(panel) {
    return this.#words.ofPanel(panel);
  }

  async start() {
    if (!(await this.sharing.arrive())) await this.#findText();
    await this.#words.speak(this.state.lang);
    while (!this.state.engine) await this.#meetEngine();
    await this.#rerun();
  }

  /** Another figure may crash it meanwhile: that is no reason to give up. */
  async #meetEngine() {
    try {
      this.#set({ engine: await this.engine.call('catalogue') });
    } catch (error) {
      if (this.#closed || this.state.crash || !(error instanceof EngineCrashed)) throw error;
    }
  }

  /** The text that the reader was at when he left, or else the one that a new reader sees. */
  async #findText() {
    const { first } = this.library;
    if (this.state.scenario === '' && this.state.source !== '') return; // the author's own
    if (this.sharing.own.now) return this.#set({ source: this.sharing.own.now.text });
    const { scenario } = this.state;
    const choice = this.#choices;
    const found =
      scenario === '' && this.ownText
        ? { source: await this.ownText() }
        : await this.library.text(scenario).then(
            (source) => ({ source }),
            () => ({ scenario: first.id, source: first.text, missing: scenario }),
          );
    if (choice === this.#choices) this.#set(found); // else there is another text by now
  }

  /** Fetches the menu in the reader's language, unless it is there. */
  async loadMenu() {
    const { lang } = this.state;
    const menu = await this.library.menu(lang).catch(() => null);
    if (lang === this.state.lang) this.#set(menu ? { menu, menuFailed: false } : { menuFailed: true });
  }

  // -- The text ------------------------------------------------------------------------------------

  /** @param {string} source */
  edit(source) {
    if (source === this.state.source) return;
    this.#edits++;
    this.#choices++; // what is being fetched comes too late: it would replace the reader's own words
    this.sharing.write(source);
    this.#set({ source, stale: this.state.run?.source !== source, link: null });
    this.#keepPlace = true;
    return this.#rerun();
  }

  /**
   * The reader changes the text, in whatever way; not where its author has fixed it.
   * @param {string} source
   */
  write(source) {
    if (!this.state.readonly) this.edit(source);
  }

  /**
   * Fetches a scenario and shows it; of several chosen meanwhile, only the last.
   * @param {string} id
   */
  async choose(id) {
    const choice = ++this.#choices;
    let text;
    try {
      text = await this.library.text(id);
    } catch {
      if (choice === this.#choices) this.#set({ missing: id });
      return;
    }
    if (choice !== this.#choices) return;
    this.sharing.leave(id);
    this.#replace({ scenario: id, source: text });
    await this.#rerun();
  }

  /**
   * Another text takes the place of the one on show.
   * @param {Partial<State>} change
   * @param {Start | null} start
   */
  #replace(change, start = null) {
    this.pause();
    this.#edits++;
    this.#keepPlace = false;
    this.#start = start;
    this.#set({
      started: false,
      flow: null,
      apcThread: null,
      thread: null,
      focus: null,
      missing: null,
      seed: null,
      link: null,
      ...change,
    });
  }

  /**
   * Shows a scenario at the first record of a kind about a subject.
   * @param {string} id
   * @param {string} kind
   * @param {string} subject  The name of it, empty for none.
   */
  async visit(id, kind, subject) {
    await this.choose(id);
    const { run, scenario, source } = this.state;
    if (!run || scenario !== id || run.source !== source) return;
    this.showPanel('flow');
    const n = await this.#ask('find', () => [kind, subject]);
    if (n !== null) await this.goTo(n);
  }

  /** The reader has read that a scenario could not be fetched. */
  forgetMissing() {
    this.#set({ missing: null });
  }

  /** Whether the text is not the chosen scenario's any more. */
  get edited() {
    const { scenario, source } = this.state;
    const original = this.library.known(scenario);
    // What has not been fetched cannot be what is on show, but for the time before anything is.
    return original === undefined ? scenario !== '' && source !== '' : original !== source;
  }

  /** What the menu calls the chosen scenario; until there is a menu, what its text does. */
  get title() {
    const { menu, scenario, check, lang } = this.state;
    const item = menu.flatMap(({ scenarios }) => scenarios).find(({ id }) => id === scenario);
    return item?.title ?? (check ? localize(check.title, lang) : '');
  }

  /** @param {Fix} fix */
  applyFix(fix) {
    const { source } = this.state;
    this.write(source.slice(0, fix.from) + fix.replacement + source.slice(fix.to));
  }

  /** @returns {Promise<string | null>} the text in order; `null` when it has errors or was changed meanwhile */
  async format() {
    const edits = this.#edits;
    const formatted = await this.engine.call('format', [this.state.source]).catch(() => null); // it has crashed
    return edits === this.#edits ? formatted : null;
  }

  /** Checks and runs the newest text; texts that came and went meanwhile are left out. */
  #rerun() {
    this.#running ??= this.#runAll();
    return this.#running;
  }

  async #runAll() {
    try {
      for (let edits = -1; edits !== this.#edits; ) {
        edits = this.#edits;
        try {
          await this.#runOnce(this.state.source);
        } catch (error) {
          if (!(error instanceof EngineCrashed)) throw error; // of a crash, `#onCrash` has decided how it goes on
        }
      }
    } finally {
      this.#running = null; // in the same breath: a text that came after the last look would not be run
    }
  }

  /** @param {string} source */
  async #runOnce(source) {
    const check = /** @type {Check} */ (await this.engine.call('check', [source]));
    if (check.diagnostics.length) await this.words();
    if (source !== this.state.source) return;
    this.#set({ check });
    if (!check.ok) return this.#set({ stale: this.state.run !== null });

    const before = this.state.run;
    const asked = this.#wanted;
    const kept = before && this.#keepPlace ? { session: before.session, n: asked } : null;
    const { seed } = this.state;
    const start = this.#start;
    // Both hold for one run; what is chosen while the engine is busy is for the next.
    this.#keepPlace = true;
    const { place, ...opened } = await this.engine.call('open', [source, kept, seed, start]);
    if (this.#start === start) this.#start = null;
    // The reader may have moved on while the engine was busy.
    this.#wanted = this.#wanted === asked || !kept ? place : Math.min(this.#wanted, opened.len - 1);
    const shown = await this.engine.call('at', [opened.session, this.#wanted]);
    // The run goes on meanwhile, and may be over before its first moment is on show.
    const run = { ...opened, ...(this.#ahead?.session === opened.session && this.#ahead), source };
    this.#set({
      run,
      stale: source !== this.state.source,
      animate: false,
      crash: null,
      started: this.state.started || (start !== null && place > 0),
      ...this.#moment(run, shown),
      span: kept && before && !wholeRun(this.state.span, before) ? this.state.span : fit(run.end_ns),
    });
    // Not earlier: as long as it is on show, it is asked about.
    if (before) this.engine.call('close', [before.session]).catch(() => {});
    this.words();
    this.sharing.compare();
  }

  /** @param {Progress} progress */
  #onProgress(progress) {
    const { run, span } = this.state;
    if (run?.session !== progress.session) {
      this.#ahead = progress;
      return;
    }
    const grown = { ...run, ...progress };
    this.#set({ run: grown, span: wholeRun(span, run) ? fit(grown.end_ns) : span });
    this.sharing.compare();
  }

  /**
   * @param {string} message
   * @param {boolean} own  It was by this text; else another figure's, and this one runs again.
   */
  #onCrash(message, own) {
    const { run, shown, engine } = this.state;
    this.player.pause();
    this.#set({
      crash: { why: 'crashed', said: message },
      run: null,
      stale: false,
      playing: false,
      engineGeneration: this.state.engineGeneration + 1,
    });
    if (own) return;
    if (run && shown) this.#start = { at: shown.record.n, marker: null };
    if (engine) this.runAgain();
    else this.#set({ crash: null }); // it is still to be met
  }

  /**
   * What the author of a page asks for: how it looks, or what it begins with.
   * @param {Partial<Wishes>} wishes
   */
  present(wishes) {
    this.#set(wishes);
  }

  /** @param {Start | null} start  Where the first run is to begin, while there is none. */
  beginAt(start) {
    if (!this.state.run) this.#start = start;
  }

  /** @param {unknown} error  Why there is nothing to see. */
  fail(error) {
    if (error instanceof EngineCrashed) return; // whoever is to know has been told, and the others run again
    this.#set({
      crash: { why: error instanceof EngineForbidden ? 'forbidden' : 'failed', said: String(error) },
    });
  }

  /** Gives everything back. Nothing may be asked of it any more. */
  close() {
    this.#closed = true;
    this.player.pause();
    this.engine.leave();
  }

  /** After a crash the reader decides when to try that text again. */
  async runAgain() {
    this.#set({ crash: null });
    try {
      if (!this.state.engine) return await this.start();
      this.#keepPlace = false;
      this.#edits++;
      await this.#rerun();
    } catch (error) {
      this.fail(error);
    }
  }

  // -- The moment ----------------------------------------------------------------------------------

  /**
   * Goes to a record. While the engine answers, further wishes replace each other: input is never queued.
   * @param {number} n
   * @param {{ byStep?: boolean }} [how]
   */
  async goTo(n, { byStep = false } = {}) {
    const { run } = this.state;
    if (!run) return;
    this.#wanted = Math.max(0, Math.min(n, run.len - 1));
    this.#moving ??= this.#move(byStep);
    await this.#moving; // whoever waits for it finds himself there, also if others are under way
  }

  /**
   * Until what is on show is what is wanted, of the run that is there by then.
   * @param {boolean} byStep
   */
  async #move(byStep) {
    try {
      for (let reached = ''; ; ) {
        const { run } = this.state;
        const wanted = Math.min(this.#wanted, (run?.len ?? 0) - 1); // it may be a shorter one by now
        if (!run || reached === `${run.session} ${wanted}`) return;
        reached = `${run.session} ${wanted}`;
        try {
          const shown = await this.engine.call('at', [run.session, wanted]);
          if (this.state.run?.session !== run.session) continue;
          if (wanted !== this.#wanted && this.#wanted === this.state.shown?.record.n) return; // taken back meanwhile
          this.#set({
            started: this.state.started || wanted > 0,
            animate: byStep,
            ...this.#moment(run, shown),
          });
        } catch (error) {
          // The run was replaced under way, or the engine crashed: whoever did that goes on from there.
          if (this.state.run?.session === run.session && !(error instanceof EngineCrashed)) throw error;
        }
      }
    } finally {
      this.#moving = null;
    }
  }

  /**
   * @param {Run} run
   * @param {Snapshot} shown
   */
  #moment(run, shown) {
    const { playing, pace, span, apcThread, thread } = this.state;
    const spoken = playing ? this.state.spoken : this.#spell(run, shown.record);
    return {
      shown,
      skipped: null,
      clock: playing && pace === 'time' ? this.state.clock : shown.record.time,
      span: follow(span, shown.record.time, run.end_ns),
      apcThread: layoutApcFlow(shown, run.info, apcThread, thread)?.thread ?? null,
      spoken,
    };
  }

  /**
   * Asks about the run on show, and once more when another takes its place meanwhile: what is true of one run is not of
   * the next.
   * @param {string} method
   * @param {() => unknown[]} args
   * @returns {Promise<any>} `null` when there is none
   */
  async #ask(method, args) {
    for (;;) {
      const { run } = this.state;
      if (!run) return null;
      const isOnShow = () => run.session === this.state.run?.session;
      try {
        const answer = await this.engine.call(method, [run.session, ...args()]);
        if (isOnShow()) return answer;
      } catch (error) {
        if (error instanceof EngineCrashed) return null; // whoever is to know has been told
        if (isOnShow()) throw error;
      }
    }
  }

  /** @param {number} direction */
  async step(direction) {
    this.pause();
    await this.goTo(this.#wanted + direction, { byStep: true });
  }

  /** @param {number} direction */
  async jump(direction) {
    this.pause();
    const n = await this.#ask('landmark', () => [this.#wanted, direction]);
    if (n !== null) await this.goTo(n, { byStep: true });
  }

  /**
   * The next step that is more than a detail; for the player.
   * @param {number} steps
   * @returns {Promise<boolean>} whether there was one, or may be
   */
  async stepPlaying(steps) {
    const from = this.#wanted;
    let n = from;
    for (let i = 0; i < steps; i++) {
      const next = await this.#ask('next', () => [n, 1, 1]);
      // Not over the head of a reader who has gone elsewhere meanwhile, or of another text.
      if (next === null || this.#wanted !== from || !this.state.playing) return this.state.playing;
      if (next === n) break;
      n = next;
    }
    if (n === from) return this.state.run?.outcome === null; // the run may go on
    await this.goTo(n, { byStep: true });
    return true;
  }

  /** @param {number} ns */
  async goToTime(ns) {
    this.pause();
    const n = await this.#ask('firstAt', () => [Math.max(0, ns)]);
    if (n !== null) await this.goTo(n);
  }

  /**
   * @param {string} name  Of a marker.
   * @returns {Promise<boolean>} whether the run passes it
   */
  async goToMarker(name) {
    this.pause();
    const n = await this.#ask('find', () => ['MarkerReached', name]);
    if (n !== null) await this.goTo(n);
    return n !== null;
  }

  toStart() {
    this.pause();
    return this.goTo(0);
  }

  toEnd() {
    this.pause();
    return this.goTo(Number.MAX_SAFE_INTEGER);
  }

  async toCause() {
    const cause = this.state.shown?.record.cause;
    if (cause === null || cause === undefined) return;
    this.pause();
    await this.goTo(cause);
  }

  async toEffect() {
    this.pause();
    const effect = await this.#ask('effect', () => [this.state.shown?.record.n]);
    if (effect !== null) await this.goTo(effect);
  }

  get atEnd() {
    const { run, shown } = this.state;
    return run !== null && shown !== null && shown.record.n >= run.len - 1;
  }

  // -- Playing -------------------------------------------------------------------------------------

  async play() {
    if (!this.state.run || this.state.playing) return;
    const { turn } = this.player;
    if (this.atEnd) await this.goTo(0);
    if (turn !== this.player.turn) return; // something else was wanted meanwhile
    this.#set({ playing: true, started: true, skipped: null });
    this.player.play();
  }

  pause() {
    this.player.pause();
    if (!this.state.playing) return;
    const { run, shown } = this.state;
    if (shown && this.#moving) this.#wanted = shown.record.n; // the step that is under way is taken no more
    const spoken =
      run && shown ? this.t('narration.summary', { sentence: this.#spell(run, shown.record) }) : '';
    this.#set({ playing: false, skipped: null, spoken });
  }

  toggle() {
    return this.state.playing ? this.pause() : this.play();
  }

  /** @param {number} by */
  changeSpeed(by) {
    this.#set({ speed: Math.max(0, Math.min(speeds.length - 1, this.state.speed + by)) });
  }

  /** @param {'event' | 'time'} pace */
  setPace(pace) {
    this.#set({ pace, clock: this.state.shown?.record.time ?? 0, skipped: null });
    if (this.state.playing) this.player.play();
  }

  /**
   * @param {number} clock
   * @param {number} skipped
   */
  setClock(clock, skipped) {
    const { run, span } = this.state;
    if (!run) return;
    this.#set({
      clock: Math.min(clock, run.end_ns),
      skipped: skipped || this.state.skipped,
      span: follow(span, clock, run.end_ns),
    });
  }

  // -- The rest of the page ------------------------------------------------------------------------

  /**
   * @param {number} factor
   * @param {number} [around]
   */
  zoom(factor, around = this.state.clock) {
    const { run, span } = this.state;
    if (run) this.#set({ span: zoom(span, factor, around, run.end_ns) });
  }

  /** @param {number} share */
  pan(share) {
    const { run, span } = this.state;
    if (run) this.#set({ span: pan(span, share, run.end_ns) });
  }

  /**
   * Shows a stretch of time.
   * @param {number} from
   * @param {number | null} to  `null`: to the end of the run.
   */
  look(from, to) {
    const { run } = this.state;
    if (run) this.#set({ span: stretch(from, to, run.end_ns) });
  }

  fit() {
    const { run } = this.state;
    if (run) this.#set({ span: fit(run.end_ns) });
  }

  /** @param {Panel} panel */
  showPanel(panel) {
    this.#set({ panel, ...(panel === 'flow' || panel === 'timeline' ? {} : { side: panel }) });
  }

  /** @param {number} cpu  The one that is in focus already gives it up. */
  focusOn(cpu) {
    this.#set({ focus: this.state.focus === cpu ? null : cpu });
  }

  /** @param {SecondFlow} flow */
  chooseFlow(flow) {
    this.#set({ flow });
  }

  /** @param {number} thread  The one that is held already is let go. */
  holdThread(thread) {
    this.#set({ thread: this.state.thread === thread ? null : thread, apcThread: thread });
  }

  /** @param {number} logLevel */
  filterLog(logLevel) {
    this.#set({ logLevel });
  }

  /** @param {State['dialog']} dialog  `null` closes the one that is open. */
  showDialog(dialog) {
    this.#set({ dialog });
  }

  /** @param {State['dialog']} dialog  Unless another is open by now. */
  closeDialog(dialog) {
    if (this.state.dialog === dialog) this.#set({ dialog: null });
  }

  /** @param {Answer} answer  To what a view has asked. */
  tellAnswer(answer) {
    this.#set({ answer });
  }

  /** @param {State['theme']} theme */
  setTheme(theme) {
    this.memory.memorize('theme', theme);
    this.#set({ theme });
  }

  /** @param {State['motion']} motion */
  setMotion(motion) {
    this.memory.memorize('motion', motion);
    this.#set({ motion });
  }

  /** @param {string} lang */
  async setLanguage(lang) {
    this.memory.memorize('language', lang);
    await this.#changeLanguage(lang);
  }

  /** @param {string} lang */
  async #changeLanguage(lang) {
    await this.#words.speak(lang);
    await this.words();
    await this.loadMenu();
  }

  /**
   * @param {RecordView} record
   * @returns {string} its sentence
   */
  spell(record) {
    const { run } = this.state;
    return run ? this.#spell(run, record) : '';
  }

  /**
   * @param {Run} run
   * @param {RecordView} record
   */
  #spell(run, record) {
    const { messages, lang, engine } = this.state;
    return engine ? sentence(record, { messages, lang, engine, info: run.info }) : '';
  }
}

/**
 * Whether the timeline shows all of a run, so that it goes on doing so when the run grows.
 * @param {Span} span
 * @param {Run} run
 */
function wholeRun(span, run) {
  return span.from === 0 && span.to >= run.end_ns;
}

/**
 * @template {string} T
 * @param {readonly T[]} allowed  The first is the default.
 * @param {string | null} value
 * @returns {T}
 */
function oneOf(allowed, value) {
  return allowed.find((candidate) => candidate === value) ?? allowed[0];
}
