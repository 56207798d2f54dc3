"""Objecting to a self-billed invoice: it loses its effect as an invoice, and the firm says what comes instead.

s.14(2) s.6 UStG. The right is the external's alone and has no form; the reason is asked so that the firm can mend it.
"""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.urls import reverse

from werkfluss.engagement.domain import claims, invoices, mails, orders
from werkfluss.engagement.models import Objection, SelfBilledInvoice
from werkfluss.engagement.rules import is_own
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.org.models import FirmProfile, Organisation
from werkfluss.org.tenancy import current_org_id

_CITATION = "§ 14 Abs. 2 Satz 6 UStG"


def open_objections() -> QuerySet[Objection]:
    """Objections that wait for the firm's answer, oldest first."""
    rows = Objection.objects.filter(answer="").select_related("invoice__order__resource")
    return rows.order_by("objected_at")


def latest_objection(invoice: SelfBilledInvoice) -> Objection | None:
    """The last objection to this invoice, answered or not."""
    return invoice.objections.first()


def object_to_invoice(invoice: SelfBilledInvoice, *, reason: str, by: Actor) -> Objection:
    """The external objects to the document that holds now; the firm is told by mail.

    Raises:
        NotPermitted: it is somebody else's order.
        Refused: there is no reason, or this document was objected to already.
    """
    order = orders.locked(invoice.order_id)
    if not is_own(order, by):
        raise NotPermitted("own_orders.answer")
    invoice.refresh_from_db()
    if not reason.strip():
        raise Refused(
            Text("Es fehlt der Grund.", "There is no reason."),
            citation=_CITATION,
            what_to_do=Text("Bitte schreiben Sie, was nicht stimmt.", "Please write what is wrong."),
        )
    if Objection.objects.filter(number=invoice.number).exists():
        raise Refused(
            Text(f"{invoice.number} ist schon widersprochen.", f"{invoice.number} has been objected to already."),
            citation=_CITATION,
            what_to_do=Text("Der Auftraggeber meldet sich bei Ihnen.", "The client will get back to you."),
        )
    objection = Objection.objects.create(
        invoice=invoice,
        number=invoice.number,
        xml=invoice.xml,
        pdf=invoice.pdf,
        reason=reason.strip(),
        objected_at=clock.now(),
        objected_by=by.id,
    )
    record(Event("engagement.invoice.objected", invoice, {"number": invoice.number, "reason": objection.reason}), by=by)
    _tell_firm(objection)
    return objection


def correct_invoice(objection: Objection, *, net_cents: int, note: str = "", by: Actor) -> SelfBilledInvoice:
    """Issue another document with this net amount; the one objected to stays on record without effect.

    Raises:
        NotPermitted: the actor may not write orders.
        Conflict: the objection was answered already.
        Refused: the amount is not between one cent and the agreed price, or the law forbids to bill.
    """
    objection = _unanswered(objection, by)
    invoice = objection.invoice
    order = invoice.order
    if not 0 < net_cents <= order.price_cents:
        agreed = mails.amount(order.price_cents, order.currency)
        raise Refused(
            Text(f"Vereinbart sind höchstens {agreed.de}.", f"At most {agreed.en} are agreed."),
            citation=f"Auftrag {order.number}",
            what_to_do=Text(
                "Bitte nennen Sie einen Betrag bis dahin, oder fordern Sie eine Rechnung an.",
                "Please give an amount up to that, or ask for an invoice.",
            ),
        )
    _answer(objection, "corrected", note, by)
    invoices.reissue_invoice(invoice, net_cents=net_cents, by=by)
    total = mails.amount(invoice.net_cents + invoice.tax_cents, order.currency)
    subject = Text(f"Berichtigte Gutschrift: {order.title}", f"Corrected self-billed invoice: {order.title}")
    body = Text(
        f"wir haben Ihren Widerspruch geprüft. Statt {objection.number} gilt jetzt die Gutschrift {invoice.number} "
        f"über {total.de}.{_said(note)}",
        f"We have looked into your objection. Instead of {objection.number}, self-billed invoice {invoice.number} "
        f"over {total.en} now holds.{_said(note)}",
    )
    mails.tell_external(order, subject=subject, body=body, by=by)
    return invoice


def ask_for_invoice(objection: Objection, *, note: str = "", by: Actor) -> None:
    """Leave it at the objection: the external writes an invoice of the own.

    Raises:
        NotPermitted: the actor may not write orders.
        Conflict: the objection was answered already.
    """
    objection = _unanswered(objection, by)
    order = objection.invoice.order
    claim = getattr(objection.invoice, "claim", None)
    if claim is not None:
        claims.void_claim(claim, by=by)
    _answer(objection, "invoice_asked", note, by)
    data = {"number": objection.number, "note": note.strip()}
    record(Event("engagement.invoice.asked_for", objection.invoice, data), by=by)
    subject = Text(f"Bitte um Ihre Rechnung: {order.title}", f"Please send your invoice: {order.title}")
    body = Text(
        f"Sie haben der Gutschrift {objection.number} widersprochen; sie gilt nicht mehr als Rechnung. Bitte schicken "
        f"Sie uns eine eigene Rechnung, am besten als E-Rechnung.{_said(note)}",
        f"You have objected to self-billed invoice {objection.number}; it no longer counts as an invoice. Please send "
        f"us an invoice of your own, an e-invoice if you can.{_said(note)}",
    )
    mails.tell_external(order, subject=subject, body=body, by=by)


def _unanswered(objection: Objection, by: Actor) -> Objection:
    by.require("order.write")
    order = orders.locked(objection.invoice.order_id)
    fresh = Objection.objects.select_related("invoice__order__resource").get(pk=objection.pk)
    if is_own(order, by):
        raise NotPermitted("order.write")
    if fresh.answer:
        raise Conflict(f"order {order.number}")
    return fresh


def _answer(objection: Objection, answer: str, note: str, by: Actor) -> None:
    objection.edit(answer=answer, note=note.strip(), answered_at=clock.now(), answered_by=by.id)


def _said(note: str) -> str:
    return f"\n\n{note.strip()}" if note.strip() else ""


def _tell_firm(objection: Objection) -> None:
    firm = Organisation.objects.get(pk=current_org_id())
    order = objection.invoice.order
    address = settings.SITE_URL + reverse("order", kwargs={"firm": firm.slug, "pk": order.pk})
    text = (
        f"{order.resource.name} widerspricht der Gutschrift {objection.number} (Auftrag {order.number} "
        f"„{order.title}“):\n\n{objection.reason}\n\n"
        "Sie gilt damit nicht mehr als Rechnung (§ 14 Abs. 2 Satz 6 UStG). Ziehen Sie daraus keine Vorsteuer, stellen "
        f"Sie eine berichtigte aus oder fordern Sie eine Rechnung an:\n{address}"
    )
    to = [FirmProfile.objects.get().email]
    send_mail(f"Widerspruch gegen {objection.number}", text, settings.DEFAULT_FROM_EMAIL, to)
