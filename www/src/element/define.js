// Defines `<irql-playground>`. Importing it twice is harmless, and so is importing it where there is no window.

import '../base/own_address.js';
import { IrqlPlayground } from './irql_playground.js';

export { IrqlPlayground };

if (globalThis.customElements && !customElements.get('irql-playground'))
  customElements.define('irql-playground', IrqlPlayground);
