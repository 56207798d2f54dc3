// Messages can be closed. They do not vanish by themselves: who reads slowly still finds "Undo" (WCAG 2.2.1).
export function startToasts() {
  const arm = (root) => {
    for (const button of root.querySelectorAll("[data-dismiss]")) {
      button.hidden = false;
      button.onclick = () => {
        button.closest("[data-toast]").remove();
        document.getElementById("main")?.focus();
      };
    }
  };
  arm(document);
  document.addEventListener("htmx:oobAfterSwap", () => arm(document));
}
