"""A nurse from Manila: recognition in the procedure of s.81a, no day without sickness insurance, German for the job."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import HR, logged_in
from tests.e2e.stories.moving import (
    SCAN,
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
    let_in,
    move_application,
    offer_job,
    one_month_after,
    order_care,
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

JOB = "Pflegefachkraft im betriebsärztlichen Dienst"
NAME, EMAIL = "Maria Santos", "maria.santos@correio.example"
COURSE = "Deutsch A1 bis B1 am Abend, mit Prüfung"

# Firsts of a month, so that a month later is the first of the next one, whatever day it is today.
TODAY = today()
COMPLETE = first_of_month(TODAY, months=1)
APPLIED = COMPLETE - timedelta(days=10)
DECIDED = german(first_of_month(COMPLETE, months=2))
START = first_of_month(TODAY, months=7)
MOVED_IN = START - timedelta(days=16)

# What is owed, worked out from the statutes; days by ss.187(1), 188 BGB.
DUTIES = [
    # s.14a(2) BQFG: receipt confirmed within two weeks in the procedure of s.81a.
    ("Eingang bestätigen, Fehlendes benennen.", in_days(APPLIED, 14), "§ 14a BQFG"),
    # s.14a(3) BQFG: decided within two months of the complete papers, from a first to a first.
    (f"Entscheiden bis {DECIDED}.", DECIDED, "§ 14a BQFG"),
    # s.17(1) BMG: two weeks after moving in, sixteen days before the start.
    ("Wohnung bei der Meldebehörde anmelden.", in_days(MOVED_IN, 14), "§ 17 Abs. 1 BMG"),
    # s.4a(5) sentence 3 no. 1 and 2: checked before the work, a copy kept from its first day.
    ("Aufenthaltstitel und Nebenbestimmungen prüfen.", german(START), "§ 4a Abs. 5 AufenthG"),
    ("Kopie des Titels aufbewahren, solange die Beschäftigung dauert; danach löschen.",
     german(START), "§ 4a Abs. 5 AufenthG"),
    # s.45c AufenthG: recruited from abroad, so on the first day of work at the latest.
    ("In Textform auf die kostenlose Beratung hinweisen, mit Kontaktdaten der nächstgelegenen Beratungsstelle.",
     german(START), "§ 45c AufenthG"),
    # s.2(1) sentence 4 NachwG: nos. 1, 7, 8 on the first day, nos. 2 to 6, 9, 10 on the seventh day after, the rest after
    # a month (s.188(2) BGB).
    ("Vertragsbedingungen aushändigen: § 2 Abs. 1 Satz 7 Nr. 1, 7, 8", german(START), "§ 2 Abs. 1 NachwG"),
    ("Vertragsbedingungen aushändigen: § 2 Abs. 1 Satz 7 Nr. 2, 3, 4, 5, 6, 9, 10",
     in_days(START, 7), "§ 2 Abs. 1 NachwG"),
    ("Vertragsbedingungen aushändigen: § 2 Abs. 1 Satz 7 Nr. 11, 12, 13, 14, 15",
     one_month_after(START), "§ 2 Abs. 1 NachwG"),
    # s.28a SGB IV, s.6 DEÜV: six weeks after the beginning.
    ("Zur Sozialversicherung anmelden", in_days(START, 42), "§ 28a SGB IV, § 6 DEÜV"),
    # s.81(4) AufenthG: before the visa ends, whose day nobody knows yet.
    ("Aufenthaltskarte beantragen, bevor das Visum endet", "noch kein Tag", "§ 81 Abs. 4, 5a AufenthG"),
]  # fmt: skip


@dataclass
class Scene:
    """The site, the browser, the phone of the person, and the address of the case."""

    site: Site
    browser: Browser
    phone: Page
    story: Story = field(default_factory=lambda: Story("nurse"))
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


def test_nurse_is_recognised_insured_without_a_gap_and_learns_german(scene: Scene) -> None:
    with logged_in(scene.browser, scene.site, HR) as desk:
        _hired(scene, desk)
        _duties_of_recognition(scene, desk)
        _papers_of_recognition(scene, desk)
        _recognised(scene, desk)
        _no_day_without_insurance(scene, desk)
        _german_for_the_job(scene, desk)


def _hired(scene: Scene, desk: Page) -> None:
    offer_job(desk, scene.firm(), JOB, low="40800", high="46800", questions=["Wo haben Sie gepflegt?"])
    link = enter_application(desk, NAME, EMAIL, country="PH")
    scene.phone.goto(link)
    scene.phone.get_by_role("button", name="This is right").click()
    expect(scene.phone.locator("main")).to_contain_text("You confirmed it on")
    for stage in ("wird gelesen", "Gespräch", "Angebot"):
        move_application(desk, stage, "You hear from us this week.")
    route, fast = "Anerkennung einer Qualifikation", "beschleunigt, § 81a AufenthG"
    scene.case = hire(desk, rate="Personalreferentin", route=route, start=START, nationality="PH", procedure=fast)


def _duties_of_recognition(scene: Scene, desk: Page) -> None:
    """A regulated occupation: equivalence is needed before the work, s.81a makes the office quicker."""
    record_facts(desk, "Zeugnis und Stelle", degree_kind="vocational", regulated="true", european_qualification="false",
                 evidence_missing="false", purpose="18a")  # fmt: skip
    record_facts(desk, "Antrag über die Ausländerbehörde", recognition_applied_on=APPLIED,
                 recognition_complete_on=COMPLETE, moved_in_on=MOVED_IN)  # fmt: skip
    recognition = desk.locator("h3:has-text('Anerkennung') + *").first
    expect(recognition).to_contain_text("§ 14a BQFG")
    assert said_duties(desk) == DUTIES
    to_top(desk.locator("section[aria-labelledby=duties]"))
    scene.story.show(desk, "pflichten-mit-tagen")


def _papers_of_recognition(scene: Scene, desk: Page) -> None:
    invite(desk, scene.case)
    for name in ("Ausbildungsnachweis mit Übersetzung", "Lebenslauf auf Deutsch", "Sprachzertifikat"):
        ask_for_paper(desk, name, due=max(TODAY, APPLIED))
    let_in(scene.phone, scene.site, EMAIL, "Invitation from")
    for name in ("Training certificate with translation", "CV in German", "Language certificate"):
        hand_in(scene.phone, scene.portal, name)
    scene.story.show(scene.phone, "unterlagen-am-telefon")
    desk.goto(scene.case)
    for name in ("Ausbildungsnachweis mit Übersetzung", "Lebenslauf auf Deutsch", "Sprachzertifikat"):
        confirm_paper(desk, name, valid_from=TODAY - timedelta(days=90))


def _recognised(scene: Scene, desk: Page) -> None:
    case = scene.case
    do_step(desk, case, "Zuständige Stelle bestimmen")
    own_step(scene.phone, scene.portal, "Gather the proofs")
    do_step(desk, case, "Antrag stellen")
    do_step(desk, case, "Eingangsbestätigung ablegen", choice="vollständig")
    ask_for_paper(desk, "Bescheid über die Anerkennung")
    line = desk.locator("section[aria-labelledby=papers] li", has_text="Bescheid über die Anerkennung").first
    line.locator("summary", has_text="Hochladen").click()
    line.locator("input[type=file]").set_input_files(SCAN)
    line.get_by_role("button", name="Hochladen").click()
    expect(desk.locator("main")).to_contain_text("Die Datei ist da")
    confirm_paper(desk, "Bescheid über die Anerkennung", valid_from=TODAY)
    do_step(desk, case, "Entscheidung verfolgen", choice="ja")
    do_step(desk, case, "Anerkennung eintragen")
    desk.goto(case)
    expect(desk.locator("main")).to_contain_text("Im Moment muss niemand etwas tun")
    scene.story.show(desk, "anerkannt")


def _no_day_without_insurance(scene: Scene, desk: Page) -> None:
    """Statutory insurance begins with the work; the days from the entry on need one of their own."""
    gaps_of(desk, scene.firm(), NAME, moves="true")
    insured = desk.locator("section[aria-labelledby=insured]")
    _look_for_gaps(desk)
    expect(insured).to_contain_text(f"nicht versichert {german(MOVED_IN)} – {german(START - timedelta(days=1))}")
    to_top(insured)
    scene.story.show(desk, "tage-ohne-versicherung")
    insured.locator("summary", has_text="Versicherungszeit eintragen").click()
    form = insured.locator("details form")
    form.locator("[name=kind]").select_option("abroad")
    form.locator("[name=first_day]").fill(MOVED_IN.isoformat())
    form.locator("[name=last_day]").fill((START - timedelta(days=1)).isoformat())
    form.get_by_role("button", name="Eintragen").click()
    expect(desk.locator("main")).to_contain_text("Eingetragen")
    _look_for_gaps(desk)
    expect(insured).to_contain_text("Kein Tag ohne Versicherung")


def _look_for_gaps(desk: Page) -> None:
    desk.get_by_label("Einreise oder Umzug am").fill(MOVED_IN.isoformat())
    desk.get_by_label("Arbeitsbeginn am").fill(START.isoformat())
    desk.get_by_label("Regelmäßiges Jahresarbeitsentgelt in Euro").fill("42000")
    desk.get_by_role("button", name="Nach Lücken suchen").click()


def _german_for_the_job(scene: Scene, desk: Page) -> None:
    gaps_of(desk, scene.firm(), NAME, german_needed="B1", german="A2")
    need = desk.locator("section[aria-labelledby=gaps] li", has_text="Deutsch, das die Arbeit braucht")
    expect(need).to_contain_text("fehlt")
    expect(need).to_contain_text(COURSE)
    order_care(desk, COURSE, wanted_by=START)
    expect(desk.locator("main")).to_contain_text("240,00")
    scene.story.show(desk, "deutschkurs-als-auftrag")
