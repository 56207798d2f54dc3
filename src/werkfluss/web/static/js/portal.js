// The portal without a connection: the checklist, and nothing else, kept on a device the person calls the own one.
// Ticks made meanwhile wait here with the version they stand on, and are sent when the connection is back.
const CACHE = "werkfluss-portal";
const READER = "werkfluss-portal-reader";
const QUEUE = "werkfluss-portal-ticks";
const { reader, worker, scope } = document.body.dataset;
const checklist = `${scope}checklist/`;

const kept = () => localStorage.getItem(READER) === reader;
const queue = () => JSON.parse(localStorage.getItem(QUEUE) || "{}");
const keepQueue = (waiting) => localStorage.setItem(QUEUE, JSON.stringify(waiting));

async function forget() {
  localStorage.removeItem(READER);
  localStorage.removeItem(QUEUE);
  if ("caches" in window) await caches.delete(CACHE);
  for (const one of (await navigator.serviceWorker?.getRegistrations()) ?? []) {
    if (one.scope.endsWith(scope)) await one.unregister();
  }
}

async function keep() {
  const files = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")];
  const icons = [...document.querySelectorAll("use")].map((use) => use.getAttribute("href").split("#")[0]);
  const cache = await caches.open(CACHE);
  // Who may read what is kept here: the worker compares it with whoever is signed in.
  await cache.put(`${scope}reader`, new Response(reader));
  await cache.addAll([...new Set([checklist, ...files.map((file) => file.href || file.src), ...icons])]);
  await navigator.serviceWorker.register(worker, { scope });
  localStorage.setItem(READER, reader);
}

function draw(form, done, version) {
  form.querySelector("button").setAttribute("aria-pressed", String(done));
  form.elements.done.value = done ? "" : "on";
  if (version !== undefined) form.elements.version.value = version;
}

function say(name) {
  const place = document.querySelector("[data-kept]");
  if (place) place.textContent = place.dataset[name];
}

function send(form, tick) {
  const body = new FormData(form);
  body.set("done", tick.done ? "on" : "");
  body.set("version", tick.version);
  return fetch(form.action, { method: "POST", body, headers: { "X-Queue": "1" }, redirect: "error" });
}

function showOffline(away) {
  const mark = document.querySelector("[data-offline]");
  if (mark) mark.hidden = !away;
}

// A person may have several cases: a tick waits under its case, until that case's list is open. ``elements.item`` would
// be the method of that name.
const keyOf = (form) => `${form.elements.case.value} ${form.elements.namedItem("item").value}`;

async function flush(forms) {
  const waiting = queue();
  const [shown] = forms.values();
  let moved = false;
  for (const [item, tick] of Object.entries(waiting)) {
    const form = forms.get(item);
    if (!form || tick.reader !== reader) {
      if (tick.reader !== reader || item.startsWith(shown.elements.case.value)) delete waiting[item];
      continue;
    }
    let answer;
    try {
      answer = await send(form, tick);
    } catch {
      showOffline(true);
      break;
    }
    delete waiting[item];
    if (answer.ok) draw(form, tick.done, await answer.text());
    else moved = true;
  }
  keepQueue(waiting);
  if (moved) {
    sessionStorage.setItem("conflict", "1");
    location.reload();
  } else if (!Object.keys(waiting).length) {
    showOffline(false);
    if (kept()) await (await caches.open(CACHE)).add(checklist).catch(() => {});
  }
}

function startTicks() {
  const forms = new Map([...document.querySelectorAll("[data-tick]")].map((form) => [keyOf(form), form]));
  if (!forms.size) return;
  for (const [item, tick] of Object.entries(queue())) {
    if (tick.reader === reader && forms.has(item)) draw(forms.get(item), tick.done);
  }
  for (const [item, form] of forms) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const done = form.elements.done.value === "on";
      const waiting = queue();
      // Of several ticks on one line the last counts; it stands on the version the first one was made on.
      const version = waiting[item]?.version ?? form.elements.version.value;
      keepQueue({ ...waiting, [item]: { done, version, reader } });
      draw(form, done);
      await flush(forms);
    });
  }
  window.addEventListener("online", async () => {
    await flush(forms);
    if (!Object.keys(queue()).length) say("sent");
  });
  if (Object.keys(queue()).length) flush(forms);
  if (sessionStorage.getItem("conflict")) {
    sessionStorage.removeItem("conflict");
    say("conflict");
  }
}

function startKeep() {
  const panel = document.querySelector("[data-keep]");
  if (!panel || !("serviceWorker" in navigator) || !("caches" in window)) return;
  const on = panel.querySelector("[data-keep-on]");
  const off = panel.querySelector("[data-keep-off]");
  const show = () => {
    on.hidden = kept();
    off.hidden = !kept();
  };
  on.addEventListener("click", async () => {
    await keep();
    show();
    say("said");
  });
  off.addEventListener("click", async () => {
    await forget();
    show();
    say("gone");
  });
  panel.hidden = false;
  show();
}

// Somebody else signed in on this device: what the other person kept goes before anything is shown of it.
if (localStorage.getItem(READER) && !kept()) await forget();
for (const form of document.querySelectorAll("[data-sign-out]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await forget();
    form.submit();
  });
}
showOffline(!navigator.onLine);
window.addEventListener("offline", () => showOffline(true));
startTicks();
startKeep();
