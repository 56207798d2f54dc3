"""Inclusive, complex and event gateways; implicit splits with conditions (BPMN 2.0.2, 13.4)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.process.samples import AT, Case, chain, duration, flow
from werkfluss.kernel.errors import Refused
from werkfluss.process.state import Completed, CreateWorkItem, Incident, Status

INCLUSIVE = (
    '<startEvent id="s"/><inclusiveGateway id="a" {default}/><userTask id="x"/><userTask id="y"/><userTask id="z"/>'
    '<inclusiveGateway id="b"/><userTask id="last"/><endEvent id="e"/>'
    + chain("s", "a")
    + flow("fx", "a", "x", "Strom", "{x}")
    + flow("fy", "a", "y", "Wasser", "{y}")
    + flow("fz", "a", "z", "Gas", "{z}")
    + chain("x", "b")
    + chain("y", "b")
    + chain("z", "b", "last", "e")
)


def inclusive(x="p", y="q", z="r", default=""):
    return INCLUSIVE.replace("{x}", x).replace("{y}", y).replace("{z}", z).replace("{default}", default)


@pytest.mark.parametrize(
    ("variables", "waiting"), [({"p": True}, ["x"]), ({"p": True, "r": True}, ["x", "z"]), ({"q": True}, ["y"])]
)
def test_inclusive_split_takes_every_branch_that_holds_and_its_join_waits_for_those(variables, waiting):
    case = Case(inclusive(), **variables)
    assert case.waiting == waiting
    for node in waiting[:-1]:
        assert "last" not in case.complete(node).waiting
    assert case.complete(waiting[-1]).waiting == ["last"]
    assert case.path.count("b") == 1
    assert case.complete("last").done


def test_inclusive_default_is_taken_only_when_nothing_else_holds():
    body = inclusive(default='default="fz"')
    assert Case(body, p=True).waiting == ["x"]
    assert Case(body).waiting == ["z"]


def test_inclusive_gateway_without_condition_lets_a_person_pick_several():
    case = Case(inclusive("", "", ""))
    (item,) = case.given(CreateWorkItem)
    assert (item.element, item.several) == ("a", True)
    assert [choice.label for choice in item.choices] == ["Strom", "Wasser", "Gas"]
    with pytest.raises(Refused):
        case.happen(Completed(case.wait("a").id, AT))
    assert case.pick("a", "fx", "fz").waiting == ["x", "z"]


def test_inclusive_gateway_right_behind_a_task_is_decided_with_it():
    body = inclusive("", "", "").replace('<startEvent id="s"/>', '<startEvent id="s0"/><userTask id="s"/>')
    case = Case(body + chain("s0", "s"))
    (item,) = case.given(CreateWorkItem)
    assert (item.element, item.several, len(item.choices)) == ("s", True, 3)
    assert case.pick("s", "fx", "fy").waiting == ["x", "y"]


def test_exclusive_gateway_takes_only_one_of_several_picks():
    body = (
        '<startEvent id="s"/><exclusiveGateway id="g"/><userTask id="x"/><userTask id="y"/>'
        + chain("s", "g")
        + flow("fx", "g", "x", "a")
        + flow("fy", "g", "y", "b")
    )
    with pytest.raises(Refused):
        Case(body).pick("g", "fx", "fy")


def test_inclusive_join_waits_for_a_token_that_is_still_far_upstream():
    """Between split and join lie an exclusive choice and a loop; only what can still come is waited for."""
    body = (
        '<startEvent id="s"/><parallelGateway id="a"/><userTask id="x"/><userTask id="y"/><exclusiveGateway id="c"/>'
        '<userTask id="again"/><inclusiveGateway id="b"/><userTask id="last"/><endEvent id="out"/>'
        + chain("s", "a", "x", "b", "last")
        + chain("a", "y", "c")
        + flow("join", "c", "b", "weiter")
        + flow("leave", "c", "out", "raus")
        + flow("round", "c", "again", "zurück")
        + flow("back", "again", "y")
    )
    case = Case(body).complete("x")
    assert case.waiting == ["y"]
    case.complete("y", "round").complete("again")
    assert case.waiting == ["y"]
    # The token leaves by another way: now nothing can come any more.
    assert case.complete("y", "leave").waiting == ["last"]
    assert case.complete("last").done


def test_inclusive_join_counts_what_stands_inside_a_sub_process_and_at_its_boundary():
    body = (
        '<startEvent id="s"/><parallelGateway id="a"/><userTask id="x"/><subProcess id="sub"><userTask id="y"/></subProcess>'
        f'<boundaryEvent id="late" attachedToRef="sub">{duration("P1D")}</boundaryEvent><endEvent id="e"/>'
        '<inclusiveGateway id="b"/><userTask id="last"/>'
        + chain("s", "a", "x", "b", "last")
        + chain("a", "sub", "e")
        + chain("late", "b")
    )
    case = Case(body).complete("x")
    assert case.waiting == ["late", "y"]
    assert Case(body).complete("x").complete("y").waiting == ["last"]
    assert case.fire("late").waiting == ["last"]


def test_two_inclusive_joins_in_a_row_each_let_one_token_through():
    body = (
        '<startEvent id="s"/><inclusiveGateway id="a"/><userTask id="x"/><userTask id="y"/><userTask id="z"/>'
        '<inclusiveGateway id="b"/><userTask id="m"/><inclusiveGateway id="c"/><userTask id="last"/>'
        + chain("s", "a")
        + flow("fx", "a", "x", "", "true")
        + flow("fy", "a", "y", "", "true")
        + flow("fz", "a", "z", "", "true")
        + chain("x", "b", "m", "c", "last")
        + chain("y", "b")
        + chain("z", "c")
    )
    case = Case(body).complete("z")
    assert case.complete("x").waiting == ["y"]
    assert case.complete("y").waiting == ["m"]
    assert case.complete("m").waiting == ["last"]
    assert case.complete("last").done


@settings(max_examples=examples(60), deadline=None)
@given(st.permutations(["x", "y", "z"]), st.sets(st.sampled_from(["p", "q", "r"]), min_size=1))
def test_inclusive_join_does_not_depend_on_the_order_of_events(order, true):
    case = Case(inclusive(), **dict.fromkeys(true, True))
    for node in order:
        if node in case.waiting:
            case.complete(node)
    assert case.waiting == ["last"]


def complex_body(rule):
    activation = f"<activationCondition>{rule}</activationCondition>" if rule else ""
    return (
        f'<startEvent id="s"/><parallelGateway id="a"/><userTask id="x"/><userTask id="y"/><userTask id="z"/>'
        f'<complexGateway id="c">{activation}</complexGateway><userTask id="last"/>'
        + chain("s", "a", "x", "c", "last")
        + chain("a", "y", "c")
        + chain("a", "z", "c")
    )


def test_complex_gateway_goes_on_by_its_rule_and_swallows_what_comes_late():
    case = Case(complex_body("activationCount &gt;= 2")).complete("x")
    assert case.waiting == ["y", "z"]
    assert case.complete("z").waiting == ["last", "y"]
    assert case.complete("y").waiting == ["last"]
    assert case.complete("last").done
    assert case.path.count("last") == 1


def test_complex_gateway_without_rule_waits_for_all_that_can_come():
    case = Case(complex_body("")).complete("x").complete("y")
    assert case.waiting == ["z"]
    assert case.complete("z").waiting == ["last"]


def test_complex_gateway_whose_rule_can_no_longer_hold_is_decided_by_a_person():
    case = Case(complex_body("activationCount &gt; 5")).complete("x").complete("y").complete("z")
    assert case.waiting == ["c"]
    assert [incident.code for incident in case.given(Incident)] == ["no_activation"]
    (item,) = case.given(CreateWorkItem)
    assert case.complete("c", item.choices[0].flow).waiting == ["last"]


def test_conditional_flows_out_of_an_activity_are_an_inclusive_split():
    body = (
        '<startEvent id="s"/><userTask id="t"/><userTask id="x"/><userTask id="y"/><userTask id="always"/>'
        + chain("s", "t", "always")
        + flow("fx", "t", "x", "", "a > 1")
        + flow("fy", "t", "y", "", "a > 2")
    )
    assert Case(body).complete("t", a=3).waiting == ["always", "x", "y"]
    assert Case(body).complete("t", a=2).waiting == ["always", "x"]
    assert Case(body).complete("t", a=0).waiting == ["always"]


INSTANTIATING = (
    '<eventBasedGateway id="g" instantiate="true" {kind}/>'
    '<intermediateCatchEvent id="mail" name="Mail"><messageEventDefinition/></intermediateCatchEvent>'
    '<receiveTask id="call" name="Anruf"/><userTask id="x"/><userTask id="y"/>'
    + chain("g", "mail", "x")
    + chain("g", "call", "y")
)


def test_case_begins_with_the_event_behind_an_instantiating_gateway():
    case = Case(INSTANTIATING.replace("{kind}", ""), element="call")
    assert (case.path, case.waiting) == (["g", "call", "y"], ["y"])
    # Without being told which one it waits at the gateway.
    assert Case(INSTANTIATING.replace("{kind}", "")).waiting == ["call", "mail"]


def test_instantiating_parallel_gateway_needs_all_its_events():
    case = Case(INSTANTIATING.replace("{kind}", 'eventGatewayType="Parallel"'), element="call")
    assert case.waiting == ["mail", "y"]
    case.complete("y")
    assert case.state.status is Status.RUNNING
    assert case.message("Mail").waiting == ["x"]


def test_event_gateway_without_events_is_decided_by_a_person():
    body = '<startEvent id="s"/><eventBasedGateway id="g"/><userTask id="x"/><userTask id="y"/>'
    body += chain("s", "g", "x") + chain("g", "y")
    case = Case(body)
    assert case.waiting == ["g"]
    assert case.complete("g", "f_g_y").waiting == ["y"]
