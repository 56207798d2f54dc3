"""Compensation and transactions (BPMN 2.0.2, 10.7, 13.5.5 and 13.5.6)."""

from __future__ import annotations

import pytest

from tests.process.samples import AT, Case, chain
from werkfluss.process.state import Completed, CreateWorkItem, Incident, SendMessage, Status

COMPENSATE = "<compensateEventDefinition/>"


def undoable(name, kind="userTask", inner=""):
    """An activity with a handler that undoes it."""
    return (
        f'<{kind} id="{name}">{inner}</{kind}>'
        f'<boundaryEvent id="b_{name}" attachedToRef="{name}">{COMPENSATE}</boundaryEvent>'
        f'<userTask id="undo_{name}" isForCompensation="true"/>'
        f'<association id="a_{name}" sourceRef="b_{name}" targetRef="undo_{name}" associationDirection="One"/>'
    )


def throw(activity="", wait=""):
    reference = (f' activityRef="{activity}"' if activity else "") + (f' waitForCompletion="{wait}"' if wait else "")
    return f'<intermediateThrowEvent id="back"><compensateEventDefinition{reference}/></intermediateThrowEvent>'


TWO = '<startEvent id="s"/>' + undoable("x") + undoable("y") + '<userTask id="z"/><userTask id="n"/>'
ROW = chain("s", "x", "y", "z", "back", "n")


def test_completed_activities_are_undone_in_reverse_order():
    case = Case(TWO + throw() + ROW).complete("x").complete("y").complete("z")
    assert case.waiting == ["undo_y"]
    assert case.complete("undo_y").waiting == ["undo_x"]
    assert case.complete("undo_x").waiting == ["n"]
    assert case.path == ["s", "x", "y", "z", "back", "undo_y", "undo_x", "n"]
    assert case.complete("n").done


def test_one_activity_alone_is_undone_by_its_name():
    case = Case(TWO + throw("x") + ROW).complete("x").complete("y").complete("z")
    assert case.waiting == ["undo_x"]
    assert case.complete("undo_x").complete("n").done


def test_what_was_not_completed_is_not_undone():
    body = TWO + '<parallelGateway id="g"/>' + throw() + chain("s", "g", "x", "back", "n") + chain("g", "y")
    case = Case(body).complete("x")
    assert case.waiting == ["undo_x", "y"]
    case.complete("undo_x").complete("n")
    assert case.complete("y").done


ZEEBE = "http://camunda.org/schema/zeebe/1.0"
EACH = (
    f'<multiInstanceLoopCharacteristics><extensionElements><z:loopCharacteristics xmlns:z="{ZEEBE}" '
    'inputCollection="= people" inputElement="who"/></extensionElements></multiInstanceLoopCharacteristics>'
)


@pytest.mark.parametrize(
    ("kind", "work", "inner"),
    [
        ("userTask", "x", EACH),
        ("subProcess", "in", EACH + '<startEvent id="is"/><userTask id="in"/>' + chain("is", "in")),
    ],
)
def test_every_instance_is_undone_for_itself_the_last_first(kind, work, inner):
    body = '<startEvent id="s"/>' + undoable("x", kind, inner) + throw() + '<userTask id="n"/>'
    case = Case(body + chain("s", "x", "back", "n"), people=["Ada", "Ben", "Cem"]).complete_all(work)
    for who in ("Cem", "Ben", "Ada"):
        assert case.waiting == ["undo_x"]
        (item,) = case.given(CreateWorkItem)
        assert item.variables["who"] == who
        case.complete("undo_x", note=who)
    assert case.waiting == ["n"]
    assert case.state.variables["note"] == "Ada"
    assert case.complete("n").done


def test_handlers_inside_an_instance_see_what_it_was_about():
    inner = EACH + '<startEvent id="is"/>' + undoable("x") + chain("is", "x")
    body = f'<startEvent id="s"/><subProcess id="sub">{inner}</subProcess>' + throw() + '<userTask id="n"/>'
    script = body.replace('<userTask id="undo_x"', '<userTask id="undo_x" name="Absagen"')
    case = Case(script + chain("s", "sub", "back", "n"), people=["Ada", "Ben"]).complete_all("x")
    assert [item.variables["who"] for item in case.given(CreateWorkItem)] == ["Ben"]
    case.complete("undo_x")
    assert [item.variables["who"] for item in case.given(CreateWorkItem)] == ["Ada"]
    assert case.complete("undo_x").complete("n").done


def test_instance_that_was_taken_back_is_not_undone():
    early = EACH.replace(
        "</multi", "<completionCondition>= numberOfCompletedInstances = 2</completionCondition></multi"
    )
    body = '<startEvent id="s"/>' + undoable("x", inner=early) + throw() + '<userTask id="n"/>'
    case = Case(body + chain("s", "x", "back", "n"), people=["Ada", "Ben", "Cem"]).complete_all("x")
    assert case.complete("undo_x").complete("undo_x").waiting == ["n"]


def test_activity_done_three_times_is_undone_three_times():
    body = (
        '<startEvent id="s"/>' + undoable("x") + '<exclusiveGateway id="g"/>' + throw() + '<userTask id="n"/>'
        + chain("s", "x", "g", "back", "n")
        + chain("g", "x")
    )  # fmt: skip
    case = Case(body).complete("x", "f_g_x").complete("x", "f_g_x").complete("x", "f_g_back")
    for left in (2, 1, 0):
        assert case.waiting == ["undo_x"]
        case.complete("undo_x")
        assert sum(scope.kind == "record" for scope in case.state.scopes) == max(left - 1, 0)
    assert case.waiting == ["n"]


def test_throwing_without_waiting_goes_on_beside_the_compensation():
    case = Case(TWO + throw(wait="false") + ROW).complete("x").complete("y").complete("z")
    assert case.waiting == ["n", "undo_y"]
    case.complete("n")
    assert case.state.status is Status.RUNNING
    assert case.complete("undo_y").complete("undo_x").done


def test_nothing_to_undo_is_passed_at_once():
    assert Case('<startEvent id="s"/>' + throw() + '<userTask id="n"/>' + chain("s", "back", "n")).waiting == ["n"]


INNER = undoable("x") + undoable("y") + chain("x", "y")


def test_completed_sub_process_is_undone_from_the_inside_with_its_variables():
    body = (
        f'<startEvent id="s"/><subProcess id="sub">{INNER}</subProcess>'
        + undoable("z")
        + throw()
        + '<userTask id="n"/>'
    )
    case = Case(body + chain("s", "sub", "z", "back", "n")).complete("x").complete("y").complete("z")
    order = []
    while case.waiting != ["n"]:
        (node,) = case.waiting
        order.append(node)
        case.complete(node)
    assert order == ["undo_z", "undo_y", "undo_x"]
    assert case.complete("n").done


def test_handler_of_the_whole_sub_process_goes_before_those_inside():
    body = '<startEvent id="s"/>' + undoable("sub", "subProcess", INNER) + throw() + '<userTask id="n"/>'
    case = Case(body + chain("s", "sub", "back", "n")).complete("x").complete("y")
    assert case.waiting == ["undo_sub"]
    assert case.complete("undo_sub").waiting == ["n"]


def test_compensation_event_sub_process_undoes_its_sub_process():
    own = (
        f'<subProcess id="es" triggeredByEvent="true"><startEvent id="es_s">{COMPENSATE}</startEvent>'
        '<userTask id="mine"/>' + chain("es_s", "mine") + "</subProcess>"
    )
    body = f'<startEvent id="s"/><subProcess id="sub">{INNER}{own}</subProcess>' + throw() + '<userTask id="n"/>'
    case = Case(body + chain("s", "sub", "back", "n")).complete("x").complete("y")
    assert case.waiting == ["mine"]
    assert case.complete("mine").waiting == ["n"]
    assert case.complete("n").done


def test_error_handler_undoes_what_was_done_before_the_error():
    handler = (
        '<subProcess id="es" triggeredByEvent="true"><startEvent id="es_s"><errorEventDefinition/></startEvent>'
        + throw()
        + '<endEvent id="es_e"/>'
        + chain("es_s", "back", "es_e")
        + "</subProcess>"
    )
    fail = '<endEvent id="bad"><errorEventDefinition/></endEvent>'
    body = '<startEvent id="s"/>' + undoable("x") + undoable("y") + fail + handler + chain("s", "x", "y", "bad")
    case = Case(body).complete("x").complete("y")
    assert case.waiting == ["undo_y"]
    assert case.complete("undo_y").complete("undo_x").done


def test_compensation_at_the_end_comes_before_the_end():
    end = f'<endEvent id="back">{COMPENSATE}</endEvent>'
    case = Case('<startEvent id="s"/>' + undoable("x") + end + chain("s", "x", "back")).complete("x")
    assert case.waiting == ["undo_x"]
    assert case.complete("undo_x").done


def test_multi_instance_sub_process_undoes_every_instance():
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    body = (
        f'<startEvent id="s"/><subProcess id="sub">{undoable("x")}{loop}</subProcess>' + throw() + '<userTask id="n"/>'
    )
    case = Case(body + chain("s", "sub", "back", "n")).complete_all("x")
    assert case.complete("undo_x").waiting == ["undo_x"]
    assert case.complete("undo_x").waiting == ["n"]
    assert case.complete("n").done


def test_without_any_compensation_nothing_is_remembered():
    case = Case('<startEvent id="s"/>' + undoable("x") + '<userTask id="n"/>' + chain("s", "x", "n")).complete("x")
    assert [scope.kind for scope in case.state.scopes] == [""]


def transaction(boundary=True):
    inside = (
        undoable("x") + '<userTask id="other"/><exclusiveGateway id="g"/><parallelGateway id="fork"/>'
        '<endEvent id="ok"/><endEvent id="stop"><cancelEventDefinition/></endEvent>'
        + chain("x", "fork", "g", "ok")
        + chain("fork", "other")
        + chain("g", "stop")
    )
    body = (
        f'<startEvent id="s"/><transaction id="tr">{inside}</transaction><userTask id="n"/><userTask id="cancelled"/>'
    )
    if boundary:
        cancel = '<boundaryEvent id="b" attachedToRef="tr"><cancelEventDefinition/></boundaryEvent>'
        body += cancel + chain("b", "cancelled")
    return body + chain("s", "tr", "n")


def test_cancelled_transaction_is_undone_and_goes_on_at_its_boundary():
    case = Case(transaction()).complete("x")
    assert case.waiting == ["g", "other"]
    assert case.complete("g", "f_g_stop").waiting == ["undo_x"]
    assert case.complete("undo_x").waiting == ["cancelled"]
    assert case.complete("cancelled").done


def test_transaction_that_succeeds_goes_on_normally():
    case = Case(transaction()).complete("x").complete("g", "f_g_ok").complete("other")
    assert case.waiting == ["n"]
    assert case.complete("n").done


def test_cancel_without_a_boundary_is_said():
    case = Case(transaction(boundary=False)).complete("x").complete("g", "f_g_stop").complete("undo_x")
    assert [incident.code for incident in case.given(Incident)] == ["cancel_uncaught"]
    assert case.done


def test_interrupted_scope_forgets_what_it_could_have_undone():
    inner = undoable("x") + '<userTask id="y"/>' + chain("x", "y")
    body = (
        f'<startEvent id="s"/><subProcess id="sub">{inner}</subProcess><userTask id="m"/>'
        '<boundaryEvent id="b" attachedToRef="sub" name="Halt"><messageEventDefinition/></boundaryEvent>'
        + throw()
        + '<intermediateThrowEvent id="out" name="fertig"><messageEventDefinition/></intermediateThrowEvent>'
        + chain("s", "sub")
        + chain("b", "m", "back", "out")
    )
    case = Case(body).complete("x")
    assert case.message("Halt").waiting == ["m"]
    case.happen(Completed(case.wait("m").id, AT))
    assert [command.name for command in case.given(SendMessage)] == ["fertig"]
    assert case.done
