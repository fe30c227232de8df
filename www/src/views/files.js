// Files that are dropped on the page: a scenario takes the place of the text on show. Before the editor, which would
// put the file's words between the reader's own.

/** @import { Playground } from '../model/playground.js' */

/**
 * @param {Playground} pg
 * @param {HTMLElement} root
 */
export function listenToFiles(pg, root) {
  const mark = (/** @type {boolean} */ over) => root.toggleAttribute('data-drop', over);
  const bringsFiles = (/** @type {DragEvent} */ { dataTransfer }) =>
    dataTransfer?.types.includes('Files') ?? false;
  const over = (/** @type {DragEvent} */ event) => {
    if (!bringsFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    event.stopPropagation();
    // Not left to the browser: it would open the file in the place of the page.
    event.dataTransfer.dropEffect = pg.state.readonly ? 'none' : 'copy';
    mark(!pg.state.readonly);
  };
  root.addEventListener('dragenter', over, true);
  root.addEventListener('dragover', over, true);
  root.addEventListener('dragleave', ({ relatedTarget }) => {
    if (!relatedTarget || !root.contains(/** @type {Node} */ (relatedTarget))) mark(false);
  });
  root.addEventListener(
    'drop',
    (event) => {
      mark(false);
      if (!bringsFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      open(pg, event.dataTransfer?.files[0]);
    },
    true,
  );
}

/**
 * Opens what was dropped or chosen. A dialog would stand before what is said about it.
 * @param {Playground} pg
 * @param {File | undefined} file
 */
export function open(pg, file) {
  if (!file) return;
  pg.showDialog(null);
  pg.sharing.openFile(file);
}
