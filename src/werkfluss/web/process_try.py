"""A process tried out with tokens: the real engine, one event at a time, and nothing of it is a case.

Where it stands travels with the form, signed for this drawing: the server keeps nothing, and nobody can hand it a state
that the engine did not make, or made for another drawing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core import signing
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Broken, Fault, WerkflussError
from werkfluss.kernel.text import Text
from werkfluss.process.engine import new_case, step
from werkfluss.process.feel import FeelError, evaluate
from werkfluss.process.model import Definitions
from werkfluss.process.state import (
    ActivityChosen,
    AdHocFinished,
    Command,
    Completed,
    ConditionMet,
    CreateWorkItem,
    Entered,
    Failed,
    Happening,
    Incident,
    MessageReceived,
    OfferActivities,
    SignalReceived,
    Start,
    State,
    Status,
    TimerFired,
    Wait,
    WaitKind,
)

SALT = "werkfluss.process.try"
MAX_LOG = 60
MAX_DATA = 2000
MAX_STATE = 60_000  # characters that travel with the form


@dataclass
class Trial:
    """Where a trial stands. ``offers`` are the choices of the waits that have some; ``log`` is newest last."""

    state: State
    at: datetime
    offers: dict[str, dict[str, Any]] = field(default_factory=dict)
    passed: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    def signed(self, source: bytes) -> str:
        """Raises Broken if it has become too large to travel."""
        data = {
            "state": self.state.as_json(),
            "at": self.at.isoformat(),
            "offers": self.offers,
            "passed": self.passed,
            "log": self.log[-MAX_LOG:],
        }
        text = signing.dumps(json.loads(json.dumps(data, default=str)), salt=_salt(source), compress=True)
        if len(text) > MAX_STATE:
            raise _broken(Text("Der Versuch ist zu groß geworden.", "The trial has become too large."))
        return text

    @classmethod
    def read(cls, text: str, source: bytes) -> Trial:
        """Raises Broken if it is not what the server signed for this drawing."""
        try:
            data = signing.loads(text, salt=_salt(source), max_age=24 * 3600)
            state = State.from_json(data["state"])
        except (signing.BadSignature, ValueError, KeyError):
            raise _broken(
                Text(
                    "Dieser Versuch ist abgelaufen, oder die Zeichnung ist inzwischen eine andere.",
                    "This trial has expired, or the drawing is another one by now.",
                )
            ) from None
        return cls(state, datetime.fromisoformat(data["at"]), data["offers"], data["passed"], data["log"])


def _salt(source: bytes) -> str:
    return f"{SALT}:{sha256(source).hexdigest()}"


def _broken(cause: Text) -> Broken:
    step_now = Text("Bitte beginnen Sie von vorn.", "Please begin again.")
    return Broken(Fault("try", cause, Text("Ein laufender Versuch.", "A running trial."), step_now))


@dataclass(frozen=True, slots=True)
class Move:
    """What can happen now: a button; ``more`` tells of it, ``choices`` are its branches, ``asks`` whether data fit."""

    wait: str
    kind: str
    name: str
    label: str
    more: str
    choices: tuple[tuple[str, str], ...] = ()
    several: bool = False
    asks: bool = False


def begin(model: Definitions, process: str, data: Mapping[str, Any]) -> Trial:
    """Raises Refused if the process contains what cannot be run."""
    trial = Trial(new_case(process, clock.FIRM_ZONE.key), clock.now())
    return _advance(model, trial, Start(trial.at, dict(data)), _("begins"))


def move(model: Definitions, trial: Trial, given: Mapping[str, Any], data: Mapping[str, Any]) -> Trial:
    """Let one thing happen: ``given`` holds ``wait``, and ``choices`` or ``failed`` where they are meant.

    Raises:
        Broken: nothing waits for this any more.
        Refused: the engine does not take it, for instance a decision without a branch.
    """
    wait = next((one for one in trial.state.waits if one.id == given.get("wait")), None)
    if wait is None:
        raise _broken(Text("Darauf wartet nichts mehr.", "Nothing waits for this any more."))
    if wait.kind is WaitKind.TIMER and wait.due:
        trial.at = max(trial.at, datetime.fromisoformat(wait.due))
    event, said = _event(wait, trial.at, given, data)
    return _advance(model, trial, event, f"{_name(model, wait.node)}: {said}")


def _event(wait: Wait, at: datetime, given: Mapping[str, Any], data: Mapping[str, Any]) -> tuple[Happening, str]:
    choices = tuple(str(one) for one in given.get("choices", ()))
    if given.get("failed"):
        return Failed(wait.id, at, str(given.get("error", "")), "tried out"), _("fails")
    if wait.kind is WaitKind.TIMER:
        return TimerFired(wait.id, at), _("the time has come")
    if wait.kind is WaitKind.MESSAGE:
        return MessageReceived(wait.name, at, data, wait.id), _("the message arrives")
    if wait.kind is WaitKind.SIGNAL:
        return SignalReceived(wait.name, at, data), _("the signal is heard")
    if wait.kind is WaitKind.CONDITION:
        return ConditionMet(wait.id, at, data), _("the condition holds")
    if wait.kind is WaitKind.TOOLBOX:
        if choices:
            return ActivityChosen(wait.id, choices[0], at, data), _("an activity begins")
        return AdHocFinished(wait.id, at), _("is finished")
    return Completed(wait.id, at, data, choices=choices), _("is done")


def _advance(model: Definitions, trial: Trial, event: Happening, said: str) -> Trial:
    state, commands = step(model, trial.state, event)
    moment = formats.date_format(timezone.localtime(trial.at), "SHORT_DATETIME_FORMAT")
    trial.log.append(f"{moment} · {said}")
    trial.state = state
    for command in commands:
        _note(model, trial, command)
    alive = {wait.id for wait in state.waits}
    trial.offers = {key: value for key, value in trial.offers.items() if key in alive}
    if state.status is Status.COMPLETED:
        trial.log.append(f"{moment} · {_('The process has ended.')}")
    return trial


def _note(model: Definitions, trial: Trial, command: Command) -> None:
    if isinstance(command, Entered):
        trial.passed += [one for one in (command.element, *command.via) if one not in trial.passed]
    elif isinstance(command, CreateWorkItem):
        offered = [[choice.flow, choice.label] for choice in command.choices]
        trial.offers[command.wait] = {"choices": offered, "several": command.several}
    elif isinstance(command, OfferActivities):
        trial.offers[command.wait] = {
            "choices": [[one.flow, one.label] for one in command.activities],
            "several": False,
        }
    elif isinstance(command, Incident):
        trial.log.append(f"{_('It cannot go on')}: {_name(model, command.element)} ({command.cause})")


def _name(model: Definitions, element: str) -> str:
    from werkfluss.web.process_view import name_of

    return name_of(model, element)


def moves(model: Definitions, trial: Trial) -> list[Move]:
    """What can happen next, in the order in which it began to wait."""
    return [_move(model, trial, wait) for wait in trial.state.waits]


def _move(model: Definitions, trial: Trial, wait: Wait) -> Move:
    offered = trial.offers.get(wait.id, {"choices": [], "several": False})
    choices = tuple((str(flow), str(label)) for flow, label in offered["choices"])
    node = model.nodes.get(wait.node)
    who = model.performer(node) if node is not None else ""
    labels = {
        WaitKind.WORK: _("Is done"),
        WaitKind.DECISION: _("Decide"),
        WaitKind.SERVICE: _("The service answers"),
        WaitKind.RULE: _("The table answers"),
        WaitKind.CALL: _("The other process has ended"),
        WaitKind.TOOLBOX: _("Finish the toolbox"),
        WaitKind.TIMER: _("Let the time pass"),
        WaitKind.MESSAGE: _("The message arrives"),
        WaitKind.SIGNAL: _("The signal is heard"),
        WaitKind.CONDITION: _("It is so"),
    }
    more = who
    if wait.kind is WaitKind.TIMER and wait.due:
        due = timezone.localtime(datetime.fromisoformat(wait.due))
        more = _("until %(when)s") % {"when": formats.date_format(due, "DATETIME_FORMAT")}
    elif wait.name and wait.kind in (WaitKind.MESSAGE, WaitKind.SIGNAL):
        more = wait.name
    asks = wait.kind not in (WaitKind.TIMER, WaitKind.DECISION, WaitKind.TOOLBOX)
    name = _name(model, wait.node)
    return Move(wait.id, wait.kind.value, name, labels[wait.kind], more, choices, bool(offered["several"]), asks)


def read_data(text: str) -> dict[str, Any]:
    """The data that somebody typed, one ``name = value`` a line; values are FEEL.

    Raises:
        Broken: a line is none of that, or its value is no FEEL that stands for itself.
    """
    found: dict[str, Any] = {}
    for line in text[:MAX_DATA].splitlines():
        if not line.strip():
            continue
        name, sign, value = line.partition("=")
        if not sign or not name.strip().isidentifier():
            raise _data_fault(line)
        try:
            found[name.strip()] = evaluate(value.strip(), {}).value
        except FeelError:
            raise _data_fault(line) from None
    return found


def _data_fault(line: str) -> WerkflussError:
    return Broken(
        Fault(
            line[:80],
            Text(f"„{line[:80]}“ ist keine Angabe.", f"“{line[:80]}” is no piece of data."),
            Text("Je Zeile: name = Wert, zum Beispiel betrag = 1200.", "Each line: name = value, as in amount = 1200."),
            Text("Bitte berichtigen Sie die Zeile.", "Please correct the line."),
        )
    )
