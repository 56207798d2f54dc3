"""A list as an Excel workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language

from werkfluss.kernel import clock
from werkfluss.kernel.money import Money
from werkfluss.kernel.text import Text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook_response(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The rows as a download, with the day in its name; numbers, dates and instants stay what they are."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    sheet.freeze_panes = "A2"
    titles = [WriteOnlyCell(sheet, value=title) for title in head]
    for title in titles:
        title.font = Font(bold=True)
    sheet.append(titles)
    for row in rows:
        sheet.append([_cell(WriteOnlyCell(sheet), value) for value in row])
    target = BytesIO()
    book.save(target)
    response = HttpResponse(target.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{slugify(name)}-{clock.today():%Y-%m-%d}.xlsx"'
    return response


def _cell(cell: Any, value: Any) -> Any:
    plain = _plain(value)
    cell.value = plain
    if isinstance(plain, str):
        # A text that begins with = stays a text: nobody's input becomes a formula in somebody's Excel.
        cell.data_type = "s"
    return cell


def _plain(value: Any) -> Any:
    """As Excel holds it: instants in the reader's zone, money as its amount, everything else as text."""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    if isinstance(value, Money):
        return value.amount
    if isinstance(value, Text):
        return value.in_language(get_language() or "de")
    if value is None or isinstance(value, (bool, int, float, Decimal, date)):
        return value
    return str(value)
