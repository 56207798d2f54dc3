"""Reads the test cases of the DMN Technology Compatibility Kit (its own XML, ``testCases.xsd``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from werkfluss.process.feel import temporal
from werkfluss.process.feel.values import DECIMAL, kind

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_READERS = {
    "decimal": DECIMAL.create_decimal,
    "double": DECIMAL.create_decimal,
    "integer": DECIMAL.create_decimal,
    "boolean": lambda text: text == "true",
    "date": temporal.date_from,
    "time": temporal.time_from,
    "dateTime": temporal.moment_from,
    "duration": temporal.duration_from,
}


@dataclass(frozen=True)
class Case:
    """One expected result."""

    model: Path
    id: str
    decision: str
    inputs: dict[str, Any]
    expected: Any

    def __str__(self) -> str:
        return f"{self.model.stem}-{self.id}-{self.decision}"


def _value(element: Any) -> Any:
    """The value of an element that holds ``value``, ``list`` or ``component``s."""
    listed = element.find("{*}list")
    if listed is not None:
        return None if listed.get(_NIL) == "true" else [_value(item) for item in listed.iterfind("{*}item")]
    components = element.findall("{*}component")
    if components:
        return {component.get("name"): _value(component) for component in components}
    value = element.find("{*}value")
    if value is None or value.get(_NIL) == "true":
        return None
    reader = _READERS.get((value.get(_TYPE) or "").rpartition(":")[2])
    text = value.text or ""
    return reader(text) if reader else text


def cases(folder: Path) -> Iterator[Case]:
    for path in sorted(folder.rglob("*-test-*.xml")):
        root: Any = etree.parse(path).getroot()
        model = path.parent / root.findtext("{*}modelName").strip()
        for case in root.iterfind("{*}testCase"):
            inputs = {node.get("name"): _value(node) for node in case.iterfind("{*}inputNode")}
            for node in case.iterfind("{*}resultNode"):
                expected = _value(node.find("{*}expected"))
                yield Case(model, case.get("id"), node.get("name"), inputs, expected)


def agree(value: Any, expected: Any) -> bool:
    """Equal; numbers up to a relative error of 1E-8, because the kit rounds them."""
    if isinstance(expected, Decimal) and isinstance(value, Decimal):
        return abs(value - expected) <= max(Decimal(1), abs(expected)) * Decimal("1e-8")
    if kind(value) != kind(expected):
        return False
    if isinstance(expected, list):
        return len(value) == len(expected) and all(map(agree, value, expected))
    if isinstance(expected, dict):
        return value.keys() == expected.keys() and all(agree(value[key], expected[key]) for key in expected)
    return bool(value == expected)
