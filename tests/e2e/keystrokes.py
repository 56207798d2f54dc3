"""What a person has to do on a page, counted, and how long that takes by the keystroke-level model.

Card, Moran, Newell: The Psychology of Human-Computer Interaction (1983), chapter 8. Times in seconds; the program's own
time is not the person's and is left out. Reading is not in the model: words at 238 a minute (Brysbaert 2019, silent
reading of non-fiction).
"""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator

KEY = 0.28  # an average typist who is no secretary
POINT = 1.10
PRESS = 0.20  # down and up
HOMING = 0.40  # between mouse and keys
THINK = 1.35  # before each thing that is meant
WORDS_A_MINUTE = 238
# Small pictures are looked at, not read; of a list only the chosen entry is to be seen; a label that stands in every
# row is read once.
_WORDS = """root => {
  const seen = new Set();
  const count = text => {
    const said = text.trim().replace(/\\s+/g, ' ');
    if (!said || seen.has(said)) return 0;
    seen.add(said);
    return said.split(' ').length;
  };
  let words = 0;
  const walk = node => {
    if (node.nodeType === Node.TEXT_NODE) { words += count(node.data); return; }
    if (node.nodeType !== Node.ELEMENT_NODE || node.tagName === 'svg' || !node.checkVisibility()) return;
    if (node.classList.contains('visually-hidden')) return;
    if (node.tagName === 'SELECT') { words += count(node.selectedOptions[0]?.text ?? ''); return; }
    if (node.tagName === 'INPUT' && ['text', 'date', 'number'].includes(node.type)) words += count(node.value);
    node.childNodes.forEach(walk);
  };
  walk(root);
  return words;
}"""


@dataclass
class Hand:
    """Does things on a page as a person would, and counts them."""

    clicks: int = 0
    keys: int = 0
    thoughts: int = 0
    homings: int = 0
    words: int = 0

    def click(self, where: Locator) -> None:
        where.click()
        self.clicks += 1
        self.thoughts += 1

    def write(self, where: Locator, text: str, *, enter: bool = False) -> None:
        """Point at a field, type into it, and take the mouse again."""
        where.click()
        where.press_sequentially(text)
        if enter:
            where.press("Enter")
        self.clicks += 1
        self.keys += len(text) + enter
        self.thoughts += 1
        self.homings += 2

    def read(self, what: Locator) -> None:
        """Every word that is to be seen: texts, what stands in fields, and what is chosen of a list."""
        self.words += int(what.evaluate(_WORDS))

    @property
    def seconds(self) -> float:
        acting = self.clicks * (POINT + PRESS) + self.keys * KEY + self.homings * HOMING
        return acting + self.thoughts * THINK + self.words / WORDS_A_MINUTE * 60

    def __str__(self) -> str:
        return f"{self.clicks} clicks, {self.keys} keys, {self.words} words read: {self.seconds:.0f} s"
