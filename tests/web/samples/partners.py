"""Samples of partner teams: the team of whoever is logged in as provider, its people, capacity, sub-processors, orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.web.world import World, listed, sample

if TYPE_CHECKING:
    from werkfluss.engagement.models import CapacityOffer, Order, SubProcessor
    from werkfluss.org.actor import Actor
    from werkfluss.workforce.models import Resource


def team_of(world: World) -> Resource:
    """The partner team whose login is the provider of this firm."""
    from werkfluss.org.roles import Role
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind, Resource

    user = world.users[Role.PROVIDER]
    found = Resource.objects.filter(user=user, kind=Kind.PARTNER).order_by("number").first()
    if found is not None:
        return found
    rate = resources.set_rate(name=f"{world.mark} Partner", cents_per_hour=7000, by=world.director)
    name = world.unique("Partnerteam")
    return resources.add_resource(
        kind=Kind.PARTNER, name=name, rate=rate, user=user, email=user.email, by=world.director
    )


def head(world: World) -> Actor:
    from werkfluss.org.roles import Role

    return world.actors[Role.PROVIDER]


def order_of(world: World) -> Order:
    """An order to the team that was offered and accepted."""
    from werkfluss.compliance.domain.facts import record_fact
    from werkfluss.engagement.domain import offers, orders
    from werkfluss.kernel import clock

    team = team_of(world)
    for name in ("client_instructs", "integrated", "licence"):
        record_fact(team, name=name, value=False, source="Vertrag", valid_from=date(2026, 1, 1), by=world.director)
    today = clock.today()
    order = orders.draft_order(
        team,
        title=world.unique("Schaltplan"),
        brief=world.unique("Blatt"),
        criteria=[world.unique("Kriterium")],
        price_cents=100_000,
        first_day=today,
        last_day=today + timedelta(days=20),
        export_controlled=False,
        by=world.director,
    )
    offers.accept_offer(orders.send_offer(order, by=world.director), by=head(world))
    return order


def capacity_of(world: World) -> CapacityOffer:
    from werkfluss.engagement.domain import capacity
    from werkfluss.kernel import clock
    from werkfluss.workforce.models import Skill

    name = f"{world.mark} SPS"
    skill, _made = Skill.objects.get_or_create(
        key=f"{world.mark.lower()}-sps", defaults={"name_de": name, "name_en": name}
    )
    today = clock.today()
    return capacity.offer_capacity(
        team_of(world),
        skill=skill,
        minutes_per_week=600,
        first_day=today,
        last_day=today + timedelta(days=30),
        price_cents=7000,
        price_per="hour",
        note=world.unique("Hinweis"),
        by=head(world),
    )


def processor_of(world: World) -> SubProcessor:
    from werkfluss.engagement.domain import sub_processors

    says = {
        "name": world.unique("Hosting"),
        "country": "IN",
        "purpose": world.unique("Server"),
        "data_class": "ordinary",
    }
    return sub_processors.declare(team_of(world), **says, by=head(world))


@sample("partner")
def partner(world: World) -> Mapping[str, object]:
    order_of(world)
    return {"pk": team_of(world).pk}


@sample("partner_capacity", "my_team_capacity_withdraw")
def capacity_offer(world: World) -> Mapping[str, object]:
    return {"pk": capacity_of(world).pk}


@sample("partner_sub_processor", "my_team_declared_end")
def sub_processor(world: World) -> Mapping[str, object]:
    return {"pk": processor_of(world).pk}


@sample("my_team_remove")
def member(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.domain import partners

    address = f"{world.unique('person').replace(' ', '-').lower()}@partner.example"
    name = world.unique("Mitglied")
    return {"pk": partners.invite_member(team_of(world), email=address, name=name, role="technical", by=head(world)).pk}


@listed("partners", queries=10)
def one_more_team(world: World) -> None:
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind

    rate = resources.set_rate(name=f"{world.mark} Partner", cents_per_hour=7000, by=world.director)
    resources.add_resource(kind=Kind.PARTNER, name=world.unique("Team"), rate=rate, by=world.director)


@listed("partner", queries=17)
def one_more_order(world: World) -> None:
    order_of(world)


@listed("my_team", queries=17, reader="provider")
def one_more_own_order(world: World) -> None:
    order_of(world)
