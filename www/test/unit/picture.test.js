// The picture to take away: well-formed, safe, small and true, for every shipped scenario at several moments.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EngineHost } from '../../src/engine/host.js';
import { fallback, languages, loadEngineWords, merged, translator } from '../../src/messages/index.js';
import { groups } from '../../src/model/levels.js';
import { picture, pictureSpan, recordsAround } from '../../src/model/picture.js';
import {
  colours,
  escaped,
  fitted,
  groupColours,
  pictureStyle,
  wrapped,
} from '../../src/model/picture_style.js';
import { localize, sentence } from '../../src/model/sentence.js';
import { catalogue, sessionOf } from '../real_engine.js';
import { checkedXml } from '../xml_rules.js';

/** @import { Theme } from '../../src/model/picture_style.js' */

const folder = join(import.meta.dirname, '../../../scenarios');
const scenarios = readdirSync(folder).filter((name) => name.endsWith('.irql'));
const textOf = (/** @type {string} */ name) => readFileSync(join(folder, name), 'utf8');
const engine = catalogue();
const words = Object.fromEntries(
  await Promise.all(
    ['en', 'ko'].map(async (lang) => [
      lang,
      merged(await loadEngineWords(lang), fallback, await languages[lang].load()),
    ]),
  ),
);

/**
 * What draws moments of a text.
 * @param {string} text
 */
function moments(text) {
  const session = sessionOf(text);
  const host = /** @type {any} */ (new EngineHost(() => {}, 30));
  host.kinds = engine.kinds.map((/** @type {{ name: string }} */ kind) => kind.name);
  host.runs.set(1, { session, over: true });
  const info = session.info();
  const draw = (/** @type {number} */ n, lang = 'en', theme = /** @type {Theme} */ ('light')) => {
    session.seek(n);
    const shown = { record: session.record(n), causes: [], state: session.state() };
    const times = host.methods.times.call(host, 1, Math.max(0, n - recordsAround), 2 * recordsAround);
    const span = pictureSpan(times, session.len, session.end_ns);
    const bars = host.methods.bars.call(host, 1, span.from, span.to);
    const said = sentence(shown.record, { messages: words[lang], lang, engine, info });
    const title = localize(info.title, lang);
    const t = translator(words[lang]);
    return {
      ...picture({ info, shown, bars, span, title, sentence: said, t, lang, theme }),
      said,
      title,
      span,
      shown,
    };
  };
  return { draw, session, info };
}

/** @param {ReturnType<typeof checkedXml>} elements */
function checkSafety(elements) {
  const allowed = ['svg', 'title', 'desc', 'style', 'rect', 'path', 'circle', 'text', 'tspan'];
  for (const { name, attributes, text } of elements) {
    assert.ok(allowed.includes(name), `<${name}>`);
    for (const [key, value] of Object.entries(attributes)) {
      assert.doesNotMatch(key, /^on|href/i);
      assert.doesNotMatch(value, /url\(|javascript:/i);
      if (/^(?:x|y|d|cx|cy|width|height)$/.test(key))
        assert.doesNotMatch(value, /NaN|undefined|Infinity/, key);
    }
    if (name === 'style') assert.doesNotMatch(text, /url\(|@import|@font-face/);
  }
}

for (const name of scenarios) {
  test(`pictures of ${name} are well-formed, safe and small`, () => {
    const { draw, session } = moments(textOf(name));
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      const n = Math.round(share * (session.len - 1));
      for (const lang of ['en', 'ko']) {
        const { svg, title, width, height } = draw(n, lang, share === 0.5 ? 'auto' : 'dark');
        const elements = checkedXml(svg);
        checkSafety(elements);
        assert.equal(elements.find((element) => element.name === 'title')?.text, title);
        assert.ok(elements.find((element) => element.name === 'desc')?.text);
        assert.equal(elements.at(-1)?.attributes.viewBox, `0 0 ${width} ${height}`);
        assert.ok(svg.length < 15_000, `${svg.length} bytes at record ${n}`);
      }
    }
  });
}

test('the packet: the sentence, who runs, who waits, and where the moment is', () => {
  const { draw } = moments(textOf('packet-story.irql'));
  const elements = checkedXml(draw(30).svg);
  const texts = elements.filter(({ name }) => name === 'text').map(({ text }) => text);
  for (const expected of ['NicDpc', 'Busy', 'CPU 0 · IRQL 2', 'IRQL ladder', '22.0 µs · CPU 0', 'DISPATCH'])
    assert.ok(texts.includes(expected), expected);
  assert.ok(elements.some(({ name, text }) => name === 'tspan' && text === 'Waiting'));
  const dpc = elements.findIndex(
    ({ text, attributes }) => text === 'NicDpc' && attributes.class?.includes('w2'),
  );
  assert.match(
    elements[dpc - 1].attributes.class,
    /^g2$/,
    'what runs is filled with the colour of its level',
  );
  // The playhead: 22 of 89 microseconds.
  const playhead = elements.find(({ attributes }) => attributes.class === 'now');
  const at = Number(/^M([\d.]+)/.exec(playhead?.attributes.d ?? '')?.[1]);
  assert.ok(Math.abs(at - (76 + (22 / 89) * 664)) < 0.2, `${at}`);
});

test('Korean has its own fonts and words', () => {
  const { svg } = moments(textOf('packet-story.irql')).draw(30, 'ko');
  assert.match(svg, /lang="ko"/);
  assert.match(svg, /Noto Sans KR/);
  assert.match(svg, /디바이스/);
});

const payloads = [
  '</text><script>alert(1)</script>',
  '"><image href=x onerror=alert(1)>',
  "' onload='alert(1)",
  ']]><![CDATA[',
  '&lt;b&gt;&bogus;',
  '\u0000\u0008\uFFFE\uD800 \u202E',
  '</title></desc></style>',
];

test('names from strangers stay texts, wherever they stand', () => {
  const { draw, info, session } = moments(textOf('packet-story.irql'));
  const { shown, span } = draw(30);
  for (const payload of payloads) {
    const hostile = {
      ...info,
      interrupts: info.interrupts.map((/** @type {object} */ one) => ({ ...one, name: payload })),
      threads: info.threads.map((/** @type {object} */ one) => ({ ...one, name: payload })),
      dpcs: info.dpcs.map((/** @type {object} */ one) => ({ ...one, name: payload })),
      bodies: info.bodies.map((/** @type {object} */ one) => ({ ...one, name: payload })),
    };
    const bars = [{ cpu: 0, from: 0, to: session.end_ns, irql: 2, thread: 0, name: payload }];
    const t = translator(words.en);
    const { svg } = picture({
      info: hostile,
      shown,
      bars,
      span,
      title: payload,
      sentence: payload,
      t,
      lang: 'en',
      theme: 'light',
    });
    const elements = checkedXml(svg);
    checkSafety(elements);
    const clean = payload.replace('\u0000\u0008\uFFFE\uD800', '');
    assert.equal(elements.find(({ name }) => name === 'title')?.text, clean);
  }
});

test('texts are escaped, cut and broken by their width', () => {
  assert.equal(escaped('a<b & "c"'), 'a&#60;b &#38; &#34;c&#34;');
  assert.equal(escaped('\u0007x\uDC00'), 'x');
  assert.equal(fitted('Nic', 100, 12), 'Nic');
  assert.match(fitted('a_very_long_name_of_a_routine', 60, 12), /^a_ve.*…$/);
  assert.deepEqual(wrapped('one two', 1000, 18, 3), ['one two']);
  assert.equal(wrapped('word '.repeat(100).trim(), 200, 18, 3).length, 3);
  assert.equal(wrapped('가'.repeat(100), 200, 18, 3).length, 1);
});

test('the colours are those of the style sheet', () => {
  const sheet = readFileSync(join(import.meta.dirname, '../../src/styles/colours.css'), 'utf8');
  const declared = (/** @type {string} */ name) => {
    const value = new RegExp(`--${name}: ([^;]+);`).exec(sheet)?.[1] ?? '';
    const both = /light-dark\(([^,]+), ([^)]+)\)\)?$/.exec(value);
    return both ? [both[1], both[2]] : [value, value];
  };
  for (const [name, pair] of Object.entries(colours)) assert.deepEqual(pair, declared(name), name);
  for (const group of groups) {
    const { fill, edge, text } = groupColours[group];
    assert.deepEqual(
      [fill, edge, text],
      [declared(group), declared(`${group}-edge`), declared(`${group}-text`)],
      group,
    );
  }
});

test('a picture follows its reader only when it is asked to', () => {
  assert.doesNotMatch(pictureStyle('light', 'en'), /prefers-color-scheme/);
  assert.match(pictureStyle('auto', 'en'), /prefers-color-scheme:dark/);
  assert.match(pictureStyle('dark', 'en'), /#0f1419/);
});

test('a long run shows what is around the moment', () => {
  assert.deepEqual(pictureSpan([0, 50], 64, 89_000), { from: 0, to: 89_000 });
  const { from, to } = pictureSpan([1_000_000, 2_000_000], 5_000, 90_000_000);
  assert.ok(from < 1_000_000 && from > 900_000 && to > 2_000_000 && to < 2_100_000);
  assert.deepEqual(pictureSpan([10], 5_000, 500), { from: 0, to: 500 });
});

test('the check of XML notices what is broken', () => {
  for (const bad of [
    '<a>',
    '<a><b></a></b>',
    '<a x=1/>',
    '<a>&b;</a>',
    '<a>&</a>',
    '<a x="1" x="2"/>',
    '<a/><b/>',
    '<a>\u0001</a>',
    '<a>]<</a>',
  ])
    assert.throws(() => checkedXml(bad), bad);
  assert.equal(checkedXml('<a x="1">&#60;<b/></a>').length, 2);
});
