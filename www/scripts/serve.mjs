// A small static file server for the built page, on this machine only.

import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, sep } from 'node:path';

/** @type {Record<string, string>} */
const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.irql': 'text/plain; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/**
 * Serves a folder until it is closed.
 * @param {object} options
 * @param {string} options.root  The folder.
 * @param {number} [options.port]  0, the default, takes any free port.
 * @param {Record<string, string>} [options.headers]  What is sent along with each file.
 * @param {string} [options.base]  The path to serve it under, such as `/deep/down/`; anything else is not found.
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} `url` ends with the base.
 */
export async function serve({ root, port = 0, headers: more = {}, base = '/' }) {
  const folder = await realpath(root);
  const prefix = `/${base}/`.replace(/\/+/g, '/');

  const server = createServer(async (request, response) => {
    const end = (
      /** @type {number} */ status,
      /** @type {import('node:http').OutgoingHttpHeaders} */ headers = {},
    ) => response.writeHead(status, headers).end();
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(405, { allow: 'GET, HEAD' });

    const [path] = (request.url ?? '').split('?');
    if (`${path}/` === prefix) return end(301, { location: prefix });
    const file = path.startsWith(prefix) ? await find(folder, path.slice(prefix.length)) : null;
    if (file === null) return end(404);
    // Without the slash at its end, the relative addresses in a folder's page would miss by one level.
    if (file.isFolder) return end(301, { location: `${path}/` });

    response.writeHead(200, {
      'content-type': types[extname(file.path)] ?? 'application/octet-stream',
      'content-length': file.size,
      'access-control-allow-origin': '*', // as hosts of static pages do: a sandboxed frame is of no origin
      'cache-control': 'no-cache', // ask again each time: the page may have been built anew
      ...more,
    });
    if (request.method === 'HEAD') return response.end();
    createReadStream(file.path)
      .on('error', () => response.destroy())
      .pipe(response);
  });

  await new Promise((listening, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => listening(undefined));
  });
  const { port: actual } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://localhost:${actual}${prefix}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/**
 * The file that a path of a request means, if there is one and it lies inside the folder.
 * @param {string} folder
 * @param {string} encoded
 */
async function find(folder, encoded) {
  try {
    const wanted = decodeURIComponent(encoded);
    const path = await realpath(
      join(folder, wanted.endsWith('/') || wanted === '' ? `${wanted}index.html` : wanted),
    );
    if (!`${path}${sep}`.startsWith(`${folder}${sep}`)) return null; // `..`, or a link that leads out
    const { size, isDirectory } = await stat(path).then((s) => ({
      size: s.size,
      isDirectory: s.isDirectory(),
    }));
    return { path, size, isFolder: isDirectory };
  } catch {
    return null; // no such file, or a path that is no proper text
  }
}
