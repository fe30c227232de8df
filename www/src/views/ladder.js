// The IRQL ladder: an axis with one cursor for each processor, the zone that it masks, and lamps for what is
// requested. Draws what ladder_layout.js says.

import { html, svg } from 'lit/html.js';
import { layoutLadder } from '../model/ladder_layout.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { Cursor, Ladder, Rung } from '../model/ladder_layout.js' */
/** @import { Size, Sizes } from './sizes.js' */

const labelWidth = 116;
const bottomRoom = 26;

/**
 * @param {Playground} pg
 * @param {Sizes} sizes
 */
export function ladderView(pg, sizes) {
  const { t } = pg;
  const size = sizes.of('ladder');
  return html`<section class="panel ladder" aria-labelledby="ladder-title">
    <h2 id="ladder-title">${t('ladder.title')}</h2>
    <div class="ladder-room" data-size="ladder">${drawing(pg, size)}</div>
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
  const column = Math.min(56, (size.width - labelWidth) / Math.max(1, ladder.cpus.length));
  const last = shown?.record;
  return html`<svg width=${size.width} height=${size.height} role="group" aria-labelledby="ladder-title">
    ${ladder.rungs.map((rung) => rungView(rung, ladder, size.width))}
    ${ladder.cpus.map((cpu, i) => {
      const x = labelWidth + i * column;
      return cpuView(pg, cpu, ladder, x, column, last?.cpu === cpu.number);
    })}
  </svg>`;
}

/**
 * @param {Rung} rung
 * @param {Ladder} ladder
 * @param {number} width
 */
function rungView(rung, ladder, width) {
  const half = ladder.row / 2;
  const dense = ladder.row < 16;
  // A dense ladder has no room for every number: the levels that somebody uses keep theirs.
  const named = !dense || rung.label !== '' || rung.irql % 2 === 0;
  return svg`<g class="rung" data-group=${rung.group} data-used=${rung.sources.length > 0 || rung.irql < 3}>
    <rect class="band" x="0" y=${rung.y - half} width="5" height=${ladder.row}></rect>
    <line x1="5" x2=${width} y1=${rung.y + half} y2=${rung.y + half}></line>
    ${named ? svg`<text class="number" x="27" y=${rung.y} text-anchor="end">${rung.irql}</text>` : ''}
    <text class="name" x="36" y=${rung.y}>${shorten(rung.label)}</text>
  </g>`;
}

/** @param {string} name */
const shorten = (name) => (name.length > 11 ? `${name.slice(0, 10)}…` : name);

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
  const label = t('ladder.cursor', { cpu: cpu.number, irql: cpu.irql, level: cpu.level });
  return svg`<g transform="translate(${x} 0)" class="cpu" data-group=${cpu.group}>
    <svg x="4" y="0" width=${inner} height=${ladder.height} overflow="hidden">
      <rect class="shaft" width=${inner} height=${ladder.height}></rect>
      <g class="slide" style="transform: translateY(${cpu.y}px)">
        <rect class="masked" width=${inner} height=${ladder.height}></rect>
        <rect class="masked-hatch" width=${inner} height=${ladder.height}></rect>
      </g>
    </svg>
    ${cpu.lamps.map(
      (lamp) => svg`<g class="lamp" data-masked=${lamp.masked} role="img"
          aria-label=${
            lamp.software
              ? t('ladder.request', { level: lamp.name, cpu: cpu.number })
              : t('ladder.pending', { name: lamp.name, irql: lamp.irql, cpu: cpu.number })
          }>
        <circle cx=${width / 2} cy=${lamp.y} r="7"></circle>
        <text x=${width / 2} y=${lamp.y}>${lamp.count > 1 ? lamp.count : lamp.irql}</text>
      </g>`,
    )}
    <g class="slide cursor" data-current=${current} style="transform: translateY(${cpu.y}px)" role="img" aria-label=${label}>
      <rect x="2" y=${-height / 2} width=${width - 4} height=${height} rx="5"></rect>
      <text x=${width / 2} y="0">${cpu.irql}</text>
    </g>
    <text class="cpu-name" x=${width / 2} y=${ladder.height + 18}>${width < 44 ? cpu.number : `CPU ${cpu.number}`}</text>
  </g>`;
}
