"""Samples of legal holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.web.samples.people import take_on
from tests.web.world import World, listed, sample

if TYPE_CHECKING:
    from werkfluss.evidence.models import Hold


def held(world: World) -> Hold:
    """A person of the firm under a hold that lasts."""
    from werkfluss.evidence.domain import holds
    from werkfluss.kernel import clock

    person = take_on(world)
    until = clock.today() + timedelta(days=200)
    return holds.place_hold(person, name=person.name, reason=f"{world.mark} Klage", until=until, by=world.director)


@sample("hold_lift")
def hold(world: World) -> Mapping[str, object]:
    return {"pk": held(world).pk}


@sample("hold_on")
def subject(world: World) -> Mapping[str, object]:
    return {"kind": "workforce.resource", "pk": take_on(world).pk}


@listed("holds", queries=17)
def one_more_hold(world: World) -> None:
    held(world)
