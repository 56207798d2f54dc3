"""A partner team in Porto: from the offer to the prepared payment, handed over between two time zones."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import ACCOUNTING, DIRECTOR, LEAD, logged_in
from tests.e2e.stories.telling import PHONE, Story
from tests.running import Site

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("stories")]

PARTNER, TEAM = "orders@ponte-digital.example", "Ponte Digital, Lda."
MEMBER, NAME = "ines.mendes@ponte-digital.example", "Inês Mendes"
TITLE = "Testautomatik Lagerschnittstelle"
IN_DAYS = "new Date(Date.now() + {days} * 864e5).toISOString().slice(0, 10)"


@dataclass
class Scene:
    """The site, the browser, and what stays between the chapters: the address of the order."""

    site: Site
    browser: Browser
    story: Story
    order: str = ""
    phones: list[Page] = field(default_factory=list)

    def firm(self, path: str) -> str:
        return f"{self.site.url}/o/nordhessen/{path}"

    @property
    def mine(self) -> str:
        """The order as the partner opens it."""
        return self.order.replace("/orders/", "/my-orders/")

    def phone(self) -> Page:
        """A phone in Porto, in English, on which nobody is logged in yet."""
        context = self.browser.new_context(locale="en-GB", viewport={"width": PHONE, "height": 844})
        page = context.new_page()
        page.set_default_timeout(20_000)
        self.phones.append(page)
        return page

    def link_to(self, address: str, subject: str) -> str:
        """The personal link in the newest mail with these words in its subject, once it is there."""
        for _attempt in range(90):
            for path in sorted((self.site.data / "mail").iterdir(), reverse=True):
                for part in re.split(rb"\n-{70,}\n", path.read_bytes()):
                    mail = message_from_bytes(part, policy=policy.default)
                    if address in (mail["To"] or "") and subject in (mail["Subject"] or ""):
                        found = re.search(r"https?://\S+/link/\S+", mail.get_content())
                        assert found, subject
                        return found.group(0)
            time.sleep(1)
        raise AssertionError(f"no mail {subject}")


@pytest.fixture
def scene(live_site: Site, browser: Browser) -> Iterator[Scene]:
    made = Scene(live_site, browser, Story("partner"))
    yield made
    for page in made.phones:
        page.context.close()


@contextmanager
def _desk(scene: Scene, email: str) -> Iterator[Page]:
    with logged_in(scene.browser, scene.site, email) as page:
        yield page


@contextmanager
def _partner(scene: Scene) -> Iterator[Page]:
    """The partner's own login, on a phone."""
    with logged_in(scene.browser, scene.site, PARTNER, width=PHONE, locale="en-GB") as page:
        yield page


def test_partner_team_in_another_zone_delivers_a_milestone_and_is_paid(scene: Scene) -> None:
    _order_is_written_and_checked(scene)
    _service_times_are_agreed(scene)
    _partner_accepts_and_invites(scene)
    member = _member_comes_in(scene)
    _work_is_handed_over(scene, member)
    _milestone_is_delivered_and_accepted(scene, member)
    _payment_is_prepared(scene)
    _both_sides_read_one_order_book(scene, member)


def _order_is_written_and_checked(scene: Scene) -> None:
    """Instructions together with a place in the own team are leasing of staff; a result is an order."""
    with _desk(scene, LEAD) as desk:
        desk.goto(scene.firm("orders/new/"))
        desk.get_by_label("Externe", exact=True).select_option(TEAM)
        desk.get_by_label("Titel", exact=True).fill(TITLE)
        desk.get_by_label("Was zu liefern ist").fill("Automatische Tests für die Schnittstelle zum Lager.")
        desk.get_by_label("Abnahmekriterien").fill("Alle vereinbarten Fälle laufen ohne Eingriff")
        desk.get_by_label("Vergütung", exact=True).select_option("milestones")
        desk.get_by_label("Meilensteine").fill("Testplan; 1.800,00\nTests laufen; 4.200,00")
        desk.get_by_label("Frühester Beginn").fill(desk.evaluate(IN_DAYS.format(days=0)))
        desk.get_by_label("Fällig bis").fill(desk.evaluate(IN_DAYS.format(days=30)))
        desk.get_by_label("Ausfuhrkontrolle").select_option("false")
        effects = desk.locator("#effects")
        told, team = desk.get_by_label(re.compile("^Vorgaben")), desk.get_by_label("Zusammenarbeit mit dem Team")
        told.select_option(label="Die Firma gibt laufend vor, wie gearbeitet wird.")
        team.select_option(label="Im Team wie Beschäftigte: Pflichtrunden, Dienstpläne, Urlaubsabsprache.")
        expect(effects).to_contain_text("nicht erlaubt")
        effects.scroll_into_view_if_needed()
        scene.story.show(desk, "auftrag-oder-ueberlassung")
        told.select_option(label="Vereinbart ist das Ergebnis; wie es entsteht, bleibt offen.")
        team.select_option(label="Eigenständig, Übergabe am Ende.")
        expect(effects).not_to_contain_text("nicht erlaubt")
        desk.get_by_role("button", name="Speichern").click()
        expect(desk.locator("main")).to_contain_text("Der Entwurf ist da")
        scene.order = desk.url


def _service_times_are_agreed(scene: Scene) -> None:
    with _desk(scene, LEAD) as desk:
        desk.goto(scene.order)
        desk.get_by_role("link", name="Zusammenarbeit: Übergaben, vereinbarte Zeiten").click()
        desk.get_by_role("link", name="Ändern").click()
        desk.get_by_label("Stunden bis zur Antwort auf eine Frage").fill("8")
        desk.get_by_label("Stunden bis zur Behebung eines Mangels").fill("24")
        desk.get_by_label("Liefertage zählen mit").check()
        desk.get_by_label("Zeitzone").select_option("Europe/Lisbon")
        desk.get_by_role("button", name="Speichern").click()
        expect(desk.locator("main")).to_contain_text("Die Servicezeiten sind gespeichert")
        desk.goto(scene.order)
        desk.get_by_role("button", name="Angebot senden").click()
        expect(desk.locator("main")).to_contain_text("Das Angebot ist per Mail unterwegs")


def _partner_accepts_and_invites(scene: Scene) -> None:
    with _partner(scene) as phone:
        phone.goto(scene.mine)
        expect(phone.locator("main")).to_contain_text("8 hours")
        scene.story.show(phone, "angebot")
        phone.locator("summary", has_text="Accept the offer").click()
        phone.locator("details[open] form button").click()
        expect(phone.locator("main")).to_contain_text("The order is agreed")
        phone.goto(scene.firm("my-team/"))
        phone.get_by_role("link", name="Invite").click()
        phone.get_by_label("Name").fill(NAME)
        phone.get_by_label("E-mail").fill(MEMBER)
        phone.get_by_label("Technical work").check()
        phone.get_by_label("Language of messages").select_option("en")
        phone.get_by_role("button", name="Invite").click()
        expect(phone.locator("main")).to_contain_text(NAME)
        scene.story.show(phone, "mein-team")


def _member_comes_in(scene: Scene) -> Page:
    """The mail lets her in; the firm reads a number, never her name."""
    phone = scene.phone()
    phone.goto(scene.link_to(MEMBER, "Your access for"))
    phone.locator("main form button").first.click()
    phone.wait_for_url(re.compile("/my-team/"))
    expect(phone.locator("main")).to_contain_text(TITLE)
    with _desk(scene, LEAD) as desk:
        desk.goto(scene.firm("partners/"))
        desk.get_by_role("link", name=TEAM).click()
        expect(desk.locator("main")).to_contain_text("Fachliche Arbeit: 1")
        expect(desk.locator("main")).not_to_contain_text(NAME)
    return phone


def _work_is_handed_over(scene: Scene, member: Page) -> None:
    with _desk(scene, LEAD) as desk:
        desk.goto(f"{scene.order}team/")
        desk.get_by_role("link", name="Übergeben").click()
        desk.get_by_label("Wo die Arbeit steht").fill("Die Fälle 1 bis 12 sind beschrieben, 13 fehlt.")
        desk.get_by_label("Offene Fragen").fill("Soll Fall 13 auch nachts laufen?")
        desk.get_by_label("Nächster Schritt").fill("Testplan schreiben")
        desk.get_by_label("Welche Rolle der anderen Seite übernimmt").fill("Testleitung")
        desk.get_by_role("button", name="Übergeben").click()
        expect(desk.locator("main")).to_contain_text("Europe/Lisbon")
        scene.story.show(desk, "uebergabe")
    member.goto(f"{scene.mine}team/")
    expect(member.locator("main")).to_contain_text("Soll Fall 13 auch nachts laufen?")
    expect(member.locator("main")).to_contain_text("Europe/Berlin")
    scene.story.show(member, "uebergabe-am-telefon")
    member.get_by_label("A word to it").fill("We take over; case 13 at night, please confirm.")
    member.get_by_role("button", name="Take over").click()
    expect(member.locator("main")).to_contain_text("taken over")


def _milestone_is_delivered_and_accepted(scene: Scene, member: Page) -> None:
    member.goto(scene.mine)
    member.get_by_role("link", name="Deliver", exact=True).click()
    member.get_by_label("What you deliver").fill("Test plan for 13 cases, with a table of what each proves.")
    member.get_by_role("button", name="Deliver", exact=True).click()
    expect(member.locator("main")).to_contain_text("Your delivery has arrived")
    with _desk(scene, LEAD) as desk:
        desk.goto(scene.order)
        scene.story.show(desk, "abnahme-des-meilensteins")
        desk.get_by_role("button", name="Abnehmen", exact=True).click()
        main = desk.locator("main")
        expect(main).to_contain_text("Protokoll der Teilabnahme")
        expect(main).to_contain_text("Gutschrift GS-")


def _payment_is_prepared(scene: Scene) -> None:
    """Two people for every account; what is owed for the milestone goes into a run."""
    with _desk(scene, ACCOUNTING) as desk:
        desk.goto(scene.firm("payments/"))
        desk.locator("li", has_text=TEAM).get_by_role("button", name="Stimmt").click()
        expect(desk.locator("main")).to_contain_text("Bestätigt")
        if desk.get_by_role("link", name="Konto eintragen").count():
            desk.get_by_role("link", name="Konto eintragen").click()
            desk.get_by_label("IBAN").fill("DE02 1203 0000 0000 2020 51")
            desk.locator("main form button").last.click()
            expect(desk.locator("main")).to_contain_text("Eine zweite Person bestätigt es")
    with _desk(scene, DIRECTOR) as desk:
        desk.goto(scene.firm("payments/"))
        own = desk.locator("li", has_text="Konto der Firma").get_by_role("button", name="Stimmt")
        if own.count():
            own.click()
            expect(desk.locator("main")).to_contain_text("Bestätigt")
    with _desk(scene, ACCOUNTING) as desk:
        desk.goto(scene.firm("payments/"))
        row = desk.locator("tr", has_text=TEAM)
        expect(row).to_contain_text("Es steht nicht fest, ob Steuer einzubehalten ist")
        row.get_by_role("link", name="Angeben").click()
        desk.get_by_label("Wofür wird gezahlt?").first.select_option("andere Dienstleistung")
        desk.get_by_label("Quelle").first.fill("Rahmenvertrag vom 26.10.2026")
        desk.get_by_role("button", name="Erfassen und neu fragen").click()
        expect(desk.locator("main")).to_contain_text("erfasst")
        desk.goto(scene.firm("payments/"))
        row.locator("input[name=claim]").check()
        desk.get_by_role("button", name="Lauf vorbereiten").click()
        expect(desk.locator("main")).to_contain_text("Eine andere Person gibt ihn frei")
        expect(desk.locator("main")).to_contain_text("1.800,00")


def _both_sides_read_one_order_book(scene: Scene, member: Page) -> None:
    member.goto(scene.firm("my-team/"))
    row = member.locator("tr", has_text=TITLE)
    expect(row).to_contain_text("1 of 2 accepted")
    expect(row).to_contain_text("Deliver: Tests laufen")
    with _desk(scene, LEAD) as desk:
        desk.goto(scene.firm("partners/"))
        desk.get_by_role("link", name=TEAM).click()
        expect(desk.locator("tr", has_text=TITLE)).to_contain_text("1 von 2 abgenommen")
        scene.story.show(desk, "auftragsbuch")
