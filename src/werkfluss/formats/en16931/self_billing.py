"""The self-billed invoice (Gutschrift, s.14(2) s.5 UStG): from what was accepted to a complete document.

Type code 389; a correction downwards is 261 (self-billed credit note). What the document needs to say is here, what the
law says of tax comes in as ``Tax``: this module decides no tax.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from .model import (
    AllowanceCharge,
    Delivery,
    Identifier,
    Invoice,
    Line,
    Note,
    Party,
    Payment,
    Period,
    PrecedingInvoice,
    References,
    Totals,
)
from .rules_totals import german, rounded
from .write import EN16931, SELF_BILLED_INVOICE, complete

SELF_BILLED_CREDIT = "261"
Kind = Literal["invoice", "credit"]


@dataclass(frozen=True, slots=True)
class Tax:
    """VAT of one item: category (UNTDID 5305), rate in per cent, and why there is none where there is none."""

    category: str
    rate: Decimal | None
    reason: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One accepted part: ``price`` net per unit, in the currency of the document."""

    name: str
    price: Decimal
    tax: Tax
    quantity: Decimal = Decimal(1)
    unit: str = "LS"
    description: str = ""


@dataclass(frozen=True, slots=True)
class Paid:
    """An earlier document on the same order (advance or part) that the final one deducts, with the tax in it."""

    number: str
    day: date
    gross: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Rate:
    """How many euro one unit of the currency of the document is, and who says so (s.16(6) UStG)."""

    euro: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class SelfBill:
    """Everything on the document; ``agreed_on`` is the day on which self-billing was agreed."""

    number: str
    issued: date
    due: date
    agreed_on: date
    seller: Party
    buyer: Party
    items: tuple[Item, ...]
    supplied: date | Period
    order: str
    kind: Kind = "invoice"
    currency: str = "EUR"
    rate: Rate | None = None
    payment: Payment | None = None
    discount: Decimal = Decimal(0)
    discount_reason: str = ""
    earlier: tuple[Paid, ...] = ()
    replaces: PrecedingInvoice | None = None
    part_of: str = ""
    notes: tuple[str, ...] = ()


def self_billed(bill: SelfBill) -> Invoice:
    """The document with all sums; ``write`` checks it.

    ``discount`` (net, positive) is split over the tax rates by their share. Items that are exempt must share one
    reason: EN 16931 has room for one per category.

    Raises
    ------
    ValueError : there is no item, two items of one category name different reasons, or tax in another currency lacks
        the rate.

    """
    if not bill.items:
        raise ValueError("nothing to bill")
    outside = any(item.tax.category == "O" for item in bill.items)
    day = bill.supplied if isinstance(bill.supplied, date) else bill.supplied.end
    draft = Invoice(
        syntax="cii",
        id=bill.number,
        type_code=SELF_BILLED_CREDIT if bill.kind == "credit" else SELF_BILLED_INVOICE,
        issue_date=bill.issued,
        currency=bill.currency,
        # A supply outside the scope of VAT must not name VAT ids (BR-O-02); the tax number stays.
        seller=_identified(replace(bill.seller, vat_id="") if outside else bill.seller),
        buyer=replace(bill.buyer, vat_id="") if outside else bill.buyer,
        totals=Totals(prepaid=sum((one.gross for one in bill.earlier), Decimal(0)) or None),
        lines=tuple(_line(number, item) for number, item in enumerate(bill.items, start=1)),
        vat=(),
        profile=EN16931,
        due_date=bill.due,
        payment_terms=f"Zahlung durch Überweisung bis {bill.due:%d.%m.%Y}.",
        notes=tuple(Note(text) for text in _notes(bill)),
        references=References(purchase_order=bill.order),
        preceding=_preceding(bill),
        delivery=Delivery(day=day) if day else None,
        period=bill.supplied if isinstance(bill.supplied, Period) else None,
        payment=bill.payment,
        allowances_charges=_discounts(bill),
    )
    made = complete(draft, exemptions=_reasons(bill.items))
    if bill.currency == "EUR" or not any(one.tax for one in made.vat):
        return made
    return _with_euro_tax(made, bill.rate)


def _identified(seller: Party) -> Party:
    """Whoever has no VAT id is told by the tax number (BR-CO-26 asks for BT-29, BT-30 or BT-31)."""
    if seller.vat_id or seller.ids or seller.legal_id or not seller.tax_number:
        return seller
    return replace(seller, ids=(Identifier(seller.tax_number),))


def _line(number: int, item: Item) -> Line:
    return Line(
        id=str(number),
        net=None,
        name=item.name,
        description=item.description,
        quantity=item.quantity,
        unit=item.unit,
        price=item.price,
        vat_category=item.tax.category,
        vat_rate=item.tax.rate,
    )


def _reasons(items: Sequence[Item]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for item in items:
        says = (item.tax.reason, item.tax.code)
        if found.setdefault(item.tax.category, says) != says:
            raise ValueError(f"two reasons for category {item.tax.category}: {found[item.tax.category][0]}, {says[0]}")
    return found


def _discounts(bill: SelfBill) -> tuple[AllowanceCharge, ...]:
    """The discount per category and rate, by their share of the net; the last takes what rounding leaves."""
    if not bill.discount:
        return ()
    nets: dict[tuple[str, Decimal | None], Decimal] = {}
    for item in bill.items:
        key = (item.tax.category, item.tax.rate)
        nets[key] = nets.get(key, Decimal(0)) + rounded(item.quantity * item.price)
    whole, left = sum(nets.values(), Decimal(0)), bill.discount
    found = []
    for position, ((category, rate), net) in enumerate(nets.items(), start=1):
        share = left if position == len(nets) or not whole else rounded(bill.discount * net / whole)
        left -= share
        found.append(
            AllowanceCharge(
                charge=False,
                amount=share,
                vat_category=category,
                vat_rate=rate,
                reason=bill.discount_reason or "Nachlass",
            )
        )
    return tuple(found)


def _preceding(bill: SelfBill) -> tuple[PrecedingInvoice, ...]:
    named = (bill.replaces,) if bill.replaces else ()
    return (*named, *(PrecedingInvoice(one.number, one.day) for one in bill.earlier))


def _notes(bill: SelfBill) -> list[str]:
    said = [f"Gutschrift nach Vereinbarung vom {bill.agreed_on:%d.%m.%Y} (§ 14 Abs. 2 Satz 5 UStG)."]
    if bill.kind == "credit" and bill.replaces:
        said.append(f"Mindert {bill.replaces.id} (§ 17 Abs. 1 UStG).")
    elif bill.replaces:
        said.append(f"Ersetzt {bill.replaces.id}, der widersprochen wurde (§ 14 Abs. 2 Satz 6 UStG).")
    if bill.part_of:
        said.append(f"Teilleistung: {bill.part_of}.")
    said += [
        f"Abzüglich {one.number} vom {one.day:%d.%m.%Y}: {german(one.gross)} {bill.currency}, "
        f"darin Umsatzsteuer {german(one.tax)} {bill.currency}."
        for one in bill.earlier
    ]
    return [*said, *bill.notes]


def _with_euro_tax(made: Invoice, rate: Rate | None) -> Invoice:
    """BT-6, BT-111: the tax in euro too, since it is owed in euro."""
    if rate is None:
        raise ValueError("tax in another currency needs the rate to the euro")
    tax = rounded((made.totals.vat or Decimal(0)) * rate.euro)
    factor = f"{rate.euro.normalize():f}".replace(".", ",")
    note = Note(f"Umsatzsteuer {german(tax)} EUR; 1 {made.currency} = {factor} EUR ({rate.source}).")
    totals = replace(made.totals, vat_accounting=tax)
    return replace(made, vat_currency="EUR", totals=totals, notes=(*made.notes, note))
