"""Abnahme in parts, with reservations, refused, deemed; hours released; own invoices; earlier money; levies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from werkfluss.compliance.domain import deadlines
from werkfluss.compliance.domain.facts import record_fact
from werkfluss.engagement.domain import (
    billing,
    claims,
    deliveries,
    early,
    invoices,
    levies,
    offers,
    orders,
    payees,
    protocols,
    received,
    runs,
)
from werkfluss.engagement.models import Acceptance, Claim, Delivery, Order
from werkfluss.evidence.domain import dossiers, exports
from werkfluss.evidence.domain.documents import content_of
from werkfluss.formats.en16931.model import Account, Payment
from werkfluss.formats.en16931.read import read
from werkfluss.formats.en16931.self_billing import Item, SelfBill, self_billed
from werkfluss.formats.en16931.write import write
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Broken, Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Language
from werkfluss.org.actor import Actor
from werkfluss.workforce.models import Resource

As = Callable[[Resource], Actor]
Draft = Callable[..., Order]
MILESTONES = {
    "price_kind": "milestones",
    "price_cents": 300_000,
    "price": {
        "milestones": [
            {"title": "Rohfassung", "cents": 100_000, "due": None},
            {"title": "Endfassung", "cents": 200_000, "due": None},
        ]
    },
}


def words_of(pdf: bytes) -> str:
    """Without white space and hyphens: narrow columns break words and numbers."""
    return squeezed(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


def squeezed(text: str) -> str:
    return "".join(text.replace("’", "'").replace("\xad", "").split()).replace("-", "")


@pytest.fixture
def agreed(draft_for: Draft, external: Resource, as_external: As, in_firm: Actor) -> Callable[..., tuple[Order, Actor]]:
    """``agreed(price_kind=…)``: an order of Marlene Fuchs that she has accepted, and she."""

    def make(**terms: Any) -> tuple[Order, Actor]:
        order = draft_for(external, **terms)
        offer = orders.send_offer(order, by=in_firm)
        person = as_external(external)
        offers.accept_offer(offer, by=person)
        order.refresh_from_db()
        return order, person

    return make


def text_of(row: Acceptance) -> str:
    assert row.pdf is not None
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(content_of(row.pdf))).pages)


def test_each_milestone_is_accepted_and_paid_by_itself(agreed: Callable[..., tuple[Order, Actor]], lead: Actor) -> None:
    order, person = agreed(**MILESTONES)
    first = deliveries.deliver_order(order, text="Rohfassung", chosen={"m1": None}, by=person)
    assert first.amount_cents == 100_000
    deliveries.accept_delivery(first, met=[False], by=lead)
    order.refresh_from_db()
    assert order.state == "agreed"
    made = order.acceptances.get()
    assert (made.kind, made.net_cents, made.final) == ("partial", 100_000, False)
    said = text_of(made)
    assert "Teilabnahme" in said
    assert "Rohfassung" in said
    assert "1.000,00 EUR" in said
    assert [claim.gross_cents for claim in order.claims.all()] == [100_000]
    with pytest.raises(Refused):
        deliveries.deliver_order(order, text="Noch einmal", chosen={"m1": None}, by=person)
    second = deliveries.deliver_order(order, text="Endfassung", by=person)
    assert second.amount_cents == 200_000
    with pytest.raises(Refused, match="criteria"):
        deliveries.accept_delivery(second, met=[False], by=lead)
    deliveries.accept_delivery(second, met=[True], by=lead)
    order.refresh_from_db()
    assert order.state == "billed"
    assert sorted(claim.gross_cents for claim in order.claims.all()) == [100_000, 200_000]
    assert order.invoices.count() == 2
    with pytest.raises(Conflict):
        deliveries.accept_delivery(second, met=[True], by=lead)  # double acceptance


def test_part_of_a_delivery_is_accepted_and_the_rest_comes_back(
    agreed: Callable[..., tuple[Order, Actor]], lead: Actor
) -> None:
    order, person = agreed(**MILESTONES)
    delivery = deliveries.deliver_order(order, text="Alles", by=person)
    deliveries.accept_delivery(delivery, met=[False], keys=["m2"], note="Rohfassung fehlt", by=lead)
    order.refresh_from_db()
    assert (order.state, order.acceptances.get().net_cents) == ("agreed", 200_000)
    again = deliveries.deliver_order(order, text="Rest", by=person)
    assert again.amount_cents == 100_000
    with pytest.raises(Refused):
        deliveries.accept_delivery(again, met=[True], keys=["m2"], by=lead)


def test_defects_are_reserved_with_a_day(agreed: Callable[..., tuple[Order, Actor]], lead: Actor) -> None:
    order, person = agreed()
    delivery = deliveries.deliver_order(order, text="Fertig", by=person)
    with pytest.raises(Refused, match="mend"):
        deliveries.accept_delivery(delivery, met=[False], defects=["Seite 3 fehlt"], by=lead)
    day = clock.today() + timedelta(days=10)
    deliveries.accept_delivery(delivery, met=[False], defects=["Seite 3 fehlt"], mend_by=day, by=lead)
    made = order.acceptances.get()
    assert (made.kind, made.defects, made.mend_by) == ("defects", [{"text": "Seite 3 fehlt"}], day)
    assert "vorbehalten" in text_of(made)
    assert deadlines.deadlines_about(made).get().due == day


def test_refusal_names_the_reason(agreed: Callable[..., tuple[Order, Actor]], lead: Actor) -> None:
    order, person = agreed()
    delivery = deliveries.deliver_order(order, text="Fertig", by=person)
    deliveries.send_back_delivery(delivery, unmet=["Blatt liegt vor"], note="Das Blatt fehlt.", by=lead)
    made = order.acceptances.get()
    assert (made.kind, made.net_cents) == ("refused", 0)
    assert "Das Blatt fehlt." in text_of(made)
    assert not order.claims.exists()


def test_silence_is_acceptance_only_after_the_period_that_was_set(
    agreed: Callable[..., tuple[Order, Actor]], lead: Actor, in_firm: Actor
) -> None:
    order, person = agreed()
    delivery = deliveries.deliver_order(order, text="Fertig", by=person)
    for days in (0, 6, 61, -5):
        with pytest.raises(Refused):
            protocols.ask_for_acceptance(delivery, days=days, by=person)
    with pytest.raises(NotPermitted):
        protocols.ask_for_acceptance(delivery, days=14, by=lead)
    period = protocols.ask_for_acceptance(delivery, days=14, by=person)
    assert deadlines.deadlines_about(delivery).get().due == period.ends_on
    assert not deliveries.deem_accepted(period, on=period.ends_on, by=in_firm)
    system = Actor.system(in_firm.org_id)
    (due,) = protocols.due_periods(period.ends_on + timedelta(days=1))
    assert deliveries.deem_accepted(due, on=period.ends_on + timedelta(days=1), by=system)
    made = order.acceptances.get()
    assert made.kind == "deemed"
    assert "§ 640 Abs. 2 BGB" in text_of(made)
    assert order.claims.get().state == "open"


def test_defect_named_in_time_stops_the_clock(agreed: Callable[..., tuple[Order, Actor]], lead: Actor) -> None:
    order, person = agreed()
    delivery = deliveries.deliver_order(order, text="Fertig", by=person)
    period = protocols.ask_for_acceptance(delivery, days=14, by=person)
    deliveries.send_back_delivery(delivery, unmet=[], note="Unlesbar", by=lead)
    period.refresh_from_db()
    assert period.state == "answered"
    assert not protocols.due_periods(period.ends_on + timedelta(days=1)).exists()


def test_hours_are_released_against_the_cap(agreed: Callable[..., tuple[Order, Actor]], lead: Actor) -> None:
    order, person = agreed(price_kind="hourly", price_cents=100_000, price={"rate_cents": 8_000})
    with pytest.raises(Refused):
        deliveries.deliver_order(order, text="Zu viel", chosen={"all": Decimal(13)}, by=person)
    for wrong in (Decimal(-1), Decimal(0), Decimal("NaN"), Decimal("1e30")):
        with pytest.raises(Refused):
            deliveries.deliver_order(order, text="Unsinn", chosen={"all": wrong}, by=person)
    delivery = deliveries.deliver_order(order, text="Oktober", chosen={"all": Decimal("7.5")}, by=person)
    assert delivery.amount_cents == 60_000
    with pytest.raises(Refused, match="service"):
        protocols.ask_for_acceptance(delivery, days=14, by=person)
    deliveries.accept_delivery(delivery, met=[False], last=False, by=lead)
    made = order.acceptances.get()
    assert (made.kind, made.net_cents) == ("release", 60_000)
    assert "nicht abgenommen" in text_of(made)
    written = read(content_of(order.invoices.get().xml), filename="x.xml").invoice
    assert [(line.quantity, line.unit, line.price) for line in written.lines] == [(Decimal("7.5"), "HUR", Decimal(80))]
    order.refresh_from_db()
    last = deliveries.deliver_order(order, text="November", chosen={"all": Decimal(5)}, by=person)
    deliveries.accept_delivery(last, met=[True], by=lead)
    assert sum(claim.net_cents for claim in order.claims.all()) == 100_000


@pytest.fixture
def own_invoice(agreed: Callable[..., tuple[Order, Actor]], lead: Actor) -> tuple[Order, Actor, SelfBill]:
    """An order without self-billing, accepted: 1,000 euro are to be billed by the external."""
    order, person = agreed(price_cents=100_000, self_billing=False)
    delivery = deliveries.deliver_order(order, text="Fertig", by=person)
    deliveries.accept_delivery(delivery, met=[True], by=lead)
    tax = billing.tax_of(invoices.vat_check(order, delivery, by=lead).verdict)
    today = clock.today()
    bill = SelfBill(
        number="R-17",
        issued=today,
        due=today + timedelta(days=14),
        agreed_on=today,
        seller=billing.seller_of(order, today),
        buyer=billing.buyer(),
        items=(Item("Schaltplan", Decimal(1000), tax),),
        supplied=today,
        order=f"A-{order.number}",
        payment=Payment("58", remittance="R-17", accounts=(Account("DE80123456780000081511"),)),
    )
    return order, person, bill


def as_file(bill: SelfBill, **changes: Any) -> bytes:
    return write(replace(self_billed(replace(bill, **changes)), type_code="380"), syntax="ubl")


def test_own_invoice_that_fits_is_owed_at_once(own_invoice: tuple[Order, Actor, SelfBill], lead: Actor) -> None:
    order, person, bill = own_invoice
    assert not order.claims.exists()
    row = received.receive_invoice(order, content=as_file(bill), filename="r.xml", by=person)
    assert row.differences == []
    with pytest.raises(NotPermitted):
        received.take_invoice(row, by=person)
    claim = received.take_invoice(row, by=lead)
    assert (claim.gross_cents, claim.number, claim.state) == (100_000, "R-17", "open")
    with pytest.raises(Conflict):
        received.take_invoice(row, by=lead)
    with pytest.raises(Refused, match="left"):
        received.receive_invoice(order, content=as_file(bill), filename="r.xml", by=person)


@pytest.mark.parametrize(
    ("changes", "code", "weight"),
    [
        ({"items": "1200"}, "price", "stop"),
        ({"items": "900"}, "price", "look"),
        ({"currency": "CHF"}, "currency", "stop"),
        ({"iban": "AT611904300234573201"}, "account", "look"),
        ({"seller": "Jemand Anders"}, "seller", "look"),
        ({"tax_number": "999 999 99999"}, "seller", "stop"),
        ({"rate": "19"}, "tax", "stop"),
    ],
)
def test_difference_is_named_with_its_next_step(
    changes: dict[str, str], code: str, weight: str, own_invoice: tuple[Order, Actor, SelfBill], lead: Actor
) -> None:
    order, person, bill = own_invoice
    (item,) = bill.items
    if "items" in changes:
        bill = replace(bill, items=(replace(item, price=Decimal(changes["items"])),))
    if "rate" in changes:
        bill = replace(bill, items=(replace(item, tax=replace(item.tax, category="S", rate=Decimal(19), reason="")),))
    if "currency" in changes:
        bill = replace(bill, currency="CHF")
    if "iban" in changes and bill.payment:
        bill = replace(bill, payment=replace(bill.payment, accounts=(Account(changes["iban"]),)))
    if "seller" in changes:
        bill = replace(bill, seller=replace(bill.seller, name=changes["seller"]))
    if "tax_number" in changes:
        bill = replace(bill, seller=replace(bill.seller, tax_number=changes["tax_number"]))
    row = received.receive_invoice(order, content=as_file(bill), filename="r.xml", by=person)
    found = {one["code"]: one for one in row.differences}
    assert found[code]["weight"] == weight
    assert found[code]["next_step"]["de"]
    if weight == "stop":
        with pytest.raises(Refused):
            received.take_invoice(row, by=lead)
        received.refuse_invoice(row, note="", by=lead)
        row.refresh_from_db()
        assert row.state == "refused"
        assert row.note


@pytest.mark.parametrize(
    "content", [b"%PDF-1.4 nothing", b"<a/>", b"\x00" * 50, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>']
)
def test_file_that_is_no_invoice_is_refused(content: bytes, own_invoice: tuple[Order, Actor, SelfBill]) -> None:
    order, person, _bill = own_invoice
    with pytest.raises(Broken):
        received.receive_invoice(order, content=content, filename="r.pdf", by=person)
    assert not order.received_invoices.exists()


def test_same_number_twice_is_a_double(
    own_invoice: tuple[Order, Actor, SelfBill], agreed: Callable[..., tuple[Order, Actor]], lead: Actor
) -> None:
    order, person, bill = own_invoice
    received.receive_invoice(order, content=as_file(bill), filename="r.xml", by=person)
    again = received.receive_invoice(order, content=as_file(bill), filename="r2.xml", by=lead)
    assert "double" in {one["code"] for one in again.differences}


def test_earlier_payment_is_asked_and_decided_freely(
    draft: Order, deliver_for: Callable[..., Delivery], as_external: As, lead: Actor
) -> None:
    deliveries.accept_delivery(deliver_for(draft), met=[True, True], by=lead)
    claim, person = Claim.objects.get(order=draft), as_external(draft.resource)
    with pytest.raises(NotPermitted):
        early.ask_early(claim, wished_on=clock.today(), by=lead)
    with pytest.raises(Refused):
        early.ask_early(claim, wished_on=claim.due_on, by=person)
    with pytest.raises(Refused, match="10 %"):
        early.ask_early(claim, wished_on=clock.today(), discount_cents=200_000, by=person)
    asked = early.ask_early(claim, wished_on=clock.today(), by=person)
    early.answer_request(asked, granted=True, by=lead)
    claim.refresh_from_db()
    assert claim.discount_cents == 0
    assert claim.due_on == asked.wished_on
    with pytest.raises(Conflict):
        early.answer_request(asked, granted=False, by=lead)


def test_levies_come_from_what_was_paid_and_ask_for_what_is_missing(
    draft: Order, deliver_for: Callable[..., Delivery], lead: Actor
) -> None:
    deliveries.accept_delivery(deliver_for(draft), met=[True, True], by=lead)
    claim, year = Claim.objects.get(order=draft), clock.today().year
    system = Actor.system(lead.org_id)
    assert levies.levies_of(year, by=system).fees == []
    runs.pay_claim(claim, paid_on=clock.today(), by=lead)
    found = levies.levies_of(year, by=system)
    assert [order.pk for order in found.unknown] == [draft.pk]
    assert found.fees == []
    record_fact(draft, name="purpose", value="own_advertising", source="Auftrag", valid_from=clock.today(), by=lead)
    found = levies.levies_of(year, by=system)
    assert found.unknown == []
    assert found.base.cents == 240_000
    assert found.levy is not None
    assert found.levy.cents == 11_760  # 4.9 % in 2026
    assert found.report_by.isoformat() == f"{year + 1}-03-31"
    table = levies.as_csv(found).decode("utf-8-sig")
    assert claim.number in table
    assert "2400,00" in table
    report: dict[Language, tuple[str, ...]] = {
        "de": (
            "Künstlersozialabgabe",
            "Zu melden bis",
            f"31.03.{year + 1}",
            "2.400,00",
            "117,60",
            "Abzugsteuer",
            "Keine.",
        ),
        "en": ("Artists' social levy", "To be reported by", "2,400.00", "117.60", "Tax withheld", "None."),
    }
    for language, words in report.items():
        said = words_of(levies.as_report(found, language=language))
        for word in ("Marlene", claim.number, *words):
            assert squeezed(word) in said, (language, word)
    assert not any(word in said for word in ("Künstler", "Zumelden", "Keine", "Zahlungen", "Bezahlt", "Netto"))
    paper: dict[Language, tuple[str, ...]] = {
        "de": ("Abnahmekriterien", "Lieferungen und Abnahme", "Vergütung netto", "Verlauf"),
        "en": ("Acceptance criteria", "Deliveries and acceptance", "Fee, net", "History"),
    }
    whole = dossiers.dossier("order", draft.pk)
    assert whole is not None
    for language, words in paper.items():
        said = words_of(exports.dossier_pdf(whole, language=language, at=clock.now()))
        for word in (draft.title, claim.number, *words):
            assert squeezed(word) in said, (language, word)
    assert not any(squeezed(word) in said for word in paper["de"])


def test_payment_in_francs_is_named_and_paid_by_hand(agreed: Callable[..., tuple[Order, Actor]], lead: Actor) -> None:
    order, person = agreed(price_cents=100_000, currency="CHF")
    deliveries.accept_delivery(deliveries.deliver_order(order, text="Fertig", by=person), met=[True], by=lead)
    claim = order.claims.get()
    payees.confirm_account(payees.accounts_to_confirm().get(resource=order.resource), by=lead)
    assert [one.code for one in claims.holds(claim, claims.around([claim], on=clock.today(), by=lead))] == ["sepa"]
    runs.pay_outside(claim, paid_on=clock.today(), by=lead)
    claim.refresh_from_db()
    assert claim.state == "paid"
