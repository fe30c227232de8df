// Who may import whom: base <- messages <- engine <- model <- views <- element <- main. Never the other way round.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { test } from 'node:test';

const src = join(import.meta.dirname, '../../src');
const layers = ['generated', 'base', 'messages', 'engine', 'model', 'views', 'element'];

/** @param {string} folder */
const modulesIn = (folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));

test('modules import from their own layer and those below it only', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.js') && !file.startsWith('generated'),
  );
  assert.ok(files.length > 20);
  for (const file of files) {
    const layer = file.split(sep)[0];
    if (!layers.includes(layer)) continue; // main and the scenarios: on top of all
    const text = readFileSync(join(src, file), 'utf8');
    // Types come in comments, and words cross no layer by being named.
    for (const [, target] of text.matchAll(
      /^(?:import|export)[^;]*? from '(\.[^']*)'|import\('(\.[^']*)'\)/gm,
    )) {
      if (!target || target.endsWith('.irql')) continue; // a text
      const imported = normalize(join(dirname(file), target)).split(sep)[0];
      assert.ok(layers.includes(imported), `${file} imports ${target}, which belongs to no layer below`);
      assert.ok(layers.indexOf(imported) <= layers.indexOf(layer), `${file} imports ${target} from above`);
    }
  }
});

test('the layouts of the model know nothing of elements', () => {
  for (const file of modulesIn(join(src, 'model'))) {
    const text = readFileSync(join(src, 'model', file), 'utf8').replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
    assert.doesNotMatch(text, /\b(?:document|window|querySelector|from 'lit[/.\w]*')\b/, file);
  }
});

test('the views take the templates of lit, and not the elements that come with its front door', () => {
  for (const file of readdirSync(join(src, 'views')))
    assert.doesNotMatch(readFileSync(join(src, 'views', file), 'utf8'), /^import .* from 'lit';/m, file);
});
