"""A CFO in two firms: days of both, limits that approvals ask, and marked texts of one that the other never hears."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import DIRECTOR, OTHER_FIRM, logged_in
from tests.e2e.stories.telling import PHONE, Story
from tests.running import Site

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("stories")]

CFO = "stein@stein-finanzleitung.example"
NAME = "Dr. Ulrike Stein"
CANARY = "KANARIENVOGEL"
OURS, THEIRS = "/o/nordhessen/", "/o/werra-metall/"
# Where the neighbour, and the CFO inside the neighbour, would read of us if anything leaked.
LOOKED_AT = ("", "mandates/", "mandates/decisions/", "powers/", "competitors/", "people/", "orders/", "evidence/",
             "deadlines/", "documents/", "members/", "approvals/", "payments/", "planner/", "my-orders/",
             "my-mandates/decisions/", f"search/?q={CANARY[:8]}")  # fmt: skip


@pytest.fixture
def story() -> Story:
    return Story("fractional")


@pytest.fixture
def phone(live_site: Site, browser: Browser) -> Iterator[Page]:
    """The CFO's phone; she belongs to two firms, so the log-in leads to a choice."""
    context = browser.new_context(locale="de-DE", viewport={"width": PHONE, "height": 844})
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(live_site.url)
    page.fill("input[name=login]", CFO)
    page.fill("input[name=password]", (live_site.data / "example-password").read_text(encoding="ascii"))
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{live_site.url}/")
    yield page
    context.close()


def test_cfo_of_two_firms_decides_within_limits_and_nothing_passes(
    live_site: Site, browser: Browser, phone: Page, story: Story
) -> None:
    url = live_site.url
    _days_of_both_firms(phone, url, story)
    with logged_in(browser, live_site, OTHER_FIRM) as neighbour, logged_in(browser, live_site, DIRECTOR) as ours:
        _neighbour_sees_taken_days_only(neighbour, url, story)
        _director_gives_a_limit(ours, url)
        _conflict_is_declared_without_a_name(phone, url, story)
        _conflict_is_waived(ours, url, story)
        _above_the_limit_two_sign(phone, ours, url, story)
        _decision_is_logged(phone, story)
        _nothing_is_heard_next_door(phone, neighbour, url)
    _file_says_busy_and_nothing_else(phone, url)


def _days_of_both_firms(phone: Page, url: str, story: Story) -> None:
    phone.goto(f"{url}/my-firms/")
    main = phone.locator("main")
    for words in ("Nordhessen Maschinenbau GmbH", "Werra Metallbau GmbH", "4 von 4 Tagen je Woche zugesagt"):
        expect(main).to_contain_text(words)
    story.show(phone, "meine-tage")


def _open_mandate(page: Page, url: str, firm: str) -> None:
    page.goto(f"{url}{firm}mandates/")
    page.get_by_role("link", name=NAME).first.click()
    expect(page.locator("h1")).to_contain_text(NAME)


def _neighbour_sees_taken_days_only(neighbour: Page, url: str, story: Story) -> None:
    _open_mandate(neighbour, url, THEIRS)
    main = neighbour.locator("main")
    expect(main).to_contain_text("nicht verfügbar")
    expect(main).not_to_contain_text("Nordhessen")
    story.show(neighbour, "der-nachbar-sieht-nur-belegt")


def _director_gives_a_limit(ours: Page, url: str) -> None:
    """The role opens the pages, the limit decides; the neighbour is on the list of competitors."""
    ours.goto(f"{url}{OURS}members/")
    ours.get_by_role("link", name=NAME).first.click()
    ours.get_by_label("Leitung", exact=False).first.check()
    ours.get_by_role("button", name="Speichern").click()
    _open_mandate(ours, url, OURS)
    ours.get_by_role("link", name="Grenze eintragen").click()
    expect(ours.get_by_label("Person")).to_have_value(re.compile(".+"))
    ours.get_by_label("Für", exact=True).select_option("booking")
    ours.get_by_label("Allein, je Fall, in Euro").fill("10,00")
    ours.get_by_label("Grundlage").fill(f"Dienstvertrag § 5 {CANARY}")
    ours.get_by_role("button", name="Eintragen", exact=True).click()
    expect(ours.locator("main")).to_contain_text("Die Grenze gilt")
    ours.goto(f"{url}{OURS}competitors/")
    ours.get_by_label("Name der Firma").fill("Werra Metallbau")
    ours.get_by_role("button", name="Auf die Liste setzen").click()
    expect(ours.locator("main")).to_contain_text("Auf der Liste")


def _conflict_is_declared_without_a_name(phone: Page, url: str, story: Story) -> None:
    phone.goto(f"{url}/my-firms/")
    hint = phone.locator(".notice", has_text="Wettbewerberliste von Nordhessen")
    expect(hint).to_contain_text("diesen Hinweis sehen nur Sie")
    phone.get_by_role("link", name="Nordhessen Maschinenbau GmbH").first.click()
    phone.get_by_role("link", name="Interessenkonflikte erklären").click()
    phone.get_by_role("group", name="Arbeiten Sie für einen Wettbewerber").get_by_label("ja", exact=True).check()
    phone.get_by_role("group", name="ein weiteres Mandat").get_by_label("ja", exact=True).check()
    phone.get_by_role("group", name="Beteiligungen").get_by_label("nein", exact=True).check()
    story.show(phone, "konflikt-erklaeren")
    phone.get_by_role("button", name="Jetzt erklären").click()
    expect(phone.locator("main")).to_contain_text("Das gilt ein Jahr")


def _conflict_is_waived(ours: Page, url: str, story: Story) -> None:
    _open_mandate(ours, url, OURS)
    section = ours.locator("section", has=ours.locator("#conflicts"))
    expect(section).to_contain_text("Arbeitet für einen Wettbewerber dieser Firma.")
    expect(section).not_to_contain_text("Werra")
    section.scroll_into_view_if_needed()
    story.show(ours, "konflikt-ohne-namen")
    section.get_by_label("Grund, trotzdem weiterzumachen").fill(f"Anderer Markt {CANARY}")
    section.get_by_role("button", name="Hinnehmen").click()
    expect(ours.locator("main")).to_contain_text("Hingenommen")


def _above_the_limit_two_sign(phone: Page, ours: Page, url: str, story: Story) -> None:
    """A booking above her limit is refused with the reason; she signs first, the managing director releases."""
    phone.goto(f"{url}{OURS}bookings/?state=proposed&light=unsicher")
    phone.get_by_role("link", name="Weserkurier Logistik GmbH").first.press("Enter")
    phone.wait_for_url(re.compile(r"/bookings/[0-9a-f-]{36}/"))
    line = phone.url
    expect(phone.locator(".notice").first).to_contain_text("liegen über Ihrer Grenze von 10,00 EUR je Fall")
    phone.get_by_role("button", name="Als Erste von zweien unterschreiben").click()
    expect(phone.locator("main")).to_contain_text("hat am")
    story.show(phone, "erste-unterschrift")
    ours.goto(f"{url}{OURS}")
    expect(ours.locator("main")).to_contain_text(f"{NAME} hat als Erste unterschrieben")
    ours.goto(line)
    ours.get_by_role("button", name="Freigeben").first.click()
    expect(ours.locator("main")).to_contain_text("Freigegeben")


def _decision_is_logged(phone: Page, story: Story) -> None:
    phone.goto(phone.url.partition("/o/")[0] + "/my-firms/")
    phone.get_by_role("link", name="Nordhessen Maschinenbau GmbH").first.click()
    expect(phone.locator("main")).to_contain_text("zu zweit")
    phone.get_by_label("Was entschieden wurde").fill(f"Rechnung zur Zahlung empfohlen {CANARY}")
    phone.get_by_label("Warum").fill(f"Leistung ist erbracht {CANARY}")
    phone.get_by_label("Gehört zur Unterschrift").select_option(index=1)
    phone.get_by_role("button", name="Entscheidung festhalten").click()
    expect(phone.locator("main")).to_contain_text("Die Entscheidung steht im Protokoll")
    phone.get_by_role("link", name="Alle", exact=True).first.click()
    expect(phone.locator("main")).to_contain_text(CANARY)
    story.show(phone, "entscheidungsprotokoll")


def _nothing_is_heard_next_door(phone: Page, neighbour: Page, url: str) -> None:
    looked = 0
    for page in (phone, neighbour):
        for path in LOOKED_AT:
            answer = page.request.get(f"{url}{THEIRS}{path}")
            if answer.status in (403, 404):
                continue
            text = answer.text()
            assert CANARY not in text, path
            assert "Nordhessen" not in text or page is phone, path
            looked += 1
    assert looked > 12


def _file_says_busy_and_nothing_else(phone: Page, url: str) -> None:
    phone.goto(f"{url}/my-firms/")
    with phone.expect_download() as waiting, _kept(phone):
        phone.get_by_role("button", name="Belegte Zeiten als Datei").click()
    data = waiting.value.path().read_bytes()
    assert data[:2] == b"PK"
    for text in (CANARY, "Nordhessen", "Werra", "Stein", "stein"):
        assert text.encode() not in data


@contextmanager
def _kept(page: Page) -> Iterator[None]:
    """The page stays where it is while the file comes."""
    before = page.url
    yield
    assert page.url == before
