"""Does the invoice add up: EN 16931-1, BR-CO-10 … BR-CO-17, and the line arithmetic of PEPPOL BIS 3."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from .finding import Findings
from .model import AllowanceCharge, Invoice, Line
from .rules_content import is_lineless

CENT = Decimal("0.01")
LINE_SLACK = Decimal("0.02")
"""A line may be off by two cents: PEPPOL-EN16931-R120 allows it, since quantity and price carry own roundings."""
ZERO = Decimal(0)


def rounded(amount: Decimal) -> Decimal:
    """To the cent, half away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def german(amount: Decimal) -> str:
    """``1234.5`` as ``1.234,50``."""
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def total(items: Iterable[Decimal | None]) -> Decimal:
    return sum((item for item in items if item is not None), ZERO)


def net_of(items: Iterable[AllowanceCharge]) -> Decimal:
    """Charges minus allowances."""
    return total((item.amount if item.charge else -item.amount) for item in items if item.amount is not None)


def check(invoice: Invoice, found: Findings) -> None:
    totals = invoice.totals
    extras = invoice.allowances_charges
    allowances = total(item.amount for item in extras if not item.charge)
    charges = total(item.amount for item in extras if item.charge)
    lineless = is_lineless(invoice.profile)
    if not lineless:
        lines = total(line.net for line in invoice.lines)
        _equal(found, ("BR-CO-10", "BT-106"), totals.lines, lines, ("Summe der Positionen", "sum of the lines"))
    if extras or not lineless:
        _equal(
            found, ("BR-CO-11", "BT-107"), totals.allowances or ZERO, allowances, ("Summe der Nachlässe", "allowances")
        )
        _equal(found, ("BR-CO-12", "BT-108"), totals.charges or ZERO, charges, ("Summe der Zuschläge", "charges"))
    if totals.lines is not None:
        net = totals.lines - (totals.allowances or ZERO) + (totals.charges or ZERO)
        _equal(found, ("BR-CO-13", "BT-109"), totals.net, net, ("Nettobetrag", "total without VAT"))
    if invoice.vat:
        tax = total(item.tax for item in invoice.vat)
        _equal(found, ("BR-CO-14", "BT-110"), totals.vat or ZERO, tax, ("Summe der Steuer", "VAT total"))
    if totals.net is not None:
        gross = totals.net + (totals.vat or ZERO)
        _equal(found, ("BR-CO-15", "BT-112"), totals.gross, gross, ("Bruttobetrag", "total with VAT"))
    if totals.gross is not None:
        # BT-DEX-002 enters in the XRechnung extension only (BR-DEX-09).
        payable = totals.gross - (totals.prepaid or ZERO) + (totals.rounding or ZERO) + (totals.third_party or ZERO)
        _equal(found, ("BR-CO-16", "BT-115"), totals.payable, payable, ("Fälliger Betrag", "amount due"))
    for line in invoice.lines:
        _line(line, found)


def _equal(
    found: Findings, rule: tuple[str, str], stated: Decimal | None, computed: Decimal, label: tuple[str, str]
) -> None:
    """An error at ``rule`` (id, term) when the stated amount is not the computed one."""
    if stated is not None and stated != computed:
        found.error(
            *rule,
            f"{label[0]}: angegeben {german(stated)}, gerechnet {german(computed)}.",
            f"The {label[1]} states {stated}, but it computes to {computed}.",
        )


def _line(line: Line, found: Findings) -> None:
    at = f"BG-25[{line.id}]"
    if line.price is not None and line.gross_price is not None:
        expected = line.gross_price - (line.price_discount or ZERO)
        if expected != line.price:
            found.error(
                "PEPPOL-EN16931-R046",
                f"{at}/BT-146",
                f"Position {line.id}: Nettopreis {line.price} ist nicht Bruttopreis minus Nachlass ({expected}).",
                f"Line {line.id}: the net price {line.price} is not gross price minus discount ({expected}).",
            )
    if line.net is None or line.price is None or line.quantity is None or line.sub_lines:
        return
    base = line.base_quantity or Decimal(1)
    if base < 0:
        found.error(
            "PEPPOL-EN16931-R121",
            f"{at}/BT-149",
            f"Position {line.id}: Die Preismenge muss positiv sein.",
            f"Line {line.id}: the price base quantity must be positive.",
        )
        return
    computed = rounded(line.quantity * line.price / base + net_of(line.allowances_charges))
    if abs(computed - line.net) > LINE_SLACK:
        found.error(
            "PEPPOL-EN16931-R120",
            f"{at}/BT-131",
            f"Position {line.id}: Menge mal Preis ergibt {german(computed)}, angegeben sind {german(line.net)}.",
            f"Line {line.id}: quantity times price is {computed}, but {line.net} is stated.",
        )
