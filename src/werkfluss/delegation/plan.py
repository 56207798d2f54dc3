"""A plan: who does which task, and when; a proposal that changes nothing until a named person publishes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal

from werkfluss.kernel.text import Text

from .candidate import Rejection
from .codec import broken, digest_of, read_json, to_json

Status = Literal["optimal", "feasible", "infeasible", "unknown"]
Objective = Literal["euro", "cost", "makespan"]
Stop = Literal["finished", "work_limit", "time_limit", "cancelled"]
Minute = Annotated[int, "minute"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DateWindow:
    """First and last day, both included: what an external is offered instead of a time slot."""

    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One task with one resource. A milestone has no resource (empty string).

    ``start`` and ``end`` are the optimiser's own reckoning. Where ``window`` is set, only the window is shown or
    offered: it contains the slack that harms neither a due date nor a successor.
    """

    task: str
    resource: str
    start: Minute
    end: Minute
    labour_cents: int = 0
    late_cents: int = 0
    change_cents: int = 0
    pinned: bool = False
    window: DateWindow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """A task nobody could be given, with the price of that. ``start``..``end`` is where its successors expect it."""

    task: str
    start: Minute
    end: Minute
    price_cents: int
    late_cents: int = 0
    change_cents: int = 0
    rejections: tuple[Rejection, ...] = ()
    reason: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """The objective in its parts, in cents. ``guaranteed`` is paid for guaranteed effort that is not used."""

    labour: int = 0
    guaranteed: int = 0
    lateness: int = 0
    change: int = 0
    unassigned: int = 0

    @property
    def total(self) -> int:
        return self.labour + self.guaranteed + self.lateness + self.change + self.unassigned


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The answer to a ``Problem``. Same problem, seed, work limit and workers: same plan, same ``digest``.

    ``objective`` and ``bound`` are cents for ``euro`` and ``cost``, minutes for ``makespan``; ``bound`` is a proven
    lower bound or None. ``cpu_s`` and ``wall_s`` are not part of the digest.
    """

    problem: str
    objective_kind: Objective
    status: Status
    objective: int
    bound: int | None
    assignments: tuple[Assignment, ...]
    unassigned: tuple[OpenTask, ...]
    costs: Costs
    seed: int = 0
    work_limit: float = 0.0
    workers: int = 1
    solver: str = ""
    stop: Stop = "finished"
    cpu_s: float = field(default=0.0, compare=False)
    wall_s: float = field(default=0.0, compare=False)

    @cached_property
    def _by_task(self) -> dict[str, Assignment]:
        return {assignment.task: assignment for assignment in self.assignments}

    def assignment(self, task: str) -> Assignment | None:
        return self._by_task.get(task)

    def span(self, task: str) -> tuple[int, int]:
        """Start and end minute of a task, assigned or open.

        Raises:
            KeyError: the plan does not know the task.

        """
        if found := self._by_task.get(task):
            return found.start, found.end
        for one in self.unassigned:
            if one.task == task:
                return one.start, one.end
        raise KeyError(task)

    @property
    def finish(self) -> int:
        """Minute at which the last task ends (0 for an empty plan)."""
        ends = [one.end for one in self.assignments] + [one.end for one in self.unassigned]
        return max(ends, default=0)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of who does what and when, and of the objective; independent of the machine's speed."""
        return digest_of(
            {
                "problem": self.problem,
                "objective": [self.objective_kind, self.objective],
                "assignments": [[a.task, a.resource, a.start, a.end] for a in self.assignments],
                "unassigned": [[u.task, u.start, u.end] for u in self.unassigned],
            }
        )

    def as_json(self) -> dict[str, Any]:
        value: dict[str, Any] = to_json(self)
        return {**value, "digest": self.digest}

    @classmethod
    def from_json(cls, value: object) -> Plan:
        """Read the JSON form.

        Raises:
            werkfluss.kernel.errors.Broken: a key is missing, unknown or of the wrong kind, or the digest is another.

        """
        told = None
        if isinstance(value, dict):
            told = value.get("digest")
            value = {key: one for key, one in value.items() if key != "digest"}
        plan = read_json(cls, value)
        if told is not None and told != plan.digest:
            raise broken("$.digest", "der Plan passt nicht zur Prüfsumme", "the plan does not match its digest", told)
        return plan
