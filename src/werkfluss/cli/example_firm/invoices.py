"""The example firm's incoming e-invoices of October 2026: UBL, CII and ZUGFeRD, some of them wrong on purpose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Literal

from werkfluss.agents.skills.invoice_booking.model import Firm, Light, Supplier
from werkfluss.formats.en16931.model import (
    Account,
    Address,
    AllowanceCharge,
    Contact,
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
from werkfluss.formats.en16931.write import EN16931, EXEMPTIONS, PEPPOL_BILLING, XRECHNUNG, complete
from werkfluss.formats.en16931.write_cii import to_cii
from werkfluss.formats.en16931.write_ubl import to_ubl
from werkfluss.formats.en16931.zugferd import zugferd_pdf

from . import files
from .shapes import Organisation

Format = Literal["ubl", "cii", "pdf"]
Problem = Literal[
    "none",
    "arithmetic",
    "asset",
    "broken_xml",
    "duplicate",
    "iban",
    "no_tax_number",
    "skonto_text",
    "third_country",
    "unknown_supplier",
    "vat_rate",
    "wrong_buyer",
]
_FOREIGN_IBAN = "DE22123456780000009999"
_TRADING_TERMS = "Zahlbar innerhalb 30 Tagen ohne Abzug"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierEntry:
    """One entry of ``suppliers.yaml``."""

    key: str
    name: str
    street: str
    postcode: str
    city: str
    country: str
    iban: str
    contact: str
    creditor: str
    kind: str
    format: Format
    vat_id: str = ""
    tax_number: str = ""
    register: str = ""
    category: Literal["S", "AE", "K", "O"] = "S"
    small_business: bool = False
    known: bool = True

    @property
    def mail(self) -> str:
        return f"rechnung@{self.key}.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierFile:
    suppliers: tuple[SupplierEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineEntry:
    name: str
    quantity: Decimal
    unit: str
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanEntry:
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SkontoEntry:
    days: int
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceEntry:
    reason: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceEntry:
    """One entry of ``invoices.yaml``."""

    supplier: str
    number: str
    day: date
    lines: tuple[LineEntry, ...]
    supply: date | None = None
    period: SpanEntry | None = None
    format: Format | None = None
    type: str = "380"
    preceding: str = ""
    vat: Decimal = Decimal(19)
    skonto: SkontoEntry | None = None
    terms: str = _TRADING_TERMS
    allowance: AllowanceEntry | None = None
    problem: Problem = "none"
    light: Literal["sicher", "unsicher", "unvollständig", "refused"] = "sicher"
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFile:
    invoices: tuple[InvoiceEntry, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known about one generated file. ``light`` is ``refused`` for the file that cannot be read."""

    invoice_id: str
    supplier: str
    gross: Decimal
    format: Format
    problem: Problem
    light: Light | Literal["refused"]
    rule: str


def generate() -> list[tuple[str, bytes, Truth]]:
    """The month: file name, bytes and truth, by day of issue.

    XML files are the same on every run; PDF files differ only in the time stamp inside them.
    """
    made = [_file(index, entry) for index, entry in enumerate(_invoices(), start=1)]
    return sorted(made, key=lambda item: item[0])


@cache
def supplier_entries() -> dict[str, SupplierEntry]:
    read = files.read_yaml(files.content("suppliers.yaml"), SupplierFile, where="suppliers.yaml")
    return {entry.key: entry for entry in read.suppliers}


def suppliers() -> tuple[Supplier, ...]:
    """The firm's supplier list as the booking skill takes it; the unknown one is not in it."""
    return tuple(
        Supplier(
            name=entry.name,
            creditor=entry.creditor,
            vat_id=entry.vat_id,
            tax_number=entry.tax_number,
            ibans=(entry.iban,),
            kind=entry.kind,
            small_business=entry.small_business,
        )
        for entry in supplier_entries().values()
        if entry.known
    )


def booking_firm() -> Firm:
    """The example firm as the booking skill takes it."""
    us = _organisation(main=True)
    return Firm(name=us.name, vat_id=us.vat_id)


@cache
def _invoices() -> tuple[InvoiceEntry, ...]:
    return files.read_yaml(files.content("invoices.yaml"), InvoiceFile, where="invoices.yaml").invoices


def _organisation(*, main: bool) -> Organisation:
    return next(entry for entry in files.firm().organisations if entry.main is main)


def _file(index: int, entry: InvoiceEntry) -> tuple[str, bytes, Truth]:
    supplier = supplier_entries()[entry.supplier]
    form = entry.format or supplier.format
    invoice = _plant(complete(_invoice(entry, supplier, form), exemptions=_exemptions(supplier)), entry)
    if form == "pdf":
        data = zugferd_pdf(invoice, checked=False)
    else:
        data = to_ubl(invoice) if form == "ubl" else to_cii(invoice)
    if entry.problem == "broken_xml":
        data = data[: len(data) * 2 // 3]  # the transfer broke off
    assert invoice.totals.gross is not None
    truth = Truth(entry.number, entry.supplier, invoice.totals.gross, form, entry.problem, entry.light, entry.rule)
    name = f"{entry.day.isoformat()}_{index:02d}_{entry.supplier}.{'pdf' if form == 'pdf' else 'xml'}"
    return name, data, truth


def _exemptions(supplier: SupplierEntry) -> dict[str, tuple[str, str]]:
    reasons = dict(EXEMPTIONS)
    if supplier.category == "O":
        reasons["O"] = ("In Deutschland steuerbare Leistung eines Unternehmers aus der Schweiz", "VATEX-EU-O")
    return reasons


def _invoice(entry: InvoiceEntry, supplier: SupplierEntry, form: Format) -> Invoice:
    buyer = _buyer(_organisation(main=True), intra_community=supplier.category)
    category = "E" if supplier.small_business else supplier.category
    rate = None if category == "O" else entry.vat if category == "S" else Decimal(0)
    terms = entry.terms
    if entry.skonto:
        terms = f"{terms}\n#SKONTO#TAGE={entry.skonto.days}#PROZENT={entry.skonto.percent}#\n"
    delivery = Delivery(day=entry.supply) if entry.supply else None
    if category == "K":
        delivery = Delivery(day=entry.supply, address=buyer.address)
    notes = (Note("Steuerbefreit als Kleinunternehmer gemäß § 19 UStG."),) if supplier.small_business else ()
    return Invoice(
        syntax="ubl" if form == "ubl" else "cii",
        id=entry.number,
        type_code=entry.type,
        issue_date=entry.day,
        currency="EUR",
        seller=_seller(supplier),
        buyer=buyer,
        totals=Totals(),
        lines=tuple(_line(number, line, category, rate) for number, line in enumerate(entry.lines, start=1)),
        vat=(),
        profile=EN16931 if form == "pdf" else XRECHNUNG,
        process="" if form == "pdf" else PEPPOL_BILLING,
        due_date=None if entry.type == "381" else entry.day + timedelta(days=30),
        payment_terms=terms.strip(),
        notes=notes,
        references=References(buyer="Einkauf", purchase_order=f"B-26-{int(entry.day.strftime('%j')):04d}"),
        preceding=(PrecedingInvoice(entry.preceding),) if entry.preceding else (),
        delivery=delivery,
        period=Period(entry.period.first_day, entry.period.last_day) if entry.period else None,
        payment=Payment(means_code="58", remittance=entry.number, accounts=(Account(supplier.iban, supplier.name),)),
        allowances_charges=_allowances(entry, category, rate),
    )


def _allowances(entry: InvoiceEntry, category: str, rate: Decimal | None) -> tuple[AllowanceCharge, ...]:
    if entry.allowance is None:
        return ()
    given = entry.allowance
    return (AllowanceCharge(False, given.amount, vat_category=category, vat_rate=rate, reason=given.reason),)


def _line(number: int, line: LineEntry, category: str, rate: Decimal | None) -> Line:
    return Line(
        id=str(number),
        net=None,
        name=line.name,
        quantity=line.quantity,
        unit=line.unit,
        price=line.price,
        vat_category=category,
        vat_rate=rate,
    )


def _seller(entry: SupplierEntry) -> Party:
    return Party(
        name=entry.name,
        legal_id=Identifier(entry.register) if entry.register else None,
        # A supply outside the scope of VAT goes without VAT ids (BR-O-02).
        vat_id="" if entry.category == "O" else entry.vat_id,
        tax_number=entry.tax_number,
        electronic_address=Identifier(entry.mail, "EM"),
        address=Address(line1=entry.street, postcode=entry.postcode, city=entry.city, country=entry.country),
        contact=Contact(entry.contact, "+49 561 000 7000", entry.mail),
    )


def _buyer(organisation: Organisation, *, intra_community: str) -> Party:
    address = organisation.address
    return Party(
        name=organisation.name,
        vat_id="" if intra_community == "O" else organisation.vat_id,
        electronic_address=Identifier(organisation.email, "EM"),
        address=Address(line1=address.street, postcode=address.postcode, city=address.city, country=address.country),
    )


def _plant(invoice: Invoice, entry: InvoiceEntry) -> Invoice:
    """The fault that the entry asks for; the other problems lie in the entry itself."""
    totals = invoice.totals
    if entry.problem == "arithmetic" and totals.gross is not None and totals.payable is not None:
        wrong = Decimal("100.00")
        return replace(invoice, totals=replace(totals, gross=totals.gross + wrong, payable=totals.payable + wrong))
    if entry.problem == "wrong_buyer":
        return replace(invoice, buyer=_buyer(_organisation(main=False), intra_community="S"))
    if entry.problem == "no_tax_number":
        return replace(invoice, seller=replace(invoice.seller, vat_id="", tax_number=""))
    if entry.problem == "iban" and invoice.payment is not None:
        accounts = (Account(_FOREIGN_IBAN, invoice.seller.name),)
        return replace(invoice, payment=replace(invoice.payment, accounts=accounts))
    return invoice
