"""The port between a task and whoever does it by machine: a ``Brief`` goes in, an ``Outcome`` comes out.

Nothing here knows tasks, tables or who accepts: an agent can be replaced by a person, and a runner by another one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from typing import Any, Protocol
from uuid import UUID

from werkfluss.kernel import clock
from werkfluss.kernel.text import Text


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that belongs to the task; ``id`` is the document's."""

    id: UUID
    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything an agent is told. ``key`` names this run; ``data`` is plain JSON that the skill knows to read."""

    key: str
    skill: str
    task: UUID
    title: str
    text: str = ""
    criteria: tuple[str, ...] = ()
    files: tuple[InputFile, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For the log: files by name and digest, without their content."""
        return {
            "key": self.key,
            "skill": self.skill,
            "task": str(self.task),
            "title": self.title,
            "text": self.text,
            "criteria": list(self.criteria),
            "files": [{"name": file.name, "sha256": file.sha256} for file in self.files],
        }


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file the agent made."""

    name: str
    title: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done, when (ISO 8601, UTC), and what it cost in cents."""

    at: str
    what: Text
    cents: Decimal

    def as_json(self) -> dict[str, Any]:
        return {"at": self.at, "what": self.what.as_json(), "cents": str(self.cents)}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. ``items`` are lines for a human to decide one by one: ``kind``, ``title``, ``light``,
    ``reasons``, ``fields`` and ``source`` (id of an input file, or ``None``).

    ``handed_back`` says why the task goes back instead of a result; ``cut_short`` why the run ended early although
    there is one.
    """

    summary: Text
    items: tuple[Mapping[str, Any], ...] = ()
    documents: tuple[MadeFile, ...] = ()
    handed_back: Text | None = None
    cut_short: Text | None = None
    steps: tuple[Step, ...] = ()
    cost_cents: int = 0

    def as_json(self) -> dict[str, Any]:
        """For the log; the items themselves are kept with the result."""
        return {
            "summary": self.summary.as_json(),
            "items": len(self.items),
            "documents": [document.name for document in self.documents],
            "handed_back": self.handed_back.as_json() if self.handed_back else None,
            "cut_short": self.cut_short.as_json() if self.cut_short else None,
        }


class BudgetUsedUp(Exception):
    """The next step would cost more than is left."""


class Meter:
    """Counts what a run costs and stops it: a step is paid for before it is done."""

    def __init__(self, limit_cents: int) -> None:
        self.limit_cents = limit_cents
        self.steps: list[Step] = []

    @property
    def spent(self) -> Decimal:
        return sum((step.cents for step in self.steps), Decimal(0))

    @property
    def left(self) -> Decimal:
        return self.limit_cents - self.spent

    def charge(self, cents: Decimal | int, what: Text) -> None:
        """Pay for a step.

        Raises:
            BudgetUsedUp: it is not covered; nothing was paid.
        """
        if cents > self.left:
            raise BudgetUsedUp
        self.steps.append(Step(clock.now().isoformat(timespec="seconds"), what, Decimal(cents)))

    @property
    def cost_cents(self) -> int:
        """Whole cents, rounded up."""
        return int(self.spent.to_integral_value(ROUND_CEILING))


class AgentRunner(Protocol):
    """Whoever can turn a brief into an outcome within a budget."""

    def perform(self, brief: Brief, *, budget_cents: int) -> Outcome: ...


class Skill(Protocol):
    """The module ``skill`` of a folder under ``agents/skills``."""

    def perform(self, brief: Brief, meter: Meter) -> Outcome: ...


NO_BUDGET = Text(
    "Das Budget für diesen Lauf ist aufgebraucht. Bitte in der KI-Akte erhöhen oder die Aufgabe teilen.",
    "The budget of this run is used up. Please raise it in the agent's file or split the task.",
)
OVER_BUDGET = Text(
    "Der Lauf hat mehr gekostet als erlaubt; sein Ergebnis wird nicht verwendet.",
    "The run cost more than it may; its result is not used.",
)
