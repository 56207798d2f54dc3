"""Checks of the law and payroll: one rule family for many people in one call; CPU seconds of this process.

Payroll is measured twice: every person with a pay of her own (the worst case, one call of the wage-tax library each),
and a workforce as firms have it, with pay in steps of ten euros.
"""

from __future__ import annotations

import time
from datetime import date
from typing import TYPE_CHECKING, Any

from werkfluss.law import api

if TYPE_CHECKING:
    from werkfluss.law.packs.de.social.bulk import Persons

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
        "payroll": payroll(),
    }


def payroll() -> dict[str, Any]:
    """Contributions, wage tax and net of ``MANY`` persons in one call, by the values of ``ON``; seconds of CPU."""
    from dataclasses import replace

    import numpy as np

    from werkfluss.law.packs.de.social import bulk

    environment = api.library().packs["de/social"].environment(ON)
    steps = _workforce()
    distinct = replace(steps, gross=np.arange(60_001, 60_001 + 12 * MANY, 12, dtype=np.int64))
    bulk.payroll(_first(steps, 100), environment)  # loading the library is not what is measured
    figures: dict[str, Any] = {"persons": MANY}
    for name, persons in (("every_pay_distinct", distinct), ("pay_in_steps_of_ten_euros", steps)):
        begin = time.process_time()
        found = bulk.payroll(persons, environment)
        spent = time.process_time() - begin
        cases = found.distinct_tax_cases
        figures[name] = {
            "cpu_s": round(spent, 2),
            "distinct_tax_cases": cases,
            "mean_net": round(found.net.mean() / 100, 2),
        }
    begin = time.process_time()
    bulk.payroll(_first(distinct, MANY // 10), environment)
    figures["ten_thousand_distinct_cpu_s"] = round(time.process_time() - begin, 3)
    return figures


def _workforce() -> Persons:
    """A workforce with seeded spreads of pay, tax class, church and children (no real firm)."""
    import numpy as np

    from werkfluss.law.packs.de.social.bulk import Persons

    dice = np.random.default_rng(2026)
    childless = dice.random(MANY) < 0.4
    return Persons(
        gross=dice.lognormal(8.2, 0.5, MANY).astype(np.int64) // 10 * 1_000,
        tax_class=dice.choice(np.arange(1, 7), MANY, p=[0.5, 0.05, 0.1, 0.25, 0.08, 0.02]),
        church=dice.choice(np.arange(3), MANY, p=[0.6, 0.15, 0.25]),
        childless=childless,
        children=np.where(childless, 0, dice.integers(0, 4, MANY)),
        saxony=dice.random(MANY) < 0.05,
        pension_exempt=dice.random(MANY) < 0.7,
    )


def _first(persons: Persons, count: int) -> Persons:
    from dataclasses import fields, replace

    columns = {field.name: getattr(persons, field.name) for field in fields(persons)}
    return replace(persons, **{name: column[:count] for name, column in columns.items() if column is not None})
