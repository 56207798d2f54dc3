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
    order.refresh_from_db()
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


def timed_order(world: World) -> Order:
    """An order under way with agreed times: a clock runs from a question of the firm."""
    from werkfluss.engagement.domain import offers, service_levels

    order = order_of(world)
    levels = [{"kind": "response", "hours": 8}, {"kind": "rework", "hours": 8}]
    terms = {"zone": "Europe/Berlin", "levels": levels, "weekdays": [0, 1, 2, 3, 4], "penalty": world.unique("Strafe")}
    service_levels.set_terms(order, terms, by=world.director)
    offer = order.offers.get(state="sent")
    offers.accept_offer(offer, by=head(world))
    order.refresh_from_db()
    offers.answer_question(order, text=world.unique("Frage"), by=world.director)
    return order


def clock_of(world: World, *, reported: bool) -> Mapping[str, object]:
    """A reserved defect that runs, or is reported as mended."""
    from werkfluss.engagement.domain import deliveries, service_levels
    from werkfluss.kernel import clock

    order = timed_order(world)
    delivery = deliveries.deliver_order(order, text=world.unique("Fertig"), by=head(world))
    defects = [world.unique("Mangel")]
    deliveries.accept_delivery(delivery, met=[True], defects=defects, mend_by=clock.today(), by=world.director)
    row = service_levels.clocks_of(order).get(kind="rework")
    if reported:
        service_levels.report_mended(row, text=world.unique("Behoben"), by=head(world))
    return {"pk": row.pk}


@sample(
    *("order_team", "order_hand_over", "order_cards", "order_times"),
    *("my_order_team", "my_order_hand_over", "my_order_cards"),
)
def together(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.domain import hand_over

    order = timed_order(world)
    says = {name: world.unique(name) for name in ("standing", "done", "questions", "next_step", "role")}
    hand_over.write_card(order, **says, by=world.director)
    return {"pk": order.pk}


@sample("clock_severity")
def question_clock(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.domain import service_levels

    return {"pk": service_levels.clocks_of(timed_order(world)).get(kind="response").pk}


@sample("clock_mended")
def reported(world: World) -> Mapping[str, object]:
    return clock_of(world, reported=True)


@sample("my_clock_mended")
def to_mend(world: World) -> Mapping[str, object]:
    return clock_of(world, reported=False)


@sample("hand_over_take")
def card_of_partner(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.domain import hand_over

    texts = {"standing": world.unique("Stand"), "next_step": world.unique("Schritt")}
    return {"pk": hand_over.write_card(order_of(world), **texts, by=head(world)).pk}


@sample("my_hand_over_take")
def card_of_firm(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.domain import hand_over

    texts = {"standing": world.unique("Stand"), "next_step": world.unique("Schritt")}
    return {"pk": hand_over.write_card(order_of(world), **texts, by=world.director).pk}


@listed("partners", queries=10)
def one_more_team(world: World) -> None:
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind

    rate = resources.set_rate(name=f"{world.mark} Partner", cents_per_hour=7000, by=world.director)
    resources.add_resource(kind=Kind.PARTNER, name=world.unique("Team"), rate=rate, by=world.director)


@listed("partner", queries=18)
def one_more_order(world: World) -> None:
    order_of(world)


@listed("my_team", queries=17, reader="provider")
def one_more_own_order(world: World) -> None:
    order_of(world)
