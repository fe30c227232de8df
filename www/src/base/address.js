// The page's own address: the state in its fragment, and the addresses of what stands beside it. Never throws: in a
// frame of another's page the history may be forbidden.

/** What a saved file has its state in, for want of an address: `<meta name="irql-link" content="1.z.…">`. */
const stored = 'meta[name=irql-link]';

/** What is ours of what follows `#`: WordPress puts a secret behind the address of every frame. */
const bare = () => location.hash.replace(/#?\?secret=[\w-]+$/, '').replace(/^#/, '');

/** What follows `#`, or else what the file brings along; empty when there is neither. */
export const fragment = () => bare() || (document.querySelector(stored)?.getAttribute('content') ?? '');

/**
 * Takes the fragment away, since the page shows something else by now: a reload shall bring that back. Not in a frame:
 * there the host gave the address, and a reload is the host's.
 */
export function forget() {
  document.querySelector(stored)?.remove();
  if (location.hash === '' || globalThis.parent !== globalThis.self) return;
  try {
    history.replaceState(history.state, '', location.pathname + location.search);
  } catch {
    // Forbidden: the address stays, and the page goes on.
  }
}

/** @param {(fragment: string) => void} listener  Hears of each new fragment. */
export function listen(listener) {
  addEventListener('hashchange', () => listener(bare()));
}

/** The address of the page without query and fragment. */
export const page = () => location.href.replace(/[?#].*/s, '');
