// The service worker of the site: once it has been visited, it works offline. All files of one version are kept together
// and answered from there, so that no page is put together from two versions; a newer one takes over when the last
// page of the older one is closed.

/** What belongs to the site, by addresses relative to it, and their version: the build writes both. */
const { files, version } = /** @type {{ files: string[], version: string }} */ (
  /** @type {any} */ (globalThis).irqlSite
);
const worker = /** @type {any} */ (globalThis);
// Another copy of the site may stand elsewhere on this host.
const prefix = `irql-playground:${worker.registration.scope}:`;
const cacheName = prefix + version;

worker.addEventListener('install', (/** @type {any} */ event) => {
  const all = files.map((file) => new Request(file, { cache: 'reload' }));
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(all)));
});

worker.addEventListener('activate', (/** @type {any} */ event) => {
  const old = (/** @type {string} */ key) => key.startsWith(prefix) && key !== cacheName;
  event.waitUntil(
    caches.keys().then((keys) => Promise.all(keys.filter(old).map((key) => caches.delete(key)))),
  );
});

worker.addEventListener('fetch', (/** @type {any} */ event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(worker.registration.scope)) return;
  event.respondWith(answer(request));
});

/** @param {Request} request */
async function answer(request) {
  const cache = await caches.open(cacheName);
  // What follows the address of the page is for the page: a language, a version of nothing.
  return (await cache.match(request, { ignoreSearch: request.mode === 'navigate' })) ?? fetch(request);
}
