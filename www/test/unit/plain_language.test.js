// What the editor knows of a text without a tree of syntax: brackets that match, and how far in a new line begins.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EditorState } from '@codemirror/state';
import { getIndentation, IndentContext, indentUnit, matchBrackets } from '../../src/views/plain_language.js';

const state = (/** @type {string} */ doc) => EditorState.create({ doc, extensions: [indentUnit.of('    ')] });

test('a bracket finds the one that belongs to it, either way, past those within', () => {
  const nested = state('a(b[c]{d})e');
  assert.deepEqual(matchBrackets(nested, 1, 1), {
    start: { from: 1, to: 2 },
    end: { from: 9, to: 10 },
    matched: true,
  });
  assert.deepEqual(matchBrackets(nested, 10, -1), {
    start: { from: 9, to: 10 },
    end: { from: 1, to: 2 },
    matched: true,
  });
  assert.equal(matchBrackets(nested, 2, 1), null, 'b is no bracket');
  assert.equal(matchBrackets(nested, 1, -1), null, 'nothing closes before the bracket opens');
});

test('a bracket of another kind, or none at all, is no match', () => {
  assert.equal(matchBrackets(state('(]'), 0, 1)?.matched, false);
  assert.deepEqual(matchBrackets(state('{ ('), 0, 1), { start: { from: 0, to: 1 }, matched: false });
  assert.deepEqual(matchBrackets(state(') }'), 3, -1), { start: { from: 2, to: 3 }, matched: false });
  assert.equal(matchBrackets(state(''), 0, 1), null);
  assert.equal(matchBrackets(state('}'), 0, -1), null);
});

test('a new line goes as far in as the one it breaks, and further after an opening brace', () => {
  const text = '    isr I {  \n        work 1us;\n';
  const at = (/** @type {number} */ place) =>
    getIndentation(new IndentContext(state(text), { simulateBreak: place }), place);
  assert.equal(at(text.indexOf('{') + 1), 8);
  assert.equal(at(text.indexOf('{')), 4, 'before the brace nothing is open');
  assert.equal(at(text.indexOf(';') + 1), 8);
  assert.equal(getIndentation(new IndentContext(state(text)), 0), null, 'lines that are there stay');
});
