"""Cases: a process runs event by event; each event is one transaction, its state is rows, and all of it is recorded.

A person does a step, a time comes, a message arrives, a service answers: each is given to the pure engine, and what it
commands is carried out here. A process killed between two events has lost nothing; an event that comes twice is either
refused (``Conflict``) or changes nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Q, QuerySet

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused, WerkflussError
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.org.roles import Role
from werkfluss.org.tenancy import current_org_id
from werkfluss.process import state as core
from werkfluss.process.engine import new_case, step
from werkfluss.process.state import (
    CallService,
    Cancelled,
    Command,
    Completed,
    CreateWorkItem,
    Entered,
    Failed,
    Finished,
    Happening,
    Incident,
    MessageReceived,
    Start,
    TimerFired,
    Withdraw,
)
from werkfluss.process.walk import default_process
from werkfluss.work.domain import services
from werkfluss.work.domain.case_rows import engine_json, keep_rows, state_of
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.models import Case, CaseTask, ProcessDefinition, Wait
from werkfluss.workforce.models import Resource

Performer = Role | Resource
_TIMERS_AT_ONCE = 200


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
    """What waits for this actor in all cases: own steps and those of the own roles, the most urgent first."""
    mine = Q(role__in=[role.value for role in actor.roles])
    if actor.id is not None:
        mine |= Q(resource__user_id=actor.id)
    return (
        CaseTask.objects.filter(mine, state="open", case__state="running")
        .select_related("case__definition", "resource")
        .order_by(F("due").asc(nulls_last=True), "created_at")
    )


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
    state = new_case(default_process(model_of(definition)), clock.FIRM_ZONE.key)
    who = {name: _performer_json(one) for name, one in (performers or {}).items()}
    case = Case.objects.create(
        number=next_number("case"),
        definition=definition,
        title=title[:200],
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        engine={**engine_json(state), "performers": who, "visited": [], "incidents": []},
    )
    data = {"definition": definition.key, "revision": definition.revision}
    _advance(case, Start(clock.now(), dict(variables or {})), kind="work.case.started", data=data, by=by)
    return case


def _performer_json(one: Performer) -> dict[str, str]:
    return {"role": one.value} if isinstance(one, Role) else {"resource": str(one.pk)}


def may_do(case_task: CaseTask, actor: Actor) -> bool:
    """Whose step it is may do it; so may who works on cases."""
    own = case_task.resource is not None and case_task.resource.user_id == actor.id
    return actor.kind is ActorKind.SYSTEM or own or case_task.role in actor.roles or actor.may("case.work")


def complete_step(
    case_task: CaseTask,
    *,
    data: Mapping[str, Any] | None = None,
    choice: str = "",
    reason: str = "",
    led: bool = False,
    by: Actor,
) -> Case:
    """A person has done a step; the case goes on to where it waits next.

    ``choice`` is the id of the branch at a decision. ``led`` is set by the room whose object leads the step.

    Raises:
        NotPermitted: it is somebody else's step.
        Conflict: the step is done already, or no longer needed.
        Refused: a decision needs one of its branches, the case is over, or the step is done at its subject.
    """
    case = _locked(case_task.case_id)
    case_task.refresh_from_db()
    if not may_do(case_task, by):
        raise NotPermitted("case.work")
    if case_task.state != "open":
        raise Conflict(f"step {case_task.name}")
    if not led and services.is_led(case.definition.key, case_task.element):
        raise _led_elsewhere(case_task)
    event = Completed(case_task.key, clock.now(), dict(data or {}), choice, reason)
    done = {"step": case_task.element, "name": case_task.name, "choice": choice, "reason": reason}
    _check_first(case, event)
    case_task.edit(
        state="done", data=dict(data or {}), choice=choice, reason=reason[:300], done_at=clock.now(), done_by=by.id
    )
    _advance(case, event, kind="work.case.step_done", data=done, by=by)
    return case


def _check_first(case: Case, event: Happening) -> None:
    """The engine is pure: asked once without consequence, it refuses before anything is written."""
    step(model_of(case.definition), state_of(case), event)


def fire_due_timers(now: datetime, *, by: Actor) -> int:
    """Let every timer of this firm go off that is due; returns how many did. May run twice, and beside others."""
    due = Wait.objects.filter(kind=core.WaitKind.TIMER.value, due__lte=now)
    waiting = Case.objects.filter(state="running", pk__in=due.values("case_id")).order_by("number")
    fired = 0
    # The case is locked, not the timer: whoever works on a case now will be followed by the next run.
    for case in waiting.select_for_update(skip_locked=True, of=("self",)).select_related("definition")[
        :_TIMERS_AT_ONCE
    ]:
        for wait in list(due.filter(case=case).order_by("due", "key")):
            _advance(case, TimerFired(wait.key, now), kind="work.case.timer_fired", data={"timer": wait.element}, by=by)
            fired += 1
    return fired


def receive_message(case: Case, *, name: str, data: Mapping[str, Any] | None = None, by: Actor) -> Case:
    """A message has come for a case.

    Raises:
        Refused: the case does not wait for it.
    """
    case = _locked(case.pk)
    event = MessageReceived(name, clock.now(), dict(data or {}))
    expected = any(w.kind is core.WaitKind.MESSAGE and w.name == name for w in state_of(case).waits)
    if not expected or case.state != "running":
        raise Refused(
            Text(f"Der Vorgang wartet nicht auf „{name}“.", f"The case does not wait for “{name}”."),
            citation="BPMN 2.0",
            what_to_do=Text("Bitte prüfen Sie, zu welchem Vorgang es gehört.", "Please check which case it is for."),
        )
    _advance(case, event, kind="work.case.message_received", data={"message": name}, by=by)
    return case


def cancel_case(case: Case, *, reason: str, by: Actor) -> Case:
    """End a case before its end; open steps are taken back, what was done stays on record.

    Raises:
        Refused: no reason, or the case is over.
    """
    case = _locked(case.pk)
    if not reason.strip():
        raise Refused(
            Text("Ein Abbruch braucht eine Begründung.", "Cancelling needs a reason."),
            citation="Vorgang",
            what_to_do=Text("Bitte geben Sie einen Satz an.", "Please give one sentence."),
        )
    _advance(case, Cancelled(clock.now(), reason), kind="work.case.cancelled", data={"reason": reason}, by=by)
    return case


def retry_service(case_task: CaseTask, *, by: Actor) -> Case:
    """Try an automatic step again that had refused, now that its obstacle is gone.

    Raises:
        Conflict: the step is done already, or was never automatic.
        Refused: it refuses again.
    """
    case = _locked(case_task.case_id)
    case_task.refresh_from_db()
    if not may_do(case_task, by):
        raise NotPermitted("case.work")
    node = model_of(case.definition).nodes[case_task.element]
    function = services.service_named(node.facts.operation)
    if case_task.state != "open" or function is None:
        raise Conflict(f"step {case_task.name}")
    data = function(_service_call(case, node.id, case_task.key, case.variables), Actor.system(current_org_id()))
    case_task.edit(state="done", done_at=clock.now(), done_by=by.id)
    event = Completed(case_task.key, clock.now(), dict(data or {}))
    _advance(_locked(case.pk), event, kind="work.case.service_repeated", data={"step": node.id}, by=by)
    return case


def _locked(case_id: UUID) -> Case:
    return Case.objects.select_for_update(of=("self",)).select_related("definition").get(pk=case_id)


def _led_elsewhere(case_task: CaseTask) -> Refused:
    return Refused(
        Text(
            f"„{case_task.name}“ wird dort erledigt, worum es in dem Vorgang geht.",
            f"“{case_task.name}” is done at the object that the case is about.",
        ),
        citation="Vorgang",
        what_to_do=Text("Bitte öffnen Sie den Gegenstand des Vorgangs.", "Please open the subject of the case."),
    )


def _advance(case: Case, event: Happening, *, kind: str, data: Mapping[str, Any], by: Actor) -> None:
    """Give one event to the engine and carry out what it commands, services and what follows from them included."""
    commands: list[Command] = []
    coming = deque([event])
    while coming:
        one = coming.popleft()
        case.refresh_from_db(fields=["engine", "variables", "state", "version"])
        before = state_of(case)
        after, ordered = step(model_of(case.definition), before, one)
        _keep(case, before, after, ordered, one.at)
        commands += ordered
        coming.extend(_carry_out(case, ordered))
    said = {**data, "commands": [_in_short(command) for command in commands]}
    record(Event(kind, case, said), by=by)
    for command in commands:
        if isinstance(command, Finished):
            record(Event("work.case.ended", case, {"status": command.status, "ends": command.elements}), by=by)


def _keep(case: Case, before: core.State, after: core.State, commands: Sequence[Command], at: datetime) -> None:
    keep_rows(case, before=before, after=after)
    visited = dict.fromkeys(case.engine["visited"])
    incidents = list(case.engine["incidents"])
    for command in commands:
        if isinstance(command, Entered):
            visited.update(dict.fromkeys([*command.via, command.element]))
        elif isinstance(command, Incident):
            incidents.append(
                {"element": command.element, "code": command.code, "cause": command.cause, "at": at.isoformat()}
            )
    changes: dict[str, Any] = {
        "engine": {**case.engine, **engine_json(after), "visited": list(visited), "incidents": incidents},
        "variables": dict(after.variables),
    }
    if after.status is not core.Status.RUNNING:
        changes |= {"state": after.status.value, "ended_at": at}
    case.edit(**changes)


def _carry_out(case: Case, commands: Sequence[Command]) -> Iterator[Happening]:
    """Steps for people are opened and taken back; services run now and answer at once."""
    for command in commands:
        if isinstance(command, CreateWorkItem):
            _open_step(case, command)
        elif isinstance(command, Withdraw):
            CaseTask.objects.filter(case=case, key=command.wait, state="open").update(
                state="cancelled", version=F("version") + 1
            )
        elif isinstance(command, CallService):
            answer = _call(case, command)
            if answer is not None:
                yield answer


def _open_step(case: Case, command: CreateWorkItem) -> None:
    CaseTask.objects.create(
        case=case,
        key=command.wait,
        element=command.element,
        name=(command.name or command.element)[:200],
        brief=command.documentation,
        choices=[[choice.flow, choice.label] for choice in command.choices],
        due=command.due,
        **_performer(case, command.element, command.performer),
    )


def _performer(case: Case, element: str, lane: str) -> dict[str, Any]:
    who = case.engine["performers"]
    found = who.get(element) or who.get(lane) or {}
    return {"role": found.get("role", ""), "resource_id": found.get("resource")}


def _service_call(case: Case, element: str, wait: str, inputs: Mapping[str, Any]) -> services.ServiceCall:
    return services.ServiceCall(case, element, f"{case.pk}:{wait}", inputs)


def _call(case: Case, command: CallService) -> Happening | None:
    """Let a service do its part; where there is none, or it refuses, the step becomes a person's."""
    function = services.service_named(command.operation)
    if function is None:
        _by_hand(case, command, "")
        return None
    try:
        call = _service_call(case, command.element, command.wait, command.inputs)
        data = function(call, Actor.system(current_org_id()))
    except WerkflussError as error:
        _by_hand(case, command, f"{error.fault.cause.de} {error.fault.next_step.de}")
        return Failed(command.wait, clock.now(), message=error.fault.cause.en)
    return Completed(command.wait, clock.now(), dict(data or {}))


def _by_hand(case: Case, command: CallService, why: str) -> None:
    CaseTask.objects.create(
        case=case,
        key=command.wait,
        element=command.element,
        name=(command.name or command.element)[:200],
        brief=why,
        **_performer(case, command.element, command.performer),
    )


def _in_short(command: Command) -> dict[str, Any]:
    """A command as the record keeps it."""
    said: dict[str, Any] = {"do": type(command).__name__}
    for name in ("element", "wait", "name", "operation", "code", "cause", "due", "status"):
        value = getattr(command, name, None)
        if value not in (None, ""):
            said[name] = value
    return said
