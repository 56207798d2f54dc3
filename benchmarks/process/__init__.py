"""Processes: the pure engine, a large model, and cases on the embedded database with many others open beside them."""

from __future__ import annotations

from typing import Any

from benchmarks.process import pure
from benchmarks.process.cases import on_a_database_of_its_own


def run() -> dict[str, Any]:
    return {"engine": pure.engine(), "large_model": pure.large_model(), "cases": on_a_database_of_its_own()}
