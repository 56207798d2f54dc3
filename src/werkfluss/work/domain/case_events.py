"""What comes to a case without anybody doing a step: times, messages, signals; and programs tried again."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.process.state import MessageReceived, SignalReceived, TimerFired, WaitKind
from werkfluss.work.domain import case_starts, faults, messages
from werkfluss.work.domain.case_once import is_once
from werkfluss.work.domain.case_rows import state_of
from werkfluss.work.domain.case_run import advance, lock, try_again
from werkfluss.work.domain.case_services import MAX_TRIES, put_off
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.models import Case, CaseIncident, CaseMessage, Wait

_log = logging.getLogger(__name__)
AT_ONCE = 200


def due_cases(now: datetime) -> list[UUID]:
    """Cases in which a time has come, or a program is to be tried again; the longest due first, a bounded number."""
    due = Wait.objects.filter(due__lte=now, case__state="running").order_by("due").values_list("case_id", flat=True)
    return list(dict.fromkeys(due[: AT_ONCE * 5]))[:AT_ONCE]


def fire_due_timers(now: datetime, *, by: Actor) -> int:
    """Let every timer of this firm go off that is due; returns how many did. May run twice, and beside others."""
    return sum(run_due(case, now, by=by) for case in due_cases(now))


def run_due(case_id: UUID, now: datetime, *, by: Actor) -> int:
    """All that is due in one case; a program that breaks down is put off and keeps nothing else from going on.

    Raises:
        OperationalError, InterfaceError: the database broke off; the transaction counts for nothing.
    """
    # Whoever works on a case now will be followed by the next run.
    root = Case.objects.filter(pk=case_id).values_list("root_id", flat=True).first() or case_id
    if not Case.objects.select_for_update(skip_locked=True).filter(pk=root).exists():
        return 0
    case = Case.objects.select_related("definition").get(pk=case_id)
    fired = 0
    for key in Wait.objects.filter(case=case, due__lte=now).order_by("due", "key").values_list("key", flat=True):
        # What went before in this case may have taken it away.
        wait = Wait.objects.filter(case=case, key=key, due__lte=now).first()
        if wait is not None and case.state == "running" and not _once(case, wait):
            _run_wait(case, wait, now, by=by)
            fired += 1
            case.refresh_from_db()
    return fired


def _once(case: Case, wait: Wait) -> bool:
    """A program that is called once has transactions of its own, see ``case_once``."""
    return wait.kind == WaitKind.SERVICE and is_once(model_of(case.definition), wait.element)


def _run_wait(case: Case, wait: Wait, now: datetime, *, by: Actor) -> None:
    try:
        with transaction.atomic():
            if wait.kind == WaitKind.TIMER:
                told = {"timer": wait.element}
                advance(case, TimerFired(wait.key, now), kind="work.case.timer_fired", data=told, by=by)
            else:
                try_again(case, wait.key, by=by)
    except Exception as error:  # noqa: BLE001 - one case that is broken must not hold up the others
        faults.pass_on(error)
        _log.exception("case %s could not go on at %s", case.pk, wait.element)
        case.refresh_from_db()
        tries = put_off(case, wait.key, now)
        # Somebody else's change passes; what is wrong in a drawing or in a program of ours does not heal by itself.
        if tries >= MAX_TRIES or not isinstance(error, Conflict):
            _report_stuck(case, wait, error, by=by)


def _report_stuck(case: Case, wait: Wait, error: Exception, *, by: Actor) -> None:
    cause = f"the case cannot go on here: {type(error).__name__}"
    if not CaseIncident.objects.filter(case=case, element=wait.element, code="stuck", state="open").exists():
        CaseIncident.objects.create(case=case, element=wait.element, code="stuck", cause=cause, at=clock.now())
        case.edit(engine={**case.engine, "disturbed": True})
        record(Event("work.case.stuck", case, {"step": wait.element, "cause": cause}), by=by)


def receive_message(case: Case, *, name: str, data: Mapping[str, Any] | None = None, wait: str = "", by: Actor) -> Case:
    """A message has come for a case that is known. ``wait`` picks one of several waits for the same name.

    Raises:
        Refused: the case does not wait for it.
    """
    case = lock(case.pk)
    waits = state_of(case).waits
    expected = any(w.kind is WaitKind.MESSAGE and w.name == name and wait in ("", w.id) for w in waits)
    if not expected or case.state != "running":
        raise _not_waiting(name)
    event = MessageReceived(name, clock.now(), dict(data or {}), wait)
    advance(case, event, kind="work.case.message_received", data={"message": name}, by=by)
    return case


def receive_signal(case: Case, *, name: str, data: Mapping[str, Any] | None = None, by: Actor) -> Case:
    """A signal has come for one case only.

    Raises:
        Refused: the case does not wait for it.
    """
    case = lock(case.pk)
    if case.state != "running" or not any(w.kind is WaitKind.SIGNAL and w.name == name for w in state_of(case).waits):
        raise _not_waiting(name)
    event = SignalReceived(name, clock.now(), dict(data or {}))
    advance(case, event, kind="work.case.signal_received", data={"message": name}, by=by)
    return case


def _not_waiting(name: str) -> Refused:
    return Refused(
        Text(f"Der Vorgang wartet nicht auf „{name}“.", f"The case does not wait for “{name}”."),
        citation="BPMN 2.0",
        what_to_do=Text("Bitte prüfen Sie, zu welchem Vorgang es gehört.", "Please check which case it is for."),
    )


def deliver_message(message_id: UUID, *, by: Actor) -> bool:
    """Give a new message to the case it is for, or the signal to the next case that waits; ``True``: call it again.

    One case in each transaction. A process that begins with it is started when no case is left.
    """
    message = CaseMessage.objects.select_for_update(of=("self",)).select_related("sender").get(pk=message_id)
    if message.state != CaseMessage.State.NEW:
        return False
    if message.kind == "signal":
        return _tell_next(message, by=by)
    found = messages.receivers(message)
    if len(found) == 1:
        case = receive_message(found[0].case, name=message.name, data=message.data, wait=found[0].key, by=by)
        messages.heard_by(case, message)
    elif found:
        numbers = ", ".join(str(number) for number in sorted({wait.case.number for wait in found}))
        de = f"Mehrere Vorgänge warten darauf ({numbers}), und es steht nicht dabei, welcher gemeint ist."
        en = f"Several cases wait for it ({numbers}), and it does not say which one is meant."
        messages.keep_message(message, why={"de": de, "en": en}, by=by)
    elif started := case_starts.start_by_event(message, by=by):
        messages.heard_by(started[0], message)
    elif not messages.nobody_waits(message):
        return True  # a case has begun to wait meanwhile: again, in a transaction that has locked nothing yet
    else:
        why = {"de": "Kein Vorgang wartet darauf.", "en": "No case waits for it."}
        messages.keep_message(message, why=why, by=by)
    return False


def _tell_next(signal: CaseMessage, *, by: Actor) -> bool:
    """The next case, by number, that waited for the signal when it was sent; the sender has heard it already."""
    waiting = Wait.objects.filter(
        case=OuterRef("pk"), kind=WaitKind.SIGNAL.value, name=signal.name, created_at__lte=signal.created_at
    )
    rows = Case.objects.filter(Exists(waiting), state="running", number__gt=signal.cursor).order_by("number")
    case = rows.exclude(pk=signal.sender_id or signal.pk).first()
    if case is None:
        started = case_starts.start_by_event(signal, by=by)
        signal.refresh_from_db()
        messages.heard_by(started[0], signal) if started else messages.heard_by_all(signal)
        return False
    signal.edit(cursor=case.number)
    try:
        with transaction.atomic():
            receive_signal(case, name=signal.name, data=signal.data, by=by)
    except Refused:
        _log.info("case %s no longer waits for %s", case.pk, signal.name)
    return True
