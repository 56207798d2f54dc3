"""Samples of the editor: a draft of a process in each firm."""

from __future__ import annotations

from collections.abc import Mapping

from tests.web.world import World, sample


@sample(
    "process_edit",
    "process_source",
    "process_check",
    "process_save",
    "process_answer",
    "process_discard",
    "process_publish",
    "process_compare",
    "process_try",
)
def draft(world: World) -> Mapping[str, object]:
    from werkfluss.work.domain import drafts

    return {"pk": drafts.new_draft(world.unique("Ablauf"), by=world.director).pk}


@sample("process_element")
def element(world: World) -> Mapping[str, object]:
    from werkfluss.work.domain import drafts

    return {"pk": drafts.new_draft(world.unique("Ablauf"), by=world.director).pk, "element": "step_1"}
