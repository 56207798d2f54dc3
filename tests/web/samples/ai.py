"""Samples of the AI files: a tool in use, a training, papers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from tests.web.world import World, listed, sample

if TYPE_CHECKING:
    from werkfluss.agents.models import AiUse
    from werkfluss.workforce.models import Resource


def freelancer(world: World) -> Resource:
    from werkfluss.workforce.domain import resources
    from werkfluss.workforce.models import Kind

    rate = resources.set_rate(name=world.unique("Satz KI"), cents_per_hour=9_000, by=world.director)
    return resources.add_resource(kind=Kind.FREELANCER, name=world.unique("Freie"), rate=rate, by=world.director)


def use_of(world: World, *, people: list[Resource] | None = None, **says: Any) -> AiUse:
    from werkfluss.agents.domain import inventory
    from werkfluss.org.models import User

    default = {
        "name": world.unique("Chat"),
        "template": "chat",
        "purpose": "Entwürfe für Angebote",
        "provider": "Beispielanbieter",
        "responsible": User.objects.get(pk=world.director.id),
        "place": "IE",
        "data_classes": ["internal", "personal"],
        "agreement": "yes",
        "safeguard": "",
        "used_from": date(2026, 1, 1),
        "next_review": date(2027, 1, 1),
    }
    return inventory.register_use(people=people or [], on=date(2026, 11, 22), by=world.director, **{**default, **says})


@sample("ai_use", "ai_use_edit", "ai_use_review", "ai_use_end")
def use(world: World) -> Mapping[str, object]:
    return {"pk": use_of(world, people=[freelancer(world)]).pk}


@sample("ai_training_withdraw")
def training(world: World) -> Mapping[str, object]:
    return {"pk": train(world, freelancer(world))}


def train(world: World, person: Resource) -> object:
    from werkfluss.agents.domain import trainings

    made = trainings.record_training(
        [person],
        title=world.unique("Einweisung"),
        held_on=date(2026, 10, 1),
        content="Was hinein darf und wie Ergebnisse geprüft werden",
        proof=("liste.txt", f"{world.mark} Teilnehmende".encode()),
        on=date(2026, 11, 22),
        by=world.director,
    )
    return made[0].pk


@sample("ai_paper")
def paper(world: World) -> Mapping[str, object]:
    return {"kind": "guide", "form": "docx"}


@sample("ai_paper_keep")
def kept(world: World) -> Mapping[str, object]:
    return {"kind": "annex"}


@listed("ai_inventory", queries=22)
def another_use(world: World) -> None:
    use_of(world)


@listed("ai_trainings", queries=26)
def another_training(world: World) -> None:
    train(world, freelancer(world))


def agree(world: World, *, covers: tuple[str, ...] | None = None) -> None:
    """The works council's agreement is recorded with its document, inside the firm of the world."""
    from werkfluss.agents.domain import works_council
    from werkfluss.org.models import FirmProfile

    works_council.record_agreement(
        FirmProfile.objects.get(),
        on=date(2026, 1, 1),
        kind="works_agreement",
        covers=covers or works_council.person_related(),
        document=("vereinbarung.pdf", f"%PDF {world.mark}".encode()),
        by=world.director,
    )
