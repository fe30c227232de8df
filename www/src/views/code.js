// The scenario's text: a plain text field at once, the real editor as soon as it has been loaded. Above it,
// whether the text is good and whether what is on show is still of this text.

import { html, nothing } from 'lit/html.js';
import { icon } from './icons.js';
import { createPlainText } from './plain_text.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { Diagnostic } from '../engine/protocol.js' */
/** @typedef {{ setText: (text: string) => void, setDiagnostics: (list: Diagnostic[]) => void, setLines: (lines: Map<number, number[]>) => void,
 *   goTo: (at: number) => void, reveal: (line: number) => void, setManners: (label: string, readonly: boolean) => void, close: () => void }} Editor */

const shownDiagnostics = 3;

/**
 * @param {Playground} pg
 * @param {CodeHost} host
 */
export function codeView(pg, host) {
  const { stale, run, readonly } = pg.state;
  const { t } = pg;
  const problems = problemsOf(pg);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  const counts = [count(pg, 'errors', errors), count(pg, 'warnings', warnings)].filter(Boolean).join(', ');
  return html`<div class="code">
    <div class="code-bar" data-good=${errors === 0}>
      <span class="state">${icon(errors ? 'warning' : 'tick')} ${counts || t('code.good')}</span>
      ${readonly ? nothing : html`<button title=${t('code.formatHint')} ?disabled=${errors > 0} @click=${() => host.format()}>${t('code.format')}</button>`}
    </div>
    ${stale && errors && run ? html`<p class="stale-note">${t('code.stale')}</p>` : nothing}
    ${problemList(pg, host)}
    <div class="editor" data-editor></div>
  </div>`;
}

/** @param {Playground} pg */
const problemsOf = ({ state }) =>
  (state.check?.diagnostics ?? []).filter(({ severity }) => severity !== 'info');

/**
 * The first of what is wrong with the text.
 * @param {Playground} pg
 * @param {CodeHost | null} [host]  Where the text can be gone to, and mended.
 */
export function problemList(pg, host = null) {
  const problems = problemsOf(pg).slice(0, shownDiagnostics);
  if (!problems.length) return nothing;
  return html`<ul class="problems">${problems.map((problem) => problemView(pg, host, problem))}</ul>`;
}

/**
 * @param {Playground} pg
 * @param {'errors' | 'warnings'} what
 * @param {number} number
 */
function count({ t }, what, number) {
  return number === 0 ? '' : t(number === 1 ? `code.${what}.one` : `code.${what}`, { count: number });
}

/**
 * @param {Playground} pg
 * @param {CodeHost | null} host
 * @param {Diagnostic} problem
 */
function problemView(pg, host, problem) {
  const { fix } = problem;
  const line = pg.t('code.line', { line: problem.line });
  return html`<li data-severity=${problem.severity}>
    ${host ? html`<button class="link" @click=${() => host.goTo(problem.from)}>${line}</button>` : line}
    <span>${pg.say(problem.message)}</span>
    ${fix && host && !pg.state.readonly ? html`<button class="fix" @click=${() => pg.applyFix(fix)}>${pg.t('code.fix', { title: pg.say(fix.title) })}</button>` : nothing}
  </li>`;
}

/** Keeps the editor's text, marks and diagnostics in step with the model. */
export class CodeHost {
  /** @type {Editor | null} */
  #editor = null;
  /** Whether the real one has come, or is on its way. */
  #loading = false;
  #revealed = -1;
  #shown = {
    text: '',
    check: /** @type {unknown} */ (null),
    messages: {},
    lines: '',
    lang: '',
    readonly: false,
  };

  /**
   * @param {Playground} pg
   * @param {HTMLElement} root
   */
  constructor(pg, root) {
    this.pg = pg;
    this.root = root;
  }

  /** After each picture of the page. */
  update() {
    const room = this.root.querySelector('[data-editor]');
    if (!room) return;
    if (!this.#editor) this.#put(/** @type {HTMLElement} */ (room), createPlainText(this.pg));
    const editor = /** @type {Editor} */ (this.#editor);
    const { source, check, lang, messages, readonly } = this.pg.state;
    if (this.#shown.text !== source) {
      this.#shown.text = source;
      editor.setText(source);
    }
    if (this.#shown.check !== check || this.#shown.messages !== messages) {
      this.#shown.check = check;
      this.#shown.messages = messages;
      editor.setDiagnostics(check?.diagnostics ?? []);
    }
    if (this.#shown.lang !== lang || this.#shown.readonly !== readonly) {
      this.#shown.lang = lang;
      this.#shown.readonly = readonly;
      editor.setManners(this.pg.t(readonly ? 'code.label.fixed' : 'code.label'), readonly);
    }
    this.#markLines();
    this.#revealStart();
  }

  /** A scenario that was just opened is shown from its first declaration on: its title is on the page already. */
  #revealStart() {
    const { run, started, source } = this.pg.state;
    if (!this.#editor || !run || started || run.source !== source || run.session === this.#revealed) return;
    this.#revealed = run.session;
    const { interrupts, dpcs, threads, events } = run.info;
    const lines = [...interrupts, ...dpcs, ...threads, ...events].map((item) =>
      'line' in item ? item.line : 0,
    );
    this.#editor.reveal(Math.min(...lines.filter((line) => line > 0)));
  }

  /**
   * @param {HTMLElement} room
   * @param {{ element: HTMLElement, editor: Editor }} made
   */
  #put(room, { element, editor }) {
    room.replaceChildren(element);
    this.#editor = editor;
    this.#shown = { text: '', check: null, messages: {}, lines: '', lang: '', readonly: false };
    this.#revealed = -1;
  }

  /** Loads the real editor; not needed for the first picture, so not loaded with it. */
  async load() {
    const room = /** @type {HTMLElement | null} */ (this.root.querySelector('[data-editor]'));
    if (this.#loading || !room) return;
    this.#loading = true;
    const { createEditor } = await import('./codemirror.js');
    if (!room.isConnected) return; // the figure has been removed meanwhile
    const made = await createEditor(this.pg, room.getRootNode());
    if (!room.isConnected) return made.editor.close();
    // Where somebody is writing already, he goes on.
    const field = /** @type {HTMLTextAreaElement | null} */ (room.querySelector(':focus'));
    const at = field?.selectionEnd;
    this.#put(room, made);
    this.update(); // something was written meanwhile, it may be
    if (at !== undefined) made.editor.goTo(at);
  }

  /** Where each processor is, by line; nowhere while the text is not that of the run. */
  #markLines() {
    const { shown, run, source, panel, side } = this.pg.state;
    /** @type {Map<number, number[]>} */
    const lines = new Map();
    if (shown && run?.source === source) {
      for (const { number, line } of shown.state.processors) {
        if (line > 0) lines.set(line, [...(lines.get(line) ?? []), number]);
      }
    }
    // The panel is part of it: an editor that was out of sight could not scroll there.
    const key = JSON.stringify([...lines, panel, side]);
    if (!this.#editor || key === this.#shown.lines) return;
    this.#shown.lines = key;
    this.#editor.setLines(lines);
  }

  async format() {
    const formatted = await this.pg.format();
    if (formatted !== null) this.pg.write(formatted);
  }

  /** @param {number} at */
  goTo(at) {
    this.#editor?.goTo(at);
  }

  /** It hears of the window no more. */
  close() {
    this.#editor?.close();
  }
}
