"""Called processes run as cases of their own, and their end goes back to the case that called."""

from __future__ import annotations

import pytest

from tests.process.samples import chain
from tests.work.case_world import again, complete, deploy, elements, run, start, step
from werkfluss.kernel.errors import Refused
from werkfluss.org.actor import Actor
from werkfluss.work.domain import cases
from werkfluss.work.models import Case, CaseIncident

CALL = (
    '<startEvent id="s"/><callActivity id="c" name="Prüfen lassen" calledElement="pruefung"/>'
    '<userTask id="after" name="Weiter"/><endEvent id="e"/>' + chain("s", "c", "after", "e")
)
CHECK = '<startEvent id="s"/><userTask id="look" name="Ansehen"/><endEvent id="e"/>' + chain("s", "look", "e")


def child_of(case: Case) -> Case:
    return case.children.get()


def test_called_process_runs_as_a_case_and_answers_with_its_variables(in_firm: Actor) -> None:
    deploy(CHECK, process="pruefung", by=in_firm)
    case = run(CALL, by=in_firm, amount=7)
    child = child_of(case)
    assert (child.state, child.variables, child.root_id, child.subject_id) == (
        "running",
        {"amount": 7},
        case.pk,
        case.subject_id,
    )
    assert elements(case) == []
    complete(child, data={"good": True}, by=in_firm)
    assert again(child).state == "completed"
    assert elements(case) == ["after"]
    assert again(case).variables == {"amount": 7, "good": True}


def test_new_version_of_the_called_process_is_the_one_that_is_started(in_firm: Actor) -> None:
    deploy(CHECK, process="pruefung", by=in_firm)
    caller = deploy(CALL, by=in_firm)
    newer = deploy(CHECK.replace("Ansehen", "Genau ansehen"), process="pruefung", by=in_firm)
    assert child_of(start(caller, by=in_firm)).definition == newer


def test_called_process_that_ends_at_once_is_answered_at_once(in_firm: Actor) -> None:
    deploy('<startEvent id="s"/><endEvent id="e"/>' + chain("s", "e"), process="pruefung", by=in_firm)
    case = run(CALL, by=in_firm)
    assert (child_of(case).state, elements(case)) == ("completed", ["after"])


def test_process_that_is_not_there_becomes_a_step_and_can_be_called_later(in_firm: Actor) -> None:
    case = run(CALL, by=in_firm)
    by_hand = step(case, "c")
    assert by_hand.kind == "call"
    assert "pruefung" in by_hand.brief
    assert CaseIncident.objects.get().state == "open"
    with pytest.raises(Refused):
        cases.retry_step(by_hand, by=in_firm)
    assert not case.children.exists()
    deploy(CHECK, process="pruefung", by=in_firm)
    cases.retry_step(step(case, "c"), by=in_firm)
    assert elements(case) == []
    complete(child_of(case), by=in_firm)
    assert elements(case) == ["after"]
    assert CaseIncident.objects.get().state == "settled"


def test_cancelled_caller_cancels_what_it_called_down_to_the_last(in_firm: Actor) -> None:
    middle = '<startEvent id="s"/><callActivity id="c" calledElement="unten"/><endEvent id="e"/>' + chain("s", "c", "e")
    deploy(CHECK, process="unten", by=in_firm)
    deploy(middle, process="pruefung", by=in_firm)
    case = run(CALL, by=in_firm)
    lowest = child_of(child_of(case))
    assert lowest.root_id == case.pk
    cases.cancel_case(case, reason="Nicht mehr nötig", by=in_firm)
    assert [again(one).state for one in (case, child_of(case), lowest)] == ["cancelled"] * 3
    assert elements(lowest) == []


def test_cancelled_called_case_leaves_a_step_with_its_caller(in_firm: Actor) -> None:
    deploy(CHECK, process="pruefung", by=in_firm)
    case = run(CALL, by=in_firm)
    first = child_of(case)
    cases.cancel_case(first, reason="Falscher Weg", by=in_firm)
    assert again(case).state == "running"
    assert "abgebrochen" in step(case, "c").brief
    cases.retry_step(step(case, "c"), by=in_firm)
    assert case.children.exclude(pk=first.pk).get().state == "running"


def test_error_of_the_called_process_is_caught_by_the_caller(in_firm: Actor) -> None:
    error = '<error id="er" name="Abgelehnt" errorCode="NO"/>'
    failing = (
        '<startEvent id="s"/><userTask id="look"/><endEvent id="x"><errorEventDefinition errorRef="er"/></endEvent>'
        + chain("s", "look", "x")
    )
    caller = (
        CALL
        + '<boundaryEvent id="b" attachedToRef="c"><errorEventDefinition errorRef="er"/></boundaryEvent>'
        + '<userTask id="handle"/>'
        + chain("b", "handle")
    )
    deploy(failing, process="pruefung", around=error, by=in_firm)
    case = run(caller, around=error, by=in_firm)
    complete(child_of(case), by=in_firm)
    assert child_of(case).state == "failed"
    assert elements(case) == ["handle"]


def test_escalation_that_nobody_inside_catches_reaches_the_caller(in_firm: Actor) -> None:
    escalation = '<escalation id="es" name="Eilt" escalationCode="HURRY"/>'
    thrown = '<intermediateThrowEvent id="t"><escalationEventDefinition escalationRef="es"/></intermediateThrowEvent>'
    child = f'<startEvent id="s"/>{thrown}<userTask id="look"/><endEvent id="e"/>' + chain("s", "t", "look", "e")
    caller = (
        CALL
        + '<boundaryEvent id="b" attachedToRef="c" cancelActivity="false">'
        + '<escalationEventDefinition escalationRef="es"/></boundaryEvent><userTask id="hurry"/>'
        + chain("b", "hurry")
    )
    deploy(child, process="pruefung", around=escalation, by=in_firm)
    case = run(caller, around=escalation, by=in_firm)
    assert (elements(case), child_of(case).state) == (["hurry"], "running")


def test_process_that_calls_itself_stops_at_a_bounded_depth(in_firm: Actor) -> None:
    circle = '<startEvent id="s"/><callActivity id="c" calledElement="rund"/><endEvent id="e"/>' + chain("s", "c", "e")
    other = circle.replace('"rund"', '"eckig"')
    deploy(circle, process="eckig", by=in_firm)
    case = start(deploy(other, process="rund", by=in_firm), by=in_firm)
    assert Case.objects.count() == 21
    assert CaseIncident.objects.get().case == Case.objects.order_by("-number").first()
    cases.cancel_case(case, reason="Kreis", by=in_firm)
    assert not Case.objects.filter(state="running").exists()
