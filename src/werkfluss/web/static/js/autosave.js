// <form data-autosave> sends itself after a pause and says so in its [data-autosave-state]; its button stays for those without script.
import { word } from "./words.js";

export function startAutosave() {
  for (const form of document.querySelectorAll("form[data-autosave]")) {
    const state = form.querySelector("[data-autosave-state]");
    let timer = 0;
    let dirty = false;
    const say = (name) => { if (state) state.textContent = word(name); };
    const save = async () => {
      say("saving");
      dirty = false;
      try {
        const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Autosave": "1" } });
        if (!answer.ok) throw new Error(String(answer.status));
        say(dirty ? "unsaved" : "saved");
      } catch {
        dirty = true;
        say("unsaved");
      }
    };
    form.addEventListener("input", () => {
      dirty = true;
      say("unsaved");
      clearTimeout(timer);
      timer = setTimeout(save, 1200);
    });
    form.addEventListener("submit", () => { dirty = false; clearTimeout(timer); });
    addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  }
}
