"""The token engine: tasks, plain gateways, timers, messages, links, ends; what each other file tests stands there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.process.samples import APPROVAL, AT, Case, duration, flow, model
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.process.engine import new_case, step
from werkfluss.process.runnable import runnable
from werkfluss.process.state import (
    AwaitMessage,
    CallService,
    Cancelled,
    Completed,
    CreateWorkItem,
    Failed,
    Finished,
    Incident,
    MessageReceived,
    SendMessage,
    Start,
    StartTimer,
    State,
    Status,
    TimerFired,
    Unmatched,
    WaitKind,
    Withdraw,
)


def test_gateway_without_condition_is_decided_with_the_task_before():
    case = Case(APPROVAL)
    (item,) = case.given(CreateWorkItem)
    assert [(choice.flow, choice.label) for choice in item.choices] == [("f3", "ja"), ("f4", "nein")]
    case.complete("ask", "f4")
    assert case.state.status is Status.COMPLETED
    assert case.path == ["s", "ask", "g", "no"]
    assert case.given(Finished) == [Finished(Status.COMPLETED, ("no",))]


def test_gateway_without_condition_becomes_a_decision_task():
    case = Case(APPROVAL).complete("ask")
    (item,) = case.given(CreateWorkItem)
    assert (item.element, item.kind) == ("g", WaitKind.DECISION)
    with pytest.raises(Refused):
        case.complete("g")
    with pytest.raises(Refused):
        case.complete("g", "f1")
    assert case.complete("g", "f3").waiting == ["do"]


def test_condition_in_feel_decides_by_the_data():
    body = APPROVAL.replace('name="ja">', 'name="ja"><conditionExpression>= betrag &lt; 500</conditionExpression>')
    body = body.replace('name="nein">', 'name="nein"><conditionExpression>betrag &gt;= 500</conditionExpression>')
    assert Case(body).complete("ask", betrag=499).waiting == ["do"]
    assert Case(body, betrag=500).complete("ask").state.status is Status.COMPLETED
    undecided = Case(body).complete("ask")
    assert [incident.code for incident in undecided.given(Incident)] == ["no_branch"]
    assert undecided.waiting == ["g"]


def test_default_branch_is_taken_when_no_condition_holds():
    body = APPROVAL.replace('id="g"', 'id="g" default="f4"').replace(
        'name="ja">', 'name="ja"><conditionExpression>ok</conditionExpression>'
    )
    assert Case(body, ok=True).complete("ask").waiting == ["do"]
    assert Case(body).complete("ask").path[-1] == "no"


def test_condition_in_another_language_is_left_to_a_person():
    body = APPROVAL.replace('name="ja">', 'name="ja"><conditionExpression>${ok}</conditionExpression>')
    assert Case(body).complete("ask").waiting == ["g"]
    notes = {(f.code, f.element) for f in runnable(model(body), "p")}
    assert ("decided_by_person", "g") in notes


PARALLEL = (
    '<startEvent id="s"/><parallelGateway id="a"/><userTask id="x"/><userTask id="y"/><parallelGateway id="b"/>'
    '<serviceTask id="z"><extensionElements><wf:work operation="archive"/></extensionElements></serviceTask>'
    + flow("f1", "s", "a")
    + flow("f2", "a", "x")
    + flow("f3", "a", "y")
    + flow("f4", "x", "b")
    + flow("f5", "y", "b")
    + flow("f6", "b", "z")
)


def test_parallel_gateway_waits_for_every_branch():
    case = Case(PARALLEL)
    assert case.waiting == ["x", "y"]
    assert case.complete("y").waiting == ["x"]
    case.complete("x", note="ok")
    (call,) = case.given(CallService)
    assert (call.operation, call.inputs) == ("archive", {"note": "ok"})
    assert case.path.count("b") == 1
    assert case.complete("z").state.status is Status.COMPLETED


def test_join_after_a_decision_ends_as_deadlock():
    body = PARALLEL.replace('parallelGateway id="a"', 'exclusiveGateway id="a"')
    case = Case(body).complete("a", "f2").complete("x")
    assert case.state.status is Status.FAILED
    assert [(incident.code, incident.element) for incident in case.given(Incident)] == [("deadlock", "b")]


def test_implicit_start_split_merge_and_end():
    body = '<task id="x"/><task id="y"/><task id="z"/>' + flow("f1", "x", "z") + flow("f2", "y", "z")
    case = Case(body)
    assert case.waiting == ["x", "y"]
    case.complete("x")
    assert case.waiting == ["y", "z"]
    case.complete("y")
    assert case.waiting == ["z", "z"]
    for wait in case.state.waits:
        case.happen(Completed(wait.id, AT))
    assert case.state.status is Status.COMPLETED


def timer_body(interrupting, time="<timeDuration>P1M2DT3H</timeDuration>"):
    return (
        '<startEvent id="s"/><userTask id="t"/><endEvent id="e"/><userTask id="late"/>'
        f'<boundaryEvent id="b" attachedToRef="t" cancelActivity="{interrupting}">'
        f"<timerEventDefinition>{time}</timerEventDefinition></boundaryEvent>"
        + flow("f1", "s", "t")
        + flow("f2", "t", "e")
        + flow("f3", "b", "late")
    )


def test_interrupting_timer_takes_the_work_back():
    case = Case(timer_body("true"))
    (timer,) = case.given(StartTimer)
    # 2 March 09:00 in Berlin + 1 month 2 days + 3 hours; summer time has begun in between.
    assert timer.due.isoformat() == "2026-04-04T10:00:00+00:00"
    case.fire("b")
    assert [command.element for command in case.given(Withdraw)] == ["t"]
    assert case.waiting == ["late"]


def test_timer_that_is_too_late_changes_nothing():
    case = Case(timer_body("true"))
    timer = case.wait("b").id
    case.complete("t")
    assert [command.element for command in case.given(Withdraw)] == ["b"]
    before = case.state
    case.happen(TimerFired(timer, AT))
    assert (case.state, case.commands) == (before, [])


def test_non_interrupting_timer_leaves_the_work_open():
    case = Case(timer_body("false")).fire("b")
    assert case.waiting == ["late", "t"]
    case.complete("t")
    assert case.state.status is Status.RUNNING
    assert case.complete("late").state.status is Status.COMPLETED


def test_repeating_timer_fires_as_often_as_it_says():
    case = Case(timer_body("false", "<timeCycle>R2/P1D</timeCycle>")).fire("b")
    assert [command.due for command in case.given(StartTimer)] == [AT + timedelta(days=2)]
    case.fire("b")
    assert case.waiting == ["late", "late", "t"]


def test_due_and_follow_up_of_a_step_are_counted_from_when_it_is_reached():
    box = '<extensionElements><wf:work due="P5D" followUp="= nachsehen"/></extensionElements>'
    (item,) = Case(f'<userTask id="t">{box}</userTask>', nachsehen="P2D").given(CreateWorkItem)
    assert (item.due, item.follow_up) == (AT + timedelta(days=5), AT + timedelta(days=2))


def test_timer_may_be_a_feel_expression():
    case = Case(timer_body("true", "<timeDate>= date(frist)</timeDate>"), frist="2026-06-01")
    assert case.given(StartTimer)[0].due.isoformat() == "2026-05-31T22:00:00+00:00"
    case = Case(timer_body("true", "<timeDate>= date(frist)</timeDate>"))
    assert [incident.code for incident in case.given(Incident)] == ["timer_without_time"]


def test_intermediate_timer_and_message_wait():
    body = (
        f'<startEvent id="s"/><intermediateCatchEvent id="w">{duration("PT1H")}</intermediateCatchEvent>'
        '<intermediateCatchEvent id="m" name="Antwort"><messageEventDefinition/></intermediateCatchEvent>'
        '<intermediateThrowEvent id="o" name="Danke"><messageEventDefinition/></intermediateThrowEvent><endEvent id="e"/>'
        + flow("f1", "s", "w")
        + flow("f2", "w", "m")
        + flow("f3", "m", "o")
        + flow("f4", "o", "e")
    )
    case = Case(body).fire("w")
    assert case.given(AwaitMessage)[0].name == "Antwort"
    before = case.state
    assert case.happen(MessageReceived("anders", AT)).given(Unmatched) == [Unmatched("anders")]
    assert case.state == before
    case.happen(MessageReceived("Antwort", AT, {"ja": True}))
    assert case.given(SendMessage) == [SendMessage("o", "Danke", {"ja": True})]
    assert case.state.status is Status.COMPLETED


def test_event_gateway_takes_what_comes_first():
    body = (
        f'<startEvent id="s"/><eventBasedGateway id="g"/><intermediateCatchEvent id="w">{duration("P7D")}'
        '</intermediateCatchEvent><receiveTask id="r" name="Antwort"/><endEvent id="late"/><endEvent id="answered"/>'
        + flow("f1", "s", "g")
        + flow("f2", "g", "w")
        + flow("f3", "g", "r")
        + flow("f4", "w", "late")
        + flow("f5", "r", "answered")
    )
    case = Case(body)
    assert case.waiting == ["r", "w"]
    case.happen(MessageReceived("Antwort", AT))
    assert [command.element for command in case.given(Withdraw)] == ["w"]
    assert case.path == ["s", "g", "r", "answered"]


SUB = (
    '<startEvent id="s"/><subProcess id="sub"><startEvent id="is"/><userTask id="x"/><userTask id="y"/>'
    '<endEvent id="ie"/>{inner}</subProcess><endEvent id="e"/><userTask id="mend"/>'
    '<boundaryEvent id="b" attachedToRef="sub">{event}</boundaryEvent>'
    + flow("f1", "s", "sub")
    + flow("f2", "sub", "e")
    + flow("f3", "b", "mend")
).replace("{inner}", flow("i1", "is", "x") + flow("i2", "is", "y") + flow("i3", "x", "ie"))


def test_sub_process_ends_with_its_last_token():
    case = Case(SUB.replace("{event}", duration("P1D")))
    assert case.waiting == ["b", "x", "y"]
    assert case.state.active == {"sub", "x", "y"}
    case.complete("x").complete("y")
    assert case.state.status is Status.COMPLETED


def test_boundary_timer_interrupts_all_that_runs_inside():
    case = Case(SUB.replace("{event}", duration("P1D"))).fire("b")
    assert sorted(command.element for command in case.given(Withdraw)) == ["x", "y"]
    assert case.waiting == ["mend"]
    assert len(case.state.scopes) == 1


def test_error_is_caught_at_the_boundary():
    case = Case(SUB.replace("{event}", "<errorEventDefinition/>"))
    case.happen(Failed(case.wait("x").id, AT, "kaputt"))
    assert case.waiting == ["mend"]


def test_failure_that_nobody_catches_stays_open_as_incident():
    case = Case(PARALLEL)
    case.happen(Failed(case.wait("x").id, AT, message="Server weg"))
    assert case.given(Incident) == [Incident("x", "failed", "Server weg")]
    assert case.waiting == ["x", "y"]


def test_terminate_end_stops_everything():
    body = PARALLEL.replace('<userTask id="y"/>', '<endEvent id="y"><terminateEventDefinition/></endEvent>')
    body = body.replace(flow("f5", "y", "b"), "")
    case = Case(body)
    assert case.state.status is Status.COMPLETED
    assert [command.element for command in case.given(Withdraw)] == ["x"]


def test_link_jumps_to_its_target():
    body = (
        '<startEvent id="s"/><intermediateThrowEvent id="t"><linkEventDefinition name="A"/></intermediateThrowEvent>'
        '<intermediateCatchEvent id="c"><linkEventDefinition name="A"/></intermediateCatchEvent><endEvent id="e"/>'
        + flow("f1", "s", "t")
        + flow("f2", "c", "e")
    )
    assert Case(body).path == ["s", "t", "c", "e"]


def test_cancelled_case_takes_everything_back():
    case = Case(PARALLEL).happen(Cancelled(AT, "entfällt"))
    assert case.state.status is Status.CANCELLED
    assert len(case.given(Withdraw)) == 2
    with pytest.raises(Refused):
        case.happen(Completed("w9", AT))
    assert case.happen(TimerFired("w9", AT)).commands == []


def test_work_item_that_is_gone_is_a_conflict():
    case = Case(PARALLEL)
    gone = case.wait("x").id
    case.complete("x")
    with pytest.raises(Conflict):
        case.happen(Completed(gone, AT))
    with pytest.raises(Conflict):
        case.happen(Start(AT))


def test_circle_without_a_wait_is_stopped():
    body = '<startEvent id="s"/><exclusiveGateway id="a"/><exclusiveGateway id="b"/>'
    body += flow("f1", "s", "a") + flow("f2", "a", "b") + flow("f3", "b", "a")
    case = Case(body)
    assert case.state.status is Status.FAILED
    assert case.given(Incident)[0].code == "circle"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "empty"),
        ('<endEvent id="e"/>', "no_start"),
        (
            '<startEvent id="s"/><intermediateThrowEvent id="t"><linkEventDefinition name="A"/></intermediateThrowEvent>'
            + flow("f", "s", "t"),
            "link_target",
        ),
        (
            f'<startEvent id="s"/><intermediateCatchEvent id="t">{duration("morgen")}</intermediateCatchEvent>'
            + flow("f", "s", "t"),
            "timer_unreadable",
        ),
    ],
)
def test_what_cannot_run_is_refused_by_name_before_the_start(body, code):
    definitions = model(body)
    (finding,) = [f for f in runnable(definitions, "p") if f.severity == "blocks"]
    assert finding.code == code
    with pytest.raises(Refused) as refused:
        step(definitions, new_case("p"), Start(AT))
    assert refused.value.reason == finding.message


def test_state_of_another_format_is_refused():
    with pytest.raises(ValueError, match="format"):
        State.from_json({**new_case("p").as_json(), "format": 0})
