// Somebody else's site, for the tests of what is embedded there: pages that a test makes up, with the headers it wants.

import { createServer } from 'node:http';

/**
 * Until it is closed. It is of another origin than the site that the tests serve.
 * @returns {Promise<{ page: (html: string, policy?: string) => string, close: () => Promise<void> }>}
 *   `page` puts up a page, with a Content-Security-Policy if it is to have one, and tells its address.
 */
export async function openHost() {
  /** @type {{ html: string, policy: string }[]} */
  const pages = [];
  const server = createServer(({ url }, response) => {
    const page = pages[Number(url?.slice(1) || Number.NaN)];
    if (!page) return response.writeHead(204).end(); // the browser asks for an icon
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      ...(page.policy && { 'content-security-policy': page.policy }),
    });
    response.end(page.html);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    page(html, policy = '') {
      pages.push({ html, policy });
      return `http://127.0.0.1:${port}/${pages.length - 1}`;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** For between tags, and between double quotes. @param {string} text */
export const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/**
 * An article with figures.
 * @param {string} script  The element that brings the script.
 * @param {string} body
 */
export const article = (script, body) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>An article</title>${script}</head><body>${body}</body></html>`;

/**
 * A figure with a text in it.
 * @param {string} text
 * @param {string} [attributes]
 */
export const figure = (text, attributes = '') =>
  `<irql-playground ${attributes}><pre>\n${escaped(text)}</pre></irql-playground>`;
