"""The one way to a plan: construct, improve, prove what can be proven, check everything again."""

from __future__ import annotations

from werkfluss.kernel.text import Text

from .check import verify
from .grid import compile_grid
from .plan import Objective, Plan
from .problem import Problem
from .result import build_plan, schedule_of
from .solvers.budget import Budget, Cancelled, Progress
from .solvers.search import construct, improve, point_of

_BUILDING = Text("Erster Plan wird aufgestellt", "Setting up the first plan")
_DONE = Text("Plan ist fertig", "The plan is ready")


def solve(
    problem: Problem,
    *,
    objective: Objective = "euro",
    seed: int = 0,
    work_limit: float = 4.0,
    time_limit: float | None = None,
    workers: int = 1,
    start: Plan | None = None,
    on_progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Plan:
    """The best plan found within the limits; always one, because every task may stay open at its price.

    Parameters
    ----------
    problem
        What is given.
    objective
        ``euro`` (labour, lateness, change, open tasks), ``cost`` (labour, open tasks) or ``makespan``.
    seed
        Of every random choice.
    work_limit
        Deterministic amount of work, about seconds of one core. Same problem, seed, work limit and workers: same
        plan, as long as ``time_limit`` does not cut it off.
    time_limit
        Seconds of wall clock.
    workers
        Cores that may be used.
    start
        An earlier plan to begin from.
    on_progress
        Called with a share from 0 to 1 and a text.
    cancelled
        Asked often; when it says yes, the best plan so far is handed back.

    Raises
    ------
    AssertionError: a plan failed the independent check; never to be caught, it is a fault of this package.

    """
    budget = Budget(work_limit, time_limit, on_progress, cancelled)
    budget.tell(_BUILDING)
    grid = compile_grid(problem, objective)
    point = construct(grid, budget)
    if start is not None:
        from .repair import complete

        earlier = point_of(complete(grid, schedule_of(grid, start)))
        point = min(point, earlier, key=lambda one: one.value)
    point = improve(grid, point, budget, seed=seed, work=budget.left())
    plan = build_plan(
        grid,
        point.schedule,
        seed=seed,
        work_limit=work_limit,
        workers=workers,
        stop=budget.stop,
        cpu_s=budget.cpu_s,
        wall_s=budget.wall_s,
    )
    verify(problem, plan)
    budget.tell(_DONE)
    return plan
