"""One common working time for a whole firm: nights and weekends, on which hardly anybody works, take no room.

CP-SAT plans on this axis, where a task of a standard employee has a fixed length. It is an approximation; the real
calendars decide when the proposal is decoded.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from werkfluss.delegation.grid import Grid

_ALWAYS_ON = 0.6
"""Above this share of all hours a resource (an agent) does not shape the common working time."""
_LONG_BREAK_DAYS = 3.5


class Warp:
    """Monotone map from minutes to units of common working time (``unit`` working minutes each)."""

    def __init__(self, grid: Grid, unit: int) -> None:
        self.unit = unit
        changes: dict[int, int] = {}
        people = 0
        for axis in grid.axes:
            if not axis.total or axis.total > _ALWAYS_ON * (axis.ends[-1] - axis.starts[0]):
                continue
            people += 1
            for start, end in zip(axis.starts, axis.ends, strict=True):
                changes[start] = changes.get(start, 0) + 1
                changes[end] = changes.get(end, 0) - 1
        self.minutes = [0]
        self.values = [0.0]
        self.plain = not people
        at = count = 0
        enough = max(1.0, people / 4)
        for minute in sorted(changes):
            if minute > at:
                self.minutes.append(minute)
                self.values.append(self.values[-1] + (minute - at) * min(1.0, count / enough))
                at = minute
            count += changes[minute]
        span = self.minutes[-1]
        self.per_minute = self.values[-1] / span if span and self.values[-1] else 1.0

    def at(self, minute: int) -> float:
        """Working minutes before ``minute``; past the known horizon at the average density."""
        if self.plain or minute <= 0:
            return float(max(0, minute)) if self.plain else 0.0
        if minute >= self.minutes[-1]:
            return self.values[-1] + (minute - self.minutes[-1]) * self.per_minute
        k = bisect_right(self.minutes, minute) - 1
        left, right = self.minutes[k], self.minutes[k + 1]
        return self.values[k] + (self.values[k + 1] - self.values[k]) * (minute - left) / (right - left)

    def units(self, minute: int) -> int:
        return round(self.at(minute) / self.unit)


@dataclass(frozen=True, slots=True)
class WarpedResource:
    """How a resource looks on the common axis: how much longer its tasks are, and when it is away for long."""

    stretch: float
    breaks: tuple[tuple[int, int], ...]


def warp_resource(grid: Grid, resource: int, warp: Warp, day: float) -> WarpedResource:
    """``day`` = working minutes of a common day; absences of more than a few of them are breaks."""
    axis = grid.axes[resource]
    if not axis.total:
        return WarpedResource(1.0, ())
    breaks: list[tuple[int, int]] = []
    covered = 0.0
    cursor = 0.0
    for start, end in zip(axis.starts, axis.ends, strict=True):
        first, last = warp.at(start), warp.at(end)
        if first - cursor > _LONG_BREAK_DAYS * day:
            breaks.append((int(cursor / warp.unit), int(first / warp.unit)))
        else:
            covered += first - cursor
        covered += last - first
        cursor = last
    breaks.append((int(cursor / warp.unit), 1 << 30))
    # An agent that works round the clock is faster on this axis than people; it never counts as slower than real.
    return WarpedResource(covered / axis.total, tuple(breaks))
