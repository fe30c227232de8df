// What the dialog of exports says, and how files are called.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileName } from '../../src/base/files.js';
import { words as english } from '../../src/messages/export.en.js';
import { words as korean } from '../../src/messages/export.ko.js';
import { slotsOf } from '../../src/messages/format.js';

test('both languages say the same, with the same slots', () => {
  assert.deepEqual(Object.keys(korean), Object.keys(english));
  for (const [key, text] of Object.entries(english))
    assert.deepEqual(slotsOf(korean[key]), slotsOf(text), key);
});

test('every word that the dialog names is there', () => {
  const source = readFileSync(join(import.meta.dirname, '../../src/views/export.js'), 'utf8');
  const named = [...source.matchAll(/'(export\.[a-z]\w*)'/gi)].map(([, key]) => key);
  assert.ok(named.length > 8);
  for (const key of named) assert.ok(english[key], key);
});

test('a file is called as its scenario, in any language, on any disk', () => {
  assert.equal(fileName('A packet: interrupt, DPC', '.svg'), 'A-packet-interrupt-DPC.svg');
  assert.equal(fileName('패킷 하나의 여정', '.irql'), '패킷-하나의-여정.irql');
  assert.equal(fileName('../../etc/passwd\u0000', '.png'), 'etc-passwd.png');
  assert.equal(fileName('<>:"/\\|?*', '.jsonl'), 'scenario.jsonl');
  assert.ok(fileName('x'.repeat(500), '.svg').length < 70);
});
