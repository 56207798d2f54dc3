"""A problem that contradicts itself is refused with the place; one that does not survives JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.delegation.builders import ORIGIN
from tests.delegation.strategies import problems
from werkfluss.delegation import Candidate, Link, Pin, Problem, Resource, Task
from werkfluss.delegation.axis import Axis, Lanes
from werkfluss.kernel.errors import Broken

T, U = Task(id="t", effort=60), Task(id="u", effort=60)
R = Resource(id="r", kind="employee", windows=((0, 480),))


@settings(max_examples=examples(60), deadline=None)
@given(problems())
def test_problem_survives_json(problem: Problem) -> None:
    again = Problem.from_json(problem.as_json())
    assert again == problem
    assert again.digest == problem.digest


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"tasks": (T, T)}, "twice"),
        (
            {"tasks": (T, U), "links": (Link(predecessor="t", successor="u"), Link(predecessor="u", successor="t"))},
            "cycle",
        ),
        ({"links": (Link(predecessor="t", successor="x"),)}, "unknown id 'x'"),
        ({"candidates": (Candidate(task="t", resource="x", outcome="allowed"),)}, "unknown id 'x'"),
        ({"pins": (Pin(task="t", start=0, end=60),)}, "unknown id ''"),
        ({"four_eyes": (("t", "t"),)}, "itself"),
        ({"granularity": 0}, "granularity"),
        ({"origin": datetime(2026, 1, 5)}, "time zone"),
    ],
)
def test_contradicting_problem_is_refused(given_: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Problem(**{"origin": ORIGIN, "tasks": (T,), "resources": (R,), **given_})


@pytest.mark.parametrize(
    "more",
    [
        {"windows": ((10, 5),)},
        {"windows": ((0, 10), (5, 20))},
        {"windows": (), "capacity_share": 0},
        {"windows": (), "capacity_share": 101},
        {"windows": (), "minimum_minutes": 10, "maximum_minutes": 5},
        {"windows": (), "time_zone": "Europe/Nirgendwo"},
        {"windows": (), "kind": "freelancer", "window_only": False},
    ],
)
def test_contradicting_resource_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="resource r"):
        Resource(**{"id": "r", "kind": "employee", **more})


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda j: j.pop("tasks"), "$.tasks"),
        (lambda j: j["tasks"][0].update(speed=3), "$.tasks[0].speed"),
        (lambda j: j["tasks"][0].update(effort="lang"), "$.tasks[0].effort"),
        (lambda j: j["tasks"][0].update(due="morgen"), "$.tasks[0].due"),
        (lambda j: j["tasks"][0].update(due="2026-01-05T08:00"), "$.tasks[0].due"),
        (lambda j: j["resources"][0].update(kind="robot"), "$.resources[0].kind"),
        (lambda j: j["resources"][0].update(kind=["agent"]), "$.resources[0].kind"),
        (lambda j: j["resources"][0].update(windows=[[0]]), "$.resources[0].windows[0]"),
        (lambda j: j.update(origin="gestern"), "$.origin"),
        (lambda j: j.update(tasks={}), "$.tasks"),
        (lambda j: j["tasks"].append(j["tasks"][0]), "$"),
    ],
)
def test_unreadable_json_is_refused_with_its_place(change: Any, where: str) -> None:
    value = Problem(origin=ORIGIN, tasks=(T,), resources=(R,)).as_json()
    change(value)
    with pytest.raises(Broken) as broken:
        Problem.from_json(value)
    assert broken.value.fault.where == where


@pytest.mark.parametrize("value", [None, [], "x", 3])
def test_json_that_is_no_object_is_refused(value: object) -> None:
    with pytest.raises(Broken):
        Problem.from_json(value)


def test_instant_in_json_becomes_a_minute() -> None:
    value = Problem(origin=ORIGIN, tasks=(T,), resources=(R,)).as_json()
    value["tasks"][0]["due"] = "2026-01-05T09:30:00+01:00"
    assert Problem.from_json(value).task("t").due == 90


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(1, 200)), max_size=8), st.integers(0, 2000))
def test_axis_positions_and_minutes_agree_with_counting(steps: list[tuple[int, int]], minute: int) -> None:
    windows, at = [], 0
    for gap, length in steps:
        windows.append((at + gap, at + gap + length))
        at = windows[-1][1]
    axis = Axis(tuple(windows))
    working = [m for start, end in windows for m in range(start, end)]
    assert axis.total == len(working)
    assert axis.position(minute) == sum(m < minute for m in working)
    for position in range(0, axis.total, 17):
        assert axis.start_at(position) == working[position]
        assert axis.end_at(position + 1) == working[position] + 1


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 30)), max_size=12), st.integers(1, 2))
def test_lanes_never_overlap_and_take_the_first_gap(asked: list[tuple[int, int]], parallel: int) -> None:
    lanes = Lanes(parallel)
    taken: list[tuple[int, int]] = []
    for position, need in asked:
        at, lane = lanes.first_gap(position, need)

        def busy(minute: int) -> int:
            return sum(a <= minute < b for a, b in taken)

        assert at >= position
        assert all(busy(m) < parallel for m in range(at, at + need))
        if parallel == 1:
            for earlier in range(position, at):
                assert any(busy(m) for m in range(earlier, earlier + need))
        lanes.take(lane, at, at + need)
        taken.append((at, at + need))
    for begin, end in taken:
        lanes.release(begin, end)
    assert all(not one for one in lanes.begins)
