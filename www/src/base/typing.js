// Whether a key press is somebody writing, which no shortcut may take away.

/** @param {KeyboardEvent} event */
export function isTyping(event) {
  if (event.isComposing || event.keyCode === 229) return true; // an input method is at work
  const target = /** @type {HTMLElement | undefined} */ (event.composedPath()[0]);
  if (!target || !('closest' in target)) return false;
  if (target.isContentEditable) return true;
  return (
    target.closest('textarea, select, input:not([type=range]):not([type=checkbox]):not([type=radio])') !==
    null
  );
}
