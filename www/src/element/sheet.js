// The style sheet, made once for all figures of a page. The page of our own has linked it beforehand.

import text from 'styles:page';

/** @type {CSSStyleSheet | null} */
let sheet = null;

/** @param {ShadowRoot} root */
export function dressShadow(root) {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
  }
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
