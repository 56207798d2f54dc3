"""Samples of what happens to cases besides their steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.process.samples import chain, source
from tests.web.world import World, listed, sample

if TYPE_CHECKING:
    from werkfluss.work.models import Case

BOX = '<startEvent id="s"/><adHocSubProcess id="box"><userTask id="read"/></adHocSubProcess><endEvent id="e"/>' + chain(
    "s", "box", "e"
)
CALL = '<startEvent id="s"/><callActivity id="c" calledElement="fehlt"/><endEvent id="e"/>' + chain("s", "c", "e")
RULE = '<startEvent id="s"/><businessRuleTask id="r" implementation="##unspecified"/><endEvent id="e"/>' + chain(
    "s", "r", "e"
)
STEPS = '<startEvent id="s"/><userTask id="a"/><userTask id="b"/><endEvent id="e"/>' + chain("s", "a", "b", "e")
WAIT = '<startEvent id="s"/><receiveTask id="r" name="Antwort"/><endEvent id="e"/>' + chain("s", "r", "e")


def run(world: World, body: str) -> Case:
    from werkfluss.work.domain import cases, definitions

    name = world.unique("p").replace(" ", "-").lower()
    definition = definitions.deploy_definition(source(body, name), filename="x.bpmn", by=world.director)
    return cases.start_case(definition, subject=world.org, title=world.unique("Vorgang"), by=world.director)


@sample("begin_activity")
def toolbox(world: World) -> Mapping[str, object]:
    return {"pk": run(world, BOX).steps.get(element="box").pk}


@sample("decide_step")
def rule(world: World) -> Mapping[str, object]:
    return {"pk": run(world, RULE).steps.get(element="r").pk}


@sample("undo_step")
def done(world: World) -> Mapping[str, object]:
    from werkfluss.work.domain import cases

    step = run(world, STEPS).steps.get(element="a")
    cases.complete_step(step, by=world.director)
    return {"pk": step.pk}


@sample("report_event")
def waiting(world: World) -> Mapping[str, object]:
    return {"pk": run(world, WAIT).pk}


@sample("settle_incident")
def incident(world: World) -> Mapping[str, object]:
    return {"pk": run(world, CALL).incidents.get().pk}


@sample("discard_message")
def message(world: World) -> Mapping[str, object]:
    from werkfluss.work.domain import messages

    sent = messages.post_message(world.unique("Nachricht"), key=world.unique("k"), by=world.director)
    messages.keep_message(sent, why={"de": world.mark, "en": world.mark}, by=world.director)
    return {"pk": sent.pk}


@listed("incidents", queries=10)
def one_more_incident(world: World) -> None:
    run(world, CALL)
