"""What an evaluation may use up. One ``Budget`` may serve many expressions, such as all those of a decision model."""

from __future__ import annotations

import time as clock
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """``size`` counts the characters and list items an expression builds in all; ``seconds`` is the last resort."""

    steps: int = 100_000
    size: int = 1_000_000
    depth: int = 120
    seconds: float = 2.0


LIMITS = Limits()


@dataclass(slots=True)
class Budget:
    """The counters of one evaluation. ``depth`` goes up and down with the nesting, also across expressions."""

    limits: Limits = LIMITS
    steps: int = 0
    size: int = 0
    depth: int = 0
    until: float = field(init=False)

    def __post_init__(self) -> None:
        self.until = clock.monotonic() + self.limits.seconds

    def late(self) -> bool:
        return clock.monotonic() > self.until
