import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serve } from '../../scripts/serve.mjs';

const top = mkdtempSync(join(tmpdir(), 'serve-'));
const root = join(top, 'site');
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;

before(async () => {
  mkdirSync(join(root, 'folder'), { recursive: true });
  writeFileSync(join(root, 'index.html'), 'page');
  writeFileSync(join(root, 'engine.wasm'), 'wasm');
  writeFileSync(join(root, 'folder/index.html'), 'page in folder');
  writeFileSync(join(top, 'secret.txt'), 'secret');
  symlinkSync(join(top, 'secret.txt'), join(root, 'link.txt'));
  server = await serve({ root, base: '/deep/down' });
});

after(async () => {
  await server.close();
  rmSync(top, { recursive: true });
});

/**
 * Asks for a path exactly as it is written; `fetch` would tidy `..` away.
 * @param {string} path
 * @param {string} [method]
 * @returns {Promise<{ status?: number, headers: import('node:http').IncomingHttpHeaders, body: string }>}
 */
const ask = (path, method = 'GET') =>
  new Promise((resolve, reject) => {
    request(new URL(server.url).origin, { path, method }, async (response) => {
      let body = '';
      for await (const chunk of response) body += chunk;
      resolve({ status: response.statusCode, headers: response.headers, body });
    })
      .on('error', reject)
      .end();
  });

test('serves the page under its base, never to be cached unasked', async () => {
  assert.ok(server.url.endsWith('/deep/down/'));
  const { status, headers, body } = await ask('/deep/down/?query');
  assert.deepEqual([status, body], [200, 'page']);
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(headers['cache-control'], 'no-cache');
  assert.equal(headers['access-control-allow-origin'], '*', 'a sandboxed frame may read it');
});

test('says that WebAssembly is WebAssembly, or browsers compile it slowly', async () => {
  assert.equal((await ask('/deep/down/engine.wasm')).headers['content-type'], 'application/wasm');
});

test('sends folders to their slash, without which relative addresses miss', async () => {
  for (const path of ['/deep/down', '/deep/down/folder']) {
    const { status, headers } = await ask(path);
    assert.deepEqual([status, headers.location], [301, `${path}/`]);
  }
  assert.equal((await ask('/deep/down/folder/')).body, 'page in folder');
});

test('answers HEAD without a body and refuses what would change something', async () => {
  const head = await ask('/deep/down/', 'HEAD');
  assert.deepEqual([head.status, head.headers['content-length'], head.body], [200, '4', '']);
  assert.equal((await ask('/deep/down/', 'POST')).status, 405);
});

test('finds nothing outside its base or its folder', async () => {
  const paths = [
    '/',
    '/index.html',
    '/deep/downindex.html',
    '/deep/down/missing',
    '/deep/down/../secret.txt',
    '/deep/down/%2e%2e/secret.txt',
    '/deep/down/..%2fsecret.txt',
    '/deep/down/link.txt',
    '/deep/down/%00',
    '/deep/down/%',
  ];
  for (const path of paths) {
    const { status, body } = await ask(path);
    assert.deepEqual([path, status, body], [path, 404, '']);
  }
});
