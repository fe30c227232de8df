// The style sheets of the parts that come late, each put into the shadow once, behind that of the page.

/** @typedef {Promise<{ default: string }>} Style */

const styles = {
  alpc: () => /** @type {Style} */ (import('styles:alpc')),
  export: () => /** @type {Style} */ (import('styles:export')),
  figure: () => /** @type {Style} */ (import('styles:figure')),
  help: () => /** @type {Style} */ (import('styles:help')),
  inspect: () => /** @type {Style} */ (import('styles:inspect')),
  share: () => /** @type {Style} */ (import('styles:share')),
  log: () => /** @type {Style} */ (import('styles:log')),
  statistics: () => /** @type {Style} */ (import('styles:statistics')),
  stop: () => /** @type {Style} */ (import('styles:stop')),
};

/** Made once for all figures of a document; by their texts. @type {WeakMap<Document, Map<string, CSSStyleSheet>>} */
const made = new WeakMap();

/**
 * @param {ShadowRoot} shadow
 * @param {string} text
 */
export function putOn(shadow, text) {
  const { ownerDocument } = shadow;
  const sheets = made.get(ownerDocument) ?? new Map();
  made.set(ownerDocument, sheets);
  if (!sheets.has(text)) {
    // Of the document's own window: a figure may be put into another one.
    const sheet = new (ownerDocument.defaultView ?? globalThis).CSSStyleSheet();
    sheet.replaceSync(text);
    sheets.set(text, sheet);
  }
  const worn = shadow.adoptedStyleSheets;
  if (!worn.includes(sheets.get(text))) shadow.adoptedStyleSheets = [...worn, sheets.get(text)];
}

/**
 * @param {HTMLElement} root  In the shadow.
 * @param {keyof typeof styles} name
 */
export async function wear(root, name) {
  const text = (await styles[name]()).default;
  const shadow = root.getRootNode();
  if (shadow instanceof ShadowRoot) putOn(shadow, text);
}
