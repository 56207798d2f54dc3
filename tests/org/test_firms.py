"""Founding, membership, roles and running numbers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from django.db import IntegrityError, connections, transaction

from werkfluss.kernel.errors import NotPermitted
from werkfluss.org import events
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.domain import firms
from werkfluss.org.events import Event, record
from werkfluss.org.models import Counter, Entry, FirmProfile, Membership, Organisation, User
from werkfluss.org.roles import LABELS, PERMISSIONS, Role, roles_with

Acting = Callable[[Actor], AbstractContextManager[Actor]]
MemberOf = Callable[..., Actor]


def test_founding_is_the_first_entry(firm: Organisation, acting_in: Acting) -> None:
    with acting_in(Actor.system(firm.pk)):
        first = Entry.objects.select_related("payload").get(seq=1)
    assert (first.kind, first.object_id, first.payload.data) == ("org.firm.founded", firm.pk, {"slug": "muster"})


def test_address_of_a_firm_is_unique(firm: Organisation) -> None:
    profile = {"street": "", "postcode": "", "city": "", "email": "x@muster.example", "chart_of_accounts": "SKR04"}
    with pytest.raises(IntegrityError), transaction.atomic():
        firms.found_firm(slug=firm.slug, name="Nachahmer GmbH", profile=profile)


def test_member_is_an_actor_with_the_role(firm: Organisation, member_of: MemberOf) -> None:
    lead = member_of(firm, Role.LEAD)
    assert lead.kind is ActorKind.USER
    assert lead.roles == {Role.LEAD}
    assert lead.may("plan.publish")
    assert not lead.may("firm.manage")


def test_ended_member_is_a_stranger(
    firm: Organisation, director: Actor, member_of: MemberOf, acting_in: Acting
) -> None:
    lead = member_of(firm, Role.LEAD)
    user = User.objects.get(pk=lead.id)
    with acting_in(director):
        firms.end_membership(Membership.objects.get(user=user), by=director)
        assert firms.user_actor(firm.pk, user).roles == frozenset()
    assert firms.firms_of(user) == []


def test_role_given_twice_is_held_once(firm: Organisation, director: Actor, acting_in: Acting) -> None:
    user = User.objects.get(pk=director.id)
    with acting_in(director):
        again = firms.add_member(user, role=Role.MANAGING_DIRECTOR, by=director)
        assert Membership.objects.filter(user=user).count() == 1
        assert again.role == Role.MANAGING_DIRECTOR


def test_user_of_two_firms_has_the_role_of_each(
    firm: Organisation, other_firm: Organisation, member_of: MemberOf, acting_in: Acting
) -> None:
    lead = member_of(firm, Role.LEAD)
    user = User.objects.get(pk=lead.id)
    with acting_in(Actor.system(other_firm.pk)) as system:
        firms.add_member(user, role=Role.AUDITOR, by=system)
        assert firms.user_actor(other_firm.pk, user).roles == {Role.AUDITOR}
    assert firms.firms_of(user) == [other_firm, firm]


def test_works_agreement_is_recorded(director: Actor, in_firm: Actor) -> None:
    profile = FirmProfile.objects.get()
    firms.record_works_agreement(profile, on=date(2026, 3, 1), by=director)
    profile.refresh_from_db()
    assert profile.works_agreement_on == date(2026, 3, 1)


def test_missing_right_is_refused_by_name() -> None:
    employee = Actor(Organisation().pk, ActorKind.USER, roles=frozenset({Role.EMPLOYEE}))
    with pytest.raises(NotPermitted) as refusal:
        employee.require("plan.publish")
    assert refusal.value.permission == "plan.publish"


def test_unknown_permission_is_an_error_even_for_the_director(director: Actor) -> None:
    with pytest.raises(KeyError):
        director.may("plan.pubish")
    with pytest.raises(KeyError):
        roles_with("plan.pubish")


def test_every_role_has_a_label_and_a_right() -> None:
    assert set(LABELS) == set(Role)
    assert {role for roles in PERMISSIONS.values() for role in roles} == set(Role)


def test_externals_and_agents_never_steer() -> None:
    outside = {Role.FREELANCER, Role.PROVIDER, Role.AGENT}
    for permission in ("plan.write", "plan.publish", "people.read", "people.write", "firm.manage", "care.read"):
        assert not roles_with(permission) & outside, permission


def test_event_reaches_its_handler_in_the_same_transaction(
    firm: Organisation, director: Actor, acting_in: Acting
) -> None:
    heard: list[tuple[str, Actor]] = []
    kind = "test.heard"
    events.on(kind, lambda event, by: heard.append((event.kind, by)))
    with acting_in(director):
        record(Event(kind, firm), by=director)
        assert heard == [(kind, director)]


def test_event_of_another_firm_is_refused(
    director: Actor, other_director: Actor, firm: Organisation, acting_in: Acting
) -> None:
    with acting_in(director), pytest.raises(RuntimeError, match="own firm"):
        record(Event("test.remark", firm), by=other_director)


def test_numbers_run_without_gaps_per_firm_and_kind(director: Actor, other_director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        assert [firms.next_number("order") for _ in range(3)] == [1, 2, 3]
        assert firms.next_number("case") == 1
    with acting_in(other_director):
        assert firms.next_number("order") == 1


def test_number_of_failed_work_is_given_again(director: Actor, acting_in: Acting) -> None:
    with pytest.raises(ZeroDivisionError), acting_in(director):
        firms.next_number("order")
        raise ZeroDivisionError
    with acting_in(director):
        assert firms.next_number("order") == 1


def test_concurrent_numbers_are_distinct_and_without_gaps(
    committed_db: None, director: Actor, acting_in: Acting
) -> None:
    given: list[int] = []
    errors: list[BaseException] = []
    start = threading.Barrier(4)

    def draw() -> None:
        try:
            start.wait()
            for _ in range(10):
                with acting_in(director):
                    given.append(firms.next_number("order"))
        except BaseException as error:  # noqa: BLE001  (shown by the assertion below)
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(given) == list(range(1, 41))
    with acting_in(director):
        assert Counter.objects.get(name="order").last == 40
