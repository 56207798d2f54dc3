"""Taking back the last steps of a case, as long as nothing outside has happened since.

Kept for it: the state before each event and what it ordered, of the last events only, and nothing once something has
left the case. The engine says whether a step can be taken back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.process.engine import may_undo
from werkfluss.process.model import Definitions
from werkfluss.process.state import (
    AwaitSignal,
    CallProcess,
    CallService,
    Command,
    Finished,
    Reopen,
    SendMessage,
    SendSignal,
    State,
    Undone,
    WaitKind,
    Withdraw,
)
from werkfluss.work.domain import services
from werkfluss.work.models import Case, CaseTask, CaseUndo

KEPT = 12  # events


def has_effect_outside(commands: Iterable[Command]) -> bool:
    """Whether something was ordered that cannot be taken back; a called case that was cancelled stays so."""
    return any(
        isinstance(one, Finished | CallProcess | SendMessage | SendSignal)
        or (isinstance(one, CallService) and not _only_asks(one))
        or (isinstance(one, Withdraw) and one.kind is WaitKind.CALL)
        for one in commands
    )


def _only_asks(command: CallService) -> bool:
    return services.effect_of(command.operation) in (None, services.Effect.NONE)


def forget(case: Case) -> None:
    """No step up to now can be taken back any more."""
    if case.engine.get("undo"):
        CaseUndo.objects.filter(case=case).delete()
        case.edit(engine={**case.engine, "undo": False})


def counted(case: Case, key: str, commands: Iterable[Command]) -> dict[str, int]:
    """What the case notes of an event with the rest of its state: how many are kept, if there is anything to keep."""
    kept = int(case.engine.get("undo") or 0)
    return {"undo": kept + 1} if (key or kept) and not has_effect_outside(commands) else {}


def remember(
    case: Case, before: State, visited: int, key: str, *, commands: Sequence[Command], waiting: Collection[str]
) -> None:
    """One event, counted before; without a step that could be taken back there is nothing to keep.

    ``waiting`` is what is open now.
    """
    if not case.engine.get("undo"):
        return
    kept = {"state": before.as_json(), "visited": visited} if key else {}
    # A program that only answers a question leaves nothing behind once it has answered.
    asked = {one.wait for one in commands if isinstance(one, CallService) and one.wait not in waiting}
    ordered = [said for one in commands if (said := _said(one)) and said[1] not in asked]
    CaseUndo.objects.create(case=case, number=case.version, key=key, before=kept, commands=ordered)
    if case.engine["undo"] > KEPT:
        old = CaseUndo.objects.filter(case=case).order_by("-number").values_list("number", flat=True)[KEPT : KEPT + 1]
        if old:
            CaseUndo.objects.filter(case=case, number__lte=old[0]).delete()


def _said(command: Command) -> list[str]:
    """What counts for an undo: which wait came, went, or was opened again."""
    wait = getattr(command, "wait", "")
    if not wait:
        return []
    does = type(command).__name__ if isinstance(command, Withdraw | Reopen) else "new"
    return [does, wait, str(getattr(command, "kind", "")), getattr(command, "element", "")]


def _command(said: Sequence[str]) -> Command:
    does, wait, kind, element = said
    if does == "Withdraw":
        return Withdraw(wait, WaitKind(kind), element)
    if does == "Reopen":
        return Reopen(wait, WaitKind(kind), element)
    return AwaitSignal(wait, element, "")  # any order for a new wait: only its id counts


def _event(rows: Sequence[CaseUndo], key: str, reason: str) -> tuple[Undone, int] | None:
    """``rows`` in their order."""
    first = next((number for number in reversed(range(len(rows))) if rows[number].key == key), None)
    if first is None:
        return None
    since = [_command(said) for row in rows[first:] for said in row.commands]
    kept: dict[str, Any] = rows[first].before
    return Undone(key, clock.now(), State.from_json(kept["state"]), since, reason), kept["visited"]


def undoable(case: Case, model: Definitions, now: State) -> list[CaseTask]:
    """The steps that can be taken back now, the last one first."""
    if case.state != "running" or not case.engine.get("undo"):
        return []
    rows = list(case.undos.order_by("number"))
    found = []
    for row in reversed(rows):
        event = _event(rows, row.key, "") if row.key else None
        if event is not None and may_undo(model, event[0].before, now, event[0].since, row.key) is None:
            found.append(row.key)
    steps = {step.key: step for step in case.steps.filter(key__in=found, state="done").select_related("resource")}
    led = case.definition.key
    return [steps[key] for key in found if key in steps and not services.is_led(led, steps[key].element)]


def event_for(case: Case, key: str, reason: str) -> tuple[Undone, int] | None:
    """What to tell the engine to take the step back, and how much of the drawing had been visited then."""
    return _event(list(case.undos.order_by("number")), key, reason)


def no_longer(case: Case, key: str) -> None:
    """The step was taken back; what its event ordered still counts for the steps before it."""
    row = CaseUndo.objects.filter(case=case, key=key).order_by("-number").first()
    if row is not None:
        row.edit(key="", before={})


TOO_LATE = Text(
    "Dieser Schritt lässt sich nicht mehr zurücknehmen: Etwas ist schon nach außen gegangen, oder es ist zu lange her.",
    "This step can no longer be taken back: something has left the case already, or it is too long ago.",
)
