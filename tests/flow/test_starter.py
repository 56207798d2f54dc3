"""The starter set: what follows from what the firm says, what is only practice, and what is never proposed twice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.work import builders
from werkfluss.compliance.domain import deadlines
from werkfluss.compliance.models import Check, Deadline
from werkfluss.flow import renewals, starter
from werkfluss.kernel.errors import Refused
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Paper, Share

if TYPE_CHECKING:
    from werkfluss.org.actor import Actor
    from werkfluss.workforce.models import Resource

ON = builders.DAY  # 23 November 2026


def staff(by: Actor, **declared: Any) -> Resource:
    return builders.resource(by, **{"active_from": date(2026, 9, 1), **declared})


def paper(of: Resource, by: Actor, kind: str = "a1", expires: date = date(2027, 3, 31), **more: Any) -> Paper:
    given = {"state": "confirmed", "valid_from": date(2025, 1, 1), "lead_days": 30, **more}
    return resources.add_paper(of, kind=kind, expires=expires, by=by, **given)


def proposed(group: str, on: date = ON) -> list[starter.Proposal]:
    return [one for one in starter.proposals(on=on) if one.group == group]


def test_probation_ends_after_six_months_unless_less_was_agreed(in_firm: Actor) -> None:
    person = staff(in_firm)
    (one,) = proposed(starter.PROBATION)
    assert (one.due, one.lead_days, one.basis) == (date(2027, 2, 28), 21, "§ 622 Abs. 3 BGB")
    assert one.assumed is not None, "six months are an assumption"
    builders.tell(person, {"months": "3"}, in_firm)
    probation, waiting = proposed(starter.PROBATION)
    assert (probation.due, probation.assumed) == (date(2026, 11, 30), None)
    assert (waiting.due, waiting.basis[:16]) == (date(2027, 2, 28), "§ 1 Abs. 1 KSchG")


def test_probation_that_is_over_is_not_proposed(in_firm: Actor) -> None:
    staff(in_firm, active_from=date(2020, 1, 1))
    assert proposed(starter.PROBATION) == proposed(starter.START) == []


def test_somebody_who_joins_brings_the_written_terms_with_them(in_firm: Actor) -> None:
    staff(in_firm, active_from=date(2026, 12, 1))
    days = [one.due for one in proposed(starter.START)]
    assert days == [date(2026, 12, 1), date(2026, 12, 8), date(2027, 1, 1)]
    assert all("NachwG" in one.basis for one in proposed(starter.START))


def test_foreign_staff_bring_the_duties_of_the_employer(in_firm: Actor) -> None:
    person = staff(in_firm, active_from=date(2026, 12, 1), nationality="IN")
    builders.tell(person, {"lives_abroad": True, "agency_299": False}, in_firm)
    basis = {one.basis for one in proposed(starter.START)}
    assert any("4a" in label for label in basis)
    assert any("45c" in label for label in basis)


def test_fixed_term_ends_on_its_last_day(in_firm: Actor) -> None:
    staff(in_firm, active_from=date(2026, 1, 1), active_to=date(2027, 7, 1))
    (one,) = proposed(starter.TERM)
    assert (one.due, one.start_by, one.basis) == (date(2027, 6, 30), date(2027, 4, 1), "§ 15 Abs. 1, 6 TzBfG")


@pytest.mark.parametrize(
    ("start", "due"), [(date(2024, 2, 29), date(2027, 2, 28)), (date(2026, 12, 1), date(2026, 12, 1))]
)
def test_instruction_is_practice_and_says_so(start: date, due: date, in_firm: Actor) -> None:
    staff(in_firm, active_from=start)
    (one,) = proposed(starter.INSTRUCTION)
    assert one.due == due
    assert "keine Quelle" in one.basis


def test_papers_shares_and_agents_are_proposed_in_their_groups(in_firm: Actor) -> None:
    person = staff(in_firm)
    groups = {
        "residence_title": starter.TITLE,
        "a1": starter.A1,
        "liability_insurance": starter.INSURANCE,
        "first_aid": starter.CERTIFICATE,
    }
    for kind in groups:
        paper(person, in_firm, kind)
    chief = builders.resource(in_firm, "fractional")
    share = resources.agree_share(chief, minutes_per_week=600, valid_from=ON, by=in_firm)
    Share.objects.filter(pk=share.pk).update(valid_to=date(2027, 1, 1))
    builders.agent(in_firm)
    for kind, group in groups.items():
        assert [one.code for one in proposed(group)] == [f"renew:{kind}"]
    assert [one.due for one in proposed(starter.CONTRACT)] == [date(2026, 12, 31)]
    assert [one.due for one in proposed(starter.AGENT)] == [date(2027, 12, 31)]


def test_chosen_proposals_become_deadlines_once(in_firm: Actor) -> None:
    staff(in_firm, active_from=date(2026, 12, 1))
    keys = [one.key for one in starter.proposals(on=ON)]
    made = starter.create(keys, on=ON, by=in_firm)
    assert len(made) == len(keys) == Deadline.objects.count() == 5
    assert Check.objects.filter(rule="de/terms/probation").exists(), "the answer of the law is on record"
    assert starter.create(keys, on=ON, by=in_firm) == []
    assert starter.proposals(on=ON) == []
    again = staff(in_firm, active_from=date(2026, 12, 1), name="Später Gekommen")
    assert {one.subject.pk for one in starter.proposals(on=ON)} == {again.pk}, "again when people join"


def test_what_is_made_is_what_was_proposed(in_firm: Actor) -> None:
    person = staff(in_firm, active_from=date(2026, 12, 1), nationality="IN")
    builders.tell(person, {"lives_abroad": True, "agency_299": False}, in_firm)
    paper(person, in_firm, "residence_title", date(2028, 1, 1))
    for one in starter.proposals(on=ON):
        (row,) = starter.create([one.key], on=ON, by=in_firm)
        assert (row.code, row.due, row.start_by) == (one.code, one.due, one.start_by)
        assert row.title_de == one.title.de[:200]
        assert row.basis == one.basis


def test_what_is_left_out_stays_on_record_and_is_not_proposed_again(in_firm: Actor) -> None:
    staff(in_firm)
    (one,) = proposed(starter.PROBATION)
    with pytest.raises(Refused):
        starter.leave_out([one.key], reason=" ", on=ON, by=in_firm)
    starter.leave_out([one.key], reason="Keine Probezeit vereinbart", on=ON, by=in_firm)
    assert Deadline.objects.get().state == "dropped"
    assert proposed(starter.PROBATION) == []


def test_key_of_nothing_makes_nothing(in_firm: Actor) -> None:
    staff(in_firm)
    assert starter.create(["workforce.resource|x|y|2026-01-01", ""], on=ON, by=in_firm) == []


def test_annual_instruction_comes_back_a_year_after_it_was_done(in_firm: Actor) -> None:
    person = staff(in_firm)
    (one,) = proposed(starter.INSTRUCTION)
    (row,) = starter.create([one.key], on=ON, by=in_firm)
    deadlines.complete_deadline(row, by=in_firm)
    for _ in range(2):
        following = starter.follow_up(row, done_on=ON, by=in_firm)
        assert following is not None
        assert (following.due, following.state) == (date(2027, 11, 23), "open")
    assert Deadline.objects.filter(subject_id=person.pk).count() == 2
    resources.end_resource(person, first_day_gone=ON, by=in_firm)
    assert starter.follow_up(row, done_on=ON + timedelta(days=1), by=in_firm) is None


def test_other_deadlines_do_not_come_back(in_firm: Actor) -> None:
    staff(in_firm)
    (one,) = proposed(starter.PROBATION)
    (row,) = starter.create([one.key], on=ON, by=in_firm)
    assert starter.follow_up(row, done_on=ON, by=in_firm) is None


def test_proposals_need_no_query_per_person(in_firm: Actor) -> None:
    counts = []
    for more in (1, 3):
        for _ in range(more):
            paper(staff(in_firm), in_firm)
        with CaptureQueriesContext(connection) as caught:
            assert starter.proposals(on=ON)
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 8


# Renewals


def test_renewal_is_set_by_itself_at_the_lead_day_and_once(in_firm: Actor) -> None:
    person = staff(in_firm)
    paper(person, in_firm, expires=date(2027, 3, 31), lead_days=30)
    lead = date(2027, 3, 1)
    assert renewals.set_renewals(on=lead - timedelta(days=1), by=in_firm) == 0
    assert renewals.set_renewals(on=lead, by=in_firm) == 1
    assert renewals.set_renewals(on=lead, by=in_firm) == 0
    row = Deadline.objects.get()
    assert (row.code, row.due, row.start_by, row.who) == ("renew:a1", date(2027, 3, 31), lead, "hr")


@pytest.mark.parametrize("closed", ["done", "dropped"])
def test_renewal_that_was_closed_stays_closed(closed: str, in_firm: Actor) -> None:
    paper(staff(in_firm), in_firm, expires=ON)
    renewals.set_renewals(on=ON, by=in_firm)
    row = Deadline.objects.get()
    if closed == "done":
        deadlines.complete_deadline(row, by=in_firm)
    else:
        deadlines.drop_deadline(row, reason="entfällt", by=in_firm)
    assert renewals.set_renewals(on=ON, by=in_firm) == 0
    assert Deadline.objects.get().state == closed


def test_newer_paper_is_the_renewal(in_firm: Actor) -> None:
    person = staff(in_firm)
    paper(person, in_firm, expires=ON)
    renewals.set_renewals(on=ON, by=in_firm)
    paper(person, in_firm, expires=date(2028, 11, 23))
    assert renewals.set_renewals(on=ON, by=in_firm) == 0
    assert Deadline.objects.get().state == "done"


def test_those_who_left_renew_nothing(in_firm: Actor) -> None:
    person = staff(in_firm)
    paper(person, in_firm, expires=ON)
    resources.end_resource(person, first_day_gone=ON, by=in_firm)
    assert renewals.set_renewals(on=ON, by=in_firm) == 0


def test_one_firm_proposes_nothing_of_another(
    director: Actor, other_director: Actor, acting_in: Callable[[Actor], AbstractContextManager[Actor]]
) -> None:
    with acting_in(director) as by:
        paper(staff(by), by, expires=ON)
        keys = [one.key for one in starter.proposals(on=ON)]
        assert keys
    with acting_in(other_director) as by:
        assert starter.proposals(on=ON) == []
        assert starter.create(keys, on=ON, by=by) == []
        assert renewals.set_renewals(on=ON, by=by) == 0
