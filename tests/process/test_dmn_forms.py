"""What a decision asks for and gives, how its cells are looked at, and its picture."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.process.dmn_samples import decision, input_data, literal, model, table
from werkfluss.process.dmn import Model, evaluate
from werkfluss.process.dmn.cells import cell_faults
from werkfluss.process.dmn.drawing import draw, needs
from werkfluss.process.dmn.editing import RuleRow
from werkfluss.process.dmn.fields import Field, assembled, input_fields, output_fields, value_at
from werkfluss.process.dmn.model import DecisionTable
from werkfluss.process.dmn.walking import tables
from werkfluss.process.dmn.words import policy_in_words, policy_sign

PERSON = (
    '<itemDefinition name="person"><itemComponent name="age"><typeRef>number</typeRef></itemComponent>'
    '<itemComponent name="home"><typeRef>country</typeRef></itemComponent>'
    '<itemComponent name="skills" isCollection="true"><typeRef>string</typeRef></itemComponent></itemDefinition>'
    '<itemDefinition name="country"><typeRef>string</typeRef><allowedValues><text>"DE", "AT"</text></allowedValues>'
    "</itemDefinition>"
)


def only(found: Model) -> DecisionTable:
    return next(iter(tables(found).values()))


def test_fields_follow_the_types_down_to_their_parts() -> None:
    logic = table("UNIQUE", ["who.age"], ["x:number", "y::yes"], [])
    made = model(PERSON + input_data("who", "person") + input_data("on", "date") + decision("d", logic, "who", "on"))
    kinds = {field.path: (field.kind, field.choices) for field in input_fields(made, "d")}
    assert kinds == {
        ("who", "age"): ("number", ()),
        ("who", "home"): ("choice", ("DE", "AT")),
        ("who", "skills"): ("feel", ()),
        ("on",): ("date", ()),
    }
    assert [(field.path, field.kind) for field in output_fields(made, "d")] == [(("x",), "number"), (("y",), "feel")]


def test_fields_of_required_decisions_and_of_tables_without_declared_inputs() -> None:
    below = decision("low", table("FIRST", ["a.b:boolean"], ['x:string:"s", "t"'], []))
    made = model(below + decision("top", literal("low"), "?low", type_ref="string"))
    assert input_fields(made, "top") == (Field(("a", "b"), "boolean", "boolean"),)
    assert output_fields(made, "top") == (Field((), "string", "string"),)
    assert output_fields(made, "low") == (Field((), "choice", "string", ("s", "t")),)


@pytest.mark.parametrize(("policy", "how", "kind"), [("COLLECT", "SUM", "number"), ("RULE ORDER", "", "feel")])
def test_result_of_several_rules_is_a_list_or_a_sum(policy: str, how: str, kind: str) -> None:
    made = model(decision("d", table(policy, ["a"], ["x:number"], [], how)))
    assert [field.kind for field in output_fields(made, "d")] == [kind]


def test_values_are_put_together_and_found_again() -> None:
    data = assembled({("who", "age"): 3, ("who", "home"): "DE", ("on",): None})
    assert data == {"who": {"age": 3, "home": "DE"}, "on": None}
    assert (value_at(data, ("who", "age")), value_at(data, ("on", "x")), assembled({(): 4})) == (3, None, 4)


@pytest.mark.parametrize(
    ("condition", "outcome", "found"),
    [
        ("< 5", "1", []),
        ("-", "", []),
        ("< < 5", "1", [("input", False)]),
        ("gold", "1", [("input", True)]),
        ("< 5", "1 +", [("output", False)]),
        ("< 5", '"text"', [("output", False)]),
        ("< 5", "80", [("output", False)]),
        ("< 5", "much", [("output", True)]),
        ("< 5", "a + 80", []),
        ("some x in [1, 2] satisfies ? = x", "max(1, 2)", []),
    ],
)
def test_cells_are_looked_at_one_by_one(condition: str, outcome: str, found: list[tuple[str, bool]]) -> None:
    made = model(input_data("a", "number") + decision("d", table("FIRST", ["a"], ["x:number:[0..50]"], []), "a"))
    faults = cell_faults(made, only(made), [RuleRow(0, ("-",), ("1",)), RuleRow(0, (condition,), (outcome,))])
    assert [(one.kind, one.warns) for one in faults] == found
    assert all((one.row, one.column) == (1, 0) and one.fault.cause.de and one.fault.where for one in faults)


def test_names_are_not_doubted_where_no_input_is_declared() -> None:
    made = model(decision("d", table("FIRST", ["a"], ["x"], ["gold|1"])))
    assert cell_faults(made, only(made), [RuleRow(1, ("gold",), ("silver",))]) == []


def test_why_a_rule_did_not_fire() -> None:
    rules = ["> 5|-|1", "-|> 5|2", "-|-|3", "-|-|4"]
    made = model(input_data("a") + input_data("b") + decision("d", table("FIRST", ["a", "b"], ["x"], rules), "a", "b"))
    (trail,) = evaluate(made, "d", {"a": 1, "b": 1}).trail[0].tables
    assert ([hit.number for hit in trail.hits], trail.misses) == ([3], ((1, 0), (2, 1)))


def test_every_policy_is_said_in_words() -> None:
    made = model(decision("d", table("COLLECT", ["a"], ["x"], [], "SUM")))
    assert (policy_sign(only(made)), policy_in_words(only(made)).en) == (
        "C+",
        "The outcomes of all rules that hit are added up.",
    )
    for policy in ("UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT"):
        assert policy_in_words(only(model(decision("d", table(policy, ["a"], ["x"], []))))).de.endswith(".")


def test_picture_has_every_element_and_every_requirement() -> None:
    function = '<businessKnowledgeModel id="k" name="Staffel &lt;3&gt;"/>'
    made = model(
        input_data("a")
        + input_data("b")
        + function
        + decision("low", literal("a"), "a", "!k")
        + decision("mid", literal("low"), "?low")
        + decision("top", literal("mid + b + a"), "?mid", "b", "a")
    )
    svg = etree.fromstring(draw(made, title="Was worauf beruht", links={"top": "#top"}))
    spaces = {"s": "http://www.w3.org/2000/svg"}
    labels = svg.xpath("//s:g/s:title/text()", namespaces=spaces)
    assert sorted(labels) == ["Staffel <3>", "a", "b", "low", "mid", "top"]
    assert len(svg.xpath("//s:path[@class='drg-need']", namespaces=spaces)) == 5
    assert len(svg.xpath("//s:path[@class='drg-call']", namespaces=spaces)) == 1
    assert svg.xpath("//s:a/@href", namespaces=spaces) == ["#top"]
    assert len(needs(made)) == 6


def test_picture_of_knowledge_in_a_circle_ends() -> None:
    need = '<knowledgeRequirement><requiredKnowledge href="#{}"/></knowledgeRequirement>'
    both = "".join(
        f'<businessKnowledgeModel id="{one}" name="{one}">{need.format(other)}</businessKnowledgeModel>'
        for one, other in (("f", "g"), ("g", "f"))
    )
    assert draw(model(both), title="x").count("drg-call") == 2
