"""Gaps, overlaps and hidden rules of tables; test cases and which rules they hit."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.process.dmn_samples import decision, input_data, literal, model, source, table
from werkfluss.cli import main
from werkfluss.kernel.errors import Broken
from werkfluss.process.dmn import evaluate
from werkfluss.process.dmn.checking import check
from werkfluss.process.dmn.testing import Case, cases_from_json, run_cases

STATUS = 's:string:"offen","bezahlt"'


def findings(rules, *, policy="UNIQUE", inputs=("x:number", STATUS), outputs=("r",)):
    body = input_data("x", "number") + input_data("s", "string")
    made = model(body + decision("d", table(policy, list(inputs), list(outputs), rules), "x", "s"))
    return [(f.code, f.severity, f.message.en, f.rules) for f in check(made)]


def test_gap_is_described_by_its_inputs():
    rules = ['<= 5000|-|"a"', '> 5000|"bezahlt"|"b"']
    assert findings(rules) == [("gap", "warning", 'No rule for x > 5000 and s = "offen".', ())]


def test_complete_table_has_no_findings():
    assert findings(['<= 5|-|"a"', '> 5|"offen"|"b"', '> 5|not("offen")|"c"']) == []


def test_overlap_of_a_unique_table_is_an_error():
    found = findings(['<= 5|-|"a"', '>= 5|"offen"|"b"', '> 5|"bezahlt"|"c"'])
    assert found == [("overlap", "error", 'Rules 1 and 2 both hit: x = 5 and s = "offen"', (1, 2))]


def test_overlap_is_allowed_where_outputs_agree_or_the_policy_says_so():
    same = ['<= 5|-|"a"', '>= 5|-|"a"']
    assert findings(same, policy="ANY") == []
    assert findings(['<= 5|-|"a"', '>= 5|-|"b"'], policy="ANY")[0][0] == "contradiction"
    assert findings(['<= 5|-|"a"', '>= 5|-|"b"'], policy="COLLECT") == []


def test_rule_behind_others_that_take_all_is_masked():
    found = findings(['<= 5|-|"a"', '> 5|-|"b"', '3|"offen"|"c"'], policy="FIRST")
    assert found == [("masked", "warning", "Rule 3 never takes effect: rules 1 always hit before.", (3, 1))]


def test_rule_beyond_the_allowed_values_never_hits():
    found = findings(['-|"offen"|"a"', '-|"bezahlt"|"b"', '-|"storniert"|"c"'])
    assert [(code, rules) for code, _, _, rules in found] == [("masked", (3,))]


def test_gap_between_whole_numbers_and_default_are_hints():
    assert findings(["<= 5|-|1", ">= 6|-|2"])[0][:2] == ("gap", "info")
    assert findings(["<= 5|-|1"], outputs=["r:number::0"])[0][:2] == ("gap", "info")
    assert findings(["<= 5|-|1", ">= 7|-|2"])[0][:2] == ("gap", "warning")


def test_dates_durations_and_booleans_are_cut_too():
    days = ['< date("2026-01-01")|1', '>= @"2026-01-02"|2']
    assert findings(days, inputs=["x:date"])[0][2] == 'No rule for x = @"2026-01-01".'
    assert findings(['<= date("2026-01-01")|1', '>= @"2026-01-02"|2'], inputs=["x:date"]) == []
    assert findings(['< duration("P1Y")|1', '> @"P1Y"|2'], inputs=["x"])[0][2] == 'No rule for x = @"P1Y".'
    assert findings(['< time("10:00:00")|1', '>= @"10:00:00"|2'], inputs=["x"]) == []
    assert findings(["true|1"], inputs=["x:boolean"])[0][2] == "No rule for x = false."
    assert findings(["null|1", "not(null)|2"], inputs=["x"]) == []
    assert findings(["null|1"], inputs=["x"])[0][2] == "No rule for x = any other value."


def test_text_without_list_of_values_leaves_any_other_value():
    assert findings(['"a"|1', '"b"|2'], inputs=["x:string"])[0][2] == "No rule for x = any other value."


@pytest.mark.parametrize("condition", ["> y", "? > 3", 'starts with(?, "a")', '< "m"', '1, "a"'])
def test_condition_that_is_no_comparison_with_constants_is_not_checked(condition):
    assert findings([f"{condition}|1"], inputs=["x"])[-1][:2] == ("unchecked", "info")


def test_expression_that_cannot_be_read_is_found():
    made = model(
        decision("a", literal("1 + (")) + input_data("x") + decision("d", table("FIRST", ["x"], ["r"], ["> (|1"]), "x")
    )
    assert [(f.code, f.where) for f in check(made)] == [("syntax", "a"), ("syntax", "d · 1 · x")]


RANGES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.booleans()), min_size=1, max_size=5)


@settings(max_examples=examples(60))
@given(RANGES)
def test_findings_agree_with_the_evaluation(ranges):
    """Every point the check calls a gap has no rule, every other point has one; likewise for overlaps."""
    rules = [
        f"{'[' if closed else '('}{min(a, b)}..{max(a, b)}]|{'true' if closed else '-'}|1" for a, b, closed in ranges
    ]
    body = input_data("x", "number") + input_data("s", "boolean")
    made = model(body + decision("d", table("UNIQUE", ["x:number:[0..6]", "s:boolean"], ["r"], rules), "x", "s"))
    found = check(made)
    gaps = overlaps = False
    for twice in range(13):
        for flag in (True, False):
            hits = len(evaluate(made, "d", {"x": twice / 2, "s": flag}).trail[0].tables[0].hits)
            gaps, overlaps = gaps or hits == 0, overlaps or hits > 1
    codes = {finding.code for finding in found}
    assert ("gap" in codes, "overlap" in codes) == (gaps, overlaps)


# Test cases

RATES = model(
    input_data("x", "number")
    + decision("d", table("FIRST", ["x"], ["Satz", "Text"], ['> 10|0.5|"viel"', '> 5|1.25|"mehr"', '-|2|"wenig"']), "x")
)
CASES = [
    {"name": "viel", "decision": "d", "inputs": {"x": 11}, "expected": {"Satz": "0.5", "Text": "viel"}},
    {"name": "mehr", "decision": "d", "inputs": {"x": "6"}, "expected": {"Satz": 1.25, "Text": "MEHR"}},
]


def test_cases_say_what_passed_and_which_rules_nobody_hits():
    report = run_cases(RATES, cases_from_json(CASES))
    assert [outcome.passed for outcome in report.outcomes] == [True, False]
    (difference,) = report.outcomes[1].differences
    assert (difference.path, difference.expected, difference.got) == ("Text", "MEHR", "mehr")
    assert report.coverage[0].hits == {1: 1, 2: 1, 3: 0}
    assert [(finding.code, finding.rules) for finding in report.findings] == [("untested", (3,))]


@pytest.mark.parametrize(
    ("text", "expected", "passes"),
    [
        ("[1, 2.5]", [1, "2.5"], True),
        ("[1, 2]", [1], False),
        ('date("2026-01-01")', "2026-01-01", True),
        ('duration("PT24H")', "P1D", True),
        ("null", None, True),
        ("0", None, False),
        ("0", False, False),
        ('{a: 1, b: [{c: "x"}]}', {"a": 1, "b": [{"c": "y"}]}, False),
        ("{a: 1}", {"a": 1, "b": None}, False),
    ],
)
def test_expected_json_is_compared_by_value(text, expected, passes):
    report = run_cases(model(decision("d", literal(text))), [Case("1", "d", {}, expected)])
    assert report.outcomes[0].passed is passes


def test_path_of_a_difference_leads_into_lists():
    report = run_cases(model(decision("d", literal('{b: [{c: "x"}]}'))), [Case("1", "d", {}, {"b": [{"c": "y"}]})])
    assert report.outcomes[0].differences[0].path == "b[1].c"


@pytest.mark.parametrize(
    "data", [{}, [1], [{"decision": "d"}], [{"expected": 1}], [{"decision": "d", "inputs": [], "expected": 1}]]
)
def test_cases_of_another_shape_are_refused(data):
    with pytest.raises(Broken):
        cases_from_json(data)


def call(*arguments, status=0):
    result = CliRunner().invoke(main, ["dmn", *map(str, arguments)])
    assert result.exit_code == status, result.output
    return result


@pytest.fixture
def files(tmp_path):
    logic = table("FIRST", ["x:number"], ["r:number"], ["> 10|0.5", "> 5|1"])
    (tmp_path / "m.dmn").write_bytes(source(input_data("x", "number") + decision("Satz", logic, "x")))
    (tmp_path / "in.json").write_text('{"x": 11}')
    (tmp_path / "bad.json").write_text("[1]")
    cases = [{"decision": "Satz", "inputs": {"x": 11}, "expected": "0.5"}]
    (tmp_path / "cases.json").write_text(json.dumps(cases))
    return tmp_path


def test_command_eval_prints_result_errors_and_trail(files):
    found = json.loads(
        call("eval", files / "m.dmn", "--decision", "Satz", "--inputs", files / "in.json", "--json").stdout
    )
    assert (found["result"], found["errors"]) == ("0.5", [])
    assert found["trail"][0]["tables"][0]["rules"][0]["rule"] == 1
    whole = json.loads(call("eval", files / "m.dmn", "--inputs", files / "in.json", "--json").stdout)
    assert whole["result"] == {"Satz": "0.5"}
    plain = call("eval", files / "m.dmn", "--decision", "Satz", "--inputs", files / "in.json")
    assert plain.stdout == "0.5\n"


def test_command_eval_takes_numbers_as_they_are_written(files):
    (files / "in.json").write_text('{"x": 12345678901234567.25}')
    (files / "m.dmn").write_bytes(source(input_data("x", "number") + decision("d", literal("x"), "x")))
    found = json.loads(call("eval", files / "m.dmn", "--inputs", files / "in.json", "--json").stdout)
    assert found["result"]["d"] == "12345678901234567.25"


def test_command_eval_refuses_what_it_cannot_use(files):
    for arguments in (("--decision", "x"), ("--inputs", files / "bad.json"), ("--inputs", files / "gone.json")):
        (error,) = json.loads(call("eval", files / "m.dmn", *arguments, "--json", status=1).stdout)["errors"]
        assert all(error.values())
    assert json.loads(call("eval", files / "in.json", "--json", status=1).stdout)["errors"]


def test_commands_test_and_check(files):
    found = json.loads(call("test", files / "m.dmn", files / "cases.json", "--json").stdout)
    assert (found["passed"], found["failed"], found["coverage"][0]["missed"]) == (1, 0, [2])
    checked = json.loads(call("check", files / "m.dmn", "--json").stdout)
    assert [finding["code"] for finding in checked["findings"]] == ["gap"]
    assert "x <= 5" in call("check", files / "m.dmn").stdout
    assert "✓" in call("test", files / "m.dmn", files / "cases.json").stdout
