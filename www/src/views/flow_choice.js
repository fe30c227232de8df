// The title of the flow that stands below that of DPCs; where a scenario has something for several, the reader chooses.

import { html, nothing } from 'lit/html.js';
import { secondFlows } from '../model/second_flow.js';

/** @import { Playground } from '../model/playground.js' */
/** @import { SecondFlow } from '../model/second_flow.js' */

/**
 * @param {Playground} pg
 * @param {SecondFlow} flow  The one that is on show.
 */
export function flowTitle(pg, flow) {
  const { t } = pg;
  const all = pg.state.run ? secondFlows(pg.state.run.info) : [];
  const several = all.length > 1;
  return html`<h2 id="${flow}-title" class=${several ? 'hidden' : ''}>${t(`flow.${flow}.title`)}</h2>
    ${
      several
        ? html`<div class="flows" role="group" aria-label=${t('flow.choice')}>
            ${all.map((other) => html`<button aria-pressed=${other === flow} @click=${() => pg.chooseFlow(other)}>${t(`flow.${other}.title`)}</button>`)}
          </div>`
        : nothing
    }`;
}
