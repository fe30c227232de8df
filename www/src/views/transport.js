// The buttons that move through a run: play, step, scrub, speed, pace.

import { live } from 'lit/directives/live.js';
import { html } from 'lit/html.js';
import { formatTime } from '../base/time_format.js';
import { speeds } from '../model/pacing.js';
import { icon } from './icons.js';

/** @import { Playground } from '../model/playground.js' */

/** @param {Playground} pg */
export function transportView(pg) {
  const { run, shown, playing, speed, pace, clock, lang } = pg.state;
  const { t } = pg;
  const n = shown?.record.n ?? 0;
  const last = Math.max(0, (run?.len ?? 1) - 1);
  const place = {
    time: formatTime(clock),
    n: (n + 1).toLocaleString(lang),
    count: (last + 1).toLocaleString(lang),
  };
  const playName = t(playing ? 'transport.pause' : pg.atEnd ? 'transport.replay' : 'transport.play');
  const idle = !run;
  return html`<section class="transport" part="transport" aria-label=${t('transport.label')}>
    <div class="buttons">
      ${button('start', t('transport.start'), () => pg.toStart(), idle || n === 0, 'Home')}
      ${button('back', t('transport.back'), () => pg.step(-1), idle || n === 0, ', ←')}
      <button class="play" aria-label=${playName} title=${playName} ?disabled=${idle} @click=${() => pg.toggle()}>
        ${icon(playing ? 'pause' : 'play')}
      </button>
      ${button('next', t('transport.next'), () => pg.step(1), idle || n === last, '. →')}
      ${button('end', t('transport.end'), () => pg.toEnd(), idle || n === last, 'End')}
    </div>
    <div class="scrub">
      <input type="range" min="0" max=${last} step="1" .value=${live(String(n))} ?disabled=${idle}
        .style=${`--at: ${last ? (n / last) * 100 : 0}%`}
        aria-label=${t('transport.scrub')} aria-valuetext=${t('transport.place', place)}
        @input=${(/** @type {Event} */ event) => {
          pg.pause();
          pg.goTo(Number(/** @type {HTMLInputElement} */ (event.target).value));
        }} />
      <p class="place"><b>${place.time}</b> <span>${t('transport.count', place)}</span></p>
    </div>
    <div class="tempo">
      <label><span class="hidden">${t('transport.speed')}</span>
        <select title=${t('transport.speed')} @change=${(/** @type {Event} */ event) =>
          pg.changeSpeed(chosen(event) - pg.state.speed)}>
          ${speeds.map((factor, i) => html`<option ?selected=${i === speed} .selected=${i === speed}>${factor}×</option>`)}
        </select>
      </label>
      <label><span class="hidden">${t('transport.pace')}</span>
        <select title=${t('transport.pace')} @change=${(/** @type {Event} */ event) =>
          pg.setPace(chosen(event) === 0 ? 'event' : 'time')}>
          <option .selected=${pace === 'event'}>${t('pace.event')}</option>
          <option .selected=${pace === 'time'}>${t('pace.time')}</option>
        </select>
      </label>
    </div>
  </section>`;
}

/**
 * @param {Parameters<typeof icon>[0]} sign
 * @param {string} name
 * @param {() => void} act
 * @param {boolean} disabled
 * @param {string} keys
 */
function button(sign, name, act, disabled, keys) {
  return html`<button aria-label=${name} title="${name} (${keys})" ?disabled=${disabled} @click=${act}>${icon(sign)}</button>`;
}

/**
 * Which option was chosen. The list gives the keyboard back: Space is for playing again.
 * @param {Event} event
 */
function chosen(event) {
  const list = /** @type {HTMLSelectElement} */ (event.target);
  list.blur();
  return list.selectedIndex;
}
