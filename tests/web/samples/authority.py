"""Samples of papers for authorities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.web.samples.people import take_on
from tests.web.world import World, listed, sample

if TYPE_CHECKING:
    from werkfluss.care.authority.subjects import Subject


def _subject(world: World) -> Subject:
    from werkfluss.care.authority.subjects import Subject

    return Subject(take_on(world))


@sample("authority_about")
def about(world: World) -> Mapping[str, object]:
    """A freelancer: details of employees wait for the works council."""
    return {"about": "person", "pk": take_on(world).pk}


@sample("authority_paper", "authority_make")
def one_kind(world: World) -> Mapping[str, object]:
    return {"about": "person", "pk": take_on(world).pk, "kind": "status_procedure"}


@sample("authority_made")
def made(world: World) -> Mapping[str, object]:
    from werkfluss.care.domain.authority_papers import prepare_paper

    return {"pk": prepare_paper(_subject(world), "status_procedure", by=world.director).pk}


@sample("authority_file")
def file(world: World) -> Mapping[str, object]:
    return {**made(world), "ending": "pdf"}


@sample("my_authority_file")
def own_file(world: World) -> Mapping[str, object]:
    """The paper of the person who is logged in as provider."""
    from werkfluss.care.authority.subjects import Subject
    from werkfluss.care.domain.authority_papers import prepare_paper
    from werkfluss.org.roles import Role

    person = take_on(world, user=world.users[Role.PROVIDER])
    return {"pk": prepare_paper(Subject(person), "status_procedure", by=world.director).pk}


@sample("authority_end")
def authority(world: World) -> Mapping[str, object]:
    from werkfluss.care.domain.authorities import enter_authority

    name = world.unique("Ausländerbehörde")
    row = enter_authority(
        kind="immigration_office", name=name, place=name, address=name, source=world.mark, by=world.director
    )
    return {"pk": row.pk}


@listed("authority_papers", queries=10)
def one_more(world: World) -> None:
    made(world)
