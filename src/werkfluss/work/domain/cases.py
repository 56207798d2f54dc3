"""Cases: a process runs event by event; each event is one transaction, its state is rows, and all of it is recorded.

A person does a step, a time comes, a message arrives, a service answers: each is given to the pure engine, and what it
commands is carried out (``case_run``). A process killed between two events has lost nothing; an event that comes twice
is either refused (``Conflict``) or changes nothing. Here is what people do with cases; the other topics::

    case_events     times, messages, signals          case_calls      called processes
    case_starts     cases that begin by themselves    case_decisions  decision tables
    case_services   programs, tried again             case_undo       taking back a step
    case_incidents  what has to be looked at          case_versions   moving to another version
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import QuerySet

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused, WerkflussError
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.roles import Role
from werkfluss.process.state import (
    ActivityChosen,
    AdHocFinished,
    CallService,
    Cancelled,
    Completed,
    ConditionMet,
    Escalated,
    Failed,
    Happening,
    TimerFired,
    WaitKind,
)
from werkfluss.work.domain import case_services, case_undo, faults, services, step_lists, step_people, step_tasks
from werkfluss.work.domain.case_events import fire_due_timers, receive_message
from werkfluss.work.domain.case_rows import state_of
from werkfluss.work.domain.case_run import advance, begin_case, lock, lock_step, try_again
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.models import Case, CaseTask, ProcessDefinition
from werkfluss.workforce.models import Resource

__all__ = [
    "Performer",
    "begin_activity",
    "cancel_case",
    "cases",
    "cases_about",
    "complete_by_task",
    "complete_step",
    "escalate_step",
    "fail_step",
    "finish_toolbox",
    "fire_due_timers",
    "may_do",
    "open_steps",
    "open_steps_for",
    "receive_message",
    "retry_step",
    "start_case",
    "undo_step",
    "undoable_steps",
]
Performer = Role | Resource


def cases() -> QuerySet[Case]:
    """All cases, newest first."""
    return Case.objects.select_related("definition").order_by("-number")


def cases_about(subject: models.Model) -> QuerySet[Case]:
    """The cases of one subject, newest first."""
    return cases().filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)


def open_steps(case: Case) -> QuerySet[CaseTask]:
    """What people have to do in a case now."""
    return case.steps.filter(state="open").select_related("resource").order_by("created_at")


def open_steps_for(actor: Actor) -> QuerySet[CaseTask]:
    """What waits for this actor in all cases: own steps, those of the own roles and of those stood in for."""
    return step_lists.steps_for(actor)


def start_case(
    definition: ProcessDefinition,
    *,
    subject: models.Model,
    title: str,
    variables: Mapping[str, Any] | None = None,
    performers: Mapping[str, Performer] | None = None,
    by: Actor,
) -> Case:
    """Run a process about ``subject`` up to where it waits for somebody.

    ``performers`` says who stands behind a lane of the drawing, or behind one step (by its id): a role or a resource.

    Raises:
        Refused: the process contains what cannot be run.
    """
    return begin_case(
        definition,
        title=title,
        subject=(subject._meta.label_lower, subject.pk),
        variables=variables or {},
        performers={name: _performer_json(one) for name, one in (performers or {}).items()},
        by=by,
    )


def _performer_json(one: Performer) -> dict[str, str]:
    return {"role": one.value} if isinstance(one, Role) else {"resource": str(one.pk)}


def may_do(case_task: CaseTask, actor: Actor) -> bool:
    """Whose step it is may do it; so may who works on cases."""
    own = case_task.resource is not None and case_task.resource.user_id == actor.id
    return actor.kind is ActorKind.SYSTEM or own or case_task.role in actor.roles or actor.may("case.work")


def _opened(case_task: CaseTask, by: Actor) -> Case:
    """The case of an open step that the actor may do, locked."""
    case = lock_step(case_task)
    step_people.may_act(case_task, by)
    if case_task.state != "open":
        raise Conflict(f"step {case_task.name}")
    return case


def complete_step(
    case_task: CaseTask,
    *,
    data: Mapping[str, Any] | None = None,
    choice: str = "",
    choices: Sequence[str] = (),
    reason: str = "",
    led: bool = False,
    by: Actor,
) -> Case:
    """A person has done a step, or says that an event has come; the case goes on to where it waits next.

    ``choice`` is the id of the branch at a decision, ``choices`` are several where the step allows it. A decision table
    done by hand gives its ``data["result"]``. A toolbox is finished. ``led`` is set by the room whose object leads it.

    Raises:
        NotPermitted: it is somebody else's step.
        Conflict: the step is done already, or no longer needed.
        Refused: a decision needs one of its branches, the case is over, or it is done at its subject or as a task.
    """
    case = lock_step(case_task)
    if case_task.state != "open":
        raise Conflict(f"step {case_task.name}")
    if led and not may_do(case_task, by):
        raise NotPermitted("case.work")
    if not led and services.is_led(case.definition.key, case_task.element):
        raise _led_elsewhere(case_task)
    if by.kind is not ActorKind.SYSTEM and step_tasks.task_of(case_task) is not None:
        raise _done_as_task(case_task)
    picked = tuple(dict.fromkeys([*((choice,) if choice else ()), *choices]))
    done_for = None if led else step_people.may_complete(case_task, by, picked=picked)
    _close(case, case_task, dict(data or {}), picked, reason, doer=by.id, done_for=done_for, by=by)
    return case


def complete_by_task(
    case_task: CaseTask,
    *,
    choices: Sequence[str] = (),
    data: Mapping[str, Any] | None = None,
    doer: UUID | None,
    by: Actor,
) -> Case | None:
    """The task as which a step was done is accepted: the step is done by ``doer``. ``None`` if nobody waits for it.

    Raises:
        Refused: a decision needs one of its branches.
    """
    case = lock_step(case_task)
    if case_task.state != "open" or case.state != "running":
        return None
    _close(case, case_task, dict(data or {}), tuple(dict.fromkeys(choices)), "", doer=doer, done_for=None, by=by)
    return case


def _close(
    case: Case,
    case_task: CaseTask,
    data: dict[str, Any],
    picked: tuple[str, ...],
    reason: str,
    *,
    doer: UUID | None,
    done_for: UUID | None,
    by: Actor,
) -> None:
    event = _done(case_task, data, picked, reason)
    told = ", ".join(picked)
    done = {"step": case_task.element, "name": case_task.name, "choice": told, "reason": reason}
    changes: dict[str, Any] = {
        "data": data,
        "choice": told[:120],
        "picked": list(picked),
        "reason": reason[:300],
    }
    close = partial(case_task.edit, state="done", done_at=clock.now(), done_by=doer, done_for=done_for, **changes)
    undo_key = case_task.key if isinstance(event, Completed) else ""
    advance(case, event, kind="work.case.step_done", data=done, by=by, doing=close, undo_key=undo_key)


def _done(case_task: CaseTask, data: dict[str, Any], picked: tuple[str, ...], reason: str) -> Happening:
    key, now = case_task.key, clock.now()
    if case_task.kind == WaitKind.CONDITION:
        return ConditionMet(key, now, data)
    if case_task.kind == WaitKind.TIMER:
        return TimerFired(key, now)
    if case_task.kind == WaitKind.TOOLBOX:
        return AdHocFinished(key, now, reason)
    return Completed(key, now, data, reason=reason, choices=picked)


def begin_activity(case_task: CaseTask, *, element: str, by: Actor) -> Case:
    """Take one of the activities that an open toolbox offers; as often as needed.

    Raises:
        NotPermitted: it is somebody else's toolbox.
        Conflict: it is closed.
        Refused: the activity is not on offer, or only one at a time may run.
    """
    case = _opened(case_task, by)
    if case_task.kind != WaitKind.TOOLBOX:
        raise Conflict(f"step {case_task.name}")
    event = ActivityChosen(case_task.key, element, clock.now())
    said = {"step": element, "name": case_task.name}
    advance(case, event, kind="work.case.activity_begun", data=said, by=by)
    return case


def finish_toolbox(case_task: CaseTask, *, reason: str = "", by: Actor) -> Case:
    """The toolbox has reached its purpose; what still runs in it is ended, if the drawing says so.

    Raises:
        NotPermitted: it is somebody else's toolbox.
        Conflict: it is closed, or the step is none.
    """
    if case_task.kind != WaitKind.TOOLBOX:
        raise Conflict(f"step {case_task.name}")
    return complete_step(case_task, reason=reason, by=by)


def fail_step(case_task: CaseTask, *, error: str, name: str = "", reason: str, by: Actor) -> Case:
    """The step ended in a business error of the drawing: its code (or name), and its name beside a code.

    If only a case that called this one catches it, this one ends with it and that one goes on.

    Raises:
        NotPermitted: it is somebody else's step.
        Conflict: the step is no longer open.
        Refused: nothing in the drawing catches this error.
    """
    case = _opened(case_task, by)
    event = Failed(case_task.key, clock.now(), error, reason, name)
    with transaction.atomic():
        said = {"step": case_task.element, "name": case_task.name, "error": error, "reason": reason}
        why = partial(case_task.edit, reason=reason[:300])
        advance(case, event, kind="work.case.step_failed", data=said, by=by, doing=why)
        case_task.refresh_from_db()
        if case_task.state == "open":
            raise Refused(
                Text(f"Den Fehler „{error}“ fängt hier nichts auf.", f"Nothing catches the error “{error}” here."),
                citation="BPMN 2.0",
                what_to_do=Text("Schließen Sie den Schritt anders ab.", "Complete the step in another way."),
            )
    return case


def escalate_step(case_task: CaseTask, *, escalation: str = "", name: str = "", reason: str = "", by: Actor) -> Case:
    """Whoever does the step says that it needs attention; the step stays theirs unless the drawing says otherwise.

    ``escalation`` is its code (or name), ``name`` its name beside a code.

    Raises:
        NotPermitted: it is somebody else's step.
        Conflict: the step is no longer open.
    """
    case = _opened(case_task, by)
    said = {"step": case_task.element, "name": case_task.name, "escalation": escalation or name, "reason": reason}
    event = Escalated(case_task.key, clock.now(), escalation, name=name)
    why = partial(case_task.edit, reason=reason[:300])
    advance(case, event, kind="work.case.escalated", data=said, by=by, doing=why)
    return case


def undoable_steps(case: Case) -> list[CaseTask]:
    """The steps that can be taken back now, the last one first."""
    return case_undo.undoable(case, model_of(case.definition), state_of(case))


def undo_step(case_task: CaseTask, *, reason: str, by: Actor) -> Case:
    """Take back a step that is done, as long as nothing outside has happened since; it is open again.

    Raises:
        NotPermitted: neither who did it nor somebody who works on cases.
        Conflict: it is not done.
        Refused: no reason, something outside has happened since, or the step is done at its subject.
    """
    case = lock_step(case_task)
    if case_task.done_by != by.id and not by.may("case.work"):
        raise NotPermitted("case.work")
    if case_task.state != "done":
        raise Conflict(f"step {case_task.name}")
    if services.is_led(case.definition.key, case_task.element):
        raise _led_elsewhere(case_task)
    _need(reason, Text("Eine Rücknahme braucht eine Begründung.", "Taking a step back needs a reason."))
    found = case_undo.event_for(case, case_task.key, reason)
    if found is None:
        raise Refused(
            case_undo.TOO_LATE,
            citation="Vorgang",
            what_to_do=Text("Brechen Sie den Vorgang ab oder arbeiten Sie weiter.", "Cancel the case, or go on."),
        )
    event, visited = found
    said = {"step": case_task.element, "name": case_task.name, "reason": reason}
    back = partial(_before, case, case_task, visited)
    advance(case, event, kind="work.case.step_undone", data=said, by=by, doing=back)
    return case


def _before(case: Case, case_task: CaseTask, visited: int) -> None:
    case.engine["visited"] = case.engine["visited"][:visited]
    case_undo.no_longer(case, case_task.key)


def cancel_case(case: Case, *, reason: str, by: Actor) -> Case:
    """End a case before its end, and those that it called; open steps are taken back, what was done stays on record.

    Raises:
        Refused: no reason, or the case is over.
    """
    case = lock(case.pk)
    _need(reason, Text("Ein Abbruch braucht eine Begründung.", "Cancelling needs a reason."))
    advance(case, Cancelled(clock.now(), reason), kind="work.case.cancelled", data={"reason": reason}, by=by)
    return case


def _need(reason: str, why: Text) -> None:
    if not reason.strip():
        what = Text("Bitte geben Sie einen Satz an.", "Please give one sentence.")
        raise Refused(why, citation="Vorgang", what_to_do=what)


def retry_step(case_task: CaseTask, *, by: Actor) -> Case:
    """Try an automatic step again that had become a person's, now that its obstacle is gone.

    Raises:
        NotPermitted: it is somebody else's step.
        Conflict: the step is done already, or was never automatic.
        Refused: it refuses again; nothing has changed.
    """
    case = _opened(case_task, by)
    state = state_of(case)
    wait = next((one for one in state.waits if one.id == case_task.key), None)
    if wait is None:
        raise Conflict(f"step {case_task.name}")
    order = case_services.order_again(model_of(case.definition), state, wait)
    with transaction.atomic():
        if isinstance(order, CallService):
            if services.service_named(order.operation) is None:
                raise Conflict(f"step {case_task.name}")
            answer = _once_more(case, order)
            case.refresh_from_db()
            close = partial(case_task.edit, state="done", done_at=clock.now(), done_by=by.id)
            advance(case, answer, kind="work.case.service_repeated", data={"step": wait.node}, by=by, doing=close)
            return case
        case_task.edit(state="done", done_at=clock.now(), done_by=by.id)
        try_again(case, case_task.key, by=by)
        case_task.refresh_from_db()
        if case_task.state == "open":
            raise Refused(
                Text(case_task.brief, "The obstacle is still there."),
                citation="Vorgang",
                what_to_do=Text("Bitte räumen Sie es erst aus.", "Please remove it first."),
            )
    return case


def _once_more(case: Case, order: CallService) -> Happening:
    try:
        return case_services.answer_of(case, order)
    except services.ProcessError as error:
        return Failed(order.wait, clock.now(), error.code, error.text.en)
    except Exception as error:
        faults.pass_on(error)
        if isinstance(error, WerkflussError):
            raise
        raise Refused(
            Text("Das Programm ist wieder abgebrochen.", "The program broke down again."),
            citation="Vorgang",
            what_to_do=Text("Bitte erledigen Sie den Schritt von Hand.", "Please do the step by hand."),
        ) from error


def _done_as_task(case_task: CaseTask) -> Refused:
    return Refused(
        Text(
            f"„{case_task.name}“ wird als Aufgabe des Plans erledigt.",
            f"“{case_task.name}” is done as a task of the plan.",
        ),
        citation="Plan",
        what_to_do=Text(
            "Das Ergebnis der Aufgabe schließt den Schritt ab. Wer Vorgänge bearbeitet, kann ihn auch neu zuteilen.",
            "The result of the task ends the step. Whoever works on cases can also give it to somebody else.",
        ),
    )


def _led_elsewhere(case_task: CaseTask) -> Refused:
    return Refused(
        Text(
            f"„{case_task.name}“ wird dort erledigt, worum es in dem Vorgang geht.",
            f"“{case_task.name}” is done at the object that the case is about.",
        ),
        citation="Vorgang",
        what_to_do=Text("Bitte öffnen Sie den Gegenstand des Vorgangs.", "Please open the subject of the case."),
    )
