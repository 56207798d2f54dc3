"""Booking batch: what it holds, and what DATEV accepts in each field (DATEV-Format 7.0, format version 13)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

Chart = Literal["SKR03", "SKR04"]
ENCODING = "cp1252"
MAX_TEXT = 60
MAX_DOCUMENT = 36
_CENT = Decimal("0.01")
_MAX_AMOUNT = Decimal("9999999999.99")
_DOCUMENT = re.compile(r"[A-Za-z0-9$&%*+\-/]{0,36}")
_NOT_DOCUMENT = re.compile(r"[^A-Za-z0-9$&%*+\-/]")
_BROKEN_TEXT = re.compile(r"[\x00-\x1f\x7f]")
_REPLACED = str.maketrans(
    {"−": "-", "‐": "-", "‑": "-", "→": ">", "\u202f": " ", "ł": "l", "Ł": "L", "đ": "d", "ı": "i"}
)


@dataclass(frozen=True, slots=True)
class Booking:
    """One line. ``debit`` is the side of ``account`` (S); amounts are positive, in the batch's currency.

    ``document_link`` is the id of the document in the package (Beleglink, BEDI).
    """

    amount: Decimal
    debit: bool
    account: str
    contra_account: str
    day: date
    tax_key: str = ""  # BU-Schlüssel, up to four digits
    document: str = ""  # Belegfeld 1: the invoice number
    document_2: str = ""  # Belegfeld 2
    text: str = ""  # Buchungstext
    document_link: UUID | None = None
    cost_centre: str = ""  # KOST1
    eu_vat_id: str = ""  # the supplier's, for intra-community acquisitions
    supply_date: date | None = None
    due_date: date | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """The bookings of one client and period with the header DATEV asks for.

    ``advisor`` 1001-9999999, ``client`` 1-99999; all booking days lie in ``first_day`` … ``last_day`` and this in
    one fiscal year; impersonal accounts have ``account_length`` digits (4-8), personal ones one more.
    """

    advisor: int
    client: int
    fiscal_year_start: date
    first_day: date
    last_day: date
    created: datetime
    bookings: tuple[Booking, ...]
    label: str = "Eingangsrechnungen"
    chart: Chart = "SKR03"
    account_length: int = 4
    currency: str = "EUR"
    exported_by: str = "Werkfluss"


def document_number(invoice_number: str) -> str:
    """An invoice number as Belegfeld 1 takes it: DATEV's letters only, at most 36 of them."""
    plain = unicodedata.normalize("NFKD", invoice_number.replace("ß", "ss")).replace("_", "-")
    return _NOT_DOCUMENT.sub("", plain)[:MAX_DOCUMENT]


def booking_text(text: str) -> str:
    """One line of at most 60 letters of Windows-1252; foreign letters lose their marks (Şahin becomes Sahin)."""
    line = " ".join(_BROKEN_TEXT.sub(" ", text).translate(_REPLACED).split())
    kept = []
    for letter in unicodedata.normalize("NFC", line):
        try:
            letter.encode(ENCODING)
            kept.append(letter)
        except UnicodeEncodeError:
            base = unicodedata.normalize("NFKD", letter)
            kept.append(base.encode(ENCODING, "ignore").decode(ENCODING))
    return " ".join("".join(kept).split())[:MAX_TEXT].strip()


def require_valid(batch: Batch) -> None:
    """Everything that DATEV would refuse on import.

    Raises
    ------
    Broken : the first field out of range; ``where`` names header or line and field.

    """
    _header(batch)
    for number, booking in enumerate(batch.bookings, start=1):
        _booking(batch, booking, f"Zeile {number + 2}")


def _header(batch: Batch) -> None:
    _require(1001 <= batch.advisor <= 9_999_999, "Kopf, Beraternummer", "1001 – 9999999", str(batch.advisor))
    _require(1 <= batch.client <= 99_999, "Kopf, Mandantennummer", "1 – 99999", str(batch.client))
    _require(4 <= batch.account_length <= 8, "Kopf, Sachkontenlänge", "4 – 8", str(batch.account_length))
    in_order = batch.fiscal_year_start <= batch.first_day <= batch.last_day
    _require(in_order, "Kopf, Zeitraum", "WJ-Beginn ≤ von ≤ bis", f"{batch.first_day} – {batch.last_day}")
    year = (batch.last_day - batch.fiscal_year_start).days
    _require(year <= 366, "Kopf, Zeitraum", "ein Wirtschaftsjahr / one fiscal year", f"{year} Tage")
    _require(batch.label == booking_text(batch.label)[:30], "Kopf, Bezeichnung", "≤ 30 Zeichen", batch.label)
    _require(re.fullmatch(r"[A-Z]{3}", batch.currency) is not None, "Kopf, WKZ", "ISO 4217", batch.currency)


def _booking(batch: Batch, booking: Booking, where: str) -> None:
    amount = booking.amount
    fits = amount.is_finite() and 0 < amount <= _MAX_AMOUNT and amount == amount.quantize(_CENT)
    _require(fits, f"{where}, Umsatz", "> 0, zwei Nachkommastellen", str(amount))
    longest = batch.account_length + 1
    for name, account in (("Konto", booking.account), ("Gegenkonto", booking.contra_account)):
        ok = account.isascii() and account.isdigit() and len(account) <= longest and account.strip("0") != ""
        _require(ok, f"{where}, {name}", f"1 – {longest} Ziffern", account)
    key_ok = re.fullmatch(r"[0-9]{0,4}", booking.tax_key) is not None
    _require(key_ok, f"{where}, BU-Schlüssel", "0 – 4 Ziffern", booking.tax_key)
    inside = batch.first_day <= booking.day <= batch.last_day
    _require(inside, f"{where}, Belegdatum", f"{batch.first_day} – {batch.last_day}", booking.day.isoformat())
    for name, value in (("Belegfeld 1", booking.document), ("Belegfeld 2", booking.document_2)):
        limit = MAX_DOCUMENT if name.endswith("1") else 12
        ok = _DOCUMENT.fullmatch(value) is not None and len(value) <= limit
        _require(ok, f"{where}, {name}", f"≤ {limit} aus A-Z a-z 0-9 $ & % * + - /", value)
    _require(booking.text == booking_text(booking.text), f"{where}, Buchungstext", "≤ 60, Windows-1252", booking.text)
    cost = re.fullmatch(r"[A-Za-z0-9 ]{0,36}", booking.cost_centre) is not None
    _require(cost, f"{where}, KOST1", "≤ 36 Zeichen", booking.cost_centre)
    vat = re.fullmatch(r"([A-Z]{2}[A-Z0-9+*]{2,13})?", booking.eu_vat_id) is not None
    _require(vat, f"{where}, EU-Land u. UStID", "DE123456789", booking.eu_vat_id)


def _require(ok: bool, where: str, expected: str, found: str) -> None:
    if not ok:
        raise Broken(
            Fault(
                where,
                Text(f"„{found}“ passt nicht in das DATEV-Format.", f"“{found}” does not fit the DATEV format."),
                Text(expected, expected),
                Text(
                    "Bitte berichtigen Sie die Buchung vor der Ausgabe.",
                    "Please correct the booking before the export.",
                ),
            )
        )
