// What a picture to take away is drawn with: the page's colours in both themes, fonts that are there, texts that are
// safe and fit. Pure; a test keeps the colours as the style sheet has them.

import { groups } from './levels.js';

/** @typedef {'light' | 'dark' | 'auto'} Theme */

/** For light, for dark; of groups: fill, edge, words on it. */
export const colours = {
  page: ['#ffffff', '#0f1419'],
  panel: ['#f6f8fa', '#161b22'],
  card: ['#ffffff', '#0f1419'],
  text: ['#1f2328', '#e6edf3'],
  soft: ['#57606a', '#9da7b3'],
  rule: ['#d5dbe1', '#2b333d'],
  edge: ['#8c959f', '#6b7682'],
  accent: ['#0b57d0', '#79b8ff'],
  flag: ['#e5001f', '#ff3b47'],
};
/** @type {Record<(typeof groups)[number], { fill: string[], edge: string[], text: string[] }>} */
export const groupColours = {
  passive: { fill: ['#eaf4f9', '#2e363f'], edge: ['#6897ad', '#4b6786'], text: ['#111', '#fff'] },
  apc: { fill: ['#61d6ff', '#005984'], edge: ['#119ec5', '#1e6a97'], text: ['#111', '#fff'] },
  dispatch: { fill: ['#bda204', '#866e06'], edge: ['#aa9107', '#866e06'], text: ['#111', '#fff'] },
  device: { fill: ['#c0653b', '#ce8338'], edge: ['#c0653b', '#ce8338'], text: ['#111', '#111'] },
  clock: { fill: ['#aa1446', '#f59e9d'], edge: ['#aa1446', '#f59e9d'], text: ['#fff', '#111'] },
  ipi: { fill: ['#62046f', '#ffc2ff'], edge: ['#62046f', '#ffc2ff'], text: ['#fff', '#111'] },
  high: { fill: ['#120c3c', '#fbf9fc'], edge: ['#120c3c', '#fbf9fc'], text: ['#fff', '#111'] },
};

const latin = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif";
const korean =
  "'Pretendard Variable',Pretendard,'Apple SD Gothic Neo','Noto Sans KR','Noto Sans CJK KR','Malgun Gothic',sans-serif";

/**
 * The style sheet of a picture.
 * @param {Theme} theme  `auto` follows whoever looks at it.
 * @param {string} lang
 */
export function pictureStyle(theme, lang) {
  const fonts = `text{font-family:${lang === 'ko' ? korean : latin};font-size:12px}.b{font-weight:600}.l{font-weight:400}.n{font-variant-numeric:tabular-nums}.x{stroke-dasharray:3 3}`;
  if (theme !== 'auto') return fonts + rules(theme === 'dark' ? 1 : 0);
  return `${fonts}${rules(0)}@media(prefers-color-scheme:dark){${rules(1)}}`;
}

/** @param {0 | 1} i */
function rules(i) {
  const { page, panel, card, text, soft, rule, edge, accent, flag } = colours;
  const own = groups.map((group, g) => {
    const { fill, edge: border, text: words } = groupColours[group];
    return `.g${g}{fill:${fill[i]};stroke:${border[i]}}.e${g}{fill:${border[i]}}.w${g}{fill:${words[i]}}`;
  });
  return `text,.text{fill:${text[i]}}.page{fill:${page[i]}}.panel{fill:${panel[i]};stroke:${rule[i]}}.card{fill:${card[i]};stroke:${edge[i]}}.soft{fill:${soft[i]}}.rule{stroke:${rule[i]}}.edge{stroke:${edge[i]};fill:none}.mask{fill:${soft[i]};opacity:.13}.strip{fill:${edge[i]}}.accent{fill:${accent[i]}}.now{stroke:${flag[i]}}.tip{fill:${flag[i]}}${own.join('')}`;
}

/**
 * A text as XML may hold it: whoever wrote it can neither end it nor make markup of it.
 * @param {string} text
 */
export const escaped = (text) =>
  text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/**
 * About how wide a text is: no font can be asked.
 * @param {string} text
 * @param {number} size
 */
export function textWidth(text, size) {
  let width = 0;
  for (const letter of text) width += letterWidth(letter);
  return width * size;
}

/** @param {string} letter */
function letterWidth(letter) {
  if (letter >= '\u1100') return 1;
  if (/[il.,:;'|!jI ]/.test(letter)) return 0.3;
  if (/[frt()[\]/-]/.test(letter)) return 0.4;
  if (/[mwMW@%]/.test(letter)) return 0.92;
  return /[A-Z_]/.test(letter) ? 0.7 : 0.61;
}

/**
 * As much of a text as there is room for.
 * @param {string} text
 * @param {number} room
 * @param {number} size
 */
export function fitted(text, room, size) {
  if (textWidth(text, size) <= room) return text;
  const letters = [...text];
  while (letters.length > 1 && textWidth(`${letters.join('')}…`, size) > room) letters.pop();
  return `${letters.join('')}…`;
}

/**
 * A text in lines, broken at spaces, and within a word that is too long for one.
 * @param {string} text
 * @param {number} room
 * @param {number} size
 * @param {number} most
 */
export function wrapped(text, room, size, most) {
  /** @type {string[]} */
  const lines = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line ? `${line} ${word}` : word;
    if (line && textWidth(longer, size) > room) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  const kept = lines.slice(0, most);
  if (lines.length > most) kept[most - 1] += ' …';
  return kept.map((one) => fitted(one, room, size));
}
