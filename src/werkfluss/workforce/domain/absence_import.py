"""Taking absences over from a calendar: whose they are, and from when until when. Never why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import models

from werkfluss.evidence.domain.imports import record_import
from werkfluss.evidence.models import Document, ImportBatch
from werkfluss.formats.ics_event import Absence as CalendarAbsence
from werkfluss.kernel.text import sort_key
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.workforce.models import NATURAL_PERSONS, Absence, Resource

ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Entry:
    """One absence of a calendar; ``number`` counts from 1 in the order of the calendar.

    ``owner`` is how the calendar names whose it is (e-mail address, else name, else empty). ``known`` says that this
    very absence is there already.
    """

    number: int
    owner: str
    person: Resource | None
    start: datetime
    end: datetime
    all_day: bool
    uid: str
    known: bool


def absences_of(
    found: Iterable[CalendarAbsence], *, on: date, owners: Mapping[str, Resource] | None = None
) -> list[Entry]:
    """What of a calendar would be taken over, each with its person: two queries, whatever the number.

    People are those who are there on the day ``on`` or will come later.

    Only times marked as absent count; a meeting takes nobody away. The person is found by the organizer's e-mail
    address, else by the name if only one person has it; ``owners`` (as ``Entry.owner`` names them) comes first.
    """
    absent = [absence for absence in found if absence.status == ABSENT]
    people = _People(on)
    chosen = {**people.owners(absent), **(owners or {})}
    known = _known([person for person in chosen.values() if person])
    entries = []
    for number, absence in enumerate(absent, start=1):
        owner = owner_of(absence)
        person = chosen.get(owner)
        start, end = absence.instants(ZoneInfo(person.time_zone if person else "Europe/Berlin"))
        there = person is not None and (start, end) in known[person.pk]
        entries.append(Entry(number, owner, person, start, end, absence.all_day, absence.uid, there))
    return entries


def owner_of(absence: CalendarAbsence) -> str:
    return absence.organizer or absence.organizer_name or ""


def import_absences(
    entries: Sequence[Entry], *, document: Document, skip: Collection[int] = (), by: Actor
) -> ImportBatch:
    """Note the absences of known people but those to ``skip`` (their numbers); one import, to be taken back whole.

    Titles, places and reasons of the calendar are not kept.
    """
    rows = Absence.objects.bulk_create(
        Absence(
            resource=entry.person,
            start=entry.start,
            end=entry.end,
            all_day=entry.all_day,
            source_uid=entry.uid[:255],
        )
        for entry in entries
        if entry.person is not None and entry.number not in skip
    )
    created: list[models.Model] = [*rows]
    batch = record_import(document, kind="absences", mapping={}, created=created, by=by)
    record(Event("workforce.absences.imported", batch, {"rows": len(rows)}), by=by)
    return batch


class _People:
    """People by e-mail address and by name; a name that two people share finds nobody."""

    def __init__(self, on: date) -> None:
        self._by_mail: dict[str, Resource] = {}
        self._by_name: dict[str, list[Resource]] = defaultdict(list)
        for person in Resource.objects.filter(kind__in=NATURAL_PERSONS).exclude(active_to__lte=on):
            if person.email:
                self._by_mail[person.email.casefold()] = person
            self._by_name[_words(person.name)].append(person)

    def owners(self, absences: Iterable[CalendarAbsence]) -> dict[str, Resource | None]:
        return {owner_of(absence): self._find(absence) for absence in absences}

    def _find(self, absence: CalendarAbsence) -> Resource | None:
        by_mail = self._by_mail.get(absence.organizer or "\0")
        if by_mail is not None or not absence.organizer_name:
            return by_mail
        named = self._by_name.get(_words(absence.organizer_name), [])
        return named[0] if len(named) == 1 else None


def _words(name: str) -> str:
    """``Brandt, Katharina`` and ``Katharina Brandt`` are the same name."""
    return " ".join(sorted(sort_key(name.replace(",", " ")).split()))


def _known(people: Sequence[Resource]) -> dict[object, set[tuple[datetime, datetime]]]:
    found: dict[object, set[tuple[datetime, datetime]]] = defaultdict(set)
    for row in Absence.objects.filter(resource__in={person.pk for person in people}):
        found[row.resource_id].add((row.start, row.end))
    return found
