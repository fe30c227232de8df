// The menu of settings, and the panel after a crash.

import { html, nothing } from 'lit/html.js';
import { languages } from '../messages/index.js';
import { icon } from './icons.js';

/** @import { Playground } from '../model/playground.js' */

/** @param {Playground} pg */
export function settingsMenu(pg) {
  const { t } = pg;
  const { theme, motion, lang } = pg.state;
  const share = html`<button class="round" aria-label=${t('share.button')} title="${t('share.button')} (L)" @click=${() => pg.showDialog('share')}>${icon('share')}</button>`;
  return html`${pg.home ? share : nothing}
    <button class="round" popovertarget="settings" aria-haspopup="true" aria-label="${t('settings.theme')}, ${t('settings.language')}"
      title="${t('settings.theme')}, ${t('settings.language')}">${icon('settings')}</button>
    <div id="settings" class="menu narrow" popover>
      ${choice(
        t('settings.language'),
        Object.entries(languages).map(([id, { name }]) => [id, name]),
        lang,
        (id) => pg.setLanguage(id),
      )}
      ${choice(
        t('settings.theme'),
        ['system', 'light', 'dark'].map((id) => [id, t(`theme.${id}`)]),
        theme,
        (id) => pg.setTheme(/** @type {any} */ (id)),
      )}
      ${choice(
        t('settings.motion'),
        ['system', 'full', 'reduced'].map((id) => [id, t(`motion.${id}`)]),
        motion,
        (id) => pg.setMotion(/** @type {any} */ (id)),
      )}
      <button class="export-narrow" @click=${() => pg.showDialog('export')}>${icon('export')} ${t('export.open')}</button>
    </div>
    <button class="round export-open" aria-label=${t('export.open')} title=${t('export.open')} @click=${() => pg.showDialog('export')}>${icon('export')}</button>
    <button class="round" aria-label=${t('help.open')} title="${t('help.open')} (?)" @click=${() => pg.showDialog('help')}>?</button>`;
}

/**
 * @param {string} name
 * @param {string[][]} options
 * @param {string} chosen
 * @param {(id: string) => void} choose
 */
function choice(name, options, chosen, choose) {
  return html`<fieldset><legend>${name}</legend>
    ${options.map(
      ([id, label]) =>
        html`<button aria-pressed=${id === chosen} lang=${id in languages ? id : nothing} @click=${() => choose(id)}>${label}</button>`,
    )}
  </fieldset>`;
}

/**
 * In the place of a picture; a figure has no editor, and its text shall still be there to read.
 * @param {Playground} pg
 */
export function crashPanel(pg) {
  const { crash } = pg.state;
  const { t } = pg;
  if (crash === null) return nothing;
  const { why, said } = crash;
  return html`<section class="panel crash" role="alert" aria-labelledby="crash-title">
    <h2 id="crash-title">${icon('warning')} ${t(`crash.${why}.title`)}</h2>
    <p>${t(`crash.${why}`)}</p>
    <button class="primary" @click=${() => pg.runAgain()}>${t('crash.again')}</button>
    <details ?open=${why === 'failed'}><summary>${t('crash.detail')}</summary><pre>${said}</pre></details>
    ${pg.state.view === 'full' || !pg.state.source ? nothing : html`<pre class="crash-source">${pg.state.source}</pre>`}
  </section>`;
}
