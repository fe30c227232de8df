// The IRQL ladder: an axis with one cursor for each processor, the zone that it masks, and lamps for what is
// requested. Draws what ladder_layout.js says.

import { html, nothing, svg } from 'lit/html.js';
import { crowds, layoutLadder } from '../model/ladder_layout.js';
import { groupOf } from '../model/levels.js';

/** @import { Snapshot } from '../engine/protocol.js' */
/** @import { Playground } from '../model/playground.js' */
/** @import { Crowd, Cursor, Ladder, Rung } from '../model/ladder_layout.js' */
/** @import { Size, Sizes } from './sizes.js' */

/** More processors have no columns of their own: one is in focus, the rest are counted at each level. */
const columnsShown = 4;
const focusWidth = 40;
const bottomRoom = 26;

/**
 * @param {Playground} pg
 * @param {Sizes} sizes
 */
export function ladderView(pg, sizes) {
  const { t } = pg;
  const size = sizes.of('ladder');
  return html`<section class="panel ladder" part="ladder" aria-labelledby="ladder-title">
    <h2 id="ladder-title">${t('ladder.title')}</h2>
    <div class="ladder-room" data-size="ladder">${drawing(pg, size)}</div>
    ${processorsView(pg)}
    <p class="legend">
      <span><i class="swatch masked"></i>${t('ladder.masked')}</span>
      <span><i class="swatch lamp"></i>${t('ladder.lamp')}</span>
    </p>
  </section>`;
}

/**
 * @param {Playground} pg
 * @param {Size} size
 */
function drawing(pg, size) {
  const { run, shown } = pg.state;
  if (!run || size.width < 60 || size.height < 60) return '';
  const ladder = layoutLadder(shown?.state ?? null, run.info, size.height - bottomRoom);
  const count = ladder.cpus.length;
  const isCrowd = count > columnsShown;
  const labels = count > 2 ? { width: 106, letters: 9 } : { width: 116, letters: 11 };
  const column = isCrowd ? focusWidth : Math.min(56, (size.width - labels.width) / Math.max(1, count));
  const last = shown?.record;
  const focus = focusOf(pg);
  const drawn = isCrowd ? ladder.cpus.filter(({ number }) => number === focus) : ladder.cpus;
  return html`<svg width=${size.width} height=${size.height} role="group" aria-labelledby="ladder-title">
    ${ladder.rungs.map((rung) => rungView(rung, ladder, size.width, labels.letters))}
    ${drawn.map((cpu, i) => cpuView(pg, cpu, ladder, labels.width + i * column, column, last?.cpu === cpu.number))}
    ${isCrowd ? crowds(ladder, focus).map((crowd) => crowdView(pg, crowd, labels.width + column, size.width)) : ''}
  </svg>`;
}

/**
 * The processor that is drawn large: the reader's choice, else where the record happened.
 * @param {Playground} pg
 */
function focusOf({ state: { focus, shown, run } }) {
  const count = run?.info.machine.processors ?? 1;
  const chosen = focus ?? shown?.record.cpu ?? 0;
  return chosen < count ? chosen : 0;
}

/**
 * How many other processors are at a level.
 * @param {Playground} pg
 * @param {Crowd} crowd
 * @param {number} x
 * @param {number} right
 */
function crowdView({ t }, { irql, y, group, cpus }, x, right) {
  const told = t('ladder.rest', { count: cpus.length, irql, cpus: cpus.join(', ') });
  return svg`<g class="crowd" data-group=${group} role="img" aria-label=${told}>
    <title>${told}</title>
    <rect x=${x + 3} y=${y - 9} width=${Math.max(26, right - x - 4)} height="18" rx="4"></rect>
    <text x=${(x + right) / 2 + 1} y=${y}>×${cpus.length}</text>
  </g>`;
}

/**
 * Every processor as a small key with its level, when they are too many for columns.
 * @param {Playground} pg
 */
function processorsView(pg) {
  const { t } = pg;
  const { run, shown } = pg.state;
  if (!run || !shown || shown.state.processors.length <= columnsShown) return '';
  const { machine } = run.info;
  const focus = focusOf(pg);
  return html`<div class="processors" role="group" aria-label=${t('ladder.processors')}>
    ${shown.state.processors.map(({ number: cpu, irql, pending, thread, frames }) => {
      const isIdle = thread === null && frames.length === 0;
      const level = t('ladder.cursor', { cpu, irql, level: machine.levels[irql] });
      return html`<button data-group=${groupOf(irql, machine)} data-idle=${isIdle} data-current=${shown.record.cpu === cpu}
        data-place="cursor:${cpu}" aria-pressed=${cpu === focus} aria-label=${level} title=${level} @click=${() => pg.focusOn(cpu)}
        >${isIdle ? '–' : irql}${pending.length ? html`<i class="asks" data-flip="int:lamp@${cpu}" data-from=${ipiFrom(shown, cpu)}></i>` : ''}</button>`;
    })}
  </div>`;
}

/**
 * Where the lamp of an inter-processor interrupt that was just sent comes from.
 * @param {Snapshot | null} shown
 * @param {number} cpu
 */
const ipiFrom = (shown, cpu) =>
  shown?.record.kind === 'IpiSent' && (shown.record.arg & 0xff) === cpu
    ? `cursor:${shown.record.cpu}`
    : nothing;

/**
 * @param {Rung} rung
 * @param {Ladder} ladder
 * @param {number} width
 * @param {number} letters
 */
function rungView(rung, ladder, width, letters) {
  const half = ladder.row / 2;
  const dense = ladder.row < 16;
  // A dense ladder has no room for every number: the levels that somebody uses keep theirs.
  const named = !dense || rung.label !== '' || rung.irql % 2 === 0;
  return svg`<g class="rung" data-group=${rung.group} data-used=${rung.sources.length > 0 || rung.irql < 3}>
    <rect class="band" x="0" y=${rung.y - half} width="5" height=${ladder.row}></rect>
    <line x1="5" x2=${width} y1=${rung.y + half} y2=${rung.y + half}></line>
    ${named ? svg`<text class="number" x="27" y=${rung.y} text-anchor="end">${rung.irql}</text>` : ''}
    <text class="name" x="36" y=${rung.y}>${shorten(rung.label, letters)}</text>
  </g>`;
}

/**
 * @param {string} name
 * @param {number} letters
 */
const shorten = (name, letters) => (name.length > letters ? `${name.slice(0, letters - 1)}…` : name);

/**
 * Round, or as wide as its number.
 * @param {number} x
 * @param {number} y
 * @param {number} number
 */
function lampSign(x, y, number) {
  const half = number > 9 ? 10 : 7;
  return svg`<rect x=${x - half} y=${y - 7} width=${2 * half} height="14" rx="7"></rect>
    <text x=${x} y=${y}>${number}</text>`;
}

/**
 * @param {Playground} pg
 * @param {Cursor} cpu
 * @param {Ladder} ladder
 * @param {number} x
 * @param {number} width
 * @param {boolean} current  The last record was here.
 */
function cpuView(pg, cpu, ladder, x, width, current) {
  const { t } = pg;
  const height = Math.min(24, Math.max(18, ladder.row - 2));
  const inner = width - 8;
  const isIpi = (/** @type {{ irql: number }} */ { irql }) => irql === pg.state.run?.info.machine.ipi_irql;
  const label = t('ladder.cursor', { cpu: cpu.number, irql: cpu.irql, level: cpu.level });
  return svg`<g transform="translate(${x} 0)" class="cpu" data-group=${cpu.group}>
    <svg x="4" y="0" width=${inner} height=${ladder.height} overflow="hidden">
      <rect class="shaft" width=${inner} height=${ladder.height}></rect>
      <g class="slide" .style=${`transform: translateY(${cpu.y}px)`}>
        <rect class="masked" width=${inner} height=${ladder.height}></rect>
        <rect class="masked-hatch" width=${inner} height=${ladder.height}></rect>
      </g>
    </svg>
    ${cpu.lamps.map(
      (lamp) => svg`<g class="lamp" data-masked=${lamp.masked} role="img"
          data-flip=${isIpi(lamp) ? `int:lamp@${cpu.number}` : nothing} data-from=${isIpi(lamp) ? ipiFrom(pg.state.shown, cpu.number) : nothing}
          aria-label=${
            lamp.software
              ? t('ladder.request', { level: lamp.name, cpu: cpu.number })
              : t('ladder.pending', { name: lamp.name, irql: lamp.irql, cpu: cpu.number })
          }>
        ${lampSign(width / 2, lamp.y, lamp.count > 1 ? lamp.count : lamp.irql)}
      </g>`,
    )}
    <g class="slide cursor" data-place="cursor:${cpu.number}" data-current=${current} .style=${`transform: translateY(${cpu.y}px)`} role="img" aria-label=${label}>
      <rect x="2" y=${-height / 2} width=${width - 4} height=${height} rx="5"></rect>
      <text x=${width / 2} y="0">${cpu.irql}</text>
    </g>
    <text class="cpu-name" x=${width / 2} y=${ladder.height + 18}>${width < 38 ? cpu.number : `CPU ${cpu.number}`}</text>
  </g>`;
}
