"""Libraries for the law tests: a country that does not exist, and the built-in packs with a fixed day of review."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from werkfluss.law.api import Library, library
from werkfluss.law.verdict import Verdict

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases").rglob("*.yaml"))
# The day on which the packs were reviewed; the tests must not turn red merely because time goes by.
REVIEWED = date(2026, 11, 22)


@cache
def read_case(path: Path) -> dict[str, Any]:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@pytest.fixture(scope="session")
def toy() -> Library:
    return Library(HERE / "packs")


@pytest.fixture(scope="session")
def ask() -> Callable[..., Verdict]:
    """Ask a built-in rule as of the day of review."""

    def _ask(rule: str, on: str = "2026-11-22", **facts: Any) -> Verdict:
        return library().check(rule, facts, date.fromisoformat(on), today=REVIEWED)

    return _ask
