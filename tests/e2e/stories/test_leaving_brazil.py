"""An engineer goes back to Brazil: notices, papers, a vested pension, own data to take along, and a word afterwards."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import HR
from tests.e2e.stories.casework import Stage, do_step, duties_shown, german, later, mid_month, panel, record
from tests.e2e.stories.telling import Story
from tests.running import Site

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("stories")]

NAME, EMAIL = "Camila Rocha", "c.rocha@nordhessen-maschinenbau.example"
STAFF = (
    "Personalnummer;Name;Vorname;E-Mail;Abteilung;Funktion;Standort;Land;Wochenstunden;Eintritt;Staatsangehörigkeit\n"
    f"01085;Rocha;Camila;{EMAIL};Konstruktion;Ingenieurin;Kassel;DE;40;01.07.2023;brasilianisch\n"
)


def _last_day() -> date:
    """Four months ahead, so that the same day a year later is a Tuesday from the 9th to the 15th, on which no state has
    a public holiday outside August: the year of s.4(3) BetrAVG then ends there and is not moved by s.193 BGB.
    """
    month = mid_month(4)
    month = mid_month(5) if month.month == AUGUST else month
    later_on = date(month.year + 1, month.month, 9)
    later_on += timedelta(days=(TUESDAY - later_on.weekday()) % 7)
    return date(month.year, month.month, later_on.day)


TUESDAY, AUGUST = 1, 8
KNOWN = mid_month(-1)
LAST_DAY = _last_day()
MOVES_OUT = LAST_DAY + timedelta(days=10)
AFTER = "noch kein Tag"
# Worked out by hand; every period counts calendar days or whole years, s.187(1), s.188(2) BGB.
EXPECTED = [
    # s.4a(5) sentence 3 no. 3 AufenthG: four weeks after the firm knows.
    (
        "Vorzeitiges Ende der Ausländerbehörde melden.",
        german(KNOWN + timedelta(days=28)),
        "§ 4a Abs. 5 AufenthG",
    ),
    # the copy of the title goes when the employment is over: on the day after the last one.
    (
        "Kopie des Aufenthaltstitels löschen.",
        german(LAST_DAY + timedelta(days=1)),
        "Art. 5 Abs. 1 Buchst. e, Art. 17 Abs. 1 Buchst. a DSGVO",
    ),
    # s.17(2) BMG: two weeks after moving out.
    (
        "Wohnung abmelden, frühestens eine Woche vor dem Auszug",
        german(MOVES_OUT + timedelta(days=14)),
        "§ 17 Abs. 2 BMG",
    ),
    # s.4(3) BetrAVG: within one year of the end.
    ("Übertragung des Werts verlangen.", german(later(LAST_DAY, months=12)), "§ 4 Abs. 3, § 30b BetrAVG"),
    # s.82(6) AufenthG: the person too, two weeks from own knowledge; s.4a BetrAVG: on request. No day by themselves.
    (
        "Vorzeitiges Ende selbst der Ausländerbehörde melden (binnen zwei Wochen, nachdem die Person davon weiß).",
        AFTER,
        "§ 82 Abs. 6 AufenthG",
    ),
    ("Höhe und Entwicklung der Anwartschaft auf Verlangen in Textform mitteilen.", AFTER, "§ 4a BetrAVG"),
]


@pytest.fixture
def stage(live_site: Site, browser: Browser) -> Stage:
    return Stage(live_site, browser, Story("leaving"))


def test_engineer_leaves_for_brazil_with_her_pension(stage: Stage) -> None:
    with stage.desk(HR) as desk, stage.phone() as phone:
        _stands_on_the_staff_list(stage, desk)
        _case_begins(stage, desk)
        _list_of_duties_is_complete(stage, desk)
        _ways_of_the_pension(stage, desk)
        _enters_the_portal(stage, desk, phone)
        _looks_at_the_pension(stage, phone)
        _hands_over_and_takes_her_data(stage, desk, phone)
        _stays_in_contact(stage, desk, phone)


def _stands_on_the_staff_list(stage: Stage, desk: Page) -> None:
    desk.goto(stage.firm("imports/new/"))
    file = {"name": "rocha.csv", "mimeType": "text/csv", "buffer": STAFF.encode("cp1252")}
    desk.locator("input[type=file]").set_input_files(file)
    desk.locator("main form button").last.click()
    desk.get_by_role("button", name=re.compile("bernehmen")).first.click()
    expect(desk.locator("main")).to_contain_text("Die Daten sind übernommen")


def _case_begins(stage: Stage, desk: Page) -> None:
    desk.goto(stage.firm("care/new/"))
    desk.get_by_label("Person").select_option(label=NAME)
    desk.get_by_label("Weg", exact=True).select_option(label="Weggehen und Rückkehr · Letzter Arbeitstag")
    desk.get_by_label("Tag des Vorgangs").fill(LAST_DAY.isoformat())
    desk.get_by_label("Letzter Tag").fill(MOVES_OUT.isoformat())
    desk.get_by_label("Land").select_option(label="Brasilien")
    desk.get_by_role("button", name="Beginnen").click()
    expect(desk.locator("main")).to_contain_text("Der Vorgang hat begonnen")
    stage.case = desk.url


def _list_of_duties_is_complete(stage: Stage, desk: Page) -> None:
    """What the statutes ask is recorded with its source; then the list stands."""
    title, pension = "Aufenthaltstitel", "Zusage vom 1. Juli 2023"
    record(desk, "Wurde der Titel für diese Beschäftigung erteilt", "ja", title)
    record(desk, "Seit wann ist das vorzeitige Ende bekannt?", KNOWN.isoformat(), "Kündigung")
    record(desk, "Wer finanziert die Zusage", "Arbeitgeber", pension)
    record(desk, "Wann wurde die Versorgung zugesagt", "2023-07-01", pension)
    record(desk, "Wie alt ist die Person am Ende", "34", "Personalbogen")
    record(desk, "Ist die Anwartschaft unverfallbar?", "ja", "Auskunft des Versorgungsträgers")
    record(desk, "Welcher Weg", "Direktversicherung, Pensionskasse, Pensionsfonds", pension)
    record(desk, "Wie hoch ist der Übertragungswert?", "9000", "Auskunft des Versorgungsträgers")
    assert sorted(duties_shown(desk)) == sorted(EXPECTED)
    panel(desk, "duties").scroll_into_view_if_needed()
    stage.story.show(desk, "pflichten-beim-weggehen")


def _ways_of_the_pension(stage: Stage, desk: Page) -> None:
    """Vested; periods in Brazil are added by the agreement; who may insure voluntarily gets no refund."""
    record(desk, "Ist die Person in Deutschland wieder rentenversicherungspflichtig?", "nein", "Austritt")
    record(desk, "Darf sie sich freiwillig versichern", "ja", "Auskunft der Rentenversicherung")
    record(desk, "Wie viele Beitragsmonate hat sie", "48", "Versicherungsverlauf")
    law = panel(desk, "law")
    for words in (
        "Die Anwartschaft bleibt erhalten.",
        "Die Zeiten werden zusammengerechnet.",
        "Wer sich freiwillig versichern darf, erhält keine Erstattung.",
    ):
        expect(law).to_contain_text(words)
    law.get_by_text("Die Zeiten werden zusammengerechnet.").scroll_into_view_if_needed()
    stage.story.show(desk, "was-aus-der-rente-wird")
    do_step(desk, "Vertragsende bestätigen", choice="ja")
    do_step(desk, "Beschäftigungsende der Behörde melden", note="Mit Sendenachweis")
    do_step(desk, "Resturlaub und Entgelt abrechnen")
    do_step(desk, "Auskunft zur Altersversorgung anbieten")


def _enters_the_portal(stage: Stage, desk: Page, phone: Page) -> None:
    stage.invite(desk, EMAIL)
    stage.enter(phone, EMAIL)
    expect(phone.locator("main")).to_contain_text("Aufgaben übergeben")
    phone.locator(".portal-languages summary").click()
    phone.get_by_role("button", name="Português").click()
    expect(phone.locator("html")).to_have_attribute("lang", re.compile("^pt"))
    phone.get_by_role("link", name=re.compile("Lista")).first.click()
    expect(phone.locator("[data-checklist] li").first).to_be_visible()
    stage.story.show(phone, "checkliste-auf-portugiesisch")
    phone.goto(stage.firm("portal/duties/"))
    expect(phone.locator("main")).to_contain_text("Wohnung abmelden")
    expect(phone.locator("main")).to_contain_text("Auskunft über die Betriebsrente verlangen")
    phone.locator(".portal-german", has_text="Auskunft über die Betriebsrente").scroll_into_view_if_needed()
    stage.story.show(phone, "eigene-pflichten")


def _looks_at_the_pension(stage: Stage, phone: Page) -> None:
    phone.goto(stage.firm("portal/care/"))
    pension = phone.locator("details", has=phone.locator("a[href$='my-care/pension/']"))
    pension.locator("summary").click()
    pension.locator("a[href$='my-care/pension/']").click()
    phone.wait_for_url(re.compile("/my-care/pension/"))
    form = phone.locator("form.form.panel")
    for name, value in {"age": "34", "leaves_at": "34", "saved": "9000", "monthly": "0"}.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("button").last.click()
    expect(phone.locator("svg[role=img], figure svg").first).to_be_visible()
    stage.story.show(phone, "vorausschau-der-rente")


def _hands_over_and_takes_her_data(stage: Stage, desk: Page, phone: Page) -> None:
    phone.goto(stage.firm("portal/"))
    phone.locator(".portal-next form button").last.click()
    expect(phone.locator(".message-success")).to_be_visible()
    phone.goto(stage.firm("portal/data/"))
    with phone.expect_download() as waiting:
        phone.locator("main a.btn-primary").click()
    with zipfile.ZipFile(io.BytesIO(waiting.value.path().read_bytes())) as archive:
        data = json.loads(archive.read("data.json"))
    assert (data["person"]["name"], data["case"]["country"]) == (NAME, "BR")
    assert {one["basis"] for one in data["duties"]} >= {"§ 17 Abs. 2 BMG", "§ 4a BetrAVG"}
    assert {one["name"] for one in data["facts"]} >= {"promised_on", "transfer_value", "known_on"}


def _stays_in_contact(stage: Stage, desk: Page, phone: Page) -> None:
    """The thread with HR goes on after the last day."""
    desk.goto(stage.case)
    desk.get_by_role("link", name="Nachrichten und Einwilligungen").click()
    desk.get_by_role("button", name="Der Person schreiben").click()
    desk.locator("main textarea").fill("Die Rentenauskunft kommt an Ihre Anschrift in Recife. Alles Gute!")
    desk.get_by_role("button", name="Senden").click()
    expect(desk.locator("main")).to_contain_text("Alles Gute!")
    phone.goto(stage.firm("portal/messages/"))
    phone.locator("main .portal-list a").first.click()
    expect(phone.locator("main")).to_contain_text("Recife")
    phone.locator("#text").fill("Obrigada! A minha morada nova está no portal.")
    phone.locator("form", has=phone.locator("#text")).locator("button").click()
    expect(phone.locator(".portal-message.own")).to_contain_text("Obrigada")
    phone.locator(".portal-message.own").scroll_into_view_if_needed()
    stage.story.show(phone, "kontakt-danach")
