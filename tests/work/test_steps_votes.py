"""Four eyes and n of m: nobody approves alone what several decide, and nothing is approved by silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.work.step_world import away, case_of, decision_of, person_of, the_step
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation
from werkfluss.org.roles import Role
from werkfluss.work.domain import cases, step_claims, step_lists
from werkfluss.work.domain.step_rules import ALONE, role_named, rules_of
from werkfluss.work.domain.step_votes import cast_vote, seat_of, send_back, tied, votes_of
from werkfluss.work.models import StepVote

Member = Callable[..., Actor]
THREE = 'approvals="2/Geschaeftsfuehrung,Personal,Leitung"'


@pytest.fixture
def anna(firm: Organisation, member_of: Member) -> Actor:
    return member_of(firm, Role.EMPLOYEE, "anna@muster.example")


@pytest.fixture
def hr(firm: Organisation, member_of: Member) -> Actor:
    return member_of(firm, Role.HR)


@pytest.fixture
def lead(firm: Organisation, member_of: Member) -> Actor:
    return member_of(firm, Role.LEAD)


def test_two_of_three_decide(firm: Organisation, in_firm: Actor, anna: Actor, hr: Actor, lead: Actor) -> None:
    step = decision_of(firm, in_firm, THREE, doer=anna)
    assert step.voters == ["managing_director", "hr", "lead"]
    assert [one.pk for one in step_lists.steps_of(hr).to_vote] == [step.pk]
    with pytest.raises(Refused):
        cases.complete_step(step, choice="yes", by=lead)
    cast_vote(step, choices=["yes"], reason="passt ins Budget", by=hr)
    with pytest.raises(NotPermitted):
        cast_vote(step, choices=["yes"], by=hr)
    with pytest.raises(Refused):
        cases.complete_step(step, choice="yes", by=hr)
    cast_vote(step, choices=["no"], reason="zu teuer", by=lead)
    assert not tied(step, rules_of(step))
    cast_vote(step, choices=["yes"], by=in_firm)
    step.refresh_from_db()
    step.case.refresh_from_db()
    assert (step.state, step.choice, step.reason) == ("done", "yes", "passt ins Budget; zu teuer")
    assert step.case.state == "completed"
    assert [vote.place for vote in votes_of(step)] == ["Personal", "Leitung", "Geschaeftsfuehrung"]
    with pytest.raises(Conflict):
        cast_vote(step, choices=["yes"], by=in_firm)


def test_declared_refusal_ends_it_at_once_and_needs_a_reason(
    firm: Organisation, in_firm: Actor, anna: Actor, hr: Actor
) -> None:
    step = decision_of(firm, in_firm, f'{THREE} refusal="nein"', doer=anna)
    with pytest.raises(Refused):
        cast_vote(step, choices=["no"], by=hr)
    cast_vote(step, choices=["no"], reason="keine Stelle frei", by=hr)
    step.refresh_from_db()
    assert (step.state, step.choice) == ("done", "no")


def test_who_did_the_step_before_has_no_vote(firm: Organisation, in_firm: Actor, lead: Actor) -> None:
    step = decision_of(firm, in_firm, THREE, doer=lead)
    assert seat_of(step, lead) is None
    with pytest.raises(NotPermitted):
        cast_vote(step, choices=["yes"], by=lead)


@pytest.mark.parametrize("choices", [[], ["vielleicht"], ["yes", "no"]])
def test_vote_for_no_branch_is_refused(firm: Organisation, in_firm: Actor, anna: Actor, choices: list[str]) -> None:
    step = decision_of(firm, in_firm, THREE, doer=anna)
    with pytest.raises(Refused):
        cast_vote(step, choices=choices, by=in_firm)
    assert not StepVote.objects.exists()


def test_person_with_two_roles_has_one_vote(
    firm: Organisation, in_firm: Actor, anna: Actor, hr: Actor, lead: Actor
) -> None:
    both = Actor(hr.org_id, hr.kind, hr.id, hr.roles | lead.roles)
    step = decision_of(firm, in_firm, THREE, doer=anna)
    cast_vote(step, choices=["yes"], by=both)
    assert seat_of(step, both) is None
    cast_vote(step, choices=["yes"], by=lead)
    step.refresh_from_db()
    assert step.state == "done"


def test_substitute_votes_in_the_place_of_who_is_away(
    firm: Organisation, in_firm: Actor, anna: Actor, hr: Actor, member_of: Member
) -> None:
    ben = member_of(firm, Role.EMPLOYEE, "ben@muster.example")
    absent = person_of(hr, in_firm)
    step_claims.name_substitute(absent, substitute=person_of(ben, in_firm), by=hr)
    step = decision_of(firm, in_firm, THREE, doer=anna)
    assert seat_of(step, ben) is None
    away(absent)
    vote = cast_vote(step, choices=["yes"], by=ben)
    assert (vote.voter_id, vote.on_behalf_of_id, vote.place) == (ben.id, hr.id, "Personal")
    assert seat_of(step, hr) is None


def test_tie_is_decided_by_the_role_that_the_drawing_names(
    firm: Organisation, in_firm: Actor, anna: Actor, hr: Actor, lead: Actor
) -> None:
    step = decision_of(firm, in_firm, 'approvals="2/Personal,Leitung" escalation="Geschäftsführung"', doer=anna)
    cast_vote(step, choices=["yes"], by=hr)
    assert seat_of(step, in_firm) is None
    cast_vote(step, choices=["no"], by=lead)
    step.refresh_from_db()
    assert step.state == "open"
    assert tied(step, rules_of(step))
    vote = cast_vote(step, choices=["no"], reason="erst 2027", by=in_firm)
    step.refresh_from_db()
    assert (vote.place, step.state, step.choice) == (ALONE, "done", "no")


def test_four_eyes_are_two_people(firm: Organisation, in_firm: Actor, anna: Actor, lead: Actor) -> None:
    case = case_of(firm, in_firm, first='acceptance="four_eyes"')
    step = the_step(case)
    with pytest.raises(Refused):
        cases.complete_step(step, by=anna)
    cast_vote(step, by=anna)
    assert seat_of(step, anna) is None
    assert the_step(case).element == "draft"
    cast_vote(step, by=lead)
    step.refresh_from_db()
    assert (step.state, step.done_by) == ("done", lead.id)
    assert the_step(case).element == "decide"


def test_second_pair_of_eyes_sends_back(firm: Organisation, in_firm: Actor, anna: Actor, lead: Actor) -> None:
    step = the_step(case_of(firm, in_firm, first='acceptance="four_eyes"'))
    with pytest.raises(Conflict):
        send_back(step, reason="leer", by=lead)
    cast_vote(step, by=anna)
    with pytest.raises(NotPermitted):
        send_back(step, reason="doch nicht", by=anna)
    with pytest.raises(Refused):
        send_back(step, reason=" ", by=lead)
    send_back(step, reason="Der Preis fehlt.", by=lead)
    assert votes_of(step) == []
    assert seat_of(step, anna) is not None


def test_step_taken_back_is_voted_anew(firm: Organisation, in_firm: Actor, anna: Actor, lead: Actor) -> None:
    case = case_of(firm, in_firm, first='acceptance="four_eyes"')
    step = the_step(case)
    cast_vote(step, by=anna)
    cast_vote(step, by=lead)
    step.refresh_from_db()
    cases.undo_step(step, reason="falsches Formular", by=lead)
    step.refresh_from_db()
    assert (step.state, votes_of(step)) == ("open", [])


def test_names_of_the_drawing_become_roles(firm: Organisation, in_firm: Actor) -> None:
    case = case_of(firm, in_firm)
    assert role_named(case, "Geschaeftsfuehrung") is Role.MANAGING_DIRECTOR
    assert role_named(case, "Managing director") is Role.MANAGING_DIRECTOR
    assert role_named(case, "Buchhaltung") is Role.LEAD
    assert role_named(case, "hr") is Role.HR
    assert role_named(case, "Unbekannt") is None
