// Answers for one page when there is no connection: the checklist of the person who kept it on this device.
// No other page, no answer to a form and nothing of anybody else is ever kept.
const CACHE = "werkfluss-portal";
const scope = new URL(self.registration.scope).pathname;
const checklist = `${scope}checklist/`;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function owner() {
  const found = await (await caches.open(CACHE)).match(`${scope}reader`);
  return found ? found.text() : "";
}

async function page(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    const reader = answer.headers.get("X-Portal-Reader");
    if (answer.redirected || (reader && reader !== (await owner()))) {
      // Signed out, or somebody else: what was kept is not theirs.
      await caches.delete(CACHE);
    } else if (answer.ok && reader) {
      await cache.put(checklist, answer.clone());
    }
    return answer;
  } catch (error) {
    return (await cache.match(checklist)) || Promise.reject(error);
  }
}

async function file(request) {
  const found = await (await caches.open(CACHE)).match(request, { ignoreSearch: true });
  return found || fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname === checklist) event.respondWith(page(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => Response.redirect(checklist)));
  }
});
