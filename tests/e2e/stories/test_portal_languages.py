"""The portal of the example firm's developer on a phone, in each of its eight languages, one of them from the right."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import logged_in
from tests.e2e.stories.telling import PHONE, Story
from tests.running import Site

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("stories")]

HERSELF = "a.kulkarni@nordhessen-maschinenbau.example"
# What the start page of the portal is called.
HEADINGS = {
    "de": "Was als Nächstes geschieht",
    "en": "What happens next",
    "es": "Qué pasa ahora",
    "pt": "O que acontece a seguir",
    "tr": "Sırada ne var",
    "uk": "Що буде далі",
    "hi": "आगे क्या होगा",
    "ar": "ماذا بعد",
}
STEP = {"de": "Reisepass", "es": "Pasaporte", "uk": "Паспорт", "hi": "पासपोर्ट", "ar": "جواز السفر"}


def choose(page: Page, language: str) -> None:
    page.locator(".portal-languages summary").click()
    page.locator(f"button[name=language][value={language}]").click()
    page.locator(f"html[lang={language}]").wait_for(state="attached")


def left_of(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"]


def test_portal_is_the_same_in_eight_languages(live_site: Site, browser: Browser) -> None:
    story = Story("portal-languages")
    portal = f"{live_site.url}/o/nordhessen/portal/"
    with logged_in(browser, live_site, HERSELF, width=PHONE) as page:
        page.goto(portal)
        for language, heading in HEADINGS.items():
            choose(page, language)
            expect(page.locator("h1")).to_have_text(heading)
            # Machine-made says so; what is the product's own does not.
            expect(page.locator("p.portal-mark:visible")).to_have_count(0 if language in {"de", "en"} else 1)
            story.show(page, language)
        # Now Arabic: the sign of the firm and the icons of the menu stand on the right, days stay readable from the left.
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert left_of(page, ".portal-top .brand img") > PHONE / 2
        assert left_of(page, ".portal-menu a .icon") > PHONE / 2
        expect(page.locator(".portal-facts dd", has_text="2027").first).to_contain_text("2027")
        for language, paper in STEP.items():
            choose(page, language)
            page.goto(f"{portal}papers/")
            expect(page.locator("main")).to_contain_text(paper)
            page.goto(portal)
        choose(page, "en")
