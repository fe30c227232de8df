// The timeline: the engine paints the lanes into a canvas, in its own thread where that is possible; the axis,
// the playhead and the labels are elements over it. A table tells the same to those who do not see it.

import { html, nothing } from 'lit/html.js';
import { formatTick, formatTime, ticks } from '../base/time_format.js';
import { layoutBarLabels } from '../model/bar_labels.js';
import { icon } from './icons.js';
import { palette } from './palette.js';
import { laneHeight, lanesRoom } from './room.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { Run } from '../model/state.js' */
/** @import { Bar } from '../engine/protocol.js' */
/** @import { Sizes } from './sizes.js' */

const pixelsPerTick = 96;
/** As many always have room. */
const fewLanes = 2;

/**
 * @param {Playground} pg
 * @param {Sizes} sizes
 * @param {TimelineLabels} labels
 */
export function timelineView(pg, sizes, labels) {
  const { run, shown, span, clock, skipped } = pg.state;
  const { t } = pg;
  const { width } = sizes.of('timeline');
  const cpus = run?.info.machine.processors ?? 1;
  const lane = laneHeight(run, sizes);
  const share = (/** @type {number} */ time) => ((time - span.from) / (span.to - span.from)) * 100;
  const at = share(clock);
  const axis = ticks(span.from, span.to, width / pixelsPerTick);
  return html`<section class="panel timeline" part="timeline" aria-labelledby="timeline-title">
    <header>
      <h2 id="timeline-title">${t('timeline.title')}</h2>
      <p class="skipped" ?hidden=${skipped === null}>${icon('end')} ${t('pace.skipped', { time: formatTime(skipped ?? 0) })}</p>
      <span class="tools">
        <span class="hint">${run && !run.outcome ? t('page.running', { count: run.len.toLocaleString(pg.state.lang) }) : t('timeline.hint')}</span>
        <button aria-label=${t('timeline.zoomOut')} title="${t('timeline.zoomOut')} (S)" @click=${() => pg.zoom(1.6)}>−</button>
        <button aria-label=${t('timeline.zoomIn')} title="${t('timeline.zoomIn')} (W)" @click=${() => pg.zoom(1 / 1.6)}>+</button>
        <button title="F" @click=${() => pg.fit()}>${t('timeline.fit')}</button>
      </span>
    </header>
    <div class="timeline-room" .style=${`max-height: ${lanesRoom(run, sizes)}`}>
      <div class="axis" aria-hidden="true">
        ${axis.at.filter((time) => share(time) < 95).map((time) => html`<span .style=${`left: ${share(time)}%`}>${formatTick(time, axis.step)}</span>`)}
      </div>
      <div class="lanes" data-size="timeline" .style=${`height: ${lane * cpus}px`}
        role="slider" tabindex="0" aria-label=${t('timeline.label')}
        aria-valuemin="0" aria-valuemax=${Math.round(run?.end_ns ?? 0)} aria-valuenow=${Math.round(clock)}
        aria-valuetext=${formatTime(clock)}
        @pointerdown=${(/** @type {PointerEvent} */ event) => scrub(pg, event)}
        @pointermove=${(/** @type {PointerEvent} */ event) => event.buttons === 1 && scrub(pg, event)}>
        <div class="canvas-room"></div>
        <div class="bar-labels" aria-hidden="true">${labels.view(lane)}</div>
        ${(shown?.state.processors ?? []).map(
          (cpu) =>
            html`<span class="lane-name" .style=${`top: ${cpu.number * lane}px`}>${t('timeline.cpu', { cpu: cpu.number })}</span>`,
        )}
        ${at >= 0 && at <= 100 && run ? html`<div class="playhead" .style=${`left: ${at}%`}></div>` : nothing}
      </div>
    </div>
    ${run && shown ? twin(pg, run) : nothing}
  </section>`;
}

/**
 * What the picture says at this moment, in words.
 * @param {Playground} pg
 * @param {Run} run
 */
function twin({ t, state }, run) {
  const { machine, threads } = run.info;
  // In a box: a table is never narrower than its words, and what is hidden must not make the page around wider.
  return html`<div class="hidden"><table>
    <caption>${t('timeline.table')}</caption>
    <thead><tr>${['timeline.title', 'timeline.irql', 'timeline.runs', 'timeline.waits'].map((key) => html`<th scope="col">${t(key)}</th>`)}</tr></thead>
    <tbody>
      ${(state.shown?.state.processors ?? []).slice(0, 16).map(
        (cpu) => html`<tr>
          <th scope="row">${t('timeline.cpu', { cpu: cpu.number })}</th>
          <td>${cpu.irql} ${machine.levels[cpu.irql]}</td>
          <td>${cpu.frames.at(-1)?.name ?? (cpu.thread === null ? t('flow.idle') : threads[cpu.thread]?.name)}</td>
          <td>${cpu.pending.map(({ interrupt }) => run.info.interrupts[interrupt]?.name).join(', ') || t('timeline.nothing')}</td>
        </tr>`,
      )}
    </tbody>
  </table></div>`;
}

/**
 * @param {Playground} pg
 * @param {PointerEvent} event
 */
function scrub(pg, event) {
  if (event.button > 0) return;
  const lanes = /** @type {HTMLElement} */ (event.currentTarget);
  if (event.type === 'pointerdown') {
    try {
      lanes.setPointerCapture(event.pointerId);
    } catch {
      // The pointer is gone already.
    }
  }
  const { left, width } = lanes.getBoundingClientRect();
  const { from, to } = pg.state.span;
  pg.goToTime(from + ((event.clientX - left) / width) * (to - from));
}

/**
 * Where not all lanes are in sight, that of the record is.
 * @param {Playground} pg
 * @param {HTMLElement} root
 * @param {Sizes} sizes
 */
export function keepLaneInSight({ state }, root, sizes) {
  const { run, shown } = state;
  const { processors = 0 } = run?.info.machine ?? {};
  const cpu = shown?.record.cpu ?? processors;
  const room = root.querySelector('.timeline-room');
  const axis = /** @type {HTMLElement | null} */ (room?.querySelector('.axis'));
  if (!room || !axis || processors <= fewLanes || cpu >= processors) return;
  const lane = laneHeight(run, sizes);
  const top = axis.offsetHeight + cpu * lane;
  if (top < room.scrollTop) room.scrollTop = cpu === 0 ? 0 : top;
  else if (top + lane > room.scrollTop + room.clientHeight) room.scrollTop = top + lane - room.clientHeight;
}

/** The words on the bars, where there is room for words. */
export class TimelineLabels {
  /** @type {{ session: number, bars: Bar[] }} */
  #loaded = { session: -1, bars: [] };
  #asked = '';
  #busy = false;

  /**
   * @param {Playground} pg
   * @param {Sizes} sizes
   * @param {() => void} changed
   */
  constructor(pg, sizes, changed) {
    this.pg = pg;
    this.sizes = sizes;
    this.changed = changed;
  }

  /** @param {number} lane */
  view(lane) {
    const { run, span } = this.pg.state;
    if (!run || this.#loaded.session !== run.session) return nothing;
    const { width } = this.sizes.of('timeline');
    const ratio = globalThis.devicePixelRatio || 1;
    const idle = this.pg.t('flow.idle');
    return layoutBarLabels(this.#loaded.bars, run.info, { ...span, width, lane, ratio, idle }).map(
      ({ left, top, width: room, text, on }) =>
        html`<span data-group=${on ?? nothing} .style=${`transform: translate(${left}px, ${top}px); width: ${room}px`}>${text}</span>`,
    );
  }

  /** After each picture of the page. */
  async update() {
    const { run, span } = this.pg.state;
    if (!run || this.#busy || this.sizes.of('timeline').width === 0) return;
    const key = JSON.stringify([run.session, run.len, span]);
    if (key === this.#asked) return;
    this.#asked = key;
    this.#busy = true;
    try {
      const bars = await this.pg.engine.call('bars', [run.session, span.from, span.to]);
      this.#loaded = { session: run.session, bars };
    } catch {
      // The run has been replaced; the next picture asks anew.
    } finally {
      this.#busy = false;
      this.changed(); // also for what was wanted meanwhile
    }
  }
}

/** Gives the engine its canvas and has it painted whenever what it shows has changed. */
export class TimelinePainter {
  #generation = -1;
  #painted = '';

  /**
   * @param {Playground} pg
   * @param {Sizes} sizes
   * @param {HTMLElement} root
   */
  constructor(pg, sizes, root) {
    this.pg = pg;
    this.sizes = sizes;
    this.root = root;
  }

  /**
   * After each picture of the page.
   * @returns {Promise<void>}
   */
  async update() {
    const { run, span, engineGeneration, theme } = this.pg.state;
    const room = this.root.querySelector('.canvas-room');
    const { width } = this.sizes.of('timeline');
    if (!run || !room || width === 0) return;
    if (this.#generation !== engineGeneration || !room.firstChild) {
      await this.#attach(/** @type {HTMLElement} */ (room), engineGeneration);
      return this.update(); // what is on show by now, and not what was then
    }

    const cpus = run.info.machine.processors;
    const ratio = Math.min(3, globalThis.devicePixelRatio || 1);
    const dark = matchMedia('(prefers-color-scheme: dark)').matches;
    const lane = Math.round(laneHeight(run, this.sizes) * ratio);
    const view = {
      width: Math.round(width * ratio),
      height: lane * cpus,
      from: span.from,
      to: span.to,
      lane,
    };
    const key = JSON.stringify([run.session, run.len, view, theme, dark, engineGeneration]);
    if (key === this.#painted) return;
    this.#painted = key;
    this.pg.engine.paint(run.session, { ...view, palette: palette(this.root) });
  }

  /**
   * A canvas can be handed over once only: each engine gets its own.
   * @param {HTMLElement} room
   * @param {number} generation
   */
  async #attach(room, generation) {
    this.#generation = generation;
    const canvas = document.createElement('canvas');
    canvas.setAttribute('aria-hidden', 'true'); // the slider around it and the table below it say what it shows
    room.replaceChildren(canvas);
    const offscreen = await this.pg.engine.paintsOffscreen();
    const surface = offscreen ? canvas.transferControlToOffscreen() : canvas;
    await this.pg.engine.attachCanvas(surface).catch(() => {});
    this.#painted = '';
  }
}

/**
 * The wheel scrolls the page; only with Ctrl or Cmd does it zoom.
 * @param {Playground} pg
 * @param {HTMLElement} root
 */
export function listenToWheel(pg, root) {
  root.addEventListener(
    'wheel',
    (event) => {
      const lanes = /** @type {HTMLElement} */ (event.target).closest('.lanes');
      if (!lanes || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      const { left, width } = lanes.getBoundingClientRect();
      const { from, to } = pg.state.span;
      pg.zoom(1.0015 ** event.deltaY, from + ((event.clientX - left) / width) * (to - from));
    },
    { passive: false },
  );
}
