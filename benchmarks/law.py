"""Checks of the law: one rule family for many people, distinct facts, in one call; CPU seconds of this process."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

from werkfluss.law import api

MANY = 100_000
ON = date(2026, 11, 22)


def _case(number: int) -> tuple[str, dict[str, Any], date]:
    """A working day; hours, break and rest run through the values that decide."""
    facts = {
        "hours": str(6 + number % 25 / 4),
        "break_minutes": str(15 + number % 4 * 15),
        "rest_hours": str(9 + number % 7),
        "day_kind": "working_day",
        "executive": False,
        "rest_rule": "general",
    }
    return "de/working_time/day", facts, ON


def run() -> dict[str, Any]:
    """Seconds of CPU for ``MANY`` checks (700 distinct questions), and for the first one with loading."""
    begin = time.process_time()
    api.check(*_case(0))
    first = time.process_time() - begin
    begin = time.process_time()
    verdicts = api.check_many(_case(number) for number in range(MANY))
    spent = time.process_time() - begin
    return {
        "checks": len(verdicts),
        "cpu_s": round(spent, 2),
        "microseconds_per_check": round(spent / len(verdicts) * 1e6, 1),
        "first_check_with_loading_s": round(first, 3),
        "blocked": sum(verdict.outcome == "blocked" for verdict in verdicts),
    }
