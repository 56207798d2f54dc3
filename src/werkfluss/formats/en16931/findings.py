"""What is wrong with an invoice: rules of EN 16931, the German CIUS, § 14 UStG, and duplicates.

Rule ids are those of the published rule sets (``BR-…`` EN 16931-1, ``BR-DE-…`` XRechnung 3.0,
``PEPPOL-EN16931-R…``) and our own ``UStG-…`` for German tax law and ``DUP-…`` for duplicates. ``error`` means the
invoice breaks a mandatory rule, ``warning`` that a person should look, ``info`` that a field is worth knowing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from werkfluss.kernel.text import Text

from . import rules_content, rules_de, rules_totals, rules_vat
from .finding import Finding, Findings
from .model import Invoice

__all__ = ["Finding", "InvoiceKey", "check", "duplicates", "key_of", "seller_key"]


def check(invoice: Invoice, *, schema_fault: Text | None = None) -> tuple[Finding, ...]:
    """All findings on one invoice, errors first, otherwise in the order of the rule sets.

    ``schema_fault`` is what the reader found against the XSD.
    """
    found = Findings()
    if schema_fault is not None:
        found.items.append(Finding("XSD", "error", schema_fault, "XML"))
    rules_content.check(invoice, found)
    rules_totals.check(invoice, found)
    rules_vat.check(invoice, found)
    rules_de.check(invoice, found)
    rank = {"error": 0, "warning": 1, "info": 2}
    return tuple(sorted(dict.fromkeys(found.items), key=lambda finding: rank[finding.severity]))


@dataclass(frozen=True, slots=True)
class InvoiceKey:
    """What tells one invoice from another; can be stored and handed back later."""

    seller: str
    number: str
    day: date | None
    payable: Decimal | None


def key_of(invoice: Invoice) -> InvoiceKey:
    return InvoiceKey(seller_key(invoice), invoice.id, invoice.issue_date, invoice.totals.payable)


def seller_key(invoice: Invoice) -> str:
    """What identifies the seller across files: VAT id, else tax number, else name (without blanks, case folded)."""
    seller = invoice.seller
    return "".join((seller.vat_id or seller.tax_number or seller.name).split()).casefold()


def duplicates(keys: Sequence[InvoiceKey], *, earlier: Iterable[InvoiceKey] = ()) -> tuple[tuple[Finding, ...], ...]:
    """For each invoice the findings on doubles, in the given order.

    ``DUP-1`` (error): same seller and number as an earlier one. ``DUP-2`` (warning): same seller, day and payable
    amount under another number, as happens when an invoice is sent again with a new number.
    """
    numbers: set[tuple[str, str]] = set()
    amounts: dict[tuple[str, date | None, Decimal | None], str] = {}
    for key in earlier:
        numbers.add((key.seller, key.number))
        amounts[key.seller, key.day, key.payable] = key.number
    result = []
    for key in keys:
        found = Findings()
        amount = (key.seller, key.day, key.payable)
        if (key.seller, key.number) in numbers:
            found.error(
                "DUP-1",
                "BT-1",
                f"Die Rechnungsnummer {key.number} dieses Lieferanten liegt schon vor: nicht noch einmal buchen.",
                f"The number {key.number} of this supplier has been received before: do not book it again.",
            )
        elif amount in amounts and key.payable:
            found.warning(
                "DUP-2",
                "BT-115",
                f"Gleicher Lieferant, Tag und Betrag wie Rechnung {amounts[amount]}.",
                f"Same supplier, day and amount as invoice {amounts[amount]}.",
            )
        numbers.add((key.seller, key.number))
        amounts.setdefault(amount, key.number)
        result.append(tuple(found.items))
    return tuple(result)
