"""What an automatic step of a case came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from werkfluss.kernel import clock
from werkfluss.kernel.errors import WerkflussError
from werkfluss.process.state import Failed, Happening


@dataclass(frozen=True, slots=True)
class Answer:
    """``event`` goes to the engine. If the case still waits for ``wait`` then, a person does it, told ``why``."""

    event: Happening | None
    wait: str = ""
    why: str = ""

    @classmethod
    def refused(cls, wait: str, error: WerkflussError) -> Self:
        why = f"{error.fault.cause.de} {error.fault.next_step.de}"
        return cls(Failed(wait, clock.now(), message=error.fault.cause.en), wait, why)
