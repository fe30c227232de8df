// Where a menu drops open in a figure: below its button, within the window. On a page of its own the style sheet knows.

const edge = 8;

/** @param {HTMLElement} root */
export function placeMenus(root) {
  // The event does not bubble; on its way down it can be heard.
  root.addEventListener(
    'beforetoggle',
    (event) => {
      const menu = /** @type {HTMLElement} */ (event.target);
      const button = menu.id && root.querySelector(`[popovertarget="${menu.id}"]`);
      if (!button || /** @type {ToggleEvent} */ (event).newState !== 'open') return;
      const { left, right, bottom } = button.getBoundingClientRect();
      const atStart = left + right < innerWidth;
      menu.style.inset = atStart
        ? `${bottom + edge}px auto auto ${Math.max(edge, left)}px`
        : `${bottom + edge}px ${Math.max(edge, innerWidth - right)}px auto auto`;
      menu.style.maxHeight = `${Math.max(160, innerHeight - bottom - 2 * edge)}px`;
    },
    true,
  );
}
