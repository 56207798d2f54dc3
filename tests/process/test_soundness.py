"""Soundness: the textbook faults, the reduction against the whole net, and what is left beyond the limits."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.process.samples import duration, flow, model
from werkfluss.process import soundness as room
from werkfluss.process.model import Definitions
from werkfluss.process.soundness import soundness
from werkfluss.process.workflow_net import reduced, workflow_net

GATES = {"x": "exclusiveGateway", "a": "parallelGateway", "o": "inclusiveGateway"}


def drawn(arrows: str, extra: str = "") -> Definitions:
    """A drawing from “s>x1 x1>t1 …”: ``s`` start, ``e`` end, ``x``/``a``/``o`` gateways, all else tasks."""
    pairs = [arrow.split(">") for arrow in arrows.split()]
    body = extra
    for node in dict.fromkeys(node for pair in pairs for node in pair):
        if f'id="{node}"' in extra:
            continue
        tag = {"s": "startEvent", "e": "endEvent"}.get(node[0]) or GATES.get(node[0], "userTask")
        body += f'<{tag} id="{node}" name="{node}"/>'
    return model(body + "".join(flow(f"f{i}", start, end, str(i)) for i, (start, end) in enumerate(pairs)))


def faults(definitions: Definitions) -> set[tuple[str, str]]:
    return set(soundness(definitions, definitions.process("p")).faults)


@pytest.mark.parametrize(
    ("arrows", "expected"),
    [
        ("s>t1 t1>e", set()),
        ("s>x1 x1>t1 x1>t2 t1>x2 t2>x2 x2>e", set()),
        ("s>a1 a1>t1 a1>t2 t1>a2 t2>a2 a2>e", set()),
        ("s>o1 o1>t1 o1>t2 t1>o2 t2>o2 o2>e", set()),
        ("s>x1 x1>t1 t1>x2 x2>t2 t2>x3 x3>x1 x2>e", set()),
        ("s>x1 x1>t1 x1>t2 t1>a1 t2>a1 a1>e", {("deadlock", "a1")}),
        ("s>o1 o1>t1 o1>t2 t1>a1 t2>a1 a1>e", {("deadlock", "a1")}),
        ("s>a1 a1>t1 a1>t2 t1>x1 t2>x1 x1>t3 t3>e", {("runs_twice", "t3")}),
        ("s>a1 a1>t1 a1>t2 t1>t3 t2>t3 t3>e", {("runs_twice", "t3")}),
        ("s>a1 a1>t1 a1>t2 t1>e1 t2>e2", set()),
        ("s1>t1 s2>t2 t1>a1 t2>a1 a1>e", {("deadlock", "a1")}),
        ("s1>t1 s2>t2 t1>x1 t2>x1 x1>e", set()),
        # Two branches, one of which may leave: the other waits for it at the join.
        ("s>a1 a1>t1 a1>x1 x1>t2 x1>e1 t1>a2 t2>a2 a2>e2", {("deadlock", "a2")}),
    ],
)
def test_textbook_drawings_are_judged(arrows, expected):
    assert faults(drawn(arrows)) == expected


def test_loop_that_makes_one_more_token_each_time_is_found():
    assert ("runs_twice", "e") in faults(drawn("s>x1 x1>t1 t1>a1 a1>x1 a1>e"))


def test_loop_that_is_never_left_is_a_livelock():
    found = faults(drawn("s>x0 x0>t1 t1>x1 x1>x0 x1>t2 t2>x2 x2>t3 t3>x2"))
    assert {code for code, _ in found} == {"livelock"}
    assert {element for _, element in found} <= {"t3", "x2"}


def test_two_inclusive_merges_that_wait_for_each_other_stand_still():
    assert {code for code, _ in faults(drawn("s>a1 a1>o1 a1>o2 o1>x1 o2>x2 x1>o2 x1>e1 x2>o1 x2>e2"))} == {"deadlock"}


def test_inclusive_merge_without_its_split_is_named():
    definitions = drawn("s>a1 a1>x1 a1>t2 x1>t1 x1>e1 t1>o1 t2>o1 o1>e2")
    verdict = soundness(definitions, definitions.process("p"))
    assert verdict.open_joins == ("o1",)
    assert verdict.faults == ()


def test_terminating_end_removes_what_waits():
    end = '<endEvent id="e1"><terminateEventDefinition/></endEvent>'
    arrows = "s>a1 a1>t1 a1>x1 x1>t2 x1>e1 t1>a2 t2>a2 a2>e2"
    assert faults(drawn(arrows, end)) == set()


def test_interrupting_event_is_a_way_out_of_its_step():
    late = f'<boundaryEvent id="b" attachedToRef="t1">{duration("P1D")}</boundaryEvent>'
    assert faults(drawn("s>a1 a1>t1 a1>t2 t1>a2 t2>a2 a2>e b>e1", late)) == {("deadlock", "a2")}
    assert faults(drawn("s>t1 t1>x1 b>x1 x1>e", late)) == set()


def test_link_carries_the_token_over():
    links = (
        '<intermediateThrowEvent id="l1"><linkEventDefinition name="A"/></intermediateThrowEvent>'
        '<intermediateCatchEvent id="l2"><linkEventDefinition name="A"/></intermediateCatchEvent>'
    )
    assert faults(drawn("s>a1 a1>t1 a1>l1 l2>t2 t1>a2 t2>a2 a2>e", links)) == set()
    assert faults(drawn("s>x1 x1>t1 x1>l1 l2>t2 t1>a2 t2>a2 a2>e", links)) == {("deadlock", "a2")}


def test_complex_gateway_is_not_judged():
    definitions = drawn("s>c1 c1>e", '<complexGateway id="c1"/>')
    assert soundness(definitions, definitions.process("p")).unjudged == ("p",)


def test_structured_drawing_shrinks_to_almost_nothing():
    arrows = "s>x1 x1>a1 x1>t1 a1>t2 a1>o1 o1>t3 o1>t4 t3>o2 t4>o2 o2>a2 t2>a2 a2>x2 t1>x2 x2>x3 x3>x4 x4>x3 x4>e"
    definitions = drawn(arrows)
    net = workflow_net(definitions, dict(definitions.nodes))
    assert len(net.steps) > 10
    assert reduced(net).steps.keys() == {"e"}


def codes(net, *, every_order=True) -> set[str]:
    try:
        return {code for code, _ in room._play(net, net.target, room.MAX_WORK, every_order=every_order)}
    except room._TooManyError:
        reject()


@st.composite
def drawings(draw) -> str:
    """A chain of gateways and tasks from start to end with more arrows across, forward and back."""
    kinds = draw(st.lists(st.sampled_from("xxaaot"), min_size=2, max_size=7))
    chain = ["s", *(f"{kind}{i}" for i, kind in enumerate(kinds)), "e"]
    arrows = {f"{one}>{other}" for one, other in pairwise(chain)}
    inner = st.integers(1, len(kinds))
    for start, end in draw(st.lists(st.tuples(inner, inner), max_size=5)):
        if start != end:
            arrows.add(f"{chain[start]}>{chain[end]}")
    return " ".join(sorted(arrows))


@given(drawings())
@settings(max_examples=examples(150), deadline=None)
def test_reduced_net_has_the_same_faults(arrows):
    definitions = drawn(arrows)
    net = workflow_net(definitions, dict(definitions.nodes))
    assert codes(reduced(net)) == codes(net)


@given(drawings())
@settings(max_examples=examples(80), deadline=None)
def test_one_order_finds_no_fault_that_is_none(arrows):
    definitions = drawn(arrows)
    net = workflow_net(definitions, dict(definitions.nodes))
    assert codes(net, every_order=False) <= codes(net)


@given(drawings())
@settings(max_examples=examples(60), deadline=None)
def test_shape_of_any_drawing_is_judged(arrows):
    definitions = drawn(arrows)
    net = workflow_net(definitions, dict(definitions.nodes))
    joins = {step.id for step in net.steps.values() if len(step.inputs) > 1}
    assert {element for _, element in room._shape(net)} <= joins
    assert {element for _, element in room._shape(reduced(net))} <= joins
    verdict = soundness(definitions, definitions.process("p"))
    assert verdict.choices.keys() <= {element for code, element in verdict.faults if code == "deadlock"}


def test_beyond_the_limit_one_order_and_then_the_shape_are_judged(monkeypatch):
    # Three branches whose decisions leave the block by ways of their own: the net does not reduce.
    branches = " ".join(
        f"a1>x{i} x{i}>t{i} x{i}>u{i} t{i}>y{i} u{i}>y{i} y{i}>z{i} z{i}>x{i} z{i}>a2" for i in range(2, 6)
    )
    arrows = f"s>x0 x0>a1 x0>w1 {branches} a2>a3 w1>a3 a3>e".replace("y", "q")
    definitions = drawn(arrows)
    found = {}
    for limit, method in ((room.MAX_WORK, "state space"), (150, "one order"), (1, "structure")):
        monkeypatch.setattr(room, "MAX_WORK", limit)
        verdict = soundness(definitions, definitions.process("p"))
        assert verdict.method == method
        found[method] = set(verdict.faults)
    assert all(("deadlock", "a3") in one for one in found.values()), found
