// Whether a text is well-formed XML of the plain kind that pictures are: elements, attributes, texts.

import assert from 'node:assert/strict';

const name = /^[A-Za-z][\w:-]*$/;

/**
 * @param {string} text
 * @returns {{ name: string, attributes: Record<string, string>, text: string }[]} its elements in order of their ends
 */
export function checkedXml(text) {
  assert.doesNotMatch(
    text,
    /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u,
    'a character that XML forbids',
  );
  /** @type {{ name: string, attributes: Record<string, string>, text: string }[]} */
  const open = [];
  const done = [];
  for (const piece of text.split(/(<[^>]*>)/)) {
    if (!piece.startsWith('<')) {
      assert.doesNotMatch(piece, /[<>]/, piece);
      const at = open.at(-1);
      assert.ok(at || piece === '', `text outside of the root: ${piece}`);
      if (at) at.text += decoded(piece);
      continue;
    }
    const closing = /^<\/([^\s>]+)>$/.exec(piece);
    if (closing) {
      const last = open.pop();
      assert.equal(last?.name, closing[1]);
      if (last) done.push(last);
      continue;
    }
    const parsed = /^<([^\s/>]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>$/.exec(piece);
    assert.ok(parsed, `no tag: ${piece}`);
    assert.match(parsed[1], name);
    assert.ok(open.length > 0 || done.length === 0, 'a second root');
    /** @type {Record<string, string>} */
    const attributes = {};
    for (const [, key, value] of parsed[2].matchAll(/\s([\w:-]+)="([^"]*)"/g)) {
      assert.ok(!(key in attributes), `${key} twice: ${piece}`);
      attributes[key] = decoded(value);
    }
    const element = { name: parsed[1], attributes, text: '' };
    if (parsed[3]) done.push(element);
    else open.push(element);
  }
  assert.deepEqual(open, []);
  return done;
}

/** @param {string} text */
function decoded(text) {
  assert.doesNotMatch(text.replace(/&(?:#\d+|amp|lt|gt|quot|apos);/g, ''), /&/, text);
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}
