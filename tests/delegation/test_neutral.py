"""The optimiser is neutral: there is no place for a judgement of a person, and names decide nothing."""

from __future__ import annotations

import random
from dataclasses import fields, is_dataclass, replace
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.delegation.builders import ORIGIN
from tests.delegation.strategies import problems
from werkfluss.delegation import Candidate, HeldSkill, Problem, Resource, Task
from werkfluss.delegation.model import Model
from werkfluss.delegation.solve import solve

ALLOWED = {
    "Problem": {"origin", "tasks", "resources", "candidates", "links", "pins", "published", "four_eyes", "calendars", "granularity", "currency", "open_stretch"},
    "Task": {"id", "effort", "title", "earliest", "due", "late_cents_per_hour", "requirements", "priority", "project", "parent", "unassigned_cents"},
    "Requirement": {"skill", "minimum_level"},
    "Resource": {"id", "kind", "windows", "name", "rate_cents_per_hour", "skills", "capacity_share", "parallel", "minimum_minutes", "maximum_minutes", "window_only", "time_zone"},
    "HeldSkill": {"skill", "level"},
    "Candidate": {"task", "resource", "outcome", "reasons", "citations", "conditions", "earliest", "meets", "remedy", "effort", "fixed_cents", "check", "offerable"},
    "Condition": {"text", "lead_minutes", "citation"},
    "Link": {"predecessor", "successor", "kind", "lag", "calendar", "group"},
    "Calendar": {"id", "windows"},
    "Pin": {"task", "resource", "start", "end"},
    "Published": {"task", "resource", "start", "end", "change_cents"},
    "Text": {"de", "en"},
}  # fmt: skip


def _reachable(cls: type, found: dict[str, set[str]]) -> dict[str, set[str]]:
    if cls.__name__ in found:
        return found
    found[cls.__name__] = {one.name for one in fields(cls)}
    stack: list[Any] = list(get_type_hints(cls).values())
    while stack:
        kind = stack.pop()
        if is_dataclass(kind) and isinstance(kind, type):
            _reachable(kind, found)
        stack += [one for one in get_args(kind) if not isinstance(one, str)]
    return found


def test_problem_has_no_field_beyond_those_agreed() -> None:
    assert _reachable(Problem, {}) == ALLOWED


@pytest.mark.parametrize("kind", ["employee", "freelancer", "fractional"])
def test_natural_person_cannot_carry_a_level_or_do_two_things_at_once(kind: str) -> None:
    with pytest.raises(ValueError, match="natural person"):
        Resource(id="r", kind=kind, windows=(), skills=(HeldSkill(skill="s", level=2),))
    with pytest.raises(ValueError, match="natural person"):
        Resource(id="r", kind=kind, windows=(), parallel=2)


@pytest.mark.parametrize("more", [{"effort": 30}, {"fixed_cents": 100}])
def test_natural_person_cannot_be_faster_or_dearer_for_a_task(more: dict[str, int]) -> None:
    person = Resource(id="r", kind="employee", windows=((0, 600),))
    with pytest.raises(ValueError, match="natural person"):
        Problem(
            origin=ORIGIN,
            tasks=(Task(id="t", effort=60),),
            resources=(person,),
            candidates=(Candidate(task="t", resource="r", outcome="allowed", **more),),
        )


@settings(max_examples=examples(50), deadline=None)
@given(problems(), st.integers(0, 1000))
def test_other_names_and_order_of_resources_give_the_same_plan(problem: Problem, seed: int) -> None:
    g = random.Random(seed)
    ids = [one.id for one in problem.resources]
    new = dict(zip(ids, g.sample([f"x{k}" for k in range(20)], len(ids)), strict=True))
    shuffled = g.sample(problem.resources, len(problem.resources))
    twin = replace(
        problem,
        resources=tuple(replace(one, id=new[one.id], name=f"Name {new[one.id]}") for one in shuffled),
        candidates=tuple(replace(one, resource=new[one.resource]) for one in problem.candidates),
        pins=tuple(replace(one, resource=new[one.resource]) for one in problem.pins),
        published=tuple(replace(one, resource=new[one.resource]) for one in problem.published),
    )
    first, second = solve(problem, work_limit=0.03, seed=1), solve(twin, work_limit=0.03, seed=1)
    assert second.objective == first.objective
    assert second.costs == first.costs
    assert [(a.task, a.start, a.end) for a in second.assignments] == [
        (a.task, a.start, a.end) for a in first.assignments
    ]


def test_partner_assignments_name_the_organisation_only() -> None:
    model = Model(ORIGIN)
    model.add_resource("muster-gmbh", kind="partner", windows=[(0, 6000)], name="Muster GmbH", parallel=3)
    for task in ("t", "u"):
        model.add_task(task, effort=60)
        model.allow(task, "muster-gmbh")
    rows = solve(model.problem(), work_limit=0.01).as_json()["assignments"]
    assert [row["resource"] for row in rows] == ["muster-gmbh", "muster-gmbh"]
    for row in rows:
        assert set(row) == {
            "task",
            "resource",
            "start",
            "end",
            "labour_cents",
            "late_cents",
            "change_cents",
            "pinned",
            "window",
        }
        assert row["window"] == {"first_day": "2026-01-05", "last_day": "2026-01-05"}
