// A message as a sign: an envelope with a chevron for its direction, and what sort of message it is by its shape.

import { html, nothing, svg } from 'lit/html.js';
import { formatBytes } from '../base/byte_format.js';

/** @import { Envelope } from '../model/flow_alpc_layout.js' */
/** @import { Translate } from '../messages/index.js' */

/** A reply is full, a datagram is dashed; a request to connect is a door, and what the kernel itself says is crossed. */
const shapes = {
  request: svg`<path class="line" d="M1 1.500h16v11H1zM1 2l8 6 8-6" />`,
  reply: svg`<path class="full" d="M1 1.500h16v11H1z" /><path class="on-full" d="M1.500 2.500L9 8l7.500-5.500" />`,
  datagram: svg`<path class="line dashed" d="M1 1.500h16v11H1z" /><path class="line" d="M2 2.500L9 8l7-5.500" />`,
  connection: svg`<path class="line" d="M4.500 13V1h9v12M1 13h16M11 7h.5" />`,
  notice: svg`<path class="line" d="M1 1.500h16v11H1zM5.500 4l7 6M12.500 4l-7 6" />`,
};
const chain = svg`<path class="line" d="M6 5.500a2.500 2.500 0 0 1 0-3.500l1-1a2.500 2.500 0 0 1 3.500 3.500l-.8.8M5 3.500a2.500 2.500 0 0 1 0 3.500l-1 1A2.500 2.500 0 0 1 .5 4.500l.8-.8" transform="translate(.5 2.500)" />`;

/**
 * @param {Envelope} envelope
 * @param {boolean} detailed  Its length stands beside it.
 * @param {Translate} said
 */
export function envelopeView(envelope, detailed, said) {
  const { key, from, id, kind, to, bytes, link } = envelope;
  const told = tell(envelope, said);
  return html`<span class="envelope" data-kind=${kind} data-to=${to} data-flip=${key} data-from=${from} role="img" aria-label=${told} title=${told}>
    <svg class="sign" viewBox="0 0 26 14" aria-hidden="true">${shapes[kind]}<path class="line" d="M20.500 3l4 4-4 4" /></svg>
    ${link === null ? nothing : html`<svg class="chain" viewBox="0 0 12 14" aria-hidden="true">${chain}</svg>`}
    <b>${id}</b>${detailed ? html` <span>${formatBytes(bytes)}</span>` : nothing}
  </span>`;
}

/**
 * @param {Envelope} envelope
 * @param {Translate} said
 */
function tell({ id, kind, type, to, bytes, held, link, handle }, said) {
  return [
    said(`alpc.envelope.${kind}`, { id, type, bytes: formatBytes(bytes) }),
    said(`alpc.envelope.${to}`),
    ...(link === null ? [] : [said('alpc.envelope.link', { section: link })]),
    ...(handle ? [said('alpc.envelope.handle', { what: handle })] : []),
    said('alpc.envelope.held', { bytes: formatBytes(held) }),
  ].join(', ');
}
