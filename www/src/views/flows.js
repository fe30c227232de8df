// The flow of DPCs, and the one that stands below it or in its place.

import { html, nothing } from 'lit/html.js';
import { secondFlow, standsAside } from '../model/second_flow.js';
import { apcFlowView } from './flow_apc.js';
import { dpcFlowView } from './flow_dpc.js';
import { waitsView } from './waits.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { Page } from './app.js' */

/**
 * @param {Playground} pg
 * @param {Page} parts
 * @param {boolean} both
 */
export function flowsView(pg, { sizes, alpc }, both) {
  const { run, flow: chosen } = pg.state;
  const second = run ? secondFlow(run.info, chosen) : null;
  const aside = run !== null && standsAside(run.info, chosen);
  return html`${aside ? nothing : dpcFlowView(pg, sizes)}
    ${!both ? place('flow') : second === 'alpc' ? (alpc.part?.view() ?? place('flow alpc')) : second === 'apc' ? apcFlowView(pg) : second === 'waits' ? waitsView(pg) : nothing}`;
}

/**
 * What keeps a panel's place until it is mounted.
 * @param {string} name
 */
export const place = (name) => html`<section class="panel ${name}"></section>`;
