"""The statements of the product that the portal and mails give in the person's own language, each with its place.

They are no words of a template: steps stand in BPMN files, duties, papers and modules in files of ``care``, words of
mails in ``flow``. Whoever adds one there finds its name in the test until every language says it.
"""

from __future__ import annotations

from collections.abc import Iterator

from werkfluss.care import services, spoken
from werkfluss.care.domain import readings
from werkfluss.care.modules import GROUPS, care_modules
from werkfluss.care.routes import Route, care_route, duty_sources, route_names
from werkfluss.flow import care_mails, step_mails
from werkfluss.kernel.text import Text
from werkfluss.process import library
from werkfluss.process.choices import choice_words
from werkfluss.process.model import Definitions, Gateway, Task, TaskType, Words

# Dated duties of the person whose words a rule of the law makes; the test asks the rules whether there are more.
LAW = (
    Text("Wohnung bei der Meldebehörde anmelden.", "Register the address."),
    Text("Übertragung des Werts verlangen.", "Claim the transfer of the value."),
)


def texts() -> Iterator[tuple[Text, str]]:
    """Every statement once for each place where it stands."""
    for name in route_names():
        route = care_route(name)
        yield from ((one, f"process/library/{route.process}.bpmn") for one in _steps(route))
        yield from ((paper.name, f"care/routes/{name}/route.yaml") for paper in route.papers.values())
    yield from ((one, "care/standing_duties.yaml") for one in readings.standing_wordings())
    for source in duty_sources().values():
        if source.statute is not None and source.statute.who == "person":
            yield source.statute.text, "care/routes/duties.yaml"
    yield from ((one, "law/packs") for one in LAW)
    yield from ((one, "care/modules") for one in GROUPS.values())
    for module in care_modules():
        place = f"care/modules/{module.id}/module.yaml"
        yield from ((one, place) for one in (module.name, module.what, module.firm_learns, module.first_step))
        yield from ((paper.name, place) for paper in module.papers)
    yield from ((one, "care/spoken.py") for one in (spoken.RENEW, spoken.MADE_BY_MACHINE))
    yield from ((one, "care/services.py") for one in services.WORDS)
    yield from ((one, "flow/care_mails.py") for one in care_mails.WORDS)
    yield from ((one, "flow/step_mails.py") for one in step_mails.WORDS)


def _steps(route: Route) -> Iterator[Text]:
    """Steps of people and who does them; of the person's own also when they are done and what may come of them."""
    model = library.load(route.process)
    for process in model.processes:
        for node in process.nodes:
            if not isinstance(node, Task) or node.type is not TaskType.USER:
                continue
            yield Text(node.name_in("de"), node.name_in("en"))
            lane = model.lanes.get(node.lane)
            if lane is not None and lane.name:
                yield Text(lane.name_in("de"), lane.name_in("en"))
            in_lane = route.performers.get(lane.name_in("de")) if lane is not None else None
            if route.performers.get(node.id, in_lane) == "person":
                yield from _own_step(model, node)


def _own_step(model: Definitions, node: Task) -> Iterator[Text]:
    if node.facts.outcome:
        yield _text(node.facts.outcome)
    yield from (_text(one) for one in node.facts.criteria)
    for flow in node.outgoing:
        target = model.nodes[model.flows[flow].target]
        if isinstance(target, Gateway) and len(target.outgoing) > 1:
            yield from (choice_words(model, one) for one in target.outgoing if model.flows[one].name)


def _text(words: Words) -> Text:
    return Text(words.in_language("de"), words.in_language("en"))
