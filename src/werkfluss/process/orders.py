"""What the engine orders: the commands that the outside carries out, in this order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from werkfluss.kernel.text import Text

from .lifecycle import Status, WaitKind
from .model import WorkFacts


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be picked: the id of a flow and its label in the drawing (or the name of its target).

    At a loop without a formal condition the ids are ``AGAIN`` and ``DONE``. The label is in the language of the file;
    ``choices.choice_words`` says it in both.
    """

    flow: str
    label: str


AGAIN, DONE = "again", "done"
LOOP_WORDS = {AGAIN: Text("noch einmal", "once more"), DONE: Text("fertig", "done")}


@dataclass(frozen=True, slots=True)
class Entered:
    """For the log and the drawing: ``element`` was reached by these flows (none at the start, several at a join)."""

    element: str
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CreateWorkItem:
    """``kind`` is ``work`` or ``decision``. A decision must, other work may be completed with one of ``choices``.

    ``several``: more than one of them may be picked. ``variables`` are those of this turn of a multi-instance
    activity, or of the turn that is undone: whom or what it is about. ``follow_up``: when to look after it.
    """

    wait: str
    kind: WaitKind
    element: str
    name: str
    performer: str
    documentation: str
    facts: WorkFacts
    due: datetime | None
    choices: tuple[Choice, ...]
    several: bool = False
    variables: Mapping[str, Any] = field(default_factory=dict)
    follow_up: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallService:
    """``inputs`` are the variables of the case at this moment; ``wait`` serves as idempotency key within the case."""

    wait: str
    element: str
    name: str
    operation: str
    performer: str
    facts: WorkFacts
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EvaluateDecision:
    """``decision`` is the id of a decision whose model lives outside; answered by ``Completed(data={"result": …})``."""

    wait: str
    element: str
    name: str
    decision: str
    performer: str
    facts: WorkFacts
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CallProcess:
    """Start the process ``called`` of another file as a case of its own, on the version that is in use now.

    Its end is answered by ``Completed`` with its variables, its error by ``Failed``, its escalation by ``Escalated``.
    """

    wait: str
    element: str
    name: str
    called: str
    performer: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OfferActivities:
    """An ad-hoc sub-process is open: ``activities`` may be begun with ``ActivityChosen``, in any number.

    ``sequential``: only one at a time. ``by_condition``: it also ends by itself, when its condition holds.
    """

    wait: str
    element: str
    name: str
    performer: str
    documentation: str
    facts: WorkFacts
    due: datetime | None
    activities: tuple[Choice, ...]
    sequential: bool
    by_condition: bool


@dataclass(frozen=True, slots=True)
class StartTimer:
    wait: str
    element: str
    due: datetime


@dataclass(frozen=True, slots=True)
class AwaitMessage:
    """``correlation`` is the key of a message that is meant for this wait; empty: any message of the name."""

    wait: str
    element: str
    name: str
    correlation: str = ""


@dataclass(frozen=True, slots=True)
class AwaitSignal:
    wait: str
    element: str
    name: str


@dataclass(frozen=True, slots=True)
class AwaitCondition:
    """``condition`` is looked at after every change of variables; if it is not ``formal``, a person has to say."""

    wait: str
    element: str
    condition: str
    formal: bool


@dataclass(frozen=True, slots=True)
class SendMessage:
    element: str
    name: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SendSignal:
    """For other cases and the start of processes; this case has heard it already and must not get it again."""

    element: str
    name: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The wait no longer counts: take back the work item, stop the timer, cancel the called case."""

    wait: str
    kind: WaitKind
    element: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """An undone step: the work item of this wait, closed before, is open again."""

    wait: str
    kind: WaitKind
    element: str


@dataclass(frozen=True, slots=True)
class Incident:
    """A person has to look: ``cause`` is one sentence in English for the log, ``code`` is stable."""

    element: str
    code: str
    cause: str


@dataclass(frozen=True, slots=True)
class Unmatched:
    """No wait for this message, or none with its key; the caller keeps it or refuses it."""

    name: str
    correlation: str = ""


@dataclass(frozen=True, slots=True)
class Uncaught:
    """An escalation that nobody inside caught: a calling case gets it as ``Escalated``. Nobody has to hear it.

    ``code`` and ``name`` are those of the drawing, as far as it has them; ``element`` threw it, or is the step of the
    person who raised it.
    """

    element: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Finished:
    """``elements`` are the end points that were reached last; ``status`` says how.

    ``error`` is the code or name of the error that nobody inside caught: a calling case gets it as ``Failed``;
    ``name`` is its name beside a code.
    """

    status: Status
    elements: tuple[str, ...]
    error: str = ""
    name: str = ""


Command = (
    Entered
    | CreateWorkItem
    | CallService
    | EvaluateDecision
    | CallProcess
    | OfferActivities
    | StartTimer
    | AwaitMessage
    | AwaitSignal
    | AwaitCondition
    | SendMessage
    | SendSignal
    | Withdraw
    | Reopen
    | Incident
    | Unmatched
    | Uncaught
    | Finished
)
