"""Whatever a domain function changes is in the chain."""

from __future__ import annotations

import pytest

from tests.structure.house import SOURCE
from tests.structure.recording import domain_sources, unrecorded

GOOD = """
def change(task, *, by):
    task.edit(state="done")
    record(Event("work.task.done", task), by=by)
    return task
"""
HANDS_ON = (
    GOOD
    + """
def change_all(tasks, *, by):
    for task in tasks:
        change(task, by=by)
"""
)
SILENT = """
def change(task, *, by):
    task.edit(state="done")
"""
HANDS_ON_TO_SILENT = (
    SILENT
    + """
def change_all(tasks, *, by):
    for task in tasks:
        change(task, by=by)
"""
)
LATE = """
def change(task, *, by):
    record(Event("work.task.done", task), by=by)
    task.edit(state="done")
"""


def test_every_domain_write_function_ends_in_record() -> None:
    sources = domain_sources(SOURCE)
    assert "org.domain.firms" in sources
    assert unrecorded(sources) == []


@pytest.mark.parametrize("source", [GOOD, HANDS_ON])
def test_recording_function_passes(source: str) -> None:
    assert unrecorded({"m": source}) == []


@pytest.mark.parametrize(
    ("source", "faults"),
    [
        (SILENT, ["m:change: records nothing"]),
        (HANDS_ON_TO_SILENT, ["m:change: records nothing", "m:change_all: records nothing"]),
        (LATE, ["m:change: writes after record in line 4"]),
    ],
)
def test_function_that_does_not_end_in_record_is_found(source: str, faults: list[str]) -> None:
    assert unrecorded({"m": source}) == faults
