"""Messages and signals: written with what sends them, delivered afterwards, each in a transaction of its own.

Which case a message is for: the one whose correlation key it names (or its number); without a key the case of the same
family, else the one about the same subject, else the only one that waits. If none is found, a process that begins with
this message is started. What nobody waits for is kept, and tried again when a case begins to wait for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F, QuerySet

from werkfluss.kernel.errors import Conflict
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.process.feel import FeelError, evaluate, to_json
from werkfluss.process.model import Definitions, EventKind, Task
from werkfluss.process.model import Event as EventNode
from werkfluss.process.state import AwaitMessage, SendMessage, SendSignal, WaitKind
from werkfluss.work.domain import locks
from werkfluss.work.models import Case, CaseMessage, Wait

State_ = CaseMessage.State


def post_message(
    name: str, *, correlation: str = "", data: Mapping[str, Any] | None = None, key: str, by: Actor
) -> CaseMessage:
    """A message has come from outside, for a case that is not known yet; with the same ``key`` it counts once."""
    return _post("message", name, data or {}, key=key, correlation=correlation, by=by)


def post_signal(name: str, *, data: Mapping[str, Any] | None = None, key: str, by: Actor) -> CaseMessage:
    """A signal for every case that waits for it now, and for the processes that begin with it."""
    return _post("signal", name, data or {}, key=key, by=by)


def _post(
    kind: str,
    name: str,
    data: Mapping[str, Any],
    *,
    key: str,
    correlation: str = "",
    sender: Case | None = None,
    by: Actor,
) -> CaseMessage:
    values = {"kind": kind, "name": name[:120], "correlation": correlation[:200], "data": dict(data), "sender": sender}
    row, made = CaseMessage.objects.get_or_create(key=key[:200], defaults=values)
    if made:
        record(Event("work.message.sent", row, {"name": name, "correlation": correlation, "what": kind}), by=by)
    return row


def send_from_case(
    case: Case, model: Definitions, command: SendMessage | SendSignal, *, key: str, by: Actor
) -> CaseMessage:
    """What a throwing event sends. Its correlation is worked out from the variables that it sees."""
    if isinstance(command, SendSignal):
        return _post("signal", command.name, command.inputs, key=key, sender=case, by=by)
    correlation = _value(correlation_of(model, command.element), command.inputs)
    return _post("message", command.name, command.inputs, key=key, correlation=correlation, sender=case, by=by)


def correlation_of(model: Definitions, element: str) -> str:
    """The expression of the correlation key of an element, if the drawing has one."""
    node = model.nodes[element]
    if isinstance(node, Task):
        return node.correlation
    triggers = node.triggers if isinstance(node, EventNode) else ()
    return next((one.correlation for one in triggers if one.kind is EventKind.MESSAGE and one.correlation), "")


def _value(expression: str, variables: Mapping[str, Any]) -> str:
    if not expression:
        return ""
    try:
        value = to_json(evaluate(expression.strip().removeprefix("="), variables).value)
    except FeelError:
        return ""
    return "" if value is None else str(value)[:200]


def expect_messages(waiting: Sequence[AwaitMessage], *, by: Actor) -> None:
    """A case has begun to wait: messages of this name that came before are tried again."""
    names = {one.name for one in waiting}
    locks.together(*map(_lock_of, names))
    kept = CaseMessage.objects.filter(kind="message", state=State_.KEPT, name__in=names).order_by("created_at", "pk")
    # Two cases may begin to wait for the same one at once: the second finds that it is tried again already.
    for row in kept.select_for_update():
        row.edit(state=State_.NEW, why={})
        record(Event("work.message.tried_again", row, {"name": row.name}), by=by)


def new_messages() -> QuerySet[CaseMessage]:
    """What is still to be delivered, the oldest first."""
    return CaseMessage.objects.filter(state=State_.NEW).order_by("created_at", "pk")


def kept_messages() -> QuerySet[CaseMessage]:
    """Messages that nobody waited for, the newest first."""
    return CaseMessage.objects.filter(state=State_.KEPT).select_related("sender").order_by("-created_at")


def discard_message(message: CaseMessage, *, by: Actor) -> None:
    """A kept message that nobody needs.

    Raises:
        Conflict: it has been delivered meanwhile.
    """
    by.require("case.work")
    if message.state != State_.KEPT:
        raise Conflict(f"message {message.name}")
    message.edit(state=State_.DISCARDED, data={})
    record(Event("work.message.discarded", message, {"name": message.name}), by=by)


def receivers(message: CaseMessage) -> list[Wait]:
    """The waits that a message can be meant for; one of them, or it is not clear which."""
    waiting = (
        Wait.objects.filter(kind=WaitKind.MESSAGE.value, name=message.name, case__state="running")
        .select_related("case")
        .order_by("case__number", "created_at")
    )
    if message.correlation:
        rows = list(waiting.filter(correlation=message.correlation))
        if not rows and message.correlation.isdecimal() and len(message.correlation) < 10:
            rows = list(waiting.filter(correlation="", case__number=int(message.correlation)))
        return _one_case(rows)
    rows = list(waiting.filter(correlation="").exclude(case=message.sender)[:200]) or list(
        waiting.filter(correlation="", case=message.sender)[:1]
    )
    sender = message.sender
    if sender is not None and len({row.case_id for row in rows}) > 1:
        family = sender.root_id or sender.pk
        near = [row for row in rows if family in (row.case.root_id, row.case_id)]
        about = (sender.subject_type, sender.subject_id)
        rows = near or [row for row in rows if (row.case.subject_type, row.case.subject_id) == about] or rows
    return _one_case(rows)


def _one_case(rows: list[Wait]) -> list[Wait]:
    """Several waits of one case are one receiver: the oldest wait gets it."""
    return rows[:1] if len({row.case_id for row in rows}) == 1 else rows


def _lock_of(name: str) -> str:
    return f"message:{name}"


def nobody_waits(message: CaseMessage) -> bool:
    """Whether really nobody waits for it, also no case whose transaction was still open at the first look.

    Until the commit no case begins to wait for this name: it will find the message kept, and try it again.
    """
    locks.alone(_lock_of(message.name))
    return not receivers(message)


def keep_message(message: CaseMessage, *, why: Mapping[str, str], by: Actor) -> None:
    """Nobody waits for it, or it is not clear who."""
    message.edit(state=State_.KEPT, why=dict(why))
    record(Event("work.message.kept", message, {"name": message.name, "why": why["de"]}), by=by)


def heard_by(case: Case, message: CaseMessage) -> None:
    """Note who has got it; what it said stands in the case from now on."""
    CaseMessage.objects.filter(pk=message.pk).update(
        state=State_.DELIVERED, receiver=case, data={}, version=F("version") + 1
    )


def heard_by_all(message: CaseMessage) -> None:
    """A signal that every case that waited has heard."""
    CaseMessage.objects.filter(pk=message.pk).update(state=State_.DELIVERED, data={}, version=F("version") + 1)
