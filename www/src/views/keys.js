// The keyboard: what every key does while nobody is writing. Letters go by their place on the keyboard.

import { isTyping } from '../base/typing.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { Panel } from '../model/state.js' */

/** @type {Panel[]} */
const panels = ['flow', 'timeline', 'code', 'log', 'statistics', 'inspect'];
const zoomStep = 1.4;
const panStep = 0.15;

/**
 * @param {Playground} pg
 * @returns {(event: KeyboardEvent) => void}
 */
export function keyListener(pg) {
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    const target = /** @type {HTMLElement} */ (event.composedPath()[0]);
    // A button that was reached by keyboard does its own thing on Space; one that was clicked is done with.
    if (event.code === 'Space' && target.closest?.(':is(button, summary, a, input):focus-visible')) return;
    const act = byKey(pg, event) ?? byCode(pg, event) ?? (pg.state.view === 'full' && ofTheWhole(pg, event));
    if (!act) return;
    event.preventDefault();
    // In a figure the focus is inside: the page around, such as a show of slides, has its own keys.
    if (pg.isFigure) event.stopPropagation();
    act();
  };
}

/**
 * @param {Playground} pg
 * @param {KeyboardEvent} event
 * @returns {(() => unknown) | undefined}
 */
function byKey(pg, event) {
  const move = event.shiftKey
    ? (/** @type {number} */ by) => pg.jump(by)
    : (/** @type {number} */ by) => pg.step(by);
  switch (event.key) {
    case ' ':
      return () => pg.toggle();
    case '.':
    case '>':
    case 'ArrowRight':
      return () => move(1);
    case ',':
    case '<':
    case 'ArrowLeft':
      return () => move(-1);
    case 'Home':
      return () => pg.toStart();
    case 'End':
      return () => pg.toEnd();
    case '+':
    case '=':
      return () => pg.changeSpeed(1);
    case '-':
      return () => pg.changeSpeed(-1);
    case '[':
      return () => pg.toCause();
    case ']':
      return () => pg.toEffect();
  }
}

/**
 * @param {Playground} pg
 * @param {KeyboardEvent} event
 * @returns {(() => unknown) | undefined}
 */
function byCode(pg, event) {
  switch (event.code) {
    case 'KeyW':
      return () => pg.zoom(1 / zoomStep);
    case 'KeyS':
      return () => pg.zoom(zoomStep);
    case 'KeyA':
      return () => pg.pan(-panStep);
    case 'KeyD':
      return () => pg.pan(panStep);
    case 'KeyF':
      return () => pg.fit();
    case 'KeyP':
      return () => pg.setPace(pg.state.pace === 'event' ? 'time' : 'event');
  }
}

/**
 * A figure that shows one thing has neither panels nor dialogs.
 * @param {Playground} pg
 * @param {KeyboardEvent} event
 * @returns {(() => unknown) | undefined}
 */
function ofTheWhole(pg, event) {
  const panel = panels[Number(/^Digit([1-6])$/.exec(event.code)?.[1]) - 1];
  if (panel) return () => pg.showPanel(panel);
  if (event.key === '?') return () => pg.showDialog(pg.state.dialog === 'help' ? null : 'help');
  if (event.code === 'KeyL' && pg.home) return () => pg.showDialog('share');
}
