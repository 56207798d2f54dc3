"""The built-in functions and operators of FEEL with the values the standard gives them (DMN 1.5, 10.3.2 and 10.3.4)."""

from __future__ import annotations

import pytest

from werkfluss.process.feel import evaluate, to_json
from werkfluss.process.feel.builtins import BUILTINS

STRINGS = [
    ('string length("🐎ab")', 3),
    ('substring("🐎ab", 2)', "ab"),
    ('"\\U01F40E"', "🐎"),
    ('substring("foobar",3,3)', "oba"),
    ('substring("foobar",0)', None),
    ('substring("foobar", 7)', None),
    ('contains(null,"a")', None),
    ('upper case("ab4")', "AB4"),
    ("string(1/3)", "0.3333333333333333333333333333333333"),
    ("string(null)", None),
    ('string(["a"])', '["a"]'),
    ('"a" + 1', None),
    ('"abc" < "abd"', True),
    ('string join(["a",null,"c"],"-")', "a-c"),
    ('string join(["a",1])', None),
    ("string join([])", ""),
    ('split("a|b","\\\\|")', ["a", "b"]),
    ('"\\u0041"', "A"),
    ("// c\n1", 1),
    ("/* a */ 1", 1),
]

NUMBERS = [
    ('number("1 000.0", " ", ".")', 1000),
    ('number("1,000.5", ",", ".")', "1000.5"),
    ('number("1")', 1),
    ('number(from: "1.5", grouping separator: null, decimal separator: null)', "1.5"),
    ('number("1,0", ",", ",")', None),
    ('number("0x1")', None),
    ("floor(1.56,1)", "1.5"),
    ("ceiling(-1.56,1)", "-1.5"),
    ("round up(5.5,0)", 6),
    ("round up(-5.5,0)", -6),
    ("round half down(-2.5,0)", -2),
    ("decimal(1.5,0)", 2),
    ("decimal(2.5,0)", 2),
    ("decimal(0.505, 2)", "0.5"),
    ("modulo(10.1, 4.5)", "1.1"),
    ("modulo(-10.1, 4.5)", "3.4"),
    ("modulo(10,-4)", -2),
    ("modulo(1,0)", None),
    ("sqrt(-3)", None),
    ("log(0)", None),
    ("exp(0)", 1),
    ("odd(-2)", False),
    ("even(2.5)", False),
    ("is(1,1)", True),
    ('is(1,"1")', False),
    ("is(null,null)", True),
    ("2**3**2", 64),
    ("-2**2", 4),
    ("10 - 2 - 3", 5),
    ('1 = "1"', None),
    (".5", "0.5"),
    ("1e2", 100),
]

LISTS = [
    ("list contains([1,2,null],null)", True),
    ("count(null)", None),
    ("count([null])", 1),
    ('min(1,"a")', None),
    ("min([])", None),
    ("max([1,null])", None),
    ("sum([])", None),
    ("sum([1,null])", None),
    ("mean([1,2,3])", 2),
    ("all([])", True),
    ("any([])", False),
    ("all([true,null])", None),
    ("all(true,false)", False),
    ("any([false,null])", None),
    ("sublist([1,2,3],-2)", [2, 3]),
    ("append([1],2,3)", [1, 2, 3]),
    ("append(1,2)", [1, 2]),
    ("concatenate([1],2)", [1, 2]),
    ("remove([1,2],3)", None),
    ("reverse(null)", None),
    ("index of([1,null],null)", [2]),
    ("union([1],[1,2])", [1, 2]),
    ("flatten([[1,[2]],3])", [1, 2, 3]),
    ("product([2,3])", 6),
    ("median([])", None),
    ("stddev([2,4,7,5])", "2.081665999466132735282297706979931"),
    ("mode([])", []),
    ("list replace([2,4,7],3,6)", [2, 4, 6]),
    ("list replace([2,4,7,8],function(item,newItem) item < newItem,5)", [5, 5, 7, 8]),
    ("[1,2,3,4][item > 2]", [3, 4]),
    ("[{x:1,y:2},{x:2,y:3}][x=1]", [{"x": 1, "y": 2}]),
    ("[{x:1,y:2},{x:null,y:3}][x < 2]", [{"x": 1, "y": 2}]),
    ("1[1]", 1),
    ("1[2]", None),
    ("null[1]", None),
    ("[1,2][0]", None),
    ("[1,2,3][1.5]", None),
    ("[[1]][1]", [1]),
    ("sort(list:[3,1,2],precedes:function(x,y) x<y)", [1, 2, 3]),
    ("sort([{a:2},{a:1}],function(x,y) x.a<y.a)", [{"a": 1}, {"a": 2}]),
    ("[1]=1", None),
    ("[{a:1},{b:2}].a", [1, None]),
    ("distinct values([1,2,1,null,null])", [1, 2, None]),
    ("concatenate([[1],[2]])", [[1], [2]]),
    ("concatenate()", None),
]

TIME = [
    ('string(@"PT36H")', "P1DT12H"),
    ('string(-@"P1Y")', "-P1Y"),
    ('string(@"P0D")', "PT0S"),
    ('abs(@"-P1D") = @"P1D"', True),
    ('date("2017-01-01").year', 2017),
    ('date("17-01-01")', None),
    ("date(2017,13,1)", None),
    ('date(date and time("2017-01-01T10:00:00"))', "2017-01-01"),
    ('time("23:59:60")', None),
    ('time("23:59:00.123").second', "0.123"),
    ('time(12,0,0,duration("-PT1H"))', "12:00:00-01:00"),
    ("time(12,0,0)", "12:00:00"),
    ("time(hour:12,minute:1,second:2)", "12:01:02"),
    ("time(12,0,0,null)", "12:00:00"),
    ('string(time("10:00:00@Europe/Paris"))', "10:00:00@Europe/Paris"),
    ('date and time("2012-12-24T23:59:00") - date and time("2012-12-24T22:59:00")', "PT1H"),
    ('date and time(date("2017-01-01"),time("10:00:00"))', "2017-01-01T10:00:00"),
    ('date and time("2017-01-01")', "2017-01-01T00:00:00"),
    ('duration("P1Y2M3D")', None),
    ('duration("PT")', None),
    ('duration("P26M")', "P2Y2M"),
    ('duration("P1DT2H3M4S").seconds', 4),
    ('duration("P0Y") = duration("P0M")', True),
    ('@"P1Y" < @"P2Y"', True),
    ('@"P1D" < @"P1Y"', None),
    ('years and months duration(date("2011-12-22"),date("2013-08-24"))', "P1Y8M"),
    ('years and months duration(date("2013-08-24"),date("2012-12-15"))', "-P8M"),
    ('date("2020-01-31") + @"P1M"', "2020-02-29"),
    ('@"2020-02-29" - @"P1Y"', "2019-02-28"),
    ('@"P1D" + @"2020-01-01"', "2020-01-02"),
    ('@"10:00:00" - @"09:00:00"', "PT1H"),
    ('@"2020-01-01" - @"P1D"', "2019-12-31"),
    ('@"2020-01-01" + 1', None),
    ('date and time("2020-01-01T00:00:00Z") = date and time("2020-01-01T01:00:00+01:00")', True),
    ('is(date and time("2020-01-01T00:00:00Z"),date and time("2020-01-01T01:00:00+01:00"))', False),
    ('for i in @"2020-01-01"..@"2020-01-03" return i', ["2020-01-01", "2020-01-02", "2020-01-03"]),
    ('day of week(@"2019-09-17")', "Tuesday"),
    ('day of year(@"2019-09-17")', 260),
    ('week of year(@"2005-01-01")', 53),
    ('month of year(@"2019-09-17")', "September"),
    ('time("10:00:00Z").time offset', "PT0S"),
    ('@"2020-01-01T10:00:00".time offset', None),
    ('@"2020-01-01".weekday', 3),
    ('@"foo"', None),
]

RANGES = [
    ("insert before([1],5,2)", None),
    ("1 in [[1..3]]", True),
    ("before(1,[2..3])", True),
    ("meets([1..5],[5..10])", True),
    ("meets([1..5),[5..10])", False),
    ("overlaps before([1..5],[3..8])", True),
    ("overlaps after([3..8],[1..5])", True),
    ("finishes(10,[1..10])", True),
    ("finished by([1..10],10)", True),
    ("starts([1..5],[1..10])", True),
    ("started by([1..10],1)", True),
    ("coincides([1..5],[1..5])", True),
    ("coincides(1,1)", True),
    ("includes([1..10],[1..10))", True),
    ("during(5,(5..10])", False),
    ("includes([1..10],(1..10))", True),
    ('(< 10) = range("(..10)")', True),
    ('[1..3] = range("[1..3]")', True),
    ('range("[18..21)").start', 18),
    ("[1..10].start included", True),
    ('range("[date(\\"2020-01-01\\")..date(\\"2021-01-01\\")]").end', "2021-01-01"),
    ("(>=5).end", None),
    ("(>=5).end included", False),
]

TYPES = [
    ("1 instance of number", True),
    ('[1,"a"] instance of list<number>', False),
    ("{a:1} instance of context<a: number>", True),
    ("{a:1,b:2} instance of context<a: number>", True),
    ("{} instance of context<a: number>", False),
    ("[1..2] instance of range<number>", True),
    ("abs instance of function<number> -> number", True),
    ('@"P1Y" instance of years and months duration', True),
    ("null instance of number", False),
]

CONTROL = [
    ("{a:1}[a=1]", [{"a": 1}]),
    ("some x in [1,2,3], y in [x] satisfies y > 2", True),
    ("every x in [] satisfies x > 2", True),
    ("for x in [1,2], y in [x,3] return [x,y]", [[1, 1], [1, 3], [2, 2], [2, 3]]),
    ("for i in 1..3 return partial", [[], [[]], [[], [[]]]]),
    ("for i in 3..1 return i", [3, 2, 1]),
    ("for i in [1..3) return i", [1, 2]),
    ("if null then 1 else 2", 2),
    ('if "a" then 1 else 2', 2),
    ("1 between 0 and 2", True),
    ("null between 0 and 2", None),
    ('1 between "a" and 2', None),
    ("true and 1", None),
    ("false and 1", False),
    ("not(1)", None),
    ('not("a")', None),
    ("{a:1,b:a+1}", {"a": 1, "b": 2}),
    ('{"a b":1}.a b', 1),
    ("{a:1,a:2}", None),
    ("{foo: function(x) x+1, r: foo(2)}.r", 3),
    ('get entries({a:1})[key="a"].value', [1]),
    ('get value({a:1},"b")', None),
    ('context([{key:"a",value:1},{key:"a",value:2}])', None),
    ('context({key:"a",value:1})', {"a": 1}),
    ('context put({x:{y:1}},["x","y"],2)', {"x": {"y": 2}}),
    ("context merge([{a:1},{a:2,b:1}])", {"a": 2, "b": 1}),
    ("context merge({a:1})", {"a": 1}),
    ("5 in (<=5)", True),
    ("5 in (> 5, < 3)", False),
    ("[1,2] in [[1,2],[3]]", True),
    ("null in [null]", True),
    ("5 in [1,5]", True),
    ("{a:1} in [{a:1}]", True),
    ("(function(a,b) a-b)(b:1,a:3)", 2),
    ("true < false", None),
    ("{a: {b: 1}}.a.b", 1),
]


@pytest.mark.parametrize(("expression", "expected"), [*STRINGS, *NUMBERS, *LISTS, *TIME, *RANGES, *TYPES, *CONTROL])
def test_expression_has_the_value_of_the_standard(expression, expected):
    value = to_json(evaluate(expression).value)
    assert value == expected
    assert isinstance(value, bool) == isinstance(expected, bool)


# DMN 1.5, tables 66 to 79.
STANDARD = """
date|date and time|time|number|string|duration|years and months duration|not|substring|string length|upper case|lower case
substring before|substring after|replace|contains|starts with|ends with|matches|split|string join|list contains|list replace
count|min|max|sum|mean|all|any|sublist|append|concatenate|insert before|remove|reverse|index of|union|distinct values|flatten
product|median|stddev|mode|decimal|floor|ceiling|round up|round down|round half up|round half down|abs|modulo|sqrt|log|exp
odd|even|is|before|after|meets|met by|overlaps|overlaps before|overlaps after|finishes|finished by|includes|during|starts
started by|coincides|day of year|day of week|month of year|week of year|sort|get value|get entries|context|context put
context merge|today|now|range
"""


def test_every_function_of_the_standard_is_there():
    names = {name for line in STANDARD.strip().splitlines() for name in line.split("|")}
    assert len(names) == 86
    assert names - BUILTINS.keys() == set()


def test_functions_are_called_by_every_name_of_their_parameters():
    for expression, expected in (
        ("date(year: 2026, month: 1, day: 2)", "2026-01-02"),
        ('date(from: "2026-01-02")', "2026-01-02"),
        ('date and time(date: @"2026-01-02", time: @"10:00:00")', "2026-01-02T10:00:00"),
        ('get value(context: {a: 1}, keys: ["a"])', 1),
        ('context put(context: {a: 1}, keys: ["b"], value: 2)', {"a": 1, "b": 2}),
        ("list replace(list: [1, 2], position: 1, newItem: 3)", [3, 2]),
        ("date(year: 2026, from: 1)", None),
        ("abs(x: 1)", None),
        ("abs(n: 1, n: 2)", None),
    ):
        assert to_json(evaluate(expression).value) == expected, expression


def test_clock_of_the_zone_moves_with_elapsed_time():
    """On 29 March 2026 the clocks in Berlin go from 2 to 3."""
    before = '@"2026-03-29T01:30:00@Europe/Berlin"'
    assert to_json(evaluate(f'{before} + @"PT1H"').value) == "2026-03-29T03:30:00@Europe/Berlin"
    autumn = '@"2026-10-25T02:30:00+02:00" = @"2026-10-25T02:30:00+01:00"'
    assert evaluate(autumn).value is False
