// The page's own source, where all of it is one file: what is saved from it needs nothing that would have to be fetched.

/**
 * Whether the page is that one file: its script stands in it.
 * @returns {boolean}
 */
export const isOneFile = () => document.querySelector('irql-playground[fills] ~ script:not([src])') !== null;

/** As it came, but for its language and its title. What a figure draws is in a shadow, and that is no part of it. */
export const ownSource = () => `<!doctype html>\n${document.documentElement.outerHTML}\n`;
