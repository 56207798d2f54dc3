"""Decision models: reading, requirements, boxed expressions, types, limits."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.process.dmn_samples import decision, input_data, literal, model, source, table
from werkfluss.kernel.errors import Broken
from werkfluss.process.dmn import evaluate, evaluate_all, read
from werkfluss.process.dmn.reading import VERSIONS
from werkfluss.process.feel import Limits, to_json


def value(body, name="d", **inputs):
    result = evaluate(model(body), name, inputs)
    assert result.errors == ()
    return to_json(result.value)


@pytest.mark.parametrize("namespace", VERSIONS)
def test_every_version_is_read(namespace):
    made = read(source(decision("d", literal("1 + 1")), namespace))
    assert made.version == VERSIONS[namespace]
    assert evaluate(made, "d", {}).value == 2


BROKEN = {
    "no XML": b"<definitions",
    "no DMN": b"<a/>",
    "BPMN": b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
    "empty": source(""),
    "entities": b'<!DOCTYPE a [<!ENTITY b "c">]>' + source(decision("d", literal("1"))),
    "same id": source(decision("d", literal("1")) + decision("d", literal("2"))),
    "id of an input": source(input_data("d") + decision("d", literal("1"))),
    "requirement": source(decision("d", literal("1"), "gone")),
    "circle": source(decision("a", literal("1"), "?b") + decision("b", literal("1"), "?a")),
    "own circle": source(decision("a", literal("1"), "?a")),
    "hit policy": source(decision("d", table("SOME", ["x"], ["r"], []))),
    "aggregation": source(decision("d", table("COLLECT", ["x"], ["r"], [], "MEAN"))),
    "cells": source(decision("d", table("UNIQUE", ["x", "y"], ["r"], ["-|1"]))),
    "no output": source(decision("d", table("UNIQUE", ["x"], [], []))),
    "no input expression": source(decision("d", table("UNIQUE", [""], ["r"], []))),
    "no name": source("<decision/>"),
    "two expressions": source(decision("d", literal("1") + literal("2"))),
    "relation": source(
        decision("d", f'<relation><column name="a"/><row>{literal("1")}{literal("2")}</row></relation>')
    ),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_broken_file_is_refused_with_cause_and_next_step(data):
    with pytest.raises(Broken) as caught:
        read(data, "x.dmn")
    fault = caught.value.fault
    assert fault.where.startswith("x.dmn")
    assert "BPMN 2.0" not in fault.expected.de
    assert fault.next_step.de


def test_circle_is_named():
    with pytest.raises(Broken, match="a → b → c → a"):
        read(BROKEN["circle"].replace(b'href="#a"', b'href="#c"').replace(
            b"</definitions>", decision("c", literal("1"), "?a").encode() + b"</definitions>"))  # fmt: skip


def test_long_chain_of_decisions_is_no_recursion():
    body = decision("d0", literal("1"))
    body += "".join(decision(f"d{i}", literal(f"d{i - 1} + 1"), f"?d{i - 1}") for i in range(1, 1500))
    result = evaluate(model(body), "d1499", {})
    assert (result.value, len(result.trail)) == (1500, 1500)


def test_only_what_is_required_is_evaluated_and_in_scope():
    body = decision("a", literal("1")) + decision("b", literal("2")) + decision("d", literal("[a, b]"), "?a")
    result = evaluate(model(body), "d", {})
    assert to_json(result.value) == [1, None]
    assert [step.name for step in result.trail] == ["a", "d"]
    assert "“b” is not known." in result.warnings[0].cause.en


def test_unknown_decision_is_refused_with_those_there_are():
    with pytest.raises(Broken) as caught:
        evaluate(model(decision("Rabatt", literal("1"))), "Rabat", {})
    assert caught.value.fault.expected.de == "Rabatt"


def test_every_decision_at_once():
    body = decision("a", literal("1")) + decision("b", literal("a + 1"), "?a")
    assert to_json(evaluate_all(model(body), {}).value) == {"a": 1, "b": 2}


def test_table_without_declared_inputs_takes_what_is_given():
    """As Camunda draws it: no input data, no requirements, an empty cell, old names of types."""
    logic = table("FIRST", ["Bestell Wert:integer"], ["Rabatt:double", "Grund:string"], ["> 100|0.1|", '-|0|"klein"'])
    made = model(decision("d", logic))
    assert to_json(evaluate(made, "d", {"Bestell Wert": 150}).value) == {"Rabatt": "0.1", "Grund": None}
    assert to_json(evaluate(made, "d", {"Bestell Wert": 5}).value) == {"Rabatt": 0, "Grund": "klein"}


def test_decision_without_logic_is_an_error():
    result = evaluate(model('<decision id="d" name="d"/>'), "d", {})
    assert result.value is None
    assert result.errors


# Boxed expressions

ENTRIES = (
    '<contextEntry><variable name="Netto Betrag"/>{0}</contextEntry>'
    '<contextEntry><variable name="Steuer" typeRef="number"/>{1}</contextEntry>'
)
KNOWLEDGE = (
    '<businessKnowledgeModel id="k" name="Brutto"><encapsulatedLogic><formalParameter name="netto" typeRef="number"/>'
    '<formalParameter name="satz" typeRef="number"/>{}</encapsulatedLogic></businessKnowledgeModel>'
)
GROSS = KNOWLEDGE.format(literal("netto * (1 + satz / 100)"))


def test_context_entries_see_those_before_them():
    entries = ENTRIES.format(literal("100"), literal("Netto Betrag * 0.19"))
    assert value(decision("d", f"<context>{entries}</context>")) == {"Netto Betrag": 100, "Steuer": 19}
    result = f"<contextEntry>{literal('Netto Betrag + Steuer')}</contextEntry>"
    assert value(decision("d", f"<context>{entries}{result}</context>")) == 119


def test_knowledge_is_called_from_feel_and_by_invocation():
    assert value(GROSS + decision("d", literal("Brutto(100, 19)"), "!k")) == 119
    assert value(GROSS + decision("d", literal("Brutto(satz: 19, netto: 100)"), "!k")) == 119
    call = (
        f'<invocation>{literal("Brutto")}<binding><parameter name="satz"/>{literal("7")}</binding>'
        f'<binding><parameter name="netto"/>{literal("100")}</binding></invocation>'
    )
    assert value(GROSS + decision("d", call, "!k")) == 107
    wrong = call.replace('"satz"', '"rate"')
    assert "rate" in evaluate(model(GROSS + decision("d", wrong, "!k")), "d", {}).errors[0].cause.de


def test_argument_of_another_type_is_null():
    result = evaluate(model(GROSS + decision("d", literal('Brutto("a", 19)'), "!k")), "d", {})
    assert result.value is None
    assert "Brutto · netto" in result.errors[0].where


def test_knowledge_may_call_itself_but_not_for_ever():
    factorial = KNOWLEDGE.format(literal("if netto <= 1 then 1 else netto * Brutto(netto - 1, 0)"))
    assert value(factorial + decision("d", literal("Brutto(5, 0)"), "!k")) == 120
    endless = KNOWLEDGE.format(literal("Brutto(netto, satz)"))
    result = evaluate(model(endless + decision("d", literal("Brutto(1, 1)"), "!k")), "d", {})
    assert result.value is None
    assert len(result.errors) == 1


def test_list_relation_and_function_definition():
    assert value(decision("d", f"<list>{literal('1')}{literal('2')}</list>")) == [1, 2]
    row = f"<row>{literal('1')}{literal('2')}</row>"
    relation = f'<relation><column name="a"/><column name="b b"/>{row}{row}</relation>'
    assert value(decision("d", relation)) == [{"a": 1, "b b": 2}] * 2
    assert value(decision("r", relation) + decision("d", literal("r[1].b b"), "?r")) == 2
    function = f'<functionDefinition><formalParameter name="n"/>{literal("n * n")}</functionDefinition>'
    assert value(decision("f", function) + decision("d", literal("f(4)"), "?f")) == 16


def test_foreign_functions_and_languages_are_not_run():
    java = f'<functionDefinition kind="Java">{literal("1")}</functionDefinition>'
    for logic in (java, literal("1", expressionLanguage="http://www.w3.org/1999/XPath")):
        result = evaluate(model(decision("d", logic)), "d", {})
        assert (result.value, len(result.errors)) == (None, 1)


def test_boxed_conditional_iterators_and_filter():
    conditional = (
        f"<conditional><if>{literal('x > 1')}</if><then>{literal('1')}</then><else>{literal('0')}</else></conditional>"
    )
    body = input_data("x", "number") + decision("d", conditional, "x")
    assert [value(body, x=2), value(body, x=1), value(body, x=None)] == [1, 0, 0]

    def iterator(kind, source_, body_):
        inner = "return" if kind == "for" else "satisfies"
        return f'<{kind} iteratorVariable="i"><in>{literal(source_)}</in><{inner}>{literal(body_)}</{inner}></{kind}>'

    assert value(decision("d", iterator("for", "1..3", "i * i").replace("1..3", "[1..3]"))) == [1, 4, 9]
    assert value(decision("d", iterator("for", "[1, 2, 3]", "i + sum(partial)"))) == [None, None, None]
    assert value(decision("d", iterator("some", "[1, 2]", "i > 1"))) is True
    assert value(decision("d", iterator("every", "[1, 2]", "i > 1"))) is False
    chosen = f"<filter><in>{literal('[1, 5, 9]')}</in><match>{literal('item > 4')}</match></filter>"
    assert value(decision("d", chosen)) == [5, 9]


SERVICE = (
    '<decisionService id="s" name="Rabattdienst"><outputDecision href="#d"/><inputDecision href="#a"/>'
    '<inputData href="#x"/></decisionService>'
)


def test_decision_service_is_a_function_and_can_be_evaluated():
    inner = input_data("x", "number") + decision("a", literal("100")) + decision("d", literal("a + x"), "?a", "x")
    body = SERVICE + inner + decision("e", literal("Rabattdienst(1, 2)"), "!s")
    assert value(body, "e") == 3
    assert value(body, "Rabattdienst", x=5) == 105
    assert value(body, "Rabattdienst", x=5, a=1) == 6


# Types

TYPES = (
    '<itemDefinition name="tFarbe"><typeRef>string</typeRef><allowedValues><text>"rot", "blau"</text></allowedValues>'
    '</itemDefinition><itemDefinition name="tFarben" isCollection="true"><typeRef>tFarbe</typeRef></itemDefinition>'
    '<itemDefinition name="tPerson"><itemComponent name="Name"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="Geburts Tag"><typeRef>date</typeRef></itemComponent></itemDefinition>'
)


@pytest.mark.parametrize(
    ("type_ref", "given_", "expected"),
    [
        ("number", 5, 5),
        ("number", "5.5", "5.5"),
        ("number", [5], 5),
        ("number", "five", None),
        ("number", True, None),
        ("string", 5, None),
        ("boolean", "true", True),
        ("date", "2026-02-28", "2026-02-28"),
        ("date", "2026-02-30", None),
        ("date and time", "2026-02-28", "2026-02-28T00:00:00"),
        ("time", "10:00:00+01:00", "10:00:00+01:00"),
        ("days and time duration", "PT36H", "P1DT12H"),
        ("dayTimeDuration", "PT36H", "P1DT12H"),
        ("years and months duration", "P14M", "P1Y2M"),
        ("feel:number", "1", 1),
        ("tFarbe", "rot", "rot"),
        ("tFarbe", "grün", None),
        ("tFarben", ["rot", "blau"], ["rot", "blau"]),
        ("tFarben", "rot", ["rot"]),
        ("tFarben", ["rot", "grün"], None),
        ("tPerson", {"Name": "Ada", "Geburts Tag": "1990-01-01"}, {"Name": "Ada", "Geburts Tag": "1990-01-01"}),
        ("tPerson", {"Name": "Ada"}, {"Name": "Ada", "Geburts Tag": None}),
        ("tPerson", {"Name": 1}, None),
        ("tPerson", "Ada", None),
        ("Any", 5, 5),
        ("tUnknown", 5, 5),
    ],
)
def test_input_is_taken_as_its_type(type_ref, given_, expected):
    result = evaluate(model(TYPES + input_data("x", type_ref) + decision("d", literal("x"), "x")), "d", {"x": given_})
    assert to_json(result.value) == expected
    assert bool(result.errors) == (expected is None)


def test_component_with_a_space_is_reached_by_its_path():
    body = TYPES + input_data("p", "tPerson") + decision("d", literal("p.Geburts Tag.year"), "p")
    assert value(body, p={"Name": "Ada", "Geburts Tag": "1990-05-01"}) == 1990


def test_result_of_another_type_is_null_and_singletons_are_converted():
    assert value(TYPES + decision("d", literal('"rot"'), type_ref="tFarben")) == ["rot"]
    result = evaluate(model(TYPES + decision("d", literal('"grün"'), type_ref="tFarbe")), "d", {})
    assert result.value is None
    assert "grün" in result.errors[0].cause.de
    assert value(TYPES + decision("d", literal('"rot" instance of tFarbe'))) is True
    assert value(TYPES + decision("d", literal('"grün" instance of tFarbe'))) is False


def test_types_that_name_each_other_in_a_circle_end():
    circle = '<itemDefinition name="a"><typeRef>b</typeRef></itemDefinition>'
    circle += '<itemDefinition name="b"><typeRef>a</typeRef></itemDefinition>'
    result = evaluate(model(circle + input_data("x", "a") + decision("d", literal("x"), "x")), "d", {"x": 1})
    assert result.value is None
    assert result.errors


def test_allowed_values_of_an_alias_replace_those_of_its_base():
    more = TYPES + '<itemDefinition name="tRichtung"><typeRef>tFarbe</typeRef><allowedValues><text>"links"</text>'
    more += '</allowedValues></itemDefinition><itemDefinition name="tKopie"><typeRef>tFarbe</typeRef></itemDefinition>'
    for type_ref, word, expected in (
        ("tRichtung", "links", "links"),
        ("tRichtung", "rot", None),
        ("tKopie", "grün", None),
    ):
        body = model(more + decision("d", literal(f'"{word}"'), type_ref=type_ref))
        assert evaluate(body, "d", {}).value == expected


def test_constraint_counts_for_the_whole_collection():
    kind = '<itemDefinition name="tPaar" isCollection="true"><typeRef>number</typeRef><typeConstraint>'
    kind += "<text>count(?) = 2</text></typeConstraint></itemDefinition>"
    assert value(kind + decision("d", literal("[1, 2]"), type_ref="tPaar")) == [1, 2]
    assert evaluate(model(kind + decision("d", literal("[1]"), type_ref="tPaar")), "d", {}).errors


FUNCTION_TYPE = (
    '<itemDefinition name="tFarbwahl"><functionItem outputTypeRef="tFarbe"><parameters name="n" typeRef="number"/>'
    "</functionItem></itemDefinition>"
)


@pytest.mark.parametrize(
    ("argument", "given_", "expected"), [("1", "rot", "rot"), ("1", "grün", None), ('"x"', "rot", None)]
)
def test_function_of_a_type_takes_and_gives_what_it_says(argument, given_, expected):
    logic = f'if n = null then null else "{given_}"'
    lambda_ = decision("f", literal(f"function(n) {logic}", typeRef="tFarbwahl")) + decision(
        "d", literal(f"f({argument})"), "?f"
    )
    knowledge = '<businessKnowledgeModel id="k" name="f"><variable name="f" typeRef="tFarbwahl"/><encapsulatedLogic>'
    knowledge += f'<formalParameter name="n"/>{literal(logic)}</encapsulatedLogic></businessKnowledgeModel>'
    for body in (lambda_, knowledge + decision("d", literal(f"f({argument})"), "!k")):
        assert evaluate(model(TYPES + FUNCTION_TYPE + body), "d", {}).value == expected


def test_knowledge_is_evaluated_with_its_parameters_as_inputs():
    assert to_json(evaluate(model(GROSS), "Brutto", {"netto": 200, "satz": 7}).value) == 214


def test_requirement_in_another_model_is_an_error():
    body = '<import name="fremd" namespace="urn:fremd" importType="x"/>' + decision("d", literal("1"), "urn:fremd")
    result = evaluate(read(source(body).replace(b"#urn:fremd", b"urn:fremd#x")), "d", {})
    assert "urn:fremd#x" in result.errors[0].cause.de


# Purity and limits


def test_clock_is_given_from_outside():
    body = model(decision("d", literal("[today(), now()]")))
    at = datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert to_json(evaluate(body, "d", {}, now=at).value) == ["2026-03-01", "2026-03-01T10:00:00Z"]
    without = evaluate(body, "d", {})
    assert (without.value, len(without.warnings)) == ([None, None], 2)


def test_limit_ends_the_whole_evaluation():
    body = decision("a", literal("count(for i in 1..900 return i)")) + decision(
        "d", literal("count(for i in 1..900 return i) + a"), "?a"
    )
    result = evaluate(model(body), "d", {}, limits=Limits(steps=2000))
    assert result.value is None
    assert "Schritte" in result.errors[-1].cause.de
    assert evaluate(model(body), "d", {}).value == 1800


@pytest.mark.parametrize("given_", [object(), float("nan"), Decimal("Infinity"), Decimal("1e9999"), [[object()]]])
def test_inputs_that_are_no_data_are_refused(given_):
    with pytest.raises(Broken):
        evaluate(model(decision("d", literal("1"))), "d", {"x": given_})


def test_evaluation_is_repeatable():
    body = model(GROSS + input_data("x") + decision("d", literal("Brutto(x, 19)"), "!k", "x"))
    first = evaluate(body, "d", {"x": Decimal("9.99")})
    assert first.as_json() == evaluate(body, "d", {"x": Decimal("9.99")}).as_json()


@settings(max_examples=examples(60))
@given(st.text(alphabet='ab1+-*/(),[]{}.:"<>= ?§|', max_size=30), st.text(alphabet='ab1-<>.,()"?', max_size=15))
def test_any_cell_gives_a_result(text, test):
    cell = text.replace("|", "") or "1"
    logic = table("FIRST", ["x"], ["r"], [f"{test.replace('|', '')}|{cell}"])
    body = input_data("x") + decision("a", literal(text or "1"), "x") + decision("d", logic, "x", "?a")
    result = evaluate(model(body), "d", {"x": 1})
    assert isinstance(result.errors, tuple)
    assert result.as_json()["trail"][-1]["decision"] == "d"
