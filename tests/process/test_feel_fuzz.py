"""Whatever a customer or a language model writes: a value, or a FeelError, within the limits."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from werkfluss.process.feel import FeelError, Limits, evaluate, string, to_json, unary_test
from werkfluss.process.feel.builtins import BUILTINS

DATA = {"x": 5, "l": [3, 1, 2], "s": "foo", "a b": {"c-d": 1}}
TIGHT = Limits(steps=5_000, size=100_000, seconds=1)

LITERALS = st.sampled_from(
    """1|0|-2.5|1e6000|-9e6144|1e-6000|1e15|"a"|""|"2026-01-01"|"P1Y2M"|"(a+)+$"|"$1"|null|true|false|[]|[1, 2, 3]|["a", null]|{}
    {key: "x", value: 1}|@"2026-01-01"|@"9999-12-31T23:59:59Z"|@"0001-01-01T00:00:00+18:00"|@"10:00:00@Europe/Berlin"
    @"2026-10-25T02:30:00@Europe/Berlin"|@"P999999999D"|@"P9999999999Y"|@"-PT0.000001S"|[1..5]|(< 5)|("a".."c")|x|l|s|a b.c-d
    function(x) x|function(a, b) a < b|function(n: number) n + 1|count|range("[1..2]")""".replace("\n", "|").split("|")
).map(str.strip)


def attempt(work):
    """The value, and the fault if there is none."""
    try:
        return work(), None
    except FeelError as error:
        return None, error.fault


def _compound(inner):
    arguments = st.lists(inner, max_size=4).map(", ".join)
    operators = ["+", "-", "*", "/", "**", "=", "!=", "<", ">=", "and", "or", "in"]
    types = ["number", "list<string>", "range<date>", "context<a: Any>", "function<Any> -> Any", "tUnknown"]
    properties = ["a", "year", "days", "months", "start", "time offset", "timezone"]
    return st.one_of(
        st.tuples(st.sampled_from(sorted(BUILTINS.keys() - {"@"})), arguments).map("{0[0]}({0[1]})".format),
        st.tuples(inner, st.sampled_from(operators), inner).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(inner, inner).map("{0[0]}[{0[1]}]".format),
        st.tuples(inner, inner).map("for i in {0[0]} return {0[1]}".format),
        st.tuples(inner, inner).map("for i in {0[0]}..{0[1]} return partial".format),
        st.tuples(inner, inner).map("some i in {0[0]} satisfies {0[1]}".format),
        st.tuples(inner, st.sampled_from(properties)).map("{0[0]}.{0[1]}".format),
        st.tuples(inner, st.sampled_from(types)).map("{0[0]} instance of {0[1]}".format),
        st.tuples(inner, inner).map("[{0[0]}..{0[1]}]".format),
        st.tuples(inner, inner).map("{{a: {0[0]}, b: {0[1]}}}".format),
    )


EXPRESSIONS = st.recursive(LITERALS, _compound, max_leaves=12)


@settings(max_examples=examples(400), deadline=None)
@given(EXPRESSIONS)
def test_any_expression_gives_a_value_or_a_feel_error(expression):
    value, fault = attempt(lambda: evaluate(expression, DATA, TIGHT).value)
    assert fault is None or (":" in fault.where and fault.cause.de)
    assert json.dumps(to_json(value)) is not None
    assert isinstance(string(value), str)


@settings(max_examples=examples(200), deadline=None)
@given(EXPRESSIONS, st.sampled_from(["", "< ", ">= ", "not(", "-, ", "= "]))
def test_any_unary_test_gives_an_answer_or_a_feel_error(expression, prefix):
    tests = prefix + expression + (")" if prefix == "not(" else "")
    answer, fault = attempt(lambda: unary_test(tests, 5, DATA, TIGHT))
    assert isinstance(answer, bool) == (fault is None)


@given(st.text(max_size=60))
def test_any_text_at_all_gives_a_value_or_a_feel_error(text):
    value, fault = attempt(lambda: evaluate(text, DATA, TIGHT).value)
    assert json.dumps(to_json(value))
    assert fault is None or fault.expected.en


HOSTILE = [
    "for x in 1..10**9 return x",
    "count(for x in 1..10**6000 return 1)",
    "some x in 1..10**9 satisfies x < 0",
    "for a in 1..1000, b in 1..1000, c in 1..1000 return 1",
    "[" * 500 + "]" * 500,
    "-" * 9000 + "1",
    "1" + " + 1" * 4000,
    "not(" * 100 + "true" + ")" * 100,
    "if true then " * 100 + "1" + " else 1" * 100,
    "x" + ".x" * 100,
    "x" + "[1]" * 100,
    "{f: function(n) if n = 0 then 0 else f(n - 1), r: f(1000)}.r",
    "{f: function(l) f(concatenate(l, l)), r: f([1, 2])}.r",
    'for i in 1..50000 return matches("' + "a" * 200 + '!", "(a+)+(b|c)*$")',
    "for i in 1..50000 return string(1e6000)",
    "(((((10 ** 6000) ** 2) ** 2) ** 2) ** 0.5) ** 1.5",
    "exp(1e6000) + exp(14000.5) + log(1e6000) + sqrt(1e6144)",
    'replace("' + "a" * 2000 + '", "a", "' + "b" * 2000 + '")',
    'number("' + "9" * 5000 + '")',
    '"' + "\\\\U10FFFF" * 900 + '"',
    "/*" * 4000,
    "x instance of " + "list<" * 200 + "number" + ">" * 200,
    "function(" * 300,
    "1 in (" * 300,
    "@" * 1000,
    '@"P' + "9" * 3000 + 'D"',
]


@pytest.mark.parametrize("expression", HOSTILE, ids=lambda text: text[:30])
def test_hostile_expression_ends_within_its_limits(expression):
    start = time.monotonic()
    value, _ = attempt(lambda: evaluate(expression, {"x": 1}).value)
    assert json.dumps(to_json(value))
    assert time.monotonic() - start < 10


def test_clock_ends_what_counts_too_few_steps():
    expression = 'for i in 1..50000 return matches(t, "(a|b|ab)*c")'
    with pytest.raises(FeelError, match="too"):
        evaluate(expression, {"t": "ab" * 300}, Limits(seconds=0.3))
