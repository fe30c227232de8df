// What is shared opens elsewhere as the same scenario at the same moment; a link or a file that cannot be read costs
// the reader nothing.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { editor, openedPages, place, ready, rewrite, until, violations } from './page.js';

const open = openedPages({ reducedMotion: 'reduce' });

/** @typedef {import('playwright-core').Page} Page */

/** @param {Page} page */
const state = (page) =>
  page.evaluate(() => {
    const { scenario, source, seed, lang, theme, panel, run, shown, notices } = /** @type {any} */ (
      globalThis
    ).irqlPlayground.state;
    return {
      scenario,
      source,
      seed,
      lang,
      theme,
      panel,
      ran: run.source,
      len: run.len,
      n: shown.record.n,
      notices,
    };
  });

/** @param {Page} page */
const fingerprint = (page) =>
  page.evaluate(async () => {
    const pg = /** @type {any} */ (globalThis).irqlPlayground;
    return pg.engine.call('fingerprint', [pg.state.run.session]);
  });

/** Opens the dialog by its button. @param {Page} page */
async function dialog(page) {
  await page.click('button[aria-label="Share or save"]');
  await page.waitForFunction(
    () =>
      /** @type {HTMLTextAreaElement | null} */ (
        globalThis.shadow.querySelector('[data-piece=link] textarea')
      )?.value,
  );
}

/**
 * @param {Page} page
 * @param {string} piece
 */
const pieceOf = (page, piece) => page.inputValue(`[data-piece=${piece}] textarea`);

/**
 * Waits until a piece has changed.
 * @param {Page} page
 * @param {string} piece
 * @param {() => Promise<unknown>} act
 */
async function changed(page, piece, act) {
  const before = await pieceOf(page, piece);
  await act();
  await page.waitForFunction(
    ([name, old]) =>
      /** @type {HTMLTextAreaElement} */ (globalThis.shadow.querySelector(`[data-piece=${name}] textarea`))
        .value !== old,
    [piece, before],
  );
  return pieceOf(page, piece);
}

/** @param {unknown} said */
const saying = (said) => `#1.z.${deflateRawSync(JSON.stringify(said)).toString('base64url')}`;

test('a moment of a text of one’s own opens elsewhere as the same moment of the same run', async () => {
  const { page, context, complaints } = await open();
  await editor(page);
  await rewrite(page, (text) => text.replace('work 2us', 'work 3us').replace('acknowledge', '확인 确认'));
  await page.waitForFunction(() => {
    const { run, source } = /** @type {any} */ (globalThis).irqlPlayground.state;
    return run?.source === source && source.includes('work 3us');
  });
  await page.keyboard.press('Escape');
  await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.goTo(31));
  await until(page, 31);
  await page.keyboard.press('l');
  await page.waitForSelector('dialog[data-dialog=share][open] textarea');
  await page.waitForFunction(
    () =>
      /** @type {HTMLTextAreaElement | null} */ (
        globalThis.shadow.querySelector('[data-piece=link] textarea')
      )?.value,
  );
  const link = await pieceOf(page, 'link');
  assert.match(link, /#1\.z\.[\w-]+$/);

  const { page: other, context: elsewhere, complaints: more } = await open();
  await other.goto('about:blank');
  await other.goto(link);
  await ready(other);
  const [here, there] = [await state(page), await state(other)];
  assert.match(there.source, /work 3us "확인 确认/);
  assert.deepEqual(there, here);
  assert.equal(there.n, 31);
  assert.equal(await fingerprint(other), await fingerprint(page));
  assert.equal(await other.isVisible('.invitation'), false);
  assert.deepEqual([...complaints, ...more], []);
  await context.close();
  await elsewhere.close();
});

test('view, language, theme and the beginning are chosen, and the link opens so', async () => {
  const { page, context, url } = await open();
  await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.goTo(23));
  await until(page, 23);
  await dialog(page);
  assert.match(await pieceOf(page, 'link'), /#1\.s\.packet-story&at=23&run=[0-9a-f]{16}$/);
  const view = await changed(page, 'link', () => page.selectOption('[name=share-view]', 'timeline'));
  assert.match(view, /&view=timeline/);
  const korean = await changed(page, 'iframe', () => page.selectOption('[name=share-lang]', 'ko'));
  assert.match(korean, /embed\.html#1\.s\.packet-story&amp;at=23&amp;view=timeline&amp;lang=ko&amp;run=/);
  assert.match(korean, /title="IRQL Playground: 패킷 하나의 여정/);
  const dark = await changed(page, 'element', () => page.selectOption('[name=share-theme]', 'dark'));
  assert.match(dark, /<irql-playground at="23" view="timeline" lang="ko" theme="dark">\n<pre>\ntitle /);
  const start = await changed(page, 'link', () => page.click('[name=share-moment] >> nth=1'));
  assert.doesNotMatch(start, /at=/);

  const { page: other, context: elsewhere } = await open();
  await other.goto(start);
  await other.reload();
  await ready(other);
  const { lang, theme, panel, n } = await state(other);
  assert.deepEqual([lang, theme, panel, n], ['ko', 'dark', 'timeline', 0]);
  // A link dresses the page for itself only.
  await other.goto('about:blank');
  await other.goto(url);
  await ready(other);
  assert.deepEqual([(await state(other)).lang, (await state(other)).theme], ['en', 'system']);
  await context.close();
  await elsewhere.close();
});

test('a piece is copied; where the clipboard is forbidden, it is selected and that is said', async () => {
  const { page, context, url } = await open();
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(url).origin });
  await dialog(page);
  await page.click('[data-piece=markdown] button');
  await page.waitForFunction(
    () => globalThis.shadow.querySelector('[data-piece=markdown] button')?.textContent?.trim() === 'Copied',
  );
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, await pieceOf(page, 'markdown'));
  assert.match(copied, /^\[A packet arrives\\: interrupt, DPC, APC, callback\]\(<http/);
  await page.evaluate(() => {
    Object.defineProperty(navigator, 'clipboard', { value: undefined });
  });
  await page.click('[data-piece=link] button');
  await page.waitForSelector('[data-piece=link] [role=alert]');
  const selected = await page.evaluate(() => {
    const field = /** @type {HTMLTextAreaElement} */ (globalThis.shadow.activeElement);
    return field.value.slice(field.selectionStart, field.selectionEnd);
  });
  assert.equal(selected, await pieceOf(page, 'link'));
  await context.close();
});

test('a seed in a link is the run’s, and is shared on', async () => {
  const { page, context, url } = await open();
  const text = (seed = '') => `title "Chance";
machine { end: 1ms; ${seed} }
device D { irql: 5; isr: I; }
isr I { work 1us; }
every 50us jitter 20us interrupt D;
`;
  const runs = [];
  for (const said of [{ t: text(), s: 12345 }, { t: text('seed: 12345;') }, { t: text() }]) {
    await page.goto('about:blank');
    await page.goto(url + saying(said));
    await ready(page);
    const { seed, source, notices } = await state(page);
    assert.deepEqual([seed, source, notices], [said.s ?? null, said.t, []]);
    runs.push(await fingerprint(page));
    if (said.s === undefined) continue;
    assert.equal(
      (await page.evaluate(() => /** @type {any} */ (globalThis).irqlPlayground.sharing.toLink(false))).seed,
      12345,
    );
    await dialog(page);
    assert.match(await page.innerText('dialog.share'), /seed 12345/);
  }
  assert.equal(runs[0], runs[1]);
  assert.notEqual(runs[0], runs[2]);
  await context.close();
});

test('a marker is found by name, wherever it is by now; a place beyond the end is the end', async () => {
  const { page, context, url } = await open();
  await page.goto(`${url}#1.s.packet-story&at=1&marker=deferred`);
  await page.waitForFunction(() => /** @type {any} */ (globalThis).irqlPlayground.state.link);
  await page.waitForFunction(
    () => /** @type {any} */ (globalThis).irqlPlayground.state.shown.record.kind === 'MarkerReached',
  );
  assert.match(await page.innerText('.narration'), /The DPC runs in a borrowed thread/);
  await page.goto(`${url}#1.s.packet-story&at=4000000000&marker=gone`);
  await page.waitForFunction(() => /** @type {any} */ (globalThis).irqlPlayground.atEnd);
  await page.goBack();
  await page.waitForFunction(() => !(/** @type {any} */ (globalThis).irqlPlayground.atEnd));
  assert.match(await page.innerText('.narration'), /The DPC runs in a borrowed thread/);
  await context.close();
});

test('a broken link is said in a sentence, and the page is whole', async () => {
  const { page, context, url, complaints } = await open();
  await editor(page);
  await rewrite(page, (text) => text.replace('work 2us', 'work 8us'));
  for (const [fragment, sentence] of /** @type {const} */ ([
    ['#1.z.AAAA', /damaged/],
    ['#2.z.AAAA', /newer version/],
    [saying({ t: 'x', v: '<img src=x onerror=alert(1)>' }), /does not understand/],
    [`#1.z.${deflateRawSync(Buffer.alloc(50_000_000)).toString('base64url')}`, /1 MB/],
  ])) {
    await page.goto('about:blank');
    await page.goto(url + fragment);
    await ready(page);
    await page.waitForSelector('.notice[role=alert]');
    assert.match(await page.innerText('.notice'), sentence);
    assert.match((await state(page)).source, /work 8us/);
    await page.click('.notice button');
    await page.waitForSelector('.notice', { state: 'detached' });
    await page.keyboard.press('.');
    await until(page, 1);
  }
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a link leaves the reader’s own text alone, and gives it back', async () => {
  const { page, context, url } = await open();
  await editor(page);
  await rewrite(page, (text) => text.replace('work 2us', 'work 8us'));
  await page.goto('about:blank');
  await page.goto(`${url}#1.s.spin-lock`);
  await ready(page);
  assert.equal((await state(page)).scenario, 'spin-lock');
  await page.click('.notice button:text("Back to my text")');
  await page.waitForFunction(() => {
    const { run, source } = /** @type {any} */ (globalThis).irqlPlayground.state;
    return run?.source === source && source.includes('work 8us');
  });
  assert.equal(new URL(page.url()).hash, '');
  await page.goto('about:blank');
  await page.goto(`${url}#1.s.spin-lock`);
  await ready(page);
  await page.goto('about:blank');
  await page.goto(url);
  await ready(page);
  assert.match((await state(page)).source, /work 8us/);
  await context.close();
});

test('a run that the simulator makes differently by now is told', async () => {
  const { page, context, url } = await open();
  await page.goto(`${url}#1.s.packet-story&at=5&run=0000000000000000`);
  await page.waitForSelector('.notice[role=alert]');
  assert.match(await page.innerText('.notice'), /runs the scenario differently/);
  await until(page, 5);
  await context.close();
});

/**
 * Drops a file on the page.
 * @param {Page} page
 * @param {string} where
 * @param {{ name: string, bytes: number[] }} file
 */
async function drop(page, where, file) {
  const transfer = await page.evaluateHandle(({ name, bytes }) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(bytes)], name));
    return data;
  }, file);
  for (const event of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent(where, event, { dataTransfer: transfer });
}

test('a file that is dropped is the scenario, and the text before it comes back', async () => {
  const { page, context, complaints } = await open();
  await editor(page);
  await rewrite(page, (text) => text.replace('work 2us', 'work 8us'));
  const text = 'title "떨어뜨린 것";\r\nthread T (priority: 8) { work 5us; }\r\n';
  // On the editor, which would put the words of the file between the reader's own.
  await drop(page, '.cm-content', { name: 'mine.irql', bytes: [...new TextEncoder().encode(text)] });
  await page.waitForFunction(() => {
    const { run, source } = /** @type {any} */ (globalThis).irqlPlayground.state;
    return run?.source === source && source.startsWith('title "떨어뜨린 것";\n');
  });
  assert.equal((await state(page)).source, text.replaceAll('\r', ''));
  assert.match(await page.innerText('.scenario-title'), /^떨어뜨린 것$/);
  assert.equal(await page.locator('[data-drop]').count(), 0);

  await drop(page, '.stage', { name: 'picture.png', bytes: [0x89, 0x50, 0x4e, 0x47, 0, 0] });
  await page.waitForSelector('.notice[role=alert]');
  assert.match(await page.innerText('.notice'), /“picture\.png” is not a text file/);
  assert.equal((await state(page)).source, text.replaceAll('\r', ''));

  await dialog(page);
  await page.click('[data-action=back]');
  await page.waitForFunction(() =>
    /** @type {any} */ (globalThis).irqlPlayground.state.run.source.includes('work 8us'),
  );
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a scenario is saved as a file, and a file is opened from the dialog', async () => {
  const { page, context } = await open();
  await dialog(page);
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-action=save]')]);
  assert.equal(download.suggestedFilename(), 'packet-story.irql');
  const saved = readFileSync(await download.path(), 'utf8');
  assert.equal(saved, (await state(page)).source);
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('[data-action=open]')]);
  const text = 'title "Opened";\nthread T (priority: 8) { work 5us; }\n';
  await chooser.setFiles({ name: 'opened.irql', mimeType: 'text/plain', buffer: Buffer.from(text) });
  await page.waitForFunction(
    (wanted) => /** @type {any} */ (globalThis).irqlPlayground.state.run?.source === wanted,
    text,
  );
  assert.equal(await page.locator('dialog[open]').count(), 0);
  await context.close();
});

test('a long link is told to be one', async () => {
  const { page, context } = await open();
  await page.evaluate(() => {
    const words = Array.from({ length: 700 }, (_, i) => ((i * 2654435761) >>> 0).toString(36)).join(' ');
    /** @type {any} */ (globalThis).irqlPlayground.edit(`// ${words}\nthread T (priority: 8) { work 5us; }`);
  });
  await dialog(page);
  assert.match(
    await page.innerText('[data-piece=link]'),
    /\d,\d{3} characters.*cut links of more than 2,000/s,
  );
  await context.close();
});

for (const [name, options] of Object.entries({
  light: {},
  'dark, Korean': { colorScheme: 'dark', locale: 'ko-KR' },
  '390 px': { viewport: { width: 390, height: 844 } },
  'forced colours': { forcedColors: 'active' },
})) {
  test(`the dialog and what is said can be used by everybody: ${name}`, async () => {
    const { page, context, url } = await open(/** @type {any} */ (options));
    await page.goto(`${url}#1.z.AAAA`);
    await page.waitForSelector('.notice');
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('l');
    await page.waitForFunction(
      () =>
        /** @type {HTMLTextAreaElement | null} */ (
          globalThis.shadow.querySelector('[data-piece=link] textarea')
        )?.value,
    );
    assert.deepEqual(await violations(page), []);
    const over = await page
      .locator('dialog[open]')
      .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    assert.ok(over <= 0, `${over} px too wide`);
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => /** @type {any} */ (globalThis).irqlPlayground.state.dialog === null);
    assert.equal(await place(page), 0);
    await context.close();
  });
}
