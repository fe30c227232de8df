// The style sheet, as a file beside the page and as a text in the modules that put it into a shadow.

import { readFileSync } from 'node:fs';

/**
 * A plugin of the bundler: `styles:page` is the text of a style sheet with all that it imports. In every style sheet,
 * `rem` goes by a unit of our own: the size of type at the root is that of somebody else's page.
 * @param {string} page
 * @returns {import('esbuild').Plugin}
 */
export const styles = (page) => ({
  name: 'styles',
  setup(build) {
    build.onLoad({ filter: /\.css$/, namespace: 'file' }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/(\d*\.?\d+)rem\b/g, 'calc($1 * var(--unit))'),
      loader: 'css',
    }));
    build.onResolve({ filter: /^styles:page$/ }, () => ({ path: page, namespace: 'style-text' }));
    build.onLoad({ filter: /./, namespace: 'style-text' }, async ({ path }) => {
      const { outputFiles } = await build.esbuild.build({
        entryPoints: [path],
        bundle: true,
        minify: build.initialOptions.minify ?? false,
        target: 'es2022',
        write: false,
        plugins: [styles(page)],
      });
      return { contents: outputFiles[0].text, loader: 'text' };
    });
  },
});
