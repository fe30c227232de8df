// The style sheets of the parts that come late, each put into the shadow once, behind that of the page.

/** @typedef {Promise<{ default: string }>} Style */

const styles = {
  alpc: () => /** @type {Style} */ (import('styles:alpc')),
  export: () => /** @type {Style} */ (import('styles:export')),
  figure: () => /** @type {Style} */ (import('styles:figure')),
  inspect: () => /** @type {Style} */ (import('styles:inspect')),
  share: () => /** @type {Style} */ (import('styles:share')),
  statistics: () => /** @type {Style} */ (import('styles:statistics')),
  stop: () => /** @type {Style} */ (import('styles:stop')),
};

/** Made once for all figures of a page. @type {Map<string, CSSStyleSheet>} */
const sheets = new Map();

/**
 * @param {HTMLElement} root  In the shadow.
 * @param {keyof typeof styles} name
 */
export async function wear(root, name) {
  const text = (await styles[name]()).default;
  const sheet = sheets.get(name) ?? new CSSStyleSheet();
  if (!sheets.has(name)) sheet.replaceSync(text);
  sheets.set(name, sheet);
  const shadow = /** @type {ShadowRoot} */ (root.getRootNode());
  if (!shadow.adoptedStyleSheets.includes(sheet))
    shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet];
}
