"""EXTF file → batch. Reads what DATEV and other programs write in category 21, formats 7 to 13."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from werkfluss.formats.fault import broken, require_size
from werkfluss.kernel.text import Text

from .batch import ENCODING, Batch, Booking, Chart
from .columns import INDEX

_LINK = re.compile(r'(?:BEDI|DDMS|DORG) "([0-9A-Fa-f-]{36})"')
_MIN_COLUMNS = 14  # up to the booking text


def read(data: bytes, *, filename: str) -> Batch:
    """The batch in a file.

    Raises
    ------
    Broken : not EXTF/DTVF category 21, or a line that cannot be read; ``where`` names the line.

    """
    require_size(data, filename)
    try:
        rows = list(csv.reader(io.StringIO(data.decode(ENCODING, "replace"), newline=""), delimiter=";"))
    except csv.Error:  # a field of more than 128 KiB, or a NUL byte
        rows = []
    header = rows[0] if rows else []
    if len(header) < 22 or header[0] not in {"EXTF", "DTVF"} or header[2] != "21":
        raise broken(
            filename,
            Text("Das ist kein DATEV-Buchungsstapel.", "This is not a DATEV booking batch."),
            Text(
                'Eine Datei, die mit "EXTF";700;21;"Buchungsstapel" beginnt.', 'A file that starts with "EXTF";700;21.'
            ),
        )
    try:
        first, last = _full_day(header[14]), _full_day(header[15])
        bookings = []
        for number, row in enumerate(rows[2:], start=3):
            if any(row):
                bookings.append(_booking(row, first, last, f"{filename}, Zeile {number}"))
        chart: Chart = "SKR04" if len(header) > 26 and header[26] == "04" else "SKR03"
        return Batch(
            advisor=int(header[10]),
            client=int(header[11]),
            fiscal_year_start=_full_day(header[12]),
            first_day=first,
            last_day=last,
            created=_stamp(header[5]),
            bookings=tuple(bookings),
            label=header[16],
            chart=chart,
            account_length=int(header[13]),
            currency=header[21] or "EUR",
            exported_by=header[8],
        )
    except ValueError:
        raise broken(
            f"{filename}, Zeile 1",
            Text("Der Kopf des Buchungsstapels ist unvollständig.", "The header of the batch is incomplete."),
            Text("Berater, Mandant, Wirtschaftsjahr und Zeitraum.", "Advisor, client, fiscal year and period."),
        ) from None


def _full_day(text: str) -> date:
    if not re.fullmatch(r"[0-9]{8}", text):
        raise ValueError(text)
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def _stamp(text: str) -> datetime:
    if not re.fullmatch(r"[0-9]{17}", text):
        return datetime(1970, 1, 1, tzinfo=UTC)
    seconds = datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return seconds + timedelta(milliseconds=int(text[14:]))


def _booking(row: list[str], first: date, last: date, where: str) -> Booking:
    try:
        cells = _cells(row)
        link = _LINK.fullmatch(cells["Beleglink"])
        return Booking(
            amount=_amount(cells["Umsatz (ohne Soll/Haben-Kz)"]),
            debit=cells["Soll/Haben-Kennzeichen"] == "S",
            account=cells["Konto"],
            contra_account=cells["Gegenkonto (ohne BU-Schlüssel)"],
            day=_day_in(cells["Belegdatum"], first, last),
            tax_key=cells["BU-Schlüssel"],
            document=cells["Belegfeld 1"],
            document_2=cells["Belegfeld 2"],
            text=cells["Buchungstext"],
            document_link=UUID(link[1]) if link else None,
            cost_centre=cells["KOST1 - Kostenstelle"],
            eu_vat_id=cells["EU-Land u. UStID (Bestimmung)"],
            supply_date=_long_day(cells["Leistungsdatum"]),
            due_date=_long_day(cells["Fälligkeit"]),
        )
    except ValueError as error:
        raise broken(
            where,
            Text(f"Diese Buchung ist nicht lesbar ({error}).", f"This booking cannot be read ({error})."),
            Text("Umsatz mit Komma, S oder H, Belegdatum TTMM.", "Amount with comma, S or H, day as DDMM."),
        ) from None


def _cells(row: list[str]) -> dict[str, str]:
    """The columns by name; trailing ones may be missing in older versions."""
    if len(row) < _MIN_COLUMNS:
        raise ValueError(f"{len(row)} Spalten")
    cells = {name: row[position] if position < len(row) else "" for name, position in INDEX.items()}
    if cells["Soll/Haben-Kennzeichen"] not in {"S", "H"}:
        raise ValueError(f"S/H {cells['Soll/Haben-Kennzeichen']!r}")
    return cells


def _amount(text: str) -> Decimal:
    if not re.fullmatch(r"[0-9]{1,10}(,[0-9]{1,2})?", text):
        raise ValueError(f"Umsatz {text!r}")
    return Decimal(text.replace(",", "."))


def _day_in(text: str, first: date, last: date) -> date:
    """TTMM carries no year: it is the one that lies in the batch's period."""
    if not re.fullmatch(r"[0-9]{3,4}", text):
        raise ValueError(f"Belegdatum {text!r}")
    padded = text.zfill(4)
    for year in range(first.year, last.year + 1):
        try:
            day = date(year, int(padded[2:]), int(padded[:2]))
        except ValueError:
            continue
        if first <= day <= last:
            return day
    raise ValueError(f"Belegdatum {text!r}")


def _long_day(text: str) -> date | None:
    if not re.fullmatch(r"[0-9]{8}", text):
        return None
    return date(int(text[4:]), int(text[2:4]), int(text[:2]))
