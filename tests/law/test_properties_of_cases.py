"""Properties that every pack must have, tried on its own cases: what holds between changes, what a gap may hide."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.law.conftest import CASES, REVIEWED, read_case
from werkfluss.law.api import library
from werkfluss.law.verdict import Verdict

RANK = {"blocked": 0, "unknown": 1, "allowed_with_conditions": 2, "allowed": 3}
_BY_PACK: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
for _path in CASES:
    _BY_PACK[read_case(_path)["rule"].rpartition("/")[0]].append(read_case(_path))


def _ask(rule: str, facts: dict[str, Any], on: date) -> Verdict:
    return library().check(rule, facts, on, today=REVIEWED)


def _span(pack: str, on: date) -> tuple[date, date]:
    """First and last day around ``on`` between two days on which a value or a rule of the pack changes."""
    changes = sorted({change.day for change in library().changes(date.min, date.max) if change.id.startswith(pack)})
    place = bisect_right(changes, on)
    last = changes[place] - timedelta(days=1) if place < len(changes) else on
    return changes[place - 1], last


@pytest.mark.parametrize("pack", sorted(library().packs))
def test_verdict_holds_from_one_change_of_the_pack_to_the_next(pack):
    tried = 0
    for case in _BY_PACK[pack]:
        on = date.fromisoformat(case["day"])
        facts = library().schema(case["rule"], on).facts
        if any(facts[name].type == "date" for name in case["facts"] if name in facts):
            continue  # the days between the facts and the day asked may matter
        first = _ask(case["rule"], case["facts"], on)
        for day in _span(pack, on):
            other = _ask(case["rule"], case["facts"], day)
            assert (other.outcome, other.values, other.conditions) == (first.outcome, first.values, first.conditions)
        tried += 1
    assert tried or pack == "de/retention"


@pytest.mark.parametrize("pack", sorted(library().packs))
def test_what_is_blocked_is_never_permitted_while_a_fact_is_open(pack):
    """An open question never says yes where one of its answers says no."""
    for case in _BY_PACK[pack]:
        on = date.fromisoformat(case["day"])
        if _ask(case["rule"], case["facts"], on).outcome != "blocked":
            continue
        for name in case["facts"]:
            hidden = {**case["facts"], name: None}
            assert not _ask(case["rule"], hidden, on).permits, (case["rule"], name)


@pytest.mark.parametrize("pack", sorted(library().packs))
def test_what_is_permitted_is_never_blocked_while_a_fact_is_open(pack):
    for case in _BY_PACK[pack]:
        on = date.fromisoformat(case["day"])
        if not _ask(case["rule"], case["facts"], on).permits:
            continue
        for name in case["facts"]:
            hidden = {**case["facts"], name: None}
            assert _ask(case["rule"], hidden, on).outcome != "blocked", (case["rule"], name)


@settings(max_examples=examples(60), deadline=None)
@given(
    st.sampled_from(
        [
            ("at/residence/blue_card", "pay_year", {"citizenship": "IN", "contract_months": 12, "degree": True}),
            ("at/residence/rwr_card", "pay_month", {"citizenship": "IN", "group": "other_key_worker"}),
            ("at/residence/posting_notice", "pay_month", {}),
        ]
    ),
    st.integers(0, 80_000),
    st.integers(1, 30_000),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)
def test_more_pay_never_loses_a_test_of_pay_in_austria(rule, pay, more, on):
    name, fact, facts = rule
    low, high = (_ask(name, {**facts, fact: amount}, on).outcome for amount in (pay, pay + more))
    assert RANK[low] <= RANK[high]
