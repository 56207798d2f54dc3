"""What the search is asked in the tests that walk all pages: a part of the mark in every text of both firms."""

from __future__ import annotations

from collections.abc import Mapping

from tests.web.world import World, listed, sample


@sample("search")
def search(_world: World) -> Mapping[str, object]:
    return {"?": "q=marke"}


@listed("search", queries=15)
def one_more_thing(world: World) -> None:
    from tests.web.samples.people import document, take_on

    take_on(world)
    document(world)
