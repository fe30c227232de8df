// One thing at a time, for small places: what a figure in an article shows. It has no editor, so it says itself what is
// wrong with the text. Loaded for figures alone.

import { html, nothing } from 'lit/html.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { Page, Part, Views } from './app.js' */

/**
 * @param {Playground} pg
 * @param {Page} parts
 * @param {(part: Part) => boolean} has  Whether a part is to be drawn yet; its place is kept for it.
 * @param {Views} views  What the page has too. They are handed over: a module that this one imported as well would be a
 *   bundle of its own, which every reader of the page had to wait for.
 */
export function figure(pg, parts, has, views) {
  const { sizes, log, labels, stop, compare, notices, quiz } = parts;
  const {
    crashPanel,
    flowsView,
    ladderView,
    missingNote,
    narrationView,
    outcomeView,
    place,
    timelineView,
    transportView,
  } = views;
  const { view, controls, stale, spoken, playing } = pg.state;
  const [of, kept] = room(parts);
  return html`<main class="figure" data-panel=${view} data-stale=${stale} data-of=${of} .style=${`min-height: ${kept}px`}>
      ${missingNote(pg)} ${notices.part?.view()}
      ${crashPanel(pg)} ${faults(pg, views)}
      ${has('narration') ? html`${narrationView(pg)} ${outcomeView(pg, stop.part, () => {})}` : nothing}
      ${view === 'quiz' ? quiz.part?.view() : nothing}
      ${(view === 'flow' || view === 'quiz') && has('dpcFlow') ? flowsView(pg, parts, has('apcFlow')) : nothing}
      ${view === 'ladder' ? (has('ladder') ? ladderView(pg, sizes) : place('ladder')) : nothing}
      ${view === 'timeline' && has('timeline') ? timelineView(pg, sizes, labels) : nothing}
      ${view === 'log' ? html`<section class="panel side" part="side">${log.part?.view() ?? nothing}</section>` : nothing}
    </main>
    ${controls === 'none' || !has('transport') ? nothing : html`${transportView(pg)} ${originView(pg)}`}
    <p class="hidden" role="status" aria-live="polite">${playing ? '' : spoken}</p>
    ${compare.part?.view()}`;
}

/**
 * A step moves nothing below the figure: each picture is at least as high as the one before, of the same run in the same
 * width.
 * @param {Page} parts
 * @returns {[of: string, height: number]}
 */
function room({ pg, root, sizes }) {
  const before = /** @type {HTMLElement | null} */ (root.querySelector('.figure'));
  const { run, view } = pg.state;
  const of = `${run?.session} ${view} ${sizes.of('whole').width}`;
  return [of, before?.dataset.of === of ? before.offsetHeight : 0];
}

/**
 * What is wrong with the text: beside a run, that this is of an older one; without one, the text itself too.
 * @param {Playground} pg
 * @param {Views} views
 */
function faults(pg, { problemList }) {
  const { check, run, crash, source } = pg.state;
  if (crash !== null || check === null || check.ok) return nothing;
  return html`<section class="panel faults" role="alert">
    ${run ? html`<p class="stale-note">${pg.t('code.stale')}</p>` : nothing}
    ${problemList(pg)}
    ${run ? nothing : html`<pre class="crash-source">${source}</pre>`}
  </section>`;
}

/**
 * Where a figure comes from: a press opens all of it, at this very moment, in a window of its own.
 * @param {Playground} pg
 */
function originView(pg) {
  if (!pg.home) return nothing;
  const { t } = pg;
  // The window is opened with the press, before the address is there: later it would be taken for a pop-up.
  const open = async () => {
    const page = globalThis.open('about:blank', '_blank');
    const url = await pg.sharing.toURL();
    if (!page) return pg.sharing.notify({ key: 'figure.blocked', slots: { url } }); // as in a sandboxed frame
    page.opener = null;
    page.location.replace(url);
  };
  return html`<p class="origin"><button class="link" @click=${open}>${t('figure.open')}</button></p>`;
}
