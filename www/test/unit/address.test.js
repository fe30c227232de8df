// What is read out of the page's own address.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fragment, listen } from '../../src/base/address.js';

/** @type {() => void} */
let changed = () => {};
Object.assign(globalThis, {
  location: { hash: '' },
  document: { querySelector: () => null },
  addEventListener: (/** @type {string} */ _, /** @type {() => void} */ listener) => {
    changed = listener;
  },
});

test('the secret that WordPress puts behind a frame’s address is no part of the link', () => {
  /** @type {string[]} */
  const heard = [];
  listen((link) => heard.push(link));
  for (const [hash, link] of [
    ['', ''],
    ['#1.s.packet-story&at=23', '1.s.packet-story&at=23'],
    ['#1.s.packet-story&at=23#?secret=aB3-x_9', '1.s.packet-story&at=23'],
    ['#1.z.PY9N-_#?secret=abc123', '1.z.PY9N-_'],
    ['#?secret=abc123', ''],
    ['#1.s.packet-story?secret=abc123', '1.s.packet-story'],
    ['#1.s.packet-story&secret=abc123', '1.s.packet-story&secret=abc123'],
  ]) {
    location.hash = hash;
    assert.equal(fragment(), link);
    changed();
    assert.equal(heard.at(-1), link);
  }
});
