"""The record speaks the reader's language: every event and every key of a payload has a word."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from uuid import uuid4

import pytest
from django.utils import translation

from tests.structure.house import SOURCE
from tests.web import world as worlds
from werkfluss.web import happenings, record_words


@cache
def events() -> tuple[tuple[str, str, set[str]], ...]:
    return tuple(_events())


def _events() -> Iterator[tuple[str, str, set[str]]]:
    """Every event a room records: the file, the kind and the keys that can be read from the source."""
    for path in sorted(SOURCE.rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            named = {
                target.id: node.value
                for node in ast.walk(function)
                if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Event" and len(call.args) > 1:
                    kind = call.args[0]
                    said = call.args[2] if len(call.args) > 2 else None
                    said = named.get(said.id) if isinstance(said, ast.Name) else said
                    keys = said.keys if isinstance(said, ast.Dict) else []
                    yield (
                        path.name,
                        str(kind.value) if isinstance(kind, ast.Constant) else "",
                        {str(key.value) for key in keys if isinstance(key, ast.Constant)},
                    )


def test_events_are_found() -> None:
    found = list(events())
    assert ("firms.py", "org.membership.added", {"user", "role"}) in found
    assert any(kind == "engagement.invoice.issued" and "net_cents" in keys for _, kind, keys in found)


def test_every_key_of_a_payload_has_a_label() -> None:
    keys = {key for _, _, keys in events() for key in keys}
    assert sorted(keys - set(record_words.LABELS)) == []


def test_every_event_has_a_word() -> None:
    worlds.load_samples()
    kinds = {kind for _, kind, _ in events() if kind}
    assert sorted(kinds - set(happenings.KINDS) - set(happenings.SPOKEN)) == []


@pytest.mark.parametrize(
    ("language", "key", "value", "shown"),
    [
        ("de", "net_cents", 123456, "netto: 1.234,56\u00a0€"),
        ("en", "net_cents", 123456, "net: €1,234.56"),
        ("de", "due", "2026-12-31", "fällig am: 31.12.2026"),
        ("en", "due", "2026-12-31", "due on: 31 Dec 2026"),
        ("de", "from_external", True, "von extern: ja"),
        ("de", "role", "lead", "Rolle: Leitung"),
        ("en", "role", "lead", "role: Lead"),
        ("de", "state", "handed_back", "Stand: zurückgegeben"),
        ("de", "changes", {"city": "Fulda", "vat_id": ""}, "Änderungen: Ort: Fulda; USt-IdNr.: –"),
        ("de", "criteria", list("abcdefg"), "Abnahmekriterien: a, b, c, d, e und 2 weitere"),
        ("en", "never_heard_of", "2026-13-45", "never heard of: 2026-13-45"),
    ],
)
def test_payload_is_said_in_words(language: str, key: str, value: object, shown: str) -> None:
    with translation.override(language):
        ((label, text),) = record_words.said({key: value}, {})
    assert f"{label}: {text}" == shown


def test_keys_are_replaced_by_names() -> None:
    known, gone = uuid4(), uuid4()
    data = {"user": str(known), "tasks": [str(known), str(gone)]}
    assert set(record_words.keys_in(data)) == {known, gone}
    pairs = dict(record_words.said(data, {known: "Anna Beispiel"}))
    assert pairs == {"Person": "Anna Beispiel", "Aufgaben": f"Anna Beispiel, {str(gone)[:8]}…"}
