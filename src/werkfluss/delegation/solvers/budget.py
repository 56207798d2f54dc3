"""How much a solver may still do: a deterministic amount of work, a wall clock as a safety net, a way to cancel."""

from __future__ import annotations

import time
from collections.abc import Callable

from werkfluss.delegation.plan import Stop
from werkfluss.kernel.text import Text

Progress = Callable[[float, Text], None]
Cancelled = Callable[[], bool]


class Budget:
    """Work is counted in units of about one second of one core; the count does not depend on the machine's speed.

    ``time_limit`` (seconds of wall clock) only cuts off; a plan that was cut is marked, because it may not repeat.
    """

    def __init__(
        self,
        work_limit: float,
        time_limit: float | None = None,
        on_progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> None:
        self.work_limit = work_limit
        self.work = 0.0
        self.started = time.perf_counter()
        self.cpu_started = time.process_time()
        self.deadline = None if time_limit is None else self.started + time_limit
        self._progress = on_progress
        self._cancelled = cancelled
        self.stop: Stop = "finished"

    def spend(self, work: float) -> None:
        self.work += work

    def left(self) -> float:
        return max(0.0, self.work_limit - self.work)

    def seconds_left(self) -> float:
        return 1e9 if self.deadline is None else max(0.0, self.deadline - time.perf_counter())

    def over(self) -> bool:
        """Whether to stop now; remembers why."""
        if self._cancelled is not None and self._cancelled():
            self.stop = "cancelled"
        elif self.seconds_left() <= 0:
            self.stop = "time_limit"
        elif self.work >= self.work_limit:
            self.stop = "work_limit"
        else:
            return False
        return True

    def tell(self, message: Text) -> None:
        """Report progress as the larger share of work and time used (0 to 1)."""
        if self._progress is not None:
            share = self.work / self.work_limit if self.work_limit else 1.0
            if self.deadline is not None:
                span = self.deadline - self.started
                share = max(share, (time.perf_counter() - self.started) / span if span else 1.0)
            self._progress(min(1.0, share), message)

    @property
    def wall_s(self) -> float:
        return time.perf_counter() - self.started

    @property
    def cpu_s(self) -> float:
        return time.process_time() - self.cpu_started
