// What the Share dialog copies: whatever a title or a text says, it stays a title and a text in HTML and in Markdown.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkState } from '../../src/model/link.js';
import {
  attribute,
  element,
  fileWithState,
  iframe,
  markdown,
  markdownLink,
  markup,
  preformatted,
} from '../../src/model/snippets.js';

const hostile = [
  '"><script>alert(1)</script>',
  "' onload='alert(1)",
  '</pre><img src=x onerror=alert(1)>',
  '</irql-playground><iframe srcdoc="x">',
  '&lt;b&gt; &amp; &quot;',
  '](javascript:alert(1)) [x',
  '**bold** _it_ `code` ~~no~~ <b> # > | $x$ :smile: @user',
  'line\n\n# heading\n\n- list',
  '\\](x)',
  '<!-- --> <![CDATA[ ]]>',
  '{{ liquid }} {% raw %} {jsx}',
  '漢字 가나다 🧵',
];

/** What a reader of HTML makes of escaped text. @param {string} escaped */
const read = (escaped) =>
  escaped
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

for (const text of hostile) {
  test(`it stays text: ${JSON.stringify(text)}`, () => {
    assert.doesNotMatch(attribute(text), /["'<>\n]/);
    assert.equal(read(attribute(text)), text);
    assert.doesNotMatch(markup(text), /[<>]/);
    assert.equal(read(markup(text)), text);

    const frame = iframe('https://example.org/embed.html#1.s.x&at=1', text);
    assert.equal(frame.match(/</g)?.length, 4);
    assert.equal(frame.match(/"/g)?.length, 16);

    const tag = element('https://example.org/element.js', text, linkState({ lang: text }));
    assert.equal(tag.match(/</g)?.length, 8);
    assert.doesNotMatch(tag, /\n[ \t]*\n/);
    const [, inside] = /<pre>\n([\s\S]*)<\/pre>/.exec(tag) ?? [];
    assert.equal(read(inside), text);
    assert.doesNotMatch(inside, /\[/, 'no word that WordPress would take for its own');

    const link = markdownLink('https://example.org/#1.s.x', text);
    assert.equal(link.split('\n').length, 1);
    const [, said] =
      /^\[((?:\\[!-/:-@[-`{-~]|[^\\[\]<>*_`&!])*)\]\(<https:\/\/example\.org\/#1\.s\.x>\)$/.exec(link) ?? [];
    assert.equal(said?.replace(/\\(.)/g, '$1'), text.replace(/\s+/g, ' '));
  });
}

test('an empty line in the text does not end the HTML in Markdown, and the text stays as it is', () => {
  for (const text of ['a\n\nb', '\n\na', 'a\n  \n\t\nb\n', 'a\r\n\r\nb', '\n', '']) {
    const pre = preformatted(text);
    assert.doesNotMatch(`<pre>\n${pre}</pre>`, /\n[ \t]*\n/);
    assert.equal(read(pre), text);
  }
});

test('the element has the attributes that say something, and the frame what it needs', () => {
  const state = linkState({
    name: 'x',
    seed: 3,
    at: 12,
    marker: 'done',
    view: 'flow',
    lang: 'ko',
    theme: 'system',
  });
  assert.match(
    element('https://example.org/element.js', 'x', state),
    /<irql-playground at="12" marker="done" seed="3" view="flow" lang="ko" theme="auto">/,
  );
  assert.match(element('e.js', 'x', linkState({ theme: 'dark' })), /<irql-playground theme="dark">/);
  const frame = iframe('https://example.org/embed.html#1.s.x&at=1', 'IRQL Playground: x');
  assert.match(
    frame,
    /src="https:\/\/example\.org\/embed\.html#1\.s\.x&amp;at=1" title="IRQL Playground: x"/,
  );
  for (const part of [
    'loading="lazy"',
    'sandbox="allow-scripts allow-same-origin',
    'allow="clipboard-write; fullscreen"',
  ])
    assert.ok(frame.includes(part), part);
});

test('a link in Markdown cannot be left, whatever the address', () => {
  assert.equal(markdownLink('file:///a b>(c)\\d#1.s.x', 'T'), '[T](<file:///a%20b%3E(c)%5Cd#1.s.x>)');
  assert.equal(markdown(' a \n b '), 'a b');
});

test('the page in one file gets the state into its head, in place of one that is there', () => {
  const page = '<!doctype html><html lang="en"><head>\n<title>x</title></head><body></body></html>';
  const saved = fileWithState(page, '1.s.x&at=1');
  assert.equal(
    saved,
    '<!doctype html><html lang="en"><head><meta name="irql-link" content="1.s.x&amp;at=1">\n<title>x</title></head><body></body></html>',
  );
  assert.equal(fileWithState(saved, '1.s.x&at=2'), saved.replace('at=1', 'at=2'));
});
