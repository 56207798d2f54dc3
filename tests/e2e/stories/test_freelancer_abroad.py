"""A freelancer in Vienna: from the brief to the payment file, on the screens of both sides."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from io import BytesIO

import pytest
from lxml import etree
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.e2e.browsing import ACCOUNTING, DIRECTOR, LEAD, logged_in
from tests.e2e.stories.telling import PHONE, Story
from tests.running import Site

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("stories")]

FREELANCER = "office@reiter-integration.example"
TITLE = "Schnittstelle Lager und ERP"
NET = 4800
_PAIN = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


@dataclass
class Scene:
    """The site, the browser, and the phone of the freelancer, which stays open over the whole story."""

    site: Site
    browser: Browser
    story: Story
    phone: Page

    def firm(self, path: str) -> str:
        return f"{self.site.url}/o/nordhessen/{path}"

    def mailed(self, subject: str) -> str:
        """The text of the newest mail to the freelancer with these words in its subject, once it is there."""
        for _attempt in range(60):
            for path in sorted((self.site.data / "mail").iterdir(), reverse=True):
                for part in re.split(rb"\n-{70,}\n", path.read_bytes()):
                    mail = message_from_bytes(part, policy=policy.default)
                    if FREELANCER in (mail["To"] or "") and subject in (mail["Subject"] or ""):
                        text: str = mail.get_content()
                        return text
            time.sleep(1)
        raise AssertionError(f"no mail {subject}")

    def follow(self, subject: str) -> None:
        """Open the link of a mail on the phone and go on."""
        found = re.search(r"https?://\S+/link/\S+", self.mailed(subject))
        assert found, subject
        self.phone.goto(found.group(0))
        self.phone.locator("main form button").first.click()
        self.phone.wait_for_url(re.compile("/o/"))

    def fetched(self, page: Page, link: str) -> bytes:
        """The file behind a link, as the person who is logged in gets it."""
        address = page.get_by_role("link", name=link, exact=True).first.get_attribute("href")
        answer = page.request.get(f"{self.site.url}{address}")
        assert answer.ok, link
        return answer.body()


@pytest.fixture
def scene(live_site: Site, browser: Browser) -> Iterator[Scene]:
    context = browser.new_context(locale="en-GB", viewport={"width": PHONE, "height": 844})
    phone = context.new_page()
    phone.set_default_timeout(20_000)
    yield Scene(live_site, browser, Story("freelancer"), phone)
    context.close()


def test_freelancer_abroad_is_won_contracted_and_paid_with_reverse_charge(scene: Scene) -> None:
    _reads_english(scene)
    order = _order_is_written(scene)
    _offer_is_accepted_on_the_phone(scene)
    _contract_is_signed_by_both(scene, order)
    _work_is_delivered_and_accepted(scene, order)
    _invoice_shows_reverse_charge(scene)
    _account_and_tax_are_settled(scene)
    _run_is_released_by_another_person(scene)
    _freelancer_sees_the_day_of_the_money(scene)


def _reads_english(scene: Scene) -> None:
    """The link of an earlier offer lets him in; he would rather read English, and that stays."""
    scene.follow("Angebote")
    scene.phone.get_by_role("button", name=re.compile("EN|English")).first.click()
    expect(scene.phone.locator("html")).to_have_attribute("lang", "en")


@contextmanager
def _desk(scene: Scene, email: str) -> Iterator[Page]:
    with logged_in(scene.browser, scene.site, email) as page:
        yield page


def _order_is_written(scene: Scene) -> str:
    """Each clause says what it does to the status; returns the address of the order."""
    with _desk(scene, LEAD) as desk:
        desk.goto(scene.firm("orders/"))
        desk.get_by_role("link", name="Neuer Auftrag").first.click()
        desk.get_by_label("Externe", exact=True).select_option("Jonas Reiter")
        desk.get_by_label("Titel", exact=True).fill(TITLE)
        desk.get_by_label("Was zu liefern ist").fill("Eine Schnittstelle überträgt Lagerbewegungen ins ERP.")
        criteria = "100 Testbewegungen kommen ohne Abweichung an\nFehler stehen in einem Protokoll"
        desk.get_by_label("Abnahmekriterien").fill(criteria)
        translated = "An interface transfers stock movements to the ERP system."
        desk.get_by_label("Beschreibung in einer anderen Sprache").fill(translated)
        desk.get_by_label("Betrag netto").fill(f"{NET},00")
        today = desk.evaluate("new Date().toISOString().slice(0, 10)")
        desk.get_by_label("Frühester Beginn").fill(today)
        desk.get_by_label("Fällig bis").fill(
            desk.evaluate("new Date(Date.now() + 26 * 864e5).toISOString().slice(0, 10)")
        )
        desk.get_by_label("Ausfuhrkontrolle").select_option("false")
        hours, effects = desk.get_by_label("Arbeitszeit"), desk.locator("#effects")
        hours.select_option(label="Feste Arbeitszeiten nach Vorgabe der Firma.")
        expect(effects).to_contain_text("Weisung")
        expect(effects).to_contain_text("Alternative: Wann gearbeitet wird, bestimmt die externe Seite.")
        effects.scroll_into_view_if_needed()
        scene.story.show(desk, "wirkung-der-klausel")
        hours.select_option(label="Wann gearbeitet wird, bestimmt die externe Seite.")
        expect(effects).not_to_contain_text("Weisung")
        desk.get_by_role("button", name="Speichern").click()
        desk.get_by_role("button", name="Angebot senden").click()
        expect(desk.locator("main")).to_contain_text("Das Angebot ist per Mail unterwegs")
        return desk.url


def _offer_is_accepted_on_the_phone(scene: Scene) -> None:
    mail = scene.mailed("Offer: ")
    assert "Declining has no consequences" in mail
    assert "Eine Absage hat keine Folgen" in mail
    scene.follow("Offer: ")
    page, main = scene.phone, scene.phone.locator("main")
    for words in ("An interface transfers stock movements", "fixed price EUR 4,800.00", "Festpreis 4.800,00 EUR"):
        expect(main).to_contain_text(words)
    scene.story.show(page, "angebot-auf-dem-telefon")
    page.locator("summary", has_text="Accept the offer").click()
    page.locator("details[open] form button").click()
    expect(main).to_contain_text("The order is agreed")


def _contract_is_signed_by_both(scene: Scene, order: str) -> None:
    with _desk(scene, DIRECTOR) as desk:
        desk.goto(order)
        desk.get_by_role("link", name="Neuer Vertrag").click()
        desk.get_by_role("link", name="Werkvertrag").first.click()
        desk.get_by_role("button", name="Entwurf anlegen").click()
        desk.get_by_role("link", name="Unterschriften anfordern").click()
        desk.get_by_role("button", name="Unterschriften anfordern").click()
        expect(desk.locator("main")).to_contain_text("Jemand anderes ist an der Reihe")
        scene.follow("Please sign")
        phone = scene.phone
        contract = _text_of(scene.fetched(phone, "Contract (PDF)"))
        for words in ("Werkvertrag", "Contract for work", "4.800,00 EUR", "Jonas Reiter", "1040 Wien"):
            assert words in contract, words
        phone.get_by_label("I have read the file").check()
        scene.story.show(phone, "unterschreiben")
        phone.get_by_role("button", name="Sign", exact=True).click()
        expect(phone.locator("main")).to_contain_text("You have signed")
        desk.reload()
        desk.get_by_label("Ich habe die Datei gelesen").check()
        desk.get_by_role("button", name="Unterschreiben", exact=True).click()
        expect(desk.locator("main")).to_contain_text("Alle haben unterschrieben")
        assert "Jonas Reiter" in _text_of(scene.fetched(desk, "Signaturblatt"))


def _work_is_delivered_and_accepted(scene: Scene, order: str) -> None:
    phone = scene.phone
    phone.goto(order.replace("/orders/", "/my-orders/"))
    phone.get_by_role("link", name="Deliver", exact=True).click()
    phone.get_by_label("What you deliver").fill("100 test movements, no deviation; the log is attached.")
    log = {"name": "log.csv", "mimeType": "text/csv", "buffer": b"movement;ok\n100;yes\n"}
    phone.locator("input[type=file]").set_input_files(log)  # type: ignore[arg-type]
    scene.story.show(phone, "lieferung")
    phone.get_by_role("button", name="Deliver", exact=True).click()
    expect(phone.locator("main")).to_contain_text("Your delivery has arrived")
    with _desk(scene, LEAD) as desk:
        desk.goto(order)
        for box in desk.locator("input[name=met]").all():
            box.check()
        scene.story.show(desk, "abnahme")
        desk.get_by_role("button", name="Abnehmen", exact=True).click()
        expect(desk.locator("main")).to_contain_text("Gutschrift GS-")
        assert TITLE in _text_of(scene.fetched(desk, "PDF"))


def _invoice_shows_reverse_charge(scene: Scene) -> None:
    phone = scene.phone
    phone.reload()
    pdf = _text_of(scene.fetched(phone, "Invoice (PDF)"))
    for words in ("Gutschrift", "Steuerschuldnerschaft des Leistungsempfängers", "ATU98765434", "4.800,00"):
        assert words in pdf, f"{words} is missing in: {pdf}"
    xml = etree.fromstring(scene.fetched(phone, "E-invoice (XML)"))
    said = {etree.QName(one).localname: one.text for one in xml.iter() if etree.QName(one).localname != "ID"}
    assert xml.xpath("string(//*[local-name()='ExchangedDocument']/*[local-name()='TypeCode'])") == "389"
    assert said["CategoryCode"] == "AE"
    assert said["DuePayableAmount"] == f"{NET}.00"


def _account_and_tax_are_settled(scene: Scene) -> None:
    """Two people for every account; and the tax question that nobody has answered holds the money back."""
    with _desk(scene, ACCOUNTING) as desk:
        desk.goto(scene.firm("payments/"))
        row = desk.locator("tr", has_text="Jonas Reiter")
        expect(row).to_contain_text("Es steht nicht fest, ob Steuer einzubehalten ist")
        desk.locator("li", has_text="Jonas Reiter").get_by_role("button", name="Stimmt").click()
        expect(desk.locator("main")).to_contain_text("Bestätigt")
        desk.get_by_role("link", name="Konto eintragen").click()
        desk.get_by_label("IBAN").fill("DE02 1203 0000 0000 2020 51")
        desk.locator("main form button").last.click()
        expect(desk.locator("main")).to_contain_text("Eine zweite Person bestätigt es")
        row.get_by_role("link", name="Angeben").click()
        desk.get_by_label("Wofür wird gezahlt?").first.select_option("andere Dienstleistung")
        desk.get_by_label("Quelle").first.fill("Vertrag V-1")
        scene.story.show(desk, "steuerfrage")
        desk.get_by_role("button", name="Erfassen und neu fragen").click()
        expect(desk.locator("main")).to_contain_text("erfasst")
    with _desk(scene, DIRECTOR) as desk:
        desk.goto(scene.firm("payments/"))
        desk.locator("li", has_text="Konto der Firma").get_by_role("button", name="Stimmt").click()
        expect(desk.locator("main")).to_contain_text("Bestätigt")


def _run_is_released_by_another_person(scene: Scene) -> None:
    with _desk(scene, ACCOUNTING) as desk:
        desk.goto(scene.firm("payments/"))
        desk.locator("tr", has_text="Jonas Reiter").locator("input[name=claim]").check()
        desk.get_by_role("button", name="Lauf vorbereiten").click()
        expect(desk.locator("main")).to_contain_text("Eine andere Person gibt ihn frei")
        run = desk.url
    with _desk(scene, DIRECTOR) as desk:
        desk.goto(run)
        desk.get_by_role("button", name="Freigeben").first.click()
        expect(desk.locator("main")).to_contain_text("Freigegeben")
        scene.story.show(desk, "zahllauf")
        file = etree.fromstring(scene.fetched(desk, "Zahlungsdatei"))
        assert file.xpath("string(//p:CdtTrfTxInf/p:Amt/p:InstdAmt)", namespaces=_PAIN) == f"{NET}.00"
        assert file.xpath("string(//p:CdtTrfTxInf//p:CdtrAcct//p:IBAN)", namespaces=_PAIN) == "AT671234500000004711"
        assert file.xpath("string(//p:CdtTrfTxInf/p:Cdtr/p:Nm)", namespaces=_PAIN) == "Jonas Reiter"


def _freelancer_sees_the_day_of_the_money(scene: Scene) -> None:
    phone = scene.phone
    phone.reload()
    expect(phone.locator("main")).to_contain_text("Your money: €4,800.00")
    expect(phone.locator("main")).to_contain_text("Released by a second person")
    scene.story.show(phone, "geld-am-telefon")


def _text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())
