"""Explanations tell the truth: the stated effect is what choosing brings, the stated blocker is the first filter."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from tests.conftest import examples
from tests.delegation.builders import DAY, firm, weekdays
from tests.delegation.strategies import problems
from werkfluss.delegation import Explanation, Problem
from werkfluss.delegation.check import check_plan
from werkfluss.delegation.explain import explain
from werkfluss.delegation.model import Model
from werkfluss.delegation.repair import choose
from werkfluss.delegation.screen import unmet
from werkfluss.delegation.simulate import compare
from werkfluss.delegation.solve import solve
from werkfluss.kernel.errors import Refused

ORIGIN = firm(1, 1).origin


@settings(max_examples=examples(100), deadline=None)
@given(problems())
def test_chosen_option_brings_exactly_the_stated_difference(problem: Problem) -> None:
    plan = solve(problem, work_limit=0.01)
    for explanation in explain(problem, plan):
        for option in explanation.options:
            if option.chosen:
                assert (option.delta_cents, option.delta_finish, option.moved) == (0, 0, ())
                continue
            other = choose(problem, plan, task=explanation.task, resource=option.resource)
            assert check_plan(problem, other) == []
            assert other.costs.total - plan.costs.total == option.delta_cents
            assert other.span(explanation.task) == (option.start, option.end)
            moved = {one.task for one in compare(plan, other).changes} - {explanation.task}
            assert moved == set(option.moved)


@settings(max_examples=examples(100), deadline=None)
@given(problems())
def test_every_resource_is_an_option_or_has_its_first_failing_filter(problem: Problem) -> None:
    plan = solve(problem, work_limit=0.01)
    pinned = {pin.task for pin in problem.pins}
    for explanation in explain(problem, plan):
        task = problem.task(explanation.task)
        if task.milestone or task.id in pinned:
            continue
        listed = [one.resource for one in explanation.options] + [one.resource for one in explanation.blockers]
        assert sorted(listed) == sorted(one.id for one in problem.resources)
        for blocker in explanation.blockers:
            assert blocker.filter == _first_filter(problem, explanation, blocker.resource) or blocker.filter in (
                "four_eyes",
                "calendar",
                "capacity",
            )


def _first_filter(problem: Problem, explanation: Explanation, resource: str) -> str | None:
    candidate = problem.candidate(explanation.task, resource)
    if candidate is None or candidate.outcome in ("blocked", "unknown"):
        return "law"
    if unmet(problem.task(explanation.task), problem.resource(resource), candidate):
        return "skill"
    return None


def test_blockers_by_time_never_hide_law_or_skill() -> None:
    problem = firm(30, 20, seed=11)
    plan = solve(problem, work_limit=0.05)
    for explanation in explain(problem, plan):
        for blocker in explanation.blockers:
            first = _first_filter(problem, explanation, blocker.resource)
            assert blocker.filter == first or first is None


def test_equals_stand_in_alphabetical_order_and_are_marked() -> None:
    model = Model(ORIGIN)
    model.add_task("t", effort=60)
    for id_, name in (("1", "Özlem"), ("2", "Zoe"), ("3", "Anna"), ("4", "Oskar")):
        model.add_resource(id_, windows=list(weekdays(7)), name=name, rate_cents_per_hour=5000)
        model.allow("t", id_)
    problem = model.problem()
    (explanation,) = explain(problem, solve(problem, work_limit=0.01))
    others = [one for one in explanation.options if not one.chosen]
    assert all(one.equal for one in others)
    names = ["Anna", "Oskar", "Özlem", "Zoe"]
    assert [one.label for one in others] == [name for name in names if name != explanation.options[0].label]
    assert "3" in explanation.summary.de


def test_why_late_names_the_chain_back_to_its_cause() -> None:
    model = Model(ORIGIN)
    model.add_resource("r", windows=list(weekdays(14)))
    model.add_task("first", effort=480)
    model.add_task("second", effort=480, due=DAY, late_cents_per_hour=100)
    for task in ("first", "second"):
        model.allow(task, "r")
    model.link("first", "second")
    problem = model.problem()
    (explanation,) = explain(problem, solve(problem, work_limit=0.01), ["second"])
    assert explanation.late_minutes == 540
    assert [(one.task, one.kind, one.blocks) for one in explanation.why_late] == [
        ("second", "predecessor", "first"),
        ("first", "earliest", ""),
    ]


def test_why_late_names_the_queue_before_the_same_resource() -> None:
    model = Model(ORIGIN)
    model.add_resource("r", windows=list(weekdays(14)))
    model.add_task("urgent", effort=480, due=600, late_cents_per_hour=9000)
    model.add_task("other", effort=480, due=600, late_cents_per_hour=100)
    for task in ("urgent", "other"):
        model.allow(task, "r")
    problem = model.problem()
    (explanation,) = explain(problem, solve(problem, work_limit=0.02), ["other"])
    assert (explanation.why_late[0].kind, explanation.why_late[0].blocks) == ("queue", "urgent")


def test_choosing_a_blocked_resource_is_refused_with_its_citation() -> None:
    model = Model(ORIGIN)
    for one in ("a", "b"):
        model.add_resource(one, windows=list(weekdays(7)))
    model.add_task("t", effort=60)
    model.allow("t", "a")
    model.allow("t", "b", outcome="blocked", citations=("AufenthG § 4a",))
    problem = model.problem()
    plan = solve(problem, work_limit=0.01)
    with pytest.raises(Refused) as refused:
        choose(problem, plan, task="t", resource="b")
    assert refused.value.citation == "AufenthG § 4a"


def test_explaining_a_plan_of_another_problem_is_refused() -> None:
    problem = firm(5, 5, seed=1)
    plan = solve(problem, work_limit=0.01)
    with pytest.raises(ValueError, match="another problem"):
        explain(replace(problem, granularity=60), plan)
