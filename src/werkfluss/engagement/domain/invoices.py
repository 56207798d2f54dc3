"""The self-billed invoice (Gutschrift): made from order and acceptance, nothing typed again.

What happens when the external objects to one is in ``objections``.
s.14(2) s.5 and (4) no.10 UStG; EN 16931 type code 389, as CII XML and as ZUGFeRD PDF around the same XML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from werkfluss.compliance.domain.checks import Answer, Question, Verdict, check_facts
from werkfluss.compliance.domain.facts import facts_on
from werkfluss.compliance.models import Fact
from werkfluss.engagement.models import Delivery, Objection, Order, SelfBilledInvoice
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.formats.en16931.model import (
    Account,
    Address,
    Contact,
    Identifier,
    Invoice,
    Line,
    Note,
    Party,
    Payment,
    PrecedingInvoice,
    References,
    Totals,
)
from werkfluss.formats.en16931.model import Delivery as Supply
from werkfluss.formats.en16931.write import EN16931, SELF_BILLED_INVOICE, complete, write
from werkfluss.formats.en16931.zugferd import zugferd_pdf
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.org.models import FirmProfile, Organisation
from werkfluss.org.tenancy import current_org_id

_RULE = "de/invoice/self_billing"
_VAT_RULE = "de/invoice/vat"
_RESOURCE, _SMALL = "workforce.resource", "small_business"
_CREDIT_TRANSFER = "58"  # UNTDID 4461: SEPA credit transfer


def billing_check(order: Order, *, on: date, by: Actor) -> Answer:
    """What the law says of billing this order by Gutschrift on this day."""
    agreed = order.self_billing_agreed_on
    facts = {
        "agreed_before": agreed is not None and agreed <= on,
        # A corrected document is a new one, to which nobody has objected.
        "objected": Objection.objects.filter(invoice__order=order).exclude(answer="corrected").exists(),
        "supplier": _supplier(order, _day_of_supply(order) or on),
    }
    question = Question.of(_RULE, on, facts)
    return check_facts([question], by=by)[question]


def vat_check(order: Order, delivery: Delivery, *, by: Actor) -> Answer:
    """VAT category (UNTDID 5305) and rate of a delivery, by the law of the day of supply (s.27(1) UStG)."""
    question = Question.of(_VAT_RULE, _supplied_on(delivery), {"supplier": _supplier(order, _supplied_on(delivery))})
    return check_facts([question], by=by)[question]


def bill_order(order: Order, *, by: Actor) -> SelfBilledInvoice:
    """Make the invoice of an accepted order; a second call gives the same one.

    Raises:
        Refused: self-billing was not agreed before, the supplier objected, or nothing was accepted.
        Broken: something mandatory is missing, such as address or tax number of the supplier.
    """
    existing = SelfBilledInvoice.objects.filter(order=order).first()
    if existing is not None:
        return existing
    delivery = order.deliveries.filter(state="accepted").first()
    if order.state != Order.State.ACCEPTED or delivery is None:
        raise _refused(Text("Es ist noch nichts abgenommen.", "Nothing has been accepted yet."))
    made, checks = _make(order, delivery, net_cents=delivery.amount_cents, by=by)
    result = next((row.result for row in delivery.results.select_related("result")), None)
    invoice = SelfBilledInvoice(order=order, result=result)
    for name, value in _columns(invoice, made, by).items():
        setattr(invoice, name, value)
    invoice.save(force_insert=True)
    order.edit(state=Order.State.BILLED)
    data = {"number": made.id, "net_cents": invoice.net_cents, "due_on": invoice.due_on, **checks}
    record(Event("engagement.invoice.issued", invoice, data), by=by)
    return invoice


def reissue_invoice(invoice: SelfBilledInvoice, *, net_cents: int, by: Actor) -> None:
    """Another document in the place of one that was objected to; it names the old one (BG-3) and has its own number.

    Raises:
        Refused: the law forbids to bill, for instance because an objection is still open.
        Broken: something mandatory is missing.
    """
    order, old = invoice.order, PrecedingInvoice(invoice.number, invoice.issued_on)
    delivery = order.deliveries.filter(state="accepted").first()
    if delivery is None:
        raise _refused(Text("Es ist noch nichts abgenommen.", "Nothing has been accepted yet."))
    made, checks = _make(order, delivery, net_cents=net_cents, replaces=old, by=by)
    invoice.edit(**_columns(invoice, made, by))
    data = {"number": made.id, "replaces": old.id, "net_cents": net_cents, "due_on": invoice.due_on, **checks}
    record(Event("engagement.invoice.corrected", invoice, data), by=by)


def _make(
    order: Order, delivery: Delivery, *, net_cents: int, replaces: PrecedingInvoice | None = None, by: Actor
) -> tuple[Invoice, dict[str, Any]]:
    """The document under a new number, and the checks by the law that let it out."""
    today = clock.today()
    answer, vat = billing_check(order, on=today, by=by), vat_check(order, delivery, by=by)
    for verdict in (answer.verdict, vat.verdict):
        if not verdict.permits:
            raise _refused(next(iter(verdict.reasons)))
    made = _invoice(order, delivery, net_cents=net_cents, today=today, vat=vat.verdict)
    if replaces is not None:
        note = Note(f"Ersetzt {replaces.id}, der widersprochen wurde (§ 14 Abs. 2 Satz 6 UStG).")
        made = replace(made, preceding=(replaces,), notes=(*made.notes, note))
    write(made, syntax="cii")  # refused here, before a number of the range is spent
    number = f"GS-{today.year}-{next_number(f'self_billed_invoice_{today.year}'):04d}"
    payment = replace(made.payment, remittance=number) if made.payment else None
    return replace(made, id=number, payment=payment), {"check": answer.check.pk, "vat_check": vat.check.pk}


def _columns(invoice: SelfBilledInvoice, made: Invoice, by: Actor) -> dict[str, Any]:
    """What the row says of the document, whose files are kept here."""
    title, today = f"Gutschrift {made.id}", clock.today()
    xml, pdf = write(made, syntax="cii"), zugferd_pdf(made)
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


def _supplier(order: Order, supplied: date) -> str:
    """What the supplier was on the day of the supply: whether s. 19 UStG holds is a matter of that day.

    Turnover that ends it ends it for what is supplied afterwards (s. 19(1) UStG), and a bill written later changes
    nothing of that. Where nobody has said how it was on that day, the first statement after it counts.
    """
    if order.resource.country != FirmProfile.objects.get().country:
        return "foreign_business"
    said = Fact.objects.filter(subject_type=_RESOURCE, subject_id=order.resource_id, name=_SMALL)
    known = said.filter(valid_from__lte=supplied).filter(Q(valid_to=None) | Q(valid_to__gt=supplied))
    fact = (
        known.order_by("-valid_from", "-created_at").first()
        or said.filter(valid_from__gt=supplied).order_by("valid_from", "-created_at").first()
    )
    return "small_business" if fact is not None and fact.value else "regular"


def _day_of_supply(order: Order) -> date | None:
    delivery = order.deliveries.filter(state="accepted").first()
    return _supplied_on(delivery) if delivery is not None else None


def _facts(order: Order, on: date) -> Mapping[str, Any]:
    key = order.resource_id
    return facts_on(on, subject_type=_RESOURCE, subject_ids=[key])[key]


def _supplied_on(delivery: Delivery) -> date:
    return delivery.delivered_at.astimezone(clock.FIRM_ZONE).date()


def _invoice(order: Order, delivery: Delivery, *, net_cents: int, today: date, vat: Verdict) -> Invoice:
    facts = _facts(order, today)
    net = Decimal(net_cents) / 100
    iban = str(facts.get("iban") or "")
    agreed = order.self_billing_agreed_on
    draft = Invoice(
        syntax="cii",
        id="-",
        type_code=SELF_BILLED_INVOICE,
        issue_date=today,
        currency=order.currency,
        seller=_seller(order, facts),
        buyer=_buyer(),
        totals=Totals(),
        lines=(
            Line(
                id="1",
                net=None,
                name=order.title,
                quantity=Decimal(1),
                unit="LS",
                price=net,
                vat_category=str(vat.values["category"]),
                vat_rate=Decimal(str(vat.values["rate"])),
            ),
        ),
        vat=(),
        profile=EN16931,
        due_date=today + timedelta(days=order.payment_days),
        payment_terms=f"Zahlung durch Überweisung bis {today + timedelta(days=order.payment_days):%d.%m.%Y}.",
        notes=(Note(f"Gutschrift nach Vereinbarung vom {agreed:%d.%m.%Y} (§ 14 Abs. 2 Satz 5 UStG)."),),
        references=References(purchase_order=f"A-{order.number}"),
        delivery=Supply(day=_supplied_on(delivery)),
        payment=Payment(means_code=_CREDIT_TRANSFER, remittance="-", accounts=(Account(iban, order.resource.name),))
        if iban
        else None,
    )
    return complete(draft)


def _seller(order: Order, facts: Mapping[str, Any]) -> Party:
    person = order.resource
    lines = facts.get("address") or {}
    return Party(
        name=person.name,
        trading_name=person.title,
        vat_id=str(facts.get("vat_id") or ""),
        tax_number=str(facts.get("tax_number") or ""),
        electronic_address=Identifier(person.email, "EM") if person.email else None,
        address=Address(
            line1=lines.get("street", ""),
            city=lines.get("city", ""),
            postcode=lines.get("postcode", ""),
            country=lines.get("country", ""),
        ),
        contact=Contact(name=person.name, email=person.email),
    )


def _buyer() -> Party:
    firm = FirmProfile.objects.get()
    name = Organisation.objects.get(pk=current_org_id()).name
    return Party(
        name=name,
        vat_id=firm.vat_id,
        electronic_address=Identifier(firm.email, "EM"),
        address=Address(line1=firm.street, city=firm.city, postcode=firm.postcode, country=firm.country),
        contact=Contact(email=firm.email),
    )
