"""A developer from Pune moves to Kassel with spouse and child: from the application to settled life (s.81a AufenthG)."""

from __future__ import annotations

import json
import time
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

JOB = "Softwareentwicklung Steuerungen"
NAME, EMAIL = "Rohan Deshpande", "rohan.deshpande@post.example"
SPOUSE, SPOUSE_EMAIL, CHILD = "Meera Deshpande", "meera.deshpande@post.example", "Isha Deshpande"
FLAT, HOUSING_EMAIL = "Möblierte Wohnung für drei Monate und Suche", "auftrag@ankommen-kassel.example"
QUESTIONS = ["Welche Steuerungen haben Sie programmiert?", "Was brauchen Sie für den Umzug?"]
CV = {
    "basics": {"name": NAME, "email": EMAIL, "location": {"countryCode": "IN"}},
    "work": [{"position": "Software Engineer", "name": "Sahyadri Controls", "startDate": "2020-08"}],
    "education": [{"area": "Computer Engineering", "studyType": "Bachelor", "institution": "Savitribai Phule University"}],
    "skills": [{"name": "C++"}, {"name": "PLC programming"}],
    "languages": [{"language": "English", "fluency": "C1"}],
}  # fmt: skip

# The first of a month, so that a month later is the first of the next one, whatever day it is today.
TODAY = today()
START = first_of_month(TODAY, months=5)
CONSENT_ASKED, SLOT_ASKED = TODAY + timedelta(days=14), TODAY + timedelta(days=22)
VISA_APPLIED, MOVED_IN, VISA_UNTIL = TODAY + timedelta(days=43), START - timedelta(days=9), START + timedelta(days=165)

# What is owed, worked out from the statutes; days by ss.187(1), 188 BGB. Where two fall on one day, the law's own order.
DUTIES = [
    # s.36(2) sentence 2 with s.36(3) BeschV: in the procedure of s.81a consent is deemed given after one week.
    ("Danach gilt die Zustimmung als erteilt, wenn nichts nachgefordert wurde.",
     in_days(CONSENT_ASKED, 7), "§ 36 Abs. 2 BeschV"),
    # s.31a(1) AufenthV: the appointment within three weeks.
    ("Termin zum Visumantrag.", in_days(SLOT_ASKED, 21), "§ 31a AufenthV"),
    # s.31a(2) AufenthV: decided within three weeks of the complete application, as a rule.
    ("Visum in der Regel entschieden.", in_days(VISA_APPLIED, 21), "§ 31a AufenthV"),
    # s.4a(5) sentence 3 no. 1 and 2: checked before the work, a copy kept from its first day.
    ("Aufenthaltstitel und Nebenbestimmungen prüfen.", german(START), "§ 4a Abs. 5 AufenthG"),
    ("Kopie des Titels aufbewahren, solange die Beschäftigung dauert; danach löschen.",
     german(START), "§ 4a Abs. 5 AufenthG"),
    # s.45c AufenthG: recruited from abroad, so on the first day of work at the latest.
    ("In Textform auf die kostenlose Beratung hinweisen, mit Kontaktdaten der nächstgelegenen Beratungsstelle.",
     german(START), "§ 45c AufenthG"),
    # s.2(1) sentence 4 NachwG: nos. 1, 7, 8 on the first day.
    ("Vertragsbedingungen aushändigen: § 2 Abs. 1 Satz 7 Nr. 1, 7, 8", german(START), "§ 2 Abs. 1 NachwG"),
    # s.17(1) BMG: two weeks after moving in, nine days before the start.
    ("Wohnung bei der Meldebehörde anmelden.", in_days(MOVED_IN, 14), "§ 17 Abs. 1 BMG"),
    # s.2(1) sentence 4 NachwG: nos. 2 to 6, 9, 10 on the seventh calendar day after the agreed beginning.
    ("Vertragsbedingungen aushändigen: § 2 Abs. 1 Satz 7 Nr. 2, 3, 4, 5, 6, 9, 10",
     in_days(START, 7), "§ 2 Abs. 1 NachwG"),
    # the rest one month after it: from a first to the next first, s.188(2) BGB.
    ("Vertragsbedingungen aushändigen: § 2 Abs. 1 Satz 7 Nr. 11, 12, 13, 14, 15",
     one_month_after(START), "§ 2 Abs. 1 NachwG"),
    # s.28a SGB IV, s.6 DEÜV: six weeks after the beginning.
    ("Zur Sozialversicherung anmelden", in_days(START, 42), "§ 28a SGB IV, § 6 DEÜV"),
    # s.81(4) AufenthG: before the visa ends.
    ("Aufenthaltskarte beantragen, bevor das Visum endet", german(VISA_UNTIL), "§ 81 Abs. 4, 5a AufenthG"),
    # s.81a(4) AufenthG: together with the person's own, no day.
    ("Visa von Ehegatte und minderjährigen ledigen Kindern im selben Verfahren beantragen, in zeitlichem Zusammenhang",
     "noch kein Tag", "§ 81a Abs. 4 AufenthG"),
]  # fmt: skip


@dataclass
class Scene:
    """The site, the browser, the phone of the person, and the address of the case."""

    site: Site
    browser: Browser
    phone: Page
    story: Story = field(default_factory=lambda: Story("pune"))
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


def test_developer_from_pune_gets_from_application_to_settled_life(scene: Scene) -> None:
    with logged_in(scene.browser, scene.site, HR) as desk:
        _application(scene, desk)
        _hire(scene, desk)
        _family_takes_part(scene, desk)
        _duties_are_those_of_the_statutes(scene, desk)
        _what_if(scene, desk)
        _papers(scene, desk)
        _spouse_comes_in(scene)
        _way_to_the_visa(scene, desk)
        _flat_is_ordered(scene, desk)
        _arrival(scene, desk)


def _application(scene: Scene, desk: Page) -> None:
    """The opening has its pay from the start; the applicant has a page of their own, on the phone."""
    offer_job(desk, scene.firm(), JOB, low="56000", high="68000", questions=QUESTIONS)
    link = enter_application(desk, NAME, EMAIL, country="IN")
    phone = scene.phone
    phone.goto(link)
    expect(phone.locator("main")).to_contain_text("The firm reads your application")
    phone.locator("input[type=file]").set_input_files(
        {"name": "cv.json", "mimeType": "application/json", "buffer": json.dumps(CV).encode()}
    )
    phone.get_by_role("button", name="Upload the CV").click()
    expect(phone.locator("main")).to_contain_text("Sahyadri Controls")
    phone.get_by_role("button", name="This is right").click()
    expect(phone.locator("main")).to_contain_text("You confirmed it on")
    move_application(desk, "wird gelesen", "We read your application this week.")
    move_application(desk, "Gespräch", "We talk by video on Thursday; an invitation follows.")
    phone.goto(link)
    expect(phone.locator("main")).to_contain_text("We talk by video on Thursday")
    scene.story.show(phone, "bewerbung-am-telefon")


def _hire(scene: Scene, desk: Page) -> None:
    """From the application to the case without typing anything twice."""
    questions = desk.locator("section[aria-labelledby=said] textarea")
    questions.nth(0).fill("SPS und C++ seit sechs Jahren")
    questions.nth(1).fill("Familie kommt mit, Wohnung wird gesucht")
    desk.get_by_role("button", name="Antworten speichern").click()
    expect(desk.locator("main")).to_contain_text("Vermerkt")
    move_application(desk, "Angebot", "Here is our offer; the contract comes by post.")
    fast = "beschleunigt, § 81a AufenthG"
    scene.case = hire(
        desk, rate="Softwareentwicklerin", route="Blaue Karte EU", start=START, nationality="IN", procedure=fast
    )


def _family_takes_part(scene: Scene, desk: Page) -> None:
    for name, relation, born in ((SPOUSE, "Ehegatte", None), (CHILD, "Kind", TODAY - timedelta(days=2000))):
        desk.locator("summary", has_text="Jemand ist beteiligt").click()
        form = desk.locator("details[open] form", has=desk.get_by_label("Beziehung"))
        form.get_by_label("Name").fill(name)
        form.get_by_label("Beziehung").select_option(label=relation)
        if born:
            form.get_by_label("Geboren am").fill(born.isoformat())
        form.get_by_role("button", name="Eintragen", exact=True).click()
        expect(desk.locator("section[aria-labelledby=parties]")).to_contain_text(name)


def _duties_are_those_of_the_statutes(scene: Scene, desk: Page) -> None:
    record_facts(
        desk,
        "Vereinbarung nach § 81a und Terminplan der Person",
        purpose="18g",
        consent_asked_on=CONSENT_ASKED,
        slot_asked_on=SLOT_ASKED,
        visa_applied_on=VISA_APPLIED,
        moved_in_on=MOVED_IN,
        visa_until=VISA_UNTIL,
    )
    assert said_duties(desk) == DUTIES
    duties = desk.locator("section[aria-labelledby=duties]")
    to_top(duties)
    scene.story.show(desk, "pflichten-mit-tagen")


def _what_if(scene: Scene, desk: Page) -> None:
    """What is not known is asked first; then both procedures stand side by side, for this day and another one."""
    ahead = desk.locator("section[aria-labelledby=ahead]")
    expect(ahead).to_contain_text("Was braucht der Abschluss")
    record_facts(desk, "anabin, abgefragt vom Personal", recognition_step="anabin")
    desk.get_by_label("Gewünschter Arbeitsbeginn").fill((TODAY + timedelta(days=21)).isoformat())
    desk.get_by_role("button", name="Welcher Schritt ist kritisch?").click()
    expect(ahead).to_contain_text("Nur gefragt:")
    expect(ahead).to_contain_text("Tage zu spät. Kritisch:")
    told = desk.locator("section[aria-labelledby=compared] li").all_inner_texts()
    assert [("übliches" in one, german(START) in one, "zu spät" in one) for one in told[:2]] == [
        (True, False, True),
        (False, False, True),
    ]
    to_top(ahead.locator("figure"))
    scene.story.show(desk, "was-waere-wenn")


def _papers(scene: Scene, desk: Page) -> None:
    """Asked for, sent from the phone, sent back once with a reason, confirmed."""
    site, phone = scene.site, scene.phone
    invite(desk, scene.case)
    ask_for_paper(desk, "Reisepass", due=TODAY + timedelta(days=20))
    ask_for_paper(desk, "Hochschulzeugnis mit Übersetzung", due=TODAY + timedelta(days=10))
    ask_for_paper(desk, "Heiratsurkunde mit Übersetzung", due=TODAY + timedelta(days=30), of=SPOUSE)
    let_in(phone, site, EMAIL, "Invitation from")
    hand_in(phone, scene.portal, "Passport")
    hand_in(phone, scene.portal, "Degree certificate")
    desk.goto(scene.case)
    confirm_paper(desk, "Reisepass", valid_from=TODAY - timedelta(days=700), expires=START + timedelta(days=1500))
    desk.locator("summary", has_text="Zurückgeben Hochschulzeugnis").click()
    back = desk.locator("details[open] form", has=desk.get_by_label("Was fehlt oder nicht stimmt"))
    back.get_by_label("Was fehlt oder nicht stimmt").fill("The translation is missing (sworn translator).")
    back.get_by_role("button", name="Zurückgeben").click()
    expect(desk.locator("main")).to_contain_text("Zurückgegeben. Die Person sieht den Grund")
    phone.goto(f"{scene.portal}papers/")
    expect(phone.locator("main")).to_contain_text("The translation is missing (sworn translator).")
    scene.story.show(phone, "unterlagen-am-telefon")
    hand_in(phone, scene.portal, "Degree certificate")
    hand_in(phone, scene.portal, "Marriage certificate")
    desk.goto(scene.case)
    confirm_paper(desk, "Hochschulzeugnis mit Übersetzung", valid_from=TODAY - timedelta(days=2300))
    confirm_paper(desk, "Heiratsurkunde mit Übersetzung", valid_from=TODAY - timedelta(days=2500))


def _spouse_comes_in(scene: Scene) -> None:
    """She sees what he shows her: the way, and nothing else."""
    phone = scene.phone
    phone.goto(f"{scene.portal}consents/")
    phone.locator("summary", has_text="Give somebody of your family a login").click()
    phone.get_by_label("Name").fill(SPOUSE)
    phone.get_by_label("E-mail address").fill(SPOUSE_EMAIL)
    phone.get_by_label("Who it is").select_option(label="Spouse or partner")
    phone.get_by_role("button", name="Send the link").click()
    expect(phone.locator("main")).to_contain_text("a link comes by mail")
    phone.locator("summary", has_text="Allow something").click()
    phone.get_by_label("Who may see it").select_option(label=SPOUSE)
    phone.get_by_label("What", exact=True).select_option(label="Next step and checklist")
    phone.get_by_label("What for").fill("Our move")
    phone.get_by_label("Until").fill((START + timedelta(days=90)).isoformat())
    phone.get_by_role("button", name="Allow", exact=True).click()
    expect(phone.locator("main")).to_contain_text("Allowed. You can take it back")
    with phone_of(scene.browser) as hers:
        let_in(hers, scene.site, SPOUSE_EMAIL, "Access to the portal")
        expect(hers.locator("main")).to_contain_text("Collect the papers")
        expect(hers.get_by_role("link", name="Papers")).to_have_count(0)
        scene.story.show(hers, "die-ehefrau-sieht-den-weg")


def _way_to_the_visa(scene: Scene, desk: Page) -> None:
    phone, portal, case = scene.phone, scene.portal, scene.case
    own_step(phone, portal, "Collect the papers")
    do_step(desk, case, "Unterlagen prüfen", choice="ja")
    do_step(desk, case, "Aufenthaltsweg festlegen", choice="Blaue Karte EU")
    do_step(desk, case, "Verfahrensart wählen", choice="ja, nach § 81a")
    do_step(desk, case, "Vereinbarung nach § 81a schließen")
    do_step(desk, case, "Zustimmungspflicht prüfen", choice="ja")
    do_step(desk, case, "Zustimmung der Bundesagentur einholen")
    own_step(phone, portal, "Apply for the visa")
    own_step(phone, portal, "Report the visa decision", choice="yes")
    own_step(phone, portal, "Confirm the entry")


def _flat_is_ordered(scene: Scene, desk: Page) -> None:
    """The gap check says what is missing; housing is ordered, taken on, delivered and accepted."""
    gaps_of(desk, scene.firm(), NAME, moves="true", family_comes="true", flat="none")
    flat = desk.locator("section[aria-labelledby=gaps] li", has_text="Wohnung für die ersten Wochen")
    expect(flat).to_contain_text("fehlt")
    expect(flat).to_contain_text(FLAT)
    order = order_care(desk, FLAT, wanted_by=MOVED_IN)
    with phone_of(scene.browser, locale="de-DE") as theirs:
        let_in(theirs, scene.site, HOUSING_EMAIL, "Auftrag")
        theirs.goto(order.replace("/care/orders/", "/my-care-orders/"))
        expect(theirs.locator("main")).not_to_contain_text(NAME)
        theirs.get_by_role("button", name="Annehmen").click()
        expect(theirs.locator("main")).to_contain_text("Sie haben den Auftrag angenommen")
        theirs.get_by_label("Nummer Ihrer Rechnung").fill("AK-2027-118")
        theirs.get_by_label("Betrag, netto, in Euro").fill("1450,00")
        theirs.get_by_role("button", name="Übergeben").click()
        expect(theirs.locator("main")).to_contain_text("Die Firma sieht es sich an und nimmt es ab")
    desk.goto(order)
    desk.get_by_role("button", name="Abnehmen").click()
    expect(desk.locator("main")).to_contain_text("Abgenommen")
    scene.story.show(desk, "wohnung-als-auftrag")


def _arrival(scene: Scene, desk: Page) -> None:
    """The confirmed title opens the plan; registered, card there, place ready: the case is over."""
    phone, portal, case = scene.phone, scene.portal, scene.case
    desk.goto(case)
    may_work = desk.locator("h3:has-text('Darf die Person arbeiten?') + *")
    expect(may_work).to_contain_text("nicht")
    ask_for_paper(desk, "Aufenthaltstitel", due=START - timedelta(days=5))
    hand_in(phone, portal, "Residence title")
    desk.goto(case)
    confirm_paper(desk, "Aufenthaltstitel", valid_from=TODAY, expires=VISA_UNTIL + timedelta(days=900))
    expect(may_work).to_contain_text("erlaubt")
    own_step(phone, portal, "Register the residence")
    own_step(phone, portal, "Apply for the residence card")
    own_step(phone, portal, "Present the residence card")
    with logged_in(scene.browser, scene.site, LEAD) as lead:
        lead_step(lead, scene.firm(), "Arbeitsplatz einrichten", of=NAME)
    do_step(desk, case, "Arbeitsbeginn freigeben")
    _case_is_over(desk, case)
    scene.story.show(desk, "angekommen")
    phone.goto(portal)
    expect(phone.locator("main")).to_contain_text("All steps are done")


def _case_is_over(desk: Page, case: str) -> None:
    """The worker opens the plan after the release; the duties that are still ahead stay in the deadlines."""
    for _attempt in range(60):
        desk.goto(case)
        if desk.locator(".page-header, header", has_text="abgeschlossen").count():
            break
        time.sleep(0.5)
    expect(desk.locator("main")).to_contain_text("Im Moment muss niemand etwas tun")
    expect(desk.locator("main")).to_contain_text("abgeschlossen")
