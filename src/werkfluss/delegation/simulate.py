"""What if? An absence, one more person, another rate: planned on a copy and set against the plan that stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .codec import to_json
from .events import Event
from .plan import Costs, Plan
from .problem import Problem
from .repair import repair
from .solve import solve


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One task that differs between two plans. Empty resource: open. None: the task is not in that plan."""

    task: str
    resource_before: str | None
    resource_after: str | None
    start_before: int | None
    start_after: int | None
    end_before: int | None
    end_after: int | None

    @property
    def reassigned(self) -> bool:
        return self.resource_before != self.resource_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Plan b against plan a: what changed, and what it costs more (cents, by part) and later (minutes)."""

    changes: tuple[Change, ...]
    delta_cents: int
    delta_costs: Costs
    delta_finish: int
    newly_open: tuple[str, ...]
    newly_assigned: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        value: dict[str, Any] = to_json(self)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The changed problem, its plan, and the difference to the plan that stands. Nothing has been changed."""

    problem: Problem
    plan: Plan
    difference: Difference


def compare(a: Plan, b: Plan) -> Difference:
    """What ``b`` changes against ``a``."""
    before, after = _places(a), _places(b)
    changes = []
    for task in sorted({*before, *after}):
        old, new = before.get(task, (None, None, None)), after.get(task, (None, None, None))
        if old != new:
            changes.append(
                Change(
                    task=task,
                    resource_before=old[0],
                    resource_after=new[0],
                    start_before=old[1],
                    start_after=new[1],
                    end_before=old[2],
                    end_after=new[2],
                )
            )
    open_a, open_b = {one.task for one in a.unassigned}, {one.task for one in b.unassigned}
    return Difference(
        changes=tuple(changes),
        delta_cents=b.costs.total - a.costs.total,
        delta_costs=Costs(
            labour=b.costs.labour - a.costs.labour,
            guaranteed=b.costs.guaranteed - a.costs.guaranteed,
            lateness=b.costs.lateness - a.costs.lateness,
            change=b.costs.change - a.costs.change,
            unassigned=b.costs.unassigned - a.costs.unassigned,
        ),
        delta_finish=b.finish - a.finish,
        newly_open=tuple(sorted(open_b - open_a)),
        newly_assigned=tuple(sorted(open_a - open_b)),
    )


def what_if(problem: Problem, plan: Plan, event: Event, *, work_limit: float = 2.0, seed: int = 0) -> WhatIf:
    """Plan the problem after ``event``, beginning from the mended plan, so that it is never worse than a repair.

    Raises
    ------
    ValueError: the event names what the problem does not know.

    """
    mended = repair(problem, plan, event)
    better = solve(mended.problem, objective=plan.objective_kind, seed=seed, work_limit=work_limit, start=mended.plan)
    return WhatIf(problem=mended.problem, plan=better, difference=compare(plan, better))


def _places(plan: Plan) -> dict[str, tuple[str | None, int | None, int | None]]:
    places: dict[str, tuple[str | None, int | None, int | None]] = {
        one.task: (one.resource, one.start, one.end) for one in plan.assignments
    }
    places.update({one.task: ("", one.start, one.end) for one in plan.unassigned})
    return places
