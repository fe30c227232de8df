// The menu of settings; the help dialog; the panel after a crash.

import { html, nothing } from 'lit/html.js';
import { languages } from '../messages/index.js';
import { icon } from './icons.js';

/** @import { Playground } from '../model/playground.js' */

/** @param {Playground} pg */
export function settingsMenu(pg) {
  const { t } = pg;
  const { theme, motion, lang } = pg.state;
  return html`<button class="round" popovertarget="settings" aria-haspopup="true" aria-label="${t('settings.theme')}, ${t('settings.language')}"
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
    </div>
    <button class="round" aria-label=${t('help.open')} title="${t('help.open')} (?)" @click=${() => pg.showHelp(true)}>?</button>`;
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

const keys = /** @type {const} */ ([
  ['play', ['Space']],
  ['step', [',', '.'], ['←', '→']],
  ['jump', ['Shift ←', 'Shift →']],
  ['ends', ['Home', 'End']],
  ['speed', ['-', '+']],
  ['pace', ['P']],
  ['cause', ['[', ']']],
  ['zoom', ['W', 'A', 'S', 'D']],
  ['fit', ['F']],
  ['panels', ['1', '2', '3', '4', '5']],
  ['format', ['Shift Alt F']],
  ['escape', ['Esc']],
  ['help', ['?']],
]);

/** @param {Playground} pg */
export function helpDialog(pg) {
  const { t } = pg;
  return html`<dialog class="help" aria-labelledby="help-title" @close=${() => pg.showHelp(false)}
      @click=${(/** @type {Event} */ event) => event.target === event.currentTarget && pg.showHelp(false)}>
    ${
      pg.state.help
        ? html`<div class="help-inside">
      <header><h2 id="help-title">${t('help.title')}</h2>
        <button class="round" aria-label=${t('help.close')} @click=${() => pg.showHelp(false)}>${icon('cross')}</button></header>
      <table><tbody>${keys.map(
        ([name, ...groups]) => html`<tr><th scope="row">${t(`help.${name}`)}</th>
          <td>${groups.map((group) => html`<span class="keys">${group.map((key) => html`<kbd>${key}</kbd>`)}</span>`)}</td></tr>`,
      )}</tbody></table>
      <p>${t('help.note')}</p>
      <h3>${t('help.legend')}</h3>
      <ul class="signs">
        ${[
          ['isr', 'device', 'legend.isr'],
          ['dpc', 'dispatch', 'legend.dpc'],
          ['kernel-apc', 'apc', 'legend.kernelApc'],
          ['user-apc', 'apc', 'legend.userApc'],
          ['thread', 'passive', 'legend.thread'],
        ].map(
          ([kind, group, name]) =>
            html`<li><span class="card" data-kind=${kind} data-group=${group}></span>${t(name)}</li>`,
        )}
        <li><span class="card" data-kind="thread" data-group="dispatch" data-spins="true"></span>${t('legend.spin')}</li>
      </ul>
      <dl>${['IRQL', 'ISR', 'DPC', 'APC'].map((term) => html`<dt>${term}</dt><dd>${t(`term.${term}`)}</dd>`)}</dl>
    </div>`
        : nothing
    }
  </dialog>`;
}

/** @param {Playground} pg */
export function crashPanel(pg) {
  const { crash } = pg.state;
  const { t } = pg;
  if (crash === null) return nothing;
  return html`<section class="panel crash" role="alert" aria-labelledby="crash-title">
    <h2 id="crash-title">${icon('warning')} ${t('crash.title')}</h2>
    <p>${t('crash.text')}</p>
    <button class="primary" @click=${() => pg.runAgain()}>${t('crash.again')}</button>
    <details><summary>${t('crash.detail')}</summary><pre>${crash}</pre></details>
  </section>`;
}
