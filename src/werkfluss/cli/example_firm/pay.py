"""What the example firm pays its staff, recorded as facts, so that the new law of a new year touches somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from werkfluss.cli.example_firm import files
from werkfluss.compliance.domain.facts import record_fact
from werkfluss.org.actor import Actor
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind, Rate, Resource

_FILE = "pay.yaml"
_SOURCE = "Gehaltsliste der Personalabteilung"
_WORDS = {"yes": True, "no": False}
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPay:
    """``month`` and ``year`` in EUR before deductions; ``facts`` by the names of the rules, yes and no as words."""

    person: str
    month: Decimal
    year: Decimal
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Helper:
    """Somebody with few hours who is on no list of the project; ``mornings`` are weekdays, Monday is 0."""

    number: str
    name: str
    title: str
    city: str
    since: date
    month: Decimal
    year: Decimal
    mornings: tuple[int, ...]
    begins: str
    ends: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PayList:
    staff: tuple[StaffPay, ...]
    helpers: tuple[Helper, ...]


def pay_list() -> PayList:
    """``pay.yaml``."""
    return files.read_yaml(files.content(_FILE), PayList, where=_FILE)


def record_pay(people: Mapping[str, Resource], *, rate: Rate, on: date, by: Actor) -> dict[str, Resource]:
    """Record the pay of everybody on the list; the helpers that are taken on for it, by personnel number."""
    listed = pay_list()
    for one in listed.staff:
        _record(people[one.person], one.month, one.year, one.facts, on=on, by=by)
    taken_on = {}
    for helper in listed.helpers:
        taken_on[helper.number] = row = _take_on(helper, rate, by)
        _record(row, helper.month, helper.year, helper.facts, on=on, by=by)
    return taken_on


def _take_on(helper: Helper, rate: Rate, by: Actor) -> Resource:
    site = next(site for site in files.firm().sites if site.name == helper.city)
    begins, ends = time.fromisoformat(helper.begins), time.fromisoformat(helper.ends)
    minutes = (ends.hour - begins.hour) * 60 + ends.minute - begins.minute
    return resources.add_resource(
        kind=Kind.EMPLOYEE,
        name=helper.name,
        rate=rate,
        hours=[(day, begins, ends) for day in helper.mornings],
        by=by,
        personnel_no=helper.number,
        title=helper.title,
        city=helper.city,
        country=site.country,
        subdivision=site.state,
        nationality="DE",
        languages=["de"],
        time_zone=site.time_zone,
        weekly_minutes=minutes * len(helper.mornings),
        active_from=helper.since,
    )


def _record(person: Resource, month: Decimal, year: Decimal, more: Mapping[str, str], *, on: date, by: Actor) -> None:
    hours = (Decimal(person.weekly_minutes) / 60 * 13 / 3).quantize(_CENT, ROUND_HALF_UP)
    facts: dict[str, Any] = {
        "monthly_pay": str(month),
        "gross": str(month),
        "annual_pay": str(year),
        "hours_in_month": str(hours),
        "exempt": "none",
    }
    facts |= {name: _WORDS.get(value, value) for name, value in more.items()}
    for name, value in facts.items():
        record_fact(person, name=name, value=value, source=_SOURCE, valid_from=on, by=by)
