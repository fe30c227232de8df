// What cannot wait for the rest of the page: a chosen theme holds from the first picture on, and a page that was opened
// from a disk, where browsers load no modules, is the one beside it that has everything inside.

if (location.protocol === 'file:')
  location.replace(`./irql-playground.html${location.search}${location.hash}`);

try {
  document.documentElement.dataset.theme = localStorage.getItem('irql-playground.theme') ?? 'system';
} catch {
  // A frame without storage: the system's theme it is.
}
