"""Writing invoices: complete the arithmetic, write one syntax, and refuse what would not pass our own checks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from lxml import etree

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

from .findings import check
from .model import Invoice, Line, Syntax, Totals, VatBreakdown
from .rules_totals import ZERO, net_of, rounded, total
from .write_cii import to_cii
from .write_ubl import to_ubl
from .xsd import schema_fault

EN16931 = "urn:cen.eu:en16931:2017"
XRECHNUNG = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
PEPPOL_BILLING = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
SELF_BILLED_INVOICE = "389"

EXEMPTIONS = {
    "AE": ("Steuerschuldnerschaft des Leistungsempfängers", "VATEX-EU-AE"),
    "K": ("Steuerfreie innergemeinschaftliche Lieferung", "VATEX-EU-IC"),
    "G": ("Steuerfreie Ausfuhrlieferung", "VATEX-EU-G"),
    "O": ("Nicht steuerbar", "VATEX-EU-O"),
    "E": ("Steuerbefreit gemäß § 19 UStG (Kleinunternehmer)", ""),
}
"""Reason (BT-120) and VATEX code (BT-121) used when the caller gives none."""


def complete(invoice: Invoice, *, exemptions: Mapping[str, tuple[str, str]] = EXEMPTIONS) -> Invoice:
    """The invoice with line amounts, VAT breakdown and totals computed from quantities and prices.

    Line: quantity x price / base quantity + charges - allowances, to the cent. VAT: per category and rate on the sum,
    to the cent (half up). What the caller put into the computed fields is replaced; prepaid and rounding amounts are
    kept.

    Raises
    ------
    ValueError : a line has no quantity or price.

    """
    lines = tuple(replace(line, net=_line_net(line)) for line in invoice.lines)
    bases: dict[tuple[str, Decimal | None], Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        bases[line.vat_category, line.vat_rate] += line.net or ZERO
    for item in invoice.allowances_charges:
        amount = item.amount or ZERO
        bases[item.vat_category, item.vat_rate] += amount if item.charge else -amount
    vat = tuple(
        VatBreakdown(base, rounded(base * (rate or ZERO) / 100), category, rate, *exemptions.get(category, ("", "")))
        for (category, rate), base in sorted(bases.items(), key=lambda entry: (entry[0][0], entry[0][1] or ZERO))
    )
    extras = invoice.allowances_charges
    net = total(line.net for line in lines) + net_of(extras)
    tax = total(item.tax for item in vat)
    old = invoice.totals
    payable = net + tax - (old.prepaid or ZERO) + (old.rounding or ZERO)
    totals = Totals(
        lines=total(line.net for line in lines),
        allowances=total(item.amount for item in extras if not item.charge) if extras else None,
        charges=total(item.amount for item in extras if item.charge) if extras else None,
        net=net,
        vat=tax,
        vat_accounting=old.vat_accounting,
        gross=net + tax,
        prepaid=old.prepaid,
        rounding=old.rounding,
        payable=payable,
    )
    return replace(invoice, lines=lines, vat=vat, totals=totals)


def _line_net(line: Line) -> Decimal:
    if line.quantity is None or line.price is None:
        raise ValueError(f"line {line.id} has no quantity or price")
    return rounded(line.quantity * line.price / (line.base_quantity or 1) + net_of(line.allowances_charges))


def write(invoice: Invoice, *, syntax: Syntax) -> bytes:
    """One invoice as UTF-8 XML, valid against the XSD and free of errors under our own rules.

    Raises
    ------
    Broken : the invoice lacks something mandatory or does not add up; ``where`` is the business term.

    """
    for finding in check(invoice):
        if finding.severity == "error":
            raise _refused(f"{invoice.id} {finding.where} ({finding.rule})", finding.message)
    data = to_ubl(invoice) if syntax == "ubl" else to_cii(invoice)
    fault = schema_fault(etree.fromstring(data), invoice.profile)  # our own bytes, hence no guarded parser
    if fault is not None:
        raise _refused(invoice.id, fault)
    return data


def _refused(where: str, cause: Text) -> Broken:
    return Broken(
        Fault(
            where,
            cause,
            Text("Eine vollständige, rechnerisch richtige Rechnung.", "A complete invoice that adds up."),
            Text("Bitte ergänzen Sie die Angabe und erzeugen Sie die Rechnung neu.", "Please add it and write again."),
        )
    )
