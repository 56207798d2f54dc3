"""Data that goes into a step and comes out of it: written beside what other tools wrote, and obeyed by the engine."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.process.samples import AT, Case, chain, source
from werkfluss.process import bpmn
from werkfluss.process.clarity_process import check_process
from werkfluss.process.diff import compare
from werkfluss.process.editing import Edited, with_edited
from werkfluss.process.mapping import as_lines, from_lines, line_faults
from werkfluss.process.model import CallActivity, VariableMapping
from werkfluss.process.state import CallProcess, CallService, Completed, EvaluateDecision, Incident

IN = VariableMapping("= auftrag.summe * 2", "betrag", own=True)
OUT = VariableMapping("= betrag + 1", "zusage", own=True)
KINDS = {
    "user": "<userTask id='t'/>",
    "service": "<serviceTask id='t'><extensionElements><wf:work operation='x'/></extensionElements></serviceTask>",
    "rule": "<businessRuleTask id='t'><extensionElements><wf:work decision='d' result='betrag'/></extensionElements>"
    "</businessRuleTask>",
    "call": "<callActivity id='t' calledElement='other'/>",
}


def drawn(kind: str) -> bytes:
    return source('<startEvent id="s"/>' + KINDS[kind] + '<endEvent id="e"/>' + chain("s", "t", "e"))


def played(data: bytes) -> Case:
    body = data.decode().partition('<process id="p"')[2].partition(">")[2].partition("</process>")[0]
    return Case(body, auftrag={"summe": 100})


@pytest.mark.parametrize("kind", KINDS)
def test_engine_gives_a_step_its_data_and_takes_only_what_is_said(kind: str) -> None:
    case = played(with_edited(drawn(kind), "t", Edited(inputs=(IN,), outputs=(OUT,))))
    orders = [one for one in case.commands if isinstance(one, CallService | EvaluateDecision | CallProcess)]
    for order in orders:
        assert order.inputs["betrag"] == 200
    assert [one.variables for one in case.state.scopes if "betrag" in one.variables]
    answer = {"result": 41} if kind == "rule" else {"betrag": 41, "rest": "x"}
    case.happen(Completed(case.wait("t").id, AT, answer))
    assert case.state.variables["zusage"] == 42
    assert "betrag" not in case.state.variables or kind == "call"
    assert ("rest" in case.state.variables) is (kind == "call")  # a call gives back everything besides


def test_call_hands_over_only_the_mappings_if_it_says_so() -> None:
    edited = Edited(inputs=(IN,), outputs=(OUT,), passes_all=False, returns_all=False)
    data = with_edited(drawn("call"), "t", edited)
    node = bpmn.read(data).nodes["t"]
    assert isinstance(node, CallActivity)
    assert (node.passes_all, node.returns_all) == (False, False)
    case = played(data)
    (order,) = [one for one in case.commands if isinstance(one, CallProcess)]
    assert order.inputs == {"betrag": 200}
    case.happen(Completed(case.wait("t").id, AT, {"betrag": 41, "rest": "x"}))
    assert {"zusage": 42}.items() <= case.state.variables.items()
    assert "rest" not in case.state.variables
    again = with_edited(data, "t", Edited(passes_all=True, returns_all=True, inputs=(), outputs=()))
    node = bpmn.read(again).nodes["t"]
    assert isinstance(node, CallActivity)
    assert (node.passes_all, node.returns_all, node.inputs, node.outputs) == (True, True, (), ())


FOREIGN = {
    "zeebe": '<zeebe:ioMapping xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"><zeebe:input source="=a" target="x"/>'
    '<zeebe:output source="=b" target="y"/></zeebe:ioMapping>',
    "camunda": '<camunda:inputOutput xmlns:camunda="http://camunda.org/schema/1.0/bpmn"><camunda:inputParameter name="x">'
    "${a}</camunda:inputParameter><camunda:outputParameter name='y'>${b}</camunda:outputParameter></camunda:inputOutput>",
    "in": '<camunda:in xmlns:camunda="http://camunda.org/schema/1.0/bpmn" source="a" target="x"/>'
    '<camunda:out xmlns:camunda="http://camunda.org/schema/1.0/bpmn" source="b" target="y"/>',
}


@pytest.mark.parametrize("tool", FOREIGN)
def test_mappings_of_other_tools_stay_byte_for_byte(tool: str) -> None:
    task = (
        f'<callActivity id="t" calledElement="o"><extensionElements>{FOREIGN[tool]}</extensionElements></callActivity>'
    )
    data = source(f'<startEvent id="s"/>{task}<endEvent id="e"/>' + chain("s", "t", "e"))
    before = bpmn.read(data).nodes["t"]
    assert isinstance(before, CallActivity)
    assert [one.target for one in (*before.inputs, *before.outputs)] == ["x", "y"]
    made = with_edited(data, "t", Edited(inputs=(IN,), outputs=(OUT,)))
    assert FOREIGN[tool].encode() in made
    after = bpmn.read(made).nodes["t"]
    assert isinstance(after, CallActivity)
    assert [one.target for one in (*after.inputs, *after.outputs)] == ["x", "betrag", "y", "zusage"]
    assert (after.passes_all, after.returns_all) == (before.passes_all, before.returns_all)
    back = with_edited(made, "t", Edited(inputs=(), outputs=()))
    assert FOREIGN[tool].encode() in back
    assert bpmn.read(back).nodes["t"] == before
    said = [one for one in compare(bpmn.read(data), bpmn.read(made)).differences if "betrag" in str(one)]
    assert said


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ('betrag = auftrag.summe\n\n  Kunden Art = "neu"', []),
        ("betrag", [1]),
        ("betrag = ", [1]),
        ("x = 1\nbetrag = < <", [2]),
        ("x = 1\nx = 2", [2]),
        ("1x = 2", [1]),
        ("x == 2", [1]),
        ("\n".join(f"x{n} = 1" for n in range(51)), [51]),
    ],
)
def test_lines_are_read_and_faults_name_their_line(text: str, faults: list[int]) -> None:
    found = list(line_faults(text))
    assert [number for number, _ in found] == faults
    if "< <" in text:
        assert "betrag" in found[0][1].de


names = st.from_regex(r"[a-zäöü][a-z0-9_]{0,5}( [a-z]{1,4})?", fullmatch=True)
texts = st.sampled_from(["a", "a + 1", 'if a = 1 then "x" else "<&>"', "[1, 2][item > 1]", "a.b"])


@settings(max_examples=examples(40), deadline=None)
@given(st.dictionaries(names, texts, max_size=5), st.dictionaries(names, texts, max_size=5))
def test_what_a_person_writes_is_read_back(ins: dict[str, str], outs: dict[str, str]) -> None:
    lines = ["\n".join(f"{name} = {text}" for name, text in pairs.items()) for pairs in (ins, outs)]
    assert not any(list(line_faults(text)) for text in lines)
    made = with_edited(drawn("user"), "t", Edited(inputs=from_lines(lines[0]), outputs=from_lines(lines[1])))
    node = bpmn.read(made).nodes["t"]
    assert [as_lines(node.inputs), as_lines(node.outputs)] == lines  # type: ignore[attr-defined]


def test_faulty_mapping_is_named_by_its_place() -> None:
    bad = VariableMapping("= 1 +", "betrag", own=True)
    data = with_edited(drawn("user"), "t", Edited(inputs=(IN, bad)))
    found = [one for one in check_process(bpmn.read(data), "p").findings if one.code == "feel_invalid"]
    assert [one.element for one in found] == ["t"]
    assert "betrag" in found[0].message.de
    (incident,) = [one for one in played(data).commands if isinstance(one, Incident)]
    assert (incident.element, incident.code) == ("t", "mapping")
    assert incident.cause.startswith("betrag:")
