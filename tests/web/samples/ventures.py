"""Samples of joint ventures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.web.samples.objections import billed
from tests.web.world import World, listed, sample

if TYPE_CHECKING:
    from werkfluss.engagement.models import Venture

TERMS: dict[str, Any] = {
    "purpose": "Messgerät entwickeln",
    "percent": "30",
    "base": "surplus",
    "loss": "contribution",
    "months": 6,
    "notice_days": 90,
    "floor_cents": 0,
    "cap_cents": None,
    "rights": "Beide nutzen weiter.",
    "valuation": "Nach der letzten Abrechnung.",
    "contributions": [
        {"side": "client", "kind": "money", "what": "Prototyp", "cents": 2_000_000},
        {"side": "contractor", "kind": "work", "what": "Software", "cents": 600_000},
    ],
    "goals": [{"title": "Erstes Gerät verkauft"}],
}


def agreed(world: World) -> Venture:
    """A venture of the freelancer's order, agreed by both, with a statement that waits for the answer."""
    from werkfluss.engagement.domain import statements, ventures
    from werkfluss.kernel import clock
    from werkfluss.org.roles import Role

    order = billed(world).order
    made = ventures.propose(order, terms=TERMS | {"purpose": f"{world.mark} Zweck"}, by=world.director)
    ventures.accept(made, revision=made.revision, by=world.actors[Role.FREELANCER])
    made.refresh_from_db()
    lines = [{"kind": "income", "what": f"{world.mark} Verkauf", "cents": 100_000, "source": "R-1"}]
    statements.send_statement(made, last_day=clock.today(), lines=lines, by=world.director)
    return made


@sample("venture", "venture_edit", "venture_act", "venture_tax", "my_venture", "my_venture_act")
def venture(world: World) -> Mapping[str, object]:
    return {"pk": agreed(world).order_id}


@sample("venture_statement")
def statement(world: World) -> Mapping[str, object]:
    return {"pk": agreed(world).order_id}


@sample("venture_file", "my_venture_file")
def file(world: World) -> Mapping[str, object]:
    made = agreed(world)
    return {"pk": made.order_id, "statement": made.statements.get().pk}


@listed("ventures", queries=10)
def one_more(world: World) -> None:
    agreed(world)
