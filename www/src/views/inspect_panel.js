// The inspectors: a command line as a kernel debugger has one, and what its command prints at the position. The
// output follows the position, and what the last move changed is marked.

import { html, nothing } from 'lit/html.js';
import { marked } from '../model/inspect/changes.js';
import { commands, completed, offered, print, suggestions, turnsTo } from '../model/inspect/commands.js';
import { padded, textOf } from '../model/inspect/lines.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { Snapshot } from '../engine/protocol.js' */
/** @import { MarkedLine } from '../model/inspect/changes.js' */
/** @import { Line } from '../model/inspect/lines.js' */
/** @import { Output, Trouble } from '../model/inspect/commands.js' */

const suggested = 6;
const remembered = 50;

export class InspectPanel {
  #command = '!dpcs';
  #cpu = 0;
  #before81 = false;
  /** @type {string[]} */
  #history = [];
  #past = 0;
  #typed = '';
  #spoken = '';
  /** What was printed for the moment before, and by which command. @type {{ of: string, shown: Snapshot | null, lines: Line[] }} */
  #now = { of: '', shown: null, lines: [] };
  /** @type {Line[] | null} */
  #before = null;

  /**
   * @param {Playground} pg
   * @param {() => void} changed
   * @param {(line: number) => void} showCode
   */
  constructor(pg, changed, showCode) {
    this.pg = pg;
    this.changed = changed;
    this.showCode = showCode;
  }

  /** @returns {Output} */
  #print() {
    const { run, shown } = this.pg.state;
    if (!run || !shown) return { lines: [], trouble: null };
    const cpu = Math.min(this.#cpu, run.info.machine.processors - 1);
    const { state, record } = shown;
    const output = print(this.#command, { state, record, info: run.info, cpu, before81: this.#before81 });
    const of = `${run.session} ${this.#command} ${cpu} ${this.#before81}`;
    if (this.#now.of !== of) this.#before = null;
    else if (this.#now.shown !== shown) this.#before = this.#now.lines;
    this.#now = { of, shown, lines: output.lines };
    return output;
  }

  /** @param {string} command */
  #run(command) {
    const { run } = this.pg.state;
    const turned = run ? turnsTo(command, run.info) : null;
    if (turned !== null) this.#cpu = turned;
    else if (command.trim()) this.#command = command.trim();
    if (command.trim() && this.#history.at(-1) !== command) {
      this.#history = [...this.#history.slice(-remembered), command];
    }
    this.#past = this.#history.length;
    this.#typed = '';
    const { lines, trouble } = this.#print();
    const said = trouble ? this.pg.t(trouble.key, trouble.slots) : lines.map(textOf).join('\n');
    this.#spoken = `${this.#command}: ${said}`;
    this.changed();
  }

  view() {
    const { t, state } = this.pg;
    const info = state.run?.info;
    const { lines, trouble } = this.#print();
    const cpu = Math.min(this.#cpu, (info?.machine.processors ?? 1) - 1);
    const hints = info ? suggestions(this.#typed, info, suggested) : [];
    return html`<div class="inspect">
      <div class="inspect-commands" role="group" aria-label=${t('inspect.commands')}>
        ${commands.map((command) => {
          const whole = info ? offered(command, info) : null;
          return whole === null
            ? nothing
            : html`<button aria-pressed=${this.#command.startsWith(command.name)} title=${t(`inspect.about.${about(command.name)}`)}
                @click=${() => this.#run(whole)}>${command.name}</button>`;
        })}
      </div>
      <form class="inspect-line" @submit=${(/** @type {Event} */ event) => {
        event.preventDefault();
        this.#run(this.#typed);
      }}>
        <label for="inspect-input">${cpu}: kd&gt;</label>
        <input id="inspect-input" class="inspect-input" autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="go"
          aria-label=${t('inspect.label')} placeholder=${this.#command} .value=${this.#typed}
          @input=${(/** @type {InputEvent} */ event) => this.#type(/** @type {HTMLInputElement} */ (event.target).value)}
          @keydown=${(/** @type {KeyboardEvent} */ event) => this.#key(event)} />
      </form>
      ${
        hints.length
          ? html`<p class="inspect-hints">${hints.map((hint) => html`<button @click=${() => this.#run(hint)}>${hint}</button>`)}</p>`
          : nothing
      }
      <div class="inspect-output" tabindex="0" role="region" aria-label=${this.#command}>
        ${trouble ? this.#trouble(trouble) : html`<pre>${marked(this.#before, lines).map((line) => this.#line(line))}</pre>`}
        ${!trouble && lines.length === 1 && /^!dpcs/.test(this.#command) ? html`<p class="soft">${t('inspect.noDpcs')}</p>` : nothing}
        <p class="soft">${t('inspect.names')}
          ${/_KDPC/i.test(this.#command) ? this.#version() : nothing}</p>
      </div>
      <p class="hidden" role="status" aria-live="polite">${this.#spoken}</p>
    </div>`;
  }

  /** @param {Trouble} trouble */
  #trouble({ key, slots }) {
    return html`<p class="trouble">${this.pg.t(key, slots)}</p>`;
  }

  #version() {
    const { t } = this.pg;
    return html`<label>${t('inspect.version')}
      <select @change=${(/** @type {Event} */ event) => {
        this.#before81 = /** @type {HTMLSelectElement} */ (event.target).selectedIndex === 1;
        this.changed();
      }}>
        ${['since81', 'before81'].map((version, i) => html`<option .selected=${(i === 1) === this.#before81}>${t(`inspect.version.${version}`)}</option>`)}
      </select></label>`;
  }

  /** @param {MarkedLine} line */
  #line({ cells, change }) {
    const drawn = cells.map((cell) => {
      const [before, text, after] = padded(cell);
      const { to, line, hint, changed } = cell;
      const inner =
        to !== undefined
          ? html`<button class="link" @click=${() => this.#run(to)}>${text}</button>`
          : line !== undefined
            ? html`<button class="link" title=${this.pg.t('code.line', { line })} @click=${() => this.showCode(line)}>${text}</button>`
            : text;
      const told = hint ? html`<abbr title=${hint}>${inner}</abbr>` : inner;
      return html`${before}${changed ? html`<mark>${told}</mark>` : told}${after}`;
    });
    return change === 'gone'
      ? html`<del data-change=${change}>${drawn}</del>`
      : html`<span data-change=${change}>${drawn}</span>`;
  }

  /** @param {string} text */
  #type(text) {
    this.#typed = text;
    this.changed();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { run } = this.pg.state;
    if (event.isComposing || !run) return;
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      this.#past = Math.max(
        0,
        Math.min(this.#history.length, this.#past + (event.key === 'ArrowUp' ? -1 : 1)),
      );
      this.#type(this.#history[this.#past] ?? '');
    }
    if (event.key === 'Escape') this.#type('');
    if (event.key === 'Tab' && !event.shiftKey) {
      const whole = completed(this.#typed, run.info);
      if (whole === this.#typed) return; // nothing to add: on to what comes next on the page
      event.preventDefault();
      this.#type(whole);
    }
  }
}

/**
 * The last word of a command's name, which is its key in the catalogues.
 * @param {string} name
 */
const about = (name) => name.replace(/^.*?!_?/, '').replace(' /', '.');
