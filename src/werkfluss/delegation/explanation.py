"""An explanation: why this proposal, what else is permitted and what it would change, what stands in the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from werkfluss.kernel.text import Text

from .candidate import Condition, Outcome, Rejection
from .codec import to_json

Binding = Literal["earliest", "lead_time", "predecessor", "queue", "calendar", "pinned"]
Minute = Annotated[int, "minute"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A permitted resource and what choosing it would do to the plan, reckoned by forced insertion on a copy.

    ``delta_cents`` is the change of the whole objective's euro value, ``delta_finish`` the change in minutes of this
    task's end, ``moved`` the other tasks whose time or resource would change.
    ``equal`` marks options without a difference to the chosen one; they stand in alphabetical order.
    """

    resource: str
    label: str
    outcome: Outcome
    chosen: bool
    equal: bool
    start: Minute
    end: Minute
    rate_cents_per_hour: int
    delta_cents: int
    delta_finish: int
    delta_project_finish: int
    moved: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    lead_minutes: int = 0
    citations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingStep:
    """One link of the chain that fixes the start of a late task; from the task backwards."""

    task: str
    kind: Binding
    blocks: str
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything about one task of a plan that a person needs to confirm it or to choose otherwise."""

    task: str
    chosen: str
    summary: Text
    options: tuple[Option, ...]
    blockers: tuple[Rejection, ...]
    late_minutes: int = 0
    why_late: tuple[BindingStep, ...] = ()

    def as_json(self) -> dict[str, Any]:
        value: dict[str, Any] = to_json(self)
        return value
