"""What people read: amounts written one way, computed values with a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache

import pytest

from tests.law.conftest import CASES, REVIEWED, read_case
from werkfluss.kernel.text import Text
from werkfluss.law.api import library
from werkfluss.law.said import euro
from werkfluss.law.value_words import WORDS, said_value, word_of
from werkfluss.law.verdict import Verdict


@cache
def _verdicts() -> tuple[Verdict, ...]:
    """Every case once: each rule and version has some, each threshold several."""
    cases = [read_case(path) for path in CASES]
    asked = [(case["rule"], case["facts"], date.fromisoformat(case["day"])) for case in cases]
    return tuple(library().check_many(asked, today=REVIEWED))


def _texts(verdict: Verdict) -> Iterator[Text]:
    yield from verdict.reasons
    conditions = (*verdict.conditions, *(each for part in verdict.parts for each in part.conditions))
    for condition in conditions:
        yield condition.text
        yield from [condition.remedy] if condition.remedy else []
    yield from (duty.what for duty in verdict.duties)
    yield from (line for part in verdict.parts for line in (part.title, *part.lines))
    yield from (text for reading in verdict.readings for text in (reading.label, *reading.reasons))
    yield from (citation.summary for citation in verdict.citations)


def test_no_german_sentence_writes_an_amount_with_a_point():
    written = [text.de for verdict in _verdicts() for text in _texts(verdict)]
    assert sum("€" in text for text in written) > 200
    assert [text for text in written if re.search(r"\d\.\d{2} ?€|EUR \d|€ ?\d", text)] == []
    assert [text for text in written if re.search(r"\d{4,}(,\d{2})? ?€", text)] == []


def test_no_english_sentence_writes_an_amount_with_a_comma_for_cents():
    written = [text.en for verdict in _verdicts() for text in _texts(verdict)]
    assert [text for text in written if re.search(r"\d,\d{2} ?€|EUR \d|€ ?\d", text)] == []
    assert [text for text in written if re.search(r"\d{4,}(\.\d{2})? ?€", text)] == []


def test_every_computed_value_has_a_name_in_both_languages():
    names = {name for verdict in _verdicts() for name in verdict.values}
    names |= {name for verdict in _verdicts() for reading in verdict.readings for name in reading.values}
    names |= {name for verdict in _verdicts() for part in verdict.parts for name, _value in part.values}
    assert len(names) > 150
    assert sorted(names - set(WORDS)) == []


def test_names_of_values_are_words():
    for name, word in WORDS.items():
        assert word.label.de.strip(), name
        assert word.label.en.strip(), name
        assert "_" not in word.label.de + word.label.en


@pytest.mark.parametrize(
    ("amount", "german", "english"),
    [
        (Decimal("2540.4"), "2.540,40 €", "2,540.40 €"),
        (Decimal(0), "0,00 €", "0.00 €"),
        (Decimal("-12.34"), "-12,34 €", "-12.34 €"),
        (1000000, "1.000.000 €", "1,000,000 €"),
    ],
)
def test_amount_is_written_as_people_of_the_language_do(amount, german, english):
    assert euro(amount) == Text(german, english)


def test_unknown_name_is_shown_readably_and_a_rule_may_mean_something_of_its_own():
    assert word_of("never_heard_of").label == Text("never heard of", "never heard of")
    assert word_of("limit", "de/social/insurance_duty").unit == "EUR/year"
    assert word_of("net", "de/social/net_pay").label.de == "Netto"


@pytest.mark.parametrize(
    ("name", "value", "german"),
    [
        ("net", "3130.08", "Netto: 3.130,08 € im Monat"),
        ("vested", False, "unverfallbar: nein"),
        ("roles", ("provider", "deployer"), "Rollen: provider, deployer"),
        ("structured_required", None, "E-Rechnung nötig: –"),
        ("due", "2026-12-21", "fällig: 21.12.2026"),
        ("insured_from", "2026-12-31", "versichert ab: 31.12.2026"),
        ("lead_days", 14, "dauert: 14 Tage"),
        ("hours", "9.5", "Arbeitszeit am Tag: 9,5 Stunden"),
    ],
)
def test_value_is_said_in_one_line(name, value, german):
    assert said_value(name, value).de == german
