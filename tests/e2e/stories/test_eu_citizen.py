"""A citizen of the EU comes from Valencia: no title, but address, sickness fund, numbers, and the written terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import HR, LEAD, logged_in
from tests.e2e.stories.moving import (
    ask_for_paper,
    confirm_paper,
    do_step,
    enter_application,
    first_of_month,
    gaps_of,
    german,
    hand_in,
    hire,
    in_days,
    invite,
    lead_step,
    let_in,
    move_application,
    offer_job,
    one_month_after,
    own_step,
    phone_of,
    record_facts,
    said_duties,
    to_top,
    today,
)
from tests.e2e.stories.telling import Story
from tests.running import Site

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("stories")]

JOB = "Konstruktion Vorrichtungen"
NAME, EMAIL = "Lucía Ferrer", "lucia.ferrer@correo.example"

# The first of a month, so that a month later is the first of the next one, whatever day it is today.
TODAY = today()
START = first_of_month(TODAY, months=3)
MOVED_IN = START - timedelta(days=7)

# What is owed, worked out from the statutes; days by ss.187(1), 188 BGB. No title is needed (s.2 FreizügG/EU), so there
# is none to check or to copy, and no hint of s.45c AufenthG.
DUTIES = [
    # s.2(1) sentence 4 NachwG: nos. 1, 7, 8 on the first day.
    ("Vertragsbedingungen aushändigen: § 2 Abs. 1 Satz 7 Nr. 1, 7, 8", german(START), "§ 2 Abs. 1 NachwG"),
    # s.17(1) BMG: two weeks after moving in, a week before the start; on the same day the seventh after the start, s.2(1)
    # sentence 4 NachwG: nos. 2 to 6, 9, 10.
    ("Vertragsbedingungen aushändigen: § 2 Abs. 1 Satz 7 Nr. 2, 3, 4, 5, 6, 9, 10",
     in_days(START, 7), "§ 2 Abs. 1 NachwG"),
    ("Wohnung bei der Meldebehörde anmelden.", in_days(MOVED_IN, 14), "§ 17 Abs. 1 BMG"),
    # the rest one month after the beginning: from a first to the next first, s.188(2) BGB.
    ("Vertragsbedingungen aushändigen: § 2 Abs. 1 Satz 7 Nr. 11, 12, 13, 14, 15",
     one_month_after(START), "§ 2 Abs. 1 NachwG"),
    # s.28a SGB IV, s.6 DEÜV: six weeks after the beginning.
    ("Zur Sozialversicherung anmelden", in_days(START, 42), "§ 28a SGB IV, § 6 DEÜV"),
]  # fmt: skip


@dataclass
class Scene:
    """The site, the browser, the phone of the person, and the address of the case."""

    site: Site
    browser: Browser
    phone: Page
    story: Story = field(default_factory=lambda: Story("eu"))
    case: str = ""

    def firm(self, path: str = "") -> str:
        return f"{self.site.url}/o/nordhessen/{path}"

    @property
    def portal(self) -> str:
        return self.firm("portal/")


@pytest.fixture
def scene(live_site: Site, browser: Browser) -> Iterator[Scene]:
    with phone_of(browser) as phone:
        yield Scene(live_site, browser, phone)


def test_citizen_of_the_union_begins_without_a_title(scene: Scene) -> None:
    with logged_in(scene.browser, scene.site, HR) as desk:
        _hired(scene, desk)
        _no_title_but_duties(scene, desk)
        _papers_on_the_phone(scene, desk)
        _steps_to_the_first_day(scene, desk)
        _numbers_are_there(scene, desk)


def _hired(scene: Scene, desk: Page) -> None:
    offer_job(desk, scene.firm(), JOB, low="48000", high="57000", questions=["Womit konstruieren Sie?"])
    link = enter_application(desk, NAME, EMAIL, country="ES")
    scene.phone.goto(link)
    scene.phone.get_by_role("button", name="This is right").click()
    expect(scene.phone.locator("main")).to_contain_text("You confirmed it on")
    for stage in ("wird gelesen", "Gespräch", "Angebot"):
        move_application(desk, stage, "You hear from us this week.")
    scene.case = hire(desk, rate="Konstrukteurin", route="Bürgerin oder Bürger der EU", start=START, nationality="ES")


def _no_title_but_duties(scene: Scene, desk: Page) -> None:
    law = desk.locator("section[aria-labelledby=law]")
    expect(law).to_contain_text("erlaubt")
    expect(law).not_to_contain_text("Darf die Person arbeiten?")
    scene.story.show(desk, "kein-titel-noetig")
    record_facts(desk, "Mietvertrag", moved_in_on=MOVED_IN)
    assert said_duties(desk) == DUTIES
    to_top(desk.locator("section[aria-labelledby=duties]"))
    scene.story.show(desk, "pflichten-mit-tagen")


def _papers_on_the_phone(scene: Scene, desk: Page) -> None:
    invite(desk, scene.case)
    for name in ("Personalausweis oder Reisepass", "Meldebestätigung", "Mitgliedschaft in einer Krankenkasse",
                 "Steuerliche Identifikationsnummer"):  # fmt: skip
        ask_for_paper(desk, name, due=START)
    phone = scene.phone
    let_in(phone, scene.site, EMAIL, "Invitation from")
    phone.goto(f"{scene.portal}papers/")
    _speak(phone, "Español")
    expect(phone.locator("h1")).to_have_text("Documentos")
    scene.story.show(phone, "unterlagen-auf-spanisch")
    _speak(phone, "English")
    expect(phone.locator("h1")).to_have_text("Papers")
    hand_in(phone, scene.portal, "Identity card or passport")
    desk.goto(scene.case)
    confirm_paper(desk, "Personalausweis oder Reisepass", valid_from=TODAY - timedelta(days=400))


def _speak(phone: Page, language: str) -> None:
    phone.locator(".portal-languages summary").click()
    phone.get_by_role("button", name=language).click()


def _steps_to_the_first_day(scene: Scene, desk: Page) -> None:
    phone, portal, case = scene.phone, scene.portal, scene.case
    do_step(desk, case, "Freizügigkeit prüfen", choice="ja")
    do_step(desk, case, "Betriebsrat zur Einstellung anhören", choice="nein")
    do_step(desk, case, "Arbeitsvertrag ausfertigen")
    own_step(phone, portal, "Register the residence")
    hand_in(phone, portal, "Registration certificate")
    own_step(phone, portal, "Choose a sickness fund")
    hand_in(phone, portal, "Sickness fund membership")
    hand_in(phone, portal, "Tax identification number")
    phone.goto(f"{portal}checklist/")
    scene.story.show(phone, "checkliste")
    with logged_in(scene.browser, scene.site, LEAD) as lead:
        lead_step(lead, scene.firm(), "Arbeitsplatz vorbereiten", of=NAME)
    desk.goto(case)
    for name in ("Meldebestätigung", "Mitgliedschaft in einer Krankenkasse", "Steuerliche Identifikationsnummer"):
        confirm_paper(desk, name, valid_from=TODAY)


def _numbers_are_there(scene: Scene, desk: Page) -> None:
    """The gap check: registered, tax number, fund and account are there; the insurance number closes the last gap."""
    gaps_of(desk, scene.firm(), NAME, moves="true", bank_account="true")
    gaps = desk.locator("section[aria-labelledby=gaps]")
    expect(gaps.locator("li", has_text="Sozialversicherungsnummer")).to_contain_text("nicht bekannt")
    for name in ("Anmeldung der Wohnung", "Steuerliche Identifikationsnummer", "Mitgliedschaft in einer Krankenkasse"):
        expect(gaps.locator("li", has_text=name).first).to_contain_text("vorhanden")
    scene.story.show(desk, "was-noch-fehlt")
    do_step(desk, scene.case, "Sozialversicherung anmelden")
    gaps_of(desk, scene.firm(), NAME, insurance_number="true")
    expect(gaps.locator("li", has_text="Sozialversicherungsnummer")).to_contain_text("vorhanden")
    desk.goto(scene.case)
    expect(desk.locator("main")).to_contain_text("Im Moment muss niemand etwas tun")
    scene.story.show(desk, "angekommen")
    scene.phone.goto(scene.portal)
    expect(scene.phone.locator("main")).to_contain_text("All steps are done")
