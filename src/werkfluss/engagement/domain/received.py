"""The external's own invoice: read, compared with the order, differences named with the next step, then owed.

What comes in is hostile until it is checked: it is bounded, read by the guarded readers of ``formats``, and nothing of
it decides where money goes. That is the confirmed account alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.db.models import QuerySet

from werkfluss.engagement.domain import claims, invoices, mails, orders, payees
from werkfluss.engagement.domain.billing import buyer, is_settled, seller_of, tax_of, vat_check
from werkfluss.engagement.models import Acceptance, Claim, Order, ReceivedInvoice
from werkfluss.engagement.price import amount
from werkfluss.engagement.rules import is_own
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.formats.en16931.findings import check, seller_key
from werkfluss.formats.en16931.model import Invoice
from werkfluss.formats.en16931.read import read
from werkfluss.formats.sepa import normal_iban
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record

Weight = Literal["stop", "look"]
_CORRECT = Text("Bitte fordern Sie eine berichtigte Rechnung an.", "Please ask for a corrected invoice.")
_COMPARE = Text("Bitte vergleichen und dann entscheiden.", "Please compare, then decide.")


@dataclass(frozen=True, slots=True)
class Difference:
    """What does not fit. ``stop``: it cannot be taken over like this; ``look``: a person decides."""

    code: str
    weight: Weight
    text: Text
    next_step: Text

    def as_json(self) -> dict[str, object]:
        return {
            "code": self.code,
            "weight": self.weight,
            "text": self.text.as_json(),
            "next_step": self.next_step.as_json(),
        }


def to_decide() -> QuerySet[ReceivedInvoice]:
    """Checked and not decided, oldest first."""
    rows = ReceivedInvoice.objects.filter(state="checked").select_related("order__resource", "source")
    return rows.order_by("uploaded_at")


def receive_invoice(order: Order, *, content: bytes, filename: str, by: Actor) -> ReceivedInvoice:
    """Read an invoice that the external uploads, or that the firm got another way, and compare it with the order.

    Raises:
        NotPermitted: it is neither the external's own order nor a person who writes orders.
        Refused: nothing accepted is left to be billed.
        Broken: it is no e-invoice, or damaged.
    """
    order = orders.locked(order.pk)
    if not is_own(order, by):
        by.require("order.write")
    waiting = invoices.unbilled(order)
    source = read(content, filename=filename)
    made = source.invoice
    if not waiting:
        raise Refused(
            Text("Es ist nichts abgenommen, das noch abzurechnen wäre.", "Nothing accepted is left to be billed."),
            citation=f"Auftrag {order.number}",
            what_to_do=Text("Abgerechnet wird nach der Abnahme.", "Billing follows acceptance."),
        )
    acceptance = _match(made, waiting)
    found = list(_differences(order, acceptance, made, source.schema_fault, by))
    row = ReceivedInvoice(
        order=order,
        acceptance=acceptance,
        number=made.id[:60],
        seller_key=seller_key(made)[:200],
        issued_on=made.issue_date,
        currency=made.currency[:3],
        net_cents=_cents(made.totals.net),
        tax_cents=_cents(made.totals.vat),
        gross_cents=_cents(made.totals.payable),
        differences=[one.as_json() for one in found],
        uploaded_at=clock.now(),
        uploaded_by=by.id,
    )
    row.source = keep_file(
        content, filename=filename, title=f"Rechnung {made.id}", belongs_to=row, dated_on=made.issue_date, by=by
    )
    row.save(force_insert=True)
    data = {"order": order.number, "number": row.number, "differences": [one.code for one in found]}
    record(Event("engagement.received.checked", row, data), by=by)
    return row


def _match(made: Invoice, rows: Sequence[Acceptance]) -> Acceptance:
    net = _cents(made.totals.net)
    return next((one for one in rows if one.net_cents == net), rows[0])


def _differences(
    order: Order, acceptance: Acceptance, made: Invoice, fault: Text | None, by: Actor
) -> Iterator[Difference]:
    for finding in check(made, schema_fault=fault):
        if finding.severity == "error":
            yield Difference(finding.rule, "stop", finding.message, _CORRECT)
    yield from _kind(made)
    yield from _doubles(order, made)
    yield from _sums(order, acceptance, made)
    yield from _parties(order, made)
    yield from _tax(acceptance, made, by)
    yield from _bank(order, made)


def _kind(made: Invoice) -> Iterator[Difference]:
    if made.is_credit_note or made.is_self_billed or _cents(made.totals.payable) <= 0:
        text = Text("Das ist keine Rechnung über eine Leistung.", "This is no invoice for a service.")
        yield Difference("kind", "stop", text, _CORRECT)


def _doubles(order: Order, made: Invoice) -> Iterator[Difference]:
    key = seller_key(made)[:200]
    known = ReceivedInvoice.objects.filter(seller_key=key, number=made.id[:60]).exclude(state="refused")
    theirs = Claim.objects.filter(order__resource=order.resource, number=made.id[:60]).exclude(state="void")
    if known.exists() or theirs.exists():
        text = Text(f"Rechnung {made.id} liegt schon vor.", f"Invoice {made.id} is here already.")
        step = Text("Bitte nicht noch einmal übernehmen.", "Please do not take it over again.")
        yield Difference("double", "stop", text, step)


def _sums(order: Order, acceptance: Acceptance, made: Invoice) -> Iterator[Difference]:
    if made.currency != order.currency:
        text = Text(
            f"In {made.currency} statt in {order.currency} ausgestellt.",
            f"Issued in {made.currency} instead of {order.currency}.",
        )
        yield Difference("currency", "stop", text, _CORRECT)
        return
    net = _cents(made.totals.net)
    stated, agreed = amount(net, order.currency), amount(acceptance.net_cents, order.currency)
    if net > acceptance.net_cents:
        text = Text(
            f"{stated.de} netto, abgenommen sind {agreed.de} (Protokoll {acceptance.number}).",
            f"{stated.en} net, accepted are {agreed.en} (protocol {acceptance.number}).",
        )
        yield Difference("price", "stop", text, _CORRECT)
    elif net < acceptance.net_cents:
        text = Text(
            f"Nur {stated.de} netto, abgenommen sind {agreed.de}.", f"Only {stated.en} net, accepted are {agreed.en}."
        )
        yield Difference("price", "look", text, _COMPARE)


def _parties(order: Order, made: Invoice) -> Iterator[Difference]:
    on_file, firm = seller_of(order, clock.today()), buyer()
    ours = {_plain(text) for text in (on_file.vat_id, on_file.tax_number) if text}
    theirs = {_plain(text) for text in (made.seller.vat_id, made.seller.tax_number) if text}
    if ours and theirs and not ours & theirs:
        text = Text(
            "USt-IdNr. oder Steuernummer ist nicht die des Auftragnehmers.", "The tax id is not the contractor's."
        )
        yield Difference("seller", "stop", text, _CORRECT)
    elif _plain(made.seller.name) not in {_plain(on_file.name), _plain(on_file.trading_name)}:
        text = Text(
            f"Aussteller ist „{made.seller.name[:80]}“, beauftragt ist „{on_file.name}“.",
            f"The issuer is “{made.seller.name[:80]}”, ordered was “{on_file.name}”.",
        )
        yield Difference("seller", "look", text, _COMPARE)
    if made.buyer.vat_id and firm.vat_id and _plain(made.buyer.vat_id) != _plain(firm.vat_id):
        text = Text("Die Rechnung ist an eine andere Firma gerichtet.", "The invoice is addressed to another firm.")
        yield Difference("buyer", "stop", text, _CORRECT)


def _tax(acceptance: Acceptance, made: Invoice, by: Actor) -> Iterator[Difference]:
    verdict = vat_check(acceptance.order, acceptance.delivery, by=by).verdict
    if not is_settled(verdict):
        yield Difference("tax", "look", next(iter(verdict.reasons)), _COMPARE)
        return
    due = tax_of(verdict)
    stated = {(item.category, (item.rate or Decimal(0)).normalize()) for item in made.vat}
    expected = (due.category, (due.rate or Decimal(0)).normalize())
    # Zero may be written as exempt, reverse charge or outside: with tax where none is due the input tax is lost.
    if stated == {expected} or (not due.rate and not any(rate for _category, rate in stated)):
        return
    said = ", ".join(f"{category} {rate:f} %" for category, rate in sorted(stated))
    text = Text(
        f"Umsatzsteuer {said}; nach dem Recht {expected[0]} {expected[1]:f} %.",
        f"VAT {said}; by the law {expected[0]} {expected[1]:f} %.",
    )
    yield Difference("tax", "stop", text, _CORRECT)


def _bank(order: Order, made: Invoice) -> Iterator[Difference]:
    account = payees.confirmed_account(order.resource) or payees.waiting_account(order.resource)
    named = {normal_iban(one.iban) for one in (made.payment.accounts if made.payment else ()) if one.iban}
    if named and (account is None or account.iban not in named):
        text = Text(
            "Die Rechnung nennt eine andere Bankverbindung als die bestätigte.",
            "The invoice names another account than the confirmed one.",
        )
        step = Text(
            "Gezahlt wird nur auf das bestätigte Konto; fragen Sie auf einem Weg nach, den Sie schon kannten.",
            "Money goes to the confirmed account only; ask by a way you knew before.",
        )
        yield Difference("account", "look", text, step)


def take_invoice(row: ReceivedInvoice, *, by: Actor) -> Claim:
    """A person of the firm takes the invoice over: from here on it is owed.

    Raises:
        NotPermitted: the actor may not write orders, or it is the own invoice.
        Refused: something stands against it.
        Conflict: it was decided already, or its acceptance is billed meanwhile.
    """
    row = _undecided(row, by)
    against = [one for one in row.differences if one["weight"] == "stop"]
    if against:
        raise Refused(
            Text.from_json(against[0]["text"]),
            citation=f"Rechnung {row.number}",
            what_to_do=Text.from_json(against[0]["next_step"]),
        )
    if row.acceptance is None or row.acceptance not in invoices.unbilled(row.order):
        raise Conflict(f"invoice {row.number}")
    row.edit(state="taken", decided_at=clock.now(), decided_by=by.id)
    record(Event("engagement.received.taken", row, {"number": row.number}), by=by)
    order = row.order
    claim = claims.claim_received(row, by=by)
    if order.state == Order.State.ACCEPTED and not invoices.unbilled(order):
        order.edit(state=Order.State.BILLED)
    total, day = amount(claim.gross_cents, claim.currency), claims.money_on(claim)
    subject = Text(f"Ihre Rechnung ist geprüft: {order.title}", f"Your invoice is checked: {order.title}")
    body = Text(
        f"wir zahlen {row.number} über {total.de} bis {day:%d.%m.%Y}.",
        f"We pay {row.number} over {total.en} by {day:%d %b %Y}.",
    )
    mails.tell_external(order, subject=subject, body=body, by=by)
    return claim


def refuse_invoice(row: ReceivedInvoice, *, note: str, by: Actor) -> None:
    """Send it back with what is wrong; the external hears by mail.

    Raises:
        NotPermitted: see ``take_invoice``.
        Refused: no word on what is wrong.
        Conflict: it was decided already.
    """
    row = _undecided(row, by)
    said = note.strip() or "\n".join(Text.from_json(one["text"]).de for one in row.differences)
    if not said:
        raise Refused(
            Text("Bitte sagen Sie, was nicht stimmt.", "Please say what is wrong."),
            citation=f"Rechnung {row.number}",
            what_to_do=Text("Ein Satz genügt.", "One sentence is enough."),
        )
    row.edit(state="refused", note=said, decided_at=clock.now(), decided_by=by.id)
    record(Event("engagement.received.refused", row, {"number": row.number, "note": said}), by=by)
    subject = Text(f"Bitte berichtigen: Rechnung {row.number}", f"Please correct: invoice {row.number}")
    mails.tell_external(row.order, subject=subject, body=Text(said, said), by=by)


def _undecided(row: ReceivedInvoice, by: Actor) -> ReceivedInvoice:
    by.require("order.write")
    order = orders.locked(row.order_id)
    fresh = ReceivedInvoice.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if is_own(order, by):
        raise NotPermitted("order.write")
    if fresh.state != "checked":
        raise Conflict(f"invoice {fresh.number}")
    fresh.order = order
    return fresh


def _plain(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _cents(value: Decimal | None) -> int:
    return int((value or Decimal(0)) * 100)
