"""Taking back a completed step, as long as nothing outside has happened since.

The engine is pure, so the caller keeps the state before the step and the commands since; here it is judged whether
they can be taken back, and what has to be done so that the outside agrees with the former state again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from werkfluss.kernel.text import Text
from werkfluss.process.model import Definitions
from werkfluss.process.state import (
    AwaitCondition,
    AwaitMessage,
    AwaitSignal,
    CallProcess,
    CallService,
    Command,
    Finished,
    Reopen,
    SendMessage,
    SendSignal,
    StartTimer,
    State,
    Uncaught,
    Undone,
    Wait,
    WaitKind,
    Withdraw,
)

from .plan import plan_of
from .toolbox import refused


def may_undo(definitions: Definitions, before: State, now: State, since: Sequence[Command], wait: str) -> Text | None:
    """Why the step ``wait`` cannot be taken back, or ``None`` if it can.

    ``before`` is the state in which it was completed, ``now`` the present one, ``since`` all commands in between.
    """
    for command in since:
        if (why := _outside(definitions, command)) is not None:
            return why
    if wait not in {one.id for one in before.waits}:
        return Text("Dieser Schritt war damals nicht offen.", "This step was not open then.")
    still = {one.id for one in now.waits}
    withdrawn = {command.wait for command in since if isinstance(command, Withdraw)}
    created = {name for command in since if (name := _creates(command))}
    known = {one.id: one for one in before.waits}
    for one in sorted((known.keys() | created) - still - withdrawn - {wait}, key=lambda name: int(name[1:])):
        node = definitions.nodes.get(known[one].node) if one in known else None
        name = (node.name or node.id) if node is not None else one
        return Text(f"Danach ist schon weitergearbeitet worden („{name}“).", f"Work has gone on since then (“{name}”).")
    if wait in still:
        return Text("Dieser Schritt ist noch offen.", "This step is still open.")
    return None


def _creates(command: Command) -> str:
    if isinstance(command, Withdraw | Reopen):
        return ""
    return str(getattr(command, "wait", ""))


def _outside(definitions: Definitions, command: Command) -> Text | None:
    """The effect of a command that cannot be taken back; a decision table has none."""
    if isinstance(command, Finished):
        return Text("Der Vorgang ist inzwischen beendet.", "The case has ended in the meantime.")
    if isinstance(command, Uncaught):
        name = command.name or command.code or command.element
        return Text(f"„{name}“ ist schon gemeldet worden.", f"“{name}” has been reported already.")
    if not isinstance(command, SendMessage | SendSignal | CallService | CallProcess):
        return None
    name = command.name or command.element
    node = definitions.nodes.get(command.element)
    if isinstance(command, CallService):
        name = (node.name if node is not None else "") or command.operation or command.element
        return Text(f"„{name}“ ist schon ausgeführt worden.", f"“{name}” has been carried out already.")
    if isinstance(command, CallProcess):
        return Text(f"Der Prozess „{name}“ ist schon gestartet.", f"The process “{name}” has been started already.")
    return Text(f"„{name}“ ist schon abgeschickt worden.", f"“{name}” has been sent already.")


def undo(definitions: Definitions, now: State, event: Undone) -> tuple[State, tuple[Command, ...]]:
    """The former state, and what the outside has to do for it: withdraw what is new, open again what was closed.

    Ids are not used a second time, so the counter does not go back.

    Raises:
        Refused: something outside has happened since, or work has gone on; the reason says what.
    """
    why = may_undo(definitions, event.before, now, event.since, event.wait)
    if why is not None:
        what = Text(
            "Legen Sie den Schritt neu an oder brechen Sie den Vorgang ab.", "Do the step anew, or cancel the case."
        )
        raise refused(event.wait, why, what)
    past, present = {w.id: w for w in event.before.waits}, {w.id: w for w in now.waits}
    orders: list[Command] = [Withdraw(w.id, w.kind, w.node) for w in now.waits if w.id not in past]
    for wait in event.before.waits:
        if present.get(wait.id) != wait:
            orders += _again(definitions, wait)
    return replace(event.before, counter=max(now.counter, event.before.counter)), tuple(orders)


def _again(definitions: Definitions, wait: Wait) -> list[Command]:
    if wait.kind is WaitKind.TIMER:
        return [StartTimer(wait.id, wait.node, datetime.fromisoformat(wait.due))] if wait.due else []
    if wait.kind is WaitKind.MESSAGE:
        return [AwaitMessage(wait.id, wait.node, wait.name, wait.correlation)]
    if wait.kind is WaitKind.SIGNAL:
        return [AwaitSignal(wait.id, wait.node, wait.name)]
    if wait.kind is WaitKind.CONDITION:
        text, formal = plan_of(definitions).condition(wait.node)
        return [AwaitCondition(wait.id, wait.node, text, formal)]
    return [Reopen(wait.id, wait.kind, wait.node)]
