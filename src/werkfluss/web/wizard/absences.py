"""Calendars: who is away from when until when. What for is not read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from werkfluss.evidence.models import Document, ImportBatch
from werkfluss.formats import ics
from werkfluss.formats.ics import AbsenceList
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor
from werkfluss.web.forms import Form
from werkfluss.web.forms.imports import AbsenceOptions
from werkfluss.web.wizard.kinds import Kind, Line, Preview
from werkfluss.workforce.domain import absence_import
from werkfluss.workforce.domain.absence_import import Entry

_HEAD = (_("Person"), _("From"), _("To"), _("Whole days"))
_LOOK_AHEAD = timedelta(days=731)
_INSTANT = timedelta(microseconds=1)


class Absences(Kind):
    """Absences of known people; an organizer nobody knows is left out until a person says who it is."""

    key = "absences"
    label = _("Absences")
    hint = _("Calendar (ICS) from Outlook, Google or Nextcloud; only the times, never the reason")
    permission = "people.write"

    def read(self, data: bytes, *, filename: str, mapping: Mapping[str, str] | None) -> AbsenceList:
        return ics.read(data, filename=filename, until=clock.today() + _LOOK_AHEAD)

    def options(self, source: AbsenceList, data: Mapping[str, Any] | None) -> Form:
        found = absence_import.absences_of(source.absences, on=clock.today())
        owners = list(dict.fromkeys(entry.owner for entry in found if entry.person is None))
        return AbsenceOptions(data, owners=owners, prefix=self.key)

    def preview(self, source: AbsenceList, options: Form) -> Preview:
        lines = tuple(_line(entry) for entry in _entries(source, options))
        return Preview(_HEAD, lines, source.errors, source.warnings, encoding=source.encoding)

    def take_over(
        self, source: AbsenceList, options: Form, *, skip: frozenset[int], document: Document, by: Actor
    ) -> ImportBatch:
        return absence_import.import_absences(_entries(source, options), document=document, skip=skip, by=by)


def _entries(source: AbsenceList, options: Form) -> list[Entry]:
    assert isinstance(options, AbsenceOptions)
    return absence_import.absences_of(source.absences, on=clock.today(), owners=options.owners())


def _line(entry: Entry) -> Line:
    if entry.person is None:
        return Line(
            entry.number, (entry.owner or "–", *_span(entry)), _("Nobody of this name: choose below"), fixed=True
        )
    cells = (entry.person.name, *_span(entry))
    return Line(entry.number, cells, _("There already") if entry.known else "")


def _span(entry: Entry) -> tuple[Any, Any, Any]:
    """Whole days by their first and last day, other times as instants."""
    if entry.all_day:
        return entry.start.date(), (entry.end - _INSTANT).date(), _("yes")
    return entry.start, entry.end, _("no")
