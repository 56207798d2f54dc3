"""What kind of file this is, by its content, never by its name."""

from __future__ import annotations

from werkfluss.formats import bundle, lodas, stafflist, wbs
from werkfluss.formats.columns import ColumnMapping
from werkfluss.formats.fault import require_size
from werkfluss.formats.xml import local_name, parse_xml
from werkfluss.kernel.errors import Broken

_BLANKS = b"\xef\xbb\xbf\xff\xfe \t\r\n\0"
_PER_MISSING_FIELD = 3


def kind_of(data: bytes, *, filename: str) -> str:
    """The key of the kind.

    Raises:
        Broken: empty, too large, unsafe, or nothing that any kind can read.
    """
    require_size(data, filename)
    head = data[:2048].lstrip(_BLANKS)
    if head.startswith(b"%PDF"):
        return "invoices"
    if head.startswith(b"PK") and not bundle.is_workbook(data):
        return "invoices"
    if b"BEGIN:VCALENDAR" in head.upper():
        return "absences"
    if head.startswith(b"<"):
        return "mspdi" if local_name(parse_xml(data, filename=filename)) == "Project" else "invoices"
    if lodas.is_lodas(data) or head[:1] in {b"{", b"["}:
        return "staff"
    return _of_table(data, filename)


def _of_table(data: bytes, filename: str) -> str:
    """Read it both ways: the reader that understands more of the columns is right."""
    try:
        people = _understood(stafflist.read(data, filename=filename).mapping)
    except Broken as error:
        # If nobody can read it, what the first reader says is as good as what the second would.
        _understood(_or_raise(data, filename, error))
        return "wbs"
    try:
        tasks = _understood(wbs.read(data, filename=filename).mapping)
    except Broken:
        return "staff"
    return "wbs" if tasks > people else "staff"


def _or_raise(data: bytes, filename: str, first: Broken) -> ColumnMapping:
    try:
        return wbs.read(data, filename=filename).mapping
    except Broken:
        raise first from None


def _understood(mapping: ColumnMapping) -> float:
    surely = sum(column.confidence for column in mapping.columns)
    return surely - _PER_MISSING_FIELD * len(mapping.missing())
