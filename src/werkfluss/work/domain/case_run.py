"""The run of a case: one event is given to the pure engine, and all that it orders is carried out, in one transaction.

What follows at once (services, decision tables, called processes) is done here too, one after the other, each only if
the case still waits for it. Whoever calls ``advance`` holds the lock of ``lock``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Subquery
from django.db.models.functions import Coalesce

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, WerkflussError
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.process import state as core
from werkfluss.process.engine import new_case, step
from werkfluss.process.model import EventKind
from werkfluss.process.state import (
    AwaitMessage,
    CallProcess,
    CallService,
    Cancelled,
    Command,
    ConditionMet,
    Entered,
    EvaluateDecision,
    Failed,
    Finished,
    Happening,
    Incident,
    SendMessage,
    SendSignal,
    Start,
    TimerFired,
    WaitKind,
    Withdraw,
)
from werkfluss.process.walk import default_process
from werkfluss.work.domain import (
    case_calls,
    case_decisions,
    case_services,
    case_steps,
    case_undo,
    faults,
    messages,
    step_tasks,
)
from werkfluss.work.domain.case_answers import Answer
from werkfluss.work.domain.case_rows import engine_json, keep_rows, state_of
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.models import Case, CaseIncident, CaseTask, ProcessDefinition, Wait

Automatic = CallService | EvaluateDecision | CallProcess


def lock(case_id: UUID) -> Case:
    """The case, while nobody else changes it or one of those that it belongs to: the lock is on the outermost one."""
    # As one value, not as a list: PostgreSQL then looks it up instead of joining all cases.
    outermost = Subquery(Case.objects.filter(pk=case_id).values(key=Coalesce("root_id", "pk")))
    rows = Case.objects.select_related("definition").defer("definition__bpmn")  # the text is read once per process
    held = rows.select_for_update(of=("self",)).get(pk=outermost)
    return held if held.pk == case_id else rows.get(pk=case_id)


def lock_step(step: CaseTask) -> Case:
    """The case of a step, locked as by ``lock``, and the step as it is then."""
    case = lock(step.case_id)
    step.refresh_from_db()
    step.case = case
    return case


def begin_case(
    definition: ProcessDefinition,
    *,
    title: str,
    subject: tuple[str, UUID],
    variables: Mapping[str, Any],
    performers: Mapping[str, Any],
    element: str = "",
    parent: tuple[Case, str] | None = None,
    by: Actor,
) -> Case:
    """A new case, run up to where it waits for somebody. ``parent`` is the case that called it, and its wait.

    Raises:
        Refused: the process contains what cannot be run.
    """
    state = new_case(default_process(model_of(definition)), clock.FIRM_ZONE.key)
    case = Case.objects.create(
        number=next_number("case"),
        definition=definition,
        title=title[:200],
        subject_type=subject[0],
        subject_id=subject[1],
        engine={**engine_json(state), "performers": dict(performers), "visited": []},
        parent=parent[0] if parent else None,
        parent_key=parent[1] if parent else "",
        root_id=(parent[0].root_id or parent[0].pk) if parent else None,
    )
    data: dict[str, Any] = {"definition": definition.key, "revision": definition.revision}
    if parent is not None:
        data["caller"] = parent[0].number
    start = Start(clock.now(), dict(variables), element)
    advance(case, start, kind="work.case.started", data=data, by=by)
    return case


def advance(
    case: Case,
    event: Happening,
    *,
    kind: str,
    data: Mapping[str, Any],
    by: Actor,
    doing: Callable[[], None] | None = None,
    undo_key: str = "",
) -> None:
    """Give one event to the engine and carry out what it commands and what follows from that.

    ``doing`` is called when the engine has taken the event, before anything else is written. ``undo_key`` is the step
    that may be taken back afterwards.

    Raises:
        Conflict, Refused: the engine does not take the event; nothing is written.
    """
    run = _Run(case, by)
    run.undo_key = undo_key
    run.take(event, doing)
    run.follow()
    run.remember(event)
    _report(run, kind, data, by=by)
    _tell_caller(case, run.commands, by=by)


def call_begun(case: Case, key: str, *, by: Actor) -> None:
    """Call the program of this wait, which stands on record as begun (``case_once``)."""
    try_again(case, key, begun=key, by=by)


def hand_over(case: Case, answer: Answer, *, kind: str, data: Mapping[str, Any], by: Actor) -> None:
    """An automatic step is not done by its program: the engine hears why, and a person gets it."""
    run = _Run(case, by)
    run.take(answer.event)
    run.by_hand(answer)
    run.follow()
    run.remember(None, forget=True)
    _report(run, kind, data, by=by)
    _tell_caller(case, run.commands, by=by)


def try_again(case: Case, key: str, *, begun: str = "", by: Actor) -> None:
    """Do the automatic step with this wait once more, whose program had broken down."""
    state = state_of(case)
    wait = next((one for one in state.waits if one.id == key), None)
    if wait is None or case.state != "running":
        return
    run = _Run(case, by, state, begun)
    run.automatic.append(case_services.order_again(model_of(case.definition), state, wait))
    run.follow()
    run.remember(None)
    _report(run, "work.case.service_repeated", {"step": wait.node}, by=by)
    _tell_caller(case, run.commands, by=by)


def carry_out(case: Case, after: core.State, commands: Sequence[Command], *, kind: str, data: Any, by: Actor) -> None:
    """Keep a state that came about otherwise than by an event (a move to another version), and do what it orders."""
    run = _Run(case, by)
    run.keep(after, tuple(commands), visited=[])
    run.follow()
    run.remember(None, forget=True)
    _report(run, kind, data, by=by)
    _tell_caller(case, run.commands, by=by)


def _tell_caller(case: Case, commands: Sequence[Command], *, by: Actor) -> None:
    """The case that waits for this one gets its end, and its escalations before."""
    if case.parent_id is None:
        return
    for answer in case_calls.answers(case, commands):
        parent = Case.objects.select_related("definition").get(pk=case.parent_id)
        if parent.state != "running" or not Wait.objects.filter(case=parent, key=case.parent_key).exists():
            return
        run = _Run(parent, by)
        run.take(answer.event)
        run.by_hand(answer)
        run.follow()
        run.remember(answer.event)
        _settle_caught(case, parent, answer.event, by=by)
        _report(run, "work.case.call_answered", {"caller": parent.number, "called": case.number}, by=by)
        _tell_caller(parent, run.commands, by=by)


def _settle_caught(case: Case, parent: Case, event: Happening | None, *, by: Actor) -> None:
    """The error with which a called case has ended is no disturbance if the case that called knew what to do."""
    if isinstance(event, Failed) and not Wait.objects.filter(case=parent, key=case.parent_key).exists():
        opened = CaseIncident.objects.filter(case=case, state="open", code="error")
        opened.update(state="settled", settled_at=clock.now(), settled_by=by.id, version=F("version") + 1)


class _Run:
    """One transaction of one case."""

    def __init__(self, case: Case, by: Actor, state: core.State | None = None, begun: str = "") -> None:
        self.case = case
        self.begun = begun
        self.undo_key = ""
        self.by = by
        self.model = model_of(case.definition)
        self.began = state if state is not None else state_of(case)
        self.began_visited = len(case.engine["visited"])
        self.state = self.began
        self.commands: list[Command] = []
        self.decided: list[dict[str, Any]] = []
        self.automatic: deque[Automatic] = deque()

    def take(self, event: Happening | None, doing: Callable[[], None] | None = None) -> None:
        if event is None:
            return
        if isinstance(event, Failed) and event.error and self.case.parent_id is not None:
            thrown = [name for name in (event.error, event.name) if name]
            outward = case_calls.catches_outside(self.case, EventKind.ERROR, thrown)
            event = replace(event, outward=outward)
        after, ordered = step(self.model, self.state, event)
        if doing is not None:
            doing()
        visited = [v for c in ordered if isinstance(c, Entered) for v in (*c.via, c.element)]
        self.keep(after, ordered, visited=visited)
        if isinstance(event, TimerFired | ConditionMet) and event.wait in {wait.id for wait in after.waits}:
            case_steps.leave_open(self.case, event.wait)

    def keep(self, after: core.State, ordered: tuple[Command, ...], *, visited: Sequence[str]) -> None:
        case, before, at = self.case, self.state, clock.now()
        keep_rows(case, before=before, after=after)
        incidents = [command for command in ordered if isinstance(command, Incident)]
        if incidents:
            CaseIncident.objects.bulk_create(
                CaseIncident(case=case, element=one.element[:120], code=one.code[:40], cause=one.cause, at=at)
                for one in incidents
            )
        engine = {
            **case.engine,
            **engine_json(after),
            "visited": list(dict.fromkeys([*case.engine["visited"], *visited])),
        }
        if not self.commands:
            engine |= case_undo.counted(case, self.undo_key, ordered)
        if incidents:
            engine["disturbed"] = True
        changes: dict[str, Any] = {"engine": engine, "variables": dict(after.variables)}
        if after.status is not core.Status.RUNNING:
            changes |= {"state": after.status.value, "ended_at": at}
        case.edit(**changes)
        self.state = after
        self.commands += ordered
        self._settle(before, after)
        self._arrange(before, ordered)

    def _settle(self, before: core.State, after: core.State) -> None:
        """What was wrong at a place is settled when the case no longer waits there."""
        if not self.case.engine.get("disturbed"):
            return
        still = {wait.node for wait in after.waits}
        gone = {wait.node for wait in before.waits} - still
        opened = CaseIncident.objects.filter(case=self.case, state="open")
        if after.status in (core.Status.RUNNING, core.Status.FAILED):
            opened = opened.filter(element__in=gone)
        opened.update(state="settled", settled_at=clock.now(), settled_by=self.by.id, version=F("version") + 1)

    def _arrange(self, before: core.State, ordered: tuple[Command, ...]) -> None:
        """Steps for people are opened and taken back; messages are written; automatic steps wait for their turn."""
        case_steps.open_steps(self.case, self.model, before, self.state, ordered)
        case_steps.close_steps(self.case, before, ordered)
        case_steps.reopen_steps(self.case, ordered)
        step_tasks.follow(self.case, self.model, ordered, by=self.by)
        called = [one.wait for one in ordered if isinstance(one, Withdraw) and one.kind is WaitKind.CALL]
        if called:
            self._cancel_called(called)
        waiting = [one for one in ordered if isinstance(one, AwaitMessage)]
        if waiting:
            messages.expect_messages(waiting, by=self.by)
        for number, one in enumerate(ordered):
            if isinstance(one, CallService | EvaluateDecision | CallProcess):
                self.automatic.append(one)
            elif isinstance(one, SendMessage | SendSignal):
                place = f"{self.case.pk}:{self.case.version}:{number}"
                messages.send_from_case(self.case, self.model, one, key=place, by=self.by)

    def _cancel_called(self, keys: Sequence[str]) -> None:
        called = Case.objects.filter(parent=self.case, parent_key__in=keys, state="running").order_by("number")
        for child in called.select_related("definition"):
            event = Cancelled(clock.now(), f"{self.case.number}: {self.case.title}")
            advance(child, event, kind="work.case.cancelled", data={"caller": self.case.number}, by=self.by)

    def follow(self) -> None:
        """Automatic steps, each only if the case still waits for it."""
        while self.automatic:
            command = self.automatic.popleft()
            if command.wait not in {wait.id for wait in self.state.waits}:
                continue
            answer = self._answer(command)
            if answer is not None:
                self.take(answer.event)
                self.by_hand(answer)

    def _answer(self, command: Automatic) -> Answer | None:
        if isinstance(command, CallService):
            answer = case_services.call(self.case, command, begun=self.begun)
            # A service may have done something with the case itself.
            self.case.refresh_from_db(fields=["engine", "variables", "state", "version"])
            self.state = state_of(self.case)
            return answer
        if isinstance(command, EvaluateDecision):
            answer, trail = case_decisions.decide(command)
            self.decided += trail
            return answer
        return self._call(command)

    def _call(self, command: CallProcess) -> Answer | None:
        """The called process as a case of its own; if it has ended already, with the answer."""
        found = case_calls.definition_for(self.case, command, by=self.by)
        if isinstance(found, Answer):
            return found
        title = f"{found.name}: {self.case.title}"
        try:
            with transaction.atomic():
                begin_case(
                    found,
                    title=title,
                    subject=(self.case.subject_type, self.case.subject_id),
                    variables=command.inputs,
                    performers=self.case.engine["performers"],
                    parent=(self.case, command.wait),
                    by=self.by,
                )
        except Conflict:
            raise  # nobody has said no
        except WerkflussError as error:
            faults.pass_on(error)
            return Answer.refused(command.wait, error)
        # What it has answered in the meantime has changed this case.
        self.case.refresh_from_db(fields=["engine", "variables", "state", "version"])
        self.state = state_of(self.case)
        return None

    def by_hand(self, answer: Answer) -> None:
        """An automatic step that found no other way becomes a person's, if the case still waits for it."""
        if answer.wait and answer.wait in {wait.id for wait in self.state.waits}:
            case_steps.open_by_hand(self.case, self.model, self.state, answer.wait, answer.why)

    def remember(self, event: Happening | None, *, forget: bool = False) -> None:
        if forget or case_undo.has_effect_outside(self.commands):
            case_undo.forget(self.case)
        elif not isinstance(event, Start):
            case_undo.remember(
                self.case,
                self.began,
                self.began_visited,
                self.undo_key,
                commands=self.commands,
                waiting={wait.id for wait in self.state.waits},
            )


def _report(run: _Run, kind: str, data: Mapping[str, Any], *, by: Actor) -> None:
    said: dict[str, Any] = {**data, "commands": [in_short(command) for command in run.commands]}
    if run.decided:
        said["decisions"] = run.decided
    record(Event(kind, run.case, said), by=by)
    for command in run.commands:
        if isinstance(command, Finished):
            record(Event("work.case.ended", run.case, {"status": command.status, "ends": command.elements}), by=by)


def in_short(command: Command) -> dict[str, Any]:
    """A command as the record keeps it."""
    said: dict[str, Any] = {"do": type(command).__name__}
    for name in ("element", "wait", "name", "operation", "decision", "called", "code", "cause", "due", "status"):
        value = getattr(command, name, None)
        if value not in (None, ""):
            said[name] = value
    return said
