// What HTMX swaps is said aloud, and the keyboard stays where it was.
import { announce, word } from "./words.js";

export function startLive() {
  document.addEventListener("htmx:afterSettle", (event) => {
    const said = event.target.querySelector?.("[data-announce]")?.textContent.trim();
    announce(said ?? (event.target.matches?.("[data-list], .list") ? word("loaded") : ""));
  });
  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, () => announce(word("failed")));
  }
  // A refused form comes back as 422 with its errors: show it.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if ([409, 422].includes(event.detail.xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
}
