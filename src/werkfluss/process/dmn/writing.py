"""A new decision table as a DMN file (DMN 1.3, which every tool reads), with its drawing."""

from __future__ import annotations

import re
import unicodedata
from typing import cast

from lxml import etree

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text
from werkfluss.process.splice import _legal

from .columns import POLICIES, InputColumn, OutputColumn, Shape, column_faults, names_in

_DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
_DMNDI = "https://www.omg.org/spec/DMN/20191111/DMNDI/"
_DC = "http://www.omg.org/spec/DMN/20180521/DC/"
_DI = "http://www.omg.org/spec/DMN/20180521/DI/"
_WIDE, _HIGH, _GAP = 180, 80, 40


def new_table(name: str, shape: Shape) -> bytes:
    """A file with one decision called ``name``: its table has these columns and no rules yet.

    Every name in an expression of an input becomes input data; it has the type of the column if it is the whole
    expression.

    Raises:
        Broken: without a name, an input or an output, or with a column that ``column_faults`` objects to.
    """
    _fit(name, shape)
    # No prefix stands for the namespace of the model, which the types of the library do not foresee.
    spaces = {None: _DMN, "dmndi": _DMNDI, "dc": _DC, "di": _DI}
    root = etree.Element(f"{{{_DMN}}}definitions", nsmap=cast("dict[str, str]", spaces))
    key = id_of(name)
    for attribute, value in (("id", f"definitions_{key}"), ("name", _legal(name)), ("namespace", f"urn:dmn:{key}")):
        root.set(attribute, value)
    data = _data_of(shape)
    ids = {one: f"input_{key}_{number}" for number, one in enumerate(data, 1)}
    for one, type_ref in data.items():
        item = _under(root, "inputData", id=ids[one], name=one)
        _under(item, "variable", name=one, typeRef=type_ref)
    decision = _under(root, "decision", id=f"decision_{key}", name=name)
    several = POLICIES[shape.policy][0].several or len(shape.outputs) > 1
    _under(decision, "variable", name=name, typeRef="" if several else shape.outputs[0].type_ref)
    for number, one in enumerate(data, 1):
        need = _under(decision, "informationRequirement", id=f"need_{key}_{number}")
        _under(need, "requiredInput", href=f"#{ids[one]}")
    _table(decision, shape)
    _draw(root, f"decision_{key}", list(ids.values()), [f"need_{key}_{number}" for number in range(1, len(ids) + 1)])
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def id_of(name: str) -> str:
    """What can stand in an id of XML for a name."""
    plain = name.lower()
    for sign, written in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        plain = plain.replace(sign, written)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60] or "table"


def _fit(name: str, shape: Shape) -> None:
    fault = next(iter(column_faults(shape)), None)
    if name and shape.inputs and shape.outputs and fault is None:
        return
    cause = fault.message if fault else Text("Name, Eingabe oder Ergebnis fehlt.", "Name, input or outcome is missing.")
    expected = Text("Ein Name, eine Eingabe und ein Ergebnis.", "A name, an input and an outcome.")
    raise Broken(Fault(name or "DMN", cause, expected, Text("Bitte ergänzen Sie das.", "Please add it.")))


def _data_of(shape: Shape) -> dict[str, str]:
    """Name and type of what the inputs look at."""
    found: dict[str, str] = {}
    for column in shape.inputs:
        for name in names_in(column.expression):
            found[name] = column.type_ref if name == column.expression else found.get(name, "")
    return found


def _under(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(
        parent, f"{{{_DMN}}}{tag}", {key: _legal(value) for key, value in attributes.items() if value}
    )


def _text(parent: etree._Element, tag: str, text: str, **attributes: str) -> None:
    _under(_under(parent, tag, **attributes), "text").text = _legal(text)


def _table(decision: etree._Element, shape: Shape) -> None:
    policy, how = POLICIES[shape.policy]
    table = _under(
        decision,
        "decisionTable",
        id=f"table_{decision.get('id')}",
        hitPolicy=policy.name.replace("_", " "),
        aggregation=how.name if how else "",
    )
    for number, one in enumerate(shape.inputs, 1):
        _input(table, one, number)
    for number, column in enumerate(shape.outputs, 1):
        _output(table, column, number)


def _input(table: etree._Element, one: InputColumn, number: int) -> None:
    made = _under(table, "input", id=f"column_{number}", label=one.label)
    _text(made, "inputExpression", one.expression, id=f"expression_{number}", typeRef=one.type_ref)
    if one.allowed:
        _text(made, "inputValues", one.allowed)


def _output(table: etree._Element, one: OutputColumn, number: int) -> None:
    made = _under(table, "output", id=f"outcome_{number}", label=one.label, name=one.name, typeRef=one.type_ref)
    if one.allowed:
        _text(made, "outputValues", one.allowed)


def _draw(root: etree._Element, decision: str, inputs: list[str], needs: list[str]) -> None:
    """The decision above, what it rests on in a row below."""
    diagram = etree.SubElement(etree.SubElement(root, f"{{{_DMNDI}}}DMNDI"), f"{{{_DMNDI}}}DMNDiagram")
    row = len(inputs) * (_WIDE + _GAP) - _GAP
    left = max(0, (row - _WIDE) // 2) + _GAP
    _shape(diagram, decision, left, _GAP, _HIGH)
    top = 3 * _GAP + _HIGH
    for number, (one, need) in enumerate(zip(inputs, needs, strict=True)):
        place = _GAP + number * (_WIDE + _GAP)
        _shape(diagram, one, place, top, _HIGH // 2)
        edge = etree.SubElement(diagram, f"{{{_DMNDI}}}DMNEdge", dmnElementRef=need)
        for x, y in ((place + _WIDE // 2, top), (left + _WIDE // 2, _GAP + _HIGH)):
            etree.SubElement(edge, f"{{{_DI}}}waypoint", x=str(x), y=str(y))


def _shape(diagram: etree._Element, of: str, x: int, y: int, height: int) -> None:
    shape = etree.SubElement(diagram, f"{{{_DMNDI}}}DMNShape", dmnElementRef=of)
    etree.SubElement(shape, f"{{{_DC}}}Bounds", x=str(x), y=str(y), width=str(_WIDE), height=str(height))
