"""Test cases of decision tables: kept with the version in use, changed by people, run whenever the tables change."""

from __future__ import annotations

from typing import Any

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.process.dmn.testing import Case, Report, cases_from_json, run_cases
from werkfluss.work.domain.decisions import latest_version, model_of
from werkfluss.work.models import Decision

MAX_TESTS = 500


def report_of(row: Decision) -> Report:
    """What the test cases of a version give now, and which rules they hit."""
    return run_cases(model_of(row), cases_from_json(row.tests), now=clock.now())


def keep_test(row: Decision, case: Case, *, number: int = 0, expected_version: int, by: Actor) -> None:
    """Keep a test case: a new one, or in place of that with this ``number`` (from 1). It may fail: then it shows what
    is still to be done.

    Raises:
        NotPermitted: not somebody who works on cases.
        Conflict: the version is not in use any more, or its test cases were changed meanwhile.
        Broken: the decision is not in the tables, the inputs are no data, or there are too many cases.
    """
    tests = _open(row, by)
    new = case.as_json()
    if not number and new in tests:
        return  # sent twice
    if number > len(tests):
        raise Conflict(f"test case {number}")
    if number:
        tests[number - 1] = new
    else:
        tests.append(new)
    cases = cases_from_json(tests[: MAX_TESTS + 1], most=MAX_TESTS)
    run_cases(model_of(row), cases[number - 1 : number] if number else cases[-1:], now=clock.now())
    row.edit(expected_version=expected_version, tests=tests)
    data = {"key": row.key, "revision": row.revision, "test": case.name}
    record(Event("work.decision.test_kept", row, data), by=by)


def remove_test(row: Decision, number: int, *, expected_version: int, by: Actor) -> None:
    """Remove the test case with this ``number`` (from 1).

    Raises:
        NotPermitted: not somebody who works on cases.
        Conflict: the version is not in use any more, or its test cases were changed meanwhile.
    """
    tests = _open(row, by)
    if not 1 <= number <= len(tests):
        raise Conflict(f"test case {number}")
    gone = tests.pop(number - 1)
    row.edit(expected_version=expected_version, tests=tests)
    data = {"key": row.key, "revision": row.revision, "test": gone["name"]}
    record(Event("work.decision.test_removed", row, data), by=by)


def _open(row: Decision, by: Actor) -> list[Any]:
    by.require("case.work")
    if latest_version(row.key) != row:
        raise Conflict(f"decision {row.key}")
    return list(row.tests)
