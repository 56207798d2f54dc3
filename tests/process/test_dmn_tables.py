"""Decision tables: every hit policy, defaults, priorities, and what is said when a table is violated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.process.dmn_samples import decision, input_data, model, table
from werkfluss.process.dmn import evaluate
from werkfluss.process.feel import to_json

RULES = ['> 10|"a"', '> 5|"b"', '> 0|"a"']
PRIORITY = 'r:string:"b","a"'


def decided(policy, inputs, *, outputs=("r",), rules=RULES, aggregation=""):
    body = input_data("x", "number") + input_data("y", "string")
    made = model(body + decision("d", table(policy, ["x"], list(outputs), rules, aggregation), "x", "y"))
    return evaluate(made, "d", inputs)


def hits(result):
    return [hit.number for hit in result.trail[-1].tables[0].hits]


@pytest.mark.parametrize(
    ("policy", "x", "expected", "fired"),
    [
        ("UNIQUE", 3, "a", [3]),
        ("FIRST", 20, "a", [1]),
        ("FIRST", 7, "b", [2]),
        ("ANY", 3, "a", [3]),
        ("RULE ORDER", 20, ["a", "b", "a"], [1, 2, 3]),
        ("COLLECT", 7, ["b", "a"], [2, 3]),
        ("UNIQUE", -1, None, []),
        ("COLLECT", -1, [], []),
        ("OUTPUT ORDER", -1, [], []),
    ],
)
def test_hit_policy_gives_its_result_and_trail(policy, x, expected, fired):
    result = decided(policy, {"x": x})
    assert (result.value, hits(result), result.errors) == (expected, fired, ())


def test_priority_and_output_order_follow_the_list_of_output_values():
    assert decided("PRIORITY", {"x": 20}, outputs=[PRIORITY]).value == "b"
    assert decided("OUTPUT ORDER", {"x": 20}, outputs=[PRIORITY]).value == ["b", "a", "a"]
    assert decided("PRIORITY", {"x": 3}, outputs=[PRIORITY]).value == "a"


def test_priority_of_several_outputs_compares_column_by_column():
    outputs = ["r:string:'x'".replace("'x'", '"b","a"'), "s:number:2,1"]
    rules = ['-|"a"|2', '-|"b"|1', '-|"b"|2']
    assert to_json(decided("PRIORITY", {"x": 1}, outputs=outputs, rules=rules).value) == {"r": "b", "s": 2}
    ordered = decided("OUTPUT ORDER", {"x": 1}, outputs=outputs, rules=rules).value
    assert [(to_json(row)["r"], to_json(row)["s"]) for row in ordered] == [("b", 2), ("b", 1), ("a", 2)]


def test_unique_table_with_two_hits_is_an_error_that_names_the_rules():
    result = decided("UNIQUE", {"x": 7})
    assert result.value is None
    assert hits(result) == [2, 3]
    assert "(2, 3)" in result.errors[0].cause.de
    assert "UNIQUE" in result.errors[0].cause.en


def test_any_table_with_different_outputs_is_an_error():
    result = decided("ANY", {"x": 20})
    assert result.value is None
    assert "(1, 2)" in result.errors[0].cause.en
    assert decided("ANY", {"x": 20}, rules=['> 10|"a"', '> 5|"a"']).value == "a"


NUMBERS = ["> 10|5", "> 5|1.5", "> 0|-2"]


@pytest.mark.parametrize(
    ("aggregation", "x", "expected"),
    [
        ("SUM", 20, "4.5"),
        ("MIN", 20, -2),
        ("MAX", 20, 5),
        ("COUNT", 20, 3),
        ("COUNT", -1, 0),
        ("SUM", -1, None),
        ("MIN", 7, -2),
    ],
)
def test_collect_aggregates(aggregation, x, expected):
    result = decided("COLLECT", {"x": x}, rules=NUMBERS, aggregation=aggregation)
    assert (to_json(result.value), result.errors) == (expected, ())


@pytest.mark.parametrize("aggregation", ["SUM", "MAX"])
def test_outputs_that_do_not_aggregate_are_an_error(aggregation):
    mixed = decided("COLLECT", {"x": 20}, rules=['-|"a"', "-|1"], aggregation=aggregation)
    two = decided("COLLECT", {"x": 20}, outputs=["r", "s"], rules=["-|1|2", "-|3|4"], aggregation=aggregation)
    for result in (mixed, two):
        assert result.value is None
        assert len(result.errors) == 1


def test_default_outputs_count_when_no_rule_hits():
    outputs = ['r:string::"none"', "s:number::0"]
    rules = ['> 100|"big"|1']
    assert to_json(decided("UNIQUE", {"x": 1}, outputs=outputs, rules=rules).value) == {"r": "none", "s": 0}
    assert decided("UNIQUE", {"x": 1}, outputs=outputs, rules=rules).trail[0].tables[0].defaulted
    assert to_json(decided("COLLECT", {"x": 1}, outputs=outputs, rules=rules).value) == [{"r": "none", "s": 0}]
    assert to_json(decided("UNIQUE", {"x": 101}, outputs=outputs, rules=rules).value) == {"r": "big", "s": 1}


def test_input_beyond_the_allowed_values_is_null_with_an_error():
    body = input_data("x", "number") + decision(
        "d", table("UNIQUE", ["x:number:[0..9]"], ["r"], ['null|"n"', '-|"r"']), "x"
    )
    result = evaluate(model(body), "d", {"x": 10})
    assert "[0..9]" in result.errors[0].expected.de
    assert evaluate(model(body), "d", {"x": 9}).value == "r"


def test_output_beyond_the_output_values_is_null_with_an_error():
    result = decided("UNIQUE", {"x": 1}, outputs=['r:string:"a"'], rules=['-|"z"'])
    assert result.value is None
    assert '"z"' in result.errors[0].cause.en


def test_condition_that_cannot_be_read_makes_the_table_null():
    result = decided("FIRST", {"x": 1}, rules=['> 10|"a"', '> (|"b"', '-|"c"'])
    assert result.value is None
    assert "d · 2 · x" in result.errors[0].where


def test_conditions_may_use_other_data_and_the_question_mark():
    rules = ['? > 3 and y = "k"|"both"', '-|"other"']
    assert decided("FIRST", {"x": 5, "y": "k"}, rules=rules).value == "both"
    assert decided("FIRST", {"x": 5, "y": "m"}, rules=rules).value == "other"


def test_annotations_are_in_the_trail():
    body = table("UNIQUE", ["x"], ["r"], ["-|1"]).replace(
        "</rule>", "<annotationEntry><text>weil so</text></annotationEntry></rule>"
    )
    result = evaluate(model(input_data("x") + decision("d", body, "x")), "d", {"x": 1})
    assert result.trail[0].as_json()["tables"][0] == {
        "table": "d",
        "hit_policy": "U",
        "inputs": [{"label": "x", "value": 1}],
        "rules": [{"rule": 1, "id": "r1", "annotations": ["weil so"]}],
        "default": False,
    }


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=6), st.integers(-12, 12))
def test_policies_agree_on_which_rules_hit(rules, x):
    texts = [f"[{min(pair)}..{max(pair)}]|{number}" for number, pair in enumerate(rules, 1)]
    inside = [number for number, pair in enumerate(rules, 1) if min(pair) <= x <= max(pair)]
    listed = decided("RULE ORDER", {"x": x}, rules=texts)
    assert to_json(listed.value) == inside
    assert to_json(decided("FIRST", {"x": x}, rules=texts).value) == (inside[0] if inside else None)
    unique = decided("UNIQUE", {"x": x}, rules=texts)
    assert bool(unique.errors) == (len(inside) > 1)
    count = decided("COLLECT", {"x": x}, rules=texts, aggregation="COUNT")
    assert to_json(count.value) == len(inside)
