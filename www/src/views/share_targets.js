// What stands beside the page and can be shared, by address relative to it; `null` for what this build does not have.

export const beside = {
  /** The page for frames; it reads the same fragment as this one. */
  frame: './embed.html',
  /** The module that defines the element. */
  element: './element.js',
  /** The whole page in one file; `base/address.js` finds the state that is put into it. @type {string | null} */
  file: 'irql-playground.html',
};
