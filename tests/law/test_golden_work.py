"""The shared golden cases on status, levies, tax, cross-border work, working time, wage, terms, works council, invoices."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.law.conftest import CASES, REVIEWED, read_case
from werkfluss.law.api import library
from werkfluss.law.verdict import Verdict

WITH_CONDITIONS = "allowed_with_conditions"
AREAS = (
    "crossborder",
    "status",
    "levy",
    "withholding",
    "vat",
    "worktime",
    "wage",
    "contract",
    "works council",
    "retention",
    "invoice",
)


@dataclass(frozen=True)
class Question:
    """One rule asked for a golden case, and what its verdict must say."""

    rule: str
    facts: dict[str, Any]
    outcome: str
    values: dict[str, Any] = field(default_factory=dict)
    bases: tuple[str, ...] = ()
    due: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    day: str = "2026-11-22"


ABROAD = {"german_employment": True, "limited_in_advance": True}
POSTED = {"insured_in": "DE", "work_country": "AT", "case_type": "posting", "posting_months": 6}
ONE_CLIENT = {"permanent": True, "insured_staff": False, "calendar_years_after_start": 2}
IN_THE_TEAM = {
    "client_sets_hours": True,
    "client_instructs_how": True,
    "embedded_in_team": True,
    "uses_client_equipment": True,
    "paid_by_time_only": True,
    "own_staff_used": False,
    "already_running": True,
}
STARTED = {"started_on": "2026-11-10", "person_consents": True, "own_cover": True}
HIRED = {"works_council": True, "voters": 30, "informed_on": "2026-11-24", "information_complete": True}
SUNDAY = {"day_kind": "sunday", "sunday_exception": "networks_and_computers"}

TABLE: dict[str, list[Question]] = {
    "D26": [
        Question(
            "eu/a1/telework",
            {"residence": "ES", "employer_state": "DE", "telework_percent": 40},
            WITH_CONDITIONS,
            {"applicable_law": "ES", "on_request": "DE"},
            ("telework",),
        )
    ],
    "D27": [
        Question(
            "eu/a1/telework",
            {"residence": "FR", "employer_state": "DE", "telework_percent": 20},
            WITH_CONDITIONS,
            {"applicable_law": "DE", "institution": "FR"},
            ("reg987_16",),
        )
    ],
    "D28": [
        Question(
            "eu/a1/telework",
            {"residence": "PL", "employer_state": "DE", "telework_percent": 55},
            WITH_CONDITIONS,
            {"applicable_law": "PL", "on_request": None},
            ("reg883_13",),
        )
    ],
    "D29": [
        Question(
            "eu/a1/work_abroad",
            {**POSTED, "replaces_posted_person": False},
            WITH_CONDITIONS,
            {"applicable_law": "DE"},
            ("sgb4_106", "dir96_71", "reg883_12"),
        )
    ],
    "D30": [
        Question(
            "eu/cross_border/third_country_posting",
            {**ABROAD, "work_country": "IN", "posting_months": 30},
            WITH_CONDITIONS,
            {"german_pension_law": True, "agreement": "IN"},
            ("sgb4_106c", "sgb4_4"),
        )
    ],
    "D31": [
        Question(
            "de/status/pension_duty",
            {**ONE_CLIENT, "largest_client_percent": 90},
            WITH_CONDITIONS,
            {"insured": True, "regular_contribution_month": "735.63", "half_base": True},
            ("sgb6_6_1a",),
        )
    ],
    "D32": [
        Question("de/status/pension_duty", {**ONE_CLIENT, "largest_client_percent": 80}, "allowed", {"insured": False})
    ],
    "D33": [
        Question("de/status/engagement", IN_THE_TEAM, "blocked", {}, ("sgb4_28e", "sgb4_7", "sgb4_7a_5")),
        Question(
            "de/status/instrument",
            {"instrument": "prognosis", "already_running": True, "decided_single_case": False},
            "blocked",
        ),
    ],
    "D34": [
        Question(
            "de/status/procedure",
            {**STARTED, "applied_on": "2026-12-08"},
            WITH_CONDITIONS,
            {"in_time": True, "insured_from": "notice_of_decision", "contributions_due": "when_final"},
        )
    ],
    "D35": [
        Question(
            "de/status/procedure",
            {**STARTED, "applied_on": "2026-12-14"},
            WITH_CONDITIONS,
            {"in_time": False, "window_ends": "2026-12-10", "insured_from": "start_of_work"},
        )
    ],
    "D36": [
        Question(
            "de/status/instrument",
            {"instrument": "group_opinion", "already_running": True, "decided_single_case": True},
            "blocked",
            day="2027-08-01",
        )
    ],
    "D37": [
        Question(
            "de/status/teacher",
            {"both_assumed_self_employed": True, "teacher_consents": True, "teaches_art": True},
            WITH_CONDITIONS,
            {"regime": "ksvg"},
            due=("2027-12-31",),
        )
    ],
    "D38": [
        Question(
            "de/aueg/duration",
            {"leasing_since": "2025-06-01"},
            WITH_CONDITIONS,
            {"last_day": "2026-11-30"},
            day="2026-11-30",
        ),
        Question("de/aueg/duration", {"leasing_since": "2025-06-01"}, "blocked", {}, ("aueg_9",), day="2026-12-01"),
    ],
    "D39": [
        Question(
            "de/status/artists_levy",
            {"purpose": "own_advertising", "fees_of_year": 12500},
            WITH_CONDITIONS,
            {"levy": "612.50"},
            due=("2027-03-31",),
        )
    ],
    "D40": [
        Question(
            "de/status/artists_levy", {"purpose": "own_advertising", "fees_of_year": 900}, "allowed", {"levy": "0.00"}
        )
    ],
    "D41": [
        Question(
            "de/status/withholding",
            {
                "recipient_state": "US",
                "subject": "rights_for_a_time",
                "fee": 20000,
                "paid_on": "2026-11-15",
                "exemption_certificate": False,
            },
            WITH_CONDITIONS,
            {"withheld": "3165.00"},
            ("estg_50a_5",),
            ("2027-01-11",),
        )
    ],
    "D42": [
        Question(
            "de/invoice/reverse_charge",
            {"supplier_state": "PL", "net_amount": 5000},
            WITH_CONDITIONS,
            {"output_vat": "950.00", "input_vat": "950.00"},
            ("ustg_14a",),
        )
    ],
    "D43": [Question("de/working_time/rest", {"rest_hours": "8.5"}, "blocked", {"rest_needed": "11"})],
    "D44": [
        Question("de/working_time/breaks", {"hours": "9.5", "break_minutes": 30}, "blocked", {"break_needed": "45"})
    ],
    "D45": [
        Question("de/working_time/sunday", {"day_kind": "sunday", "sunday_exception": "none"}, "blocked"),
        Question(
            "de/working_time/sunday",
            {**SUNDAY, "possible_on_working_day": False},
            WITH_CONDITIONS,
            {},
            ("arbzg_11",),
        ),
    ],
    "D46": [
        Question(
            "de/terms/minimum_wage",
            {"monthly_pay": 2250, "weekly_hours": 38, "month": "2026-11-01"},
            "unknown",
            {"minimum_average": "2288.87", "minimum_actual": "2218.44", "hourly": "13.66"},
            readings=("blocked", "allowed"),
        )
    ],
    "D47": [
        Question(
            "de/terms/minimum_wage",
            {"monthly_pay": 2300, "weekly_hours": 38, "month": "2027-01-01"},
            "blocked",
            {"minimum_average": "2404.13"},
            day="2027-01-15",
        )
    ],
    "D48": [
        Question(
            "de/terms/written_terms",
            {"start": "2026-12-01", "form": "text_with_receipt"},
            WITH_CONDITIONS,
            {
                "first_day_items": ["1", "7", "8"],
                "day_7_items": ["2", "3", "4", "5", "6", "9", "10"],
                "month_items": ["11", "12", "13", "14", "15"],
            },
            due=("2026-12-01", "2026-12-08", "2027-01-01"),
        )
    ],
    "D49": [
        Question(
            "de/works_council/hire",
            {**HIRED, "answer": "silence"},
            WITH_CONDITIONS,
            {"last_day_to_refuse": "2026-12-01"},
            ("betrvg_99",),
            day="2026-12-02",
        ),
        Question("de/works_council/hire", {**HIRED, "answer": "silence"}, "blocked", day="2026-12-01"),
        Question(
            "de/works_council/hire",
            {**HIRED, "information_complete": False, "answer": "silence"},
            "blocked",
            day="2026-12-02",
        ),
    ],
    "D50": [
        Question(
            "de/retention/period",
            {"data_class": "payroll_account", "event": "2026-12-31"},
            WITH_CONDITIONS,
            {"keep_until": "2032-12-31"},
        ),
        Question(
            "de/retention/period",
            {"data_class": "voucher", "event": "2026-12-31"},
            WITH_CONDITIONS,
            {"keep_until": "2034-12-31"},
        ),
        # Suspended by a dispute or an audit: kept beyond the end of the period.
        Question(
            "de/retention/period",
            {"data_class": "payroll_account", "event": "2026-12-31", "dispute": True},
            WITH_CONDITIONS,
            {"keep_until": None, "period_ends": "2032-12-31"},
        ),
    ],
    "D52": [
        Question(
            "de/invoice/e_invoice",
            {
                "form": "pdf_with_consent",
                "domestic_business": True,
                "gross_amount": 1190,
                "issuer_turnover_last_year": 900000,
            },
            "blocked",
            {"structured_required": True},
            day="2027-02-15",
        )
    ],
}


def _verdict(question: Question) -> Verdict:
    return library().check(question.rule, question.facts, date.fromisoformat(question.day), today=REVIEWED)


@pytest.mark.parametrize("case", TABLE, ids=TABLE)
def test_golden_case_is_answered_as_expected(case: str):
    for question in TABLE[case]:
        verdict = _verdict(question)
        shown = verdict.as_json()["values"]
        assert verdict.outcome == question.outcome, question
        assert {name: shown.get(name) for name in question.values} == question.values
        assert set(question.bases) <= {condition.basis for condition in verdict.conditions}
        assert set(question.due) <= {duty.due.isoformat() for duty in verdict.duties if duty.due}
        assert question.readings in ((), tuple(reading.outcome for reading in verdict.readings))
        assert verdict.citations


@pytest.mark.parametrize("case", sorted(set(TABLE) - {"D50"}))
def test_golden_case_stands_among_the_yaml_cases(case: str):
    """The retention case stands under the names of its own pack."""
    rules = {question.rule for question in TABLE[case]}
    named = {read_case(path)["rule"] for path in CASES if path.stem.startswith(f"{case.lower()}_")}
    assert rules & named, case


@pytest.mark.corpus
def test_table_covers_every_shared_case_of_its_areas(corpus: Path):
    golden = json.loads((corpus.parent / "law/people/golden_dev.json").read_text(encoding="utf-8"))
    assert {case["id"] for case in golden if case["area"] in AREAS} == set(TABLE)


@pytest.mark.corpus
@pytest.mark.parametrize("case", TABLE, ids=TABLE)
def test_shared_case_is_never_surer_in_the_text_than_in_the_pack(corpus: Path, case: str):
    golden = json.loads((corpus.parent / "law/people/golden_dev.json").read_text(encoding="utf-8"))
    shared = next(item for item in golden if item["id"] == case)
    verdicts = [_verdict(question) for question in TABLE[case]]
    assert max(verdict.certainty for verdict in verdicts) >= shared["certainty"]
    said = json.dumps([verdict.as_json() for verdict in verdicts], ensure_ascii=False)
    for wanted in _NAMED.get(case, ()):
        assert wanted in said, (case, wanted)


# Amounts and dates of the shared cases as the verdicts write them.
_NAMED: dict[str, tuple[str, ...]] = {
    "D27": ("institution of residence (FR)",),
    "D31": ("735.63", "367.82", "three years"),
    "D33": ("Stop at once", "correct the notifications", "licensed agency"),
    "D36": ("30 June 2027",),
    "D38": ("2026-11-30", "30,000"),
    "D41": ("3165.00", "2027-01-11"),
    "D45": ("2 weeks",),
    "D46": ("2288.87", "2218.44", "13.66"),
    "D49": ("2026-12-01", "complete"),
}
