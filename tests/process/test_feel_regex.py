"""The regular expressions of FEEL: the dialect of XPath, in bounded work; Python's matcher is the oracle where both agree."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from werkfluss.process.feel import evaluate
from werkfluss.process.feel.arithmetic import NotDefined
from werkfluss.process.feel.regex import compiled
from werkfluss.process.feel.regex_run import Matcher


def matches(text, pattern, flags=None):
    return evaluate("matches(t, p, f)", {"t": text, "p": pattern, "f": flags}).value


@pytest.mark.parametrize(
    ("text", "pattern", "flags", "expected"),
    [
        ("foobar", "^fo*bar$", None, True),
        ("foobar", "^bar", None, False),
        ("abracadabra", "bra", None, True),
        ("abracadabra", "^a.*a$", None, True),
        ("a\nb", "a.b", None, False),
        ("a\nb", "a.b", "s", True),
        ("x\nab", "^ab$", None, False),
        ("x\nab", "^ab$", "m", True),
        ("ab\n", "ab$", None, False),
        ("HELLO", "hello", "i", True),
        ("ÄRGER", "ärger", "i", True),
        ("helloworld", "hello[ ]world", "x", False),
        ("helloworld", "hel lo world", "x", True),
        ("a.b", "a.b", "q", True),
        ("axb", "a.b", "q", False),
        ("O", "[A-Z-[OI]]", None, False),
        ("N", "[A-Z-[OI]]", None, True),
        ("ä", r"^\p{L}$", None, True),
        ("a", r"^\p{Lu}$", None, False),
        ("é", r"^\p{IsBasicLatin}$", None, False),
        ("é", r"^\P{IsBasicLatin}$", None, True),
        ("a_1", r"^\w+$", None, False),
        ("a1", r"^\i\c*$", None, True),
        ("abab", r"(ab)\1", None, True),
        ("abac", r"(ab)\1", None, False),
        ("aaa", "^a{2,3}$", None, True),
        ("aaaa", "^a{2,3}$", None, False),
        ("-", "[-a]", None, True),
        ("a-c", r"^[a\-c]+$", None, True),
        ("", "", None, True),
        ("x", "", None, True),
    ],
)
def test_pattern_matches(text, pattern, flags, expected):
    assert matches(text, pattern, flags) is expected


@pytest.mark.parametrize(
    "pattern",
    ["(", ")", "[", "[]", "a{2,1}", "a{", "*a", "a**", r"\q", r"\p{Xx}", r"\p{", "(?=a)b", "(?i)a", r"(a\1)", r"\2", "[z-a]",
     "a{9999}", "((a{900}){900})", "(" * 60 + ")" * 60, "\\"],
)  # fmt: skip
def test_faulty_pattern_is_null_with_a_note(pattern):
    result = evaluate('matches("aaa", p)', {"p": pattern})
    assert result.value is None
    assert result.notes


def test_unknown_flag_is_null():
    assert matches("a", "a", "g") is None


@pytest.mark.parametrize(
    ("text", "pattern", "replacement", "expected"),
    [
        ("abracadabra", "bra", "*", "a*cada*"),
        ("abracadabra", "a.*a", "*", "*"),
        ("abracadabra", "a.*?a", "*", "*c*bra"),
        ("abracadabra", "a(.)", "a$1$1", "abbraccaddabbra"),
        ("AAAA", "A+?", "b", "bbbb"),
        ("darted", "^(.*?)d(.*)$", "$1c$2", "carted"),
        ("abcd", "(ab)|(a)", "[1=$1][2=$2]", "[1=ab][2=]cd"),
        ("a", "a", r"\$\\", "$\\"),
        ("ab", "(a)(b)", "$2$1$3", "ba"),
        ("abc", "x*", "-", None),
        ("abc", "b", "$x", None),
        ("abc", "b", "$", None),
    ],
)
def test_replacement(text, pattern, replacement, expected):
    assert evaluate("replace(t, p, r)", {"t": text, "p": pattern, "r": replacement}).value == expected


def test_split_at_a_pattern():
    assert evaluate('split("a;b;;c", ";")').value == ["a", "b", "", "c"]
    assert evaluate(r'split("John  Doe", "\\s+")').value == ["John", "Doe"]
    assert evaluate('split("abc", "")').value is None


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*b", "((a*))*b", "a*a*a*a*a*a*b", "(.*)*x", "(a|aa)+$", r"(a+)+\1b"]
)
def test_pattern_that_explodes_elsewhere_ends_soon(pattern):
    start = time.monotonic()
    value = matches("a" * 300 + "!", pattern)
    assert value in (False, None)
    assert (value is None) == ("\\1" in pattern)
    assert time.monotonic() - start < 5


_ATOMS = st.sampled_from(["a", "b", "c", "[ab]", "[^a]", ".", r"\d", "a"])
_PATTERNS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map("({0[0]}|{0[1]})".format),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{1,2}"])).map("(?:{0[0]}){0[1]}".format),
    ),
    max_leaves=8,
)


@settings(max_examples=examples(200))
@given(_PATTERNS, st.text(alphabet="abc1", max_size=7))
def test_first_match_is_that_of_python(pattern, text):
    theirs = re.search(pattern, text)
    ours = Matcher(compiled(pattern), text).search()
    assert (ours and ours[:2]) == (theirs and theirs.span())


@given(st.text(alphabet=r"ab()[]{}|*+?^$\.-,12pLd", max_size=25), st.text(alphabet="ab1-", max_size=20))
def test_any_pattern_is_read_or_refused(pattern, text):
    try:
        found = Matcher(compiled(pattern), text).search()
    except NotDefined:
        return
    assert found is None or 0 <= found[0] <= found[1] <= len(text)
