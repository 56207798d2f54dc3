"""What acceptance sets free: the Gutschrift, or the word that an invoice is awaited, and the day of the money."""

from __future__ import annotations

from werkfluss.engagement.domain import claims, invoices, mails
from werkfluss.engagement.models import Acceptance, SelfBilledInvoice
from werkfluss.kernel import clock
from werkfluss.kernel.errors import WerkflussError
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor


def bill_and_tell(acceptance: Acceptance, *, by: Actor) -> SelfBilledInvoice | None:
    """Bill a part by Gutschrift where the law and the agreement let us; else ask the external for an invoice."""
    if not acceptance.net_cents:
        return None
    if not invoices.billing_check(acceptance.order, on=clock.today(), by=by).verdict.permits:
        ask_for_invoice(acceptance, by=by)
        return None
    try:
        invoice = invoices.bill_acceptance(acceptance, by=by)
    except WerkflussError as fault:
        # The acceptance stands, whatever is missing for the paper; the page of the order says what.
        _tell_of_fault(acceptance, fault, by=by)
        return None
    tell_of_money(invoice, by=by)
    return invoice


def tell_of_money(invoice: SelfBilledInvoice, *, by: Actor) -> None:
    """What was accepted, what it is worth, and when the money comes."""
    order = invoice.order
    total, day = mails.amount(invoice.net_cents + invoice.tax_cents, order.currency), claims.money_on(invoice.claim)
    subject = Text(f"Abgenommen, Geld unterwegs: {order.title}", f"Accepted, money under way: {order.title}")
    body = Text(
        f"Ihre Leistung ist abgenommen. Die Gutschrift {invoice.number} über {total.de} liegt bereit; wir überweisen "
        f"bis {day:%d.%m.%Y}. Stimmt etwas nicht, können Sie der Gutschrift widersprechen.",
        f"Your work has been accepted. The self-billed invoice {invoice.number} over {total.en} is ready; we pay by "
        f"{day:%d %b %Y}. If something is wrong you may object to the document.",
    )
    mails.tell_external(order, subject=subject, body=body, by=by)


def ask_for_invoice(acceptance: Acceptance, *, by: Actor) -> None:
    """Accepted, but to be billed by the external: where to hand in the invoice."""
    order = acceptance.order
    net = mails.amount(acceptance.net_cents, order.currency)
    subject = Text(f"Abgenommen, bitte um Ihre Rechnung: {order.title}", f"Accepted, please bill us: {order.title}")
    body = Text(
        f"Ihre Leistung ist abgenommen: {net.de} netto. Bitte laden Sie Ihre Rechnung auf der Seite des Auftrags hoch, "
        "am besten als E-Rechnung (ZUGFeRD oder XRechnung).",
        f"Your work has been accepted: {net.en} net. Please upload your invoice on the page of the order, an e-invoice "
        "(ZUGFeRD or XRechnung) if you can.",
    )
    mails.tell_external(order, subject=subject, body=body, by=by)


def _tell_of_fault(acceptance: Acceptance, fault: WerkflussError, *, by: Actor) -> None:
    order = acceptance.order
    cause, step = fault.fault.cause, fault.fault.next_step
    subject = Text(f"Abgenommen: {order.title}", f"Accepted: {order.title}")
    body = Text(
        f"Ihre Leistung ist abgenommen. Für die Gutschrift fehlt noch etwas: {cause.de} {step.de}",
        f"Your work has been accepted. Something is still missing for the self-billed invoice: {cause.en} {step.en}",
    )
    mails.tell_external(order, subject=subject, body=body, by=by)
