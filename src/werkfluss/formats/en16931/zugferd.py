"""ZUGFeRD / Factur-X: a readable PDF/A-3 page with the CII invoice inside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from importlib.resources import files
from typing import Any

from werkfluss.formats.typeset import typeset
from werkfluss.kernel.text import Language

from .model import Invoice, Line, Party
from .write import write
from .write_cii import to_cii

_TITLES = {
    # § 14 Abs. 4 Nr. 10 UStG: a self-billed invoice must carry the word "Gutschrift".
    "389": ("Gutschrift", "Self-billed invoice (Gutschrift)"),
    "261": ("Korrektur der Gutschrift", "Self-billed credit note"),
    "381": ("Rechnungskorrektur", "Credit note"),
    "384": ("Rechnungskorrektur", "Corrected invoice"),
    "326": ("Teilrechnung", "Partial invoice"),
}
_COLUMNS = {
    "de": ["Pos.", "Bezeichnung", "Menge", "Einzelpreis", "USt.", "Netto"],
    "en": ["No.", "Item", "Quantity", "Price", "VAT", "Net"],
}
_UNITS = {
    "C62": ("Stk.", "pcs"),
    "H87": ("Stk.", "pcs"),
    "HUR": ("Std.", "h"),
    "DAY": ("Tage", "days"),
    "MON": ("Monate", "months"),
    "KGM": ("kg", "kg"),
    "TNE": ("t", "t"),
    "MTR": ("m", "m"),
    "MTK": ("m²", "m²"),
    "KWH": ("kWh", "kWh"),
    "LS": ("pauschal", "lump sum"),
    "KMT": ("km", "km"),
}


def zugferd_pdf(invoice: Invoice, *, language: Language = "de", checked: bool = True) -> bytes:
    """PDF/A-3b with the invoice as ``factur-x.xml``.

    ``checked=False`` embeds the XML without our checks, for documents that are wrong on purpose (examples, tests).
    The PDF carries the time at which it was made; its page and its XML depend on the invoice only.

    Raises
    ------
    Broken : see ``write``.

    """
    import facturx.facturx as library

    data = write(invoice, syntax="cii") if checked else to_cii(invoice)
    title = _title(invoice, language)
    embed: Callable[..., bytes] = library.generate_from_binary
    return embed(
        page_pdf(invoice, language=language),
        data,
        flavor="factur-x",
        level="en16931",
        check_xsd=False,  # write() has checked it
        lang=f"{language}-DE",
        afrelationship="alternative",
        pdf_metadata={
            "author": invoice.seller.name,
            "keywords": "Factur-X, ZUGFeRD",
            "title": f"{title} {invoice.id}",
            "subject": f"{title} {invoice.id}, {invoice.seller.name}",
        },
    )


def page_pdf(invoice: Invoice, *, language: Language = "de") -> bytes:
    """The page alone, PDF/A-3b, A4."""
    source = (files("werkfluss.formats.en16931") / "invoice.typ").read_bytes()
    return typeset(source, _page(invoice, language), standards=["a-3b"])


def _title(invoice: Invoice, language: Language) -> str:
    return _TITLES.get(invoice.type_code, ("Rechnung", "Invoice"))[0 if language == "de" else 1]


def _number(value: Decimal | None, language: Language, places: int = 2) -> str:
    if value is None:
        return ""
    text = f"{value:,.{places}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "de" else text


def _plain(value: Decimal | None, language: Language) -> str:
    """As many decimals as the value has, at least none."""
    if value is None:
        return ""
    exponent = value.normalize().as_tuple().exponent
    return _number(value, language, max(0, -exponent) if isinstance(exponent, int) else 0)


def _day(day: date | None, language: Language) -> str:
    if day is None:
        return ""
    return f"{day:%d.%m.%Y}" if language == "de" else day.isoformat()


def _page(invoice: Invoice, language: Language) -> dict[str, Any]:
    money = partial(_number, language=language)
    de = language == "de"
    totals = invoice.totals
    rows = [("Summe netto" if de else "Net total", f"{money(totals.net)} {invoice.currency}")]
    for item in invoice.vat:
        label = f"{'USt.' if de else 'VAT'} {_plain(item.rate or Decimal(0), language)} % ({money(item.base)})"
        rows.append((label, f"{money(item.tax)} {invoice.currency}"))
    if totals.prepaid:
        rows.append(("Bereits gezahlt" if de else "Prepaid", f"−{money(totals.prepaid)} {invoice.currency}"))
    return {
        "language": language,
        "title": _title(invoice, language),
        "number": invoice.id,
        "sender": " · ".join(_party(invoice.seller)),
        "seller": {"name": invoice.seller.name},
        "buyer": {"lines": _party(invoice.buyer)},
        "facts": [[label, value] for label, value in _facts(invoice, language) if value],
        "notes": [note.text for note in invoice.notes if not note.subject],
        "columns": _COLUMNS[language],
        "rows": [_row(line, language) for line in invoice.lines],
        "totals": rows,
        "payable": ["Zahlbetrag" if de else "Amount due", f"{money(totals.payable)} {invoice.currency}"],
        "closing": _closing(invoice, language),
        "footer": " · ".join(part for part in _footer(invoice.seller) if part),
    }


def _party(party: Party) -> list[str]:
    address = party.address
    if address is None:
        return [party.name]
    town = f"{address.postcode} {address.city}".strip()
    return [part for part in (party.name, address.line1, address.line2, town, address.country) if part]


def _footer(seller: Party) -> list[str]:
    contact = seller.contact
    return [
        seller.name,
        f"USt-IdNr. {seller.vat_id}" if seller.vat_id else "",
        f"St.-Nr. {seller.tax_number}" if seller.tax_number else "",
        contact.email if contact else "",
        seller.legal_form,
    ]


def _facts(invoice: Invoice, language: Language) -> list[tuple[str, str]]:
    de = language == "de"
    period = invoice.period
    span = f"{_day(period.start, language)} – {_day(period.end, language)}" if period else ""
    supply = _day(invoice.delivery.day, language) if invoice.delivery else ""
    return [
        ("Datum" if de else "Date", _day(invoice.issue_date, language)),
        ("Leistungsdatum" if de else "Date of supply", supply),
        ("Leistungszeitraum" if de else "Period of supply", span),
        ("Bestellung" if de else "Order", invoice.references.purchase_order),
        ("Fällig am" if de else "Due on", _day(invoice.due_date, language)),
        ("Ihre USt-IdNr." if de else "Your VAT id", invoice.buyer.vat_id),
    ]


def _row(line: Line, language: Language) -> list[str]:
    unit = _UNITS.get(line.unit, (line.unit, line.unit))[0 if language == "de" else 1]
    name = f"{line.name}\n{line.description}" if line.description else line.name
    places = max(2, -int(line.price.normalize().as_tuple().exponent)) if line.price else 2
    return [
        line.id,
        name,
        f"{_plain(line.quantity, language)} {unit}",
        _number(line.price, language, places),
        f"{_plain(line.vat_rate or Decimal(0), language)} %",
        _number(line.net, language),
    ]


def _closing(invoice: Invoice, language: Language) -> list[str]:
    lines = [item.exemption_reason for item in invoice.vat if item.exemption_reason]
    if invoice.payment_terms:
        lines += [text for text in invoice.payment_terms.splitlines() if text and not text.startswith("#")]
    for item in invoice.skonto:
        percent = _plain(item.percent, language)
        if language == "de":
            lines.append(f"{percent} % Skonto bei Zahlung innerhalb von {item.days} Tagen.")
        else:
            lines.append(f"{percent} % discount for payment within {item.days} days.")
    if invoice.payment:
        lines += [f"IBAN {account.iban} {account.bic}".strip() for account in invoice.payment.accounts]
    return lines
