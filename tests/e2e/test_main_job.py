"""The main job as people do it: in the browser, on the example firm, with the real web server and worker."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import ACCOUNTING, DIRECTOR, FREELANCER, LEAD, OTHER_FIRM, logged_in
from tests.e2e.keystrokes import Hand
from tests.running import Site

# One site for all: where tests are shared out among processes, these stay together.
pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("main job")]


def test_first_start_reaches_the_published_plan_and_approved_bookings(live_site: Site, browser: Browser) -> None:
    with logged_in(browser, live_site, DIRECTOR) as page:
        page.goto(f"{live_site.url}/o/nordhessen/plan/")
        expect(page.locator(".plan-bar .status")).to_contain_text("veröffentlicht")
        expect(page.locator(".g-bar").nth(40)).to_be_attached()
        page.goto(f"{live_site.url}/o/nordhessen/bookings/")
        expect(page.locator("main")).to_contain_text("freigegeben")
        expect(page.locator("main")).to_contain_text("unvollständig")


def test_plan_is_made_anew_changed_with_a_reason_and_published(live_site: Site, browser: Browser) -> None:
    with logged_in(browser, live_site, LEAD) as page:
        page.goto(f"{live_site.url}/o/nordhessen/plan/")
        page.get_by_role("button", name="Neu planen").click()
        publish = page.get_by_role("button", name="Plan veröffentlichen")
        publish.wait_for(timeout=240_000)
        # The card of a task with another permitted option.
        bars = page.locator("a.g-bar-plain").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        card = _card_with_a_choice(page, live_site, bars)
        assert card, "no task has a second permitted option"
        page.get_by_text("Wählen", exact=False).first.click()
        page.locator(".choose[open] input[name=reason]").fill("kennt den Bereich")
        page.get_by_role("button", name="Mit dieser Begründung wählen").first.click()
        publish.wait_for(timeout=240_000)
        publish.click()
        expect(page.locator("main")).to_contain_text("Der Plan ist veröffentlicht")


def _card_with_a_choice(page: Page, site: Site, addresses: list[str]) -> str:
    for address in addresses:
        page.goto(f"{site.url}{address}")
        if page.locator(".choose").count():
            return address
    return ""


def test_uncertain_booking_is_corrected_beside_its_source(live_site: Site, browser: Browser) -> None:
    with logged_in(browser, live_site, ACCOUNTING) as page:
        page.goto(f"{live_site.url}/o/nordhessen/bookings/")
        page.get_by_role("link", name=re.compile("FS-26|·")).first.wait_for()
        line = page.locator("tr", has_text="unsicher").filter(has_text="vorgeschlagen").first
        line.get_by_role("link").first.click()
        expect(page.locator("main")).to_contain_text("Was der Agent gefunden hat")
        expect(page.locator("main")).to_contain_text("Rechnungsnummer")


def test_freelancer_sees_own_orders_only_and_accepts(live_site: Site, browser: Browser) -> None:
    with logged_in(browser, live_site, FREELANCER) as page:
        page.goto(f"{live_site.url}/o/nordhessen/my-orders/")
        page.get_by_role("link", name="Anwenderhandbuch schreiben").click()
        page.locator("summary", has_text="Annehmen").click()
        page.locator("details[open] form button").click()
        expect(page.locator("main")).to_contain_text("Der Auftrag ist vereinbart")
        expect(page.locator("main")).not_to_contain_text("Gegenvorschlag")
        assert "Albrecht" not in page.content()
        assert "Reiter" not in page.content()
        refused = page.goto(f"{live_site.url}/o/nordhessen/plan/")
        assert refused is not None
        assert refused.status == 403


def test_other_firm_finds_nothing(live_site: Site, browser: Browser) -> None:
    with logged_in(browser, live_site, OTHER_FIRM) as page:
        answer = page.goto(f"{live_site.url}/o/nordhessen/plan/")
        assert answer is not None
        assert answer.status == 404


def test_language_and_theme_change_and_stay(live_site: Site, browser: Browser) -> None:
    with logged_in(browser, live_site, DIRECTOR, color_scheme="dark") as page:
        page.goto(f"{live_site.url}/o/nordhessen/")
        page.get_by_role("button", name=re.compile("EN|English")).first.click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.goto(f"{live_site.url}/o/nordhessen/plan/")
        expect(page.locator("main")).to_contain_text("By task")
        page.get_by_role("button", name=re.compile("DE|Deutsch")).first.click()
        expect(page.locator("html")).to_have_attribute("lang", "de")


def test_nothing_is_loaded_from_outside(live_site: Site, browser: Browser) -> None:
    with logged_in(browser, live_site, DIRECTOR) as page:
        foreign: list[str] = []
        page.on("request", lambda request: foreign.append(request.url) if live_site.url not in request.url else None)
        for path in ("", "plan/", "my-tasks/", "bookings/", "projects/"):
            page.goto(f"{live_site.url}/o/nordhessen/{path}")
        assert [url for url in foreign if not url.startswith("data:")] == []


def test_goal_in_one_sentence_is_a_published_plan_within_two_minutes_of_human_time(
    live_site: Site, browser: Browser, record_property: pytest.RecordProperty
) -> None:
    """Issue 4: from sentence to delegated plan. The person reads the suggestions, the whole draft and the plan's bar."""
    with logged_in(browser, live_site, DIRECTOR) as page:
        hand = Hand()
        hand.click(page.get_by_role("link", name="Projekte", exact=True).first)
        hand.click(page.get_by_role("link", name="Ziel zerlegen"))
        hand.write(page.get_by_label("Was soll erreicht werden?"), "Beschwerde eines Kunden bearbeiten", enter=True)
        offered = page.get_by_role("link", name=re.compile("Als Projekt")).first
        offered.wait_for()
        hand.read(page.locator("main"))
        hand.click(offered)
        delegate = page.get_by_role("button", name="Anlegen und delegieren")
        delegate.wait_for()
        hand.read(page.locator("main"))
        hand.click(delegate)
        publish = page.get_by_role("button", name="Plan veröffentlichen")
        publish.wait_for(timeout=240_000)
        hand.read(page.locator(".plan-bar"))
        hand.click(publish)
        expect(page.locator("main")).to_contain_text("Der Plan ist veröffentlicht")
        page.goto(f"{live_site.url}/o/nordhessen/projects/?q=Beschwerde")
        page.get_by_role("link", name="Beschwerde eines Kunden bearbeiten").first.click()
        expect(page.locator("main")).to_contain_text("zugeteilt")
    record_property("human time", str(hand))
    assert hand.clicks <= 8, hand
    assert hand.seconds < 120, hand
