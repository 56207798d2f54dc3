"""Write a table as an Excel workbook: typed cells, nothing that Excel would run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

from werkfluss.kernel.clock import FIRM_ZONE
from werkfluss.kernel.dates import DateRange
from werkfluss.kernel.money import Money
from werkfluss.kernel.text import Text

_LONGEST_CELL = 32_767  # Excel's limit
_LARGEST_EXACT = 10**15  # Excel keeps 15 digits of a number
_DATE, _MOMENT, _TIME = "dd.mm.yyyy", "dd.mm.yyyy hh:mm", "hh:mm"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# A telephone number or a bare sign is harmless; everything else behind + or - could be a formula.
_HARMLESS = re.compile(r"[+-][\d ()/.,-]*", re.ASCII)
_SHEET_FORBIDDEN = re.compile(r"[\\/*?:\[\]']")


def write_table(
    columns: Sequence[str | Text],
    rows: Iterable[Sequence[object]],
    *,
    title: str = "Tabelle",
    language: str = "de",
) -> bytes:
    """A workbook with one sheet: header row (bold, fixed, with filters) and one row per entry of ``rows``.

    Numbers, amounts, days and instants become typed cells (amounts with two decimals, instants in the time of
    ``FIRM_ZONE``); everything else becomes text. Text that begins like a formula (= + - @, tab, line break) is
    written as text behind an apostrophe, so that it stays text in Excel and in a CSV file made from it.

    Raises:
        ValueError: a row is longer than the header.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_title(title))
    titles = [c.in_language(language) if isinstance(c, Text) else c for c in columns]
    sheet.freeze_panes = "A2"
    widths = [len(t) for t in titles]
    lines = []
    for row in rows:
        if len(row) > len(titles):
            raise ValueError(f"a row of {len(row)} cells under {len(titles)} columns")
        values = [_typed(value, language) for value in row]
        widths = [
            max(w, _width(v)) for w, (v, _) in zip(widths, [*values, *[(None, None)] * len(titles)], strict=False)
        ]
        lines.append(values)
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[_letter(number)].width = min(max(width + 2, 8), 60)
    sheet.append([_cell(sheet, _safe(t), None, font=Font(bold=True)) for t in titles])
    for values in lines:
        sheet.append([_cell(sheet, value, number_format) for value, number_format in values])
    if titles:
        sheet.auto_filter.ref = f"A1:{_letter(len(titles))}{len(lines) + 1}"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _letter(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(number)


def _sheet_title(title: str) -> str:
    return _SHEET_FORBIDDEN.sub(" ", _CONTROL.sub("", title)).strip()[:31] or "Tabelle"


def _width(value: object) -> int:
    return 0 if value is None else 16 if isinstance(value, datetime) else len(str(value).partition("\n")[0])


def _typed(value: object, language: str) -> tuple[Any, str | None]:
    """The value as Excel stores it, and its number format (None = general, text as text)."""
    if value is None or isinstance(value, bool):
        return value, None
    if isinstance(value, int):
        return (value, "0") if abs(value) < _LARGEST_EXACT else (str(value), None)
    if isinstance(value, Decimal | float):
        return _number(Decimal(str(value)))
    if isinstance(value, Money):
        return (value.amount, f'#,##0.00 "{value.currency}"')
    if isinstance(value, datetime):
        local = value.astimezone(FIRM_ZONE).replace(tzinfo=None) if value.tzinfo else value
        return local, _MOMENT
    if isinstance(value, date):
        return (value, _DATE) if value.year >= 1900 else (value.isoformat(), None)
    if isinstance(value, time):
        return value.replace(tzinfo=None), _TIME
    return _safe(_plain(value, language)), None


def _number(number: Decimal) -> tuple[Any, str | None]:
    if not number.is_finite() or abs(number) >= _LARGEST_EXACT:
        return str(number), None
    decimals = max(-int(number.as_tuple().exponent), 0)
    return number, "0" if not decimals else "#,##0." + "0" * min(max(decimals, 2), 10)


def _plain(value: object, language: str) -> str:
    if isinstance(value, Text):
        return value.in_language(language)
    if isinstance(value, DateRange):
        last = value.last_day
        return f"{value.start:%d.%m.%Y} – {last:%d.%m.%Y}" if last else f"{value.start:%d.%m.%Y} –"
    if isinstance(value, UUID | str):
        return str(value)
    if isinstance(value, Iterable):
        return ", ".join(_plain(part, language) for part in value)
    return str(value)


def _safe(text: str) -> str:
    clean = _CONTROL.sub("", text)[: _LONGEST_CELL - 1]
    risky = clean.lstrip(" ")[:1] in {"=", "+", "-", "@", "\t", "\r", "\n"} and bool(clean)
    return f"'{clean}" if risky and not _HARMLESS.fullmatch(clean) else clean


def _cell(sheet: Any, value: Any, number_format: str | None, *, font: Any = None) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula, whatever it begins with
    if number_format:
        cell.number_format = number_format
    if font is not None:
        cell.font = font
    return cell
