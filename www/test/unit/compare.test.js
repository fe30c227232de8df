// DPC against APC: a scenario that has what each cell says, and all the words in every language.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { languages } from '../../src/messages/index.js';
import { rows } from '../../src/model/compare.js';

const scenarios = join(import.meta.dirname, '../../../scenarios');

test('what a cell points to is in its scenario', () => {
  for (const { scenario, kind, subject } of rows.flatMap(({ dpc, apc }) => [dpc, apc])) {
    const text = readFileSync(join(scenarios, `${scenario}.irql`), 'utf8');
    if (kind === 'MarkerReached') assert.match(text, new RegExp(`marker ${subject}\\b`), scenario);
    else if (kind === 'BugChecked') assert.match(text, /expect bugcheck/, scenario);
    else assert.ok(text.includes(subject.split('.')[0]), scenario);
  }
});

test('every cell has its words, in every language that has any', async () => {
  const wanted = [
    'compare.title',
    'compare.about',
    ...rows.flatMap(({ key }) => [`compare.${key}`, `compare.${key}.dpc`, `compare.${key}.apc`]),
  ].sort();
  for (const [tag, { compare }] of Object.entries(languages))
    if (compare) assert.deepEqual(Object.keys(await compare()).sort(), wanted, tag);
});
