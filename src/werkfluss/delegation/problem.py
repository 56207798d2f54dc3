"""The problem of delegation as plain data: who could do which task, when, at what price, and what the law says.

Times are whole minutes from ``Problem.origin`` (an aware UTC instant, the moment from which is planned). Money is
whole cents of ``Problem.currency``. Nothing in here describes how well, how fast or how reliably a natural person
works, and there is no place to put it: see ``NATURAL``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .candidate import Candidate
from .codec import digest, instant_of, read_json, to_json

Kind = Literal["employee", "freelancer", "fractional", "partner", "agent"]
LinkKind = Literal["FS", "SS", "FF", "SF"]
Minute = Annotated[int, "minute"]
Window = tuple[Minute, Minute]

NATURAL: frozenset[str] = frozenset({"employee", "freelancer", "fractional"})
"""Kinds that stand for a natural person: no levels, no effort of their own, no surcharge."""
EXTERNAL: frozenset[str] = frozenset({"freelancer", "partner"})
"""Kinds that always receive a date window, never a time slot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A skill the task needs; ``minimum_level`` 0 means that holding it is enough.

    Raises:
        ValueError: no skill, or a negative level.

    """

    skill: str
    minimum_level: int = 0

    def __post_init__(self) -> None:
        if not self.skill or self.minimum_level < 0:
            raise ValueError(f"a requirement needs a skill and a level >= 0, got {self.skill!r}, {self.minimum_level}")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSkill:
    """A documented skill; ``level`` only for agents and partner organisations (None: held, yes)."""

    skill: str
    level: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """The smallest unit that is delegated.

    Parameters
    ----------
        effort: working minutes; 0 makes a milestone, which needs nobody.
        earliest: minute before which work must not start.
        due: minute by which it should be finished; lateness costs ``late_cents_per_hour`` per hour of elapsed time.
        priority: only breaks ties in the order of planning; the higher, the earlier.
        unassigned_cents: price of leaving the task open; None lets ``Problem`` use a price above every other.

    Raises
    ------
        ValueError: no id, or a negative effort, lateness or price.

    """

    id: str
    effort: int
    title: str = ""
    earliest: Minute = 0
    due: Minute | None = None
    late_cents_per_hour: int = 0
    requirements: tuple[Requirement, ...] = ()
    priority: int = 0
    project: str = ""
    parent: str = ""
    unassigned_cents: int | None = None

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("a task needs an id")
        if min(self.effort, self.late_cents_per_hour, self.unassigned_cents or 0) < 0:
            raise ValueError(f"task {self.id}: effort, lateness and price must not be negative")

    @property
    def milestone(self) -> bool:
        return self.effort == 0

    @property
    def label(self) -> str:
        return self.title or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Who or what can work: an employee, freelancer, fractional executive, partner organisation or agent.

    Parameters
    ----------
        windows: working time as half-open intervals of minutes, sorted, disjoint. Calendars, time zones, holidays
            and absences are already in them. A task runs over several windows and rests in between.
        capacity_share: percent of the window that is for this firm: 50 doubles the window time a task takes.
        parallel: how many tasks at once (agents, partner organisations; 1 for a natural person).
        rate_cents_per_hour: rate of the *role*, the cost per hour of effort.
        minimum_minutes: guaranteed effort, paid also when unused. maximum_minutes: most effort in this plan.
        window_only: answer with a date window instead of a time slot; always so for freelancers and partners.
        time_zone: IANA zone in which the days of a date window are counted.

    Raises
    ------
        ValueError: windows empty, unsorted or overlapping; share outside 1..100; level, or more than one task at
            once, for a natural person; minimum above maximum; unknown zone.

    """

    id: str
    kind: Kind
    windows: tuple[Window, ...]
    name: str = ""
    rate_cents_per_hour: int = 0
    skills: tuple[HeldSkill, ...] = ()
    capacity_share: int = 100
    parallel: int = 1
    minimum_minutes: int = 0
    maximum_minutes: int | None = None
    window_only: bool | None = None
    time_zone: str = "Europe/Berlin"

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("a resource needs an id")
        _check_windows(f"resource {self.id}", self.windows)
        self._check_neutral()
        if not 1 <= self.capacity_share <= 100:
            raise ValueError(f"resource {self.id}: capacity_share is a percentage from 1 to 100")
        if self.rate_cents_per_hour < 0 or self.minimum_minutes < 0 or self.parallel < 1:
            raise ValueError(f"resource {self.id}: rate and minimum must not be negative, parallel at least 1")
        if self.maximum_minutes is not None and self.maximum_minutes < self.minimum_minutes:
            raise ValueError(f"resource {self.id}: the minimum is above the maximum")
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"resource {self.id}: unknown time zone {self.time_zone!r}") from error

    def _check_neutral(self) -> None:
        if self.kind in NATURAL:
            if any(held.level is not None for held in self.skills):
                raise ValueError(f"resource {self.id}: a natural person has no skill levels, only documented skills")
            if self.parallel != 1:
                raise ValueError(f"resource {self.id}: a natural person does one task at a time")
        if self.kind in EXTERNAL and self.window_only is False:
            raise ValueError(f"resource {self.id}: a {self.kind} gets a date window, never a time slot")

    @property
    def shows_window(self) -> bool:
        return self.kind not in {"employee", "agent"} if self.window_only is None else self.window_only

    @property
    def label(self) -> str:
        return self.name or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Working time in which lags are counted. Before its first and after its last window every minute counts.

    Raises:
        ValueError: no id, or windows empty, unsorted or overlapping.

    """

    id: str
    windows: tuple[Window, ...]

    def __post_init__(self) -> None:
        if not self.id or not self.windows:
            raise ValueError("a calendar needs an id and windows")
        _check_windows(f"calendar {self.id}", self.windows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A dependency: FS = the successor starts at least ``lag`` minutes after the predecessor ends.

    Parameters
    ----------
        lag: elapsed minutes, or working minutes of ``calendar``; negative is a lead.
        calendar: id of a calendar of the problem; empty: elapsed time. Without a lag it means nothing.
        group: links into one successor with the same group and terms count as one, from whichever predecessor starts
            first: so a group of tasks (summary task) can be the predecessor by its start. SS and SF only.

    Raises
    ------
        ValueError: a group with a link from the end of tasks; the end of a group is simply a link from each of them.

    """

    predecessor: str
    successor: str
    kind: LinkKind = "FS"
    lag: int = 0
    calendar: str = ""
    group: str = ""

    def __post_init__(self) -> None:
        if self.group and self.kind[0] != "S":
            raise ValueError(f"link into {self.successor}: only the start of a group is a link of its own")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A task that is started, confirmed or done: it stays with ``resource`` from ``start`` to ``end``.

    A milestone that has been reached is pinned without a resource.
    """

    task: str
    start: Minute
    end: Minute
    resource: str = ""

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"pin of task {self.task}: ends before it starts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What was promised for a task. Another resource, or time outside ``start``..``end``, costs ``change_cents``.

    For an external, ``start``..``end`` is the date window of the offer.
    """

    task: str
    resource: str
    start: Minute
    end: Minute
    change_cents: int = 0


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Everything the optimiser knows. Built by the caller, never changed.

    Parameters
    ----------
        origin: aware instant from which is planned; nothing but pins starts before minute 0.
        granularity: minutes; windows are cut inwards and efforts rounded up to it.
        candidates: one per (task, resource) with the outcome of the legal check. A pair that is missing counts as
            ``unknown`` and is never assigned.
        calendars: working times in which the lags of links are counted.
        four_eyes: pairs of tasks that must not go to the same resource.
        open_stretch: elapsed minutes per minute of effort assumed for a task that stays open, so that its
            successors still get a date (8 working hours of 24, five days of seven, is about 4).

    Raises
    ------
        ValueError: naive origin, duplicate or dangling ids, a cycle, a surcharge or effort of its own for a
            natural person, or a pin or publication of a task twice.

    """

    origin: datetime
    tasks: tuple[Task, ...]
    resources: tuple[Resource, ...]
    candidates: tuple[Candidate, ...] = ()
    links: tuple[Link, ...] = ()
    pins: tuple[Pin, ...] = ()
    published: tuple[Published, ...] = ()
    four_eyes: tuple[tuple[str, str], ...] = ()
    calendars: tuple[Calendar, ...] = ()
    granularity: int = 30
    currency: str = "EUR"
    open_stretch: int = 4

    def __post_init__(self) -> None:
        if self.origin.tzinfo is None:
            raise ValueError("the origin needs a time zone")
        if self.granularity < 1 or self.open_stretch < 1:
            raise ValueError("granularity and open_stretch are at least 1")
        object.__setattr__(self, "origin", self.origin.astimezone(UTC))
        _no_duplicates("task", [task.id for task in self.tasks])
        _no_duplicates("resource", [resource.id for resource in self.resources])
        _no_duplicates("pin", [pin.task for pin in self.pins])
        _no_duplicates("published", [published.task for published in self.published])
        _no_duplicates("calendar", [calendar.id for calendar in self.calendars])
        _no_duplicates("candidate", [(c.task, c.resource) for c in self.candidates])
        self._check_references()
        self._check_candidates()
        topological(self.tasks, self.links)

    def _check_references(self) -> None:
        tasks = {task.id for task in self.tasks}
        resources = {resource.id for resource in self.resources}
        named: list[tuple[str, str]] = []
        for what, pair in (("candidate", self.candidates), ("pin", self.pins), ("published", self.published)):
            for entry in pair:
                named += [(what, entry.task)] if entry.task not in tasks else []
                reached = (
                    what == "pin" and not entry.resource and entry.task in tasks and self.task(entry.task).milestone
                )
                named += [(what, entry.resource)] if entry.resource not in resources and not reached else []
        for link in self.links:
            named += [("link", one) for one in (link.predecessor, link.successor) if one not in tasks]
            named += [("link", link.calendar)] if link.calendar and link.calendar not in self._calendars else []
        for couple in self.four_eyes:
            named += [("four_eyes", one) for one in couple if one not in tasks]
            if couple[0] == couple[1]:
                raise ValueError(f"four_eyes: task {couple[0]} is paired with itself")
        if named:
            raise ValueError(f"{named[0][0]}: unknown id {named[0][1]!r}")

    def _check_candidates(self) -> None:
        for candidate in self.candidates:
            own = candidate.effort is not None or candidate.fixed_cents
            if own and self.resource(candidate.resource).kind in NATURAL:
                raise ValueError(
                    f"candidate {candidate.task}/{candidate.resource}: a natural person has no effort or surcharge "
                    "of its own"
                )

    @cached_property
    def _tasks(self) -> dict[str, Task]:
        return {task.id: task for task in self.tasks}

    @cached_property
    def _resources(self) -> dict[str, Resource]:
        return {resource.id: resource for resource in self.resources}

    @cached_property
    def _calendars(self) -> dict[str, Calendar]:
        return {calendar.id: calendar for calendar in self.calendars}

    @cached_property
    def _candidates(self) -> dict[tuple[str, str], Candidate]:
        return {(c.task, c.resource): c for c in self.candidates}

    def task(self, id_: str) -> Task:
        return self._tasks[id_]

    def resource(self, id_: str) -> Resource:
        return self._resources[id_]

    def calendar(self, id_: str) -> Calendar:
        return self._calendars[id_]

    def candidate(self, task: str, resource: str) -> Candidate | None:
        return self._candidates.get((task, resource))

    def minute(self, instant: datetime) -> int:
        """Minutes from the origin to ``instant`` (aware), rounded down."""
        return int((instant - self.origin) // timedelta(minutes=1))

    def instant(self, minute: int) -> datetime:
        """The UTC instant of ``minute``."""
        return self.origin + timedelta(minutes=minute)

    @cached_property
    def open_cents(self) -> dict[str, int]:
        """Price of leaving each task open: the one given, else ten times the dearest way of doing it, + 10,000."""
        dearest = max((resource.rate_cents_per_hour for resource in self.resources), default=0)
        return {
            task.id: 1_000_000 + task.effort * dearest // 6 if task.unassigned_cents is None else task.unassigned_cents
            for task in self.tasks
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON form; two problems with the same digest have the same plans."""
        return digest(self)

    def as_json(self) -> dict[str, Any]:
        value: dict[str, Any] = to_json(self)
        return value

    @classmethod
    def from_json(cls, value: object) -> Problem:
        """Read the JSON form.

        Raises:
            werkfluss.kernel.errors.Broken: a key is missing, unknown or of the wrong kind, or the data contradict
                each other; the fault names the place.

        """
        return read_json(cls, value, instant_of(value.get("origin")) if isinstance(value, dict) else None)


def _check_windows(what: str, windows: tuple[Window, ...]) -> None:
    last = None
    for start, end in windows:
        if end <= start or (last is not None and start < last):
            raise ValueError(f"{what}: windows must be sorted, disjoint and not empty ({start}, {end})")
        last = end


def _no_duplicates(what: str, ids: list[Any]) -> None:
    seen: set[Any] = set()
    for one in ids:
        if one in seen:
            raise ValueError(f"{what}: {one!r} is given twice")
        seen.add(one)


def topological(tasks: Iterable[Task], links: Iterable[Link]) -> list[str]:
    """Task ids so that every predecessor comes first; otherwise in the given order.

    Raises:
        ValueError: the links form a cycle; the message names its tasks.

    """
    order = [task.id for task in tasks]
    waiting: dict[str, int] = dict.fromkeys(order, 0)
    following: dict[str, list[str]] = {one: [] for one in order}
    for link in links:
        waiting[link.successor] += 1
        following[link.predecessor].append(link.successor)
    done: list[str] = []
    ready = [one for one in reversed(order) if not waiting[one]]
    while ready:
        one = ready.pop()
        done.append(one)
        for successor in reversed(following[one]):
            waiting[successor] -= 1
            if not waiting[successor]:
                ready.append(successor)
    if len(done) < len(order):
        stuck = sorted(set(order) - set(done))
        raise ValueError(f"the links form a cycle among the tasks {', '.join(stuck[:8])}")
    return done
