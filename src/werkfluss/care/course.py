"""The way ahead of a case as a network of steps: earliest days, latest days, slack, the critical path. No database.

Times are calendar days. A step whose length nobody knows counts as none and is named, so that whoever reads the result
sees what it leans on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from werkfluss.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Step:
    """One step that is still to do. ``days`` is None where nobody knows; ``source``: law, practice, own or template."""

    id: str
    title: Text
    who: Text | None
    days: int | None
    source: str
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Timed:
    """A step with its days: it may begin from ``earliest``, must begin by ``start_by`` and be over by ``done_by``.

    ``slack`` is the days between both beginnings, negative where the wished day can no longer be met.
    """

    step: Step
    earliest: date
    start_by: date
    done_by: date
    critical: bool

    @property
    def slack(self) -> int:
        return (self.start_by - self.earliest).days

    @property
    def earliest_end(self) -> date:
        return self.earliest + timedelta(days=self.step.days or 0)


@dataclass(frozen=True, slots=True)
class Course:
    """``ready`` is the earliest day on which everything is done; ``unknown`` are the steps without a length."""

    steps: tuple[Timed, ...]
    ready: date
    slack: int
    unknown: tuple[Step, ...]

    @property
    def feasible(self) -> bool:
        return self.slack >= 0


def course(steps: Sequence[Step], *, today: date, start: date) -> Course:
    """Days forward from ``today`` and back from ``start``; a step names those it follows by ``after``.

    Names in ``after`` that are not among the steps are done already.

    Raises:
        ValueError: steps follow each other in a circle, or two have the same id.
    """
    ordered = _in_order(steps)
    known = {step.id: step for step in ordered}
    earliest: dict[str, date] = {}
    for step in ordered:
        ends = [earliest[name] + _length(known[name]) for name in step.after if name in known]
        earliest[step.id] = max([today, *ends])
    latest: dict[str, date] = {}
    for step in reversed(ordered):
        begins = [latest[other.id] - _length(other) for other in ordered if step.id in other.after]
        latest[step.id] = min([start, *begins])
    ready = max((earliest[step.id] + _length(step) for step in ordered), default=today)
    least = (start - ready).days
    timed = tuple(
        Timed(
            step,
            earliest[step.id],
            latest[step.id] - _length(step),
            latest[step.id],
            (latest[step.id] - _length(step) - earliest[step.id]).days == least,
        )
        for step in ordered
    )
    return Course(timed, ready, least, tuple(step for step in ordered if step.days is None))


def _length(step: Step) -> timedelta:
    return timedelta(days=step.days or 0)


def _in_order(steps: Sequence[Step]) -> list[Step]:
    """Each step after all it follows; among equals the given order is kept."""
    if len({step.id for step in steps}) != len(steps):
        raise ValueError("two steps have the same id")
    names = {step.id for step in steps}
    placed: list[Step] = []
    done: set[str] = set()
    waiting = list(steps)
    while waiting:
        free = next((step for step in waiting if all(name in done for name in step.after if name in names)), None)
        if free is None:
            raise ValueError("steps follow each other in a circle")
        placed.append(free)
        done.add(free.id)
        waiting.remove(free)
    return placed
