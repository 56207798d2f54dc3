"""Programs behind service tasks: they refuse, break down and are tried again; nothing is lost or done twice."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, transaction

from tests.process.samples import chain
from tests.work.case_world import again, complete, elements, run, start, step
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.work.domain import case_incidents, cases, definitions, services
from werkfluss.work.domain.case_services import MAX_TRIES
from werkfluss.work.domain.services import ServiceCall
from werkfluss.work.models import Case, CaseIncident, ProcessDefinition, Wait


def service(name: str, operation: str = "test.act") -> str:
    work = f'<extensionElements><wf:work operation="{operation}"/></extensionElements>'
    return f'<serviceTask id="{name}" name="Handeln">{work}</serviceTask>'


BODY = f'<startEvent id="s"/><userTask id="a"/>{service("x")}<userTask id="b"/><endEvent id="e"/>' + chain(
    "s", "a", "x", "b", "e"
)


class Program:
    """Does what the test says, and notes how often it was called."""

    def __init__(self) -> None:
        self.faults: list[Exception] = []
        self.keys: list[str] = []

    def __call__(self, call: ServiceCall, by: Actor) -> Mapping[str, Any]:
        self.keys.append(call.key)
        ProcessDefinition.objects.create(key=f"made-{len(self.keys)}", name="x", bpmn="<x/>")
        if self.faults:
            raise self.faults.pop(0)
        return {"acted": len(self.keys)}


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Program:
    made = Program()
    monkeypatch.setitem(services._services, "test.act", services.Registered(made, services.Effect.BY_KEY))
    return made


def made_rows() -> int:
    return ProcessDefinition.objects.filter(key__startswith="made-").count()


def later(case: Case, *, by: Actor) -> int:
    due = Wait.objects.get(case=case, kind="service").due
    assert due is not None
    return cases.fire_due_timers(due, by=by)


def test_program_that_breaks_down_keeps_the_step_before_it_and_is_tried_again(in_firm: Actor, program: Program) -> None:
    program.faults = [ZeroDivisionError("1/0"), KeyError("x")]
    case = complete(run(BODY, by=in_firm), by=in_firm)
    assert (case.steps.get(element="a").state, elements(case), made_rows()) == ("done", [], 0)
    assert cases.fire_due_timers(clock.now(), by=in_firm) == 0
    assert later(case, by=in_firm) == 1
    assert Wait.objects.get(case=case).tries == 2
    later(case, by=in_firm)
    assert (elements(case), again(case).variables, made_rows()) == (["b"], {"acted": 3}, 1)
    assert len(set(program.keys)) == 1
    assert not CaseIncident.objects.exists()
    assert cases.fire_due_timers(clock.now() + timedelta(days=9), by=in_firm) == 0


def test_after_some_tries_a_person_gets_the_step(in_firm: Actor, program: Program) -> None:
    program.faults = [ZeroDivisionError()] * MAX_TRIES
    case = complete(run(BODY, by=in_firm), by=in_firm)
    pauses = []
    while not elements(case):
        due, now = Wait.objects.get(case=case).due, clock.now()
        assert due is not None
        pauses.append(due - now)
        with clock.frozen(due):
            cases.fire_due_timers(due, by=in_firm)
    assert len(program.keys) == MAX_TRIES
    assert pauses == sorted(pauses)
    incident = case_incidents.open_incidents().get()
    assert (incident.element, incident.code) == ("x", "failed")
    assert case_incidents.step_of(incident) == step(case)
    assert step(case).kind == "service"
    assert cases.fire_due_timers(clock.now() + timedelta(days=9), by=in_firm) == 0
    cases.retry_step(step(case), by=in_firm)
    assert (elements(case), made_rows()) == (["b"], 1)
    assert not case_incidents.open_incidents().exists()


def test_program_that_breaks_down_again_by_hand_changes_nothing(in_firm: Actor, program: Program) -> None:
    program.faults = [_refusal(), ZeroDivisionError()]
    case = complete(run(BODY, by=in_firm), by=in_firm)
    with pytest.raises(Refused):
        cases.retry_step(step(case), by=in_firm)
    assert (elements(case), made_rows()) == (["x"], 0)
    complete(case, "x", data={"acted": 0}, by=in_firm)
    assert again(case).variables == {"acted": 0}


def _refusal() -> Refused:
    return Refused(Text("Kein Konto", "No account"), citation="§ 1", what_to_do=Text("Anlegen.", "Open one."))


def test_refusing_program_leaves_nothing_behind(in_firm: Actor, program: Program) -> None:
    program.faults = [_refusal()]
    case = complete(run(BODY, by=in_firm), by=in_firm)
    assert (step(case).brief, made_rows()) == ("Kein Konto Anlegen.", 0)


def test_row_that_moved_on_meanwhile_is_no_refusal(in_firm: Actor, program: Program) -> None:
    program.faults = [Conflict("row")]
    case = complete(run(BODY, by=in_firm), by=in_firm)
    assert elements(case) == []
    later(case, by=in_firm)
    assert elements(case) == ["b"]


class _Hidden(Exception):
    """What a program makes of an error that it has caught."""


def _hide(error: Exception, outside: Exception) -> Exception:
    outside.__cause__ = error
    return outside


@pytest.mark.parametrize(
    "fault",
    [
        OperationalError("deadlock detected"),
        InterfaceError("the connection is closed"),
        _hide(OperationalError("could not serialize access"), _refusal()),
        _hide(OperationalError("gone away"), _Hidden("x")),
        _hide(OperationalError("gone away"), services.ProcessError("FULL", Text("Voll", "Full"))),
    ],
)
def test_database_that_breaks_off_is_no_answer_of_the_program(
    in_firm: Actor, program: Program, fault: Exception
) -> None:
    case = run(BODY, by=in_firm)
    program.faults = [fault]
    with pytest.raises((OperationalError, InterfaceError)), transaction.atomic():
        complete(case, by=in_firm)
    assert (elements(case), made_rows()) == (["a"], 0)
    assert not CaseIncident.objects.exists()
    complete(case, by=in_firm)
    assert (elements(case), made_rows()) == (["b"], 1)


def test_database_that_breaks_off_when_a_time_comes_costs_no_try(in_firm: Actor, program: Program) -> None:
    program.faults = [ZeroDivisionError(), OperationalError("gone away")]
    case = complete(run(BODY, by=in_firm), by=in_firm)
    with pytest.raises(OperationalError), transaction.atomic():
        later(case, by=in_firm)
    assert Wait.objects.get(case=case).tries == 1
    assert not CaseIncident.objects.exists()


def test_database_that_breaks_off_by_hand_is_no_refusal(in_firm: Actor, program: Program) -> None:
    program.faults = [_refusal(), OperationalError("gone away")]
    case = complete(run(BODY, by=in_firm), by=in_firm)
    with pytest.raises(OperationalError), transaction.atomic():
        cases.retry_step(step(case), by=in_firm)
    cases.retry_step(step(case), by=in_firm)
    assert elements(case) == ["b"]


def test_program_that_swallows_the_loss_of_its_changes_has_not_answered(in_firm: Actor, program: Program) -> None:
    def careless(call: ServiceCall, by: Actor) -> Mapping[str, Any]:
        program(call, by)
        with contextlib.suppress(ZeroDivisionError), transaction.atomic(savepoint=False):
            raise ZeroDivisionError
        return {"acted": 1}

    services._services["test.act"] = services.Registered(careless, services.Effect.BY_KEY)
    case = complete(run(BODY, by=in_firm), by=in_firm)
    assert (elements(case), made_rows(), Wait.objects.get(case=case).tries) == ([], 0, 1)


def test_mistake_of_our_own_is_shown_at_once(in_firm: Actor) -> None:
    timer = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    case = run(
        f'<startEvent id="s"/><intermediateCatchEvent id="w">{timer}</intermediateCatchEvent><endEvent id="e"/>'
        + chain("s", "w", "e"),
        by=in_firm,
    )
    case.edit(engine={**case.engine, "scopes": []})
    cases.fire_due_timers(clock.now() + timedelta(hours=2), by=in_firm)
    assert CaseIncident.objects.get().code == "stuck"


def test_result_that_the_drawing_knows_goes_its_way(in_firm: Actor, program: Program) -> None:
    body = (
        BODY
        + '<boundaryEvent id="no" attachedToRef="x"><errorEventDefinition errorRef="er"/></boundaryEvent>'
        + '<userTask id="mend"/>'
        + chain("no", "mend")
    )
    program.faults = [services.ProcessError("FULL", Text("Ausgebucht", "Booked out"))]
    case = complete(run(body, around='<error id="er" errorCode="FULL"/>', by=in_firm), by=in_firm)
    assert (elements(case), made_rows()) == (["mend"], 0)
    program.faults = [services.ProcessError("OTHER", Text("Anderes", "Other"))]
    other = start(case.definition, by=in_firm)
    complete(other, "a", by=in_firm)
    assert (elements(other), step(other).brief) == (["x"], "Anderes")


def test_program_whose_case_is_over_meanwhile_is_not_called(in_firm: Actor, program: Program) -> None:
    """Both services are ordered in one event; the first leads to an end that takes everything with it."""
    body = (
        f'<startEvent id="s"/><userTask id="a"/><parallelGateway id="g"/>{service("x")}{service("y")}'
        '<endEvent id="stop"><terminateEventDefinition/></endEvent><endEvent id="e"/>'
        + chain("s", "a", "g", "x", "stop")
        + chain("g", "y", "e")
    )
    case = complete(run(body, by=in_firm), by=in_firm)
    assert (case.state, len(program.keys)) == ("completed", 1)


def test_timer_of_a_broken_case_is_put_off_and_holds_up_no_other(in_firm: Actor) -> None:
    timer = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    body = (
        f'<startEvent id="s"/><intermediateCatchEvent id="w">{timer}</intermediateCatchEvent><userTask id="t"/>'
        '<endEvent id="e"/>' + chain("s", "w", "t", "e")
    )
    broken, sound = run(body, by=in_firm), run(body, by=in_firm)
    broken.edit(engine={**broken.engine, "scopes": []})
    now = clock.now() + timedelta(hours=2)
    for _ in range(MAX_TRIES):
        cases.fire_due_timers(now, by=in_firm)
        now += timedelta(days=1)
    assert (elements(sound), elements(broken)) == (["t"], [])
    assert CaseIncident.objects.get().code == "stuck"
    assert Wait.objects.get(case=broken).due is not None


def test_incident_is_noted_once_and_only_by_who_may(in_firm: Actor, program: Program) -> None:
    program.faults = [_refusal()]
    complete(run(BODY, by=in_firm), by=in_firm)
    incident = case_incidents.open_incidents().get()
    with pytest.raises(NotPermitted):
        case_incidents.settle_incident(incident, by=Actor(in_firm.org_id, in_firm.kind, in_firm.id))
    case_incidents.settle_incident(incident, note="Gesehen", by=in_firm)
    with pytest.raises(Conflict):
        case_incidents.settle_incident(incident, by=in_firm)
    assert not case_incidents.open_incidents().exists()


def test_library_has_no_process_that_begins_by_itself_unasked(in_firm: Actor) -> None:
    assert definitions.deploy_library("month_end_close", by=in_firm).starts.count() == 0
