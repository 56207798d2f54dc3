"""Samples of mandates: one that waits for the person, and one that runs, of the freelancer of the world."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.web.world import World, listed, sample

if TYPE_CHECKING:
    from werkfluss.engagement.models import Mandate


def proposed(world: World) -> Mandate:
    """A share that a firm asks the freelancer of the world for, whose first resource in the dictionary is another."""
    from werkfluss.engagement.domain import fractional
    from werkfluss.kernel import clock
    from werkfluss.org.roles import Role
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind

    by, user = world.director, world.users[Role.FREELANCER]
    rate = resources.set_rate(name=f"{world.mark} Führung", cents_per_hour=15000, by=by)
    person = resources.add_resource(
        kind=Kind.FRACTIONAL, name=world.unique("zuletzt Führung"), rate=rate, email=user.email, user=user, by=by
    )
    first = clock.today()
    terms = fractional.Terms(f"{world.mark} Finanzen", Decimal(1), "week", first, first + timedelta(days=200))
    return fractional.propose_share(person, terms, by=by)


def running(world: World) -> Mandate:
    """The same, agreed, with days that the person places."""
    from werkfluss.engagement.domain import fractional
    from werkfluss.org.roles import Role

    made = proposed(world)
    fractional.agree(made, by=world.actors[Role.FREELANCER])
    made.refresh_from_db()
    return made


@sample("mandate", "mandate_end", "my_mandate", "my_mandate_day", "my_mandate_conflicts", "my_mandate_decide")
def mandate(world: World) -> Mapping[str, object]:
    made = running(world)
    decided(world, made)
    return {"pk": made.pk}


def decided(world: World, made: Mandate) -> None:
    from werkfluss.engagement.domain import decision_log
    from werkfluss.org.roles import Role

    what, why = world.unique("Entscheidung"), f"{world.mark} Grund"
    decision_log.decide(made, what=what, why=why, by=world.actors[Role.FREELANCER])


@sample("power_end")
def limit(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.domain import authority_limits
    from werkfluss.kernel import clock

    basis = f"{world.mark} Vertrag"
    new = authority_limits.NewLimit("payment", 1000_00, clock.today(), basis, month_cents=5000_00)
    return {"pk": authority_limits.grant_limit(running(world).resource, new, by=world.director).pk}


@sample("conflict_waive")
def declared(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.domain import conflicts
    from werkfluss.org.roles import Role

    answers = conflicts.Answers("no", "yes", "no", (f"{world.mark} Anlagen",))
    return {"pk": conflicts.declare(running(world), answers, by=world.actors[Role.FREELANCER]).pk}


@sample("competitor_end")
def competitor(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.domain import conflicts

    return {"pk": conflicts.add_competitor(name=world.unique("Wettbewerb"), by=world.director).pk}


@sample("power_sign")
def to_sign(world: World) -> Mapping[str, object]:
    from werkfluss.kernel.ids import new_id

    return {"kind": "payment", "pk": new_id()}


@sample("busy_feed")
def feed(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.domain import shared_days
    from werkfluss.org.roles import Role

    return {"token": shared_days.issue_feed(world.users[Role.FREELANCER])}


@listed("mandates", queries=10)
def one_more(world: World) -> None:
    proposed(world)


@listed("powers", queries=10)
def one_more_limit(world: World) -> None:
    limit(world)


@listed("mandate_decisions", queries=10)
def one_more_decision(world: World) -> None:
    decided(world, running(world))


@listed("my_decisions", queries=10, reader="freelancer")
def one_more_of_mine(world: World) -> None:
    decided(world, running(world))
