"""A convenient way to write down a problem by hand: tests, examples, notebooks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .candidate import Candidate, Outcome
from .problem import (
    Calendar,
    HeldSkill,
    Kind,
    Link,
    LinkKind,
    Pin,
    Problem,
    Published,
    Requirement,
    Resource,
    Task,
    Window,
)


class Model:
    """Collects tasks, resources and permissions; ``problem()`` validates all at once.

    >>> model = Model(datetime.fromisoformat("2026-01-05T08:00+01:00"))
    >>> model.add_resource("r1", windows=[(0, 480)], rate_cents_per_hour=5000)
    >>> model.add_task("t1", effort=120)
    >>> model.allow("t1", "r1")
    >>> model.problem().open_cents["t1"]
    1100000
    """

    def __init__(self, origin: datetime, *, granularity: int = 30, open_stretch: int = 4) -> None:
        self._origin, self._granularity, self._open_stretch = origin, granularity, open_stretch
        self._tasks: list[Task] = []
        self._resources: list[Resource] = []
        self._candidates: dict[tuple[str, str], Candidate] = {}
        self._links: list[Link] = []
        self._pins: list[Pin] = []
        self._published: list[Published] = []
        self._apart: list[tuple[str, str]] = []
        self._calendars: list[Calendar] = []

    def add_task(self, id_: str, *, effort: int, skills: dict[str, int] | None = None, **more: Any) -> None:
        """A task; ``skills`` maps each required skill to its minimum level (0: holding it is enough)."""
        needs = tuple(Requirement(skill=skill, minimum_level=level) for skill, level in (skills or {}).items())
        self._tasks.append(Task(id=id_, effort=effort, requirements=needs, **more))

    def add_resource(
        self,
        id_: str,
        *,
        windows: list[Window],
        kind: Kind = "employee",
        skills: dict[str, int | None] | None = None,
        **more: Any,
    ) -> None:
        """A resource; ``skills`` maps each held skill to its level (None for natural persons)."""
        held = tuple(HeldSkill(skill=skill, level=level) for skill, level in (skills or {}).items())
        self._resources.append(Resource(id=id_, kind=kind, windows=tuple(windows), skills=held, **more))

    def allow(self, task: str, resource: str, *, outcome: Outcome = "allowed", **more: Any) -> None:
        """What the legal check said about a pair; a second call replaces the first."""
        self._candidates[task, resource] = Candidate(task=task, resource=resource, outcome=outcome, **more)

    def add_calendar(self, id_: str, windows: list[Window]) -> None:
        """Working time in which lags may be counted."""
        self._calendars.append(Calendar(id=id_, windows=tuple(windows)))

    def link(self, predecessor: str, successor: str, kind: LinkKind = "FS", lag: int = 0, **more: str) -> None:
        """A dependency; ``calendar`` and ``group`` as in ``Link``."""
        self._links.append(Link(predecessor=predecessor, successor=successor, kind=kind, lag=lag, **more))

    def pin(self, task: str, resource: str, start: int, end: int) -> None:
        self._pins.append(Pin(task=task, resource=resource, start=start, end=end))

    def publish(self, task: str, resource: str, start: int, end: int, change_cents: int) -> None:
        self._published.append(Published(task=task, resource=resource, start=start, end=end, change_cents=change_cents))

    def four_eyes(self, task: str, other: str) -> None:
        self._apart.append((task, other))

    def problem(self) -> Problem:
        """The frozen problem.

        Raises
        ------
        ValueError: see ``Problem``.

        """
        return Problem(
            origin=self._origin,
            granularity=self._granularity,
            open_stretch=self._open_stretch,
            tasks=tuple(self._tasks),
            resources=tuple(self._resources),
            candidates=tuple(self._candidates.values()),
            links=tuple(self._links),
            pins=tuple(self._pins),
            published=tuple(self._published),
            four_eyes=tuple(self._apart),
            calendars=tuple(self._calendars),
        )
