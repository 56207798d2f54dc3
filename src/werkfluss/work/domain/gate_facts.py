"""The facts each rule is given, from what is declared and recorded of a resource; nothing is guessed.

A fact that is not recorded is left out: the rule then says what would have to be asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from werkfluss.compliance.domain.checks import fact_names
from werkfluss.work.models.tasks import DataClass, Task
from werkfluss.workforce.models import Paper, Resource, WorkingTime

WORKING_TIME_RULES = {"DE": "de/working_time/day", "AT": "at/working_time/day"}

# Where Regulation (EC) 883/2004 coordinates social security: EU, EEA, Switzerland.
_COORDINATED = frozenset(
    "AT BE BG CH CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
)
_SUNDAY = 6
# Of a working day these are recorded; where no hours are declared, the day itself may be recorded too.
_RECORDED_OF_DAY = frozenset(
    {"executive", "rest_rule", "rest_exception", "sunday_exception", "possible_on_working_day"}
    | {"weekly_limit_by_agreement", "hours", "break_minutes", "rest_hours", "day_kind", "week_hours"}
)


def is_coordinated(country: str) -> bool:
    return country in _COORDINATED


def is_third_country(country: str) -> bool:
    return country not in _COORDINATED


def has_a1(country: str) -> bool:
    """Whether an A1 proves there which law applies: the coordinated states, and Great Britain by its treaty."""
    return country in _COORDINATED or country == "GB"


@dataclass(frozen=True, slots=True)
class Brief:
    """What the gate must know of a piece of work, be it a task of a plan or an order written from a brief.

    ``export_controlled`` is None where nobody has said so either way: then the law asks.
    """

    key: UUID
    start: date
    data_class: str = ""
    place_country: str = ""
    export_controlled: bool | None = None
    kinds_allowed: tuple[str, ...] = ()
    ai_allowed: bool = False
    skill_folder: str = ""

    @classmethod
    def of(cls, task: Task) -> Brief:
        return cls(
            key=task.pk,
            start=max(task.earliest_start or task.project.start, task.project.start),
            data_class=task.data_class,
            place_country=task.place_country,
            export_controlled=task.export_controlled,
            kinds_allowed=tuple(task.kinds_allowed),
            ai_allowed=task.ai_allowed,
            skill_folder=task.skill_folder,
        )


@dataclass(slots=True)
class Subject:
    """A resource with the facts recorded of it on the day of the plan; what rules ask is computed once."""

    resource: Resource
    recorded: dict[str, Any]
    title: Paper | None
    a1: list[Paper]
    working_day: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, resource: Resource, recorded: dict[str, Any]) -> Subject:
        """Needs ``papers`` and ``working_times`` prefetched, or it asks for them."""
        papers = [paper for paper in resource.papers.all() if paper.state == "confirmed"]
        title = next((paper for paper in papers if paper.kind == "residence_title"), None)
        subject = cls(resource, recorded, title, [paper for paper in papers if paper.kind == "a1"])
        subject.working_day = _working_day(list(resource.working_times.all()), recorded)
        return subject

    def own(self, rule: str, about: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The recorded facts that the rule knows; ``rule`` is its last word, unique among the rules used here.

        ``about`` is what is said of the work itself (the clauses of an order, how it runs); it wins.
        """
        names = _names_of(rule)
        told = {**self.recorded, **(about or {})}
        return {name: value for name, value in told.items() if name in names}

    @property
    def title_from(self) -> date | None:
        return self.title.valid_from if self.title else None

    @property
    def title_until(self) -> date | None:
        """The last day of the residence title; the plan gives the person nothing after it."""
        return self.title.expires if self.title else None

    def residence(self, start: date) -> dict[str, Any]:
        facts: dict[str, Any] = {"citizenship": self.resource.nationality or None}
        facts |= {k: v for k, v in self.recorded.items() if k in {"procedure", "renewal_applied"}}
        begin = max(start, self.title_from) if self.title_from else start
        facts["work_start"] = begin.isoformat()
        if self.title is None:
            facts["title"] = "none"
            return facts
        facts["title"] = self.recorded.get("title_permits", "this_employment")
        facts["title_from"] = self.title_from.isoformat() if self.title_from else None
        if self.title_until is None:
            # A confirmed title without a last day is an unlimited one (settlement permit, s.9 AufenthG).
            facts["title_to"] = date.max.isoformat()
            facts["work_end"] = begin.isoformat()
        else:
            # The plan ends the person's working time with the title, so the work ends with it at the latest.
            facts["title_to"] = self.title_until.isoformat()
            facts["work_end"] = max(begin, self.title_until).isoformat()
        return facts

    def working_time(self, rule: str) -> dict[str, Any]:
        """The regular working day, as far as the rule asks for it."""
        names = _names_of(rule)
        return {name: value for name, value in self.working_day.items() if name in names}

    def abroad(self, brief: Brief) -> dict[str, Any]:
        """Facts for work from a third country: what the work's data rule out need not be asked."""
        facts = self.own("third_country") | {"work_country": self.resource.country}
        if brief.data_class and brief.data_class != DataClass.PERSONAL:
            facts["data_transfer"] = "no_personal_data"
        if brief.export_controlled is False:
            facts["export_control"] = "not_listed"
        return facts

    def work_abroad(self, place: str, on: date) -> dict[str, Any]:
        held = any((p.valid_from or on) <= on <= (p.expires or on) for p in self.a1)
        return self.own("work_abroad") | {
            "insured_in": self.resource.country,
            "work_country": place,
            "a1_held": held,
        }


_RULES = {
    "engagement": "de/status/engagement",
    "fractional_executive": "de/status/fractional_executive",
    "partner_team": "de/aueg/partner_team",
    "third_country": "de/remote_work/third_country",
    "work_abroad": "eu/a1/work_abroad",
}


def _names_of(rule: str) -> frozenset[str]:
    return fact_names(_RULES.get(rule, rule))


def _working_day(hours: list[WorkingTime], recorded: dict[str, Any]) -> dict[str, Any]:
    """The longest regular day and the shortest rest between two days, as the working-time rules ask for them."""
    facts = {k: v for k, v in recorded.items() if k in _RECORDED_OF_DAY}
    days: dict[int, list[tuple[int, int]]] = {}
    for row in sorted(hours, key=lambda row: (row.weekday, row.start)):
        end = _minutes(row.end) or 1440
        days.setdefault(row.weekday, []).append((_minutes(row.start), end))
    if not days:
        return facts
    longest = max(days.values(), key=lambda parts: sum(end - start for start, end in parts))
    facts["hours"] = _hours(sum(end - start for start, end in longest))
    facts["break_minutes"] = str(sum(b[0] - a[1] for a, b in pairwise(longest)))
    facts["rest_hours"] = _hours(_shortest_rest(days))
    facts["day_kind"] = "sunday" if _SUNDAY in days else "working_day"
    facts["week_hours"] = _hours(sum(end - start for parts in days.values() for start, end in parts))
    return facts


def _hours(minutes: int) -> str:
    """Hours as people write them: 8, 7.5."""
    return f"{minutes / 60:g}"


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _shortest_rest(days: dict[int, list[tuple[int, int]]]) -> int:
    """Minutes from the end of a working day to the start of the next one; a week is a circle."""
    order = sorted(days)
    rests = []
    for day, following in zip(order, [*order[1:], order[0] + 7], strict=True):
        end = datetime(2001, 1, 1) + timedelta(days=day, minutes=days[day][-1][1])  # noqa: DTZ001
        start = datetime(2001, 1, 1) + timedelta(days=following, minutes=days[following % 7][0][0])  # noqa: DTZ001
        rests.append(int((start - end) / timedelta(minutes=1)))
    return min(rests)
