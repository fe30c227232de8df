// The present moment as a drawing to take away: one SVG with the sentence, the ladder, the way from device to thread,
// the threads and the timeline around it. Text in, text out; no script in it, and nothing that it would have to fetch.

import { formatTick, formatTime, ticks } from '../base/time_format.js';
import { layoutBarLabels } from './bar_labels.js';
import { layoutDpcFlow, rowsInView } from './flow_dpc_layout.js';
import { layoutLadder } from './ladder_layout.js';
import { groupOf, groups } from './levels.js';
import { escaped, fitted, pictureStyle, textWidth, wrapped } from './picture_style.js';
import { standsAside } from './second_flow.js';

/** @import { Bar, RecordView, SessionInfo, Snapshot, ThreadState } from '../engine/protocol.js' */
/** @import { Translate } from '../messages/index.js' */
/** @import { Card, Row } from './flow_dpc_layout.js' */
/** @import { Group } from './levels.js' */
/** @import { Theme } from './picture_style.js' */
/** @import { Span } from './viewport.js' */

/**
 * @typedef {object} Scene
 * @property {SessionInfo} info
 * @property {Snapshot} shown
 * @property {Bar[]} bars
 * @property {Span} span  The time that the bars cover.
 * @property {string} title  The scenario's.
 * @property {string} sentence  Of the record.
 * @property {Translate} t
 * @property {string} lang
 * @property {Theme} theme
 */
/** @typedef {{ svg: string, width: number, height: number }} Picture */

const width = 760;
const edge = 20;
const ladderWidth = 172;
const rung = 21;
const flowLeft = edge + ladderWidth + 16;
const flowWidth = width - edge - flowLeft;
/** Cards of a box, processors in the flow and in the timeline, threads. */
const cardsShown = 2;
const processorsShown = 3;
const threadsShown = 6;
const portsShown = 4;
const lane = 58;
const gutter = 56;
/** As `layoutBarLabels` has the lanes. */
const gap = 6;

/** Records around the moment whose time the timeline shows. */
export const recordsAround = 60;

/**
 * The time that a picture's timeline shows: all of a short run, else what is around the moment.
 * @param {ArrayLike<number>} times  Of the records around it, and of those alone.
 * @param {number} len  Records of the run.
 * @param {number} end  When the run ended.
 * @returns {Span}
 */
export function pictureSpan(times, len, end) {
  if (len <= 2 * recordsAround || times.length < 2) return { from: 0, to: Math.max(end, 1) };
  const [first, last] = [times[0], times[times.length - 1]];
  const room = Math.max((last - first) * 0.04, 100);
  return { from: Math.max(0, first - room), to: Math.min(last + room, end) };
}

/**
 * @param {Scene} scene
 * @returns {Picture}
 */
export function picture(scene) {
  const { info, shown, sentence, title, t, lang, theme } = scene;
  const { record, state } = shown;
  const when = [
    formatTime(record.time),
    ...(record.cpu === 255 ? [] : [t('timeline.cpu', { cpu: record.cpu })]),
  ].join(' · ');
  const lines = wrapped(sentence, (width - 2 * edge) / 1.1, 18, 3); // in bold
  const top = 46 + lines.length * 26;

  const rows = processors(scene);
  const flow = standsAside(info, null) ? { svg: '', height: 0 } : flowPart(scene, rows, top);
  const ports = portsPart(scene, top + flow.height);
  const ladder = ladderPart(scene, top);
  const above = flow.height + ports.height;
  const threads = threadsPart(scene, top + above, ladder.height - above);
  const body = Math.max(ladder.height, above + threads.height);
  const timeline = timelinePart(scene, rows, top + body + 14);
  const height = Math.ceil(top + body + 14 + timeline.height + 12);

  const head =
    label(edge, 30, fitted(title, width - 2 * edge - textWidth(when, 13) - 20, 13), 'soft', 13) +
    label(width - edge, 30, when, 'soft n', 13, 'end') +
    lines.map((line, i) => label(edge, 58 + i * 26, line, 'b', 18)).join('');
  const told = [sentence, ...state.processors.map((cpu) => spokenProcessor(cpu, scene))].join(' ');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" lang="${lang}" xml:lang="${lang}"><title>${escaped(title)}</title><desc>${escaped(told.slice(0, 600))}</desc><style>${pictureStyle(theme, lang)}</style><rect class="page" width="${width}" height="${height}" rx="10"/>${head}${ladder.svg}${flow.svg}${ports.svg}${threads.svg}${timeline.svg}</svg>`;
  return { svg, width, height };
}

/** @param {Scene} scene */
export const toSVG = (scene) => picture(scene).svg;

/**
 * The processors that matter at the moment.
 * @param {Scene} scene
 */
function processors({ info, shown: { state, record } }) {
  return rowsInView(layoutDpcFlow(state, info, record, cardsShown), record, null, processorsShown).sort(
    (a, b) => a.cpu - b.cpu,
  );
}

/**
 * @param {Snapshot['state']['processors'][number]} cpu
 * @param {Scene} scene
 */
function spokenProcessor(cpu, { info, t }) {
  return `${t('timeline.cpu', { cpu: cpu.number })}: IRQL ${cpu.irql} ${info.machine.levels[cpu.irql] ?? ''}.`;
}

// -- The ladder ------------------------------------------------------------------------------------

/**
 * The rungs that something stands on; what is left out between them is a gap.
 * @param {Scene} scene
 * @param {number} top
 */
function ladderPart({ info, shown: { state, record }, t }, top) {
  const { machine } = info;
  const { rungs, cpus } = layoutLadder(state, info, machine.levels.length);
  const focus = cpus[record.cpu] ?? cpus[0];
  const wanted = new Set([0, 1, 2, machine.clock_irql, machine.ipi_irql, machine.levels.length - 1]);
  for (const { irql, lamps } of cpus)
    for (const level of [irql, ...lamps.map((lamp) => lamp.irql)]) wanted.add(level);
  const kept = rungs.filter(({ irql, sources }) => sources.length > 0 || wanted.has(irql)).reverse();
  const height = 30 + kept.length * rung + 10;
  const x = edge + 10;
  let out = panel(edge, top, ladderWidth, height) + label(x, top + 20, t('ladder.title'), 'b');
  const below = kept.findIndex(({ irql }) => irql <= focus.irql);
  const masked = top + 30 + below * rung;
  if (below >= 0) {
    out += `<rect class="mask" x="${edge + 1}" y="${masked}" width="${ladderWidth - 2}" height="${(kept.length - below) * rung + 4}"/>`;
    out += `<path class="edge" d="M${edge} ${masked}h${ladderWidth}"/>`;
  }
  for (const [i, { irql, group, label: name }] of kept.entries()) {
    const y = top + 30 + i * rung;
    const above = kept[i - 1];
    if (above && above.irql - irql > 1) out += `<path class="edge x" d="M${x} ${y}h26"/>`;
    const there = cpus.filter((cpu) => cpu.irql === irql && (cpus.length <= 4 || !cpu.idle));
    const shownCpus = there.map((cpu) => cpu.number);
    const pill =
      shownCpus.length === 0
        ? ''
        : shownCpus.length <= 2
          ? t('timeline.cpu', { cpu: shownCpus.join(', ') })
          : `${shownCpus.length} CPU`;
    const pillWidth = pill ? textWidth(pill, 11) + 14 : 0;
    const lamps = cpus.flatMap((cpu) => cpu.lamps.filter((lamp) => lamp.irql === irql));
    const room = ladderWidth - 54 - pillWidth - (lamps.length ? 16 : 0);
    out += `<rect class="g${groups.indexOf(group)}" x="${x}" y="${y + 3}" width="26" height="15" rx="4"/>`;
    out += label(x + 13, y + 14.5, `${irql}`, `w${groups.indexOf(group)} n`, 11, 'middle');
    out += label(x + 32, y + 15, fitted(name, room, 11), there.length ? 'b' : 'soft', 11);
    if (lamps.length)
      out += `<path class="tip" d="M${edge + ladderWidth - 12 - pillWidth} ${y + 5}l5 5.5-5 5.5-5-5.500z"><title>${escaped(lamps.map((lamp) => lamp.name).join(', '))}</title></path>`;
    if (pill) {
      const left = edge + ladderWidth - 6 - pillWidth;
      out += `<rect class="text" x="${left}" y="${y + 3}" width="${pillWidth}" height="15" rx="7.5"/>`;
      out += `<text class="page b" x="${left + pillWidth / 2}" y="${y + 14.5}" text-anchor="middle" style="font-size:11px">${escaped(pill)}</text>`;
    }
  }
  return { svg: out, height };
}

// -- From device to thread -------------------------------------------------------------------------

const boxes = /** @type {const} */ ([
  ['flow.device', 92],
  ['flow.isr', 92],
  ['flow.dpcQueue', 110],
  ['flow.dpc', 90],
  ['flow.thread', 92],
]);

/**
 * @param {Scene} scene
 * @param {Row[]} rows
 * @param {number} top
 */
function flowPart({ t }, rows, top) {
  const rowHeight = 78;
  const height = 34 + rows.length * rowHeight;
  const between = (flowWidth - 20 - boxes.reduce((sum, [, size]) => sum + size, 0)) / (boxes.length - 1);
  let out = panel(flowLeft, top, flowWidth, height);
  let x = flowLeft + 10;
  const places = boxes.map(([name, size]) => {
    const at = x;
    out += label(at + 2, top + 20, fitted(t(name), size, 12), 'soft');
    x += size + between;
    return { x: at, size };
  });
  for (const [i, row] of rows.entries()) {
    const y = top + 28 + i * rowHeight;
    const level = `${t('timeline.cpu', { cpu: row.cpu })} · IRQL ${row.irql}`;
    out += label(flowLeft + 12, y + 12, level, 'b n', 11);
    const request =
      row.request === 'masked'
        ? t('flow.requestMasked', { irql: row.irql })
        : row.request
          ? t('flow.requested')
          : '';
    if (request)
      out += label(
        flowLeft + flowWidth - 12,
        y + 12,
        fitted(request, flowWidth - 130, 11),
        'soft',
        11,
        'end',
      );
    const queue = [...row.queue, ...row.threaded].map((card) => ({
      name: card.name,
      group: /** @type {Group} */ ('dispatch'),
      running: false,
      dotted: card.refused,
      key: card.key,
    }));
    const thread = { ...row.thread, name: threadName(row, t), dotted: row.thread.idle !== null };
    const devices = row.devices
      .map((card) => ({ ...card, dotted: card.note !== 'pending', running: card.note === 'pending' }))
      .sort((a, b) => Number(b.running) - Number(a.running));
    /** What acts, or asks, comes first. @type {{ name: string, group: Group, running: boolean, dotted?: boolean }[][]} */
    const filled = [devices, [...row.isrs].reverse(), queue, [...row.dpcs].reverse(), [thread]];
    const more = [0, 0, row.queueMore + row.threadedMore, 0, 0];
    for (const [j, cards] of filled.entries()) {
      const { x: left, size } = places[j];
      const lit = cards.some(({ running }) => running);
      out += `<rect class="card${lit ? '' : ' x'}" x="${left}" y="${y + 18}" width="${size}" height="52" rx="7"/>`;
      const kept = cards.length + more[j] > cardsShown ? cards.slice(0, cardsShown - 1) : cards;
      out += kept.map((card, k) => cardPart(left + 4, y + 22 + k * 22, size - 8, card)).join('');
      const hidden = more[j] + cards.length - kept.length;
      if (hidden) out += label(left + 11, y + 58.5, t('flow.more', { count: hidden }), 'soft', 11);
      if (j > 0) out += `<path class="soft" d="M${left - between / 2 - 3} ${y + 39}l6 5-6 5z"/>`;
    }
  }
  return { svg: out, height: height + 12 };
}

/**
 * @param {Row} row
 * @param {Translate} t
 */
function threadName({ thread }, t) {
  if (thread.idle) return thread.idle === 'idle' ? t('flow.idle') : t(`flow.idle.${thread.idle}`);
  return thread.lock === null ? thread.name : `${thread.name}: ${t('flow.spinning', { lock: thread.lock })}`;
}

/**
 * What runs is filled; what waits or was interrupted has an edge.
 * @param {number} x
 * @param {number} y
 * @param {number} size
 * @param {{ name: string, group: Group, running: boolean, dotted?: boolean }} card
 */
function cardPart(x, y, size, { name, group: of, running, dotted }) {
  const words = fitted(name, size - 14, running ? 12.5 : 11.5);
  const group = groups.indexOf(of);
  if (dotted && !running) return label(x + 7, y + 14.5, words, 'soft', 11.5);
  const box = running
    ? `<rect class="g${group}" x="${x}" y="${y}" width="${size}" height="20" rx="5"/>`
    : `<rect class="card" x="${x}" y="${y}" width="${size}" height="20" rx="5"/><rect class="e${group}" x="${x}" y="${y}" width="4" height="20" rx="2"/>`;
  return box + label(x + 8, y + 14.5, words, running ? `w${group} b` : '', 11.5);
}

// -- Ports -----------------------------------------------------------------------------------------

const queues = /** @type {const} */ ([
  'MainQueue',
  'LargeMessageQueue',
  'PendingQueue',
  'CanceledQueue',
  'DirectQueue',
  'CompletionList',
]);

/**
 * The ports that are there, and the numbers of the messages in their queues.
 * @param {Scene} scene
 * @param {number} top
 */
function portsPart({ info, shown: { state }, t }, top) {
  const there = (state.alpc?.ports ?? [])
    .map((port) => ({ port, held: queues.filter((queue) => port[queue].length > 0) }))
    .sort((a, b) => b.held.length - a.held.length || a.port.Port - b.port.Port);
  if (there.length === 0) return { svg: '', height: 0 };
  const list = there.slice(0, portsShown);
  const height = 14 + list.length * 22 + (there.length > list.length ? 16 : 0);
  let out = panel(flowLeft, top, flowWidth, height);
  for (const [i, { port, held }] of list.entries()) {
    const y = top + 7 + i * 22;
    const name = fitted(info.ports[port.Port]?.name ?? `${port.Port}`, 170, 12.5);
    const told = held.map((queue) => `${queue}: ${port[queue].map((id) => `#${id}`).join(' ')}`).join(' · ');
    const more = fitted(told || port.State, flowWidth - 50 - textWidth(name, 13), 11.5);
    const x = flowLeft + 10;
    out += `<path class="edge" d="M${x} ${y + 6}h14v10h-14zl7 6 7-6"/>${label(x + 20, y + 15, name, 'b', 12, 'start', more)}`;
  }
  if (there.length > list.length)
    out += label(
      flowLeft + flowWidth - 12,
      top + height - 8,
      t('flow.more', { count: there.length - list.length }),
      'soft',
      11,
      'end',
    );
  return { svg: out, height: height + 12 };
}

// -- The threads -----------------------------------------------------------------------------------

/**
 * The threads that are there, by the kernel's names of their states; those first that do or wait for something.
 * @param {Scene} scene
 * @param {number} top
 * @param {number} least  How high it is at least, so that both columns end alike.
 */
function threadsPart({ info, shown: { state }, t }, top, least) {
  const there = state.threads
    .filter(({ state: is }) => is !== 'Terminated' && is !== 'Initialized')
    .sort((a, b) => weight(b) - weight(a) || a.index - b.index);
  const list = there.slice(0, threadsShown).sort((a, b) => a.index - b.index);
  if (list.length === 0) return { svg: '', height: 0 };
  const columns = 2;
  const cell = (flowWidth - 20) / columns;
  const row = 22;
  const height = Math.max(
    least,
    14 + Math.ceil(list.length / columns) * row + (there.length > list.length ? 16 : 0),
  );
  let out = panel(flowLeft, top, flowWidth, height);
  for (const [i, thread] of list.entries()) {
    const x = flowLeft + 10 + (i % columns) * cell;
    const y = top + 7 + Math.floor(i / columns) * row;
    const name = fitted(info.threads[thread.index]?.name ?? `${thread.index}`, cell * 0.46, 12);
    const runs = thread.state === 'Running';
    const more = fitted(stateOf(thread), cell - 32 - textWidth(name, 13), 11.5);
    out += runs
      ? `<circle class="g${groups.indexOf(groupOf(thread.irql, info.machine))}" cx="${x + 7}" cy="${y + 11}" r="5"/>`
      : `<circle class="edge" cx="${x + 7}" cy="${y + 11}" r="4.5"/>`;
    out += label(x + 18, y + 15, name, 'b', 12, 'start', more);
  }
  if (there.length > list.length)
    out += label(
      flowLeft + flowWidth - 12,
      top + height - 8,
      t('flow.more', { count: there.length - list.length }),
      'soft',
      11,
      'end',
    );
  return { svg: out, height };
}

/** @param {ThreadState} thread */
function weight({ state, wait, kernel_apcs, user_apcs }) {
  return (state === 'Running' ? 4 : 0) + (kernel_apcs.length + user_apcs.length > 0 ? 2 : 0) + (wait ? 1 : 0);
}

/** @param {ThreadState} thread */
function stateOf({ state, wait, kernel_apcs, user_apcs }) {
  const apcs = kernel_apcs.length + user_apcs.length;
  const what = wait?.object_name ? `${state}: ${wait.object_name.replaceAll(/[|&]/g, ', ')}` : state;
  return apcs ? `${what} · APC ${apcs}` : what;
}

// -- The timeline ----------------------------------------------------------------------------------

/**
 * @param {Scene} scene
 * @param {Row[]} rows
 * @param {number} top
 */
function timelinePart({ info, shown, bars, span, t }, rows, top) {
  const left = edge + gutter;
  const room = width - edge - left;
  const height = rows.length * lane + 24;
  const scale = room / (span.to - span.from);
  const x = (/** @type {number} */ time) =>
    round(left + (Math.min(Math.max(time, span.from), span.to) - span.from) * scale);
  const strip = Math.min(8, (lane - gap) / 8);
  const sky = lane - gap - strip - 1;
  const levels = info.machine.levels.length;
  let out = panel(edge, top, width - 2 * edge, height);

  const axis = ticks(span.from, span.to, 7);
  for (const time of axis.at) {
    if (x(time) > width - edge - 26) continue;
    out += `<path class="rule" d="M${x(time)} ${top}v${height - 20}"/>${label(x(time), top + height - 7, formatTick(time, axis.step), 'soft n', 10.5, time === 0 ? 'start' : 'middle')}`;
  }
  /** @type {Map<string, string>} */
  const paths = new Map();
  const draw = (/** @type {string} */ name, /** @type {string} */ path) =>
    paths.set(name, (paths.get(name) ?? '') + path);
  /** @type {Bar[]} */
  const mine = [];
  for (const bar of bars) {
    const i = rows.findIndex(({ cpu }) => cpu === bar.cpu);
    if (i < 0) continue;
    const idle = bar.thread === null && bar.name === '' && bar.irql <= 2;
    mine.push({ ...bar, cpu: i, irql: idle ? 0 : bar.irql });
    if (idle) continue;
    const [from, to] = [x(bar.from), x(bar.to)];
    const long = Math.max(round(to - from), 0.8);
    const high = round((sky * (bar.irql + 1)) / levels);
    const floor = round(top + (i + 1) * lane - gap / 2 - strip - 1);
    draw(
      `g${groups.indexOf(groupOf(bar.irql, info.machine))}`,
      `M${from} ${floor}v${-high}h${long}v${high}z`,
    );
    if (bar.thread !== null) draw('strip', `M${from} ${floor + 1}h${long}v${round(strip)}h${-long}z`);
  }
  for (const [name, path] of paths)
    out += `<path class="${name}"${name === 'strip' ? ' opacity=".55"' : ''} d="${path}"/>`;
  for (const [i, { cpu }] of rows.entries()) {
    const floor = top + (i + 1) * lane - gap / 2;
    out += `<path class="rule" d="M${left} ${floor}h${room}"/>${label(edge + 10, floor - 8, t('timeline.cpu', { cpu }), 'b', 11)}`;
  }
  const labels = layoutBarLabels(mine, info, { ...span, width: room, lane, ratio: 1, idle: t('flow.idle') });
  for (const { left: at, top: down, width: space, text, on } of labels)
    out += label(
      round(left + at + 4),
      round(top + down + (on ? 16 : 12)),
      fitted(text, space - 6, 11),
      on ? `w${groups.indexOf(on)}` : '',
      11,
    );
  const now = x(shown.record.time);
  out += `<path class="now" stroke-width="2" d="M${now} ${top}v${height - 22}"/><path class="tip" d="M${now - 5} ${top}h10l-5 7z"/>`;
  return { svg: out, height };
}

// -- Pieces ----------------------------------------------------------------------------------------

/** @param {number} value */
const round = (value) => Math.round(value * 10) / 10;

/**
 * @param {number} x
 * @param {number} y
 * @param {number} wide
 * @param {number} high
 */
const panel = (x, y, wide, high) =>
  `<rect class="panel" x="${x}" y="${y}" width="${round(wide)}" height="${round(high)}" rx="8"/>`;

/**
 * @param {number} x
 * @param {number} y
 * @param {string} text
 * @param {string} [look]
 * @param {number} [size]
 * @param {string} [anchor]
 * @param {string} [more]  Behind it, less loudly.
 */
function label(x, y, text, look = '', size = 12, anchor = 'start', more = '') {
  const where = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  const big = size === 12 ? '' : ` style="font-size:${size}px"`;
  return `<text x="${round(x)}" y="${round(y)}"${look ? ` class="${look}"` : ''}${where}${big}>${escaped(text)}${more && `<tspan class="soft l" dx="6">${escaped(more)}</tspan>`}</text>`;
}
