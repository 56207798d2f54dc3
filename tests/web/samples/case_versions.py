"""Samples of cases that could move to a newer version of their process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.process.samples import chain, source
from tests.web.world import World, listed, sample

if TYPE_CHECKING:
    from werkfluss.work.models import Case, CaseMove, ProcessDefinition

# The second version keeps the first step, gives the second another id, and drops the third.
STEPS = (("a", "b", "c"), ("a", "b2"))


def version(world: World, key: str, steps: tuple[str, ...]) -> ProcessDefinition:
    from werkfluss.work.domain import definitions

    names = {"a": "Aufnehmen", "b": "Buchen", "b2": "Buchen", "c": "Prüfen"}
    drawn = "".join(f'<userTask id="{one}" name="{world.mark} {names[one]}"/>' for one in steps)
    # A manual step has nothing alike in the newer version.
    drawn = drawn.replace('<userTask id="c"', '<manualTask id="c"')
    body = f'<startEvent id="s"/>{drawn}<endEvent id="e"/>{chain("s", *steps, "e")}'
    return definitions.deploy_definition(
        source(body, "p").replace(b'name="Probe"', f'name="{world.mark} Umzug"'.encode()),
        filename=f"{key}.bpmn",
        key=key,
        by=world.director,
    )


def begun(world: World, definition: ProcessDefinition, done: int = 0) -> Case:
    from werkfluss.work.domain import cases
    from werkfluss.work.models import Case

    made = cases.start_case(definition, subject=world.org, title=world.unique("Vorgang"), by=world.director)
    for _ in range(done):
        cases.complete_step(cases.open_steps(made).get(), by=world.director)
        made = Case.objects.get(pk=made.pk)
    return made


def two_versions(world: World, counts: tuple[int, ...] = (0, 1, 2)) -> tuple[ProcessDefinition, list[Case]]:
    """The newer version, and cases of the older one that have done so many steps."""
    key = world.unique("umzug").lower().replace(" ", "-")
    old = version(world, key, STEPS[0])
    cases = [begun(world, old, done) for done in counts]
    return version(world, key, STEPS[1]), cases


def ordered(world: World) -> CaseMove:
    from werkfluss.work.domain import case_moves

    new, cases = two_versions(world)
    return case_moves.order_move(new, cases=[one.pk for one in cases], by=world.director)


@sample("open_cases")
def open_cases(world: World) -> Mapping[str, object]:
    return {"pk": two_versions(world)[0].pk}


@sample("case_move", "case_move_progress", "case_move_resume")
def case_move(world: World) -> Mapping[str, object]:
    return {"pk": ordered(world).pk}


@listed("open_cases", queries=14)
def one_more_open(world: World) -> None:
    from werkfluss.work.models import ProcessDefinition

    new = ProcessDefinition.objects.get(pk=str(world.kwargs["open_cases"]["pk"]))
    begun(world, ProcessDefinition.objects.get(key=new.key, revision=1))


@listed("case_move", queries=12)
def one_more_moving(world: World) -> None:
    from werkfluss.work.models import CaseMove, CaseMoveItem

    move = CaseMove.objects.get(pk=str(world.kwargs["case_move"]["pk"]))
    CaseMoveItem.objects.create(move=move, case=begun(world, move.definition))
