"""Models that import others: decisions, functions, types and inputs of other files."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from tests.process.dmn_samples import decision, input_data, literal, source
from werkfluss.cli import main
from werkfluss.kernel.errors import Broken
from werkfluss.process.dmn import evaluate, link, read
from werkfluss.process.feel import to_json

TAX = (
    '<itemDefinition name="tSatz"><typeRef>number</typeRef><allowedValues><text>[0..1]</text></allowedValues></itemDefinition>'
    '<businessKnowledgeModel id="k" name="Brutto"><encapsulatedLogic><formalParameter name="netto" typeRef="number"/>'
    '<formalParameter name="satz" typeRef="tSatz"/>'
    + literal("netto * (1 + satz)")
    + "</encapsulatedLogic></businessKnowledgeModel>"
    + input_data("x", "number")
    + decision("d", literal("x * 2"), "x")
)


def file(body, namespace):
    return source(body).replace(b'namespace="urn:probe"', f'namespace="{namespace}"'.encode())


def imports(name, namespace, location="tax.dmn"):
    return f'<import name="{name}" namespace="{namespace}" locationURI="{location}" importType="x"/>'


def requires(logic, *references, name="d", type_ref=""):
    """A decision that requires ``kind:href``."""
    tags = {
        "k": ("knowledge", "requiredKnowledge"),
        "d": ("information", "requiredDecision"),
        "i": ("information", "requiredInput"),
    }
    needs = ""
    for reference in references:
        group, tag = tags[reference[0]]
        needs += f'<{group}Requirement><{tag} href="{reference[2:]}"/></{group}Requirement>'
    return decision(name, needs + literal(logic), type_ref=type_ref)


def result(body, others=(("urn:tax", TAX),), **inputs):
    made = link(read(file(body, "urn:main")), {ns: read(file(one, ns)) for ns, one in others})
    return evaluate(made, "d", inputs)


def test_imported_function_decision_and_input_are_reached_by_the_name_of_the_import():
    body = imports("t", "urn:tax") + requires("t.Brutto(100, 0.19)", "k:urn:tax#k")
    assert result(body).value == 119
    body = imports("t", "urn:tax") + requires("[t.d, t.x]", "d:urn:tax#d", "i:urn:tax#x")
    assert to_json(result(body, x=3).value) == [6, 3]
    assert to_json(result(body, t={"x": 4}).value) == [8, 4]
    assert to_json(result(imports("", "urn:tax") + requires("Brutto(1, 1)", "k:urn:tax#k")).value) == 2


def test_imported_types_count_in_both_models():
    body = imports("t", "urn:tax") + requires("t.Brutto(100, 19)", "k:urn:tax#k")
    found = result(body)
    assert found.value is None
    assert "[0..1]" in found.errors[0].expected.en
    own = imports("t", "urn:tax") + requires("2", type_ref="t.tSatz")
    assert result(own).value is None
    assert result(own.replace("<text>2<", "<text>1<")).value == 1


def test_imports_of_imports_keep_their_own_names():
    middle = imports("steuer", "urn:tax") + requires("steuer.Brutto(100, 0.5)", "k:urn:tax#k", name="m")
    body = imports("mitte", "urn:mid") + requires("mitte.m + 1", "d:urn:mid#m")
    found = result(body, [("urn:tax", TAX), ("urn:mid", middle)])
    assert (found.value, found.errors) == (151, ())


def test_missing_model_is_an_error_and_a_circle_is_refused():
    body = imports("t", "urn:tax") + requires("t.Brutto(100, 0.19)", "k:urn:tax#k")
    found = result(body, [])
    assert found.value is None
    assert "urn:tax#k" in found.errors[0].cause.de
    with pytest.raises(Broken, match="urn:main"):
        result(body, [("urn:tax", imports("m", "urn:main") + TAX), ("urn:main", body)])


def test_command_reads_imports_beside_the_file_and_nothing_else(tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "tax.dmn").write_bytes(file(TAX, "urn:tax"))
    (tmp_path / "outside.dmn").write_bytes(file(TAX, "urn:tax"))
    for location, expected in (("tax.dmn", 119), ("../outside.dmn", None), ("gone.dmn", None)):
        body = imports("t", "urn:tax", location) + requires("t.Brutto(100, 0.19)", "k:urn:tax#k")
        (folder / "m.dmn").write_bytes(file(body, "urn:main"))
        ran = CliRunner().invoke(main, ["dmn", "eval", str(folder / "m.dmn"), "--decision", "d", "--json"])
        assert ran.exit_code == 0
        assert json.loads(ran.stdout)["result"] == expected
