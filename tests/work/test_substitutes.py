"""A substitute named by somebody else for some days: who may, when it counts, who is told, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.work.step_world import case_of, person_of, the_step
from werkfluss.kernel import clock
from werkfluss.kernel.dates import DateRange
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.org.actor import Actor
from werkfluss.org.models import Organisation
from werkfluss.org.roles import Role
from werkfluss.work.domain import cases, step_claims, step_lists, step_people, step_substitutes, step_talk
from werkfluss.work.models import Substitution
from werkfluss.workforce.models import Resource

Member = Callable[..., Actor]


@pytest.fixture
def anna(firm: Organisation, member_of: Member) -> Actor:
    return member_of(firm, Role.EMPLOYEE, "anna@muster.example")


@pytest.fixture
def ben(firm: Organisation, member_of: Member) -> Actor:
    return member_of(firm, Role.EMPLOYEE, "ben@muster.example")


@pytest.fixture
def people(in_firm: Actor, anna: Actor, ben: Actor) -> tuple[Resource, Resource]:
    return person_of(anna, in_firm), person_of(ben, in_firm)


def days(first: int = 0, last: int = 0) -> DateRange:
    today = clock.today()
    return DateRange.inclusive(today + timedelta(days=first), today + timedelta(days=last))


def test_named_person_does_the_steps_of_the_days_and_who_it_was_for_is_kept(
    firm: Organisation, in_firm: Actor, anna: Actor, ben: Actor, people: tuple[Resource, Resource]
) -> None:
    person, other = people
    step = the_step(case_of(firm, in_firm, Team=person))
    with pytest.raises(NotPermitted):
        cases.complete_step(step, by=ben)
    with pytest.raises(NotPermitted):
        step_substitutes.name_for_days(person, substitute=other, days=days(), by=ben)
    row = step_substitutes.name_for_days(person, substitute=other, days=days(), by=in_firm)
    assert [one.element for one, _ in step_lists.steps_of(ben).instead] == ["draft"]
    assert list(step_substitutes.of_person(anna)) == list(step_substitutes.of_person(ben)) == [row]
    cases.complete_step(step, by=ben)
    step.refresh_from_db()
    assert (step.done_by, step.done_for) == (ben.id, anna.id)


@pytest.mark.parametrize(("first", "last"), [(1, 3), (-3, -1)])
def test_on_other_days_nobody_stands_in(in_firm: Actor, ben: Actor, people, first: int, last: int) -> None:
    person, other = people
    span = DateRange.inclusive(clock.today() + timedelta(days=first), clock.today() + timedelta(days=last))
    Substitution.objects.create(resource=person, substitute=other, start=span.start, end=span.last_day)
    assert step_people.stood_in_for(ben, clock.now()) == []
    assert person.user_id not in step_people.absent_users(clock.now())


def test_one_named_for_the_day_goes_before_the_own_choice(
    firm: Organisation, in_firm: Actor, member_of: Member, anna: Actor, ben: Actor, people
) -> None:
    person, other = people
    clara = member_of(firm, Role.EMPLOYEE, "clara@muster.example")
    own = person_of(clara, in_firm)
    step_claims.name_substitute(person, substitute=own, by=anna)
    row = step_substitutes.name_for_days(person, substitute=other, days=days(), by=in_firm)
    assert step_people.stood_in_for(clara, clock.now()) == []
    assert [one.pk for one in step_people.stood_in_for(ben, clock.now())] == [person.pk]
    with pytest.raises(NotPermitted):
        step_substitutes.end_early(row, by=ben)
    step_substitutes.end_early(row, by=anna)
    with pytest.raises(Conflict):
        step_substitutes.end_early(row, by=in_firm)
    assert step_people.stood_in_for(ben, clock.now()) == []
    assert step_claims.substitute_of(person) == own


def test_what_cannot_be_is_refused(in_firm: Actor, people) -> None:
    person, other = people
    today = clock.today()
    wrong = [
        (person, days(0, 1)),
        (other, DateRange.inclusive(today - timedelta(days=3), today - timedelta(days=1))),
        (other, days(0, 400)),
        (other, DateRange(today)),
    ]
    for substitute, span in wrong:
        with pytest.raises(Refused):
            step_substitutes.name_for_days(person, substitute=substitute, days=span, by=in_firm)
    step_substitutes.name_for_days(person, substitute=other, days=days(0, 5), by=in_firm)
    with pytest.raises(Refused):
        step_substitutes.name_for_days(person, substitute=other, days=days(5, 7), by=in_firm)
    step_substitutes.name_for_days(person, substitute=other, days=days(6, 7), by=in_firm)
    assert step_substitutes.named().count() == 2


def test_both_hear_of_it_once_and_of_its_end(in_firm: Actor, people) -> None:
    from werkfluss.flow.substitute_mails import tell_substitutes

    person, other = people
    row = step_substitutes.name_for_days(person, substitute=other, days=days(), by=in_firm)
    assert in_firm.org_id is not None
    assert [tell_substitutes(in_firm.org_id) for _ in range(2)] == [2, 0]
    row.refresh_from_db()
    step_substitutes.end_early(row, by=in_firm)
    assert [tell_substitutes(in_firm.org_id) for _ in range(2)] == [2, 0]
    never = step_substitutes.name_for_days(person, substitute=other, days=days(), by=in_firm)
    step_substitutes.end_early(never, by=in_firm)
    assert tell_substitutes(in_firm.org_id) == 0


STATUTORY = 'due="P1M" provision="Art. 12 Abs. 3 DSGVO"'


def test_time_that_a_law_sets_is_not_postponed_and_does_not_wait(firm: Organisation, in_firm: Actor) -> None:
    step = the_step(case_of(firm, in_firm, first=STATUTORY))
    assert step.due is not None
    provision = step_talk.provision_of(step)
    assert provision is not None
    assert provision.de == "Art. 12 Abs. 3 DSGVO"
    for later in (step.due + timedelta(minutes=1), None):
        with pytest.raises(Refused) as refused:
            step_talk.move_due(step, due=later, reason="viel zu tun", by=in_firm)
        assert refused.value.citation == "Art. 12 Abs. 3 DSGVO"
    with pytest.raises(Refused):
        step_talk.ask(step, to=Role.HR, text="Wie viele Seiten?", stop_reason="fehlt noch", by=in_firm)
    step_talk.move_due(step, due=step.due - timedelta(days=3), reason="Urlaub", by=in_firm)
    free = the_step(case_of(firm, in_firm, first='due="P1M"'))
    assert free.due is not None
    assert step_talk.provision_of(free) is None
    step_talk.move_due(free, due=free.due + timedelta(days=3), reason="abgesprochen", by=in_firm)
