// A chosen theme holds from the first picture on; the rest of the page comes later.

try {
  document.documentElement.dataset.theme = localStorage.getItem('irql-playground.theme') ?? 'system';
} catch {
  // A frame without storage: the system's theme it is.
}
