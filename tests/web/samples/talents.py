"""Samples of the talent network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.web.world import World, listed, sample

if TYPE_CHECKING:
    from werkfluss.engagement.models import Talent


def noted(world: World) -> Talent:
    """Somebody in the network who has consented."""
    from werkfluss.engagement.domain import talents

    made = talents.add_talent(
        name=f"{world.mark} Talent",
        recipient="business",
        origin="public",
        headline=f"{world.mark} dreht",
        by=world.director,
    )
    talents.consent_to_keep(made, changes={}, by=world.director)
    return made


@sample("talent", "talent_contact", "talent_cv", "talent_take_on")
def talent(world: World) -> Mapping[str, object]:
    return {"pk": noted(world).pk}


@sample("talent_source_end")
def source(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.domain import talents

    return {"pk": talents.add_source(kind="university", name=f"{world.mark} Hochschule", by=world.director).pk}


@sample("my_talent")
def own_page(world: World) -> Mapping[str, object]:
    from werkfluss.engagement.domain import talents

    return {"org": world.org.slug, "token": talents.issue_link(noted(world), by=world.director)}


@listed("talents", queries=10)
def one_more(world: World) -> None:
    noted(world)
