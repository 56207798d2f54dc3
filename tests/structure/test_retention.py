"""Every field of every table is classified, or the build fails."""

from __future__ import annotations

import pytest
from django.apps import apps

from werkfluss.evidence.retention import Data, read, register

RULES = """
rules:
  keep: {months: 12, after: {de: Ende, en: end}, counted: day, basis: Art. 6 GDPR, source: s.1 AO, erasure: delete}
  stay: {months: 0, after: {de: Ende, en: end}, counted: firm, basis: not personal data, erasure: none}
models:
"""
COUNTER = "  org.Counter: {purpose: {de: Zahl, en: number}, rule: stay, fields: {name: none, last: none}}\n"
MODELS = [apps.get_model("org.Counter")]


def test_every_field_is_classified() -> None:
    assert register().faults == ()


def test_register_tells_personal_from_other_data() -> None:
    fields = register().fields
    assert fields["org.User.email"].data is Data.PERSONAL
    assert fields["org.User.email"].rule.basis.startswith("Art. 6")
    assert fields["org.Counter.last"].data is Data.NONE


def test_complete_file_has_no_faults() -> None:
    found = read({"org": RULES + COUNTER}, MODELS)
    assert found.faults == ()
    assert [field.path for field in found.of_model("org.Counter")] == ["org.Counter.name", "org.Counter.last"]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (", last: none", "", "org.Counter.last: not classified"),
        ("last: none", "last: none, first: none", "org.Counter.first: there is no such field"),
        ("last: none", "last: personal", "org.Counter.last: personal data needs a way to be erased"),
        (
            "last: none",
            "last: {data: special, rule: keep}",
            "org.Counter.last: special data needs a basis in Art. 9 GDPR",
        ),
        ("last: none", "last: maybe", "org: ValueError 'maybe' is not a valid Data"),
        ("rule: stay", "rule: gone", "org: KeyError 'gone'"),
        ("months: 12", "months: soon", "org: ValueError rule keep: months must be a whole number, not 'soon'"),
        ("basis: Art. 6 GDPR, ", "", "org: ValueError rule keep: missing or unknown ['basis']"),
        ("source: s.1 AO", "source: somewhere", "rule org.keep: 'somewhere' is not a list of provisions"),
        ("counted: day", "counted: week", "org: ValueError 'week' is not a valid Counted"),
        (", source: s.1 AO", "", "rule org.keep: neither a source nor a reason for 12 months"),
        ("counted: day", "counted: owner", "rule org.keep: what goes with something else has no months of its own"),
        ("basis: Art. 6 GDPR", "basis: Art. 6(1)(c) GDPR", "rule org.keep: a duty to keep makes a request wait"),
        (
            "source: s.1 AO",
            "source: s.1 AO, waits: Art. 6 GDPR",
            "rule org.keep: a request waits only by Art. 17(3) GDPR",
        ),
        (
            "source: s.1 AO",
            "source: s.1 AO, waits: Art. 17(3)(b) GDPR",
            "rule org.keep: a duty to keep needs a basis in Art. 6(1)(c) GDPR",
        ),
        (
            "en: number",
            "fr: nombre",
            "org: ValueError a text in German and English is needed, not {'de': 'Zahl', 'fr': 'nombre'}",
        ),
        (
            "de: Zahl",
            "de: Zahl, fortlaufend",
            "org: ValueError a text in German and English is needed, "
            "not {'de': 'Zahl', 'fortlaufend': None, 'en': 'number'}",
        ),
    ],
)
def test_fault_of_a_file_is_found(old: str, new: str, fault: str) -> None:
    text = RULES + COUNTER
    assert old in text
    assert fault in read({"org": text.replace(old, new)}, MODELS).faults


def test_field_named_twice_is_found() -> None:
    faults = read({"a": RULES + COUNTER, "b": RULES + COUNTER}, MODELS).faults
    assert "b: org.Counter.name is named twice" in faults
