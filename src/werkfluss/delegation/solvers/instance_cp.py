"""CP-SAT models of an instance: everything free, or a neighbourhood of a known solution."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from werkfluss.delegation.instances.instance import Instance, Need, Solution

_MOST_SKILLS = 8


class InstanceModel:
    """Optional interval per (activity, capable worker, skill); redundant capacities per group of skills.

    Parameters
    ----------
    instance
        What is given.
    span
        Makespan to look within; ``bound`` is one it cannot be below.
    hint
        A known solution.
    fixed
        Activities that keep the workers of the hint.
    chained
        Whether they also keep their order on each worker and each unit of a capacity.

    """

    def __init__(
        self,
        instance: Instance,
        span: int,
        *,
        bound: int = 0,
        hint: Solution | None = None,
        fixed: frozenset[int] = frozenset(),
        chained: bool = False,
    ) -> None:
        from ortools.sat.python import cp_model

        self.instance, self.span, self.hint = instance, span, hint
        self.model = cp_model.CpModel()
        self.picks: list[dict[tuple[int, str], Any]] = [{} for _ in range(instance.n)]
        self.intervals: list[Any] = []
        self.by_worker: list[list[Any]] = [[] for _ in instance.workers]
        self._starts()
        for a, b in instance.links:
            self.model.add(self.start[a] + instance.activities[a].duration <= self.start[b])
        for a, b in order_links(instance, hint, fixed) if chained and hint else ():
            self.model.add(self.start[a] + instance.activities[a].duration <= self.start[b])
        for i in range(instance.n):
            self._team(i, keep=i in fixed)
        for intervals in self.by_worker:
            if len(intervals) > 1:
                self.model.add_no_overlap(intervals)
        self._capacities()
        self._groups()
        self._objective(bound)

    def _starts(self) -> None:
        instance, model = self.instance, self.model
        heads, tails = instance.heads(), instance.tails()
        self.start = []
        for i, activity in enumerate(instance.activities):
            start = model.new_int_var(heads[i], max(heads[i], self.span - tails[i]), "")
            self.start.append(start)
            self.intervals.append(model.new_fixed_size_interval_var(start, activity.duration, ""))
            if self.hint:
                model.add_hint(start, self.hint.starts[i])

    def _team(self, i: int, *, keep: bool) -> None:
        """Who does activity ``i``: kept as hinted, without a choice, or a variable per capable worker and skill."""
        activity = self.instance.activities[i]
        if not activity.duration:
            return
        needs = activity.needs
        if keep and self.hint:
            self._settled(i, self.hint.teams[i])
        elif len(needs) == 1 and len(self.instance.capable(needs[0])) == needs[0].count:
            self._settled(i, tuple((w, needs[0].skill) for w in self.instance.capable(needs[0])))
        else:
            self._chosen(i)

    def _settled(self, i: int, team: tuple[tuple[int, str], ...]) -> None:
        for w, skill in team:
            self.by_worker[w].append(self.intervals[i])
            self.picks[i][w, skill] = 1

    def _chosen(self, i: int) -> None:
        activity, model = self.instance.activities[i], self.model
        hinted = set(self.hint.teams[i]) if self.hint else set()
        per_worker: dict[int, list[Any]] = {}
        for need in activity.needs:
            chosen = []
            for w in self.instance.capable(need):
                pick = model.new_bool_var("")
                self.picks[i][w, need.skill] = pick
                per_worker.setdefault(w, []).append(pick)
                chosen.append(pick)
                if self.hint:
                    model.add_hint(pick, (w, need.skill) in hinted)
            if need.count == 1:
                model.add_exactly_one(chosen)
            else:
                model.add(sum(chosen) == need.count)
        for w, picks in per_worker.items():
            present = picks[0]
            if len(picks) > 1:
                present = model.new_bool_var("")
                model.add(sum(picks) == present)
            self.by_worker[w].append(
                model.new_optional_fixed_size_interval_var(self.start[i], activity.duration, present, "")
            )

    def _capacities(self) -> None:
        instance = self.instance
        for k, capacity in enumerate(instance.capacities):
            using = [i for i, one in enumerate(instance.activities) if one.duration and one.demands[k]]
            if using:
                demands = [instance.activities[i].demands[k] for i in using]
                self.model.add_cumulative([self.intervals[i] for i in using], demands, capacity)

    def _groups(self) -> None:
        """At any moment the needs of a set of skills cannot exceed the workers who hold one of them (Hall)."""
        instance = self.instance
        kinds: dict[tuple[str, int], frozenset[int]] = {}
        for activity in instance.activities:
            for need in activity.needs:
                kinds.setdefault((need.skill, need.level), frozenset(instance.capable(need)))
        sets = set(kinds.values())
        families = set(sets)
        if len(sets) <= _MOST_SKILLS:
            for size in range(2, len(sets) + 1):
                families |= {frozenset().union(*some) for some in combinations(sorted(sets, key=sorted), size)}
        else:
            families.add(frozenset().union(*sets))
        for workers in sorted(families, key=sorted):
            self._group(workers, kinds)

    def _group(self, workers: frozenset[int], kinds: dict[tuple[str, int], frozenset[int]]) -> None:
        def inside(need: Need) -> bool:
            return kinds[need.skill, need.level] <= workers

        demands = [sum(need.count for need in one.needs if inside(need)) for one in self.instance.activities]
        using = [i for i, demand in enumerate(demands) if demand and self.instance.activities[i].duration]
        if len(workers) > 1 and sum(demands[i] for i in using) > len(workers):
            self.model.add_cumulative([self.intervals[i] for i in using], [demands[i] for i in using], len(workers))

    def _objective(self, bound: int) -> None:
        makespan = self.model.new_int_var(bound, self.span, "")
        for i, activity in enumerate(self.instance.activities):
            if not self.instance.succs[i]:
                self.model.add(self.start[i] + activity.duration <= makespan)
        self.model.minimize(makespan)

    def read(self, solver: Any) -> Solution:
        teams = [
            tuple(sorted(key for key, pick in picks.items() if (pick if isinstance(pick, int) else solver.value(pick))))
            for picks in self.picks
        ]
        return Solution(tuple(solver.value(one) for one in self.start), tuple(teams))


def order_links(instance: Instance, solution: Solution, kept: frozenset[int]) -> list[tuple[int, int]]:
    """Who comes after whom among the kept activities: on each worker, and on each unit of each capacity.

    A partial order schedule (Godard, Laborie, Nuijten, ICAPS 2005): it keeps the idea of a solution, not its times.
    """
    order = sorted((i for i in range(instance.n) if instance.activities[i].duration), key=lambda i: solution.starts[i])
    last_of: dict[tuple[str, int, int], int] = {}
    links: set[tuple[int, int]] = set()
    free_at: list[list[tuple[int, int]]] = [[(0, unit) for unit in range(most)] for most in instance.capacities]
    for i in order:
        start, activity = solution.starts[i], instance.activities[i]
        used = [("worker", w, 0) for w, _ in solution.teams[i]]
        for k, amount in enumerate(activity.demands):
            units = sorted((one for one in free_at[k] if one[0] <= start), reverse=True)[:amount]
            for one in units:
                free_at[k].remove(one)
                free_at[k].append((start + activity.duration, one[1]))
                used.append(("unit", k, one[1]))
        if i not in kept:
            continue
        for key in used:
            if key in last_of:
                links.add((last_of[key], i))
            last_of[key] = i
    return sorted(links)
