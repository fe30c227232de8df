// docs/embed.md says what the code does: the lists in it are those of the code, and what it quotes is in the files.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { observed } from '../../src/element/attributes.js';
import { IrqlPlayground } from '../../src/element/irql_playground.js';
import { answer } from '../../src/model/embed_messages.js';
import { speeds } from '../../src/model/pacing.js';
import { iframe } from '../../src/model/snippets.js';

const www = join(import.meta.dirname, '../..');
const read = (/** @type {string} */ path) => readFileSync(join(www, path), 'utf8');
const document = read('../docs/embed.md');
const types = read('npm/element.d.ts');

/** @param {string} folder @param {string} ending */
const allOf = (folder, ending) =>
  readdirSync(join(www, folder))
    .filter((file) => file.endsWith(ending))
    .map((file) => read(`${folder}/${file}`))
    .join('\n');
const element = allOf('src/element', '.js');

/** What stands below a heading. @param {string} heading */
function section(heading) {
  const [, text] = document.split(new RegExp(`^#+ ${heading}$`, 'm'));
  assert.ok(text, `there is no heading "${heading}"`);
  return text.split(/^#+ /m)[0];
}

/**
 * The rows of the tables below a heading, cell by cell.
 * @param {string} heading
 */
const rows = (heading) =>
  [...section(heading).matchAll(/^\| (`.*) \|$/gm)].map(([, row]) => row.split(' | ').map((c) => c.trim()));

/** What a text has between backquotes. @param {string} text */
const quoted = (text) => [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word);
/** The names in the first column. @param {string} heading */
const names = (heading) => rows(heading).map(([first]) => quoted(first)[0]);
/** @param {string} text @param {RegExp} pattern */
const found = (text, pattern) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))];
/** @param {string[]} told @param {string[]} real */
const same = (told, real) => assert.deepEqual([...told].sort(), [...new Set(real)].sort());

test('the attributes are those that the element reads, and says when it reads them', () => {
  const asked = found(element, /(?:getAttribute|hasAttribute|word)\('([a-z-]+)'\)/g);
  const reserved = found(element, /\['([a-z-]+)', '(?:--irql-height|min-height)'\]/g);
  same(names('Attributes'), [...observed, ...asked, ...reserved]);
  const once = rows('Attributes').filter(([first]) => first.endsWith('*'));
  same(
    once.map(([first]) => quoted(first)[0]),
    names('Attributes').filter((name) => !observed.includes(name)),
  );
});

test('the words of the attributes are those that the element knows', () => {
  const row = (/** @type {string} */ name) =>
    rows('Attributes').find(([first]) => first.includes(`\`${name}\``));
  const words = (/** @type {string} */ name) => quoted(row(name)?.[1] ?? '');
  same(
    words('view'),
    found(element, /const views = (\[.*?\])/g).flatMap((list) => found(list, /'(\w+)'/g)),
  );
  const of = (/** @type {string} */ name) =>
    found(element, new RegExp(`oneOf\\((\\[[^\\]]*\\]), word\\('${name}'\\)`, 'g')).flatMap((list) =>
      found(list, /'(\w+)'/g),
    );
  same(words('controls'), of('controls'));
  same(words('pace'), of('pace'));
  same([...words('theme'), 'system'], [...of('theme'), 'auto']);
  assert.ok(row('speed')?.[1].includes(` ${speeds.join(' ')};`));
});

test('properties and methods are those of the class, and of its types', () => {
  const members = Object.entries(Object.getOwnPropertyDescriptors(IrqlPlayground.prototype)).filter(
    ([name]) => !/^constructor$|Callback$/.test(name),
  );
  const methods = members.filter(([, { value }]) => typeof value === 'function').map(([name]) => name);
  const properties = members.filter(([, { get }]) => get).map(([name]) => name);
  same(names('Properties'), properties);
  same(
    names('Methods').map((call) => call.replace(/\(.*/, '')),
    methods,
  );
  const [, declared] = /declare class IrqlPlayground[^{]*\{([\s\S]*?)\n\}/.exec(types) ?? [];
  const typed = found(declared, /^ {2}(?:readonly )?(\w+)[(:]/gm);
  same(typed, [...properties, ...methods]);
});

test('the state has what it is said to have', () => {
  const [, keys] = /get state\(\) \{[\s\S]*?return \{([\s\S]*?)\n {4}\}/.exec(element) ?? [];
  const real = found(keys, /^ {6}(\w+):/gm);
  const told = rows('Properties').find(([first]) => first === '`state`')?.[1] ?? '';
  for (const key of real) assert.ok(quoted(told).includes(key), key);
  const [, typed] = /interface PlaygroundState \{([\s\S]*?)\n\}/.exec(types) ?? [];
  same(found(typed, /^ {2}(\w+):/gm), real);
});

test('the events are those that are sent, with what is in them', () => {
  const sent = found(element, /#say\('(\w+)'/g).map((name) => `irql-${name}`);
  same(names('Events'), sent);
  same(found(types, /^ {2}'(irql-\w+)':/gm), sent);
  for (const [event, detail] of rows('Events')) {
    if (event.includes('statechange')) continue;
    const name = quoted(event)[0];
    const [, shape] = new RegExp(`'${name}': CustomEvent<([\\s\\S]*?)>;`).exec(types) ?? [];
    const typed = shape.startsWith('{')
      ? shape
      : (new RegExp(`interface ${shape} \\{([\\s\\S]*?)\\n\\}`).exec(types)?.[1] ?? '');
    same(quoted(detail), found(typed, /(\w+): /g));
  }
});

test('the parts are those in the templates', () => {
  const real = [
    ...found(allOf('src/views', '.js'), / part="([a-z]+)"/g),
    ...found(element, /part\.add\('([a-z]+)'\)/g),
  ];
  same(
    quoted(section('Parts')).filter((word) => /^[a-z]+$/.test(word)),
    real,
  );
});

test('the custom properties are those that the style sheets read', () => {
  const css = allOf('src/styles', '.css');
  same(names('Custom properties'), found(css, /var\((--irql-[a-z]+)/g));
  for (const [name, fallback] of rows('Custom properties')) {
    const [, value] = new RegExp(`var\\(${quoted(name)[0]}, (.*)\\)`).exec(css) ?? [];
    for (const part of quoted(fallback)) assert.ok(value.includes(part), `${name}: ${value}`);
  }
});

test('the messages are those that are heard and sent', () => {
  const messages = read('src/model/embed_messages.js');
  const frame = read('src/embed.js');
  const told = names('Messages');
  const heard = found(messages, /'(irql:\w+)'/g);
  const sent = found(frame, /say\('(\w+)'/g).map((name) => `irql:${name}`);
  same(told.slice(0, heard.length), heard);
  same(told.slice(heard.length), sent);

  const row = (/** @type {string} */ type) =>
    rows('Messages').find(([first]) => first === `\`${type}\``) ?? [];
  const [, callable] = /`method`: (.*?);/.exec(row('irql:call')[1]) ?? [];
  same(
    quoted(callable),
    found(messages, /const methods = (\[.*?\])/g).flatMap((l) => found(l, /'(\w+)'/g)),
  );
  const [, settable] = /of strings, of (.*)/.exec(row('irql:set')[1]) ?? [];
  for (const name of quoted(settable))
    assert.ok(answer({ type: 'irql:set', version: 1, attributes: { [name]: 'x' } }), name);
  const [list] = found(messages, /const attributes = \[([^\]]*)\]/g);
  same(quoted(settable), found(list, /'(\w+)'/g));
  const [, happens] = /`name`: (.*?);/.exec(document) ?? [];
  same(quoted(happens), found(found(frame, /of \[(.*?)\]/g)[0], /'(\w+)'/g));
});

test('the imports are those of the package', () => {
  const { name, exports } = JSON.parse(read('npm/package.json'));
  const real = Object.keys(exports).map((path) => path.replace('.', name));
  same(
    names('The npm package'),
    real.filter((path) => !path.endsWith('package.json')),
  );
});

test('the frame is what Share writes', () => {
  const written = iframe(
    'https://example.org/playground/embed.html#1.z.…',
    'IRQL Playground: A DPC behind an ISR',
  );
  assert.ok(section('The frame').includes(`\n${written}\n`));
});

test('what is quoted from a recipe is in its file, and every recipe is mentioned', () => {
  const recipes = section('Recipes') + document.slice(document.indexOf('### Plain HTML'));
  let path = '';
  let quotes = 0;
  for (const [, link, block] of recipes.matchAll(
    /\]\(\.\.\/www\/(test\/recipes\/[^)]+)\)|^```\w+\n([\s\S]*?)^```$/gm,
  )) {
    if (link) {
      path = link;
      assert.ok(existsSync(join(www, path)), path);
    } else {
      quotes++;
      assert.ok(read(path).includes(block), `not in ${path}:\n${block}`);
    }
  }
  assert.ok(quotes > 12);
  const folders = readdirSync(join(www, 'test/recipes'), { withFileTypes: true }).filter((f) =>
    f.isDirectory(),
  );
  for (const { name } of folders) {
    if (name !== 'node_modules')
      assert.match(recipes, new RegExp(`\\(\\.\\./www/test/recipes/${name}/`), name);
  }
});

test('every address within the project leads to something', () => {
  for (const [, path] of document.matchAll(/\]\((\.\.?\/[^)#]+|[\w.]+\.md)\)/g))
    assert.ok(existsSync(join(www, '../docs', path)), path);
  for (const [, anchor] of document.matchAll(/\]\(#([^)]+)\)/g)) {
    const heading = anchor.replaceAll('-', ' ');
    assert.match(document, new RegExp(`^#+ ${heading}$`, 'im'), anchor);
  }
});
