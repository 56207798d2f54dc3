"""Taking a staff list over: people with their declared data, skills from the vocabulary, papers with their expiry."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from babel.core import get_global
from django.db import models
from django.utils.text import slugify

from werkfluss.evidence.domain.imports import record_import
from werkfluss.evidence.models import Document, ImportBatch
from werkfluss.formats.nationality import nationality_code
from werkfluss.formats.stafflist import StaffList, StaffRecord
from werkfluss.kernel.text import sort_key
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.org.models import FirmProfile
from werkfluss.workforce.domain.calendars import full_week
from werkfluss.workforce.models import Kind, Paper, Rate, Resource, ResourceSkill, Skill, WorkingTime

_DAY = timedelta(days=1)
_FULL_WEEK_MINUTES = 2400
_TITLE_LEAD_DAYS = 90


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name in the list's column of sites lies."""

    country: str
    subdivision: str
    time_zone: str
    day_start: time = time(8)


def known_people() -> dict[str, Resource]:
    """Employees, former ones too, by personnel number and by e-mail: a row that names one of them is a duplicate."""
    found: dict[str, Resource] = {}
    for person in Resource.objects.filter(kind=Kind.EMPLOYEE):
        found |= _keys(person)
    return found


def _keys(person: Resource) -> dict[str, Resource]:
    return {key: person for key in (person.personnel_no, person.email.lower()) if key}


def duplicate_of(row: StaffRecord, people: Mapping[str, Resource]) -> Resource | None:
    return people.get(row.personnel_no or "\0") or people.get((row.email or "\0").lower())


def known_places() -> dict[str, Place]:
    """Places by the name of the town, from the people who work there already and from the firm's own address."""
    found: dict[str, Place] = {}
    for city, country, subdivision, zone in (
        Resource.objects.exclude(city="").values_list("city", "country", "subdivision", "time_zone").distinct()
    ):
        found.setdefault(city, Place(country, subdivision, zone))
    for profile in FirmProfile.objects.all():
        found.setdefault(profile.city, Place(profile.country, profile.subdivision, zone_of(profile.country)))
    return found


def import_staff(
    listed: StaffList,
    *,
    document: Document,
    rate: Rate,
    places: Mapping[str, Place] | None = None,
    skip: Collection[int] = (),
    take: Collection[int] = (),
    by: Actor,
) -> ImportBatch:
    """Take on the people of a list, except the rows to ``skip`` and those who are there already.

    ``take`` names rows to take on although their e-mail address is known (a shared mailbox); a personnel number is
    never given twice.

    A role of the firm's rate card with the person's position gives the rate, else ``rate``. Skills that are not in
    the vocabulary are added to it. One import, all or nothing, to be taken back as a whole.
    """
    people = known_people()
    rates = {one.name.casefold(): one for one in Rate.objects.all()}
    vocabulary = _Vocabulary()
    created: list[models.Model] = []
    for row in listed.records:
        double = duplicate_of(row, people)
        same_number = double is not None and bool(row.personnel_no) and double.personnel_no == row.personnel_no
        if row.row in skip or same_number or (double is not None and row.row not in take):
            continue
        chosen = rates.get((row.position or "").casefold(), rate)
        made = _take_on(row, chosen, (places or {}).get(row.location or "") or _place_of(row), vocabulary)
        people |= _keys(made[0])
        created += made
    created = [*vocabulary.added, *created]
    batch = record_import(document, kind="staff", mapping={}, created=created, by=by)
    record(Event("workforce.staff.imported", batch, {"rows": len(created)}), by=by)
    return batch


def _take_on(
    row: StaffRecord, rate: Rate, place: Place, vocabulary: _Vocabulary
) -> tuple[Resource, *tuple[Paper, ...]]:
    minutes = round((row.weekly_hours or 0) * 60) or _FULL_WEEK_MINUTES
    leaves = min((day for day in (row.exit_date, row.fixed_term_until) if day), default=None)
    person = Resource.objects.create(
        number=next_number("resource"),
        kind=Kind.EMPLOYEE,
        name=row.name,
        sort_key=sort_key(f"{row.last_name or row.name} {row.first_name or ''}".strip()),
        email=row.email or "",
        personnel_no=row.personnel_no or "",
        title=row.position or "",
        department=row.department or "",
        country=place.country,
        subdivision=place.subdivision,
        city=row.location or "",
        nationality=nationality_code(row.nationality) or "",
        languages=list(row.languages),
        time_zone=place.time_zone,
        weekly_minutes=minutes,
        rate=rate,
        active_from=row.entry_date,
        active_to=leaves + _DAY if leaves else None,
    )
    hours = [
        WorkingTime(resource=person, weekday=weekday, start=start, end=end)
        for weekday, start, end in full_week(minutes, day_start=place.day_start)
    ]
    skills = [ResourceSkill(resource=person, skill=vocabulary.find(name)) for name in dict.fromkeys(row.skills)]
    papers = _papers(person, row)
    WorkingTime.objects.bulk_create(hours)
    ResourceSkill.objects.bulk_create({row.skill.pk: row for row in skills}.values())
    Paper.objects.bulk_create(papers)
    # Hours and skills go with the person when the import is taken back; papers are listed to be seen.
    return (person, *papers)


def _papers(person: Resource, row: StaffRecord) -> list[Paper]:
    if row.residence_title_until is None:
        return []
    return [
        Paper(
            resource=person,
            kind="residence_title",
            state="confirmed",
            valid_from=row.entry_date,
            expires=row.residence_title_until,
            lead_days=_TITLE_LEAD_DAYS,
        )
    ]


def _place_of(row: StaffRecord) -> Place:
    """By country alone: its only time zone, or Berlin where it has several and a person must say."""
    country = row.country or "DE"
    return Place(country, "", zone_of(country))


def zone_of(country: str) -> str:
    """The time zone of a country, Berlin where it has several."""
    zones = [zone for zone, territory in get_global("zone_territories").items() if territory == country]
    return zones[0] if len(zones) == 1 else "Europe/Berlin"


class _Vocabulary:
    """Skills by every name they have; unknown ones are added."""

    def __init__(self) -> None:
        self.added: list[Skill] = []
        self._names: dict[str, Skill] = {}
        for skill in Skill.objects.all():
            self._learn(skill)

    def _learn(self, skill: Skill) -> None:
        for name in (skill.key, skill.name_de, skill.name_en, *skill.synonyms):
            self._names.setdefault(str(name).casefold(), skill)

    def find(self, name: str) -> Skill:
        skill = self._names.get(name.casefold())
        if skill is None:
            facts: dict[str, Any] = {"name_de": name[:120], "name_en": name[:120]}
            skill, _ = Skill.objects.get_or_create(
                key=slugify(name)[:60] or f"skill-{len(self._names)}", defaults=facts
            )
            self.added.append(skill)
            self._learn(skill)
        return skill
