"""Inviting, accepting, changing roles, ending: each by the right person, and never without a managing director."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connections

from werkfluss.kernel import clock
from werkfluss.kernel.errors import NotPermitted, Refused
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.domain import feeds, firms, members
from werkfluss.org.models import Entry, FeedToken, Invitation, LoginLink, Membership, Organisation, User
from werkfluss.org.roles import Role

Acting = Callable[[Actor], AbstractContextManager[Actor]]
MemberOf = Callable[..., Actor]
ADDRESS = "neu@muster.example"


def token_of(letter: str) -> str:
    found = re.search(r"/invitation/muster/([\w-]+)/", letter)
    assert found is not None
    return found[1]


def invite(by: Actor, *roles: Role, **more: str) -> tuple[Invitation, str]:
    """An invitation and the token that only the mail holds."""
    made = members.invite_member(ADDRESS, name="Nora Neu", roles=roles or (Role.EMPLOYEE,), by=by, **more)
    return made, token_of(str(mail.outbox[-1].body))


def accept(firm: Organisation, token: str) -> User:
    return members.accept_invitation(token, by=Actor.system(firm.pk))


def roles_of(user: User) -> set[str]:
    return set(Membership.objects.filter(user=user, ended_at=None).values_list("role", flat=True))


def test_invited_person_becomes_a_member_with_an_own_way_in(
    firm: Organisation, member_of: MemberOf, in_firm: Actor
) -> None:
    invitation, token = invite(member_of(firm, Role.HR), Role.LEAD, Role.EMPLOYEE)
    letter = mail.outbox[-1]
    assert letter.to == [ADDRESS]
    assert "als: Leitung, Beschäftigte" in letter.body
    assert invitation.roles == ["lead", "employee"]
    assert token.encode() not in bytes(invitation.digest)
    user = accept(firm, token)
    assert (user.email, user.name, user.has_usable_password()) == (ADDRESS, "Nora Neu", False)
    assert roles_of(user) == {"lead", "employee"}


def test_letter_speaks_the_chosen_language(firm: Organisation, in_firm: Actor) -> None:
    invite(in_firm, language="en")
    assert "invites you" in mail.outbox[-1].body
    assert "as: Employee" in mail.outbox[-1].body


def test_link_works_once(firm: Organisation, in_firm: Actor) -> None:
    _, token = invite(in_firm)
    assert members.invitation_of(token) is not None
    accept(firm, token)
    assert members.invitation_of(token) is None
    with pytest.raises(Refused):
        accept(firm, token)


def test_withdrawn_expired_or_unknown_link_says_the_same(firm: Organisation, in_firm: Actor) -> None:
    said = set()
    invitation, withdrawn = invite(in_firm)
    members.withdraw_invitation(invitation, by=in_firm)
    invitation, expired = invite(in_firm)
    invitation.edit(expires_at=clock.now() - timedelta(seconds=1))
    for token in (withdrawn, expired, "never"):
        with pytest.raises(Refused) as refused:
            accept(firm, token)
        said.add(refused.value.reason)
    assert len(said) == 1
    assert not User.objects.filter(email=ADDRESS).exists()
    with pytest.raises(Refused):
        members.withdraw_invitation(Invitation.objects.get(withdrawn_at__isnull=False), by=in_firm)


def test_second_invitation_ends_the_first(firm: Organisation, in_firm: Actor) -> None:
    _, first = invite(in_firm)
    _, second = invite(in_firm)
    assert members.invitation_of(first) is None
    assert members.invitation_of(second) is not None
    assert members.open_invitations().count() == 1


def test_person_of_another_firm_keeps_the_login(firm: Organisation, in_firm: Actor) -> None:
    known = User.objects.create_user(ADDRESS, "ein langes Kennwort", name="Nora Alt")
    _, token = invite(in_firm)
    user = accept(firm, token)
    assert user.pk == known.pk
    assert (user.name, user.check_password("ein langes Kennwort")) == ("Nora Alt", True)


def test_erased_person_is_not_let_in_again(firm: Organisation, in_firm: Actor) -> None:
    User.objects.create_user(ADDRESS, name="Nora").__class__.objects.update(is_active=False)
    _, token = invite(in_firm)
    with pytest.raises(Refused):
        accept(firm, token)


def test_member_is_not_invited_again(firm: Organisation, in_firm: Actor) -> None:
    _, token = invite(in_firm)
    accept(firm, token)
    with pytest.raises(Refused, match="member of this firm"):
        invite(in_firm)


@pytest.mark.parametrize("roles", [(), (Role.FREELANCER,), (Role.AGENT, Role.LEAD)])
def test_role_is_chosen_and_given_by_hand(roles: tuple[Role, ...], in_firm: Actor) -> None:
    with pytest.raises(Refused):
        members.invite_member(ADDRESS, name="Nora", roles=roles, by=in_firm)
    assert not mail.outbox


@pytest.mark.parametrize("role", [Role.MANAGING_DIRECTOR, Role.AUDITOR])
def test_hr_cannot_give_or_take_what_sees_more(
    role: Role, firm: Organisation, member_of: MemberOf, in_firm: Actor
) -> None:
    hr, other = member_of(firm, Role.HR), member_of(firm, role, "other@muster.example")
    with pytest.raises(NotPermitted):
        members.invite_member(ADDRESS, name="Nora", roles=[role], by=hr)
    user = User.objects.get(pk=other.id)
    with pytest.raises(NotPermitted):
        members.set_roles(user, roles=[Role.EMPLOYEE], by=hr)
    with pytest.raises(NotPermitted):
        members.end_member(user, by=hr)
    assert roles_of(user) == {role.value}


@pytest.mark.parametrize("role", [Role.LEAD, Role.EMPLOYEE, Role.WORKS_COUNCIL, Role.AUDITOR, Role.FREELANCER])
def test_other_roles_manage_no_members(role: Role, firm: Organisation, member_of: MemberOf, in_firm: Actor) -> None:
    other = member_of(firm, role)
    user = User.objects.get(pk=in_firm.id)
    for act in (
        lambda: members.invite_member(ADDRESS, name="Nora", roles=[Role.EMPLOYEE], by=other),
        lambda: members.set_roles(user, roles=[Role.EMPLOYEE], by=other),
        lambda: members.end_member(user, by=other),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_roles_are_given_and_taken(firm: Organisation, member_of: MemberOf, in_firm: Actor) -> None:
    user = User.objects.get(pk=member_of(firm, Role.EMPLOYEE).id)
    firms.add_member(user, role=Role.FREELANCER, by=in_firm)
    members.set_roles(user, roles=[Role.LEAD, Role.HR], by=in_firm)
    assert roles_of(user) == {"lead", "hr", "freelancer"}
    members.set_roles(user, roles=[Role.HR], by=in_firm)
    assert roles_of(user) == {"hr", "freelancer"}
    assert Membership.objects.filter(user=user, role="lead").exclude(ended_at=None).count() == 1


def test_hr_does_not_widen_the_own_rights(firm: Organisation, member_of: MemberOf, in_firm: Actor) -> None:
    hr = member_of(firm, Role.HR)
    with pytest.raises(Refused, match="your own roles"):
        members.set_roles(User.objects.get(pk=hr.id), roles=[Role.HR, Role.LEAD], by=hr)


def test_last_managing_director_stays(firm: Organisation, member_of: MemberOf, in_firm: Actor) -> None:
    last = User.objects.get(pk=in_firm.id)
    with pytest.raises(Refused, match="last managing director"):
        members.set_roles(last, roles=[Role.EMPLOYEE], by=in_firm)
    second = member_of(firm, Role.MANAGING_DIRECTOR, "second@muster.example")
    members.end_member(last, by=second)
    assert roles_of(last) == set()
    with pytest.raises(Refused, match="remove themselves"):
        members.end_member(User.objects.get(pk=second.id), by=second)


def test_locked_out_director_does_not_count(firm: Organisation, member_of: MemberOf, in_firm: Actor) -> None:
    gone = member_of(firm, Role.MANAGING_DIRECTOR, "gone@muster.example")
    User.objects.filter(pk=gone.id).update(is_active=False)
    with pytest.raises(Refused, match="last managing director"):
        members.set_roles(User.objects.get(pk=in_firm.id), roles=[Role.EMPLOYEE], by=in_firm)


def test_ended_member_has_no_way_in_left(firm: Organisation, member_of: MemberOf, in_firm: Actor) -> None:
    actor = member_of(firm, Role.EMPLOYEE)
    user = User.objects.get(pk=actor.id)
    feeds.issue_feed(user, by=actor)
    soon = clock.now() + timedelta(days=1)
    LoginLink.objects.create(user=user, digest=b"x" * 32, target="/o/muster/", expires_at=soon)
    members.end_member(user, by=in_firm)
    assert firms.user_actor(firm.pk, user).roles == frozenset()
    assert not FeedToken.objects.filter(user=user, revoked_at=None).exists()
    assert not LoginLink.objects.filter(user=user, expires_at__gt=clock.now()).exists()
    with pytest.raises(Refused, match="no member"):
        members.end_member(user, by=in_firm)


def test_agent_is_no_member_to_manage(firm: Organisation, member_of: MemberOf, in_firm: Actor) -> None:
    user = User.objects.get(pk=member_of(firm, Role.AGENT).id)
    with pytest.raises(Refused, match="AI agent"):
        members.set_roles(user, roles=[Role.EMPLOYEE], by=in_firm)
    with pytest.raises(Refused, match="AI agent"):
        members.end_member(user, by=in_firm)
    assert roles_of(user) == {"agent"}


@pytest.mark.usefixtures("committed_db")
def test_everything_is_in_the_chain(firm: Organisation, director: Actor, acting_in: Acting) -> None:
    with acting_in(director):
        _, token = invite(director)
    with acting_in(Actor.system(firm.pk)):
        user = accept(firm, token)
    with acting_in(director):
        members.end_member(user, by=director)
    with acting_in(director):
        rows = list(Entry.objects.order_by("seq").values_list("kind", "actor_kind", "actor_id"))
    assert rows[-4:] == [
        ("org.invitation.sent", ActorKind.USER, director.id),
        ("org.membership.added", ActorKind.USER, user.pk),
        ("org.invitation.accepted", ActorKind.USER, user.pk),
        ("org.membership.ended", ActorKind.USER, director.id),
    ]


@pytest.mark.usefixtures("committed_db")
def test_two_directors_cannot_remove_each_other(
    firm: Organisation, director: Actor, member_of: MemberOf, acting_in: Acting
) -> None:
    second = member_of(firm, Role.MANAGING_DIRECTOR, "second@muster.example")
    start, faults = threading.Barrier(2), []

    def remove(by: Actor, other: Actor) -> None:
        try:
            start.wait()
            with acting_in(by):
                members.end_member(User.objects.get(pk=other.id), by=by)
        except Refused as refused:
            faults.append(refused)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=remove, args=pair) for pair in ((director, second), (second, director))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with acting_in(Actor.system(firm.pk)):
        assert Membership.objects.filter(role=Role.MANAGING_DIRECTOR.value, ended_at=None).count() == 1
    assert len(faults) == 1
