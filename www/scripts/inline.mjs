// The artefacts that are one file: bundles with the engine, its worker and the scenarios inside. They work where
// nothing may be fetched: from a disk, in a frame without an origin, beside any bundler.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { styles } from './styles.mjs';

/** @param {string | Uint8Array} data */
const packed = (data) => deflateRawSync(data, { level: 9 }).toString('base64');

/**
 * Bundles modules: a classic script into one file; modules for bundlers into one each, with what comes later, and what
 * they share, beside them.
 * @param {object} options
 * @param {string} options.www  The folder of the page's sources.
 * @param {Record<string, string>} options.entries  The modules, by the names that they get.
 * @param {string} options.outdir
 * @param {'iife' | 'esm'} options.format
 * @param {string} options.wasm  The engine.
 * @param {string} options.scenarios  The folder with the scenarios and their menus.
 * @param {import('esbuild').BuildOptions} options.common
 */
export async function bundleInline({ www, entries, outdir, format, wasm, scenarios, common }) {
  const esbuild = await import('esbuild');
  /** @type {import('esbuild').BuildOptions} */
  const settings = {
    ...common,
    bundle: true,
    minify: true,
    target: 'es2022',
    // In a classic script there is no such thing; what asks for it is what the inlined bytes make needless.
    define: { 'import.meta.url': '"about:blank"' },
  };
  await esbuild.build({
    ...settings,
    entryPoints: Object.entries(entries).map(([out, entry]) => ({ in: entry, out })),
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    splitting: format === 'esm',
    format,
    // A figure that is removed takes its own with it: nothing is left on the window but the element.
    plugins: [
      styles(join(www, 'src/styles')),
      {
        name: 'inline',
        setup(build) {
          build.onResolve({ filter: /\/(?:place|scenarios)\.js$/ }, ({ path, resolveDir }) => ({
            path: join(resolveDir, path.replace('.js', '_inline.js')),
          }));
          build.onResolve({ filter: /^inline:/ }, ({ path }) => ({ path, namespace: 'inline' }));
          build.onLoad({ filter: /./, namespace: 'inline' }, async ({ path }) => ({
            loader: 'text',
            contents: await contents(path),
          }));
        },
      },
    ],
  });

  /** @param {string} name */
  async function contents(name) {
    if (name === 'inline:engine') return packed(readFileSync(wasm));
    if (name === 'inline:scenarios') {
      const files = readdirSync(scenarios).map((file) => [file, readFileSync(join(scenarios, file), 'utf8')]);
      return packed(JSON.stringify(Object.fromEntries(files)));
    }
    const { outputFiles } = await esbuild.build({
      ...settings,
      entryPoints: [join(www, 'src/engine/worker.js')],
      format: 'iife',
      write: false,
    });
    return outputFiles[0].text;
  }
}

/**
 * The whole page in one file.
 * @param {object} parts
 * @param {string} parts.script
 * @param {string} parts.style
 * @param {string} parts.icon  An SVG.
 */
export function singlePage({ script, style, icon }) {
  const code = script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
  const hash = (/** @type {string} */ text) =>
    `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = contentPolicy({ script: hash(code), style: hash(style), connect: "'none'" });
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>IRQL Playground</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}" type="image/svg+xml" />
    <style>${style}</style>
  </head>
  <body>
    <irql-playground fills>
      <!-- What is read where no script of ours may run. -->
      <p>This page simulates the Windows kernel in your browser. It needs JavaScript, and a page around it that lets its script run.</p>
      <p lang="ko">이 페이지는 브라우저에서 Windows 커널을 시뮬레이션합니다. JavaScript가 필요하고, 바깥 페이지가 이 페이지의 스크립트를 허용해야 합니다.</p>
    </irql-playground>
    <script>${code}</script>
  </body>
</html>
`;
}

/**
 * What our pages allow themselves: scripts and styles of their own, WebAssembly, a worker made from a blob; no
 * `unsafe-inline`, no `unsafe-eval`, nothing from anywhere else.
 * @param {{ script: string, style: string, connect: string }} sources
 */
export const contentPolicy = ({ script, style, connect }) =>
  [
    "default-src 'none'",
    `script-src ${script} 'wasm-unsafe-eval'`,
    `style-src ${style}`,
    "img-src 'self' data: blob:",
    `connect-src ${connect}`,
    `worker-src ${script.includes('sha256') ? '' : "'self' "}blob:`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types irql-playground lit-html',
  ].join('; ');
