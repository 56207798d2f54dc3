"""Claimed, returned, reassigned, released; substitutes; who may do what."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.work.step_world import away, case_of, decision_of, person_of, the_step
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation
from werkfluss.org.roles import Role
from werkfluss.work.domain import cases, step_claims, step_lists, step_people
from werkfluss.work.models import CaseTask, Substitution

Member = Callable[..., Actor]


@pytest.fixture
def anna(firm: Organisation, member_of: Member) -> Actor:
    return member_of(firm, Role.EMPLOYEE, "anna@muster.example")


@pytest.fixture
def ben(firm: Organisation, member_of: Member) -> Actor:
    return member_of(firm, Role.EMPLOYEE, "ben@muster.example")


def keys(steps: list[CaseTask]) -> list[str]:
    return [step.element for step in steps]


def test_claimed_step_is_one_person_s_until_it_is_returned(
    firm: Organisation, in_firm: Actor, anna: Actor, ben: Actor
) -> None:
    step = the_step(case_of(firm, in_firm))
    assert keys(step_lists.steps_of(anna).claimable) == keys(step_lists.steps_of(ben).claimable) == ["draft"]
    step_claims.claim_step(step, by=anna)
    step_claims.claim_step(step, by=anna)
    assert keys(step_lists.steps_of(anna).own) == ["draft"]
    assert step_lists.steps_of(ben).claimable == []
    for other in (ben, in_firm):
        with pytest.raises(Refused):
            cases.complete_step(step, by=other)
        with pytest.raises(Refused):
            step_claims.claim_step(step, by=other)
    with pytest.raises(NotPermitted):
        step_claims.return_step(step, by=ben)
    step_claims.return_step(step, reason="andere Baustelle", by=anna)
    with pytest.raises(Conflict):
        step_claims.return_step(step, by=anna)
    cases.complete_step(step, by=ben)


def test_two_cannot_claim_at_the_same_moment(firm: Organisation, in_firm: Actor, anna: Actor, ben: Actor) -> None:
    step = the_step(case_of(firm, in_firm))
    late = CaseTask.objects.select_related("case__definition").get(pk=step.pk)
    step_claims.claim_step(step, by=anna)
    with pytest.raises(Conflict):
        late.edit(claimed_by_id=ben.id)


def test_step_is_reassigned_with_a_reason_by_who_works_on_cases(
    firm: Organisation, in_firm: Actor, anna: Actor, ben: Actor
) -> None:
    step = the_step(case_of(firm, in_firm))
    step_claims.claim_step(step, by=anna)
    person = person_of(ben, in_firm)
    with pytest.raises(NotPermitted):
        step_claims.reassign_step(step, to=person, reason="x", by=ben)
    with pytest.raises(Refused):
        step_claims.reassign_step(step, to=person, reason=" ", by=in_firm)
    step_claims.reassign_step(step, to=person, reason="kennt den Lieferanten", by=in_firm)
    assert keys(step_lists.steps_of(ben).own) == ["draft"]
    with pytest.raises(NotPermitted):
        cases.complete_step(step, by=anna)
    step_claims.reassign_step(step, to=Role.HR, reason="Personalsache", by=in_firm)
    step.refresh_from_db()
    assert (step.role, step.resource_id, step.claimed_by_id) == ("hr", None, None)


def test_claim_of_an_absent_person_goes_back_to_the_role(firm: Organisation, in_firm: Actor, anna: Actor) -> None:
    step = the_step(case_of(firm, in_firm))
    step_claims.claim_step(step, by=anna)
    system = Actor.system(firm.pk)
    assert step_claims.release_absent(clock.now(), by=system) == 0
    away(person_of(anna, in_firm))
    assert step_claims.release_absent(clock.now(), by=system) == 1
    assert step_claims.release_absent(clock.now(), by=system) == 0
    step.refresh_from_db()
    assert step.claimed_by_id is None


def test_substitute_sees_and_does_the_steps_of_who_is_away(
    firm: Organisation, in_firm: Actor, anna: Actor, ben: Actor
) -> None:
    absent, present = person_of(anna, in_firm), person_of(ben, in_firm)
    step = the_step(case_of(firm, in_firm, Team=absent))
    step_claims.name_substitute(absent, substitute=present, by=anna)
    assert step_lists.steps_of(ben).instead == []
    with pytest.raises(NotPermitted):
        cases.complete_step(step, by=ben)
    away(absent)
    ((shown, person),) = step_lists.steps_of(ben).instead
    assert (shown.pk, person.pk) == (step.pk, absent.pk)
    assert step.pk in {one.pk for one in cases.open_steps_for(ben)}
    cases.complete_step(step, by=ben)
    step.refresh_from_db()
    assert (step.done_by, step.done_for) == (ben.id, anna.id)


def test_short_absence_needs_nobody_to_stand_in(firm: Organisation, in_firm: Actor, anna: Actor, ben: Actor) -> None:
    absent = person_of(anna, in_firm)
    step_claims.name_substitute(absent, substitute=person_of(ben, in_firm), by=anna)
    away(absent, days=0.1)
    assert step_people.stood_in_for(ben, clock.now()) == []


def test_role_that_nobody_present_has_is_stood_in_for(
    firm: Organisation, in_firm: Actor, anna: Actor, member_of: Member
) -> None:
    hr = member_of(firm, Role.HR)
    absent = person_of(hr, in_firm)
    step = the_step(case_of(firm, in_firm, Team=Role.HR))
    step_claims.name_substitute(absent, substitute=person_of(anna, in_firm), by=hr)
    away(absent)
    assert [one.pk for one, _ in step_lists.steps_of(anna).instead] == [step.pk]
    member_of(firm, Role.HR, "zweite@muster.example")
    assert step_lists.steps_of(anna).instead == []


def test_substitute_is_named_by_oneself_or_by_who_works_on_cases(
    firm: Organisation, in_firm: Actor, anna: Actor, ben: Actor
) -> None:
    one, other = person_of(anna, in_firm), person_of(ben, in_firm)
    with pytest.raises(NotPermitted):
        step_claims.name_substitute(one, substitute=other, by=ben)
    with pytest.raises(Refused):
        step_claims.name_substitute(one, substitute=one, by=anna)
    step_claims.name_substitute(one, substitute=other, by=in_firm)
    step_claims.name_substitute(one, substitute=other, by=anna)
    assert step_claims.substitute_of(one) == other
    assert Substitution.objects.count() == 1
    step_claims.name_substitute(one, substitute=None, by=anna)
    assert step_claims.substitute_of(one) is None


def test_substitute_who_did_the_work_does_not_get_its_approval(
    firm: Organisation, in_firm: Actor, ben: Actor, member_of: Member
) -> None:
    boss = member_of(firm, Role.LEAD)
    absent, present = person_of(boss, in_firm), person_of(ben, in_firm)
    step_claims.name_substitute(absent, substitute=present, by=boss)
    step = decision_of(firm, in_firm, 'approves="draft"', doer=ben, Leitung=absent)
    away(absent)
    assert step_people.acting_for(step, ben, clock.now()) == absent
    assert step_lists.steps_of(ben).instead == []
    with pytest.raises(Refused) as refused:
        cases.complete_step(step, choice="yes", by=ben)
    assert refused.value.citation == "Vier-Augen-Prinzip"
    cases.complete_step(step, choice="yes", by=in_firm)


def test_who_did_the_step_does_not_approve_it(firm: Organisation, in_firm: Actor, member_of: Member) -> None:
    lead = member_of(firm, Role.LEAD)
    step = decision_of(firm, in_firm, 'approves="draft"', doer=lead)
    with pytest.raises(Refused):
        cases.complete_step(step, choice="yes", by=lead)
    with pytest.raises(Refused):
        step_claims.claim_step(step, by=lead)
    cases.complete_step(step, choice="yes", by=in_firm)
