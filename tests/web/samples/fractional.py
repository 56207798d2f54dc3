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


@sample("mandate", "mandate_end", "my_mandate", "my_mandate_day")
def mandate(world: World) -> Mapping[str, object]:
    return {"pk": running(world).pk}


@sample("busy_feed")
def feed(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.domain import shared_days
    from werkfluss.org.roles import Role

    return {"token": shared_days.issue_feed(world.users[Role.FREELANCER])}


@listed("mandates", queries=10)
def one_more(world: World) -> None:
    proposed(world)
