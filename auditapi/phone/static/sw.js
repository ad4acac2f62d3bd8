// The service worker: the whole app, every screen and language, kept for use without a network.
// The server puts `SHELL = {version, files}` in front of this file; nothing else is cached here.
// Requests to /api/ never pass through: what was sent and received is the page's business.

/* global SHELL */
const PREFIX = "app-";
const HERE = PREFIX + SHELL.version;

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll());
});

/** All or nothing, but a request that is lost on a weak link is asked again. */
async function keepAll() {
  const cache = await caches.open(HERE);
  await Promise.all(SHELL.files.map((file) => keep(cache, file)));
}

async function keep(cache, file) {
  for (let tries = 1; !(await cache.match(file)); tries += 1) {
    try {
      await cache.add(file);
    } catch (error) {
      if (tries === 4) throw error;
      await new Promise((done) => setTimeout(done, 1000 * tries));
    }
  }
}

self.addEventListener("activate", (event) => {
  event.waitUntil(activate());
});

async function activate() {
  // The version before stays for a page that still shows it in another tab.
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== HERE);
  await Promise.all(old.slice(0, -1).map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
  // A page that began to load before this worker ruled has nobody to ask offline.
  if (event.data === "claim") event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === "/app/") {
    event.respondWith(shell(request));
  } else if (url.pathname.startsWith("/app/")) {
    event.respondWith(kept(request));
  }
});

/** The page itself: always this worker's version, so that page and modules fit together. */
async function shell(request) {
  const cache = await caches.open(HERE);
  return (await cache.match("/app/")) ?? fetch(request);
}

async function kept(request) {
  return (await caches.match(request)) ?? fetch(request);
}
