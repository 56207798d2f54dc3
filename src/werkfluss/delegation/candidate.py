"""A candidate: one resource for one task, with what the law says about the pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from werkfluss.kernel.text import Text

Outcome = Literal["allowed", "allowed_with_conditions", "blocked", "unknown"]
Filter = Literal["law", "offer", "skill", "four_eyes", "calendar", "capacity"]

ASSIGNABLE: frozenset[str] = frozenset({"allowed", "allowed_with_conditions"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something to do before or while the work runs: a notice, a paper, a review.

    ``lead_minutes`` is the elapsed time it takes; the work starts no earlier than the origin plus that time.
    """

    text: Text
    lead_minutes: int = 0
    citation: str = ""

    def __post_init__(self) -> None:
        if self.lead_minutes < 0:
            raise ValueError("a lead time must not be negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Permissibility of (task, resource), handed in as data by the caller of the legal check.

    Parameters
    ----------
        outcome: ``blocked`` and ``unknown`` are never assigned.
        earliest: minute before which this resource must not start this task (entry date, permit, contract start).
        meets: skills whose *minimum level* this natural person is documented to meet, yes or no. A requirement
            without a level needs no entry, the resource's own list of skills is enough.
        remedy: what would make a blocked or unknown pair permitted.
        effort: working minutes this agent or partner organisation needs; None: the task's effort.
        fixed_cents: fee or review cost on top; agents and partner organisations only.
        check: reference of the stored legal check.
        offerable: False when this task was declined by, or withdrawn from, this external; says nothing about others.

    Raises
    ------
        ValueError: a negative effort, or conditions without the outcome that goes with them.

    """

    task: str
    resource: str
    outcome: Outcome
    reasons: tuple[Text, ...] = ()
    citations: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    earliest: Annotated[int, "minute"] | None = None
    meets: tuple[str, ...] = ()
    remedy: Text | None = None
    effort: int | None = None
    fixed_cents: int = 0
    check: str = ""
    offerable: bool = True

    def __post_init__(self) -> None:
        if self.effort is not None and self.effort < 1:
            raise ValueError(f"candidate {self.task}/{self.resource}: effort is at least one minute")
        if self.fixed_cents < 0:
            raise ValueError(f"candidate {self.task}/{self.resource}: a surcharge must not be negative")
        if self.conditions and self.outcome == "allowed":
            raise ValueError(f"candidate {self.task}/{self.resource}: conditions need allowed_with_conditions")

    @property
    def assignable(self) -> bool:
        return self.outcome in ASSIGNABLE

    @property
    def lead_minutes(self) -> int:
        return max((condition.lead_minutes for condition in self.conditions), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Why a resource cannot do a task: the first filter that fails, law before everything else."""

    task: str
    resource: str
    filter: Filter
    outcome: Outcome
    reason: Text
    citations: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    lead_minutes: int = 0
    remedy: Text | None = None
