// What a stranger writes into a scenario: in every text and for every name.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What would set `pwned` if it ever became more than a text. None has a `"`: a string of the language cannot. */
export const payloads = [
  '<img src=x onerror=pwned=1>',
  `'><script>pwned=1</script>`,
  '</script><script>pwned=1</script>',
  '<svg onload=pwned=1>',
  'javascript:pwned=1',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is to look like a template, and to be none.
  '${pwned=1} `${pwned=1}` {{constructor.constructor(1)}}',
  ']]><x xmlns=http://www.w3.org/1999/xhtml onclick=pwned=1>',
  '<!-- --!> <![CDATA[',
  '\u202Egnp.exe \u2066<b>\u2069 \u200F',
  '\u0001\u0008\u001B[31m\u007F\u0085\uFFFE\uFEFF',
  '&lt;img src=x onerror=pwned=1&gt; &amp;#60; &#x3c;',
  '</textarea></title></style><iframe srcdoc=<script>parent.pwned=1</script>>',
  '</pre></irql-playground><base href=https://example.org/><form action=https://example.org/>',
  `<a href='javascript:pwned=1'>x</a>`,
  '<style>@import url(https://example.org/x.css)</style>',
  '[x](javascript:pwned=1) ![x](https://example.org/x.png)',
  'x'.repeat(4000),
  '漢字'.repeat(600),
];

/** Names that mean something to JavaScript, and one that is very long. */
const names = [
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'],
  ...['__defineGetter__', 'isPrototypeOf', `N${'a'.repeat(2000)}`, 'then'],
];

/**
 * A shipped scenario with hostile texts in place of its own, and with hostile names.
 * @param {string} scenario
 * @param {string[]} [renamed]  The names to replace.
 */
export function hostileText(scenario, renamed = []) {
  let text = readFileSync(join(import.meta.dirname, `../../scenarios/${scenario}.irql`), 'utf8');
  for (const [i, name] of renamed.entries())
    text = text.replace(new RegExp(`\\b${name}\\b`, 'g'), names[i % names.length]);
  let next = 0;
  // Strings that stand beside each other are one text: each gets a payload of its own.
  return text.replace(/"[^"\n]*"/g, () => `"${payloads[next++ % payloads.length]}"`);
}

/** Of these the flows, the stops and the panels are made. @type {Record<string, () => string>} */
export const hostileTexts = {
  apc: () =>
    hostileText('packet-story', [
      'arrived',
      'Nic',
      'NicIsr',
      'NicDpc',
      'OnRead',
      'Reader',
      'Busy',
      'Socket',
      'deferred',
      'called',
    ]),
  alpc: () => hostileText('alpc-slow-server'),
  bugcheck: () => hostileText('page-fault-in-dpc'),
  deadlock: () => hostileText('lock-in-isr'),
  broken: () =>
    `${hostileText('packet-story')}\n"><script>pwned=1</script> <img src=x onerror=pwned=1> "\u0000`,
};
