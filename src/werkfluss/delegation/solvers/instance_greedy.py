"""Serial schedule generation for instances: activities by priority, each at the first moment with room and people."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from heapq import heapify, heappop, heappush

from werkfluss.delegation.instances.instance import Instance, Need, Solution
from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text


def best_of(instance: Instance, rounds: int, seed: int, *, enough: int = 0) -> Solution:
    """Longest remaining chain first, then ``rounds - 1`` noisy variants; stops at a makespan of ``enough``."""
    chance = random.Random(seed)  # noqa: S311 - a search, not a secret
    tails = instance.tails()
    best = schedule(instance, [-float(one) for one in tails])
    for k in range(1, rounds):
        if best.makespan(instance) <= enough:
            break
        noise = (0.1, 0.3, 0.6)[k % 3]
        found = schedule(instance, [-one * (1 + noise * chance.random()) for one in tails])
        if found.makespan(instance) < best.makespan(instance):
            best = found
    return best


def schedule(instance: Instance, keys: list[float]) -> Solution:
    """Least key first among the activities whose predecessors are placed."""
    room = _Room(instance)
    waiting = [len(one) for one in instance.preds]
    earliest = [0] * instance.n
    starts = [0] * instance.n
    teams: list[tuple[tuple[int, str], ...]] = [()] * instance.n
    ready = [(keys[i], i) for i in range(instance.n) if not waiting[i]]
    heapify(ready)
    while ready:
        _, i = heappop(ready)
        starts[i], teams[i] = room.place(i, earliest[i])
        end = starts[i] + instance.activities[i].duration
        for j in instance.succs[i]:
            earliest[j] = max(earliest[j], end)
            waiting[j] -= 1
            if not waiting[j]:
                heappush(ready, (keys[j], j))
    return Solution(tuple(starts), tuple(teams))


class _Room:
    """What is taken: busy intervals per worker, a step function per capacity."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.begins: list[list[int]] = [[] for _ in instance.workers]
        self.ends: list[list[int]] = [[] for _ in instance.workers]
        self.times = [0]
        self.loads = [[0] * len(instance.capacities)]
        self.moments = [0]
        scarce = [0.0] * len(instance.workers)
        for activity in instance.activities:
            for need in activity.needs:
                able = instance.capable(need)
                for w in able:
                    scarce[w] += activity.duration * need.count / len(able)
        self.scarce = scarce

    def place(self, i: int, earliest: int) -> tuple[int, tuple[tuple[int, str], ...]]:
        activity = self.instance.activities[i]
        if not activity.duration:
            return earliest, ()
        at = bisect_left(self.moments, earliest)
        moments = [earliest, *(m for m in self.moments[at:] if m > earliest)]
        for minute in moments:
            if not self._fits(i, minute):
                continue
            team = self._team(i, minute)
            if team is not None:
                self._take(i, minute, team)
                return minute, team
        raise _impossible(self.instance.name, activity.id)

    def _fits(self, i: int, minute: int) -> bool:
        activity, capacities = self.instance.activities[i], self.instance.capacities
        if not capacities:
            return True
        k = bisect_right(self.times, minute) - 1
        while k < len(self.times) and self.times[k] < minute + activity.duration:
            if any(
                load + more > most for load, more, most in zip(self.loads[k], activity.demands, capacities, strict=True)
            ):
                return False
            k += 1
        return True

    def _free(self, w: int, minute: int, length: int) -> bool:
        k = bisect_right(self.ends[w], minute)
        return k == len(self.begins[w]) or self.begins[w][k] >= minute + length

    def _team(self, i: int, minute: int) -> tuple[tuple[int, str], ...] | None:
        """Different free workers for every need, the least sought-after first; augmenting paths."""
        activity = self.instance.activities[i]
        if not activity.needs:
            return ()
        seats = [need for need in activity.needs for _ in range(need.count)]
        able: dict[str, list[int]] = {}
        for need in activity.needs:
            free = [w for w in self.instance.capable(need) if self._free(w, minute, activity.duration)]
            if len(free) < need.count:
                return None
            able[need.skill] = sorted(free, key=lambda w: self.scarce[w])
        sits: dict[int, int] = {}
        for seat in range(len(seats)):
            if not _seat(seat, seats, able, sits, set()):
                return None
        return tuple(sorted((w, seats[seat].skill) for w, seat in sits.items()))

    def _take(self, i: int, minute: int, team: tuple[tuple[int, str], ...]) -> None:
        activity = self.instance.activities[i]
        end = minute + activity.duration
        for w, _ in team:
            k = bisect_right(self.ends[w], minute)
            self.begins[w].insert(k, minute)
            self.ends[w].insert(k, end)
        k = bisect_left(self.moments, end)
        if k == len(self.moments) or self.moments[k] != end:
            self.moments.insert(k, end)
        if any(activity.demands):
            first, last = self._cut(minute), self._cut(end)
            for k in range(first, last):
                self.loads[k] = [load + more for load, more in zip(self.loads[k], activity.demands, strict=True)]

    def _cut(self, minute: int) -> int:
        k = bisect_left(self.times, minute)
        if k == len(self.times) or self.times[k] != minute:
            self.times.insert(k, minute)
            self.loads.insert(k, list(self.loads[k - 1]))
        return k


def _impossible(name: str, activity: str) -> Broken:
    return Broken(
        Fault(
            name,
            Text(f"Aufgabe {activity} kann niemand erledigen.", f"Nobody can do activity {activity}."),
            Text("Genug fähige Stellen und Kapazität.", "Enough capable workers and capacity."),
            Text("Bitte die Datei prüfen.", "Please check the file."),
        )
    )


def _seat(seat: int, seats: list[Need], able: dict[str, list[int]], sits: dict[int, int], tried: set[int]) -> bool:
    for w in able[seats[seat].skill]:
        if w in tried:
            continue
        tried.add(w)
        if w not in sits or _seat(sits[w], seats, able, sits, tried):
            sits[w] = seat
            return True
    return False


def mirror(instance: Instance) -> Instance:
    """The same instance read from its end."""
    links = tuple((b, a) for a, b in instance.links)
    return Instance(instance.name, instance.activities, links, instance.workers, instance.capacities)


def justified(instance: Instance, solution: Solution, mirrored: Instance | None = None) -> Solution:
    """Double justification (Valls, Ballestín, Quintanilla, EJOR 2005): pack to the right, then to the left again."""
    ends = [s + a.duration for s, a in zip(solution.starts, instance.activities, strict=True)]
    right = schedule(mirrored or mirror(instance), [-float(one) for one in ends])
    span = right.makespan(instance)
    begins = [span - s - a.duration for s, a in zip(right.starts, instance.activities, strict=True)]
    return schedule(instance, [float(one) for one in begins])
