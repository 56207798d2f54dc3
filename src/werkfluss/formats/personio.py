"""Personio's answer to "list employees" (API v1, JSON): attributes as ``{"label": …, "value": …}``."""

from __future__ import annotations

import json
from typing import Any

from werkfluss.kernel.text import Text

from .fault import broken
from .tabular import Row, Sheet
from .values import Value

# Personio's attribute → a title that the staff list knows. What is not listed here (pay, gender, …) is not read.
_ATTRIBUTES = {
    "id": "Personalnummer",
    "first_name": "Vorname",
    "last_name": "Nachname",
    "email": "E-Mail",
    "position": "Position",
    "department": "Abteilung",
    "office": "Arbeitsort",
    "weekly_working_hours": "Wochenstunden",
    "hire_date": "Eintrittsdatum",
    "termination_date": "Austrittsdatum",
    "contract_end_date": "Befristet bis",
}
_EMPLOYEES = Text(
    "Die Antwort von Personio auf die Abfrage der Beschäftigten (/company/employees).",
    "Personio's answer to the query of employees (/company/employees).",
)


def read_sheet(data: bytes, *, filename: str) -> Sheet:
    """One row per employee; ``Row.number`` is the place in the answer, counted from 1.

    Raises:
        Broken: not JSON, nested too deeply, or not an answer that lists employees.
    """
    try:
        answer = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        cause = Text(f"Zeile {line}: Das ist kein gültiges JSON.", f"Line {line}: this is not valid JSON.")
        raise broken(f"{filename}, {line}", cause, _EMPLOYEES) from error
    found = answer.get("data") if isinstance(answer, dict) else answer
    people = found if isinstance(found, list) else [found]
    if not people or not all(isinstance(p, dict) and p.get("type") == "Employee" for p in people):
        cause = Text("Die JSON-Datei enthält keine Beschäftigten.", "The JSON file holds no employees.")
        raise broken(filename, cause, _EMPLOYEES)
    rows = [Row(0, tuple(_ATTRIBUTES.values()))]
    for number, person in enumerate(people, start=1):
        attributes = person.get("attributes")
        attributes = attributes if isinstance(attributes, dict) else {}
        rows.append(Row(number, tuple(_plain(attributes.get(name)) for name in _ATTRIBUTES)))
    return Sheet(filename, tuple(rows), "utf-8")


def _plain(attribute: Any) -> Value:
    """The value of an attribute; of a nested object (department, office) its name."""
    value = attribute.get("value") if isinstance(attribute, dict) else attribute
    if isinstance(value, dict):
        inner = value.get("attributes")
        value = inner.get("name") if isinstance(inner, dict) else None
    return value if isinstance(value, str | int | float) and not isinstance(value, bool) else None
