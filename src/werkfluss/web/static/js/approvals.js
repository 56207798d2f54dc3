// Single keys of the approvals: a approve, r reject, n next. They can be switched off in the profile.
if (document.body.dataset.keys !== "off") {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    const target = document.querySelector(`[data-hotkey="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    // A rejection needs a word: the key leads to the note first.
    const note = event.key === "r" && target.form?.elements.note;
    if (note && !note.value.trim()) note.focus();
    else target.click();
  });
}
