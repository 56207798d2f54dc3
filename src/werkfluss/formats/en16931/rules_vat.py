"""VAT: BR-S/Z/E/AE/K/G/O and the Canary and Ceuta categories L/M, and BR-CO-17, BR-CO-18.

The rules of all categories have one shape, so the differences stand in a table.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from .finding import Findings
from .model import Invoice, VatBreakdown
from .rules_content import is_lineless
from .rules_totals import CENT, ZERO, german, rounded, total


@dataclass(frozen=True, slots=True)
class _Category:
    prefix: str  # of the rule ids
    label: tuple[str, str]
    taxed: bool = False  # has a rate and a tax amount
    reason: bool = False  # needs an exemption reason (BT-120/121)
    seller_vat_id: bool = False  # a German tax number (BT-32) is not enough
    buyer_vat_id: bool = False


CATEGORIES = {
    "S": _Category("BR-S", ("Normaler Steuersatz", "Standard rate"), taxed=True),
    "Z": _Category("BR-Z", ("Nullsatz", "Zero rate")),
    "E": _Category("BR-E", ("Steuerbefreit", "Exempt"), reason=True),
    "AE": _Category(
        "BR-AE", ("Umkehr der Steuerschuld (§ 13b UStG)", "Reverse charge"), reason=True, buyer_vat_id=True
    ),
    "K": _Category(
        "BR-IC",
        ("Innergemeinschaftliche Lieferung", "Intra-community supply"),
        reason=True,
        seller_vat_id=True,
        buyer_vat_id=True,
    ),
    "G": _Category("BR-G", ("Ausfuhr", "Export"), reason=True, seller_vat_id=True),
    "O": _Category("BR-O", ("Nicht steuerbar", "Not subject to VAT"), reason=True),
    "L": _Category("BR-IG", ("IGIC (Kanaren)", "IGIC (Canary Islands)"), taxed=True),
    "M": _Category("BR-IP", ("IPSI (Ceuta, Melilla)", "IPSI (Ceuta, Melilla)"), taxed=True),
}
_OFFICIAL_SLACK = Decimal(1)  # the published rules tolerate one currency unit; we call that a warning


def check(invoice: Invoice, found: Findings) -> None:
    if not invoice.vat and "minimum" not in invoice.profile:
        found.error("BR-CO-18", "BG-23", "Die Aufschlüsselung der Umsatzsteuer fehlt.", "The VAT breakdown is missing.")
    bases, used = _bases(invoice)
    for item in invoice.vat:
        _breakdown(item, found)
        if item.category in CATEGORIES and not is_lineless(invoice.profile):
            _base(item, bases, found)
    for category in used | {item.category for item in invoice.vat}:
        known = CATEGORIES.get(category)
        if known is None:
            if category:
                found.error(
                    "BR-CL-17",
                    "BT-151",
                    f"Die Steuerart „{category[:10]}“ gibt es nicht.",
                    f"There is no VAT category “{category[:10]}”.",
                )
            continue
        _listed(category, known, invoice, found)
        _registrations(known, invoice, found)
    _rates(invoice, found)
    if any(item.category == "K" for item in invoice.vat):
        _intra_community(invoice, found)
    if any(item.category == "O" for item in invoice.vat) and len(invoice.vat) > 1:
        found.error(
            "BR-O-11",
            "BT-118",
            "„Nicht steuerbar“ darf nicht mit anderen Steuerarten gemischt werden.",
            "“Not subject to VAT” must not be mixed with other categories.",
        )


def _bases(invoice: Invoice) -> tuple[dict[tuple[str, Decimal], Decimal], set[str]]:
    """Sum per category and rate of lines, charges and allowances; and the categories in use."""
    bases: dict[tuple[str, Decimal], Decimal] = defaultdict(lambda: ZERO)
    used: set[str] = set()
    for line in invoice.lines:
        bases[line.vat_category, line.vat_rate or ZERO] += line.net or ZERO
        used.add(line.vat_category)
    for item in invoice.allowances_charges:
        amount = item.amount or ZERO
        bases[item.vat_category, item.vat_rate or ZERO] += amount if item.charge else -amount
        used.add(item.vat_category)
    return bases, used


def _breakdown(item: VatBreakdown, found: Findings) -> None:
    found.required("BR-45", "BT-116", item.base, ("Die Bemessungsgrundlage", "The taxable amount"))
    found.required("BR-46", "BT-117", item.tax, ("Der Steuerbetrag", "The tax amount"))
    found.required("BR-47", "BT-118", item.category, ("Die Steuerart", "The VAT category"))
    if item.category != "O":
        found.required("BR-48", "BT-119", item.rate, ("Der Steuersatz", "The VAT rate"))
    known = CATEGORIES.get(item.category)
    if known and known.reason and not (item.exemption_reason or item.exemption_code):
        found.error(
            f"{known.prefix}-10",
            "BT-120",
            f"{known.label[0]}: Der Grund der Befreiung fehlt.",
            f"{known.label[1]}: the exemption reason is missing.",
        )
    if item.base is None or item.tax is None:
        return
    computed = rounded(item.base * (item.rate or ZERO) / 100)
    gap = abs(computed - item.tax)
    if gap <= CENT:  # rounding half up and half even differ by a cent at most
        return
    report = found.error if gap > _OFFICIAL_SLACK else found.warning
    report(
        "BR-CO-17",
        "BT-117",
        f"Steuer auf {german(item.base)} zu {item.rate or 0} %: angegeben {german(item.tax)}, "
        f"gerechnet {german(computed)}.",
        f"VAT on {item.base} at {item.rate or 0} %: {item.tax} is stated, it computes to {computed}.",
    )


def _base(item: VatBreakdown, bases: dict[tuple[str, Decimal], Decimal], found: Findings) -> None:
    expected = bases.get((item.category, item.rate or ZERO), ZERO)
    if item.base is not None and item.base != expected:
        prefix = CATEGORIES[item.category].prefix
        found.error(
            f"{prefix}-08",
            "BT-116",
            f"Bemessungsgrundlage {item.category} {item.rate or 0} %: angegeben {german(item.base)}, "
            f"Positionen ergeben {german(expected)}.",
            f"Taxable amount {item.category} {item.rate or 0} %: {item.base} is stated, the lines give {expected}.",
        )


def _listed(category: str, known: _Category, invoice: Invoice, found: Findings) -> None:
    """BR-x-01: what is used on lines stands in the breakdown."""
    hits = sum(1 for item in invoice.vat if item.category == category)
    if hits == 0 or (hits > 1 and not known.taxed):
        found.error(
            f"{known.prefix}-01",
            "BG-23",
            f"{known.label[0]}: In der Steueraufschlüsselung steht diese Steuerart {hits}-mal, nicht einmal.",
            f"{known.label[1]}: the breakdown lists this category {hits} times instead of once.",
        )


def _registrations(known: _Category, invoice: Invoice, found: Findings) -> None:
    representative = invoice.tax_representative.vat_id if invoice.tax_representative else ""
    seller = invoice.seller.vat_id or representative
    if known.prefix == "BR-O":
        if seller or invoice.buyer.vat_id:
            # A seller may hold a VAT id and still make a supply outside its scope, so this is no reason to refuse.
            found.warning(
                "BR-O-02",
                "BT-31",
                "„Nicht steuerbar“ verträgt sich nicht mit einer USt-IdNr. in der Rechnung.",
                "“Not subject to VAT” does not go with a VAT id in the invoice.",
            )
        return
    if not seller and (known.seller_vat_id or not invoice.seller.tax_number):
        found.error(
            f"{known.prefix}-02",
            "BT-31",
            f"{known.label[0]}: USt-IdNr. oder Steuernummer des Verkäufers fehlt.",
            f"{known.label[1]}: the seller's VAT id or tax number is missing.",
        )
    if known.buyer_vat_id and not (invoice.buyer.vat_id or (known.prefix == "BR-AE" and invoice.buyer.legal_id)):
        found.error(
            f"{known.prefix}-02",
            "BT-48",
            f"{known.label[0]}: USt-IdNr. des Käufers fehlt.",
            f"{known.label[1]}: the buyer's VAT id is missing.",
        )


def _rates(invoice: Invoice, found: Findings) -> None:
    """BR-x-05 … 07: the standard rate is above zero, the untaxed categories have none."""
    rows = [(f"BG-25[{line.id}]/BT-152", "05", line.vat_category, line.vat_rate) for line in invoice.lines]
    for item in invoice.allowances_charges:
        term, number = ("BT-103", "07") if item.charge else ("BT-96", "06")
        rows.append((term, number, item.vat_category, item.vat_rate))
    for where, number, category, rate in rows:
        known = CATEGORIES.get(category)
        if known is None:
            continue
        if category == "S" and not (rate and rate > 0):
            found.error(
                f"BR-S-{number}",
                where,
                "Beim normalen Steuersatz muss der Satz größer als 0 sein.",
                "With the standard rate the rate must be above 0.",
            )
        elif not known.taxed and rate:
            found.error(
                f"{known.prefix}-{number}",
                where,
                f"{known.label[0]}: Der Steuersatz muss 0 sein, angegeben sind {rate} %.",
                f"{known.label[1]}: the rate must be 0, {rate} % is stated.",
            )
    taxed = total(
        item.tax for item in invoice.vat if item.category in CATEGORIES and not CATEGORIES[item.category].taxed
    )
    if taxed:
        found.error(
            "BR-E-09",
            "BT-117",
            "Für eine Steuerart ohne Steuer ist ein Steuerbetrag ausgewiesen.",
            "Tax is stated for a category that bears none.",
        )


def _intra_community(invoice: Invoice, found: Findings) -> None:
    delivery = invoice.delivery
    if not (delivery and delivery.day) and not invoice.period:
        found.error(
            "BR-IC-11",
            "BT-72",
            "Innergemeinschaftliche Lieferung: Lieferdatum oder Zeitraum fehlt.",
            "Intra-community supply: delivery date or period is missing.",
        )
    if not (delivery and delivery.address and delivery.address.country):
        found.error(
            "BR-IC-12",
            "BT-80",
            "Innergemeinschaftliche Lieferung: Das Land der Lieferung fehlt.",
            "Intra-community supply: the deliver-to country is missing.",
        )
