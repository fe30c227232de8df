// The few signs on buttons, drawn here so that no font or picture has to be loaded. Never without a name beside them.

import { html, svg } from 'lit/html.js';

const paths = {
  play: 'M7 4.5v15l12.5-7.5z',
  pause: 'M6.5 5h4v14h-4zM13.5 5h4v14h-4z',
  next: 'M6 5v14l9-7zM16 5h2.5v14H16z',
  back: 'M18 5v14l-9-7zM5.500 5H8v14H5.500z',
  end: 'M4 5v14l7-7zM11 5v14l7-7zM18.500 5H21v14h-2.500z',
  start: 'M20 5v14l-7-7zM13 5v14l-7-7zM3 5h2.500v14H3z',
  down: 'M5.500 9l6.500 6.500L18.500 9l-1.400-1.400-5.100 5.100-5.100-5.100z',
  tick: 'M9.500 18.500L3.500 12.500l1.800-1.800 4.200 4.200 9.200-9.200 1.800 1.800z',
  cross:
    'M6.500 4.800L12 10.300l5.500-5.500 1.700 1.700-5.500 5.500 5.500 5.500-1.700 1.700-5.500-5.500-5.500 5.500-1.700-1.700 5.500-5.500-5.500-5.500z',
  warning: 'M12 3l10 18H2zM11 10v5h2v-5zM11 16.500v2h2v-2z',
  settings:
    'M4 6h9v2H4zM17 6h3v2h-3zM13.500 4.500h3v5h-3zM4 11h3v2H4zM11 11h9v2h-9zM7.500 9.500h3v5h-3zM4 16h9v2H4zM17 16h3v2h-3zM13.500 14.500h3v5h-3z',
  share:
    'M11 15V6.500L8.500 9 7 7.500 12 2.500l5 5L15.500 9 13 6.500V15zM5 11h3v2H7v6.500h10V13h-1v-2h3v10.500H5z',
  export: 'M10.5 3.5h3v7.500H18L12 17 6 11h4.500zM4 15.500h2.500v3h11v-3H20V21H4z',
  cause: 'M11 5l-7 7 7 7v-5h9v-4h-9z',
};

/** @param {keyof typeof paths} name */
export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${svg`<path fill-rule="evenodd" d=${paths[name]} />`}</svg>`;
}
