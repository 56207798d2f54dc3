"""Changing a plan with as few moves as possible: insert, push what is violated, leave the rest where it is."""

from __future__ import annotations

from dataclasses import dataclass

from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text

from .candidate import Rejection
from .causes import no_room
from .check import check_plan, verify
from .events import Event
from .grid import Choice, Grid, compile_grid
from .plan import Plan
from .problem import Problem
from .result import build_plan, schedule_of
from .schedule import Schedule
from .settle import must_move, settle


@dataclass(frozen=True, slots=True)
class Move:
    """What a change did: the tasks placed anew, in the order in which they were."""

    schedule: Schedule
    touched: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """The problem after an event, the mended plan, and the tasks whose time or resource differ from before."""

    problem: Problem
    plan: Plan
    changed: tuple[str, ...]


def repair(problem: Problem, plan: Plan, event: Event) -> Repaired:
    """Mend ``plan`` after ``event`` with few moves: release what no longer fits, insert it again, push successors.

    Pins never move. Open tasks are tried again.

    Raises
    ------
    ValueError: the event names what the problem does not know.

    """
    changed = event.apply(problem)
    grid = compile_grid(changed, plan.objective_kind)
    schedule = complete(grid, schedule_of(grid, plan, keep_open=False))
    mended = build_plan(grid, schedule, seed=plan.seed, work_limit=plan.work_limit, workers=plan.workers)
    verify(changed, mended)
    before = {one.task: (one.resource, one.start, one.end) for one in plan.assignments}
    after = {one.task: (one.resource, one.start, one.end) for one in mended.assignments}
    differ = sorted(task for task in {*before, *after} if before.get(task) != after.get(task))
    return Repaired(problem=changed, plan=mended, changed=tuple(differ))


def complete(grid: Grid, schedule: Schedule) -> Schedule:
    """Place every task that is not placed, then push what its insertion violates. Changes ``schedule``."""
    settle(grid, schedule, [i for i in grid.order if not schedule.placed[i]])
    broken = [i for i in grid.order if i not in grid.pins and must_move(grid, schedule, i)]
    for i in broken:
        schedule.remove(i)
    settle(grid, schedule, broken)
    return schedule


def force(grid: Grid, base: Schedule, task: int, choice: Choice) -> Move | None:
    """A copy of ``base`` with ``task`` at ``choice`` in its earliest gap; None: no room or not with four eyes."""
    schedule = base.copy()
    schedule.remove(task)
    bounds = schedule.bounds(task)
    slot = schedule.slot(task, choice, bounds)
    if slot is None:
        return None
    schedule.place(task, choice, slot)
    touched = settle(grid, schedule, [task])
    return Move(schedule, tuple(touched))


def choose(problem: Problem, plan: Plan, *, task: str, resource: str) -> Plan:
    """The plan after a person has chosen another permitted resource for ``task``; see ``Explanation.options``.

    Raises
    ------
    Refused: the pair is not permitted, the task is pinned, there is no room, or the plan that comes of it breaks a
        constraint by the independent checker.

    """
    grid = compile_grid(problem, plan.objective_kind)
    i = grid.tasks.index(task)
    r = grid.resources.index(resource)
    choice = grid.choice(i, r)
    if i in grid.pins or choice is None:
        raise _not_permitted(grid, i, resource)
    base = complete(grid, schedule_of(grid, plan))
    schedule = base
    if base.resource[i] != r:
        move = force(grid, base, i, choice)
        if move is None:
            raise _refused(no_room(grid, base, i, choice))
        schedule = move.schedule
    chosen = build_plan(grid, schedule, seed=plan.seed, work_limit=plan.work_limit, workers=plan.workers)
    require_sound(problem, chosen)
    return chosen


def require_sound(problem: Problem, plan: Plan) -> None:
    """Let a plan that a person has changed pass only if the independent checker finds nothing.

    Raises
    ------
    Refused: names the first broken constraint.

    """
    broken = next(iter(check_plan(problem, plan)), None)
    if broken is None:
        return
    known = {task.id: task.label for task in problem.tasks} | {one.id: one.label for one in problem.resources}
    raise Refused(
        Text(
            f"Mit dieser Wahl hält der Plan nicht: {known.get(broken.subject, broken.subject)} ({broken.detail}).",
            f"With this choice the plan does not hold: {known.get(broken.subject, broken.subject)} ({broken.detail}).",
        ),
        citation=broken.rule,
        what_to_do=Text("Bitte neu planen oder jemand anderen wählen.", "Please plan anew or choose another."),
        where=broken.subject,
    )


def _not_permitted(grid: Grid, task: int, resource: str) -> Refused:
    for one in grid.rejections[task]:
        if one.resource == resource:
            return _refused(one)
    return Refused(
        Text("Die Aufgabe ist bestätigt oder begonnen.", "The task is confirmed or has started."),
        citation="pin",
        what_to_do=Text("Bitte zuerst die Bestätigung aufheben.", "Please withdraw the confirmation first."),
        where=grid.tasks[task],
    )


def _refused(one: Rejection) -> Refused:
    fallback = Text("Bitte jemand anderen wählen.", "Please choose another.")
    cited = ", ".join(one.citations) if one.filter == "law" else ""
    return Refused(one.reason, citation=cited or one.filter, what_to_do=one.remedy or fallback, where=one.task)
