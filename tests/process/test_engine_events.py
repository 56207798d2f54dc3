"""Signals, errors, escalations, conditions, event sub-processes, multiple events (BPMN 2.0.2, 10.5 and 13.5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.process.samples import AT, Case, chain, duration, flow
from werkfluss.process.state import (
    AwaitCondition,
    AwaitSignal,
    Finished,
    Incident,
    SendSignal,
    StartTimer,
    Status,
    TimerFired,
    Unmatched,
    Withdraw,
)

AROUND = (
    '<signal id="sig" name="Alarm"/><error id="late" name="Zu spät" errorCode="E1"/>'
    '<error id="lost" name="Verloren" errorCode="E2"/><escalation id="esc" name="Chef" escalationCode="C1"/>'
)
SIGNAL = '<signalEventDefinition signalRef="sig"/>'
LATE = '<errorEventDefinition errorRef="late"/>'
LOST = '<errorEventDefinition errorRef="lost"/>'
ESCALATION = '<escalationEventDefinition escalationRef="esc"/>'


def boundary(name, at, definition, interrupting=True):
    cancel = str(interrupting).lower()
    return f'<boundaryEvent id="{name}" attachedToRef="{at}" cancelActivity="{cancel}">{definition}</boundaryEvent>'


def condition(text):
    return f"<conditionalEventDefinition><condition><![CDATA[{text}]]></condition></conditionalEventDefinition>"


def test_signal_reaches_every_wait_in_the_case_and_goes_outside():
    body = (
        '<startEvent id="s"/><parallelGateway id="a"/><userTask id="go"/><userTask id="t"/><userTask id="u"/>'
        f'<intermediateThrowEvent id="throw">{SIGNAL}</intermediateThrowEvent><userTask id="after"/>'
        f'<intermediateCatchEvent id="catch">{SIGNAL}</intermediateCatchEvent><userTask id="caught"/>'
        + boundary("b", "t", SIGNAL)
        + boundary("side", "u", SIGNAL, interrupting=False)
        + '<userTask id="stopped"/><userTask id="beside"/>'
        + chain("s", "a", "go", "throw", "after")
        + chain("a", "catch", "caught")
        + chain("a", "t")
        + chain("a", "u")
        + chain("b", "stopped")
        + chain("side", "beside")
    )
    case = Case(body, AROUND)
    assert {order.name for order in case.given(AwaitSignal)} == {"Alarm"}
    case.complete("go", wert=1)
    assert case.given(SendSignal) == [SendSignal("throw", "Alarm", {"wert": 1})]
    assert case.waiting == ["after", "beside", "caught", "side", "stopped", "u"]
    # The boundary event that does not interrupt hears it again, also from outside.
    case.signal("Alarm")
    assert case.waiting.count("beside") == 2
    assert case.signal("Alarm gibt es nicht").commands == []


def test_signal_that_interrupts_its_own_sender_lets_nothing_go_on_there():
    body = (
        '<startEvent id="s"/><subProcess id="sub"><userTask id="t"/>'
        f'<intermediateThrowEvent id="throw">{SIGNAL}</intermediateThrowEvent><userTask id="after"/>'
        + chain("t", "throw", "after")
        + '</subProcess><userTask id="caught"/>'
        + boundary("b", "sub", SIGNAL)
        + chain("s", "sub")
        + chain("b", "caught")
    )
    case = Case(body, AROUND).complete("t")
    assert case.waiting == ["caught"]
    assert case.complete("caught").done


def error_body(*boundaries):
    return (
        '<startEvent id="s"/><subProcess id="outer"><subProcess id="inner"><userTask id="t"/>'
        f'<exclusiveGateway id="g"/><endEvent id="e1">{LATE}</endEvent><endEvent id="e2">{LOST}</endEvent>'
        + chain("t", "g")
        + flow("f1", "g", "e1", "spät")
        + flow("f2", "g", "e2", "verloren")
        + '</subProcess></subProcess><userTask id="a"/><userTask id="b"/><userTask id="c"/>'
        + "".join(boundaries)
        + chain("s", "outer")
    )


def test_error_goes_outwards_to_the_event_that_names_it():
    named = boundary("n", "outer", LOST) + chain("n", "a")
    case = Case(error_body(named, boundary("all", "outer", "<errorEventDefinition/>") + chain("all", "b")), AROUND)
    assert case.complete("t", "f2").waiting == ["a"]
    case = Case(error_body(named, boundary("all", "outer", "<errorEventDefinition/>") + chain("all", "b")), AROUND)
    assert case.complete("t", "f1").waiting == ["b"]


def test_error_that_another_event_names_is_not_masked():
    case = Case(error_body(boundary("n", "outer", LATE) + chain("n", "a")), AROUND).complete("t", "f2")
    assert case.state.status is Status.FAILED
    (incident,) = case.given(Incident)
    assert (incident.code, incident.element) == ("error", "e2")
    assert "E2" in incident.cause
    assert case.given(Finished) == [Finished(Status.FAILED, ("e2",), "E2", "Verloren")]


@pytest.mark.parametrize(("error", "waiting"), [("E1", ["mend"]), ("Zu spät", ["t"]), ("E2", ["t"]), ("", ["t"])])
def test_failed_step_is_caught_by_the_code_of_its_boundary_event(error, waiting):
    body = '<userTask id="t"/><userTask id="mend"/>' + boundary("b", "t", LATE) + chain("b", "mend")
    case = Case(body, AROUND)
    case.fail("t", error)
    assert case.waiting == waiting
    assert bool(case.given(Incident)) is (waiting == ["t"])


def test_escalation_does_not_stop_and_need_not_be_caught():
    inner = (
        '<userTask id="t"/>'
        f'<intermediateThrowEvent id="throw">{ESCALATION}</intermediateThrowEvent><userTask id="on"/>'
        + chain("t", "throw", "on")
    )
    body = f'<startEvent id="s"/><subProcess id="sub">{inner}</subProcess><userTask id="chef"/>' + chain("s", "sub")
    assert Case(body, AROUND).complete("t").waiting == ["on"]
    beside = body + boundary("b", "sub", ESCALATION, interrupting=False) + chain("b", "chef")
    case = Case(beside, AROUND).complete("t")
    assert case.waiting == ["chef", "on"]
    assert case.complete("on").complete("chef").done
    instead = body + boundary("b", "sub", ESCALATION) + chain("b", "chef")
    assert Case(instead, AROUND).complete("t").waiting == ["chef"]


def test_person_may_escalate_a_step_that_stays_open():
    body = '<userTask id="t"/><userTask id="chef"/>' + boundary("b", "t", ESCALATION, False) + chain("b", "chef")
    case = Case(body, AROUND)
    assert case.escalate("t", "C2").waiting == ["t"]
    assert case.escalate("t", "C1").waiting == ["chef", "t"]


def test_condition_is_looked_at_whenever_variables_change():
    body = (
        '<startEvent id="s"/><parallelGateway id="a"/><userTask id="t"/><userTask id="u"/>'
        f'<intermediateCatchEvent id="c">{condition("betrag > 100")}</intermediateCatchEvent><userTask id="high"/>'
        + chain("s", "a", "t")
        + chain("a", "u")
        + chain("a", "c", "high")
    )
    case = Case(body, betrag=5)
    (order,) = case.given(AwaitCondition)
    assert (order.condition, order.formal) == ("betrag > 100", True)
    assert case.complete("t", betrag=50).waiting == ["c", "u"]
    assert case.complete("u", betrag=500).waiting == ["high"]
    # It may hold from the first.
    assert Case(body, betrag=101).waiting == ["high", "t", "u"]


def test_condition_beside_a_step_fires_each_time_it_comes_true():
    body = (
        '<startEvent id="s"/><parallelGateway id="a"/><userTask id="t"/><userTask id="u1"/><userTask id="u2"/>'
        '<userTask id="u3"/><userTask id="side"/>'
        + boundary("b", "t", condition("rot"), interrupting=False)
        + chain("s", "a", "t")
        + chain("a", "u1", "u2", "u3")
        + chain("b", "side")
    )
    case = Case(body).complete("u1", rot=True)
    assert case.waiting.count("side") == 1
    assert case.complete("u2", rot=True).waiting.count("side") == 1
    case.complete("side", rot=False)
    assert case.complete("u3", rot=True).waiting.count("side") == 1


def test_condition_in_words_is_told_by_a_person():
    body = f'<startEvent id="s"/><intermediateCatchEvent id="c">{condition("Ware ist da!")}</intermediateCatchEvent>'
    case = Case(body + '<userTask id="t"/>' + chain("s", "c", "t"))
    (order,) = case.given(AwaitCondition)
    assert not order.formal
    wait = case.wait("c").id
    assert case.meet("c", ort="Kassel").waiting == ["t"]
    assert case.state.variables == {"ort": "Kassel"}
    assert case.happen(TimerFired(wait, AT)).commands == []


def event_sub(definition, interrupting=True, inner='<userTask id="it"/>', then="it"):
    flag = str(interrupting).lower()
    return (
        f'<subProcess id="es" triggeredByEvent="true"><startEvent id="es_s" isInterrupting="{flag}">{definition}'
        f"</startEvent>{inner}{chain('es_s', then)}</subProcess>"
    )


BASE = '<startEvent id="s"/><userTask id="t"/><endEvent id="e"/>' + chain("s", "t", "e")


@pytest.mark.parametrize(
    ("definition", "happen"),
    [
        (duration("P1D"), lambda case: case.fire("es_s")),
        ('<messageEventDefinition messageRef="m"/>', lambda case: case.message("Ruf")),
        (SIGNAL, lambda case: case.signal("Alarm")),
        (condition("rot"), lambda case: case.happen(TimerFired("w0", AT)).meet("es_s")),
        (ESCALATION, lambda case: case.escalate("t", "C1")),
        (LATE, lambda case: case.fail("t", "E1")),
    ],
)
@pytest.mark.parametrize("interrupting", [True, False])
def test_event_sub_process_starts_by_its_event(definition, happen, interrupting):
    case = Case(BASE + event_sub(definition, interrupting), AROUND + '<message id="m" name="Ruf"/>')
    happen(case)
    # An error always interrupts (10.3.3).
    stays = [] if interrupting or definition == LATE else ["t"]
    assert [node for node in case.waiting if node != "es_s"] == ["it", *stays]
    assert case.path[-2:] == ["es", "es_s"] or case.path[-3:] == ["es", "es_s", "it"]
    case.complete("it")
    if stays:
        case.complete("t")
    assert case.done


def test_event_sub_process_does_not_keep_the_case_open():
    case = Case(BASE + event_sub(duration("P1D"), interrupting=False))
    timer = case.wait("es_s").id
    case.complete("t")
    assert case.done
    assert [command.wait for command in case.given(Withdraw)] == [timer]
    assert case.happen(TimerFired(timer, AT)).commands == []


def test_event_sub_process_that_runs_keeps_its_scope_open():
    case = Case(BASE + event_sub(duration("P1D"), interrupting=False)).fire("es_s").complete("t")
    assert (case.state.status, case.waiting) == (Status.RUNNING, ["it"])
    assert case.complete("it").done


def test_repeating_timer_starts_an_event_sub_process_several_times():
    cycle = "<timerEventDefinition><timeCycle>R3/PT1H</timeCycle></timerEventDefinition>"
    case = Case(BASE + event_sub(cycle, interrupting=False)).fire("es_s")
    assert [command.due for command in case.given(StartTimer)] == [AT + timedelta(hours=2)]
    case.fire("es_s").fire("es_s")
    assert case.waiting == ["it", "it", "it", "t"]


def test_error_inside_an_event_sub_process_is_not_caught_by_itself():
    inner = f'<userTask id="it"/><endEvent id="again">{LATE}</endEvent>' + chain("it", "again")
    case = Case(BASE + event_sub(LATE, inner=inner), AROUND)
    case.fail("t", "E1").complete("it")
    assert case.state.status is Status.FAILED


def test_event_sub_process_inside_a_sub_process_ends_only_that():
    inner = '<userTask id="x"/>' + event_sub(SIGNAL)
    body = f'<startEvent id="s"/><parallelGateway id="a"/><userTask id="t"/><subProcess id="sub">{inner}</subProcess>'
    body += '<userTask id="next"/>' + chain("s", "a", "t") + chain("a", "sub", "next")
    case = Case(body, AROUND).signal("Alarm")
    assert case.waiting == ["it", "t"]
    assert case.complete("it").waiting == ["next", "t"]


BOTH = f'<messageEventDefinition messageRef="m"/>{duration("P3D")}'


def test_multiple_event_happens_with_the_first_of_its_triggers():
    body = f'<startEvent id="s"/><intermediateCatchEvent id="c">{BOTH}</intermediateCatchEvent><userTask id="t"/>'
    case = Case(body + chain("s", "c", "t"), '<message id="m" name="Ruf"/>')
    assert case.waiting == ["c", "c"]
    assert case.message("Ruf").waiting == ["t"]


def test_parallel_multiple_event_needs_all_of_its_triggers():
    body = (
        f'<startEvent id="s"/><intermediateCatchEvent id="c" parallelMultiple="true">{BOTH}</intermediateCatchEvent>'
        '<userTask id="t"/>' + chain("s", "c", "t")
    )
    case = Case(body, '<message id="m" name="Ruf"/>').message("Ruf")
    assert case.waiting == ["c"]
    assert case.message("Ruf").given(Unmatched)
    assert case.fire("c").waiting == ["t"]


def test_throwing_multiple_event_throws_all():
    throw = f'<intermediateThrowEvent id="o">{SIGNAL}<messageEventDefinition messageRef="m"/></intermediateThrowEvent>'
    body = f'<startEvent id="s"/>{throw}<userTask id="t"/>' + chain("s", "o", "t")
    case = Case(body, AROUND + '<message id="m" name="Ruf"/>')
    assert [type(c).__name__ for c in case.commands if type(c).__name__.startswith("Send")] == [
        "SendSignal",
        "SendMessage",
    ]


def test_terminate_in_a_sub_process_ends_only_that():
    inner = '<userTask id="x"/><userTask id="y"/><endEvent id="stop"><terminateEventDefinition/></endEvent>' + chain(
        "x", "stop"
    )
    body = f'<startEvent id="s"/><subProcess id="sub">{inner}</subProcess><userTask id="t"/>' + chain("s", "sub", "t")
    assert Case(body).complete("x").waiting == ["t"]


def test_link_whose_ends_have_different_names_still_leads_on():
    body = (
        '<startEvent id="s"/><intermediateThrowEvent id="t"><linkEventDefinition name="L1"/></intermediateThrowEvent>'
        '<intermediateCatchEvent id="c"><linkEventDefinition name="L2"/></intermediateCatchEvent><endEvent id="e"/>'
        + chain("s", "t")
        + chain("c", "e")
    )
    assert Case(body).path == ["s", "t", "c", "e"]
