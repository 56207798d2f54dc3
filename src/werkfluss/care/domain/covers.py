"""Sickness insurance without a gap: for each member of the family, each country, each day of the stay.

Only what the law is sure of is taken for granted: employment subject to compulsory insurance insures from its first
day. Whether a relative is insured with somebody is for the fund to say, so it is asked, never assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from werkfluss.care.models import CareCover
from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question
from werkfluss.kernel.dates import DateRange
from werkfluss.kernel.errors import NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.workforce.models import Resource

_DAY = timedelta(days=1)
MEMBERS = ("self", "partner", "child1", "child2", "child3", "child4")
BASIS = "§ 5 Abs. 1 Nr. 1, § 6 Abs. 1 Nr. 1 SGB V"


@dataclass(frozen=True, slots=True)
class Stay:
    """A member of the family is in a country."""

    member: str
    country: str
    days: DateRange


@dataclass(frozen=True, slots=True)
class Insured:
    """A member is insured there. ``assumed``: it follows from the law, nobody has entered it."""

    member: str
    country: str
    days: DateRange
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Hole:
    """Days of a stay that nothing covers; ``end=None``: until further notice."""

    member: str
    country: str
    days: DateRange


def holes(stays: Iterable[Stay], insured: Sequence[Insured]) -> list[Hole]:
    """The days of each stay without insurance, in the order of stays and days. Pure."""
    found: list[Hole] = []
    for stay in stays:
        covers = sorted(
            (one.days for one in insured if (one.member, one.country) == (stay.member, stay.country)),
            key=lambda days: days.start,
        )
        found += [Hole(stay.member, stay.country, days) for days in _uncovered(stay.days, covers)]
    return found


def _uncovered(stay: DateRange, covers: Iterable[DateRange]) -> list[DateRange]:
    found, day = [], stay.start
    for cover in covers:
        if stay.end is not None and cover.start >= stay.end:
            break
        if cover.start > day:
            found.append(DateRange(day, cover.start))
        if cover.end is None:
            return found
        day = max(day, cover.end)
    if stay.end is None or day < stay.end:
        found.append(DateRange(day, stay.end))
    return found


def covers_of(person: Resource, *, for_hr: bool) -> QuerySet[CareCover]:
    rows = CareCover.objects.filter(person=person).order_by("member", "first_day")
    return rows.filter(Q(own=False) | Q(released=True)) if for_hr else rows


def insured_by_law(*, annual_pay: str | None, work_start: date, on: date) -> tuple[Insured | None, Text]:
    """Whether employment insures from its first day, as far as the law pack knows, and what to ask if not."""
    facts = {"annual_pay": annual_pay, "situation": "start_of_job"}
    verdict = explain.answer(Question.of("de/social/insurance_duty", on, facts))
    if verdict.values.get("health_insurance") == "compulsory":
        return Insured("self", "DE", DateRange(work_start), assumed=True), Text(
            f"Versichert durch die Beschäftigung ab {work_start:%d.%m.%Y}; die Krankenkasse muss gewählt werden.",
            f"Insured by employment from {work_start}; the sickness fund has to be chosen.",
        )
    if verdict.values.get("health_insurance") == "free":
        return None, Text(
            "Das Entgelt liegt über der Grenze: freiwillig gesetzlich oder privat. Fragen Sie nach dem Nachweis.",
            "The pay is above the limit: voluntary statutory or private. Ask for the proof.",
        )
    return None, Text(
        "Unbekannt: Tragen Sie das regelmäßige Jahresarbeitsentgelt ein.",
        "Not known: enter the regular annual pay.",
    )


def add_cover(
    person: Resource,
    *,
    member: str,
    country: str,
    kind: str,
    first_day: date,
    last_day: date | None,
    released: bool = False,
    by: Actor,
) -> CareCover:
    """Enter from when to when somebody is insured. The person says whether HR may see it.

    Raises:
        NotPermitted: neither HR nor the person.
        Refused: the days run backwards.
    """
    own = by.id is not None and person.user_id == by.id
    if not own:
        by.require("care.write")
    if member not in MEMBERS:
        raise ValueError(f"no such member: {member}")
    if last_day is not None and last_day < first_day:
        raise Refused(
            Text("Der letzte Tag liegt vor dem ersten.", "The last day is before the first."),
            citation="Krankenversicherung",
            what_to_do=Text("Bitte prüfen Sie beide Tage.", "Please check both days."),
        )
    made = CareCover.objects.create(
        person=person,
        member=member,
        country=country,
        kind=kind,
        first_day=first_day,
        last_day=last_day,
        own=own,
        released=own and released,
        recorded_by=by.id,
    )
    record(Event("care.cover.added", made, {}), by=by)
    return made


def drop_cover(row: CareCover, *, by: Actor) -> None:
    """Take it out: the person the own entries, HR those of HR.

    Raises:
        NotPermitted: it is somebody else's entry.
    """
    if row.own:
        if by.id is None or row.person.user_id != by.id:
            raise NotPermitted("care.release")
    else:
        by.require("care.write")
    CareCover.objects.filter(pk=row.pk).delete()
    record(Event("care.cover.dropped", row, {}), by=by)


def insured_of(rows: Iterable[CareCover]) -> list[Insured]:
    return [
        Insured(row.member, row.country, DateRange(row.first_day, row.last_day + _DAY if row.last_day else None))
        for row in rows
    ]
