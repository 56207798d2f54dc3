"""What a change of the law touches: people, tasks given out, orders and stored checks, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.samples.planner import clear_task
from tests.web.test_law_subject import person
from tests.web.world import World
from werkfluss.cli.law import touched_in
from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Question, check_facts
from werkfluss.compliance.domain.facts import record_fact
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Broken
from werkfluss.org.actor import Actor
from werkfluss.org.models import User
from werkfluss.org.roles import Role
from werkfluss.web import law_touched
from werkfluss.work.models import Assignment, Task
from werkfluss.workforce.models import Resource

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

Browser = Callable[[User | None], Client]
AFTER, UNTIL = date(2026, 12, 31), date(2027, 12, 31)
NEW_YEAR = date(2027, 1, 1)
LOW = {"monthly_pay": "2420", "weekly_hours": "40", "hours_in_month": "174", "exempt": "none"}


def give(world: World, who: Resource, **more: object) -> Task:
    task = clear_task(world, **more)
    day = clock.today()
    Assignment.objects.create(task=task, resource=who, first_day=day, last_day=day + timedelta(days=90))
    task.edit(state=Task.State.ASSIGNED)
    return task


def lines(actor: Actor) -> list[tuple[str, str, str, date]]:
    checks = law_touched.stored_checks(actor).rows
    found = law_touched.impacts_of(actor, explain.changes_between(AFTER, UNTIL), checks)
    return [(one.subject.kind, one.subject.name, one.how, day.day) for day in found for one in day.touched]


def test_task_abroad_is_touched_by_a_limit_that_is_not_published_yet(world: World) -> None:
    with world.open():
        fitter = person(world, weeks="2", monthly_pay="9000")
        record_fact(fitter, name="kind", value="group", source="Einsatz", valid_from=clock.today(), by=world.director)
        task = give(world, fitter, place_country="AT")
        found = lines(world.director)
    mine = [one for one in found if one[1] == f"{task.title} ({fitter.name})"]
    assert ("task", f"{task.title} ({fitter.name})", "worse", NEW_YEAR) in mine


def test_order_is_touched_by_a_change_of_the_levies(world: World) -> None:
    from werkfluss.engagement.domain import orders

    with world.open():
        freelancer = person(world, "freelancer")
        order = orders.draft_order(
            freelancer,
            title="Entwurf Katalog",
            brief="Katalog entwerfen",
            criteria=["Alle Seiten"],
            price_cents=600_000,
            first_day=date(2027, 1, 11),
            last_day=date(2027, 2, 26),
            by=world.director,
        )
        for name, value in {"purpose": "own_advertising", "fees_of_year": "6000"}.items():
            record_fact(order, name=name, value=value, source="Auftrag", valid_from=clock.today(), by=world.director)
        found = lines(world.director)
    assert any(kind == "order" and str(order.number) in name and day == NEW_YEAR for kind, name, _how, day in found)


def test_stored_check_that_a_later_day_decides_otherwise_is_among_them(world: World, browser: Browser) -> None:
    with world.open() as by:
        person(world)
        check_facts([Question.of("de/terms/minimum_wage", date(2026, 11, 2), LOW)], by=by)
    with world.open():  # who asked stands in the record, which is written at the end
        found = lines(world.director)
        blind = lines(world.actors[Role.LEAD])
    assert ("check", "02.11.2026", "worse", NEW_YEAR) in found
    assert not any(kind == "check" and name == "02.11.2026" for kind, name, _how, _day in blind), (
        "pay is not the lead's"
    )
    url = f"{reverse('law_changes', kwargs={'firm': world.org.slug})}?after={AFTER}&until={UNTIL}"
    html = browser(world.users[Role.HR]).get(url).content.decode()
    assert "Gespeicherte Prüfung" in html
    assert "02.11.2026" in html


def test_same_answer_of_person_and_check_is_told_once(world: World) -> None:
    with world.open() as by:
        row = person(world, **LOW)
        (applied,) = [
            one.question
            for one in law_touched.subject_rules.of_resource(row, LOW, on=date(2026, 11, 2))
            if one.question.rule == "de/terms/minimum_wage"
        ]
        check_facts([applied], by=by)
    with world.open():
        found = lines(world.director)
    assert [kind for kind, name, _how, day in found if day == NEW_YEAR and name in {row.name, "02.11.2026"}].count(
        "check"
    ) == 0


def test_number_of_queries_does_not_grow(world: World, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    changes = explain.changes_between(AFTER, UNTIL)
    with world.open() as by:
        for _each in range(3):
            give(world, person(world, **LOW))
            check_facts([Question.of("de/terms/minimum_wage", date(2026, 11, 2), LOW)], by=by)
        with django_assert_max_num_queries(15):
            law_touched.impacts_of(by, changes, law_touched.stored_checks(by).rows)


def test_command_names_whom_and_what(world: World) -> None:
    with world.open():
        row = person(world, **LOW)
    told = touched_in(world.org.slug, AFTER, UNTIL)
    (day,) = [one for one in told["days"] if one["day"] == NEW_YEAR]
    mine = [one for one in day["touched"] if one["name"] == row.name and one["rule"] == "de/terms/minimum_wage"]
    assert [(one["before"], one["after"], one["how"]) for one in mine] == [("allowed", "blocked", "worse")]
    with pytest.raises(Broken, match="There is no firm"):
        touched_in("gibt-es-nicht", AFTER, UNTIL)


def test_page_says_how_many_stored_checks_are_left_and_goes_on(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(law_touched, "MOST_CHECKS", 2)
    with world.open():
        person(world)
    for pay in ("2410", "2430", "2440"):
        with world.open() as by:
            check_facts([Question.of("de/terms/minimum_wage", date(2026, 11, 2), LOW | {"monthly_pay": pay})], by=by)
    with world.open():
        total = law_touched.stored_checks(world.director).total
    url = f"{reverse('law_changes', kwargs={'firm': world.org.slug})}?after={AFTER}&until={UNTIL}"
    client = browser(world.users[Role.HR])
    html = client.get(url).content.decode()
    assert f"Von {total} gespeicherten Prüfungen" in html
    assert "skip=2" in html
    last = client.get(f"{url}&skip={total - 1}").content.decode()
    assert f"{total} bis {total}" in last
    assert f"skip={total + 1}" not in last
    assert client.get(f"{url}&skip=x").status_code == 200
