// Defines `<irql-playground>`, once.

import { IrqlPlayground } from './element.js';

export { IrqlPlayground };

if (globalThis.customElements && !customElements.get('irql-playground'))
  customElements.define('irql-playground', IrqlPlayground);
