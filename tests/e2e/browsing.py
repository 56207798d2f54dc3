"""The people of the example firm, and a browser of its own for each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tests.running import Site

DIRECTOR = "k.brandt@nordhessen-maschinenbau.example"
HR = "s.vogt@nordhessen-maschinenbau.example"
ACCOUNTING = "a.gross@nordhessen-maschinenbau.example"
LEAD = "t.lindner@nordhessen-maschinenbau.example"
FREELANCER = "marlene@fuchs-redaktion.example"
OTHER_FIRM = "b.albus@werra-metallbau.example"


@contextmanager
def logged_in(browser: Browser, site: Site, email: str, *, width: int = 1440, **look: object) -> Iterator[Page]:
    """A browser of its own for one person, in German unless ``locale`` says otherwise; 390 wide is a phone."""
    options = {"locale": "de-DE", "reduced_motion": "reduce", "viewport": {"width": width, "height": 900}} | look
    context = browser.new_context(**options)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(site.url)
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", (site.data / "example-password").read_text(encoding="ascii"))
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile("/o/"))
    yield page
    context.close()
