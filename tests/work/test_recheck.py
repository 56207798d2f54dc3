"""What was given out is asked again: what differs is a row, what is as it was is none, and nothing is taken away."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.work import builders
from werkfluss.compliance.models import Check
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.org.models import Entry
from werkfluss.work.domain import gate, recheck
from werkfluss.work.models import Assignment, Plan, PlanItem, PlanItemCheck, Recheck, Task
from werkfluss.workforce.domain import resources

if TYPE_CHECKING:
    from werkfluss.org.actor import Actor
    from werkfluss.workforce.models import Resource

DAY = builders.DAY
BY_PACK = {"title_permits": "this_employment"}


def given(to: Resource, by: Actor, **more: Any) -> Assignment:
    """Work given out by a published plan, with the verdicts it rests on."""
    from werkfluss.org.domain.firms import next_number

    task = builders.task(builders.project(by), by, **more.pop("task", {}))
    permission = gate.permissions([task], [to], on=DAY, by=by)[task.pk, to.pk]
    Plan.objects.filter(state=Plan.State.PUBLISHED).update(state=Plan.State.SUPERSEDED)
    plan = Plan.objects.create(number=next_number("plan"), as_of=DAY, state=Plan.State.PUBLISHED)
    item = PlanItem.objects.create(plan=plan, task=task, resource=to, outcome=permission.outcome)
    PlanItemCheck.objects.bulk_create(PlanItemCheck(item=item, check_ref_id=key) for key in permission.checks)
    return builders.assign(to, task, item=item, **more)


def foreigner(by: Actor, *, until: date, **more: Any) -> Resource:
    person = builders.resource(by, nationality="IN", **more)
    resources.add_paper(
        person, kind="residence_title", state="confirmed", valid_from=date(2025, 1, 1), expires=until, by=by
    )
    return person


def again(by: Actor, today: date = DAY) -> tuple[int, int]:
    return recheck.recheck_assignments(today=today, by=by)


def test_what_is_as_it_was_leaves_no_trace(in_firm: Actor) -> None:
    given(builders.resource(in_firm), in_firm)
    before = Check.objects.count()
    assert again(in_firm) == (0, 0)
    assert (Recheck.objects.count(), Check.objects.count()) == (0, before)


def test_paper_that_expires_tonight_stops_the_work_of_tomorrow(in_firm: Actor) -> None:
    person = foreigner(in_firm, until=date(2027, 12, 31))
    assignment = given(person, in_firm, first_day=DAY, last_day=DAY + timedelta(days=10))
    assert again(in_firm) == (0, 0)
    person.papers.update(expires=DAY)
    assert again(in_firm) == (1, 0)
    row = recheck.open_rechecks().get()
    assert (row.assignment_id, row.was, row.now) == (assignment.pk, assignment.item.outcome, "blocked")
    assert row.since == DAY + timedelta(days=1), "the first day without the title"
    assert row.explanation["remedy"]["de"]
    assert Check.objects.filter(pk__in=row.checks, rule="de/residence/work_permission", outcome="blocked").exists()


def test_no_assignment_is_changed(in_firm: Actor) -> None:
    person = foreigner(in_firm, until=date(2027, 12, 31))
    assignment = given(person, in_firm)
    person.papers.update(state="ended")
    again(in_firm)
    assignment.refresh_from_db()
    assert (assignment.state, assignment.task.state) == (Assignment.State.ACTIVE, Task.State.ASSIGNED)
    assert assignment.version == 1


def test_asking_again_and_again_keeps_one_row_and_no_further_check(in_firm: Actor) -> None:
    person = foreigner(in_firm, until=date(2027, 12, 31))
    given(person, in_firm, first_day=DAY)
    person.papers.update(state="ended")
    assert again(in_firm) == (1, 0)
    before = Check.objects.count(), Entry.objects.count()
    for later in range(4):
        assert again(in_firm, DAY + timedelta(days=later)) == (0, 0)
    assert (Check.objects.count(), Entry.objects.count()) == before
    assert Recheck.objects.count() == 1


def test_new_paper_settles_it(in_firm: Actor) -> None:
    person = foreigner(in_firm, until=date(2027, 12, 31))
    given(person, in_firm)
    person.papers.update(state="ended")
    again(in_firm)
    expires = date(2028, 12, 31)
    resources.add_paper(
        person, kind="residence_title", state="confirmed", valid_from=date(2025, 1, 1), expires=expires, by=in_firm
    )
    assert again(in_firm) == (0, 1)
    row = Recheck.objects.get()
    assert (row.state, row.settled_because) == ("settled", "permitted")


def test_work_taken_back_settles_it(in_firm: Actor) -> None:
    person = foreigner(in_firm, until=date(2027, 12, 31))
    assignment = given(person, in_firm)
    person.papers.update(state="ended")
    again(in_firm)
    assignment.edit(state=Assignment.State.WITHDRAWN)
    assert again(in_firm) == (0, 1)
    assert Recheck.objects.get().settled_because == "ended"


def test_fact_recorded_differently_is_found(in_firm: Actor) -> None:
    external = builders.resource(in_firm, "freelancer")
    builders.tell(external, builders.FREE, in_firm)
    given(external, in_firm, state=Assignment.State.OFFERED)
    assert again(in_firm) == (0, 0)
    ties = ("client_sets_hours", "client_sets_place", "client_instructs_how", "embedded_in_team", "exclusivity")
    tied = dict.fromkeys(ties, True) | dict.fromkeys(("may_refuse_orders", "several_clients"), False)
    builders.tell(external, tied, in_firm)
    assert again(in_firm)[0] == 1
    assert Recheck.objects.get().now in {"blocked", "unknown", "allowed_with_conditions"}
    assert Recheck.objects.get().was != "blocked"


def test_wage_below_the_minimum_of_january_is_found_with_its_first_day(in_firm: Actor) -> None:
    """13.90 an hour is enough until 31 December 2026, 14.60 is the least from 1 January 2027."""
    person = builders.resource(in_firm)
    pay = {"exempt": "none", "monthly_pay": "2440.00", "hours_in_month": "173"}
    builders.tell(person, pay, in_firm)
    given(person, in_firm, first_day=date(2026, 12, 1), last_day=date(2027, 1, 29))
    assert again(in_firm) == (1, 0)
    row = Recheck.objects.get()
    assert row.since == date(2027, 1, 1)
    assert not row.explanation["gate"], "the work itself is not stopped by it"
    assert any("MiLo" in label for label in row.explanation["citations"])


def test_pay_above_the_new_threshold_is_no_difference(in_firm: Actor) -> None:
    person = builders.resource(in_firm)
    builders.tell(person, {"exempt": "none", "monthly_pay": "4000.00", "hours_in_month": "173"}, in_firm)
    given(person, in_firm, first_day=date(2026, 12, 1), last_day=date(2027, 1, 29))
    assert again(in_firm) == (0, 0)


def test_blocked_work_cannot_be_noted_away(in_firm: Actor) -> None:
    person = foreigner(in_firm, until=date(2027, 12, 31))
    given(person, in_firm)
    person.papers.update(state="ended")
    again(in_firm)
    with pytest.raises(Refused):
        recheck.note_recheck(Recheck.objects.get(), by=in_firm)


def test_what_a_person_noted_does_not_come_up_again(in_firm: Actor) -> None:
    person = builders.resource(in_firm)
    builders.tell(person, {"exempt": "none", "monthly_pay": "2440.00", "hours_in_month": "173"}, in_firm)
    given(person, in_firm, first_day=date(2026, 12, 1), last_day=date(2027, 1, 29))
    again(in_firm)
    row = Recheck.objects.get()
    recheck.note_recheck(row, by=in_firm)
    assert again(in_firm) == (0, 0)
    assert (row.settled_because, row.settled_by) == ("noted", in_firm.id)
    with pytest.raises(Conflict):
        recheck.note_recheck(row, by=in_firm)


def test_delivered_work_is_not_asked_again(in_firm: Actor) -> None:
    person = foreigner(in_firm, until=date(2027, 12, 31))
    assignment = given(person, in_firm)
    assignment.task.edit(state=Task.State.DELIVERED)
    person.papers.update(state="ended")
    assert again(in_firm) == (0, 0)


def test_work_given_without_a_plan_is_asked_too(in_firm: Actor) -> None:
    person = builders.resource(in_firm, nationality="IN")
    builders.assign(person, builders.task(builders.project(in_firm), in_firm))
    assert again(in_firm) == (1, 0)
    assert Recheck.objects.get().was == ""


def test_two_firms_do_not_see_each_other(
    director: Actor, other_director: Actor, acting_in: Callable[[Actor], AbstractContextManager[Actor]]
) -> None:
    for one in (director, other_director):
        with acting_in(one) as by:
            person = foreigner(by, until=date(2027, 12, 31), name=f"Person {one.org_id}")
            given(person, by)
            person.papers.update(state="ended")
    with acting_in(director) as by:
        assert again(by) == (1, 0)
    with acting_in(other_director) as by:
        assert not recheck.open_rechecks().exists()
        assert again(by) == (1, 0)
        assert recheck.open_rechecks().get().assignment.resource.name == f"Person {other_director.org_id}"


def test_as_many_queries_for_one_as_for_five(in_firm: Actor) -> None:
    counts = []
    for more in (1, 4):
        for _ in range(more):
            given(foreigner(in_firm, until=date(2027, 12, 31)), in_firm)
        with CaptureQueriesContext(connection) as caught:
            assert again(in_firm) == (0, 0)
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 8


def test_erasing_the_person_takes_the_answers_with_it(in_firm: Actor) -> None:
    from werkfluss.work import erasure

    person = foreigner(in_firm, until=date(2027, 12, 31))
    given(person, in_firm)
    person.papers.update(state="ended")
    again(in_firm)
    row = Recheck.objects.get()
    erased = erasure._erase(person)
    assert erased.objects == (("work.recheck", row.pk),)
    assert not Recheck.objects.exists()
    assert not Check.objects.filter(pk__in=row.checks, facts__isnull=False).exists()


def test_wrongly_typed_fact_of_one_is_a_finding_and_the_rest_goes_on(in_firm: Actor) -> None:
    freelancer = builders.resource(in_firm, "freelancer")
    builders.tell(freelancer, builders.FREE, in_firm, on=date(2026, 1, 1))
    wrong = given(freelancer, in_firm, first_day=DAY)
    person = foreigner(in_firm, until=date(2027, 12, 31))
    ended = given(person, in_firm, first_day=DAY)
    assert again(in_firm) == (0, 0)
    builders.tell(freelancer, {"client_sets_hours": {"am": "Montag"}}, in_firm, on=DAY)
    person.papers.update(state="ended")
    assert again(in_firm) == (2, 0)
    rows = {row.assignment_id: row for row in recheck.open_rechecks()}
    assert (rows[wrong.pk].now, rows[ended.pk].now) == ("unknown", "blocked")
    assert "neu erfassen" in rows[wrong.pk].explanation["remedy"]["de"]
    builders.tell(freelancer, {"client_sets_hours": False}, in_firm, on=DAY)
    assert again(in_firm) == (0, 1), "recorded properly, it is settled"
