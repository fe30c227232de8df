// The page as a whole: what is where, and what happens after each picture. One render for all of it; lit
// changes only what differs.

import { html, nothing, render } from 'lit/html.js';
import { frameLoop } from '../base/frames.js';
import { nextTask } from '../base/tasks.js';
import { secondFlow } from '../model/second_flow.js';
import { CodeHost, codeView, problemList } from './code.js';
import { listenToFiles } from './files.js';
import { flowsView, place } from './flows.js';
import { icon } from './icons.js';
import { keyListener } from './keys.js';
import { ladderView } from './ladder.js';
import { Late } from './late.js';
import { crashPanel, settingsMenu } from './menus.js';
import { narrationView } from './narration.js';
import { outcomeView, stops } from './outcome.js';
import { placeMenus } from './place_menus.js';
import { missingNote, ScenarioMenu } from './scenario_menu.js';
import { Sizes } from './sizes.js';
import { keepLaneInSight, listenToWheel, TimelineLabels, TimelinePainter, timelineView } from './timeline.js';
import { places, reducedMotion, wander } from './tokens.js';
import { transportView } from './transport.js';
import { wear } from './wardrobe.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { Panel, Side } from '../model/state.js' */

/** @type {Panel[]} */
const panels = ['flow', 'timeline', 'code', 'log', 'statistics', 'inspect'];
/** @type {Side[]} */
const sides = ['code', 'log', 'statistics', 'inspect'];

/** The parts of the page in the order in which they are mounted; those that draw the run wait until there is one. */
const atOnce = /** @type {const} */ (['frame', 'bar', 'transport', 'narration', 'side']);
const ofTheRun = /** @type {const} */ (['timeline', 'dpcFlow', 'apcFlow', 'ladder']);
/** @typedef {(typeof atOnce | typeof ofTheRun)[number]} Part */

/** What a small figure shows of the page. */
const views = {
  ...{ crashPanel, flowsView, ladderView, missingNote, narrationView, outcomeView, place, problemList },
  ...{ timelineView, transportView },
};
/** @typedef {typeof views} Views */

/** Draws the page into an element whenever the model changes. */
export class Page {
  /** @type {Set<Part>} */
  #mounted = new Set();
  /** @type {unknown} */
  #drawnMoment = null;

  /** What gives back what the page has taken of the document. */
  #left = new AbortController();

  /**
   * @param {Playground} pg
   * @param {HTMLElement} root
   * @param {boolean} fills  It is all of the document: the keys are its own wherever the focus is.
   */
  constructor(pg, root, fills) {
    const ask = frameLoop(() => this.#draw());
    this.pg = pg;
    this.root = root;
    this.fills = fills;
    this.ask = ask;
    this.sizes = new Sizes(ask);
    this.code = new CodeHost(pg, root);
    const dress =
      (/** @type {Parameters<typeof wear>[1][]} */ ...names) =>
      async () => {
        for (const name of names) await wear(root, name); // one leans on the other
      };
    this.figure = new Late(async () => (await import('./figure.js')).figure, ask, dress('figure'));
    this.log = new Late(async () => new (await import('./log.js')).Log(pg, root, ask), ask, dress('log'));
    this.help = new Late(async () => new (await import('./help.js')).HelpDialog(pg, ask), ask, dress('help'));
    this.compare = new Late(
      async () => new (await import('./compare.js')).CompareDialog(pg, ask),
      ask,
      dress('help'),
    );
    this.share = new Late(
      async () => new (await import('./share.js')).ShareDialog(pg, ask),
      ask,
      dress('help', 'share'),
    );
    this.notices = new Late(
      async () => new (await import('./notices.js')).Notices(pg, ask),
      ask,
      dress('help', 'share'),
    );
    this.exports = new Late(
      async () => new (await import('./export.js')).ExportDialog(pg, ask),
      ask,
      dress('help', 'export'),
    );
    this.alpc = new Late(
      async () => {
        const { AlpcFlowPart } = await import('./flow_alpc.js');
        const part = new AlpcFlowPart(pg, this.sizes, ask);
        await part.translate(); // no frame of it is without words
        return part;
      },
      ask,
      dress('alpc'),
    );
    this.stop = new Late(
      async () => {
        const { StopScreen } = await import('./stop.js');
        const screen = new StopScreen(pg, (from) => this.goToCode(from), ask);
        await screen.update(); // without its words it would say less than what stands there until it comes
        return screen;
      },
      ask,
      dress('stop'),
    );
    this.inspect = new Late(
      async () => {
        const [{ InspectPanel }] = await Promise.all([import('./inspect_panel.js'), pg.learn('inspect')]);
        return new InspectPanel(pg, ask, (line) => this.goToCode(startOf(line, pg.state.source)));
      },
      ask,
      dress('inspect'),
    );
    this.statistics = new Late(
      async () => {
        const [{ StatisticsPanel }] = await Promise.all([import('./statistics.js'), pg.learn('statistics')]);
        return new StatisticsPanel(pg, this.sizes, ask);
      },
      ask,
      dress('statistics'),
    );
    this.quiz = new Late(async () => new (await import('./quiz.js')).Quiz(pg, ask), ask, dress('figure'));
    this.menu = new ScenarioMenu(pg, root, ask);
    this.painter = new TimelinePainter(pg, this.sizes, root);
    this.labels = new TimelineLabels(pg, this.sizes, ask);
  }

  /**
   * Draws the parts for the first time, each in a task of its own: no key press waits for all of them.
   * @param {Promise<unknown>} started  When there is a run, or a reason why there is none.
   */
  async mount(started) {
    if (this.pg.state.view !== 'full') await this.figure.want();
    if (this.#left.signal.aborted) return;
    this.root.replaceChildren();
    this.pg.store.subscribe(this.ask);
    const { signal } = this.#left;
    const keys = /** @type {EventListener} */ (keyListener(this.pg));
    (this.fills ? document : this.root).addEventListener('keydown', keys, { signal });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', this.ask, { signal });
    listenToWheel(this.pg, this.root);
    if (!this.fills) placeMenus(this.root);
    listenToFiles(this.pg, this.root);
    for (const part of atOnce) await this.#add(part);
    await started;
    for (const part of ofTheRun) await this.#add(part);
  }

  /** Draws no more, and hears no more. */
  leave() {
    this.#left.abort();
    this.code.close();
    this.sizes.stop();
    this.root.replaceChildren();
  }

  /** @param {Part} part */
  async #add(part) {
    this.#mounted.add(part);
    this.#draw();
    await nextTask();
  }

  loadEditor() {
    return this.code.load();
  }

  /** @param {number} from  An offset in the text. */
  goToCode(from) {
    this.pg.showPanel('code');
    requestAnimationFrame(() => this.code.goTo(from));
  }

  #draw() {
    if (this.#left.signal.aborted) return;
    const { pg, root } = this;
    const { shown, animate } = pg.state;
    const moved = shown !== this.#drawnMoment;
    const stepped = moved && animate;
    this.#drawnMoment = shown;
    const before = stepped ? places(root) : null;
    const has = (/** @type {Part} */ part) => this.#mounted.has(part);
    if (pg.state.view === 'full') render(page(pg, this, has), root);
    else {
      this.figure.want();
      render(this.figure.part?.(pg, this, has, views) ?? crashPanel(pg), root);
    }
    dress(pg, root, this.fills);
    this.sizes.watch(root);
    if (moved) keepLaneInSight(pg, root, this.sizes);
    if (before) wander(root, before, pg);
    this.code.update();
    this.painter.update();
    this.labels.update();
    if (pg.state.side === 'log' || pg.state.view === 'log') this.log.want();
    this.log.part?.update();
    if (pg.state.view === 'quiz') this.quiz.want();
    this.quiz.part?.update();
    if (pg.state.run && secondFlow(pg.state.run.info, pg.state.flow) === 'alpc') this.alpc.want();
    this.alpc.part?.update();
    if (pg.state.dialog === 'help') this.help.want();
    this.help.part?.update();
    if (pg.state.dialog === 'compare') this.compare.want();
    this.compare.part?.update();
    if (pg.state.dialog === 'share') this.share.want();
    this.share.part?.update();
    if (pg.state.notices.length) this.notices.want();
    this.notices.part?.update();
    if (pg.state.dialog === 'export') this.exports.want();
    this.exports.part?.update();
    if (pg.state.side === 'statistics') this.statistics.want();
    this.statistics.part?.update();
    if (pg.state.side === 'inspect') this.inspect.want();
    if (stops(pg.state.run?.outcome)) this.stop.want();
    this.stop.part?.update();
    showDialog(root, pg.state.dialog);
  }
}

/**
 * What holds for all that is in the root.
 * @param {Playground} pg
 * @param {HTMLElement} root
 * @param {boolean} fills
 */
function dress(pg, root, fills) {
  const { theme, lang, view, controls } = pg.state;
  root.lang = lang;
  root.dataset.theme = theme;
  root.dataset.motion = reducedMotion(pg) ? 'reduced' : 'full';
  root.dataset.view = view;
  root.dataset.controls = controls;
  root.toggleAttribute('data-fills', fills);
}

/**
 * @param {HTMLElement} root
 * @param {string | null} name  Of the one to be open.
 */
function showDialog(root, name) {
  for (const dialog of /** @type {NodeListOf<HTMLDialogElement>} */ (
    root.querySelectorAll('[data-dialog]')
  )) {
    const open = dialog.dataset.dialog === name;
    // Not without its words: they come with another picture, and the focus goes to what is there when it opens.
    if (open && !dialog.open && dialog.firstElementChild) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }
}

/**
 * @param {Playground} pg
 * @param {Page} parts
 * @param {(part: Part) => boolean} has  Whether a part is to be drawn yet; its place is kept for it.
 */
function page(pg, parts, has) {
  const { sizes, menu, help, compare, share, exports, notices, stop, labels } = parts;
  const { t } = pg;
  const { panel, side, stale, check, run, spoken, playing } = pg.state;
  const badText = check !== null && !check.ok;
  return html`<header class="bar" part="bar" ?hidden=${pg.state.controls !== 'full'}>
      <h1 class="brand"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 3v18M18 3v18M6 7h12M6 12h12M6 17h12" /></svg>
        <span>IRQL Playground</span></h1>
      ${has('bar') ? barView(pg, menu) : nothing}
    </header>
    ${pg.state.controls === 'none' ? nothing : has('transport') ? transportView(pg) : html`<div class="transport"></div>`}
    <main class="page" data-panel=${panel} data-side=${side} data-stale=${stale}>
      ${
        badText
          ? html`<p class="stale-badge" role="status">${icon('warning')} ${run ? html`<b>${t('stale.badge')}</b>` : nothing}
              <button class="link" @click=${() => {
                const first = check?.diagnostics.find(({ severity }) => severity === 'error');
                if (first) parts.goToCode(first.from);
              }}>${t('stale.show')}</button></p>`
          : nothing
      }
      ${missingNote(pg)}
      ${crashPanel(pg)}
      ${has('ladder') ? ladderView(pg, sizes) : place('ladder')}
      <div class="stage" data-size="stage">
        ${has('narration') ? html`${narrationView(pg)} ${outcomeView(pg, stop.part, (from) => parts.goToCode(from))}` : nothing}
        ${has('dpcFlow') ? flowsView(pg, parts, has('apcFlow')) : nothing}
      </div>
      ${has('timeline') ? timelineView(pg, sizes, labels) : nothing}
      <section class="panel side" part="side">${has('side') ? sideView(pg, parts) : nothing}</section>
    </main>
    <nav class="panels" aria-label=${t('panel.panels')}>
      ${panels.map(
        (name) =>
          html`<button aria-pressed=${panel === name} @click=${() => pg.showPanel(name)}>${t(`panel.${name}`)}</button>`,
      )}
    </nav>
    <p class="hidden" role="status" aria-live="polite">${playing ? '' : spoken}</p>
    ${help.part?.view()} ${compare.part?.view()} ${share.part?.view()} ${exports.part?.view()} ${notices.part?.view()}`;
}

/**
 * @param {Playground} pg
 * @param {ScenarioMenu} menu
 */
function barView(pg, menu) {
  return html`${menu.view()}
      <div class="spacer"></div>
      <div class="settings">${settingsMenu(pg)}</div>`;
}

/**
 * @param {Playground} pg
 * @param {Page} parts
 */
function sideView(pg, { code, log, statistics, inspect }) {
  const { t } = pg;
  const { side } = pg.state;
  return html`<div class="tabs" role="tablist" aria-label=${t('panel.panels')} @keydown=${(/** @type {KeyboardEvent} */ event) => arrowTabs(event, pg)}>
          ${sides.map(
            (
              name,
            ) => html`<button role="tab" id="tab-${name}" aria-selected=${side === name} aria-controls="panel-${name}"
              tabindex=${side === name ? 0 : -1} @click=${() => pg.showPanel(name)}>${t(`panel.${name}`)}</button>`,
          )}
        </div>
        <div role="tabpanel" id="panel-code" aria-labelledby="tab-code" ?hidden=${side !== 'code'}>${codeView(pg, code)}</div>
        <div role="tabpanel" id="panel-log" aria-labelledby="tab-log" ?hidden=${side !== 'log'}>${side === 'log' ? log.part?.view() : nothing}</div>
        <div role="tabpanel" id="panel-statistics" aria-labelledby="tab-statistics" ?hidden=${side !== 'statistics'}>${side === 'statistics' ? statistics.part?.view() : nothing}</div>
        <div role="tabpanel" id="panel-inspect" aria-labelledby="tab-inspect" ?hidden=${side !== 'inspect'}>${side === 'inspect' ? inspect.part?.view() : nothing}</div>`;
}

/**
 * @param {number} line
 * @param {string} text
 */
const startOf = (line, text) =>
  text
    .split('\n')
    .slice(0, line - 1)
    .reduce((at, above) => at + above.length + 1, 0);

/**
 * @param {KeyboardEvent} event
 * @param {Playground} pg
 */
function arrowTabs(event, pg) {
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
  event.preventDefault();
  event.stopPropagation();
  const by = event.key === 'ArrowRight' ? 1 : sides.length - 1;
  pg.showPanel(sides[(sides.indexOf(pg.state.side) + by) % sides.length]);
  const list = /** @type {HTMLElement} */ (event.currentTarget);
  requestAnimationFrame(() =>
    /** @type {HTMLElement | null} */ (list.querySelector('[aria-selected=true]'))?.focus(),
  );
}
