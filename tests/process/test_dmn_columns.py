"""Decision tables made and changed by their columns: the file reads back, and what is not concerned stays as it was."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.process.dmn_samples import decision, input_data, source, table
from werkfluss.kernel.errors import Broken
from werkfluss.process.dmn import model as m
from werkfluss.process.dmn.columns import POLICIES, TYPES, InputColumn, OutputColumn, Shape, column_faults, shape_of
from werkfluss.process.dmn.editing import RuleRow, with_rules
from werkfluss.process.dmn.evaluate import evaluate
from werkfluss.process.dmn.fields import input_fields
from werkfluss.process.dmn.reading import read
from werkfluss.process.dmn.restructuring import with_columns
from werkfluss.process.dmn.walking import tables
from werkfluss.process.dmn.writing import new_table

AMOUNT = InputColumn(0, "Betrag", "Betrag", "number")
KIND = InputColumn(0, "Art", "Kunden Art", "string", '"neu", "alt"')
PERCENT = OutputColumn(0, "Rabatt", "", "number")


def only(data: bytes) -> m.DecisionTable:
    return next(iter(tables(read(data)).values()))


def ruled(data: bytes, *rules: tuple[tuple[str, ...], tuple[str, ...]]) -> bytes:
    return with_rules(data, 0, [RuleRow(0, conditions, outcomes) for conditions, outcomes in rules])


def test_new_table_reads_back_takes_rules_and_decides() -> None:
    data = new_table("Rabatt für Kunden", Shape("U", (AMOUNT, KIND), (PERCENT,)))
    model = read(data)
    assert [(one.name, one.type_ref) for one in model.inputs.values()] == [
        ("Betrag", "number"),
        ("Kunden Art", "string"),
    ]
    made = ruled(data, (("< 100", ""), ("0",)), ((">= 100", '"alt"'), ("5",)), ((">= 100", '"neu"'), ("2.5",)))
    result = evaluate(read(made), "Rabatt für Kunden", {"Betrag": 200, "Kunden Art": "neu"})
    assert (result.value, result.errors) == (Decimal("2.5"), ())
    assert [one.kind for one in input_fields(read(made), "decision_rabatt_fuer_kunden")] == ["number", "choice"]


@pytest.mark.parametrize("sign", POLICIES)
def test_new_table_has_the_hit_policy_that_was_asked_for(sign: str) -> None:
    out = OutputColumn(0, "Wer", "", "string", '"a", "b"') if sign in ("P", "O") else PERCENT
    shape = Shape(sign, (AMOUNT,), (out,))
    assert shape_of(only(new_table("x", shape))).policy == sign


names = st.text("abcäöß -&<>\"'.\t\u0001", min_size=1, max_size=12).filter(lambda text: bool(text.strip(" \t\u0001")))
inputs = st.builds(
    InputColumn,
    st.just(0),
    names,
    st.sampled_from(["Betrag", "antrag.betrag", "Kunden Art", "a + b"]),
    st.sampled_from(TYPES),
)


@settings(max_examples=examples(60), deadline=None)
@given(names, inputs, names, st.sampled_from(["", "Überschrift <1>"]))
def test_any_words_of_a_person_make_a_file_that_reads_back(name: str, one: InputColumn, out: str, label: str) -> None:
    read_back = only(new_table(name, Shape("F", (one,), (OutputColumn(0, out, label, "string"),))))
    assert read_back.inputs[0].expression.text == one.expression
    assert read_back.inputs[0].type_ref == one.type_ref
    assert len(read_back.outputs) == 1


def test_expression_of_several_names_declares_each() -> None:
    column = InputColumn(0, "Summe", "antrag.betrag + Zuschlag", "number")
    made = read(new_table("Summe", Shape("U", (column,), (PERCENT,))))
    assert [one.name for one in made.inputs.values()] == ["antrag", "Zuschlag"]


@pytest.mark.parametrize(
    ("shape", "where"),
    [
        (Shape("U", (replace(AMOUNT, expression="< <"),), (PERCENT,)), ("input", 0, "expression")),
        (Shape("U", (replace(AMOUNT, expression=""),), (PERCENT,)), ("input", 0, "expression")),
        (Shape("U", (replace(AMOUNT, expression="1 + 1"),), (PERCENT,)), ("input", 0, "expression")),
        (Shape("U", (AMOUNT, AMOUNT), (PERCENT,)), ("input", 1, "expression")),
        (Shape("U", (replace(AMOUNT, allowed="gold, silber"),), (PERCENT,)), ("input", 0, "allowed")),
        (Shape("U", (replace(AMOUNT, allowed="[1.."),), (PERCENT,)), ("input", 0, "allowed")),
        (Shape("U", (AMOUNT,), (PERCENT, PERCENT)), ("output", 1, "name")),
        (Shape("U", (AMOUNT,), (replace(PERCENT, name=""),)), ("output", 0, "name")),
        (Shape("P", (AMOUNT,), (PERCENT,)), ("output", 0, "allowed")),
    ],
)
def test_fault_of_a_column_is_named_with_its_place(shape: Shape, where: tuple[str, int, str]) -> None:
    assert [(one.kind, one.index, one.part) for one in column_faults(shape)] == [where]
    with pytest.raises(Broken):
        new_table("x", shape)


def test_table_without_name_input_or_output_is_refused() -> None:
    for name, ins, outs in (("", (AMOUNT,), (PERCENT,)), ("x", (), (PERCENT,)), ("x", (AMOUNT,), ())):
        with pytest.raises(Broken):
            new_table(name, Shape("U", ins, outs))


def sample() -> bytes:
    body = input_data("Betrag", "number") + input_data("Art", "string")
    first = table("UNIQUE", ["Betrag:number", "Art:string"], ["Prozent:number"], ['< 5|"a"|0', ">= 5|-|5"])
    body += decision("Rabatt", first, "Betrag", "Art", type_ref="number")
    body += decision("Wer", table("FIRST", ["Rabatt", "Art"], ["Wer:string"], ['> 3|-|"Leitung"']), "?Rabatt", "Art")
    return source("\n  <!-- bleibt -->" + body)


def test_columns_that_stay_change_no_byte() -> None:
    assert with_columns(sample(), 0, shape_of(only(sample()))) == sample()


def test_column_is_added_to_every_rule_and_what_it_looks_at_is_declared() -> None:
    shape = shape_of(only(sample()))
    new = InputColumn(0, "Land", "Land", "string", '"DE", "AT"')
    made = with_columns(sample(), 0, replace(shape, inputs=(*shape.inputs, new), outputs=(*shape.outputs, PERCENT)))
    model = read(made)
    one = only(made)
    assert [rule.conditions for rule in one.rules] == [("< 5", '"a"', "-"), (">= 5", "-", "-")]
    assert [[cell.text for cell in rule.outcomes] for rule in one.rules] == [["0", ""], ["5", ""]]
    assert one.inputs[2].allowed == '"DE", "AT"'
    assert [model.inputs[id_].name for id_ in model.decisions["Rabatt"].requires.inputs] == ["Betrag", "Art", "Land"]
    assert model.decisions["Rabatt"].type_ref == ""  # two outcomes are no number any more
    assert b"<!-- bleibt -->" in made
    back = with_columns(made, 0, shape)
    assert shape_of(only(back)) == shape
    assert set(read(back).inputs) == {"Betrag", "Art"}
    assert read(back).decisions["Rabatt"].type_ref == "number"


def test_column_that_goes_takes_its_requirement_along_but_no_datum_that_others_need() -> None:
    shape = shape_of(only(sample()))
    made = read(with_columns(sample(), 0, replace(shape, inputs=shape.inputs[:1])))
    assert made.decisions["Rabatt"].requires.inputs == ("Betrag",)
    assert set(made.inputs) == {"Betrag", "Art"}
    kept = with_columns(sample(), 0, replace(shape, inputs=shape.inputs[1:]))
    assert set(read(kept).inputs) == {"Art"}
    assert [rule.conditions for rule in only(kept).rules] == [('"a"',), ("-",)]


def test_datum_that_an_outcome_names_stays_required() -> None:
    data = sample().replace(b"<text>5</text></outputEntry>", b"<text>Betrag * 2</text></outputEntry>")
    shape = shape_of(only(data))
    made = read(with_columns(data, 0, replace(shape, inputs=shape.inputs[1:])))
    assert made.decisions["Rabatt"].requires.inputs == ("Betrag", "Art")


def test_column_is_renamed_typed_and_limited_in_place() -> None:
    shape = shape_of(only(sample()))
    ins = (replace(shape.inputs[0], label="Wert & mehr", type_ref="string", allowed='"x"'), shape.inputs[1])
    outs = (replace(shape.outputs[0], name="Satz", label="Satz in %", type_ref="string", allowed='"a"'),)
    made = with_columns(sample(), 0, Shape("C+", ins, outs))
    assert shape_of(only(made)) == Shape("C+", ins, outs)
    assert read(made).inputs["Betrag"].type_ref == "string"  # only this decision needs it
    assert read(made).decisions["Rabatt"].type_ref == "string"
    again = with_columns(made, 0, Shape("U", ins, (replace(outs[0], allowed="", label=""),)))
    assert shape_of(only(again)).policy == "U"
    assert b"aggregation" not in again


def test_input_that_looks_at_another_decision_requires_it() -> None:
    shape = shape_of(list(tables(read(sample())).values())[1])
    less = with_columns(sample(), 1, replace(shape, inputs=shape.inputs[1:]))
    # A requirement on a decision stays: it may be drawn for another reason.
    assert read(less).decisions["Wer"].requires.decisions == ("Rabatt",)
    circle = replace(shape_of(only(sample())), inputs=(InputColumn(0, "Wer", "Wer"),))
    with pytest.raises(Broken, match="require each other"):
        read(with_columns(sample(), 0, circle))


@pytest.mark.parametrize("was", [(2, 1), (1, 1), (3,), (-1,)])
def test_columns_of_another_table_are_refused(was: tuple[int, ...]) -> None:
    shape = shape_of(only(sample()))
    with pytest.raises(Broken):
        with_columns(sample(), 0, replace(shape, inputs=tuple(replace(AMOUNT, was=one) for one in was)))
    with pytest.raises(Broken):
        with_columns(sample(), 7, shape)


@pytest.mark.corpus
def test_tables_of_the_compatibility_kit_take_and_lose_columns(corpus: Path) -> None:
    files = sorted((corpus / "dmn-tck").rglob("*.dmn"))
    assert len(files) >= 28
    seen = 0
    for file in files:
        data = file.read_bytes()
        for one in tables(read(data)).values():
            seen += 1
            shape = shape_of(one)
            assert with_columns(data, one.place, shape) == data, file.name
            more = replace(
                shape,
                inputs=(*shape.inputs, InputColumn(0, "Neues Feld", "Neues Feld", "string", '"x"')),
                outputs=(*shape.outputs, OutputColumn(0, "Neues Ergebnis", "", "number")),
            )
            made = with_columns(data, one.place, more)
            grown = tables(read(made))[one.where]
            assert len(grown.rules[0].conditions) == len(one.inputs) + 1, file.name
            back = tables(read(with_columns(made, one.place, shape)))[one.where]
            assert replace(back, type_ref=one.type_ref) == one, file.name
    assert seen >= 15
