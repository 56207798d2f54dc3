"""Service tasks: a program of an upper room is called, and called again when it has broken down.

A program runs in the transaction of the event, behind a savepoint: what it changed before it refused or broke down is
taken back, and the step of the person before it stays done. If it is the database that breaks off, nothing is made of
it here: the whole event goes back, and whoever brought it does it again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, WerkflussError
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.org.tenancy import current_org_id
from werkfluss.process.engine.run import Run
from werkfluss.process.model import CallActivity, Definitions, Task
from werkfluss.process.state import CallProcess, CallService, Completed, EvaluateDecision, Failed, State, Wait, WaitKind
from werkfluss.work.domain import faults, services
from werkfluss.work.domain.case_answers import Answer
from werkfluss.work.domain.services import Effect
from werkfluss.work.models import Case
from werkfluss.work.models import Wait as WaitRow

_log = logging.getLogger(__name__)
MAX_TRIES = 5
_FIRST_WAIT = timedelta(minutes=1)


def call(case: Case, command: CallService, *, begun: str = "") -> Answer | None:
    """Let a service do its part; ``None`` if its turn comes later: it broke down, or is called in a job of its own.

    Where there is none, or it refuses, the step becomes a person's. ``begun`` is the wait whose program, to be called
    once only, stands on record as begun (``case_once``).

    Raises:
        OperationalError, InterfaceError: the database broke off; the transaction counts for nothing.
    """
    effect = services.effect_of(command.operation)
    if effect is None:
        return Answer(None, command.wait)
    if effect is Effect.ONCE and command.wait != begun:
        WaitRow.objects.filter(case=case, key=command.wait).update(due=clock.now(), version=F("version") + 1)
        record(Event("work.service.ordered", case, {"step": command.element}), by=Actor.system(current_org_id()))
        return None
    try:
        return Answer(answer_of(case, command))
    except Exception as error:  # noqa: BLE001 - whatever a program does wrong must not undo the step before it
        faults.pass_on(error)
        return _no_answer(case, command, error)


def _no_answer(case: Case, command: CallService, error: Exception) -> Answer | None:
    """What becomes of the step: a result that the drawing knows, a refusal that a person reads, or another try."""
    if isinstance(error, services.ProcessError):
        return Answer(Failed(command.wait, clock.now(), error.code, error.text.en), command.wait, error.text.de)
    if isinstance(error, WerkflussError) and not isinstance(error, Conflict):
        return Answer.refused(command.wait, error)
    _log.error("the service %s broke down in case %s", command.operation, case.pk, exc_info=error)
    if services.effect_of(command.operation) is Effect.ONCE:
        return in_doubt(command.wait, f"{command.operation} broke down: {type(error).__name__}")
    return _broke_down(case, command, error)


def answer_of(case: Case, command: CallService) -> Completed:
    """What the service gives; nothing of it stays if it raises."""
    service = services.service_named(command.operation)
    if service is None:
        raise LookupError(command.operation)
    one = services.ServiceCall(case, command.element, f"{case.pk}:{command.wait}", command.inputs)
    with transaction.atomic():
        data: Mapping[str, Any] | None = service.function(one, Actor.system(current_org_id()))
        if transaction.get_rollback():
            # It has swallowed an error of the database: what it did is taken back, so it has not answered.
            raise RuntimeError(f"{command.operation} went on after its changes were lost")
    return Completed(command.wait, clock.now(), dict(data or {}))


def _broke_down(case: Case, command: CallService, error: Exception) -> Answer | None:
    tries = put_off(case, command.wait, clock.now())
    if tries < MAX_TRIES:
        return None
    cause = f"{command.operation} broke down {tries} times: {type(error).__name__}"
    why = f"Das Programm ist {tries}-mal abgebrochen. Bitte von Hand erledigen oder noch einmal versuchen."
    return Answer(Failed(command.wait, clock.now(), message=cause), command.wait, why)


def in_doubt(wait: str, cause: str) -> Answer:
    """Nobody knows whether a program has done what must not be done twice: a person finds out, and decides."""
    why = (
        "Das Programm ist abgebrochen, und vielleicht ist es trotzdem geschehen. Bitte sehen Sie nach: Ist es "
        "geschehen, schließen Sie den Schritt ab; ist es nicht geschehen, lassen Sie es noch einmal versuchen."
    )
    return Answer(Failed(wait, clock.now(), message=f"{cause}; it may have happened all the same"), wait, why)


def put_off(case: Case, key: str, now: datetime) -> int:
    """Try this wait again later, each time after a longer pause; returns how often it was tried."""
    row = WaitRow.objects.get(case=case, key=key)
    tries = row.tries + 1
    due = now + _FIRST_WAIT * 4 ** (tries - 1) if tries < MAX_TRIES else None
    if row.kind == WaitKind.TIMER and due is None:
        due = now + timedelta(days=1)  # a time that came stays one that came
    row.edit(tries=tries, due=due)
    return tries


def order_again(model: Definitions, state: State, wait: Wait) -> CallService | EvaluateDecision | CallProcess:
    """The order for a wait that is open: the same one, with the variables of this moment.

    Raises:
        Conflict: it is no automatic step.
    """
    run = Run(model, state, clock.now())
    token, node = run.tokens.get(wait.token), model.nodes[wait.node]
    if token is not None and isinstance(node, Task) and wait.kind is WaitKind.SERVICE:
        run.call_service(token, node)
    elif token is not None and isinstance(node, Task) and wait.kind is WaitKind.RULE:
        run.evaluate_decision(token, node)
    elif token is not None and isinstance(node, CallActivity) and wait.kind is WaitKind.CALL:
        run.enter_call(token, node)
    order = run.commands[-1] if run.commands else None
    if not isinstance(order, CallService | EvaluateDecision | CallProcess):
        raise Conflict(wait.id)
    return replace(order, wait=wait.id)
