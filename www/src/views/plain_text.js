// The scenario's text as a plain field: what can be read and written until the real editor has come, from the same
// line on, so that the text stands still when it does.

/** @import { Playground } from '../model/playground.js' */
/** @import { Editor } from './code.js' */

/** As the editor leaves above a line that it turns to, and the padding of the field. */
const above = 8 + 2 * 4;

/**
 * @param {Playground} pg
 * @returns {{ element: HTMLTextAreaElement, editor: Editor }}
 */
export function createPlainText(pg) {
  const field = document.createElement('textarea');
  field.spellcheck = false;
  field.value = pg.state.source;
  field.oninput = () => pg.write(field.value);
  const reveal = (/** @type {number} */ line) => {
    if (!field.matches(':focus')) field.scrollTop = topOf(field, line) - above;
  };
  const nothing = () => {};
  return {
    element: field,
    editor: {
      setText(text) {
        if (field.value !== text) field.value = text;
      },
      setManners(label, readonly) {
        field.readOnly = readonly;
        field.setAttribute('aria-label', label);
      },
      setDiagnostics: nothing,
      setLines: nothing,
      reveal,
      goTo(at) {
        field.focus();
        field.setSelectionRange(at, at);
      },
      close: nothing,
    },
  };
}

/**
 * How far down a line begins, whatever lines above it are broken: the height of the text above it.
 * @param {HTMLTextAreaElement} field
 * @param {number} line
 */
function topOf(field, line) {
  const twin = /** @type {HTMLTextAreaElement} */ (field.cloneNode());
  twin.value = field.value
    .split('\n')
    .slice(0, line - 1)
    .join('\n');
  twin.style.cssText = `position: absolute; visibility: hidden; height: 0; width: ${field.clientWidth}px`;
  field.after(twin);
  const height = twin.scrollHeight;
  twin.remove();
  return height;
}
