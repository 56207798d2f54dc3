"""The self-billed invoice (Gutschrift): made from order and acceptance, nothing typed again.

One for each accepted part. What happens when the external objects to one is in ``objections``, the way to the money in
``claims``. s.14(2) s.5 and (4) no.10 UStG; EN 16931 type code 389, as CII XML and as ZUGFeRD PDF around the same XML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from werkfluss.engagement.domain import claims, payees
from werkfluss.engagement.domain.billing import (
    billing_check,
    buyer,
    is_settled,
    seller_of,
    supplied_on,
    tax_of,
    vat_check,
)
from werkfluss.engagement.models import Acceptance, Order, SelfBilledInvoice
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.formats.en16931.model import Account, Invoice, Payment, PrecedingInvoice
from werkfluss.formats.en16931.self_billing import Item, SelfBill, Tax, self_billed
from werkfluss.formats.en16931.write import write
from werkfluss.formats.en16931.zugferd import zugferd_pdf
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Language, Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record

__all__ = ["bill_acceptance", "bill_order", "billing_check", "reissue_invoice", "unbilled", "vat_check"]
_CREDIT_TRANSFER, _SEPA_TRANSFER = "30", "58"  # UNTDID 4461
# Units of a price as UN/ECE codes (Rec. 20); a unit in the words of the order is a piece.
_UNITS = {"hourly": "HUR", "daily": "DAY", "unit": "C62"}


def unbilled(order: Order) -> Sequence[Acceptance]:
    """What was accepted, is worth money and has no invoice yet, oldest first."""
    rows = order.acceptances.filter(net_cents__gt=0, invoice=None, claims=None)
    return list(rows.order_by("number"))


def bill_order(order: Order, *, by: Actor) -> SelfBilledInvoice:
    """Make the invoices of all that is accepted and not billed; the latest one. A second call gives the same.

    Raises:
        Refused: self-billing was not agreed before, the supplier objected, or nothing was accepted.
        Broken: something mandatory is missing, such as address or tax number of the supplier.
    """
    for acceptance in unbilled(order):
        bill_acceptance(acceptance, by=by)
    invoice = order.invoices.order_by("-number").first()
    if invoice is None:
        raise _refused(Text("Es ist noch nichts abgenommen.", "Nothing has been accepted yet."))
    if order.state == Order.State.ACCEPTED:
        order.edit(state=Order.State.BILLED)
        record(Event("engagement.order.billed", order, {"number": invoice.number}), by=by)
    return invoice


def bill_acceptance(acceptance: Acceptance, *, by: Actor) -> SelfBilledInvoice:
    """The Gutschrift of one accepted part, and with it what is owed.

    Raises:
        Refused: see ``bill_order``.
        Broken: something mandatory is missing.
    """
    existing = SelfBilledInvoice.objects.filter(acceptance=acceptance).first()
    if existing is not None:
        return existing
    made, checks = _make(acceptance, net_cents=acceptance.net_cents, by=by)
    delivery = acceptance.delivery
    result = next((row.result for row in delivery.results.select_related("result")), None)
    invoice = SelfBilledInvoice(order=acceptance.order, acceptance=acceptance, result=result)
    for name, value in _columns(invoice, made, by).items():
        setattr(invoice, name, value)
    invoice.save(force_insert=True)
    data = {"number": made.id, "net_cents": invoice.net_cents, "due_on": invoice.due_on, **checks}
    record(Event("engagement.invoice.issued", invoice, data), by=by)
    claims.claim_invoice(invoice, by=by)
    return invoice


def reissue_invoice(invoice: SelfBilledInvoice, *, net_cents: int, by: Actor) -> None:
    """Another document in the place of one that was objected to; it names the old one (BG-3) and has its own number.

    Raises:
        Refused: the law forbids to bill, for instance because an objection is still open.
        Broken: something mandatory is missing.
        Conflict: the money of the old one is in a payment run.
    """
    old = PrecedingInvoice(invoice.number, invoice.issued_on)
    acceptance = invoice.acceptance
    if acceptance is None:
        raise _refused(Text("Es ist noch nichts abgenommen.", "Nothing has been accepted yet."))
    made, checks = _make(acceptance, net_cents=net_cents, replaces=old, by=by)
    invoice.edit(**_columns(invoice, made, by))
    data = {"number": made.id, "replaces": old.id, "net_cents": net_cents, "due_on": invoice.due_on, **checks}
    record(Event("engagement.invoice.corrected", invoice, data), by=by)
    claims.claim_invoice(invoice, by=by)


def _make(
    acceptance: Acceptance, *, net_cents: int, replaces: PrecedingInvoice | None = None, by: Actor
) -> tuple[Invoice, dict[str, Any]]:
    """The document under a new number, and the checks by the law that let it out."""
    today, order = clock.today(), acceptance.order
    answer, vat = billing_check(order, on=today, by=by), vat_check(order, acceptance.delivery, by=by)
    for verdict in (answer.verdict, vat.verdict):
        if verdict.outcome == "unknown":
            raise _asked(order, next(iter(verdict.reasons)))
        if not verdict.permits:
            raise _refused(next(iter(verdict.reasons)))
    if not is_settled(vat.verdict):
        raise _asked(order, next(iter(vat.verdict.reasons)))
    tax = tax_of(vat.verdict)
    items = _items(acceptance, tax) if net_cents == acceptance.net_cents else (_whole(order, net_cents, tax),)
    bill = _bill(acceptance, items, today=today, replaces=replaces)
    write(_invoice(bill), syntax="cii")  # refused here, before a number of the range is spent
    number = f"GS-{today.year}-{next_number(f'self_billed_invoice_{today.year}'):04d}"
    payment = replace(bill.payment, remittance=number) if bill.payment else None
    made = _invoice(replace(bill, number=number, payment=payment))
    return made, {"check": answer.check.pk, "vat_check": vat.check.pk}


def _invoice(bill: SelfBill) -> Invoice:
    try:
        return self_billed(bill)
    except ValueError as fault:
        raise Refused(
            Text(f"Die Gutschrift lässt sich nicht erstellen: {fault}.", f"The invoice cannot be made: {fault}."),
            citation="EN 16931",
            what_to_do=Text(
                "Bitte fordern Sie eine Rechnung an; die externe Seite lädt sie auf der Seite des Auftrags hoch.",
                "Please ask for an invoice; the external uploads it on the page of the order.",
            ),
        ) from None


def _bill(
    acceptance: Acceptance, items: tuple[Item, ...], *, today: date, replaces: PrecedingInvoice | None
) -> SelfBill:
    order = acceptance.order
    agreed = order.self_billing_agreed_on
    assert agreed is not None  # the check by the law asks for it
    account, sepa = payees.on_invoice(order), order.currency == "EUR"
    return SelfBill(
        number="-",
        issued=today,
        due=claims.due_day(order, today),
        agreed_on=agreed,
        seller=seller_of(order, today),
        buyer=buyer(),
        items=items,
        supplied=supplied_on(acceptance.delivery),
        order=f"A-{order.number}",
        currency=order.currency,
        payment=Payment(
            means_code=_SEPA_TRANSFER if sepa else _CREDIT_TRANSFER,
            remittance="-",
            accounts=(Account(account.iban, account.holder, account.bic),),
        )
        if account
        else None,
        replaces=replaces,
        part_of="" if acceptance.final and order.acceptances.count() == 1 else f"Abnahme {acceptance.number}",
    )


def _items(acceptance: Acceptance, tax: Tax) -> tuple[Item, ...]:
    """One line per accepted part; by quantity and price where these make up the sum to the cent."""
    order, found = acceptance.order, []
    for part in acceptance.parts:
        cents, quantity = int(part["cents"]), part.get("quantity")
        each = part.get("each_cents")
        if not cents:
            continue
        if quantity and each and Decimal(quantity) * each == cents:
            unit = _UNITS.get(order.price_kind, "C62")
            price, amount = Decimal(each) / 100, Decimal(quantity)
        else:
            unit, price, amount = "LS", Decimal(cents) / 100, Decimal(1)
        name = order.title if part["key"] == "all" else f"{order.title}: {part['title']}"
        found.append(Item(name, price, tax, amount, unit))
    return tuple(found)


def _whole(order: Order, net_cents: int, tax: Tax) -> Item:
    return Item(order.title, Decimal(net_cents) / 100, tax)


def _columns(invoice: SelfBilledInvoice, made: Invoice, by: Actor) -> dict[str, Any]:
    """What the row says of the document, whose files are kept here."""
    title, today = f"Gutschrift {made.id}", clock.today()
    xml, pdf = write(made, syntax="cii"), zugferd_pdf(made, language=_language(invoice.order))
    issued = made.issue_date or today
    return {
        "number": made.id,
        "issued_on": issued,
        "due_on": made.due_date or today,
        "net_cents": _cents(made.totals.net),
        "tax_cents": _cents(made.totals.vat),
        "tax_category": made.vat[0].category,
        "xml": keep_file(xml, filename=f"{made.id}.xml", title=title, belongs_to=invoice, dated_on=issued, by=by),
        "pdf": keep_file(pdf, filename=f"{made.id}.pdf", title=title, belongs_to=invoice, dated_on=issued, by=by),
    }


def _language(order: Order) -> Language:
    """Whoever reads no German gets the page in English; the word Gutschrift stands on both."""
    return "de" if not order.resource.languages or "de" in order.resource.languages else "en"


def _asked(order: Order, reason: Text) -> Refused:
    return Refused(
        reason,
        citation="§ 14 Abs. 4 UStG",
        what_to_do=Text(
            f"Bitte geben Sie beim Recht zu Auftrag {order.number} an, was fehlt: Kleinunternehmer, Satz, Befreiung.",
            f"Please state on the law page of order {order.number} what is missing: small business, rate, exemption.",
        ),
    )


def _refused(reason: Text) -> Refused:
    return Refused(
        reason,
        citation="§ 14 Abs. 2 Satz 5 UStG",
        what_to_do=Text(
            "Bitte fordern Sie eine Rechnung an und haken Sie diesen Schritt dann ab.",
            "Please ask for an invoice, then tick this step off.",
        ),
    )


def _cents(amount: Decimal | None) -> int:
    return int((amount or Decimal(0)) * 100)
