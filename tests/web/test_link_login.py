"""A link from a mail: looking changes nothing, confirming logs its one person in, once, and no further than the own."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.web.world import World
from werkfluss.org.models import LoginLink, User
from werkfluss.org.roles import Role
from werkfluss.web import limits


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


def test_link_is_opened_so_often_and_no_more(
    address: str, visitor: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.SECRET_RATES, "opened", "2/h/key")
    assert [visitor.get(address).status_code for _ in range(3)] == [200, 200, 429]
    refused = visitor.post(address)
    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
    assert logged_in(visitor) == ""
    assert world.users[Role.FREELANCER].name not in refused.content.decode()
    with world.open():
        assert LoginLink.objects.filter(used_at=None).exists()
    stranger = reverse("link", kwargs={"org": world.org.slug, "token": "other"})
    assert visitor.get(stranger).status_code == 404, "the limit is that of one link"


def test_wrong_links_are_counted_by_network_address_in_the_database(
    address: str, visitor: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.SECRET_RATES, "wrong", "3/h/ip")
    guesses = [
        reverse("link", kwargs={"org": world.org.slug, "token": "a"}),
        reverse("invitation", kwargs={"org": world.org.slug, "token": "b"}),
        reverse("link", kwargs={"org": "niemand", "token": "c"}),
    ]
    assert [visitor.get(guess).status_code for guess in guesses] == [404, 404, 404]
    assert visitor.get(guesses[0]).status_code == 429
    assert visitor.get(address).status_code == 429, "also the right one, from there"
    assert visitor.get(address, REMOTE_ADDR="192.0.2.7").status_code == 200
    with connection.cursor() as cursor:
        # Another process, or this one after a restart, finds the count there.
        cursor.execute("SELECT count(*) FROM org_cache WHERE cache_key LIKE '%werkfluss.links:wrong%'")
        assert cursor.fetchone() == (1,)


def test_limit_says_what_to_do_in_both_languages(
    address: str, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.SECRET_RATES, "opened", "0/h/key")
    assert "bitten Sie die Firma, von der die E-Mail kam" in visitor.get(address).content.decode()
    english = visitor.get(address, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "ask the firm that sent you the mail for a new link" in english


def test_limit_of_the_log_in_shows_the_same_page(world: World, visitor: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "0/m/ip"}
    answer = visitor.post(reverse("account_login"), {"login": "x@eigene.example", "password": "falsch"})
    assert answer.status_code == 429
    assert "Zu viele Versuche" in answer.content.decode()
