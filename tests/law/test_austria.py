"""Austria: what is known decides, what is not known says so, and a value that is entered is used."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.law.conftest import REVIEWED
from werkfluss.law.api import Library, library
from werkfluss.law.pack import BUILT_IN

DAYS = [date(2024, 6, 1), date(2025, 6, 1), date(2027, 6, 1)]


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        (
            "at/residence/rwr_card",
            {"citizenship": "IN", "group": "other_key_worker", "pay_month": "9000", "criteria_confirmed": True},
        ),
        (
            "at/residence/blue_card",
            {
                "citizenship": "IN",
                "pay_year": "90000",
                "contract_months": 24,
                "degree": True,
                "criteria_confirmed": True,
            },
        ),
        ("at/residence/posting_notice", {"pay_month": "9000"}),
        ("at/social/contributions", {"pay_month": "4000"}),
    ],
)
def test_year_without_a_value_is_open_and_says_which_value_is_missing(rule, facts, on):
    verdict = library().check(rule, facts, on, today=REVIEWED)
    assert (verdict.outcome, verdict.certainty) == ("unknown", "C")
    assert "unknown" in {use.status for use in verdict.parameters}


def test_value_of_2026_is_never_carried_into_2027():
    facts = {
        "citizenship": "IN",
        "pay_year": "56000",
        "contract_months": 24,
        "degree": True,
        "criteria_confirmed": True,
    }
    ask = library().check
    assert ask("at/residence/blue_card", facts, date(2026, 12, 31), today=REVIEWED).permits
    after = ask("at/residence/blue_card", facts, date(2027, 1, 1), today=REVIEWED)
    assert after.outcome == "unknown"
    assert [reading.outcome for reading in after.readings] == ["unknown", "allowed_with_conditions"]


def test_austrian_contributions_are_computed_once_rates_are_entered(tmp_path: Path):
    """The numbers are invented; they only show that an entered value is used, and the ceiling kept."""
    folder = tmp_path / "at" / "social"
    shutil.copytree(BUILT_IN / "at" / "social", folder)
    written = (folder / "social.yaml").read_text(encoding="utf-8")
    for name, value in (("employee_rate", "0.18"), ("employer_rate", "0.21"), ("ceiling_month", "7000")):
        head, tail = written.split(f"  {name}:", 1)
        tail = tail.replace("value: null", f'value: "{value}"', 1).replace("status: unknown", "status: in_force", 1)
        written = f"{head}  {name}:{tail}"
    (folder / "social.yaml").write_text(written.replace('"2026.11"', '"2026.11.1"'), encoding="utf-8")
    entered = Library(BUILT_IN, tmp_path)
    below = entered.check("at/social/contributions", {"pay_month": "1000"}, REVIEWED, today=REVIEWED)
    above = entered.check("at/social/contributions", {"pay_month": "9000"}, REVIEWED, today=REVIEWED)
    assert (below.values["employee"], below.values["employer"]) == ("180.00", "210.00")
    assert (above.values["employee"], above.values["employer"]) == ("1260.00", "1470.00")
