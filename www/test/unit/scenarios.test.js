// The menu that the build makes: every scenario is in it, in every language, and it leads to the texts.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { engineCheck, firstSentence, listedScenarios, menuIn } from '../../scripts/scenarios.mjs';
import { languages } from '../../src/messages/index.js';
import { Library } from '../../src/model/library.js';

const check = await engineCheck(join(import.meta.dirname, '../../src/generated'));

for (const [lang, { load }] of Object.entries(languages)) {
  test(`the menu in ${lang} has a section name, a title and a sentence for everything`, async () => {
    const messages = await load();
    const english = new Map(menuIn(check, 'en').flatMap((s) => s.scenarios.map((item) => [item.id, item])));
    for (const { section, scenarios } of menuIn(check, lang)) {
      assert.ok(messages[`section.${section}`], `no catalogue name for the section “${section}”`);
      assert.ok(scenarios.length, section);
      for (const { id, title, about } of scenarios) {
        assert.ok(title && about, id);
        if (lang === 'en') continue;
        assert.notEqual(title, english.get(id)?.title, `${id} has no title in ${lang}`);
        assert.notEqual(about, english.get(id)?.about, `${id} has no explanation in ${lang}`);
      }
    }
  });
}

test('every section is listed once, and the reader begins with the packet', () => {
  const sections = listedScenarios().map(({ section }) => section);
  assert.equal(new Set(sections).size, sections.length);
  assert.equal(listedScenarios()[0].names[0], 'packet-story');
});

test('the first sentence ends where a sentence does', () => {
  assert.equal(firstSentence('It takes 0.5us at HIGH_LEVEL. Then more.'), 'It takes 0.5us at HIGH_LEVEL.');
  assert.equal(firstSentence('패킷 하나가 내려갑니다. 다음.'), '패킷 하나가 내려갑니다.');
  assert.equal(firstSentence('跟随一个数据包。然后。'), '跟随一个数据包。');
  assert.equal(firstSentence('No end'), 'No end');
});

test('a text is fetched once and kept; after a failure it may be tried again', async () => {
  /** @type {string[]} */
  const asked = [];
  let online = false;
  const library = new Library({
    first: { id: 'first', text: 'thread First {}' },
    fetchFile: async (name) => {
      asked.push(name);
      if (!online) throw new Error('offline');
      return `text of ${name}`;
    },
  });
  assert.equal(await library.text('first'), 'thread First {}');
  await assert.rejects(library.text('other'), /offline/);
  online = true;
  assert.equal(library.known('other'), undefined);
  assert.equal(await library.text('other'), 'text of other.irql');
  assert.equal(await library.text('other'), 'text of other.irql');
  assert.equal(library.known('other'), 'text of other.irql');
  assert.deepEqual(asked, ['other.irql', 'other.irql']);
});
