// The style sheets, as files beside the page and as texts in the modules that put them into a shadow.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A plugin of the bundler: `styles:page` is the text of page.css in a folder, with all that it imports. In every style
 * sheet `rem` goes by a unit of our own: the size of type at the root is that of somebody else's page.
 * @param {string} folder
 * @returns {import('esbuild').Plugin}
 */
export const styles = (folder) => ({
  name: 'styles',
  setup(build) {
    build.onLoad({ filter: /\.css$/, namespace: 'file' }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/(\d*\.?\d+)rem\b/g, 'calc($1 * var(--unit))'),
      loader: 'css',
    }));
    build.onResolve({ filter: /^styles:/ }, ({ path }) => ({
      path: join(folder, `${path.slice('styles:'.length)}.css`),
      namespace: 'style-text',
    }));
    build.onLoad({ filter: /./, namespace: 'style-text' }, async ({ path }) => {
      const { outputFiles } = await build.esbuild.build({
        entryPoints: [path],
        bundle: true,
        minify: build.initialOptions.minify ?? false,
        target: 'es2022',
        write: false,
        plugins: [styles(folder)],
      });
      return { contents: outputFiles[0].text, loader: 'text' };
    });
  },
});
