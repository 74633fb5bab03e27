/** Answers the page of one visit from what its owner asked to keep, when the network
 * does not. Keeps nothing itself: `vv-keep.js` does, in a cache whose name says of which
 * visit and until when. */
const PAGE = new URL(self.registration.scope).pathname;
const MARK = `kept ${PAGE} `;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (request.destination === "style") event.respondWith(style(request));
});

async function page(request) {
  try {
    const answer = await fetch(request);
    const isThePage = new URL(request.url).pathname === PAGE;
    if (isThePage && [403, 404, 410].includes(answer.status)) await drop();
    return answer;
  } catch {
    return (await kept()) ?? Response.error();
  }
}

async function style(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request)) ?? Response.error();
  }
}

async function kept() {
  for (const name of await names()) {
    if (Number(name.slice(MARK.length)) <= Date.now()) continue;
    return (await caches.open(name)).match(PAGE);
  }
  await drop();
  return undefined;
}

async function drop() {
  for (const name of await names()) await caches.delete(name);
  await self.registration.unregister();
}

async function names() {
  return (await caches.keys()).filter((name) => name.startsWith(MARK));
}
