"""What a person may raise at a step is what the engine catches there; and what nobody catches goes to the caller."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.process.samples import AT, Case, chain, flow
from werkfluss.process.engine import may_undo
from werkfluss.process.model import EventKind
from werkfluss.process.raising import Raisable, catcher, raisable
from werkfluss.process.state import Escalated, Failed, Finished, Incident, Status, Uncaught

AROUND = (
    '<error id="er1" name="Teil fehlt" errorCode="E1"/><error id="er2" name="Kaputt"/>'
    '<escalation id="es1" name="Eilt" escalationCode="C1"/><escalation id="es2" name="Hilfe"/>'
)
TRIGGERS = {
    "E1": '<errorEventDefinition errorRef="er1"/>',
    "E2": '<errorEventDefinition errorRef="er2"/>',
    "E": "<errorEventDefinition/>",
    "C1": '<escalationEventDefinition escalationRef="es1"/>',
    "C2": '<escalationEventDefinition escalationRef="es2"/>',
    "C": "<escalationEventDefinition/>",
}


def boundary(name: str, at: str, trigger: str, interrupting: bool = True) -> str:
    cancel = "" if interrupting else ' cancelActivity="false"'
    return (
        f'<boundaryEvent id="{name}" name="{name} ist" attachedToRef="{at}"{cancel}>{TRIGGERS[trigger]}</boundaryEvent>'
        f'<userTask id="h_{name}"/>{flow(f"f_{name}", name, f"h_{name}")}'
    )


def handler(name: str, trigger: str, interrupting: bool = True) -> str:
    """An event sub-process beside what it watches."""
    runs = "" if interrupting else ' isInterrupting="false"'
    return (
        f'<subProcess id="sub_{name}" triggeredByEvent="true"><startEvent id="{name}"{runs}>{TRIGGERS[trigger]}</startEvent>'
        f'<userTask id="h_{name}"/>{flow(f"f_{name}", name, f"h_{name}")}</subProcess>'
    )


def raised(case: Case, one: Raisable) -> Case:
    wait = case.wait("t").id
    if one.kind is EventKind.ERROR:
        return case.happen(Failed(wait, AT, one.code))
    return case.happen(Escalated(wait, AT, one.code, name=one.name))


@settings(max_examples=examples(60), deadline=None)
@given(
    at_step=st.lists(st.tuples(st.sampled_from(sorted(TRIGGERS)), st.booleans()), max_size=3),
    around=st.lists(st.tuples(st.sampled_from(sorted(TRIGGERS)), st.booleans()), max_size=3),
    beside=st.lists(st.tuples(st.sampled_from(sorted(TRIGGERS)), st.booleans()), max_size=2),
    outside=st.lists(st.tuples(st.sampled_from(sorted(TRIGGERS)), st.booleans()), max_size=2),
)
def test_whatever_is_offered_reaches_the_event_that_is_named(at_step, around, beside, outside):
    inner = '<userTask id="t"/>' + "".join(boundary(f"a{n}", "t", *one) for n, one in enumerate(at_step))
    inner += "".join(handler(f"b{n}", *one) for n, one in enumerate(beside))
    body = f'<startEvent id="s"/><subProcess id="sub">{inner}</subProcess>' + chain("s", "sub")
    body += "".join(boundary(f"c{n}", "sub", *one) for n, one in enumerate(around))
    body += "".join(handler(f"d{n}", *one) for n, one in enumerate(outside))
    offered = raisable(Case(body, AROUND).model, Case(body, AROUND).model.nodes["t"])
    drawn = {kind[0] for kind, _ in (*at_step, *around, *beside, *outside)}
    assert {one.kind for one in offered} == {EventKind.ERROR if k == "E" else EventKind.ESCALATION for k in drawn}
    for one in offered:
        case = raised(Case(body, AROUND), one)
        assert f"h_{one.event}" in case.waiting, (one, case.waiting)
        assert ("t" not in case.waiting) is one.ends
        assert not case.given(Incident)
        assert not case.given(Uncaught)


def test_names_are_said_as_the_drawing_says_them():
    case = Case('<userTask id="t"/>' + boundary("b", "t", "E1") + boundary("c", "t", "C", False), AROUND)
    error, escalation = raisable(case.model, case.model.nodes["t"])
    assert (error.code, error.said.de, error.ends) == ("E1", "b ist", True)
    assert (escalation.code, escalation.said.de, escalation.ends) == ("", "c ist", False)


@pytest.mark.parametrize(("code", "name"), [("C1", "Eilt"), ("", "Hilfe")])
def test_escalation_that_nobody_catches_is_told_to_the_outside(code, name):
    ref = "es1" if code else "es2"
    thrown = (
        f'<intermediateThrowEvent id="up"><escalationEventDefinition escalationRef="{ref}"/></intermediateThrowEvent>'
    )
    body = f'<startEvent id="s"/><userTask id="w"/>{thrown}<userTask id="t"/>' + chain("s", "w", "up", "t")
    case = Case(body, AROUND)
    first, before = case.wait("w").id, case.state
    case.complete("w")
    assert case.given(Uncaught) == [Uncaught("up", code, name)]
    assert case.waiting == ["t"]
    why = may_undo(case.model, before, case.state, case.commands, first)
    assert why is not None
    assert name in why.de
    case.happen(Escalated(case.wait("t").id, AT, "X", name="Anders"))
    assert case.given(Uncaught) == [Uncaught("t", "X", "Anders")]


def test_escalation_that_is_caught_inside_is_told_to_nobody_outside():
    thrown = '<intermediateThrowEvent id="up"><escalationEventDefinition escalationRef="es1"/></intermediateThrowEvent>'
    inner = f'<userTask id="t"/>{thrown}' + chain("t", "up")
    body = f'<subProcess id="sub">{inner}</subProcess>' + boundary("b", "sub", "C1", False)
    case = Case(body, AROUND).complete("t")
    assert case.given(Uncaught) == []
    assert case.waiting == ["h_b"]


def test_escalation_of_a_call_brings_only_what_the_call_gives_back():
    mapping = (
        '<extensionElements><zeebe:ioMapping xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">'
        '<zeebe:output source="= a" target="b"/></zeebe:ioMapping>'
        '<zeebe:calledElement xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" processId="q" '
        'propagateAllChildVariables="false"/></extensionElements>'
    )
    body = f'<callActivity id="t">{mapping}</callActivity>' + boundary("b", "t", "C1", False)
    case = Case(body, AROUND)
    case.happen(Escalated(case.wait("t").id, AT, "C1", {"a": 1, "geheim": 2}))
    assert case.waiting == ["h_b", "t"]
    assert "geheim" not in case.state.variables


@pytest.mark.parametrize("kind", ["task", "script", "call"])
def test_error_that_nobody_catches_ends_the_case_only_if_one_outside_does(kind):
    """The flag is given by whoever knows the cases around; inside, an event that catches goes first."""
    body = '<startEvent id="s"/><userTask id="t"/><endEvent id="e"/>' + chain("s", "t", "e")
    if kind == "script":
        body = body.replace(
            '<userTask id="t"/>', '<scriptTask id="t" scriptFormat="feel"><script>=1 +</script></scriptTask>'
        )
    if kind == "call":
        body = body.replace("userTask", 'callActivity calledElement="x"', 1)
    stays = Case(body, AROUND)
    wait = stays.wait("t").id
    stays.happen(Failed(wait, AT, "E1", name="Teil"))
    assert stays.state.status is Status.RUNNING
    assert stays.given(Incident)
    ends = Case(body, AROUND)
    before = len(ends.given(Incident))
    ends.happen(Failed(wait, AT, "E1", name="Teil", outward=True))
    assert ends.given(Finished) == [Finished(Status.FAILED, (), "E1", "Teil")]
    assert (ends.state.waits, len(ends.given(Incident))) == ((), before)
    inside = Case(body + boundary("b", "t", "E1"), AROUND)
    inside.happen(Failed(wait, AT, "E1", outward=True))
    assert inside.state.status is Status.RUNNING
    assert "h_b" in inside.waiting


@settings(max_examples=examples(40), deadline=None)
@given(
    at_step=st.lists(st.booleans(), max_size=3),
    around=st.lists(st.booleans(), max_size=3),
    thrown=st.sampled_from(["E1", "E2", "C1", "other"]),
)
def test_who_catches_is_found_as_the_engine_finds_it(at_step: list[bool], around: list[bool], thrown: str):
    """One that names nothing (False) or names E1 (True), at the step and around it."""
    refs = {True: "E1", False: "E"}
    inner = '<userTask id="t"/>' + "".join(boundary(f"a{n}", "t", refs[one]) for n, one in enumerate(at_step))
    body = f'<startEvent id="s"/><subProcess id="sub">{inner}</subProcess>' + chain("s", "sub")
    body += "".join(boundary(f"c{n}", "sub", refs[one]) for n, one in enumerate(around))
    case = Case(body, AROUND)
    found = catcher(case.model, case.model.nodes["t"], EventKind.ERROR, (thrown,))
    case.happen(Failed(case.wait("t").id, AT, thrown))
    assert bool(case.given(Incident)) is (found is None)
