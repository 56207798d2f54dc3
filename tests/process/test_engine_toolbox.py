"""Ad-hoc sub-processes with flows inside: whatever a tool leads to runs."""

from __future__ import annotations

import pytest

from tests.process.samples import Case, chain, duration, flow
from werkfluss.kernel.errors import Refused
from werkfluss.process.state import OfferActivities, Status


def box(inner, attributes=""):
    drawn = f'<startEvent id="s"/><adHocSubProcess id="box" {attributes}>{inner}</adHocSubProcess><endEvent id="e"/>'
    return drawn + chain("s", "box", "e")


def tools(case):
    return [choice.flow for choice in case.given(OfferActivities)[0].activities]


FOLLOWED = (
    '<userTask id="a"/><exclusiveGateway id="x"/><userTask id="l"/><userTask id="r"/><parallelGateway id="split"/>'
    '<userTask id="p1"/><subProcess id="sub"><userTask id="in"/></subProcess><parallelGateway id="join"/>'
    f'<userTask id="z"/><boundaryEvent id="b" attachedToRef="l">{duration("PT1H")}</boundaryEvent>'
    '<userTask id="late"/><eventBasedGateway id="first"/><userTask id="solo"/>'
    f'<intermediateCatchEvent id="c1">{duration("PT1H")}</intermediateCatchEvent><receiveTask id="c2" name="Antwort"/>'
    + chain("a", "x")
    + flow("left", "x", "l", "links")
    + flow("right", "x", "r", "rechts")
    + chain("r", "split", "p1", "join", "z", "first", "c1")
    + chain("split", "sub", "join")
    + chain("first", "c2")
    + chain("b", "late")
)


def test_flows_inside_run_through_gateways_events_and_sub_processes():
    case = Case(box(FOLLOWED))
    assert tools(case) == ["a", "solo"]
    case.choose("a").complete("a", "right").complete("r")
    assert case.waiting == ["box", "in", "p1"]
    assert case.complete("p1").complete("in").waiting == ["box", "z"]
    assert case.complete("z").message("Antwort").waiting == ["box"]
    case.choose("a").complete("a", "left").fire("b")
    assert case.complete("late").waiting == ["box"]
    assert case.finish().done


@pytest.mark.parametrize(
    ("inner", "offered"),
    [
        ('<userTask id="a"/><userTask id="b"/>' + chain("a", "b", "a"), ["a"]),
        ('<intermediateCatchEvent id="c"/><userTask id="a"/><userTask id="b"/>' + chain("c", "a", "b"), ["a"]),
        (
            '<parallelGateway id="g"/><userTask id="a"/><userTask id="b"/>' + chain("g", "a") + chain("g", "b"),
            ["a", "b"],
        ),
    ],
)
def test_everything_in_the_box_can_be_reached(inner, offered):
    assert tools(Case(box(inner))) == offered


HALF = '<userTask id="a"/><userTask id="b"/><parallelGateway id="j"/><userTask id="z"/>' + chain("a", "j", "z")
HALF += chain("b", "j")


def test_join_of_which_only_one_branch_was_begun_does_not_hold_up_the_end():
    case = Case(box(HALF, 'cancelRemainingInstances="false"')).choose("a").complete("a").choose("b")
    assert case.finish().waiting == ["b"]
    assert case.complete("b").waiting == ["z"]
    assert case.complete("z").done
    half = Case(box(HALF, 'cancelRemainingInstances="false"')).choose("a").complete("a").finish()
    assert (half.done, half.state.status) == (True, Status.COMPLETED)


def test_one_at_a_time_lets_the_other_branch_of_a_join_begin():
    case = Case(box(HALF, 'ordering="Sequential"')).choose("a")
    with pytest.raises(Refused):
        case.choose("b")
    assert case.complete("a").choose("b").complete("b").waiting == ["box", "z"]


def test_condition_is_looked_at_after_each_step_that_follows():
    inner = '<userTask id="a"/><userTask id="b"/><endEvent id="f"/><completionCondition>= done</completionCondition>'
    case = Case(box(inner + chain("a", "b", "f")), done=False).choose("a").complete("a")
    assert case.waiting == ["b", "box"]
    assert case.complete("b", done=True).done
