// What is written on the bars of the timeline, and where: as much as there is room for. Pure.

import { groupOf } from './levels.js';

/** @import { Bar, SessionInfo } from '../engine/protocol.js' */
/** @import { Group } from './levels.js' */
/** `on`: the bar is so high that the words lie on its colour. @typedef {{ left: number, top: number, width: number, text: string, on: Group | null }} BarLabel */

const letter = 7;
const lineHeight = 16;
/** As the painter lays out a lane, in device pixels. */
const gap = 6;
const stripMost = 8;

/**
 * @param {Bar[]} bars
 * @param {SessionInfo} info
 * @param {{ from: number, to: number, width: number, lane: number, ratio: number, idle: string }} view  Sizes in CSS pixels.
 * @returns {BarLabel[]}
 */
export function layoutBarLabels(bars, info, { from, to, width, lane, ratio, idle }) {
  const levels = info.machine.levels.length;
  const rows = lane * ratio - gap;
  const strip = Math.min(stripMost, rows / 8);
  const sky = (rows - strip - 1) / ratio;
  /** @type {BarLabel[]} */
  const labels = [];
  for (const bar of bars) {
    const left = ((Math.max(bar.from, from) - from) / (to - from)) * width;
    const right = ((Math.min(bar.to, to) - from) / (to - from)) * width;
    const name = bar.name || (bar.thread === null ? idle : (info.threads[bar.thread]?.name ?? ''));
    const isIdle = bar.thread === null && bar.name === '';
    const choices = isIdle || bar.irql === 0 ? [name] : [`${bar.irql} ${name}`, `${bar.irql}`];
    const text = choices.find((choice) => choice.length * letter + 6 <= right - left);
    if (!text) continue;
    const height = (sky * (bar.irql + 1)) / levels;
    const above = (bar.cpu + 1) * lane - (gap / 2 + strip + 1) / ratio - height;
    const top = Math.max(bar.cpu * lane, above - lineHeight);
    const on = top + lineHeight / 2 > above ? groupOf(bar.irql, info.machine) : null;
    labels.push({ left, top, width: right - left, text, on });
  }
  return labels;
}
