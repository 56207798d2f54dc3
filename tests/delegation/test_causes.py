"""Every open task names the true cause, and a person's choice passes the independent checker or is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings

from tests.conftest import examples
from tests.delegation.builders import DAY, ORIGIN, firm, weekdays
from tests.delegation.strategies import problems
from werkfluss.delegation import Plan, Problem
from werkfluss.delegation.check import check_plan
from werkfluss.delegation.events import Started
from werkfluss.delegation.explain import explain
from werkfluss.delegation.grid import compile_grid
from werkfluss.delegation.model import Model
from werkfluss.delegation.repair import choose, repair, require_sound
from werkfluss.delegation.result import schedule_of
from werkfluss.delegation.solve import solve
from werkfluss.kernel.errors import Refused


def reason_of(problem: Problem, task: str) -> str:
    """The reason in the plan, which the explanation repeats."""
    plan = solve(problem, work_limit=0.05)
    assert check_plan(problem, plan) == []
    (open_task,) = [one for one in plan.unassigned if one.task == task]
    (explanation,) = explain(problem, plan, [task])
    assert explanation.summary.de == f"Offen: {open_task.reason.de}"
    assert {one.resource for one in open_task.rejections} == {one.id for one in problem.resources}
    return open_task.reason.de


def two_hands(*, people: int = 1) -> Model:
    model = Model(ORIGIN)
    for k in range(people):
        model.add_resource(f"r{k}", windows=list(weekdays(14)))
    model.add_task("do", effort=60, title="Rechnung prüfen")
    model.add_task("see", effort=60, title="Rechnung freigeben")
    return model


def test_four_eyes_are_the_reason_not_a_full_calendar() -> None:
    model = two_hands()
    model.allow("do", "r0")
    model.allow("see", "r0")
    model.four_eyes("do", "see")
    plan = solve(model.problem(), work_limit=0.05)
    (left,) = plan.unassigned
    other = "Rechnung freigeben" if left.task == "do" else "Rechnung prüfen"
    assert left.reason.de == f"Vier Augen: Wer dafür zulässig ist, hat schon „{other}“."
    assert [one.filter for one in left.rejections] == ["four_eyes"]
    assert reason_of(model.problem(), left.task) == left.reason.de


def test_used_up_hours_are_the_reason() -> None:
    model = Model(ORIGIN)
    model.add_resource("f", kind="freelancer", windows=list(weekdays(14)), maximum_minutes=600)
    for k in range(2):
        model.add_task(f"t{k}", effort=400)
        model.allow(f"t{k}", "f")
    plan = solve(model.problem(), work_limit=0.05)
    assert [one.reason.de for one in plan.unassigned] == ["Der vereinbarte Stundenrahmen ist ausgeschöpft."]


def test_too_little_time_after_predecessors_is_the_reason() -> None:
    model = two_hands(people=2)
    model.allow("do", "r0")
    model.allow("see", "r1")
    model.link("do", "see", lag=13 * DAY)
    assert reason_of(model.problem(), "see").startswith("Nach Vorgängern und Vorlauf bleibt im Zeitraum zu wenig")


def test_full_calendars_are_still_called_full() -> None:
    model = Model(ORIGIN)
    model.add_resource("r", windows=[(0, 480)])
    for k in range(2):
        model.add_task(f"t{k}", effort=300)
        model.allow(f"t{k}", "r")
    plan = solve(model.problem(), work_limit=0.05)
    assert [one.reason.de for one in plan.unassigned] == ["Alle zulässigen Stellen sind im Zeitraum ausgelastet."]


def test_one_cause_for_all_is_told_as_it_stands_and_several_are_counted() -> None:
    from werkfluss.kernel.text import Text

    unclear = Text("Es fehlt ein Abnahmekriterium.", "An acceptance criterion is missing.")
    model = two_hands(people=2)
    for r in ("r0", "r1"):
        model.allow("do", r, outcome="blocked", reasons=(unclear,))
    model.allow("see", "r0", outcome="blocked", reasons=(unclear,))
    assert reason_of(model.problem(), "do") == "Es fehlt ein Abnahmekriterium."
    assert reason_of(model.problem(), "see") == "Niemand kommt infrage: Recht (2)."


@settings(max_examples=examples(80), deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(problems())
def test_no_task_is_open_for_a_reason_that_is_not_true(problem: Problem) -> None:
    plan = solve(problem, work_limit=0.02)
    grid = compile_grid(problem)
    schedule = schedule_of(grid, plan)
    for one in plan.unassigned:
        i = grid.tasks.index(one.task)
        if i in grid.refused_pins or not grid.choices[i]:
            continue
        taken = {schedule.resource[j] for j in grid.apart[i]}
        four_eyes = any(choice.resource in taken for choice in grid.choices[i])
        assert ("Vier Augen" in one.reason.de) == (four_eyes and "Offen lassen" not in one.reason.de)
        if "ausgelastet" in one.reason.de or "Vier Augen" in one.reason.de:
            assert schedule.best(i, grid.choices[i], schedule.bounds(i)) is None
            assert {r.resource for r in one.rejections} == {r.id for r in problem.resources}
        assert "wieder Platz" not in one.reason.de


def test_texts_name_tasks_by_title() -> None:
    model = two_hands(people=2)
    model.allow("do", "r0")
    model.allow("see", "r0")
    model.link("do", "see")
    late = replace(
        model.problem(), tasks=tuple(replace(t, due=1, late_cents_per_hour=1) for t in model.problem().tasks)
    )
    (explanation,) = explain(late, solve(late, work_limit=0.01), ["see"])
    assert explanation.why_late[0].text.de == "Wartet auf „Rechnung prüfen“."


def started_meanwhile() -> tuple[Problem, Plan]:
    """``a`` and ``c`` are planned; then ``b`` begins in the middle of the time that ``a`` was to take."""
    model = Model(ORIGIN)
    model.add_resource("r", windows=list(weekdays(14)), rate_cents_per_hour=4000)
    model.add_resource("s", windows=list(weekdays(14)), rate_cents_per_hour=9000)
    for task, effort in (("a", 480), ("b", 120), ("c", 60)):
        model.add_task(task, effort=effort, earliest={"a": 0, "b": 2 * DAY, "c": DAY}[task])
        model.allow(task, "r")
    model.allow("c", "s")
    problem = model.problem()
    plan = solve(problem, work_limit=0.05)
    assert plan.span("a") == (60, 540)
    return Started(task="b", resource="r", start=180, end=300).apply(problem), plan


def test_choice_beside_a_task_begun_meanwhile_books_nobody_twice() -> None:
    problem, plan = started_meanwhile()
    other = choose(problem, plan, task="c", resource="s")
    assert check_plan(problem, other) == []
    assert other.span("b") == (180, 300)


def test_repair_gives_way_to_a_task_begun_out_of_turn() -> None:
    _, plan = started_meanwhile()
    model = started_meanwhile()[0]
    before = replace(model, pins=())
    mended = repair(before, plan, Started(task="b", resource="r", start=180, end=300))
    assert mended.plan.span("b") == (180, 300)
    assert mended.plan.span("a")[0] >= 300


def test_forged_plan_is_not_let_through() -> None:
    problem = firm(12, 8, seed=1)
    plan = solve(problem, work_limit=0.02)
    require_sound(problem, plan)
    with pytest.raises(Refused) as refused:
        require_sound(problem, replace(plan, objective=plan.objective - 1))
    assert refused.value.citation == "objective"
