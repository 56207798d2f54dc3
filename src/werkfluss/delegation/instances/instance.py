"""One model for the published benchmarks: makespan scheduling with links, shared capacities and skilled workers."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Need:
    """``count`` different workers who hold ``skill`` at ``level`` or above, for the whole activity."""

    skill: str
    count: int = 1
    level: int = 0


@dataclass(frozen=True, slots=True)
class Activity:
    """``demands`` are amounts of the instance's capacities, one per capacity (empty: none)."""

    id: str
    duration: int
    needs: tuple[Need, ...] = ()
    demands: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Worker:
    """``skills`` maps each skill to its level; ``cents`` is the price of one unit of time."""

    id: str
    skills: dict[str, int]
    cents: int = 0

    def meets(self, need: Need) -> bool:
        return self.skills.get(need.skill, -1) >= need.level


@dataclass(frozen=True)
class Instance:
    """``links``: (predecessor, successor) by index, finish to start. Every task runs without a break.

    Raises
    ------
    ValueError: a link names an unknown activity, or the links form a cycle.

    """

    name: str
    activities: tuple[Activity, ...]
    links: tuple[tuple[int, int], ...]
    workers: tuple[Worker, ...] = ()
    capacities: tuple[int, ...] = ()
    preds: list[list[int]] = field(default_factory=list, compare=False)
    succs: list[list[int]] = field(default_factory=list, compare=False)
    order: list[int] = field(default_factory=list, compare=False)

    def __post_init__(self) -> None:
        if any(not 0 <= one < len(self.activities) for link in self.links for one in link):
            raise ValueError(f"{self.name}: a link names an unknown activity")
        self.preds.extend([] for _ in self.activities)
        self.succs.extend([] for _ in self.activities)
        for a, b in self.links:
            self.preds[b].append(a)
            self.succs[a].append(b)
        waiting = [len(one) for one in self.preds]
        ready = [i for i, left in enumerate(waiting) if not left]
        while ready:
            i = ready.pop()
            self.order.append(i)
            for j in self.succs[i]:
                waiting[j] -= 1
                if not waiting[j]:
                    ready.append(j)
        if len(self.order) < len(self.activities):
            raise ValueError(f"{self.name}: the links form a cycle")

    @property
    def n(self) -> int:
        return len(self.activities)

    @property
    def durations(self) -> list[int]:
        return [one.duration for one in self.activities]

    def capable(self, need: Need) -> list[int]:
        return [w for w, worker in enumerate(self.workers) if worker.meets(need)]

    @property
    def single(self) -> bool:
        """Whether every activity takes exactly one worker and nothing else (the iMOPSE kind)."""
        return (
            bool(self.workers)
            and not self.capacities
            and all(len(one.needs) == 1 and one.needs[0].count == 1 for one in self.activities)
        )

    def tails(self) -> list[int]:
        """Longest chain of durations from the start of each activity to the end."""
        tail = [0] * self.n
        for i in reversed(self.order):
            tail[i] = self.activities[i].duration + max((tail[j] for j in self.succs[i]), default=0)
        return tail

    def heads(self) -> list[int]:
        """Earliest start of each activity by the links alone."""
        head = [0] * self.n
        for i in self.order:
            for j in self.succs[i]:
                head[j] = max(head[j], head[i] + self.activities[i].duration)
        return head


@dataclass(frozen=True, slots=True)
class Solution:
    """Start per activity, and per activity the workers as (worker index, skill)."""

    starts: tuple[int, ...]
    teams: tuple[tuple[tuple[int, str], ...], ...]

    def makespan(self, instance: Instance) -> int:
        return max((s + a.duration for s, a in zip(self.starts, instance.activities, strict=True)), default=0)

    def cents(self, instance: Instance) -> int:
        pairs = zip(self.teams, instance.activities, strict=True)
        return sum(instance.workers[w].cents * activity.duration for team, activity in pairs for w, _ in team)


def violations(instance: Instance, solution: Solution) -> list[str]:
    """Everything wrong with a solution, reckoned from the instance alone: links, capacities, skills, double booking."""
    ends = [s + a.duration for s, a in zip(solution.starts, instance.activities, strict=True)]
    found = [f"{i} starts before 0" for i, s in enumerate(solution.starts) if s < 0]
    found += [f"{b} starts before {a} ends" for a, b in instance.links if solution.starts[b] < ends[a]]
    found += [fault for i in range(instance.n) for fault in _team_faults(instance, i, solution.teams[i])]
    found += _double_bookings(solution, ends)
    found += [fault for k in range(len(instance.capacities)) for fault in _overload(instance, solution, ends, k)]
    return found


def _team_faults(instance: Instance, i: int, team: tuple[tuple[int, str], ...]) -> list[str]:
    activity = instance.activities[i]
    found = [f"{i} has a worker twice"] if len({w for w, _ in team}) < len(team) else []
    for need in activity.needs:
        given = [w for w, skill in team if skill == need.skill]
        if activity.duration and len(given) != need.count:
            found.append(f"{i} has {len(given)} instead of {need.count} for {need.skill}")
        found += [f"{i}: worker {w} lacks {need.skill}" for w in given if not instance.workers[w].meets(need)]
    wanted = {need.skill for need in activity.needs}
    return found + [f"{i}: worker {w} is not needed" for w, skill in team if skill not in wanted]


def _double_bookings(solution: Solution, ends: list[int]) -> list[str]:
    busy: dict[int, list[tuple[int, int]]] = {}
    for i, team in enumerate(solution.teams):
        for w, _ in team:
            if solution.starts[i] < ends[i]:
                busy.setdefault(w, []).append((solution.starts[i], ends[i]))
    return [
        f"worker {w} is booked twice at {later[0]}"
        for w, spans in busy.items()
        for earlier, later in pairwise(sorted(spans))
        if later[0] < earlier[1]
    ]


def _overload(instance: Instance, solution: Solution, ends: list[int], k: int) -> list[str]:
    events = []
    for i, activity in enumerate(instance.activities):
        if activity.duration:
            events += [(solution.starts[i], activity.demands[k]), (ends[i], -activity.demands[k])]
    load = 0
    for minute, delta in sorted(events):
        load += delta
        if load > instance.capacities[k]:
            return [f"capacity {k} is exceeded at {minute}"]
    return []


def unreadable(where: str, expected: str) -> Broken:
    """The refusal of a file that is not in the format named."""
    return Broken(
        Fault(
            where,
            Text("Die Datei hat nicht das erwartete Format.", "The file is not in the expected format."),
            Text(f"Erwartet: {expected}", f"Expected: {expected}"),
            Text("Bitte Datei und Angabe bei --format prüfen.", "Please check the file and the value of --format."),
        )
    )
