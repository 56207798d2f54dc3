"""A portfolio for instances: construct, justify, assign first and schedule then, large neighbourhoods, and a bound."""

from __future__ import annotations

import math
import random
import time
from dataclasses import dataclass, replace
from typing import Any

from werkfluss.delegation.instances.instance import Instance, Need, Solution, violations
from werkfluss.delegation.plan import Status
from werkfluss.kernel.text import Text

from .budget import Budget
from .instance_bounds import cost_bound, makespan_bound
from .instance_cp import InstanceModel
from .instance_evolve import evolve
from .instance_greedy import best_of, justified

_CONSTRUCT = Text("Erste Lösungen werden gebaut", "Building first solutions")
_ASSIGN = Text("Arbeit wird verteilt, dann terminiert", "Sharing out the work, then timing it")
_NEIGHBOUR = Text("Lösung wird verbessert", "Improving the solution")
_MONOLITH_TASKS = 260
"""Up to here all tasks of a one-worker instance fit into one model with free times."""
_FEW_TASKS = 40


@dataclass(slots=True)
class Outcome:
    """Best solution, proven bound and status of an instance."""

    solution: Solution
    value: int
    bound: int
    status: Status


class Portfolio:
    """Holds the best solution; each method gets a share of the time that is left."""

    def __init__(self, instance: Instance, budget: Budget, *, seed: int, workers: int) -> None:
        self.instance, self.budget = instance, budget
        self.seed, self.workers = seed, workers
        self.chance = random.Random(seed)  # noqa: S311 - a search, not a secret
        self.bound = makespan_bound(instance)
        self.best = best_of(instance, 1, seed)
        self.value = self.best.makespan(instance)
        self.last_status = ""

    def run(self) -> Outcome:
        """Minimise the makespan."""
        self._construct()
        if self.instance.capacities and not self._done():
            self._monolith(self._share(0.1))
            if not self._done():
                self._evolve(self._share(0.5))
        if self.instance.single:
            self._assign_first(self._share(0.35))
        if not self._done() and not (self.instance.single and _FEW_TASKS < self.instance.n <= _MONOLITH_TASKS):
            self._monolith(self._share(0.3 if self.instance.single and self.instance.n > _FEW_TASKS else 0.6))
        round_ = 0
        while not self._done() and not self.budget.over():
            round_ += 1
            if not self._neighbourhood(round_):
                break
        status: Status = "optimal" if self.value <= self.bound else "feasible"
        return Outcome(self.best, self.value, self.bound, status)

    def _done(self) -> bool:
        return self.value <= self.bound

    def _share(self, part: float) -> float:
        return max(0.5, self.budget.seconds_left() * part)

    def _take(self, solution: Solution) -> bool:
        value = solution.makespan(self.instance)
        if value >= self.value:
            return False
        faults = violations(self.instance, solution)
        if faults:
            raise AssertionError(f"a solver broke the instance: {faults[:3]}")
        self.best, self.value = solution, value
        return True

    def _construct(self) -> None:
        self.budget.tell(_CONSTRUCT)
        rounds = max(6, min(60, 6000 // max(1, self.instance.n)))
        self._take(best_of(self.instance, rounds, self.seed, enough=self.bound))
        for _ in range(4):
            if self._done() or self.budget.over() or not self._take(justified(self.instance, self.best)):
                return

    def _evolve(self, seconds: float) -> None:
        end = time.perf_counter() + seconds

        def over() -> bool:
            return time.perf_counter() > end or self.budget.over()

        self._take(evolve(self.instance, self.best, seed=self.seed, enough=self.bound, over=over))

    def _solve(self, model: Any, seconds: float, seed: int) -> Any | None:
        from ortools.sat.python import cp_model

        seconds = min(seconds, self.budget.seconds_left())
        if seconds < 0.05:
            return None
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = self.workers
        solver.parameters.catch_sigint_signal = False  # Ctrl-C belongs to the process; the library would abort it
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.random_seed = seed
        status = solver.solve(model)
        self.last_status = solver.status_name(status)
        return solver if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None

    def _monolith(self, seconds: float) -> None:
        """Everything free, from the best known solution; its bound counts only when it agrees with a solution."""
        model = InstanceModel(self.instance, self.value, bound=self.bound, hint=self.best)
        solver = self._solve(model.model, seconds, self.seed)
        if solver is not None:
            self._take(model.read(solver))
            self.bound = max(self.bound, min(self.value, math.ceil(solver.best_objective_bound - 1e-6)))

    def _assign_first(self, seconds: float) -> None:
        """Share out the work evenly, then time it with the workers fixed; again with another seed."""
        self.budget.tell(_ASSIGN)
        for attempt in range(3):
            if self._done() or self.budget.over():
                return
            teams = self._balanced(seconds / 6, attempt)
            if teams is None:
                return
            everything = frozenset(range(self.instance.n))
            hint = Solution(self.best.starts, teams)
            model = InstanceModel(self.instance, self.value - 1, bound=self.bound, hint=hint, fixed=everything)
            solver = self._solve(model.model, seconds / 3, self.seed + attempt)
            if solver is not None:
                self._take(model.read(solver))

    def _balanced(self, seconds: float, attempt: int) -> tuple[tuple[tuple[int, str], ...], ...] | None:
        """Workers so that no one's load, with the shortest way in and out, is above the span; None: none found."""
        from ortools.sat.python import cp_model

        instance = self.instance
        model = cp_model.CpModel()
        span = model.new_int_var(self.bound, self.value, "")
        heads, tails = instance.heads(), instance.tails()
        loads: list[list[tuple[int, Any]]] = [[] for _ in instance.workers]
        picks: list[dict[int, Any]] = []
        for i, activity in enumerate(instance.activities):
            able = instance.capable(activity.needs[0])
            row = {w: model.new_bool_var("") for w in able}
            model.add_exactly_one(row.values())
            for w, pick in row.items():
                loads[w].append((i, pick))
            picks.append(row)
        cuts = _cuts(heads, [tails[i] - instance.activities[i].duration for i in range(instance.n)])
        for load in loads:
            for head, tail in cuts:
                inside = [
                    instance.activities[i].duration * pick
                    for i, pick in load
                    if heads[i] >= head and tails[i] - instance.activities[i].duration >= tail
                ]
                if inside:
                    model.add(sum(inside) + head + tail <= span)
        model.minimize(span)
        solver = self._solve(model, seconds, self.seed + 31 * attempt)
        if solver is None:
            return None
        self.bound = max(self.bound, min(self.value, math.ceil(solver.best_objective_bound - 1e-6)))
        chosen = [next(w for w, pick in row.items() if solver.value(pick)) for row in picks]
        return tuple(((w, instance.activities[i].needs[0].skill),) for i, w in enumerate(chosen))

    def _neighbourhood(self, round_: int) -> bool:
        """Free a few workers or a stretch of time, keep the rest; False: there is nothing left to free."""
        if round_ % 5 == 1:
            self.budget.tell(_NEIGHBOUR)
        instance = self.instance
        free = self._free()
        everything = frozenset(range(instance.n))
        kept = everything - free
        large = instance.n > _MONOLITH_TASKS or not instance.single
        model = InstanceModel(
            instance,
            self.value - 1,
            bound=self.bound,
            hint=self.best,
            fixed=kept,
            chained=large,
        )
        solver = self._solve(model.model, min(4.0, self.budget.seconds_left() / 4 + 0.3), self.seed + round_)
        if solver is not None:
            self._take(model.read(solver))
        elif self.last_status == "INFEASIBLE" and len(free) == instance.n:
            self._monolith(self.budget.seconds_left())  # a claim of infeasibility alone proves nothing
            return False
        return True

    def _free(self) -> frozenset[int]:
        instance, chance = self.instance, self.chance
        ends = [s + a.duration for s, a in zip(self.best.starts, instance.activities, strict=True)]
        if chance.random() < 0.5 and instance.workers:
            count = max(2, len(instance.workers) // 4)
            group = set(chance.sample(range(len(instance.workers)), min(len(instance.workers), count)))
            group.update(w for w, _ in self.best.teams[max(range(instance.n), key=ends.__getitem__)])
            return frozenset(i for i in range(instance.n) if any(w in group for w, _ in self.best.teams[i]))
        begin = chance.uniform(-0.2, 0.9) * self.value
        end = begin + 0.3 * self.value
        return frozenset(i for i in range(instance.n) if self.best.starts[i] < end and ends[i] > begin)


def _cuts(heads: list[int], tails: list[int]) -> list[tuple[int, int]]:
    """Pairs (head, tail): work that can only begin after head and must leave tail to those that follow."""
    levels = [0.0, 0.25, 0.5, 0.75]
    steps_in, steps_out = sorted(set(heads)), sorted(set(tails))
    pick_in = sorted({steps_in[int(level * (len(steps_in) - 1))] for level in levels})
    pick_out = sorted({steps_out[int(level * (len(steps_out) - 1))] for level in levels})
    return [(a, b) for a in pick_in for b in pick_out]


def solve_makespan(instance: Instance, budget: Budget, *, seed: int, workers: int) -> Outcome:
    """Shortest schedule found within the budget, with a proven lower bound."""
    return Portfolio(instance, budget, seed=seed, workers=workers).run()


def solve_cost(instance: Instance, budget: Budget, *, seed: int, workers: int) -> Outcome:
    """Everybody the cheapest capable (equals may share), then as short as that allows.

    Without a limit on time that is the optimum for one worker per activity. Where no prices are given, or teams
    are needed, the makespan decides.
    """
    bound = cost_bound(instance)
    if not instance.single:
        found = solve_makespan(instance, budget, seed=seed, workers=workers)
        cents = found.solution.cents(instance)
        return Outcome(found.solution, cents, bound, "optimal" if cents <= bound else "feasible")
    timed = solve_makespan(_cheapest_only(instance), budget, seed=seed, workers=workers).solution
    teams = tuple(
        tuple((w, activity.needs[0].skill) for w, _ in team)
        for team, activity in zip(timed.teams, instance.activities, strict=True)
    )
    solution = Solution(timed.starts, teams)
    if faults := violations(instance, solution):
        raise AssertionError(f"a solver broke the instance: {faults[:3]}")
    cents = solution.cents(instance)
    return Outcome(solution, cents, bound, "optimal" if cents <= bound else "feasible")


def _cheapest_only(instance: Instance) -> Instance:
    """The same instance in which only the cheapest capable workers may do an activity."""
    activities, held = [], [dict[str, int]() for _ in instance.workers]
    for activity in instance.activities:
        able = instance.capable(activity.needs[0])
        least = min(instance.workers[w].cents for w in able)
        cheapest = [w for w in able if instance.workers[w].cents == least]
        name = ",".join(map(str, cheapest))
        for w in cheapest:
            held[w][name] = 0
        activities.append(replace(activity, needs=(Need(name),)))
    workers = tuple(replace(one, skills=skills) for one, skills in zip(instance.workers, held, strict=True))
    return Instance(instance.name, tuple(activities), instance.links, workers, instance.capacities)
