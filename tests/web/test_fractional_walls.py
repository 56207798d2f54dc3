"""One executive in two firms: marked texts of the one are nowhere in the other, whoever looks and whatever is exported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from tests.web import world as worlds
from tests.web.looking import content_of, further_looks
from tests.web.world import World
from werkfluss.org.models import User
from werkfluss.org.roles import Role, roles_with
from werkfluss.web.access import TABLE

if TYPE_CHECKING:
    from werkfluss.engagement.models import Mandate
    from werkfluss.org.actor import Actor

worlds.load_samples()
CANARY = "KANARIENVOGEL"
PAGES = sorted(name for name, rule in TABLE.items() if "GET" in rule.methods and "<slug:firm>" in rule.route)
# What a member of the other firm looks at who wants to know; every page of every role is drawn in ``test_pages.py``.
CURIOUS = ("start", "mandates", "people", "orders", "evidence", "deadlines", "powers", "competitors", "documents",
           "mandate_decisions", "members", "payments", "approvals", "planner", "projects", "calendar_feed")  # fmt: skip


@contextmanager
def inside(world: World, user: User) -> Iterator[Actor]:
    from werkfluss.org import tenancy
    from werkfluss.org.domain import firms

    with world.open():
        actor = firms.user_actor(world.org.pk, user)
    with tenancy.acting(world.org.pk, actor) as by:
        yield by


def mandate_in(world: World, user: User, *, mark: str) -> Mandate:
    """The person in one firm, with a share that is agreed and texts that carry the mark."""
    from werkfluss.engagement.domain import fractional, shared_days
    from werkfluss.kernel import clock
    from werkfluss.org.domain import firms
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind

    today = clock.today()
    with world.open() as by:
        rate = resources.set_rate(name=f"{mark} Satz", cents_per_hour=15000, by=by)
        person = resources.add_resource(
            kind=Kind.FRACTIONAL, name=user.name, title=f"{mark} Titel", rate=rate, user=user, by=by
        )
        firms.add_member(user, role=Role.FREELANCER, by=by)
        firms.add_member(user, role=Role.LEAD, by=by)
        terms = fractional.Terms(f"{mark} Finanzen", Decimal(1), "week", today, today + timedelta(days=90))
        made = fractional.propose_share(person, terms, by=by)
    shared_days.declare_total(user, Decimal(5))
    shared_days.accept_share(user, world.org.pk, made.pk)
    return made


def plant(world: World, user: User, made: Mandate) -> None:
    """A marked text wherever this firm keeps one of the person."""
    from werkfluss.compliance.domain.deadlines import set_deadline
    from werkfluss.engagement.domain import authority_limits, conflicts, decision_log, fractional, orders
    from werkfluss.kernel import clock
    from werkfluss.kernel.text import Text

    today = clock.today()
    with inside(world, user) as own:
        conflicts.declare(made, conflicts.Answers("no", "yes", "no", (f"{CANARY} Beteiligung",)), by=own)
        decision_log.decide(made, what=f"{CANARY} entschieden", why=f"{CANARY} Grund", basis=CANARY, by=own)
        fractional.place_day(made, today + timedelta(days=1), by=own)
    with world.open() as by:
        conflicts.add_competitor(name=f"{CANARY} Wettbewerb", by=by)
        person = made.resource
        new = authority_limits.NewLimit("payment", 100_00, today, f"{CANARY} Vertrag")
        authority_limits.grant_limit(person, new, by=by)
        orders.draft_order(
            person,
            title=f"{CANARY} Auftrag",
            brief=CANARY,
            criteria=[CANARY],
            price_cents=100,
            first_day=today,
            last_day=today,
            by=by,
        )
        title = Text(f"{CANARY} Termin", f"{CANARY} date")
        set_deadline(person, code="x", title=title, due=today, lead_days=1, who="hr", basis=CANARY, by=by)


def client_of(user: User) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def found(client: Client, url: str) -> list[str]:
    """Where the canary is heard behind an address: the page, its workbook, its search, whatever it redirects to."""
    page = client.get(url, follow=True)
    looks = [page, *further_looks(client, page, url)]
    looks += [client.get(f"{url}{'&' if '?' in url else '?'}q={CANARY[:8]}") for _ in looks[1:2]]
    return [url for look in looks if CANARY.encode() in content_of(look).replace(url.encode(), b"")]


@pytest.fixture
def person(world: World, other_world: World) -> User:
    from werkfluss.org.models import User

    user = User.objects.create_user("stein@cfo.example", "ein langes Kennwort", name="Dr. Ulrike Stein")
    plant(world, user, mandate_in(world, user, mark=CANARY))
    mandate_in(other_world, user, mark="ANDERSWO")
    return user


def test_nothing_passes_but_busy_times(world: World, other_world: World, person: User) -> None:
    from werkfluss.org.domain import feeds

    own = client_of(person)
    held = [name for name in PAGES if {Role.FREELANCER, Role.LEAD} & roles_with(TABLE[name].permission)]
    assert len(held) > 80
    assert found(own, reverse("my_decisions", kwargs={"firm": world.org.slug})), "a leak would show"
    heard = [where for name in held for where in found(own, other_world.url(name))]
    director = client_of(other_world.users[Role.MANAGING_DIRECTOR])
    heard += [where for name in CURIOUS for where in found(director, other_world.url(name))]
    heard += found(director, reverse("search", kwargs={"firm": other_world.org.slug}) + f"?q={CANARY[:8]}")
    with inside(other_world, person) as by:
        token = feeds.issue_feed(person, by=by)
    heard += found(own, reverse("feed", kwargs={"place": other_world.org.slug, "token": token}))
    assert heard == []


def test_mandate_of_the_other_firm_shows_busy_days_only(world: World, other_world: World, person: User) -> None:
    from werkfluss.engagement.models import Mandate

    with other_world.open():
        key = Mandate.objects.get(resource__user=person).pk
    client = client_of(other_world.users[Role.MANAGING_DIRECTOR])
    shown = content_of(client.get(reverse("mandate", kwargs={"firm": other_world.org.slug, "pk": key}))).decode()
    assert "nicht verfügbar" in shown
    for text in (CANARY, world.mark, world.org.slug):
        assert text not in shown


def test_own_pages_give_each_firm_its_own_and_files_no_firm_at_all(
    world: World, other_world: World, person: User
) -> None:
    from werkfluss.engagement.domain import shared_days

    own = client_of(person)
    shown = content_of(own.get(reverse("my_firms"))).decode()
    assert world.org.name in shown
    assert other_world.org.name in shown
    assert "entschieden" not in shown
    assert f"{CANARY} Vertrag" not in shown
    feed = content_of(own.get(reverse("busy_feed", kwargs={"token": shared_days.issue_feed(person)}))).decode()
    file = content_of(own.post(reverse("my_busy_file"))).decode(errors="replace")
    assert feed.count("BEGIN:VEVENT") == 1
    for text in (CANARY, "ANDERSWO", world.mark, other_world.mark, "Stein", "stein"):
        assert text not in feed
        assert text not in file
    stranger = client_of(world.users[Role.MANAGING_DIRECTOR])
    assert CANARY not in content_of(stranger.get(reverse("my_firms"))).decode()
