"""Objecting to a self-billed invoice: it loses its effect, stays on record, and the firm says what comes instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail

from werkfluss.engagement.domain import deliveries, invoices, objections
from werkfluss.engagement.models import Delivery, Objection, Order, SelfBilledInvoice
from werkfluss.evidence.domain.documents import content_of
from werkfluss.formats.en16931.read import read
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.org import events
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event
from werkfluss.workforce.models import Resource

As = Callable[[Resource], Actor]


@pytest.fixture
def billed(draft: Order, deliver_for: Callable[..., Delivery], lead: Actor) -> Order:
    """The order of 2,400 euro, delivered, accepted and billed by Gutschrift."""
    deliveries.accept_delivery(deliver_for(draft), met=[True, True], by=lead)
    draft.refresh_from_db()
    assert draft.state == "billed"
    return draft


@pytest.fixture
def fuchs(billed: Order, as_external: As) -> Actor:
    return as_external(billed.resource)


@pytest.fixture
def invoice(billed: Order) -> SelfBilledInvoice:
    return SelfBilledInvoice.objects.get(order=billed)


def test_objection_ends_the_effect_and_tells_the_firm(
    invoice: SelfBilledInvoice, billed: Order, fuchs: Actor, in_firm: Actor
) -> None:
    assert invoices.billing_check(billed, on=clock.today(), by=in_firm).verdict.permits
    objection = objections.object_to_invoice(invoice, reason=" Der Betrag ist zu hoch. ", by=fuchs)
    assert (objection.number, objection.reason, objection.answer) == (invoice.number, "Der Betrag ist zu hoch.", "")
    assert list(objections.open_objections()) == [objection]
    refused = invoices.billing_check(billed, on=clock.today(), by=in_firm).verdict
    assert not refused.permits
    assert "Widerspruch" in next(iter(refused.reasons)).de
    letter = mail.outbox[-1]
    assert letter.subject == f"Widerspruch gegen {invoice.number}"
    assert "Der Betrag ist zu hoch." in letter.body
    assert f"/orders/{billed.pk}/" in letter.body


def test_objection_is_recorded(invoice: SelfBilledInvoice, fuchs: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[Event, Actor]] = []
    monkeypatch.setitem(events._handlers, "engagement.invoice.objected", [lambda event, by: heard.append((event, by))])
    objections.object_to_invoice(invoice, reason="Falsche Anschrift", by=fuchs)
    ((event, by),) = heard
    assert (event.subject, by) == (invoice, fuchs)
    assert event.data == {"number": invoice.number, "reason": "Falsche Anschrift"}


def test_corrected_document_names_the_old_one(invoice: SelfBilledInvoice, fuchs: Actor, lead: Actor) -> None:
    first, first_xml = invoice.number, invoice.xml
    objection = objections.object_to_invoice(invoice, reason="Zu hoch", by=fuchs)
    objections.correct_invoice(objection, net_cents=200_000, note="Bitte prüfen.", by=lead)
    invoice.refresh_from_db()
    objection.refresh_from_db()
    assert invoice.number != first
    assert (invoice.net_cents, objection.answer, objection.answered_by) == (200_000, "corrected", lead.id)
    new = read(content_of(invoice.xml), filename="a.xml").invoice
    assert [(one.id, one.issue_date) for one in new.preceding] == [(first, clock.today())]
    assert new.payment is not None
    assert new.payment.remittance == invoice.number
    assert objection.xml_id == first_xml.pk
    assert read(content_of(first_xml), filename="a.xml").invoice.id == first
    letter = mail.outbox[-1]
    assert "2.000,00 EUR" in letter.body
    assert "Bitte prüfen." in letter.body


def test_corrected_document_may_be_objected_to_again(invoice: SelfBilledInvoice, fuchs: Actor, lead: Actor) -> None:
    objection = objections.object_to_invoice(invoice, reason="Zu hoch", by=fuchs)
    objections.correct_invoice(objection, net_cents=200_000, by=lead)
    objections.object_to_invoice(invoice, reason="Immer noch zu hoch", by=fuchs)
    assert Objection.objects.filter(invoice=invoice).count() == 2
    assert objections.open_objections().get().reason == "Immer noch zu hoch"


def test_asking_for_an_invoice_closes_the_objection(
    invoice: SelfBilledInvoice, billed: Order, fuchs: Actor, lead: Actor
) -> None:
    objection = objections.object_to_invoice(invoice, reason="Ich schreibe selbst", by=fuchs)
    objections.ask_for_invoice(objection, note="Danke.", by=lead)
    objection.refresh_from_db()
    assert objection.answer == "invoice_asked"
    assert not objections.open_objections().exists()
    assert not invoices.billing_check(billed, on=clock.today(), by=lead).verdict.permits
    assert mail.outbox[-1].to == [billed.resource.email]
    with pytest.raises(Conflict):
        objections.correct_invoice(objection, net_cents=1000, by=lead)


def test_only_the_external_objects_and_only_the_firm_answers(
    invoice: SelfBilledInvoice, fuchs: Actor, lead: Actor
) -> None:
    with pytest.raises(NotPermitted):
        objections.object_to_invoice(invoice, reason="Nein", by=lead)
    objection = objections.object_to_invoice(invoice, reason="Nein", by=fuchs)
    with pytest.raises(NotPermitted):
        objections.correct_invoice(objection, net_cents=1000, by=fuchs)
    with pytest.raises(NotPermitted):
        objections.ask_for_invoice(objection, by=fuchs)


@pytest.mark.parametrize("reason", ["", "   "])
def test_objection_needs_a_reason(reason: str, invoice: SelfBilledInvoice, fuchs: Actor) -> None:
    with pytest.raises(Refused, match="reason"):
        objections.object_to_invoice(invoice, reason=reason, by=fuchs)


def test_document_is_objected_to_once(invoice: SelfBilledInvoice, fuchs: Actor) -> None:
    objections.object_to_invoice(invoice, reason="Nein", by=fuchs)
    with pytest.raises(Refused, match="already"):
        objections.object_to_invoice(invoice, reason="Nein", by=fuchs)


@pytest.mark.parametrize("cents", [0, -1, 240_001])
def test_correction_stays_within_the_agreed_price(
    cents: int, invoice: SelfBilledInvoice, fuchs: Actor, lead: Actor
) -> None:
    objection = objections.object_to_invoice(invoice, reason="Nein", by=fuchs)
    with pytest.raises(Refused):
        objections.correct_invoice(objection, net_cents=cents, by=lead)
    invoice.refresh_from_db()
    assert invoice.number == objection.number
