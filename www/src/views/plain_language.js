// Stands in for @codemirror/language where the editor's packages import it (www/scripts/build.mjs says so). That
// package and its parser hold trees of syntax, which this editor has none of: its one grammar is the engine's.
// Here is what is left of it for a text without a tree: brackets that match, indentation that is kept. A name that
// a later version of the packages wants and that is not here fails the build.

import { countColumn, Facet } from '@codemirror/state';
import { Decoration, ViewPlugin } from '@codemirror/view';

/** @import { EditorState } from '@codemirror/state' */
/** @import { ViewUpdate } from '@codemirror/view' */
/** @typedef {{ from: number, to: number }} Range */
/** @typedef {{ start: Range, end?: Range, matched: boolean }} Match */

/** @type {Facet<string, string>} */
export const indentUnit = Facet.define({ combine: (units) => units[0] ?? '  ' });

/** @param {EditorState} state */
export const getIndentUnit = (state) => state.facet(indentUnit).length;

/**
 * @param {EditorState} _state
 * @param {number} columns
 */
export const indentString = (_state, columns) => ' '.repeat(columns);

export class IndentContext {
  /**
   * @param {EditorState} state
   * @param {{ simulateBreak?: number }} [options]  Where a line is about to be broken.
   */
  constructor(state, { simulateBreak } = {}) {
    this.state = state;
    this.simulateBreak = simulateBreak;
  }

  /** @param {number} at */
  lineIndent(at) {
    const [blank] = /^\s*/.exec(this.state.doc.lineAt(at).text) ?? [''];
    return countColumn(blank, this.state.tabSize);
  }
}

/**
 * A new line goes on as far in as the one before, and further after an opening brace; lines that are there stay
 * as they are.
 * @param {IndentContext} context
 * @param {number} at
 */
export function getIndentation(context, at) {
  if (context.simulateBreak !== at) return null;
  const { from, text } = context.state.doc.lineAt(at);
  const opens = /\{\s*$/.test(text.slice(0, at - from));
  return context.lineIndent(at) + (opens ? getIndentUnit(context.state) : 0);
}

/** Properties of nodes; there are no nodes that could have one. */
export const NodeProp = {};

/**
 * One node for all of the text.
 * @param {EditorState} state
 */
export function syntaxTree(state) {
  const type = { name: '', prop: () => undefined };
  const none = () => null;
  const node = {
    type,
    name: '',
    from: 0,
    to: state.doc.length,
    parent: null,
    childBefore: none,
    childAfter: none,
  };
  return { resolveInner: () => node, resolveStack: () => ({ node, next: null }) };
}

const brackets = '()[]{}';
/** How many characters a bracket is looked for. */
const horizon = 10_000;

/**
 * The bracket after a place, or before it, and the one that belongs to it.
 * @param {EditorState} state
 * @param {number} at
 * @param {1 | -1} direction  1 for an opening bracket after the place, -1 for a closing one before it.
 * @returns {Match | null}
 */
export function matchBrackets(state, at, direction) {
  const first = direction > 0 ? at : at - 1;
  const kind = brackets.indexOf(state.sliceDoc(first, first + 1) || ' ');
  if (first < 0 || kind < 0 || (kind % 2 === 0) !== direction > 0) return null;
  const start = { from: first, to: first + 1 };
  const from = direction > 0 ? first : Math.max(0, first - horizon);
  const text = direction > 0 ? state.sliceDoc(first, first + horizon) : state.sliceDoc(from, first + 1);
  let depth = 0;
  for (let i = first - from; i >= 0 && i < text.length; i += direction) {
    const found = brackets.indexOf(text[i]);
    if (found < 0) continue;
    depth += (found % 2 === 0) === direction > 0 ? 1 : -1;
    if (depth === 0)
      return { start, end: { from: from + i, to: from + i + 1 }, matched: found >> 1 === kind >> 1 };
  }
  return { start, matched: false };
}

const matching = Decoration.mark({ class: 'cm-matchingBracket' });
const lonely = Decoration.mark({ class: 'cm-nonmatchingBracket' });

/** @param {EditorState} state */
function marks(state) {
  const found = [];
  for (const { head, empty } of state.selection.ranges) {
    if (!empty) continue;
    const match =
      matchBrackets(state, head, -1) ??
      (head > 0 ? matchBrackets(state, head - 1, 1) : null) ??
      matchBrackets(state, head, 1) ??
      (head < state.doc.length ? matchBrackets(state, head + 1, -1) : null);
    if (!match) continue;
    const mark = match.matched ? matching : lonely;
    found.push(mark.range(match.start.from, match.start.to));
    if (match.end) found.push(mark.range(match.end.from, match.end.to));
  }
  return Decoration.set(found, true);
}

/** Marks the bracket at the cursor and the one that belongs to it. */
export const bracketMatching = () =>
  ViewPlugin.define(
    ({ state }) => ({
      decorations: marks(state),
      update(/** @type {ViewUpdate} */ update) {
        if (update.docChanged || update.selectionSet) this.decorations = marks(update.state);
      },
    }),
    { decorations: (plugin) => plugin.decorations },
  );
