"""Staff lists: who would be taken on, where they work, at which rate the plan counts them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from werkfluss.evidence.models import Document, ImportBatch
from werkfluss.formats import stafflist
from werkfluss.formats.stafflist import StaffList, StaffRecord
from werkfluss.org.actor import Actor
from werkfluss.web.forms import Form
from werkfluss.web.forms.imports import StaffOptions
from werkfluss.web.wizard.kinds import Kind, Line, Preview
from werkfluss.workforce.domain import resources, staff_import
from werkfluss.workforce.models import Rate, Resource

_HEAD = (
    _("Row"),
    _("Personnel number"),
    _("Name"),
    _("Position"),
    _("Place of work"),
    _("Hours per week"),
    _("Joined"),
    _("Skills"),
)


class Staff(Kind):
    """People with what is declared of them; pay, bank and health columns are left unread."""

    key = "staff"
    label = _("Staff list")
    hint = _("Excel, CSV, DATEV LODAS (ASCII) or Personio (JSON)")
    permission = "people.write"

    def read(self, data: bytes, *, filename: str, mapping: Mapping[str, str] | None) -> StaffList:
        return stafflist.read(data, filename=filename, mapping=mapping)

    def options(self, source: StaffList, data: Mapping[str, Any] | None) -> Form:
        return StaffOptions(data, places=_places(source), prefix=self.key)

    def preview(self, source: StaffList, options: Form) -> Preview:
        people = staff_import.known_people()
        lines, seen = [], dict[str, int]()
        for row in source.records:
            lines.append(_line(row, staff_import.duplicate_of(row, people), seen.get(row.personnel_no or "")))
            if row.personnel_no:
                seen.setdefault(row.personnel_no, row.row)
        return Preview(_HEAD, tuple(lines), source.errors, source.warnings, source.mapping, source.encoding)

    def take_over(
        self, source: StaffList, options: Form, *, skip: frozenset[int], document: Document, by: Actor
    ) -> ImportBatch:
        assert isinstance(options, StaffOptions)
        name, cents = options.new_rate()
        rate = resources.set_rate(name=name, cents_per_hour=cents, by=by) if name else _rate(options)
        wanted = {row.row for row in source.records} - skip
        return staff_import.import_staff(
            source, document=document, rate=rate, places=options.places(), skip=skip, take=wanted, by=by
        )


def shortened(text: str, width: int = 60) -> str:
    return text if len(text) <= width else f"{text[:width].rsplit(',', 1)[0]} …"


def _rate(options: StaffOptions) -> Rate:
    return Rate.objects.get(pk=options.cleaned_data["rate"])


def _places(source: StaffList) -> dict[str, str]:
    """Every place of work in the list with its country as far as the list says so."""
    found: dict[str, str] = {}
    for row in source.records:
        if row.location:
            found.setdefault(row.location, row.country or "")
    return found


def _line(row: StaffRecord, double: Resource | None, earlier: int | None) -> Line:
    said: Any = ""
    fixed = False
    if double is not None:
        fixed = bool(row.personnel_no) and double.personnel_no == row.personnel_no
        said = _("There already: %(name)s") % {"name": double.name}
    elif earlier is not None:
        fixed, said = True, _("Same personnel number as row %(row)s") % {"row": earlier}
    cells = (
        row.row,
        row.personnel_no,
        row.name,
        row.position,
        row.location,
        row.weekly_hours,
        row.entry_date,
        shortened(", ".join(row.skills)),
    )
    return Line(row.row, cells, said, fixed)
