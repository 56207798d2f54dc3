"""Cases run event by event on rows; nothing is done twice and nothing is lost in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Broken, Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org import chain
from werkfluss.org.actor import Actor
from werkfluss.org.models import Entry, Organisation
from werkfluss.org.roles import Role
from werkfluss.process import library
from werkfluss.work.domain import cases, definitions, services
from werkfluss.work.domain.case_rows import state_of
from werkfluss.work.domain.services import ServiceCall
from werkfluss.work.models import Case, CaseTask, ProcessDefinition, Wait

BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:wf="{wf}" id="d"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <bpmn:process id="leave" name="Urlaub" isExecutable="true">
    <bpmn:laneSet id="ls"><bpmn:lane id="l1" name="Leitung">
      <bpmn:flowNodeRef>decide</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
    <bpmn:startEvent id="start"><bpmn:outgoing>f0</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="decide" name="Antrag prüfen"><bpmn:incoming>f0</bpmn:incoming><bpmn:outgoing>f1</bpmn:outgoing></bpmn:userTask>
    <bpmn:boundaryEvent id="late" attachedToRef="decide" cancelActivity="{cancel}"><bpmn:outgoing>f5</bpmn:outgoing>
      <bpmn:timerEventDefinition id="t"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P2D</bpmn:timeDuration></bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:endEvent id="reminded"><bpmn:incoming>f5</bpmn:incoming></bpmn:endEvent>
    <bpmn:exclusiveGateway id="ok" name="Genehmigt?"><bpmn:incoming>f1</bpmn:incoming>
      <bpmn:outgoing>yes</bpmn:outgoing><bpmn:outgoing>no</bpmn:outgoing></bpmn:exclusiveGateway>
    <bpmn:serviceTask id="book" name="Tage buchen">
      <bpmn:extensionElements><wf:work operation="{operation}"/></bpmn:extensionElements>
      <bpmn:incoming>yes</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:serviceTask>
    <bpmn:endEvent id="booked"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
    <bpmn:endEvent id="refused"><bpmn:incoming>no</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f0" sourceRef="start" targetRef="decide"/>
    <bpmn:sequenceFlow id="f1" sourceRef="decide" targetRef="ok"/>
    <bpmn:sequenceFlow id="yes" name="ja" sourceRef="ok" targetRef="book"/>
    <bpmn:sequenceFlow id="no" name="nein" sourceRef="ok" targetRef="refused"/>
    <bpmn:sequenceFlow id="f2" sourceRef="book" targetRef="booked"/>
    <bpmn:sequenceFlow id="f5" sourceRef="late" targetRef="reminded"/>
  </bpmn:process>
</bpmn:definitions>
"""


def source(*, operation: str = "test.book", cancel: str = "false") -> bytes:
    from werkfluss.process.model import WERKFLUSS_NS

    return BPMN.format(wf=WERKFLUSS_NS, operation=operation, cancel=cancel).encode()


@pytest.fixture
def booked(monkeypatch: pytest.MonkeyPatch) -> list[ServiceCall]:
    """A service that notes its calls, registered for the length of a test."""
    calls: list[ServiceCall] = []

    def book(call: ServiceCall, by: Actor) -> Mapping[str, Any]:
        assert by.kind == "system"
        calls.append(call)
        return {"days_booked": 3}

    monkeypatch.setitem(services._services, "test.book", services.Registered(book, services.Effect.BY_KEY))
    return calls


@pytest.fixture
def definition(in_firm: Actor) -> ProcessDefinition:
    return definitions.deploy_definition(source(), filename="leave.bpmn", by=in_firm)


@pytest.fixture
def case(in_firm: Actor, firm: Organisation, definition: ProcessDefinition) -> Case:
    return cases.start_case(
        definition,
        subject=firm,
        title="Urlaub im Mai",
        variables={"days": 3},
        performers={"Leitung": Role.LEAD},
        by=in_firm,
    )


def the_step(case: Case) -> CaseTask:
    return cases.open_steps(case).get()


def test_case_waits_for_its_first_step(case: Case) -> None:
    step = the_step(case)
    assert (step.name, step.role, step.choices) == ("Antrag prüfen", "lead", [["yes", "ja"], ["no", "nein"]])
    assert case.number == 1
    assert Case.objects.get().variables == {"days": 3}
    due = Wait.objects.get(kind="timer").due
    assert due is not None
    assert abs(due - case.created_at - timedelta(days=2)) < timedelta(minutes=1)


def test_decision_leads_to_the_service_and_the_end(case: Case, booked: list[ServiceCall], in_firm: Actor) -> None:
    step = the_step(case)
    cases.complete_step(step, data={"note": "passt"}, choice="yes", reason="Vertretung steht", by=in_firm)
    case.refresh_from_db()
    assert case.state == "completed"
    assert case.variables == {"days": 3, "note": "passt", "days_booked": 3}
    assert not case.tokens.exists()
    assert not case.waits.exists()
    assert [(call.element, call.inputs["note"]) for call in booked] == [("book", "passt")]
    assert booked[0].key.startswith(f"{case.pk}:w")
    step.refresh_from_db()
    assert (step.state, step.choice, step.done_by) == ("done", "yes", in_firm.id)
    assert {"decide", "ok", "yes", "book", "booked"} <= set(case.engine["visited"])


def test_repeated_event_is_a_conflict_and_calls_no_service_again(
    case: Case, booked: list[ServiceCall], in_firm: Actor
) -> None:
    step = the_step(case)
    stale = CaseTask.objects.get(pk=step.pk)
    cases.complete_step(step, choice="yes", by=in_firm)
    with pytest.raises(Conflict):
        cases.complete_step(stale, choice="yes", by=in_firm)
    assert len(booked) == 1


def test_decision_without_a_valid_branch_changes_nothing(case: Case, in_firm: Actor) -> None:
    step, before = the_step(case), state_of(case)
    with pytest.raises(Refused):
        cases.complete_step(step, choice="perhaps", by=in_firm)
    assert the_step(case).state == "open"
    assert state_of(Case.objects.get()) == before


def test_step_without_choice_asks_for_the_decision(case: Case, in_firm: Actor) -> None:
    cases.complete_step(the_step(case), by=in_firm)
    decision = the_step(case)
    assert (decision.name, decision.element) == ("Genehmigt?", "ok")
    cases.complete_step(decision, choice="no", by=in_firm)
    case.refresh_from_db()
    assert case.state == "completed"


def test_somebody_else_may_not_do_the_step(
    case: Case, firm: Organisation, member_of: Callable[..., Actor], in_firm: Actor
) -> None:
    stranger, lead = member_of(firm, Role.EMPLOYEE), member_of(firm, Role.LEAD)
    with pytest.raises(NotPermitted):
        cases.complete_step(the_step(case), choice="no", by=stranger)
    assert [step.pk for step in cases.open_steps_for(lead)] == [the_step(case).pk]
    assert not cases.open_steps_for(stranger).exists()


def test_timer_fires_once_and_only_when_due(case: Case, in_firm: Actor) -> None:
    now = clock.now()
    assert cases.fire_due_timers(now + timedelta(days=1), by=in_firm) == 0
    assert cases.fire_due_timers(now + timedelta(days=3), by=in_firm) == 1
    assert cases.fire_due_timers(now + timedelta(days=3), by=in_firm) == 0
    case.refresh_from_db()
    assert case.state == "running"
    assert "reminded" in case.engine["visited"]
    assert the_step(case).element == "decide"


def test_interrupting_timer_takes_the_step_back(in_firm: Actor, firm: Organisation) -> None:
    definition = definitions.deploy_definition(source(cancel="true"), filename="leave.bpmn", by=in_firm)
    case = cases.start_case(definition, subject=firm, title="x", by=in_firm)
    step = the_step(case)
    cases.fire_due_timers(clock.now() + timedelta(days=3), by=in_firm)
    step.refresh_from_db()
    case.refresh_from_db()
    assert (step.state, case.state) == ("cancelled", "completed")
    with pytest.raises(Conflict):
        cases.complete_step(step, choice="yes", by=in_firm)


def test_unknown_service_becomes_a_person_s_step(in_firm: Actor, firm: Organisation) -> None:
    definition = definitions.deploy_definition(source(operation=""), filename="leave.bpmn", by=in_firm)
    case = cases.start_case(definition, subject=firm, title="x", by=in_firm)
    cases.complete_step(the_step(case), choice="yes", by=in_firm)
    by_hand = the_step(case)
    assert by_hand.element == "book"
    cases.complete_step(by_hand, by=in_firm)
    case.refresh_from_db()
    assert case.state == "completed"


def test_refusing_service_waits_for_a_person_and_can_be_repeated(
    case: Case, in_firm: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    obstacle = [True]

    def book(call: ServiceCall, by: Actor) -> None:
        if obstacle:
            raise Refused(
                Text("Kein Konto", "No account"), citation="§ 1", what_to_do=Text("Konto anlegen.", "Open one.")
            )

    monkeypatch.setitem(services._services, "test.book", services.Registered(book, services.Effect.BY_KEY))
    cases.complete_step(the_step(case), choice="yes", by=in_firm)
    waiting = the_step(case)
    case.refresh_from_db()
    assert (waiting.element, waiting.brief) == ("book", "Kein Konto Konto anlegen.")
    assert case.incidents.get().cause == "No account"
    with pytest.raises(Refused):
        cases.retry_step(waiting, by=in_firm)
    obstacle.clear()
    cases.retry_step(waiting, by=in_firm)
    case.refresh_from_db()
    assert case.state == "completed"


def test_cancelled_case_takes_its_steps_back(case: Case, in_firm: Actor) -> None:
    with pytest.raises(Refused):
        cases.cancel_case(case, reason=" ", by=in_firm)
    cases.cancel_case(case, reason="Antrag zurückgezogen", by=in_firm)
    case.refresh_from_db()
    assert case.state == "cancelled"
    assert case.ended_at is not None
    assert [step.state for step in case.steps.all()] == ["cancelled"]
    assert cases.fire_due_timers(clock.now() + timedelta(days=9), by=in_firm) == 0


def test_message_that_nobody_awaits_is_refused(case: Case, in_firm: Actor) -> None:
    with pytest.raises(Refused):
        cases.receive_message(case, name="Antwort", by=in_firm)


def test_led_step_is_done_at_its_subject_only(case: Case, in_firm: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(services._led, "leave", frozenset({"decide"}))
    with pytest.raises(Refused):
        cases.complete_step(the_step(case), choice="no", by=in_firm)
    cases.complete_step(the_step(case), choice="no", led=True, by=in_firm)
    case.refresh_from_db()
    assert case.state == "completed"


@pytest.mark.parametrize("name", library.names())
def test_every_library_process_starts(name: str, in_firm: Actor, firm: Organisation) -> None:
    definition = definitions.deploy_library(name, by=in_firm)
    case = cases.start_case(definition, subject=firm, title=name, by=in_firm)
    assert state_of(Case.objects.get(pk=case.pk)).tokens
    assert cases.open_steps(case).exists()


def test_same_file_is_the_same_version_and_another_one_the_next(in_firm: Actor) -> None:
    first = definitions.deploy_definition(source(), filename="a.bpmn", by=in_firm)
    assert definitions.deploy_definition(source(), filename="b.bpmn", by=in_firm) == first
    second = definitions.deploy_definition(source(cancel="true"), filename="a.bpmn", by=in_firm)
    assert (first.revision, second.revision) == (1, 2)
    assert list(definitions.definitions()) == [second]


def test_process_that_cannot_run_is_refused_with_its_findings(in_firm: Actor) -> None:
    bad = source().replace(b">P2D<", b">bald<")
    found = definitions.examine(bad, filename="x.bpmn")
    assert [finding.element for finding in found.blockers] == ["late"]
    with pytest.raises(Refused) as refused:
        definitions.deploy_definition(bad, filename="x.bpmn", by=in_firm)
    assert refused.value.fault.where == "late"
    assert not ProcessDefinition.objects.exists()


@pytest.mark.parametrize("data", [b"<html/>", b"not xml", b""])
def test_file_that_is_no_bpmn_is_refused(data: bytes) -> None:
    with pytest.raises(Broken):
        definitions.examine(data, filename="x.bpmn")


def test_killed_between_two_events_the_case_goes_on(
    committed_db: None, director: Actor, firm: Organisation, acting_in: Callable[[Actor], AbstractContextManager[Actor]]
) -> None:
    with acting_in(director) as by:
        definition = definitions.deploy_definition(source(operation=""), filename="x.bpmn", by=by)
        key = cases.start_case(definition, subject=firm, title="x", by=by).pk

    class Killed(BaseException):
        pass

    with pytest.raises(Killed), acting_in(director) as by:
        cases.complete_step(the_step(Case.objects.get(pk=key)), choice="yes", by=by)
        raise Killed
    with acting_in(director) as by:
        case = Case.objects.get(pk=key)
        assert the_step(case).element == "decide"
        cases.complete_step(the_step(case), choice="yes", by=by)
    with acting_in(director) as by:
        assert the_step(Case.objects.get(pk=key)).element == "book"
        assert chain.verify().ok
        kinds = list(Entry.objects.filter(object_id=key).values_list("kind", flat=True))
    assert kinds == ["work.case.started", "work.case.step_done"]
