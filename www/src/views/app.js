// The page as a whole: what is where, and what happens after each picture. One render for all of it; lit
// changes only what differs.

import { html, nothing, render } from 'lit';
import { frameLoop } from '../base/frames.js';
import { CodeHost, codeView } from './code.js';
import { apcFlowView } from './flow_apc.js';
import { dpcFlowView } from './flow_dpc.js';
import { icon } from './icons.js';
import { keyListener } from './keys.js';
import { ladderView } from './ladder.js';
import { Log } from './log.js';
import { crashPanel, helpDialog, settingsMenu } from './menus.js';
import { narrationView } from './narration.js';
import { outcomeView } from './outcome.js';
import { missingNote, ScenarioMenu } from './scenario_menu.js';
import { Sizes } from './sizes.js';
import { StatisticsPanel } from './statistics.js';
import { StopScreen } from './stop.js';
import { listenToWheel, TimelineLabels, TimelinePainter, timelineView } from './timeline.js';
import { places, reducedMotion, wander } from './tokens.js';
import { transportView } from './transport.js';

/** @import { Playground, Panel, Side } from '../model/playground.js' */

/** @type {Panel[]} */
const panels = ['flow', 'timeline', 'code', 'log', 'statistics'];
/** @type {Side[]} */
const sides = ['code', 'log', 'statistics'];

/**
 * Draws the page into an element, now and whenever the model changes.
 * @param {Playground} pg
 * @param {HTMLElement} root
 */
export function showPage(pg, root) {
  const ask = frameLoop(draw);
  const sizes = new Sizes(ask);
  const code = new CodeHost(pg, root);
  const log = new Log(pg, root, ask);
  const goToCode = (/** @type {number} */ from) => {
    pg.showPanel('code');
    requestAnimationFrame(() => code.goTo(from));
  };
  const stop = new StopScreen(pg, goToCode, ask);
  const statistics = new StatisticsPanel(pg, sizes, ask);
  const menu = new ScenarioMenu(pg, ask);
  const painter = new TimelinePainter(pg, sizes, root);
  const labels = new TimelineLabels(pg, sizes, ask);
  /** @type {unknown} */
  let drawnMoment = null;

  function draw() {
    const { shown, animate } = pg.state;
    const stepped = shown !== drawnMoment && animate;
    drawnMoment = shown;
    const before = stepped ? places(root) : null;
    render(page(pg, { sizes, goToCode, menu, code, log, statistics, stop, labels }), root);
    dress(pg);
    sizes.watch(root);
    if (before) wander(root, before, pg);
    code.update();
    painter.update();
    labels.update();
    log.update();
    statistics.update();
    stop.update();
    showDialog(root, pg.state.help);
  }

  pg.store.subscribe(ask);
  document.addEventListener('keydown', keyListener(pg));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', ask);
  listenToWheel(pg, root);
  draw();
  return { loadEditor: () => code.load() };
}

/**
 * What belongs to the whole document.
 * @param {Playground} pg
 */
function dress(pg) {
  const { theme, lang } = pg.state;
  const root = document.documentElement;
  root.lang = lang;
  root.dataset.theme = theme;
  root.dataset.motion = reducedMotion(pg) ? 'reduced' : 'full';
  document.title = pg.t('page.title');
}

/**
 * @param {HTMLElement} root
 * @param {boolean} open
 */
function showDialog(root, open) {
  const dialog = /** @type {HTMLDialogElement | null} */ (root.querySelector('dialog.help'));
  if (open && !dialog?.open) dialog?.showModal();
  if (!open && dialog?.open) dialog.close();
}

/**
 * @param {Playground} pg
 * @param {{ sizes: Sizes, goToCode: (from: number) => void, menu: ScenarioMenu, code: CodeHost, log: Log, statistics: StatisticsPanel, stop: StopScreen, labels: TimelineLabels }} parts
 */
function page(pg, { sizes, goToCode, menu, code, log, statistics, stop, labels }) {
  const { t } = pg;
  const { panel, side, stale, check, spoken, playing } = pg.state;
  const badText = stale && check !== null && !check.ok;
  return html`<header class="bar">
      <h1 class="brand"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 3v18M18 3v18M6 7h12M6 12h12M6 17h12" /></svg>
        <span>IRQL Playground</span></h1>
      ${menu.view()}
      <div class="spacer"></div>
      <div class="settings">${settingsMenu(pg)}</div>
    </header>
    ${transportView(pg)}
    <main class="page" data-panel=${panel} data-side=${side} data-stale=${stale}>
      ${
        badText
          ? html`<p class="stale-badge" role="status">${icon('warning')} <b>${t('stale.badge')}</b>
              <button class="link" @click=${() => {
                const first = check?.diagnostics.find(({ severity }) => severity === 'error');
                if (first) goToCode(first.from);
              }}>${t('stale.show')}</button></p>`
          : nothing
      }
      ${missingNote(pg)}
      ${crashPanel(pg)}
      ${ladderView(pg, sizes)}
      <div class="stage">${narrationView(pg)} ${outcomeView(pg, stop)} ${dpcFlowView(pg)} ${apcFlowView(pg)}</div>
      ${timelineView(pg, sizes, labels)}
      <section class="panel side">
        <div class="tabs" role="tablist" aria-label=${t('panel.panels')} @keydown=${(/** @type {KeyboardEvent} */ event) => arrowTabs(event, pg)}>
          ${sides.map(
            (
              name,
            ) => html`<button role="tab" id="tab-${name}" aria-selected=${side === name} aria-controls="panel-${name}"
              tabindex=${side === name ? 0 : -1} @click=${() => pg.showPanel(name)}>${t(`panel.${name}`)}</button>`,
          )}
        </div>
        <div role="tabpanel" id="panel-code" aria-labelledby="tab-code" ?hidden=${side !== 'code'}>${codeView(pg, code)}</div>
        <div role="tabpanel" id="panel-log" aria-labelledby="tab-log" ?hidden=${side !== 'log'}>${side === 'log' ? log.view() : nothing}</div>
        <div role="tabpanel" id="panel-statistics" aria-labelledby="tab-statistics" ?hidden=${side !== 'statistics'}>${side === 'statistics' ? statistics.view() : nothing}</div>
      </section>
    </main>
    <nav class="panels" aria-label=${t('panel.panels')}>
      ${panels.map(
        (name) =>
          html`<button aria-pressed=${panel === name} @click=${() => pg.showPanel(name)}>${t(`panel.${name}`)}</button>`,
      )}
    </nav>
    <p class="hidden" role="status" aria-live="polite">${playing ? '' : spoken}</p>
    ${helpDialog(pg)}`;
}

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
