"""Rules changed in the file: what is not concerned stays, and what was read is what was written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.process.dmn_samples import NAMESPACE, decision, input_data, source, table
from werkfluss.kernel.errors import Broken
from werkfluss.process.dmn import Model, read
from werkfluss.process.dmn.editing import RuleRow, rows_of, with_rules
from werkfluss.process.dmn.model import DecisionTable
from werkfluss.process.dmn.walking import tables

FILE = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- drawn by hand -->
<dmn:definitions xmlns:dmn="{NAMESPACE}" xmlns:x="urn:x" name="Rabatt" namespace="urn:r">
  <dmn:inputData id="a" name="a"><dmn:variable name="a" typeRef="number" /></dmn:inputData>
  <dmn:decision id="d" name="d">
    <dmn:informationRequirement><dmn:requiredInput href="#a"/></dmn:informationRequirement>
    <dmn:decisionTable hitPolicy='FIRST' x:colour="red">
      <dmn:input><dmn:inputExpression><dmn:text>a</dmn:text></dmn:inputExpression></dmn:input>
      <dmn:output name="p" />
      <!-- small ones -->
      <dmn:rule id="small">
        <dmn:inputEntry id="c1"><dmn:text>&lt; 10</dmn:text></dmn:inputEntry>
        <dmn:outputEntry><dmn:text>1</dmn:text></dmn:outputEntry>
      </dmn:rule>
      <dmn:rule id="large">
        <dmn:description>sonst</dmn:description>
        <dmn:inputEntry><dmn:text/></dmn:inputEntry>
        <dmn:outputEntry><dmn:text><![CDATA[2]]></dmn:text></dmn:outputEntry>
      </dmn:rule>
    </dmn:decisionTable>
  </dmn:decision>
</dmn:definitions>
""".replace("\n", "\r\n").encode()
EMPTY = source(input_data("a") + decision("d", table("FIRST", ["a"], ["p"], []), "a"))


def only(data: bytes) -> DecisionTable:
    (found,) = tables(read(data)).values()
    return found


def test_nothing_changed_gives_the_same_bytes() -> None:
    assert with_rules(FILE, 0, rows_of(only(FILE))) == FILE


def test_one_cell_changes_its_own_bytes_only() -> None:
    first, second = rows_of(only(FILE))
    made = with_rules(FILE, 0, [replace(first, conditions=("<= 10",)), second])
    assert made == FILE.replace(b"&lt; 10", b"&lt;= 10")


def test_empty_cell_description_and_marked_text_are_written() -> None:
    first, second = rows_of(only(FILE))
    changed = replace(second, conditions=(">= 10",), outcomes=("3 & 4 < 5",), description="alles > 9")
    rule = only(with_rules(FILE, 0, [first, changed])).rules[1]
    assert (rule.conditions, rule.outcomes[0].text, rule.description) == ((">= 10",), "3 & 4 < 5", "alles > 9")
    gone = with_rules(FILE, 0, [first, replace(second, description="")])
    assert b"description" not in gone
    assert b'<dmn:rule id="large">\r\n        <dmn:inputEntry>' in gone


def test_new_rule_takes_the_place_and_manner_of_its_neighbours() -> None:
    first, second = rows_of(only(FILE))
    made = with_rules(FILE, 0, [first, RuleRow(0, ("5",), ('"x"',), (), "neu"), second])
    rules = only(made).rules
    assert [(one.number, one.id) for one in rules] == [(1, "small"), (2, "rule_1"), (3, "large")]
    assert (rules[1].conditions, rules[1].outcomes[0].text, rules[1].description) == (("5",), '"x"', "neu")
    begin, end = made.index(b'\r\n      <dmn:rule id="rule_1">'), made.index(b'\r\n      <dmn:rule id="large">')
    assert made[:begin] + made[end:] == FILE


def test_rule_that_moves_or_goes_takes_its_comment_along() -> None:
    first, second = rows_of(only(FILE))
    turned = with_rules(FILE, 0, [second, first])
    assert [one.id for one in only(turned).rules] == ["large", "small"]
    assert turned.index(b"large") < turned.index(b"small ones")
    assert sorted(turned) == sorted(FILE)
    assert b"small ones" not in with_rules(FILE, 0, [second])
    assert only(with_rules(FILE, 0, [])).rules == ()


def test_first_rule_of_an_empty_table() -> None:
    made = with_rules(EMPTY, 0, [RuleRow(0, ("",), ("1",)), RuleRow(0, ("2",), ("",))])
    assert [(one.conditions, one.outcomes[0].text) for one in only(made).rules] == [(("-",), "1"), (("2",), "")]
    assert len({one.id for one in only(made).rules}) == 2


def test_annotations_are_kept_and_added() -> None:
    noted = FILE.replace(b'name="p" />', b'name="p" /><dmn:annotation name="Quelle"/>')
    first, second = rows_of(only(noted))
    made = only(with_rules(noted, 0, [replace(first, notes=("Liste 3",)), second]))
    assert (made.notes, made.rules[0].annotations, made.rules[1].annotations) == (("Quelle",), ("Liste 3",), ())
    assert made.rules[1].description == "sonst"


def test_other_encodings_stay_what_they_are() -> None:
    western = FILE.replace(b"UTF-8", b"ISO-8859-1").replace(b"sonst", "übrige".encode("iso-8859-1"))
    first, second = rows_of(only(western))
    made = with_rules(western, 0, [first, replace(second, outcomes=('"groß €"',))])
    assert "übrige".encode("iso-8859-1") in made
    assert only(made).rules[1].outcomes[0].text == '"groß €"'


@pytest.mark.parametrize(
    "row",
    [RuleRow(3, ("1",), ("1",)), RuleRow(0, (), ("1",)), RuleRow(1, ("1",), ("1", "2")), RuleRow(-1, ("",), ("",))],
)
def test_row_that_does_not_fit_is_refused(row: RuleRow) -> None:
    with pytest.raises(Broken):
        with_rules(FILE, 0, [row])


def test_table_that_is_not_there_and_file_that_is_none_are_refused() -> None:
    with pytest.raises(Broken):
        with_rules(FILE, 1, [])
    with pytest.raises(Broken):
        with_rules(b"<html/>", 0, [])


CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8).map(str.strip)


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), CELL, CELL, CELL), max_size=5, unique_by=lambda row: row[0] or object()))
def test_whatever_is_written_is_read_again(rows: list[tuple[int, str, str, str]]) -> None:
    wanted = [RuleRow(was, (one,), (two,), (), three) for was, one, two, three in rows]
    made: Model = read(with_rules(FILE, 0, wanted))
    (got,) = tables(made).values()
    assert [(r.conditions[0] or "-", r.outcomes[0].text, r.description) for r in got.rules] == [
        (one or "-", two, three) for _, one, two, three in rows
    ]
