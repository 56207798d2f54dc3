"""Sample of a process with its board: two cases that wait at its first step."""

from __future__ import annotations

from collections.abc import Mapping

from tests.web.samples.cases import _order, _resource
from tests.web.world import World, listed, sample


@sample("process_board")
def process_board(world: World) -> Mapping[str, object]:
    made = _order(world, _resource(world, "freelancer")).case
    assert made is not None
    return {"pk": made.definition_id}


@listed("process_board", queries=17)
@listed("process_boards", queries=17)
def one_more_waiting(world: World) -> None:
    _order(world, _resource(world, "freelancer"))
