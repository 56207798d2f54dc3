"""Every plan holds: checked again by the independent checker, legal, deterministic, and optimal where it is small."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import examples
from tests.delegation.builders import DAY, firm, weekdays
from tests.delegation.strategies import problems
from werkfluss.delegation import Plan, Problem
from werkfluss.delegation.check import check_plan
from werkfluss.delegation.grid import compile_grid
from werkfluss.delegation.model import Model
from werkfluss.delegation.schedule import decode
from werkfluss.delegation.solve import solve
from werkfluss.delegation.solvers.bound import lower_bound

ORIGIN = firm(1, 1).origin


@settings(max_examples=examples(150), deadline=None)
@given(problems(), st.sampled_from(["euro", "cost", "makespan"]))
def test_plan_holds_for_every_problem(problem: Problem, objective: str) -> None:
    plan = solve(problem, objective=objective, work_limit=0.02)
    assert check_plan(problem, plan) == []
    assert plan.bound is not None
    assert plan.bound <= plan.objective


@settings(max_examples=examples(80), deadline=None)
@given(problems(), st.data())
def test_blocked_pair_is_never_used(problem: Problem, data: st.DataObject) -> None:
    plan = solve(problem, work_limit=0.01)
    used = [one for one in plan.assignments if one.resource]
    if not used:
        return
    victim = data.draw(st.sampled_from(used))
    outcome = data.draw(st.sampled_from(["blocked", "unknown"]))
    changed = tuple(
        replace(one, outcome=outcome, conditions=())
        if (one.task, one.resource) == (victim.task, victim.resource)
        else one
        for one in problem.candidates
    )
    after = solve(replace(problem, candidates=changed), work_limit=0.01)
    found = after.assignment(victim.task)
    assert found is None or found.resource != victim.resource
    if found is None:
        open_task = next(one for one in after.unassigned if one.task == victim.task)
        assert any(one.resource == victim.resource and one.filter == "law" for one in open_task.rejections)


@settings(max_examples=examples(15), deadline=None)
@given(problems(most_tasks=4))
def test_search_reaches_the_enumerated_optimum(problem: Problem) -> None:
    grid = compile_grid(problem)
    best = min(
        decode(grid, list(order), list(chosen)).value()
        for order in permutations(range(grid.n))
        for chosen in product(*[[*grid.choices[i]] or [None] for i in range(grid.n)])
    )
    plan = solve(problem, work_limit=0.2)
    assert lower_bound(grid) <= best
    assert plan.objective <= best


def test_plan_repeats_for_same_seed_and_work_limit() -> None:
    problem = firm(40, 12, seed=3)
    first = solve(problem, seed=5, work_limit=0.3, workers=2)
    again = solve(Problem.from_json(problem.as_json()), seed=5, work_limit=0.3, workers=2)
    assert first.digest == again.digest
    assert first == again


def test_plan_survives_json() -> None:
    problem = firm(12, 8, seed=1)
    plan = solve(problem, work_limit=0.05)
    assert Plan.from_json(plan.as_json()) == plan


def test_improvement_is_never_worse_than_construction() -> None:
    problem = firm(60, 9, seed=8)
    assert solve(problem, work_limit=0.5).objective <= solve(problem, work_limit=0.0).objective


def test_half_year_plan_of_a_mittelstand_firm_is_complete_and_near_its_bound() -> None:
    problem = firm(120, 25, seed=2)
    plan = solve(problem, work_limit=1.0)
    assert check_plan(problem, plan) == []
    assert plan.unassigned == ()
    assert plan.bound is not None
    assert plan.objective <= plan.bound * 1.08


def test_long_task_runs_over_several_days_of_one_resource() -> None:
    model = Model(ORIGIN)
    model.add_resource("r", windows=list(weekdays(7)), rate_cents_per_hour=5000)
    model.add_task("t", effort=24 * 60)
    model.allow("t", "r")
    one = solve(model.problem(), work_limit=0.01).assignment("t")
    assert one is not None
    assert (one.start, one.end) == (60, 2 * DAY + 540)
    assert one.labour_cents == 24 * 5000


def test_capacity_share_stretches_a_task() -> None:
    model = Model(ORIGIN)
    model.add_resource("r", windows=list(weekdays(7)), capacity_share=50, kind="fractional")
    model.add_task("t", effort=480)
    model.allow("t", "r")
    one = solve(model.problem(), work_limit=0.01).assignment("t")
    assert one is not None
    assert (one.start, one.end) == (60, DAY + 540)


def test_lead_time_of_a_condition_delays_the_start() -> None:
    from werkfluss.delegation import Condition
    from werkfluss.kernel.text import Text

    model = Model(ORIGIN)
    model.add_resource("r", windows=list(weekdays(14)))
    model.add_task("t", effort=60)
    condition = Condition(text=Text("Anzeige", "Notice"), lead_minutes=3 * DAY)
    model.allow("t", "r", outcome="allowed_with_conditions", conditions=(condition,))
    one = solve(model.problem(), work_limit=0.01).assignment("t")
    assert one is not None
    assert one.start == 3 * DAY + 60


def test_external_gets_days_with_slack_and_internal_gets_none() -> None:
    model = Model(ORIGIN)
    model.add_resource("f", kind="freelancer", windows=list(weekdays(14)))
    model.add_resource("e", windows=list(weekdays(14)))
    model.add_task("t", effort=480)
    model.add_task("u", effort=60, earliest=3 * DAY)
    model.link("t", "u")
    model.allow("t", "f")
    model.allow("u", "e")
    plan = solve(model.problem(), work_limit=0.01)
    external, internal = plan.assignment("t"), plan.assignment("u")
    assert external is not None
    assert external.window is not None
    assert external.window.first_day.isoformat() == "2026-01-05"
    assert external.window.last_day.isoformat() == "2026-01-07"
    assert internal is not None
    assert internal.window is None


def test_pin_never_moves_and_others_give_way() -> None:
    model = Model(ORIGIN)
    model.add_resource("r", windows=list(weekdays(7)))
    for task in ("a", "b"):
        model.add_task(task, effort=240)
        model.allow(task, "r")
    model.pin("a", "r", 60, 300)
    plan = solve(model.problem(), work_limit=0.01)
    assert plan.span("a") == (60, 300)
    assert plan.span("b") == (300, 540)


def test_pin_is_left_open_when_the_law_no_longer_permits_it() -> None:
    model = Model(ORIGIN)
    model.add_resource("r", windows=list(weekdays(7)))
    model.add_task("a", effort=240)
    model.allow("a", "r", outcome="blocked", citations=("AÜG § 1",))
    model.pin("a", "r", 60, 300)
    plan = solve(model.problem(), work_limit=0.01)
    assert [one.task for one in plan.unassigned] == ["a"]
    assert plan.unassigned[0].rejections[0].citations == ("AÜG § 1",)


def test_published_place_is_kept_when_the_change_costs_more() -> None:
    def planned(change: int) -> str:
        model = Model(ORIGIN)
        model.add_resource("cheap", windows=list(weekdays(7)), rate_cents_per_hour=4000)
        model.add_resource("dear", windows=list(weekdays(7)), rate_cents_per_hour=5000)
        model.add_task("t", effort=60)
        for resource in ("cheap", "dear"):
            model.allow("t", resource)
        model.publish("t", "dear", 0, DAY, change)
        one = solve(model.problem(), work_limit=0.01).assignment("t")
        assert one is not None
        return one.resource

    assert planned(500) == "cheap"
    assert planned(1500) == "dear"


def test_four_eyes_keep_two_tasks_apart() -> None:
    model = Model(ORIGIN)
    for one in ("a", "b"):
        model.add_resource(one, windows=list(weekdays(7)), rate_cents_per_hour=4000 if one == "a" else 9000)
        model.add_task("do", effort=60) if one == "a" else model.add_task("see", effort=60)
    for task in ("do", "see"):
        for one in ("a", "b"):
            model.allow(task, one)
    model.four_eyes("do", "see")
    plan = solve(model.problem(), work_limit=0.05)
    assert {plan.assignment("do").resource, plan.assignment("see").resource} == {"a", "b"}  # type: ignore[union-attr]


def test_agreed_hours_are_never_exceeded_and_guaranteed_ones_are_paid() -> None:
    model = Model(ORIGIN)
    model.add_resource(
        "f", kind="freelancer", windows=list(weekdays(14)), rate_cents_per_hour=6000, maximum_minutes=600
    )
    model.add_resource("g", kind="partner", windows=list(weekdays(14)), rate_cents_per_hour=9000, minimum_minutes=120)
    for k in range(3):
        model.add_task(f"t{k}", effort=300)
        model.allow(f"t{k}", "f")
        model.allow(f"t{k}", "g")
    plan = solve(model.problem(), work_limit=0.05)
    assert sorted(one.resource for one in plan.assignments) == ["f", "f", "g"]
    assert plan.costs.guaranteed == 0
    alone = replace(model.problem(), candidates=tuple(c for c in model.problem().candidates if c.resource == "f"))
    assert solve(alone, work_limit=0.05).costs.guaranteed == 2 * 9000


def test_cancelled_search_hands_back_the_best_so_far() -> None:
    problem = firm(60, 8, seed=7)
    told: list[float] = []
    plan = solve(problem, work_limit=50.0, cancelled=lambda: True, on_progress=lambda share, text: told.append(share))
    assert plan.stop == "cancelled"
    assert check_plan(problem, plan) == []
    assert told == sorted(told)


@pytest.mark.parametrize("rule", ["resource", "start", "objective", "labour", "missing"])
def test_checker_refuses_a_forged_plan(rule: str) -> None:
    problem = firm(20, 10, seed=6)
    plan = solve(problem, work_limit=0.02)
    one = next(a for a in plan.assignments if a.resource)
    other = next(r.id for r in problem.resources if r.id != one.resource)
    forged = {
        "resource": replace(plan, assignments=_swap(plan, one, replace(one, resource=other))),
        "start": replace(plan, assignments=_swap(plan, one, replace(one, start=one.start - 30))),
        "objective": replace(plan, objective=plan.objective - 1),
        "labour": replace(plan, costs=replace(plan.costs, labour=plan.costs.labour - 1)),
        "missing": replace(plan, assignments=tuple(a for a in plan.assignments if a is not one)),
    }[rule]
    assert check_plan(problem, plan) == []
    assert check_plan(problem, forged) != []


def _swap(plan: Plan, old: object, new: object) -> tuple:
    return tuple(new if one is old else one for one in plan.assignments)


@settings(max_examples=examples(150), deadline=None)
@given(problems(), st.randoms(use_true_random=False))
def test_written_out_placement_equals_the_general_one(problem: Problem, chance: Random) -> None:
    grid = compile_grid(problem)
    keys = [chance.randrange(1000) for _ in range(grid.n)]
    chosen = [chance.choice(one) if one else None for one in grid.choices]
    fast = decode(grid, keys, chosen)
    for i, one in enumerate(chosen):
        grid.choices[i] = [one] if one else []
    slow = decode(grid, keys, [None] * grid.n)
    assert (fast.start, fast.end, fast.resource) == (slow.start, slow.end, slow.resource)
    assert fast.value() == slow.value() == slow.costs().total
