// The real editor. Loaded late, in a bundle of its own. What words mean it asks the engine: there is one
// grammar, in Rust, and this module knows none of it.

import { autocompletion, closeCompletion, completionStatus } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { lintKeymap, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, Prec, RangeSet, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  drawSelection,
  EditorView,
  GutterMarker,
  gutter,
  hoverTooltip,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { nextTask } from '../base/tasks.js';
import { bracketMatching, indentUnit } from './plain_language.js';

/** @import { CompletionContext, CompletionResult } from '@codemirror/autocomplete' */
/** @import { Completion, Diagnostic, Hover } from '../engine/protocol.js' */
/** @import { Playground } from '../model/playground.js' */
/** @import { Editor } from './code.js' */

/** @type {import('@codemirror/state').StateEffectType<import('@codemirror/view').DecorationSet>} */
const setColours = StateEffect.define();
const colours = StateField.define({
  create: () => Decoration.none,
  update: (set, transaction) => {
    const effect = transaction.effects.find((candidate) => candidate.is(setColours));
    return effect ? effect.value : set.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** @typedef {{ lines: import('@codemirror/view').DecorationSet, markers: RangeSet<GutterMarker> }} Places */
/** @type {import('@codemirror/state').StateEffectType<Places>} */
const setPlaces = StateEffect.define();
const places = StateField.define({
  create: () => /** @type {Places} */ ({ lines: Decoration.none, markers: RangeSet.empty }),
  update: (value, transaction) => {
    const effect = transaction.effects.find((candidate) => candidate.is(setPlaces));
    if (effect) return effect.value;
    if (!transaction.docChanged) return value;
    return { lines: value.lines.map(transaction.changes), markers: value.markers.map(transaction.changes) };
  },
  provide: (field) => EditorView.decorations.from(field, (value) => value.lines),
});

class CpuMarker extends GutterMarker {
  /**
   * @param {string} text
   * @param {string} title
   */
  constructor(text, title) {
    super();
    this.text = text;
    this.title = title;
  }

  toDOM() {
    const element = document.createElement('span');
    element.className = 'cpu-marker';
    element.textContent = this.text;
    element.title = this.title;
    return element;
  }
}

/**
 * Makes the editor, in several tasks; whoever asked puts its element into the page.
 * @param {Playground} pg
 * @param {Node} root  The document or the shadow that it will be in.
 * @returns {Promise<{ element: HTMLElement, editor: Editor }>}
 */
export async function createEditor(pg, root) {
  /** @type {string[]} */
  let classes = [];
  let fromModel = false;
  const fixed = new Compartment();

  await nextTask(); // evaluating the modules was one already
  const state = EditorState.create({
    doc: pg.state.source,
    extensions: [
      gutter({
        class: 'cpu-gutter',
        markers: (editor) => editor.state.field(places).markers,
        initialSpacer: () => new CpuMarker('0', ''),
      }),
      lineNumbers(),
      history(),
      drawSelection(),
      bracketMatching(),
      indentUnit.of('    '),
      EditorView.lineWrapping,
      fixed.of(EditorState.readOnly.of(pg.state.readonly)),
      EditorView.contentAttributes.of({ tabindex: '0' }),
      colours,
      places,
      // Before that of the completions, which would take the key while they are only looked for.
      Prec.highest(keymap.of([{ key: 'Escape', run: leave }])),
      autocompletion({ override: [(context) => complete(pg, context)], icons: false }),
      hoverTooltip((editor, at) => hover(pg, editor, at)),
      keymap.of([
        { key: 'Shift-Alt-f', run: () => format(pg) },
        ...lintKeymap,
        ...historyKeymap,
        ...defaultKeymap,
      ]),
      EditorView.domEventHandlers({ beforeinput: typeOver }),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        safely(paint());
        if (!fromModel) pg.write(update.state.doc.toString());
      }),
    ],
  });
  await nextTask();
  const view = new EditorView({ state, root: /** @type {Document | ShadowRoot} */ (root) });
  await nextTask();

  async function paint() {
    const text = view.state.doc.toString();
    if (classes.length === 0) classes = await pg.engine.call('tokenClasses');
    const tokens = /** @type {Uint32Array} */ (await pg.engine.call('tokens', [text]));
    if (view.state.doc.toString() !== text) return;
    const marks = [];
    for (let i = 0; i + 2 < tokens.length; i += 3) {
      const [from, to, kind] = tokens.subarray(i, i + 3);
      if (from < to) marks.push(Decoration.mark({ class: `tok-${classes[kind]}` }).range(from, to));
    }
    view.dispatch({ effects: setColours.of(Decoration.set(marks, true)) });
  }
  // Not by the editor's own means: those would scroll the whole page along. How high the lines are is known only
  // when the editor has measured them.
  const scrollTo = (/** @type {number} */ line, /** @type {boolean} */ toTop) =>
    view.requestMeasure({
      read() {
        const { scrollTop, clientHeight } = view.scrollDOM;
        const { top, bottom } = view.lineBlockAt(
          view.state.doc.line(Math.min(line, view.state.doc.lines)).from,
        );
        const inSight = top >= scrollTop && bottom <= scrollTop + clientHeight;
        return inSight && !toTop ? null : top - (toTop ? 8 : clientHeight / 3);
      },
      write(to) {
        if (to !== null) view.scrollDOM.scrollTop = to;
      },
    });
  const safely = (/** @type {Promise<unknown>} */ work) => work.catch(() => {}); // after a crash it stays plain
  safely(paint());

  /** @type {Editor} */
  const editor = {
    setText(text) {
      if (view.state.doc.toString() === text) return;
      fromModel = true;
      view.dispatch({ changes: changed(view.state.doc.toString(), text) });
      fromModel = false;
    },
    setDiagnostics(list) {
      view.dispatch(
        setDiagnostics(
          view.state,
          list.map((item) => toLint(pg, item, view.state.doc.length)),
        ),
      );
    },
    setLines(lines) {
      view.dispatch({ effects: setPlaces.of(placesOf(pg, view, lines)) });
      const [first] = [...lines.keys()];
      if (first && !view.hasFocus && first <= view.state.doc.lines) {
        scrollTo(first, false);
      }
    },
    goTo(at) {
      view.dispatch({ selection: { anchor: Math.min(at, view.state.doc.length) }, scrollIntoView: true });
      view.focus();
    },
    reveal(line) {
      if (line > view.state.doc.lines) return;
      scrollTo(line, true);
    },
    setManners(label, readonly) {
      view.dispatch({ effects: fixed.reconfigure(EditorState.readOnly.of(readonly)) });
      view.contentDOM.setAttribute('aria-label', label);
    },
    close: () => view.destroy(),
  };
  return { element: view.dom, editor };
}

/**
 * What is typed in the place of a selection. Left to itself, Chromium gives it the colours of what it replaces, by a
 * style in the markup, which our policy forbids.
 * @param {InputEvent} event
 * @param {EditorView} view
 */
function typeOver({ inputType, data }, view) {
  const { state } = view;
  if (inputType !== 'insertText' || data === null || state.readOnly || state.selection.main.empty)
    return false;
  view.dispatch(state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true });
  return true;
}

/**
 * The smallest change that makes one text of another, so that the cursor and the history survive a format or a fix.
 * @param {string} before
 * @param {string} after
 */
function changed(before, after) {
  let start = 0;
  const most = Math.min(before.length, after.length);
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

/**
 * @param {Playground} pg
 * @param {EditorView} view
 * @param {Map<number, number[]>} lines
 * @returns {Places}
 */
function placesOf(pg, view, lines) {
  const known = [...lines].filter(([line]) => line <= view.state.doc.lines).sort(([a], [b]) => a - b);
  const at = (/** @type {number} */ line) => view.state.doc.line(line).from;
  return {
    lines: Decoration.set(known.map(([line]) => Decoration.line({ class: 'cm-here' }).range(at(line)))),
    markers: RangeSet.of(
      known.map(([line, cpus]) =>
        new CpuMarker(cpus.join(' '), pg.t('code.here', { cpu: cpus.join(', ') })).range(at(line)),
      ),
    ),
  };
}

/**
 * @param {Playground} pg
 * @param {Diagnostic} item
 * @param {number} length
 * @returns {import('@codemirror/lint').Diagnostic}
 */
function toLint(pg, item, length) {
  const { fix } = item;
  return {
    from: Math.min(item.from, length),
    to: Math.min(item.to, length),
    severity: item.severity,
    message: [item.message, ...item.help].map(pg.say).join('\n'),
    actions:
      fix && !pg.state.readonly
        ? [{ name: pg.t('code.fix', { title: pg.say(fix.title) }), apply: () => pg.applyFix(fix) }]
        : [],
  };
}

/**
 * @param {Playground} pg
 * @param {CompletionContext} context
 * @returns {Promise<CompletionResult | null>}
 */
async function complete(pg, context) {
  if (!context.explicit && !context.matchBefore(/\w+$/)) return null;
  const found = /** @type {Completion | null} */ (
    await pg.engine.call('complete', [context.state.doc.toString(), context.pos]).catch(() => null)
  );
  await pg.words();
  if (!found || context.aborted) return null;
  return {
    from: found.from,
    to: found.to,
    options: found.items.map(({ label, kind, detail, info, apply }) => ({
      label,
      type: kind,
      detail: pg.say(detail),
      info: pg.say(info) || undefined,
      apply: apply || undefined,
    })),
    validFor: /^\w*$/,
  };
}

/**
 * @param {Playground} pg
 * @param {EditorView} view
 * @param {number} at
 */
async function hover(pg, view, at) {
  const found = /** @type {Hover | null} */ (
    await pg.engine.call('hover', [view.state.doc.toString(), at]).catch(() => null)
  );
  await pg.words();
  if (!found) return null;
  return { pos: found.from, end: found.to, above: true, create: () => ({ dom: hoverCard(pg, found) }) };
}

/**
 * @param {Playground} pg
 * @param {Hover} found
 */
function hoverCard(pg, found) {
  const card = document.createElement('div');
  card.className = 'hover-card';
  for (const [tag, text] of [
    ['strong', pg.say(found.title)],
    ['code', pg.say(found.detail)],
    ['p', pg.say(found.text)],
    ['small', found.rules.join(' ')],
  ]) {
    if (!text) continue;
    const part = document.createElement(tag);
    part.textContent = text;
    card.append(part);
  }
  return card;
}

/** @param {Playground} pg */
function format(pg) {
  pg.format().then((formatted) => formatted !== null && pg.write(formatted));
  return true;
}

/**
 * Completions that are open close; ones that are still looked for do not hold the reader back.
 * @param {EditorView} view
 */
function leave(view) {
  const open = completionStatus(view.state) === 'active';
  closeCompletion(view);
  if (open) return true;
  view.contentDOM.blur();
  /** @type {HTMLElement | null} */ (
    view.dom.closest('section')?.querySelector('[role=tab][aria-selected=true]')
  )?.focus();
  return true;
}
