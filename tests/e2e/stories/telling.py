"""What the stories share: a name, pictures for the docs, and an accessibility check of every page a story shows.

A story walks the real pages and touches nothing else. Its pictures go to ``docs/stories/<story>/`` when
``WERKFLUSS_PICTURES=1`` (``make pictures``); in every other run they are only looked at.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

from tests.axe import axe_faults

FOLDER = Path(__file__).resolve().parents[3] / "docs/stories"
MAXIMUM = 250_000
PHONE = 390


@dataclass
class Story:
    """``name`` is the folder of its pictures; they are numbered in the order they are taken."""

    name: str
    taken: list[str] = field(default_factory=list)

    def show(self, page: Page, what: str, *, whole: bool = False) -> None:
        """The page as it stands: nothing axe finds wrong, nothing that scrolls sideways, and a picture of it."""
        assert axe_faults(page) == [], f"{self.name}: {what}"
        width = page.evaluate("document.documentElement.clientWidth")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{what} scrolls sideways"
        self.taken.append(what)
        if os.environ.get("WERKFLUSS_PICTURES") != "1":
            return
        folder = FOLDER / self.name
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{len(self.taken):02}-{what}.png"
        page.screenshot(path=path, full_page=whole, animations="disabled")
        assert path.stat().st_size <= MAXIMUM, f"{path.name} is too large for the docs"
