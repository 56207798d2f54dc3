"""Incoming e-invoices → booking proposals with a light and reasons. Deterministic; stores nothing; books nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from werkfluss.formats.en16931.findings import Finding, InvoiceKey, check, duplicates, key_of, seller_key
from werkfluss.formats.en16931.model import Invoice
from werkfluss.formats.en16931.read import SourceInvoice, read
from werkfluss.formats.en16931.rules_totals import german
from werkfluss.formats.extf.batch import booking_text, document_number
from werkfluss.kernel.errors import Fault, WerkflussError
from werkfluss.kernel.text import Text

from . import checks
from .accounts import Chart, table
from .model import BookingProposal, Budget, Firm, Light, PastBooking, Reason, SourceField, Supplier
from .postings import propose

CHECKS = ("Rechenprobe", "Umsatzsteuer", "Pflichtangaben", "Dublette", "Empfänger", "Lieferant", "Zahlung", "Konto")
"""What is done for each invoice; each is one unit of the budget."""
_LINES_PER_UNIT = 10


def read_files(files: Iterable[tuple[str, bytes]]) -> tuple[list[SourceInvoice], list[tuple[str, Fault]]]:
    """What can be read, and for the rest file name and fault."""
    sources: list[SourceInvoice] = []
    refused: list[tuple[str, Fault]] = []
    for filename, data in files:
        try:
            sources.append(read(data, filename=filename))
        except WerkflussError as error:
            refused.append((filename, error.fault))
    return sources, refused


def units_of(invoice: Invoice) -> int:
    """What one invoice costs the budget: one unit per check and one per ten lines."""
    return len(CHECKS) + len(invoice.lines) // _LINES_PER_UNIT


def prepare(
    invoices: Sequence[SourceInvoice],
    *,
    chart: Chart,
    firm: Firm | None = None,
    suppliers: Sequence[Supplier] | None = None,
    history: Sequence[PastBooking] = (),
    earlier: Iterable[InvoiceKey] = (),
    budget: Budget | None = None,
) -> list[BookingProposal]:
    """One proposal per invoice, in the given order.

    ``firm`` is who we are; without it the buyer is not checked. ``suppliers`` are the known creditors: ``None`` means
    that there is no list (collective creditor, no check), an empty list that nobody is known yet. ``history`` are
    approved bookings: two or more alike decide a supplier's account. ``earlier`` are the keys of invoices received
    before, for duplicates. ``budget`` is spent; the first invoice it does not cover and all after it are left out.
    """
    budget = budget if budget is not None else Budget()
    doubles = duplicates([key_of(source.invoice) for source in invoices], earlier=earlier)
    new_creditors = _NewCreditors(suppliers or ())
    proposals: list[BookingProposal] = []
    for source, double in zip(invoices, doubles, strict=True):
        units = units_of(source.invoice)
        if not budget.covers(units):
            break
        supplier = checks.find_supplier(source.invoice, suppliers or ())
        if supplier is not None:
            creditor = supplier.creditor
        elif suppliers is None:
            creditor = table().collective_creditor
        else:
            creditor = new_creditors.number_for(source.invoice)
        proposal = _propose(
            source,
            chart=chart,
            firm=firm or Firm(),
            supplier=supplier,
            creditor=creditor,
            listed=suppliers is not None,
            history=history,
            double=double,
        )
        budget.spend(units, source.filename)
        proposals.append(proposal)
    return proposals


class _NewCreditors:
    """Free numbers for unknown suppliers; the same supplier keeps its number within a run."""

    def __init__(self, suppliers: Sequence[Supplier]) -> None:
        used = [int(supplier.creditor) for supplier in suppliers if supplier.creditor.isdigit()]
        self._next = max([table().first_creditor, *used]) + 1
        self._given: dict[str, str] = {}

    def number_for(self, invoice: Invoice) -> str:
        key = seller_key(invoice)
        if key not in self._given:
            self._given[key] = str(self._next)
            self._next += 1
        return self._given[key]


def _propose(
    source: SourceInvoice,
    *,
    chart: Chart,
    firm: Firm,
    supplier: Supplier | None,
    creditor: str,
    listed: bool,
    history: Sequence[PastBooking],
    double: tuple[Finding, ...],
) -> BookingProposal:
    invoice = source.invoice
    proposed = propose(invoice, chart=chart, supplier=supplier, history=history)
    reasons = [
        *checks.weigh((*check(invoice, schema_fault=source.schema_fault), *double)),
        *checks.check_kind(invoice, firm),
        *checks.check_buyer(invoice, firm),
        *checks.check_supplier(invoice, supplier, listed=listed, creditor=creditor),
        *checks.check_tax(invoice),
        *checks.check_payment(invoice),
        *proposed.reasons,
        *_balance(invoice, sum((p.amount if p.debit else -p.amount for p in proposed.postings), Decimal(0))),
    ]
    rank = {"unvollständig": 0, "unsicher": 1, "info": 2}
    reasons.sort(key=lambda reason: rank[reason.weight])
    foreign = any(item.category == "K" for item in invoice.vat)
    return BookingProposal(
        filename=source.filename,
        sha256=source.sha256,
        invoice_id=invoice.id,
        seller=invoice.seller.name,
        light=_light(reasons),
        reasons=tuple(reasons),
        postings=proposed.postings,
        contra_account=creditor,
        text=booking_text(f"{invoice.seller.name}, {invoice.lines[0].name if invoice.lines else ''}".rstrip(", ")),
        document=document_number(invoice.id),
        day=invoice.issue_date,
        supply_date=invoice.supply_date,
        due_date=checks.due_date(invoice),
        currency=invoice.currency,
        gross=invoice.totals.gross,
        eu_vat_id="".join(invoice.seller.vat_id.split()).upper() if foreign else "",
        fields=_fields(invoice),
        units=units_of(invoice),
    )


def _light(reasons: Sequence[Reason]) -> Light:
    weights = {reason.weight for reason in reasons}
    if "unvollständig" in weights:
        return "unvollständig"
    return "unsicher" if "unsicher" in weights else "sicher"


def _balance(invoice: Invoice, booked: Decimal) -> list[Reason]:
    """The postings must be the invoice: no booking is complete that loses or invents a cent."""
    gross = invoice.totals.gross
    if gross is None or invoice.issue_date is None:
        return [Reason("unvollständig", Text("Betrag oder Datum fehlt.", "Amount or date is missing."), "BT-112")]
    if gross == 0:
        return [Reason("unvollständig", Text("Der Betrag ist null.", "The amount is zero."), "BT-112")]
    expected = -gross if invoice.is_credit_note else gross
    if booked == expected:
        return []
    return [
        Reason(
            "unvollständig",
            Text(
                f"Die Buchung ergibt {german(abs(booked))}, die Rechnung {german(abs(expected))}.",
                f"The booking amounts to {abs(booked)}, the invoice to {abs(expected)}.",
            ),
            "BT-112",
        )
    ]


def _fields(invoice: Invoice) -> tuple[SourceField, ...]:
    """What the screen shows beside the document."""
    totals = invoice.totals
    payment = invoice.payment
    rows = (
        (Text("Rechnungsnummer", "Invoice number"), invoice.id, "BT-1"),
        (Text("Rechnungsdatum", "Issue date"), _day(invoice.issue_date), "BT-2"),
        (Text("Leistungsdatum", "Date of supply"), _day(invoice.supply_date), "BT-72"),
        (Text("Fällig am", "Due on"), _day(checks.due_date(invoice)), "BT-9"),
        (Text("Lieferant", "Supplier"), invoice.seller.name, "BT-27"),
        (Text("USt-IdNr. des Lieferanten", "Supplier's VAT id"), invoice.seller.vat_id, "BT-31"),
        (Text("Steuernummer", "Tax number"), invoice.seller.tax_number, "BT-32"),
        (Text("Empfänger", "Buyer"), invoice.buyer.name, "BT-44"),
        (Text("Netto", "Net"), _amount(totals.net), "BT-109"),
        (Text("Umsatzsteuer", "VAT"), _amount(totals.vat), "BT-110"),
        (Text("Brutto", "Gross"), _amount(totals.gross), "BT-112"),
        (Text("Zahlbetrag", "Amount due"), _amount(totals.payable), "BT-115"),
        (Text("IBAN", "IBAN"), ", ".join(a.iban for a in payment.accounts) if payment else "", "BT-84"),
        (Text("Zahlungsbedingungen", "Payment terms"), invoice.payment_terms, "BT-20"),
    )
    return tuple(SourceField(label, value, where) for label, value, where in rows if value)


def _day(day: object) -> str:
    return "" if day is None else str(day)


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:f}"
