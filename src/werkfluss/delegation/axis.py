"""Working time of one resource as an axis: position ``w`` = the ``w``-th working minute. Rests vanish on it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right


class Axis:
    """Windows cut inwards to the granularity, numbered through.

    On the axis every task is one unbroken interval, however many nights and holidays lie in between.
    """

    __slots__ = ("cum", "ends", "starts", "total")

    def __init__(self, windows: tuple[tuple[int, int], ...], granularity: int = 1) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.cum: list[int] = []
        self.total = 0
        for start, end in windows:
            first = -(-start // granularity) * granularity
            last = end // granularity * granularity
            if last <= first:
                continue
            if self.ends and self.ends[-1] == first:
                self.ends[-1] = last
            else:
                self.starts.append(first)
                self.ends.append(last)
                self.cum.append(self.total)
            self.total += last - first

    def position(self, minute: int) -> int:
        """Working minutes before ``minute``."""
        k = bisect_right(self.starts, minute) - 1
        if k < 0:
            return 0
        return self.cum[k] + min(minute, self.ends[k]) - self.starts[k]

    def start_at(self, position: int) -> int:
        """Minute at which working minute ``position`` begins (``position < total``)."""
        k = bisect_right(self.cum, position) - 1
        return self.starts[k] + position - self.cum[k]

    def end_at(self, position: int) -> int:
        """Minute at which ``position`` working minutes are over (``0 < position <= total``)."""
        k = bisect_left(self.cum, position) - 1
        return self.starts[k] + position - self.cum[k]

    def latest_start(self, deadline: int, need: int) -> int | None:
        """Latest minute to start ``need`` working minutes that must be over by ``deadline``; None: too short."""
        position = self.position(deadline) - need
        return self.start_at(position) if position >= 0 else None


class WorkCalendar(Axis):
    """Working time in which lags are counted; outside its windows' span every minute counts."""

    __slots__ = ()

    def reading(self, minute: int) -> int:
        """Working minutes passed at ``minute``; negative before the first window."""
        if minute < self.starts[0]:
            return minute - self.starts[0]
        return self.position(minute) + max(0, minute - self.ends[-1])

    def after(self, minute: int, lag: int) -> int:
        """The earliest minute at which ``lag`` working minutes have passed since ``minute``; back, if negative."""
        return self._minute(self.reading(minute) + lag, earliest=True)

    def latest_before(self, minute: int, lag: int) -> int:
        """The latest minute from which ``lag`` working minutes have passed at ``minute``."""
        return self._minute(self.reading(minute) - lag, earliest=False)

    def _minute(self, reading: int, *, earliest: bool) -> int:
        if reading < 0 or (reading == 0 and earliest):
            return self.starts[0] + reading
        if reading > self.total or (reading == self.total and not earliest):
            return self.ends[-1] + reading - self.total
        return self.end_at(reading) if earliest else self.start_at(reading)

    @property
    def stretch(self) -> float:
        """Elapsed minutes per working minute, on average."""
        return (self.ends[-1] - self.starts[0]) / self.total


class Lanes:
    """What is taken on the axis of one resource; ``parallel`` lanes, each a sorted list of busy intervals."""

    __slots__ = ("begins", "ends")

    def __init__(self, parallel: int = 1) -> None:
        self.begins: list[list[int]] = [[] for _ in range(parallel)]
        self.ends: list[list[int]] = [[] for _ in range(parallel)]

    def copy(self) -> Lanes:
        twin = Lanes(0)
        twin.begins = [list(one) for one in self.begins]
        twin.ends = [list(one) for one in self.ends]
        return twin

    def first_gap(self, position: int, need: int) -> tuple[int, int]:
        """Earliest position >= ``position`` with room for ``need``, and its lane."""
        best, best_lane = -1, 0
        for lane, ends in enumerate(self.ends):
            begins = self.begins[lane]
            at = position
            k = bisect_right(ends, at)
            while k < len(begins) and begins[k] - at < need:
                at = max(at, ends[k])
                k += 1
            if best < 0 or at < best:
                best, best_lane = at, lane
                if at == position:
                    break
        return best, best_lane

    def take(self, lane: int, begin: int, end: int) -> None:
        """Mark ``begin``..``end`` busy; pins may overlap what is there, then both are joined."""
        begins, ends = self.begins[lane], self.ends[lane]
        k = bisect_right(ends, begin)
        stop = k
        while stop < len(begins) and begins[stop] < end:
            begin, end = min(begin, begins[stop]), max(end, ends[stop])
            stop += 1
        begins[k:stop] = [begin]
        ends[k:stop] = [end]

    def release(self, begin: int, end: int) -> None:
        """Free an interval taken before (exactly so)."""
        for begins, ends in zip(self.begins, self.ends, strict=True):
            k = bisect_left(begins, begin)
            if k < len(begins) and begins[k] == begin and ends[k] == end:
                del begins[k], ends[k]
                return
        raise ValueError(f"nothing is taken from {begin} to {end}")
