"""A head of assembly goes to a client in Linz for some months: A1, notice to the ZKO, papers to carry, back home."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import DIRECTOR, HR, LEAD
from tests.e2e.stories.casework import Stage, do_step, duties_shown, german, later, mid_month, panel, record
from tests.e2e.stories.telling import Story
from tests.running import Site

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("stories")]

NAME, EMAIL = "Maik Krüger", "m.krueger@nordhessen-maschinenbau.example"
DEPARTURE = mid_month(2)
# Five months and a half: longer than four weeks, far from twenty-four months.
RETURN = later(DEPARTURE, months=5) + timedelta(days=10)
DAY = german(DEPARTURE)
# Worked out by hand: all of it before the departure.
A1 = (
    # Art. 12 Reg. 883/2004 (at most 24 months, replaces nobody), s.106 SGB IV: applied for electronically, before.
    "A1-Bescheinigung vor Beginn beantragen. Die drei Arbeitstage laufen erst, wenn deutsches Recht festgestellt ist; "
    "ohne A1 drohen Bußgelder vor Ort.",
    DAY,
    "§§ 106–106b SGB IV",
)
ZKO = (
    # s.19 LSD-BG: notice to the central coordination office before the work begins; ss.21, 22: papers at hand.
    "Entsendemeldung in AT vor Beginn abgeben, Ansprechperson benennen, Lohnunterlagen mitführen.",
    DAY,
    "§§ 1, 19, 21, 22 LSD-BG (Österreich)",
)
TERMS = (
    # s.2(2) and (3) NachwG: longer than four weeks in an EU state: in writing before the departure, with pay there.
    "Vor der Abreise zusätzliche Niederschrift: Land, Dauer, Währung, Leistungen, Rückkehr; dazu Entlohnung dort und "
    "Link zur nationalen Website.",
    DAY,
    "§ 2 Abs. 3 NachwG",
)
PDF = {"name": "a1.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 A1"}


@pytest.fixture
def stage(live_site: Site, browser: Browser) -> Stage:
    return Stage(live_site, browser, Story("posting"))


def test_fitter_is_posted_to_austria_and_comes_back(stage: Stage) -> None:
    with stage.desk(HR) as desk, stage.desk(LEAD) as lead, stage.desk(DIRECTOR) as director, stage.phone() as phone:
        _case_begins(stage, desk)
        _list_of_duties_is_complete(stage, desk)
        _is_described_and_applied_for(stage, desk, lead)
        _papers_arrive(stage, desk)
        _sees_what_to_carry(stage, desk, phone)
        _leaves_and_comes_back(stage, desk, director, phone)


def _case_begins(stage: Stage, desk: Page) -> None:
    desk.goto(stage.firm("care/"))
    desk.get_by_role("link", name="Neuer Vorgang").first.click()
    desk.get_by_label("Person").select_option(label=NAME)
    desk.get_by_label("Weg", exact=True).select_option(label="Entsendung in einen EU-Staat mit A1 · Abreise")
    desk.get_by_label("Tag des Vorgangs").fill(DEPARTURE.isoformat())
    desk.get_by_label("Letzter Tag").fill(RETURN.isoformat())
    desk.get_by_label("Land").select_option(label="Österreich")
    stage.story.show(desk, "entsendung-anlegen")
    desk.get_by_role("button", name="Beginnen").click()
    expect(desk.locator("main")).to_contain_text("Der Vorgang hat begonnen")
    stage.case = desk.url


def _list_of_duties_is_complete(stage: Stage, desk: Page) -> None:
    record(desk, "Löst die Person eine andere entsandte Person ab?", "nein", "Auftrag des Kunden")
    record(desk, "Wie hoch ist das monatliche Bruttoentgelt?", "4200", "Arbeitsvertrag")
    assert sorted(duties_shown(desk)) == sorted([A1, ZKO, TERMS])
    panel(desk, "duties").scroll_into_view_if_needed()
    stage.story.show(desk, "pflichten-vor-der-abreise")
    desk.get_by_role("link", name="Fristen", exact=True).last.click()
    expect(desk.locator("h1")).to_contain_text("Fristen")


def _is_described_and_applied_for(stage: Stage, desk: Page, lead: Page) -> None:
    """The lead describes the job, HR checks Art. 12 and applies."""
    lead.goto(stage.firm("my-tasks/"))
    lead.get_by_role("link", name=re.compile("Einsatz beschreiben")).first.click()
    lead.get_by_role("button", name="Erledigt").click()
    expect(lead.locator("main")).to_contain_text("Erledigt")
    desk.goto(stage.case)
    do_step(desk, "Voraussetzungen der Entsendung prüfen", choice="ja")
    do_step(desk, "A1-Bescheinigung elektronisch beantragen", note="Übermittelt, angenommen ohne Fehler")


def _papers_arrive(stage: Stage, desk: Page) -> None:
    for paper in ("A1-Bescheinigung", "Bestätigung der Entsendemeldung"):
        desk.locator("summary", has_text="Unterlage anfordern").click()
        form = desk.locator("details[open] form")
        form.get_by_label("Unterlage", exact=True).select_option(label=paper)
        form.get_by_label("Gebraucht bis").fill(DEPARTURE.isoformat())
        form.get_by_role("button", name="Anfordern").click()
        line = panel(desk, "papers").locator("ul.conditions > li", has_text=paper)
        line.locator("summary", has_text="Hochladen").click()
        line.locator("input[type=file]").set_input_files(PDF | {"name": f"{paper}.pdf"})
        line.get_by_role("button", name="Hochladen").click()
        line.locator("summary", has_text="Bestätigen").click()
        line.get_by_label("Gültig ab").fill(DEPARTURE.isoformat())
        line.get_by_label("Gültig bis").fill(RETURN.isoformat())
        line.get_by_role("button", name="Ich habe die Unterlage gesehen").click()
        expect(line).to_contain_text("bestätigt")
    for step in ("A1-Bescheinigung weitergeben", "Meldepflichten im Zielstaat prüfen", "Zusatz zum Vertrag schreiben"):
        do_step(desk, step)
    stage.story.show(desk, "unterlagen-liegen-vor")


def _sees_what_to_carry(stage: Stage, desk: Page, phone: Page) -> None:
    stage.invite(desk, EMAIL)
    stage.enter(phone, EMAIL)
    phone.get_by_role("link", name="Meine Pflichten").click()
    expect(phone.locator("h1")).to_have_text("Meine Pflichten")
    main = phone.locator("main")
    for words in (
        "Unterlagen in Österreich mitführen",
        "Kopie der Meldung an die Zentrale Koordinationsstelle",
        "A1-Bescheinigung dabeihaben",
    ):
        expect(main).to_contain_text(words)
    stage.story.show(phone, "was-mitzufuehren-ist")
    phone.get_by_role("button", name=re.compile("Unterlagen in Österreich mitführen")).click()
    expect(main).to_contain_text("Bestätigt. Tag, Uhrzeit und Wortlaut")
    phone.get_by_role("link", name="Unterlagen", exact=True).click()
    expect(phone.locator("h1")).to_have_text("Unterlagen")
    expect(main).to_contain_text("Bestätigung der Entsendemeldung")
    expect(main).to_contain_text(f"Gültig bis {german(RETURN)}")
    stage.story.show(phone, "unterlagen-am-telefon")


def _leaves_and_comes_back(stage: Stage, desk: Page, director: Page, phone: Page) -> None:
    """Four eyes release the departure: HR and the management."""
    desk.goto(stage.case)
    for eyes in (desk, director):
        eyes.goto(stage.case)
        eyes.get_by_role("link", name="Schritt öffnen").click()
        expect(eyes.locator("h1")).to_contain_text("Abreise freigeben")
        eyes.get_by_role("button", name=re.compile("Erledigt|Als zweite Person bestätigen")).first.click()
        expect(eyes.locator("main")).to_contain_text(re.compile("Ihre Stimme zählt|Erledigt: Abreise freigeben"))
    phone.goto(stage.firm("portal/"))
    expect(phone.locator("main")).to_contain_text("Rückkehr bestätigen")
    stage.story.show(phone, "rueckkehr-bestaetigen")
    phone.get_by_label("zurück", exact=True).check()
    phone.get_by_role("button", name="Das habe ich getan").click()
    expect(phone.locator("main")).to_contain_text("Alle Schritte sind getan")
    desk.goto(stage.case)
    expect(desk.locator(".page-header")).to_contain_text("abgeschlossen")
