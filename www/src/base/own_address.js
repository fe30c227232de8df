// Where a classic script of ours came from. That is known only while it is run for the first time: whatever is to be
// run then imports this.

/** Empty for a module, and for a script that stands in the page. */
export const ownAddress =
  /** @type {HTMLScriptElement | null} */ (globalThis.document?.currentScript ?? null)?.src ?? '';
