// Ctrl+K: go to a page by typing part of its name.
import { announce, word } from "./words.js";

export function startPalette() {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const input = dialog.querySelector("input");
  const entries = [...dialog.querySelectorAll("[role=option]")];
  let chosen = 0;

  const shown = () => entries.filter((entry) => !entry.hidden);
  const choose = (index) => {
    const list = shown();
    chosen = list.length ? (index + list.length) % list.length : 0;
    for (const entry of entries) entry.setAttribute("aria-selected", "false");
    const entry = list[chosen];
    input.setAttribute("aria-activedescendant", entry ? entry.id : "");
    entry?.setAttribute("aria-selected", "true");
    entry?.scrollIntoView({ block: "nearest" });
  };
  const filter = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const entry of entries) {
      const name = entry.querySelector("span").textContent.toLowerCase();
      entry.hidden = !words.every((part) => name.includes(part));
    }
    dialog.querySelector(".palette-none").hidden = shown().length > 0;
    announce(`${shown().length} ${word("hits")}`);
    choose(0);
  };
  const open = () => {
    if (dialog.open) return;
    input.value = "";
    dialog.showModal();
    filter();
  };
  const go = (entry) => { if (entry) location.assign(entry.dataset.url); };

  input.addEventListener("input", filter);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); choose(chosen + step); }
    if (event.key === "Enter") { event.preventDefault(); go(shown()[chosen]); }
  });
  for (const entry of entries) entry.addEventListener("click", () => go(entry));
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
