"""Which of several waits a message is meant for: the key that wait and message have in common."""

from __future__ import annotations

import pytest

from tests.process.samples import AT, Case, chain
from werkfluss.process.state import AwaitMessage, Incident, MessageReceived, Undone, Unmatched

ZEEBE = "http://camunda.org/schema/zeebe/1.0"


def declared(key):
    box = f'<z:subscription xmlns:z="{ZEEBE}" correlationKey="{key}"/>'
    return f'<message id="m" name="Antwort"><extensionElements>{box}</extensionElements></message>'


EACH = (
    '<startEvent id="s"/><subProcess id="each"><multiInstanceLoopCharacteristics>'
    f'<extensionElements><z:loopCharacteristics xmlns:z="{ZEEBE}" inputCollection="= orders" inputElement="order"/>'
    "</extensionElements></multiInstanceLoopCharacteristics>"
    '<receiveTask id="r" messageRef="m"/><userTask id="t"/>' + chain("r", "t") + "</subProcess>" + chain("s", "each")
)


def received(key="", wait="", name="Antwort"):
    return MessageReceived(name, AT, {}, wait, key)


def keys(case):
    return [wait.correlation for wait in case.state.waits if wait.name == "Antwort"]


def test_wait_carries_the_evaluated_key():
    case = Case(EACH, declared("= order"), orders=["A-1", 4711])
    assert [command.correlation for command in case.given(AwaitMessage)] == ["A-1", "4711"]
    assert keys(case) == ["A-1", "4711"]


def test_message_goes_to_the_wait_with_its_key():
    case = Case(EACH, declared("= order"), orders=["A-1", "A-2", "A-3"]).happen(received("A-2"))
    assert keys(case) == ["A-1", "A-3"]
    assert case.happen(received("A-9")).commands == [Unmatched("Antwort", "A-9")]
    assert keys(case) == ["A-1", "A-3"]


def test_message_without_key_goes_to_the_oldest_wait_and_a_named_wait_goes_before_any_key():
    case = Case(EACH, declared("= order"), orders=["A-1", "A-2", "A-3"])
    last = case.state.waits[-1].id
    assert keys(case.happen(received("A-1", last))) == ["A-1", "A-2"]
    assert keys(case.message("Antwort")) == ["A-2"]


def test_wait_without_key_takes_a_message_that_carries_one():
    around = '<message id="m" name="Antwort"/>'
    assert Case(EACH, around, orders=["A-1"]).happen(received("anything")).waiting == ["t"]


@pytest.mark.parametrize(("key", "value"), [("= nobody", "x"), ("= order", True), ("= order", [1]), ("= order +", "x")])
def test_key_that_gives_no_text_is_an_incident_and_the_wait_takes_any(key, value):
    case = Case(EACH, declared(key), orders=[value])
    assert [incident.code for incident in case.given(Incident)] == ["correlation"]
    assert case.happen(received("x")).waiting == ["t"]


def test_event_waits_with_the_key_too_and_keeps_it_when_a_step_is_undone():
    catch = '<intermediateCatchEvent id="c"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>'
    body = f'<startEvent id="s"/><userTask id="a"/><eventBasedGateway id="g"/>{catch}<userTask id="t"/>'
    body += '<receiveTask id="r" name="Absage"/><endEvent id="e"/>' + chain("s", "a", "g", "c", "t", "e")
    body += chain("g", "r", "t")
    case = Case(body, declared("number"), number="N-7").complete("a")
    assert case.given(AwaitMessage)[0].correlation == "N-7"
    before, wait = case.state, case.wait("r").id
    case.happen(received(name="Absage"))
    case.happen(Undone(wait, AT, before, case.commands))
    again = {command.name: command.correlation for command in case.given(AwaitMessage)}
    assert again == {"Antwort": "N-7", "Absage": ""}
