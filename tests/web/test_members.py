"""Members on the pages: invited by mail, let in once, with the rights the roles give, and ended."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.web.world import World
from werkfluss.org.models import Invitation, Membership, User
from werkfluss.org.roles import Role

Browser = Callable[[User | None], Client]
ADDRESS = "nora.neu@eigene.example"


@pytest.fixture
def director(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.MANAGING_DIRECTOR])


@pytest.fixture
def hr(world: World, browser: Browser) -> Client:
    return browser(world.users[Role.HR])


def url(name: str, world: World, **more: object) -> str:
    return reverse(name, kwargs={"firm": world.org.slug, **more})


def invite(client: Client, world: World, *roles: str) -> str:
    """Invite Nora and give back the link of the mail."""
    form = {"name": "Nora Neu", "email": ADDRESS, "language": "de", "chosen": roles or ("employee",)}
    assert client.post(url("member_invite", world), form).headers["Location"] == url("members", world)
    letter = mail.outbox[-1]
    assert letter.to == [ADDRESS]
    return next(line for line in str(letter.body).splitlines() if "/invitation/" in line)


def roles_of(world: World, user: User) -> set[str]:
    with world.open():
        return set(Membership.objects.filter(user=user, ended_at=None).values_list("role", flat=True))


def test_invited_person_comes_in_and_chooses_how_to_sign_in(world: World, hr: Client) -> None:
    link = invite(hr, world, "employee", "lead")
    waiting = hr.get(url("members", world)).content.decode()
    assert "Nora Neu" in waiting
    assert "Leitung, Beschäftigte" in waiting
    guest = Client(HTTP_HOST="localhost")
    assert "Einladung annehmen" in guest.get(link).content.decode()
    assert guest.get(url("start", world)).status_code == 302
    assert guest.post(link).headers["Location"] == reverse("welcome")
    page = guest.get(reverse("welcome")).content.decode()
    assert "Mit einem Passwort" in page
    assert f"{reverse('account_set_password')}?next={url('start', world)}" in page
    secret = {"password1": "ein sehr langes Kennwort", "password2": "ein sehr langes Kennwort"}
    answer = guest.post(f"{reverse('account_set_password')}?next={url('start', world)}", secret)
    assert answer.headers["Location"] == url("start", world)
    user = User.objects.get(email=ADDRESS)
    assert user.check_password("ein sehr langes Kennwort")
    assert roles_of(world, user) == {"employee", "lead"}
    assert guest.get(url("people", world)).status_code == 200
    assert guest.get(url("firm_profile", world)).status_code == 403
    assert "Sie können sich ab jetzt anmelden" in guest.get(reverse("welcome")).content.decode()


def test_link_works_once_and_then_says_what_to_do(world: World, director: Client) -> None:
    link = invite(director, world)
    assert Client(HTTP_HOST="localhost").post(link).status_code == 302
    for method in ("get", "post"):
        answer = getattr(Client(HTTP_HOST="localhost"), method)(link)
        assert answer.status_code == 404
        assert "Diese Einladung gilt nicht mehr" in answer.content.decode()


def test_link_of_one_firm_opens_no_other(world: World, other_world: World, director: Client) -> None:
    link = invite(director, world).replace(f"/invitation/{world.org.slug}/", f"/invitation/{other_world.org.slug}/")
    assert Client(HTTP_HOST="localhost").post(link).status_code == 404
    assert not User.objects.filter(email=ADDRESS).exists()


def test_withdrawn_invitation_no_longer_works(world: World, director: Client) -> None:
    link = invite(director, world)
    with world.open():
        pk = Invitation.objects.get(email=ADDRESS).pk
    director.post(url("invitation_withdraw", world, pk=pk))
    assert Client(HTTP_HOST="localhost").get(link).status_code == 404
    assert "Nora Neu" not in director.get(url("members", world)).content.decode()


def test_sent_again_only_the_new_link_works(world: World, director: Client) -> None:
    old = invite(director, world)
    with world.open():
        pk = Invitation.objects.get(email=ADDRESS).pk
    director.post(url("invitation_again", world, pk=pk))
    new = next(line for line in str(mail.outbox[-1].body).splitlines() if "/invitation/" in line)
    assert new != old
    assert Client(HTTP_HOST="localhost").get(old).status_code == 404
    assert Client(HTTP_HOST="localhost").get(new).status_code == 200


def test_one_address_gets_five_invitations_a_day(world: World, hr: Client) -> None:
    for _ in range(5):
        invite(hr, world)
    sent = len(mail.outbox)
    form = {"name": "Nora Neu", "email": ADDRESS.upper(), "language": "de", "chosen": ["employee"]}
    refused = hr.post(url("member_invite", world), form)
    assert refused.status_code == 422
    assert "laden Sie sie morgen wieder ein" in refused.content.decode()
    assert len(mail.outbox) == sent
    assert hr.post(url("member_invite", world), form | {"email": "otto.neu@eigene.example"}).status_code == 302


def test_accepted_invitation_finds_the_person_of_the_staff_list(world: World, director: Client) -> None:
    from tests.web.samples.people import take_on
    from werkfluss.workforce.models import Resource

    with world.open():
        person = take_on(world, kind="employee", email=ADDRESS)
    Client(HTTP_HOST="localhost").post(invite(director, world))
    with world.open():
        assert Resource.objects.get(pk=person.pk).user == User.objects.get(email=ADDRESS)


def test_hr_is_not_offered_what_it_may_not_give(world: World, hr: Client, director: Client) -> None:
    field = 'value="managing_director"'
    assert field in director.get(url("member_invite", world)).content.decode()
    assert field not in hr.get(url("member_invite", world)).content.decode()
    form = {"name": "Nora", "email": ADDRESS, "language": "de", "chosen": "managing_director"}
    assert hr.post(url("member_invite", world), form).status_code == 422
    with world.open():
        assert not Invitation.objects.filter(email=ADDRESS).exists()


def test_roles_are_changed_at_once(world: World, hr: Client, browser: Browser) -> None:
    user = world.users[Role.EMPLOYEE]
    page = url("member", world, pk=user.pk)
    assert hr.post(page, {"chosen": ["lead"]}).status_code == 302
    assert roles_of(world, user) == {"lead"}
    assert browser(user).get(url("people", world)).status_code == 200
    assert hr.post(page, {}).status_code == 422
    assert roles_of(world, user) == {"lead"}


def test_hr_keeps_the_role_it_may_not_touch(world: World, hr: Client) -> None:
    user = world.users[Role.AUDITOR]
    page = url("member", world, pk=user.pk)
    assert "Mitgliedschaft beenden" not in hr.get(page).content.decode()
    assert hr.post(page, {"chosen": ["employee"]}).status_code == 302
    assert roles_of(world, user) == {"auditor", "employee"}
    assert hr.post(url("member_end", world, pk=user.pk)).status_code == 403


def test_ended_member_is_out_at_once(world: World, director: Client, browser: Browser) -> None:
    user = world.users[Role.EMPLOYEE]
    employee = browser(user)
    assert employee.get(url("start", world)).status_code == 200
    assert director.post(url("member_end", world, pk=user.pk)).status_code == 302
    assert employee.get(url("start", world)).status_code == 404
    assert director.get(url("member", world, pk=user.pk)).status_code == 404


def test_last_director_is_kept_with_advice(world: World, director: Client) -> None:
    user = world.users[Role.MANAGING_DIRECTOR]
    answer = director.post(url("member", world, pk=user.pk), {"chosen": ["employee"]})
    assert answer.status_code == 422
    assert "letzte Geschäftsführung" in answer.content.decode()
    assert roles_of(world, user) == {"managing_director"}
    assert "Das sind Sie selbst" in director.get(url("member", world, pk=user.pk)).content.decode()


def test_lead_sees_the_list_without_a_way_to_change_it(world: World, browser: Browser) -> None:
    html = browser(world.users[Role.LEAD]).get(url("members", world)).content.decode()
    assert f"{world.mark} hr" in html
    assert "Mitglied einladen" not in html
    assert url("member", world, pk=world.users[Role.HR].pk) not in html


def test_external_has_one_entry_for_the_own_work(world: World, browser: Browser) -> None:
    for role in (Role.FREELANCER, Role.PROVIDER):
        html = browser(world.users[role]).get(url("start", world)).content.decode()
        assert "Meine Aufträge" in html
        assert "Meine Aufgaben" not in html
    assert "Meine Aufgaben" in browser(world.users[Role.EMPLOYEE]).get(url("start", world)).content.decode()
