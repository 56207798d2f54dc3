"""A link from a mail: looking changes nothing, confirming logs its one person in, once, and no further than the own."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from tests.web.world import World
from werkfluss.org.models import LoginLink, User
from werkfluss.org.roles import Role


@pytest.fixture
def address(world: World) -> str:
    from werkfluss.engagement.domain import links

    with world.open() as by:
        target = reverse("my_orders", kwargs={"firm": world.org.slug})
        _, token = links.issue_link(world.users[Role.FREELANCER], target=target, by=by)
    return reverse("link", kwargs={"org": world.org.slug, "token": token})


@pytest.fixture
def visitor() -> Client:
    return Client(HTTP_HOST="localhost")


def logged_in(visitor: Client) -> str:
    return str(visitor.session.get("_auth_user_id", ""))


def test_looking_at_a_link_does_nothing(address: str, visitor: Client, world: World) -> None:
    for _ in range(3):
        page = visitor.get(address)
        assert page.status_code == 200
        assert world.users[Role.FREELANCER].name in page.content.decode()
    assert logged_in(visitor) == ""
    with world.open():
        assert LoginLink.objects.filter(used_at=None).exists()


def test_confirming_logs_the_person_in_once(address: str, visitor: Client, world: World) -> None:
    user = world.users[Role.FREELANCER]
    answer = visitor.post(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/o/{world.org.slug}/my-orders/")
    assert logged_in(visitor) == str(user.pk)
    assert EmailAddress.objects.get(user=user).verified
    assert visitor.get(f"/o/{world.org.slug}/my-orders/").status_code == 200
    assert visitor.get(f"/o/{world.org.slug}/orders/").status_code == 403
    second = Client(HTTP_HOST="localhost")
    assert second.post(address).status_code == 404
    assert logged_in(second) == ""


def test_second_factor_is_still_asked_for(address: str, visitor: Client, world: World) -> None:
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(
        user=world.users[Role.FREELANCER], type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"}
    )
    answer = visitor.post(address)
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert logged_in(visitor) == ""


def test_wrong_or_foreign_link_says_the_same(visitor: Client, world: World, other_world: World, address: str) -> None:
    token = address.rstrip("/").rsplit("/", 1)[-1]
    for url in (
        reverse("link", kwargs={"org": world.org.slug, "token": "wrong"}),
        reverse("link", kwargs={"org": other_world.org.slug, "token": token}),
    ):
        page = visitor.get(url)
        assert page.status_code == 404
        assert world.mark not in page.content.decode()
        assert visitor.post(url).status_code == 404
    assert logged_in(visitor) == ""


def test_blocked_person_cannot_use_a_link(address: str, visitor: Client, world: World) -> None:
    User.objects.filter(pk=world.users[Role.FREELANCER].pk).update(is_active=False)
    assert visitor.post(address).status_code == 404
