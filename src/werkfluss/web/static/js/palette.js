// Ctrl+K: go to a page by typing part of its name; inside a firm also to whatever the search finds.
import { announce, word } from "./words.js";

const PAUSE = 150;

export function startPalette() {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const input = dialog.querySelector("input");
  const box = dialog.querySelector("[role=listbox]");
  const pages = [...box.querySelectorAll("[role=option]")];
  const none = dialog.querySelector(".palette-none");
  let hits = [];
  let chosen = 0;
  let timer = 0;
  let asking = null;

  const shown = () => [...pages.filter((entry) => !entry.hidden), ...hits];
  const choose = (index) => {
    const list = shown();
    chosen = list.length ? (index + list.length) % list.length : 0;
    for (const entry of box.children) entry.setAttribute("aria-selected", "false");
    const entry = list[chosen];
    if (entry) input.setAttribute("aria-activedescendant", entry.id);
    else input.removeAttribute("aria-activedescendant");
    entry?.setAttribute("aria-selected", "true");
    entry?.scrollIntoView({ block: "nearest" });
  };
  const tell = () => {
    none.hidden = shown().length > 0;
    announce(`${shown().length} ${word("hits")}`);
  };
  const show = (found) => {
    for (const entry of hits) entry.remove();
    hits = found;
    box.append(...hits);
  };
  const ask = async (text) => {
    asking?.abort();
    asking = new AbortController();
    try {
      const address = `${dialog.dataset.search}?${new URLSearchParams({ q: text, part: "palette" })}`;
      const answer = await fetch(address, { signal: asking.signal, redirect: "error" });
      if (!answer.ok || text !== input.value.trim()) return;
      const part = document.createElement("template");
      part.innerHTML = await answer.text();
      // A page that is listed above already is not listed twice.
      const known = new Set(pages.map((entry) => entry.dataset.url));
      const found = [...part.content.querySelectorAll("[role=option]")];
      if (text !== input.value.trim()) return;
      const kept = shown()[chosen]?.id;
      show(found.filter((entry) => !known.has(entry.dataset.url)));
      choose(Math.max(0, shown().findIndex((entry) => entry.id === kept)));
      tell();
    } catch { /* Without an answer the pages remain; the next letter asks again. */ }
  };
  const filter = () => {
    const text = input.value.trim();
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    for (const entry of pages) {
      const name = entry.querySelector("span").textContent.toLowerCase();
      entry.hidden = !words.every((part) => name.includes(part));
    }
    // What was found for the letters before stays only as far as it still fits.
    show(hits.filter((entry) => words.every((part) => entry.textContent.toLowerCase().includes(part))));
    clearTimeout(timer);
    if (!dialog.dataset.search || !text) {
      asking?.abort();
      show([]);
      tell();
    } else {
      timer = setTimeout(() => ask(text), PAUSE);
    }
    choose(0);
  };
  const open = (event) => {
    event?.preventDefault();
    if (dialog.open) return;
    input.value = "";
    dialog.showModal();
    filter();
  };
  const go = (entry) => {
    if (entry) location.assign(entry.dataset.url);
    else if (dialog.dataset.search && input.value.trim()) {
      location.assign(`${dialog.dataset.search}?${new URLSearchParams({ q: input.value.trim() })}`);
    }
  };

  input.addEventListener("input", filter);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); choose(chosen + step); }
    if (event.key === "Enter") { event.preventDefault(); go(shown()[chosen]); }
  });
  box.addEventListener("click", (event) => go(event.target.closest("[role=option]")));
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  for (const button of document.querySelectorAll("[data-open=palette]")) {
    button.hidden = false;
    button.addEventListener("click", open);
  }
}
