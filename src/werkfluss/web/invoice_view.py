"""An e-invoice made readable: every value with its business term (EN 16931), so that a reason can point at it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from werkfluss.formats.en16931.model import Invoice, Line, Party

Word = str | Promise
Value = str | Promise | Decimal | date | None
Kind = str


@dataclass(frozen=True, slots=True)
class Cell:
    """One value; ``where`` is its business term, ``tone`` is set where a reason points at it."""

    label: Word
    value: Value
    where: str
    kind: Kind = "text"
    tone: str = ""

    @property
    def anchor(self) -> str:
        return anchor(self.where)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the invoice."""

    where: str
    cells: tuple[Cell, ...]
    tone: str = ""

    @property
    def anchor(self) -> str:
        return anchor(self.where)


@dataclass(frozen=True, slots=True)
class Readable:
    """The invoice in the order in which a person reads it."""

    parties: tuple[tuple[Word, tuple[Cell, ...]], ...]
    facts: tuple[Cell, ...]
    rows: tuple[Row, ...]
    vat: tuple[Cell, ...]
    totals: tuple[Cell, ...]
    payment: tuple[Cell, ...]
    notes: tuple[str, ...]

    def anchors(self) -> frozenset[str]:
        """The places a reason can lead to."""
        cells = [*self.facts, *self.vat, *self.totals, *self.payment]
        cells += [cell for _label, party in self.parties for cell in party]
        cells += [cell for row in self.rows for cell in row.cells]
        return frozenset([cell.anchor for cell in cells] + [row.anchor for row in self.rows])


def anchor(where: str) -> str:
    """The business term as the id of an element."""
    return "at-" + re.sub(r"[^A-Za-z0-9]+", "-", where).strip("-")


class _Marks:
    """Where reasons point, with the tone of the heaviest one."""

    def __init__(self, reasons: Iterable[Mapping[str, Any]]) -> None:
        rank = {"info": 0, "unsicher": 1, "unvollständig": 2}
        tones = {"info": "active", "unsicher": "caution", "unvollständig": "bad"}
        heaviest: dict[str, str] = {}
        for reason in reasons:
            where, weight = reason["where"], reason["weight"]
            if rank[weight] >= rank[heaviest.get(where, "info")]:
                heaviest[where] = weight
        self._tones = {where: tones[weight] for where, weight in heaviest.items()}

    def cell(self, label: Word, value: Value, where: str, kind: Kind = "text") -> Cell:
        return Cell(label, value, where, kind, self._tones.get(where, ""))

    def row(self, line: Line, cells: tuple[Cell, ...]) -> Row:
        where = f"BG-25[{line.id}]"
        return Row(where, cells, self._tones.get(where, ""))


def readable(invoice: Invoice, reasons: Iterable[Mapping[str, Any]]) -> Readable:
    """Lay out ``invoice`` and mark what ``reasons`` (JSON of a booking line) point at."""
    marks = _Marks(reasons)
    return Readable(
        parties=(
            (_("Supplier"), _seller(invoice.seller, marks)),
            (_("Invoice recipient"), _buyer(invoice.buyer, marks)),
        ),
        facts=_told(_facts(invoice, marks)),
        rows=tuple(marks.row(line, _line(line, marks)) for line in invoice.lines),
        vat=_told(_vat(invoice, marks)),
        totals=_told(_totals(invoice, marks)),
        payment=_told(_payment(invoice, marks)),
        notes=tuple(note.text for note in invoice.notes if note.text),
    )


def _told(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """What the invoice says; what it does not say is shown only where a reason misses it."""
    return tuple(cell for cell in cells if cell.value not in {None, ""} or cell.tone)


def _place(party: Party) -> str:
    address = party.address
    if address is None:
        return ""
    town = " ".join(part for part in (address.country, address.postcode, address.city) if part)
    return ", ".join(part for part in (address.line1, address.line2, town) if part)


def _seller(party: Party, marks: _Marks) -> tuple[Cell, ...]:
    contact = party.contact
    return _told(
        (
            marks.cell(_("Name"), party.name, "BT-27"),
            marks.cell(_("Address"), _place(party), "BT-40"),
            marks.cell(_("VAT ID"), party.vat_id, "BT-31"),
            marks.cell(_("Tax number"), party.tax_number, "BT-32"),
            marks.cell(_("Contact person"), contact.name if contact else "", "BT-41"),
        )
    )


def _buyer(party: Party, marks: _Marks) -> tuple[Cell, ...]:
    return _told(
        (
            marks.cell(_("Name"), party.name, "BT-44"),
            marks.cell(_("Address"), _place(party), "BT-55"),
            marks.cell(_("VAT ID"), party.vat_id, "BT-48"),
        )
    )


def _facts(invoice: Invoice, marks: _Marks) -> Iterable[Cell]:
    yield marks.cell(_("Invoice number"), invoice.id, "BT-1")
    yield marks.cell(_("Kind of document"), _type(invoice), "BT-3")
    yield marks.cell(_("Issued on"), invoice.issue_date, "BT-2", "date")
    yield marks.cell(_("Supplied on"), invoice.delivery.day if invoice.delivery else None, "BT-72", "date")
    if invoice.period:
        yield marks.cell(_("Period from"), invoice.period.start, "BT-73", "date")
        yield marks.cell(_("Period to"), invoice.period.end, "BT-74", "date")
    yield marks.cell(_("Currency"), invoice.currency, "BT-5")
    yield marks.cell(_("Our order"), invoice.references.purchase_order, "BT-13")
    yield marks.cell(_("Buyer reference"), invoice.references.buyer, "BT-10")
    yield marks.cell(_("Earlier invoice"), ", ".join(one.id for one in invoice.preceding), "BT-25")


def _type(invoice: Invoice) -> Word:
    if invoice.is_self_billed:
        return _("Self-billed invoice")
    return _("Credit note") if invoice.is_credit_note else _("Invoice")


def _line(line: Line, marks: _Marks) -> tuple[Cell, ...]:
    at = f"BG-25[{line.id}]"
    return (
        marks.cell(_("Pos."), line.id, f"{at}/BT-126"),
        marks.cell(_("Article or service"), line.name, f"{at}/BT-153"),
        marks.cell(_("Quantity"), line.quantity, f"{at}/BT-129", "number"),
        marks.cell(_("Price"), line.price, f"{at}/BT-146", "number"),
        marks.cell(_("VAT %"), line.vat_rate, f"{at}/BT-152", "number"),
        marks.cell(_("Net"), line.net, f"{at}/BT-131", "money"),
    )


def _vat(invoice: Invoice, marks: _Marks) -> Iterable[Cell]:
    # One cell per business term: several rates share the terms of BG-23, so each says which rate it is.
    for number, item in enumerate(invoice.vat):
        at = "" if number == 0 else f"#{number}"
        rate = f"{item.rate:f} %" if item.rate is not None else item.category
        yield _shared(marks.cell(_("VAT category"), f"{item.category} · {rate}", "BT-118"), at)
        yield _shared(marks.cell(_("Taxable amount"), item.base, "BT-116", "money"), at)
        yield _shared(marks.cell(_("VAT amount"), item.tax, "BT-117", "money"), at)
        yield _shared(marks.cell(_("Why exempt"), item.exemption_reason, "BT-120"), at)


def _shared(cell: Cell, at: str) -> Cell:
    return Cell(cell.label, cell.value, cell.where + at, cell.kind, cell.tone)


def _totals(invoice: Invoice, marks: _Marks) -> Iterable[Cell]:
    totals = invoice.totals
    yield marks.cell(_("Sum of lines"), totals.lines, "BT-106", "money")
    yield marks.cell(_("Allowances"), totals.allowances, "BT-107", "money")
    yield marks.cell(_("Charges"), totals.charges, "BT-108", "money")
    yield marks.cell(_("Net"), totals.net, "BT-109", "money")
    yield marks.cell(_("VAT"), totals.vat, "BT-110", "money")
    yield marks.cell(_("Gross"), totals.gross, "BT-112", "money")
    yield marks.cell(_("Paid already"), totals.prepaid, "BT-113", "money")
    yield marks.cell(_("Rounding"), totals.rounding, "BT-114", "money")
    yield marks.cell(_("Amount due"), totals.payable, "BT-115", "money")


def _payment(invoice: Invoice, marks: _Marks) -> Iterable[Cell]:
    accounts = invoice.payment.accounts if invoice.payment else ()
    yield marks.cell(_("Due on"), invoice.due_date, "BT-9", "date")
    yield marks.cell(_("Terms of payment"), invoice.payment_terms, "BT-20")
    yield marks.cell(_("IBAN"), ", ".join(account.iban for account in accounts), "BT-84")
    yield marks.cell(_("Remittance text"), invoice.payment.remittance if invoice.payment else "", "BT-83")
