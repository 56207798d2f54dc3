"""Batch → EXTF file: Windows-1252, semicolon, CRLF, amounts with comma, days as TTMM."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .batch import ENCODING, Batch, Booking, require_valid
from .columns import COLUMNS, QUOTED

_EOL = "\r\n"


def write(batch: Batch) -> bytes:
    """The file as DATEV imports it: header of 31 fields, 125 headings, one line per booking.

    Raises
    ------
    Broken : a field DATEV would refuse.

    """
    require_valid(batch)
    lines = [_header(batch), ";".join(COLUMNS)]
    lines += [_line(booking, batch.currency) for booking in batch.bookings]
    return (_EOL.join(lines) + _EOL).encode(ENCODING)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _header(batch: Batch) -> str:
    stamp = f"{batch.created:%Y%m%d%H%M%S}{batch.created.microsecond // 1000:03d}"
    return ";".join(
        [
            _quoted("EXTF"),
            "700",  # version of the DATEV format
            "21",  # category: booking batch
            _quoted("Buchungsstapel"),
            "13",  # version of the category
            stamp,
            "",  # imported at, DATEV fills it
            _quoted(""),  # origin, DATEV fills it
            _quoted(batch.exported_by),
            _quoted(""),
            str(batch.advisor),
            str(batch.client),
            f"{batch.fiscal_year_start:%Y%m%d}",
            str(batch.account_length),
            f"{batch.first_day:%Y%m%d}",
            f"{batch.last_day:%Y%m%d}",
            _quoted(batch.label),
            _quoted(""),  # initials
            "1",  # financial accounting
            "0",  # purpose: independent of the accounting standard
            "0",  # Festschreibung: off, a person confirms the bookings in DATEV
            _quoted(batch.currency),
            "",
            _quoted(""),
            "",
            "",
            _quoted(batch.chart[-2:]),
            "",
            "",
            _quoted(""),
            _quoted(""),
        ]
    )


def _line(booking: Booking, currency: str) -> str:
    values = {
        "Umsatz (ohne Soll/Haben-Kz)": _amount(booking.amount),
        "Soll/Haben-Kennzeichen": "S" if booking.debit else "H",
        "WKZ Umsatz": currency,
        "Konto": booking.account,
        "Gegenkonto (ohne BU-Schlüssel)": booking.contra_account,
        "BU-Schlüssel": booking.tax_key,
        "Belegdatum": f"{booking.day:%d%m}",
        "Belegfeld 1": booking.document,
        "Belegfeld 2": booking.document_2,
        "Buchungstext": booking.text,
        "Beleglink": f'BEDI "{str(booking.document_link).upper()}"' if booking.document_link else "",
        "KOST1 - Kostenstelle": booking.cost_centre,
        "EU-Land u. UStID (Bestimmung)": booking.eu_vat_id,
        "Festschreibung": "0",
        "Leistungsdatum": _day(booking.supply_date),
        "Fälligkeit": _day(booking.due_date),
    }
    return ";".join(_quoted(values.get(name, "")) if name in QUOTED else values.get(name, "") for name in COLUMNS)


def _amount(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def _day(day: date | None) -> str:
    return f"{day:%d%m%Y}" if day else ""
