// What is copied out of the Share dialog: the link, and the pieces of HTML and Markdown that show a moment elsewhere.
// Titles and texts are a stranger's: each is escaped for the place where it goes.

/** @import { LinkState } from './link.js' */

/** How high a frame is that no script of its host adjusts, in pixels. */
const frameHeight = 420;

/** Chat programs cut links that are longer, or refuse them. */
export const longLink = 2000;

/**
 * For between double quotes. White space is written out, since pages are reformatted.
 * @param {string} value
 */
export const attribute = (value) =>
  markup(value)
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replace(/[\n\r\t]/g, (space) => `&#${space.charCodeAt(0)};`);

/**
 * For between tags.
 * @param {string} value
 */
export const markup = (value) =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * For a `<pre>` in a page or in a Markdown text: there an empty line would end the HTML, and what follows would be
 * taken for Markdown. WordPress takes what is in brackets for a word of its own.
 * @param {string} value
 */
export function preformatted(value) {
  const lines = markup(value).replaceAll('[', '&#91;').replaceAll('\r', '&#13;').split('\n');
  const last = lines.pop();
  return lines.map((line) => line + (line.trim() === '' ? '&#10;' : '\n')).join('') + last;
}

/**
 * For between `[` and `]`, on one line.
 * @param {string} value
 */
export const markdown = (value) =>
  value
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_{}[\]<>()#+\-.!|~&"'$:@^=]/g, '\\$&');

/**
 * @param {string} url
 * @param {string} title
 */
export const markdownLink = (url, title) =>
  `[${markdown(title)}](<${url.replace(/[<>\\\s]/g, encodeURIComponent)}>)`;

/**
 * In a block of its own: some hosts stretch what stands directly in a post over all of the page, and put a paragraph
 * around what they do not know.
 * @param {string} html
 */
const block = (html) => `<div>\n${html}\n</div>`;

/**
 * @param {string} url  Of embed.html, with the state.
 * @param {string} title  In the language of the article; a screen reader says it.
 */
export const iframe = (url, title) =>
  block(`<iframe src="${attribute(url)}" title="${attribute(title)}"
  width="100%" height="${frameHeight}" loading="lazy" frameborder="0" allow="clipboard-write; fullscreen"
  sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-downloads"></iframe>`);

/**
 * The element with the scenario's text in it, which is what a reader without JavaScript sees.
 * @param {string} script  The address of element.js.
 * @param {string} text
 * @param {LinkState} state
 */
export function element(script, text, { at, marker, seed, view, lang, theme }) {
  const given = Object.entries({ at, marker, seed, view, lang, theme: theme === 'system' ? 'auto' : theme });
  const attributes = given
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ` ${name}="${attribute(String(value))}"`);
  return `<script type="module" src="${attribute(script)}"></script>
${block(`<irql-playground${attributes.join('')}>
<pre>
${preformatted(text)}</pre>
</irql-playground>`)}`;
}

/**
 * The page in one file, with the state in it, in place of one that it has already.
 * @param {string} page
 * @param {string} fragment
 */
export const fileWithState = (page, fragment) =>
  page.replace(
    /(<head(?:\s[^>]*)?>)(?:<meta name="irql-link"[^>]*>)?/i,
    (_, head) => `${head}<meta name="irql-link" content="${attribute(fragment)}">`,
  );
