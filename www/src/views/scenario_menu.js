// The menu of scenarios: sections, titles, what each is about, and a field that narrows the list to some words.

import { html, nothing } from 'lit/html.js';
import { icon } from './icons.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { MenuItem } from '../model/library.js' */

export class ScenarioMenu {
  #words = '';

  /**
   * @param {Playground} pg
   * @param {HTMLElement} root
   * @param {() => void} changed
   */
  constructor(pg, root, changed) {
    this.pg = pg;
    this.root = root;
    this.changed = changed;
  }

  get #popover() {
    return /** @type {HTMLElement | null} */ (this.root.querySelector('#scenarios'));
  }

  view() {
    const { pg } = this;
    const { t, title } = pg;
    return html`<button class="scenario-button" popovertarget="scenarios" aria-haspopup="true">
        <span class="hidden">${t('menu.scenario')}:</span>
        <span class="scenario-title">${pg.edited ? t('menu.edited', { title }) : title}</span>${icon('down')}
      </button>
      <div id="scenarios" class="menu scenarios" popover
        @toggle=${(/** @type {ToggleEvent} */ event) => this.#toggled(event)}
        @keydown=${(/** @type {KeyboardEvent} */ event) => this.#key(event)}>
        <div class="menu-head">
          <h2>${t('menu.scenario')}</h2>
          ${
            pg.edited
              ? html`<button class="plain" @click=${() => this.#choose(pg.state.scenario)}>${t('menu.reset')}</button>`
              : nothing
          }
          <input type="search" aria-label=${t('menu.search')} placeholder=${t('menu.search')} autocomplete="off"
            .value=${this.#words} @input=${(/** @type {InputEvent} */ event) => {
              this.#words = /** @type {HTMLInputElement} */ (event.target).value;
              this.changed();
            }}>
        </div>
        ${this.#list()}
      </div>`;
  }

  /** What has the words of the search, by section. */
  #found() {
    const words = this.#words.toLowerCase().split(/\s+/);
    return this.pg.state.menu
      .map(({ section, scenarios }) => ({ section, found: scenarios.filter((item) => hasAll(item, words)) }))
      .filter(({ found }) => found.length);
  }

  #list() {
    const { t, state } = this.pg;
    if (state.menuFailed)
      return html`<p class="note" role="alert">${t('menu.failed')}
        <button @click=${() => this.pg.loadMenu()}>${t('menu.again')}</button></p>`;
    const sections = this.#found();
    if (state.menu.length && !sections.length)
      return html`<p class="note" role="status">${t('menu.none')}</p>`;
    return sections.map(
      ({ section, found }) => html`<section>
        <h3>${t(`section.${section}`)}</h3>
        <ul>${found.map(
          (item) => html`<li><button class="item" aria-current=${item.id === state.scenario}
            @click=${() => this.#choose(item.id)}><b>${item.title}</b><span>${item.about}</span></button></li>`,
        )}</ul>
      </section>`,
    );
  }

  /** @param {string} id */
  #choose(id) {
    this.#popover?.hidePopover();
    // Within a shadow the browser does not give the focus back by itself.
    /** @type {HTMLElement | null} */ (this.root.querySelector('.scenario-button'))?.focus();
    this.pg.choose(id);
  }

  /** @param {ToggleEvent} event */
  #toggled({ newState }) {
    const menu = this.#popover;
    if (newState !== 'open') {
      // Not when it opens: whoever is quicker than the next picture must meet the whole list already.
      this.#words = '';
      this.changed();
      return;
    }
    if (!menu) return;
    if (this.pg.state.menu.length === 0) this.pg.loadMenu();
    const search = menu.querySelector('input');
    menu.querySelector('[aria-current=true]')?.scrollIntoView({ block: 'nearest' });
    // Where there is a keyboard; on a phone one would come up, and cover the list.
    if (matchMedia('(hover: hover)').matches) search?.focus({ preventScroll: true });
  }

  /**
   * Up and down through the list, Enter for the first that is found, letters for the search. The page's own
   * commands are not meant for as long as the menu is open.
   * @param {KeyboardEvent} event
   */
  #key(event) {
    const menu = this.#popover;
    const search = menu?.querySelector('input');
    if (!menu || !search || event.isComposing) return;
    event.stopPropagation();
    const items = [...menu.querySelectorAll('.item')].map((item) => /** @type {HTMLElement} */ (item));
    const here = items.indexOf(/** @type {HTMLElement} */ (event.target));
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const next = here + (event.key === 'ArrowDown' ? 1 : -1);
      (items[Math.min(next, items.length - 1)] ?? search).focus();
    } else if (event.key === 'Enter' && event.target === search) {
      event.preventDefault();
      // Not the first in the list: whoever is quicker than the next picture has not been shown what he has found.
      const [first] = this.#found();
      if (first) this.#choose(first.found[0].id);
    } else if (here >= 0 && event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey) {
      search.focus();
    }
  }
}

/**
 * @param {MenuItem} item
 * @param {string[]} words
 */
function hasAll({ id, title, about }, words) {
  const text = `${id} ${title} ${about}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/**
 * Says that a chosen scenario did not come; the page goes on with the one before.
 * @param {Playground} pg
 */
export function missingNote(pg) {
  const { missing } = pg.state;
  const { t } = pg;
  if (missing === null) return nothing;
  return html`<p class="stale-badge" role="alert">${icon('warning')} <b>${t('menu.missing', { id: missing })}</b>
    <button class="link" @click=${() => pg.choose(missing)}>${t('menu.again')}</button>
    <button class="link" @click=${() => pg.forgetMissing()}>${t('menu.forget')}</button></p>`;
}
