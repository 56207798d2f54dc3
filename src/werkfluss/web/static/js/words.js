// Words that scripts say, in the language of the page (see base_document.html).
export const word = (name) => document.getElementById("words")?.dataset[name] ?? "";

export function announce(text) {
  const live = document.getElementById("live");
  if (!live || !text) return;
  live.textContent = "";
  // A new text in the next frame is read out even if it equals the last one.
  requestAnimationFrame(() => { live.textContent = text; });
}
