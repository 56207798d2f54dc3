"""Samples of the library and of decomposition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.web.world import World, sample

if TYPE_CHECKING:
    from werkfluss.work.models import ProcessDefinition


def own_process(world: World) -> ProcessDefinition:
    from werkfluss.work.domain import definitions

    return definitions.definition_of("complaint", by=world.director)


@sample("library_process", "library_start")
def library_process(world: World) -> Mapping[str, object]:
    return {"name": "complaint"}


@sample("start_process", "process_skills")
def start_process(world: World) -> Mapping[str, object]:
    return {"pk": own_process(world).pk}


@sample("decompose_draft")
def decompose_draft(world: World) -> Mapping[str, object]:
    return {"?": f"source=process:{own_process(world).pk}"}


@sample("decompose_written")
def decompose_written(world: World) -> Mapping[str, object]:
    from tests.work import builders as b
    from werkfluss.agents.contract import Brief
    from werkfluss.agents.domain import runs

    file = b.agent(world.director, skill_folder="task_breakdown").agent_file
    goal = world.unique("Ziel")
    brief = Brief(key=f"draft-de-{goal}", skill="task_breakdown", task=world.org.pk, title=goal, text=goal)
    return {"pk": runs.start_run(file, brief=brief, by=world.director).pk}
