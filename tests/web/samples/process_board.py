"""Samples of a process with its board, and of a case about the firm itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.web.samples.cases import _order, _resource
from tests.web.world import World, listed, sample

if TYPE_CHECKING:
    from werkfluss.work.models import Case


def invoice_case(world: World) -> Case:
    from werkfluss.org.roles import Role
    from werkfluss.work.domain import cases, definitions

    definition = definitions.definition_of("invoice_booking", by=world.director)
    return cases.start_case(
        definition,
        subject=world.org,
        title=world.unique("Rechnung"),
        performers={"KI-Agent": Role.LEAD},
        by=world.director,
    )


@sample("process_board")
def process_board(world: World) -> Mapping[str, object]:
    return {"pk": invoice_case(world).definition_id}


@sample("keep_case_file")
def case_file(world: World) -> Mapping[str, object]:
    return {"pk": invoice_case(world).pk}


@listed("process_board", queries=17)
def one_more_invoice(world: World) -> None:
    invoice_case(world)


@listed("process_boards", queries=14)
def one_more_waiting(world: World) -> None:
    _order(world, _resource(world, "freelancer"))
