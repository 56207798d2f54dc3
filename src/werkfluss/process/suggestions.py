"""What might be the answer: from the same file, from the name of a step, or a usual value. Never a fact by itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from werkfluss.kernel.text import Text

from .clarity.activities import names_an_agent
from .clarity.fitted import fitted, opposite
from .labels import verb_object
from .model import Activity, AiUse, Definitions, FlowNode

_MOST = 3
_USUAL = Text("üblicher Wert, bitte prüfen", "usual value, please check")
_FROM_NAME = Text("aus dem Namen des Schritts abgeleitet", "taken from the name of the step")
_CAREFUL = Text("vorsichtige Wahl, bitte prüfen", "cautious choice, please check")
_LANE = Text("Bahn in dieser Zeichnung", "lane in this drawing")
_OTHER_STEPS = Text("so bei anderen Schritten dieser Zeichnung", "as in other steps of this drawing")

# Words in the name of a step that speak of persons, and of what Art. 9 GDPR protects.
_SPECIAL = re.compile(
    r"krank|gesundheit|diagnose|arzt|ärzt|behinder|religion|gewerkschaft|health|sick|medical", re.IGNORECASE
)
_PERSONAL = re.compile(
    r"bewerb|bewerber|mitarbeit|personal|lohn|gehalt|urlaub|visum|aufenthalt|einstell|kandidat|arbeitsvertrag|lebenslauf"
    r"|employee|applicant|candidate|payroll|salary|visa|residence|\bcv\b|hire",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``origin`` says where the value comes from, so that nobody takes it for a fact."""

    value: Any
    origin: Text


def _common(values: Iterable[Any]) -> list[Any]:
    """The most frequent values first; equals in the order of the drawing."""
    return [value for value, _ in Counter(value for value in values if value).most_common(_MOST)]


def _steps(definitions: Definitions, node: FlowNode) -> list[Activity]:
    return [one for one in definitions.process_of(node).nodes if isinstance(one, Activity)]


def _like(definitions: Definitions, node: FlowNode) -> list[Activity]:
    """The steps that do the same to something, and those of the same performer."""
    deed = verb_object(node.name)
    performer = definitions.performer(node)
    found = []
    for one in _steps(definitions, node):
        other = verb_object(one.name)
        same = deed is not None and other is not None and deed.verb == other.verb
        if same or (performer and definitions.performer(one) == performer):
            found.append(one)
    return found


def _performer(definitions: Definitions, node: FlowNode) -> Iterator[Suggestion]:
    steps = _steps(definitions, node)
    lanes = [lane.performer or lane.name for lane in definitions.process_of(node).lanes]
    yield from (Suggestion(name, _LANE) for name in _common(lanes))
    others = _common(definitions.performer(one) for one in steps)
    yield from (Suggestion(name, _OTHER_STEPS) for name in others if name not in lanes)


def _skills(definitions: Definitions, node: FlowNode) -> Iterator[Suggestion]:
    known = _common(one.facts.skills for one in _like(definitions, node))
    yield from (Suggestion(list(skills), _OTHER_STEPS) for skills in known)
    performer = definitions.performer(node)
    if performer and not known:
        yield Suggestion(
            [performer], Text("aus dem Namen der Bahn oder Rolle", "taken from the name of the lane or role")
        )


def _written(text: Text) -> Any:
    """By language, or as one text where the drawing has one language only."""
    return text.de if text.de == text.en else text.as_json()


def _outcome(definitions: Definitions, node: FlowNode) -> Iterator[Suggestion]:
    if text := fitted(definitions, node, "no_outcome"):
        yield Suggestion(_written(text), _FROM_NAME)


def _criteria(definitions: Definitions, node: FlowNode) -> Iterator[Suggestion]:
    if text := fitted(definitions, node, "no_criteria"):
        yield Suggestion([_written(text)], _FROM_NAME)


def _effort(definitions: Definitions, node: FlowNode) -> Iterator[Suggestion]:
    known = _common(one.facts.effort for one in _like(definitions, node))
    yield from (Suggestion(list(hours), _OTHER_STEPS) for hours in known)
    if not known:
        yield Suggestion([0.5, 2.0], _USUAL)


def data_class_of_name(node: FlowNode) -> str:
    """What the name of a step says about its data; empty if nothing."""
    name = f"{node.name} {node.name_in('en')}"
    if _SPECIAL.search(name):
        return "special"
    return "personal" if _PERSONAL.search(name) else ""


def _data_class(definitions: Definitions, node: FlowNode) -> Iterator[Suggestion]:
    if said := data_class_of_name(node):
        yield Suggestion(said, _FROM_NAME)
        return
    known = _common(one.facts.data_class for one in _steps(definitions, node))
    yield Suggestion(known[0], _OTHER_STEPS) if known else Suggestion("internal", _USUAL)


def _deadline(definitions: Definitions, node: FlowNode) -> Iterator[Suggestion]:
    known = _common(one.facts.due for one in _like(definitions, node))
    yield from (Suggestion(due, _OTHER_STEPS) for due in known)
    if not known:
        yield Suggestion("P5D", _USUAL)


def _ai(_definitions: Definitions, node: FlowNode) -> Iterator[Suggestion]:
    if names_an_agent(node):
        yield Suggestion(AiUse.REQUIRED.value, _FROM_NAME)
    else:
        yield Suggestion(AiUse.FORBIDDEN.value, _CAREFUL)


def _acceptance(_definitions: Definitions, _node: FlowNode) -> Iterator[Suggestion]:
    yield Suggestion("requester", _CAREFUL)


_BY_FIELD: dict[str, Callable[[Definitions, FlowNode], Iterator[Suggestion]]] = {
    "performer": _performer,
    "skills": _skills,
    "outcome": _outcome,
    "criteria": _criteria,
    "effort_hours": _effort,
    "data_class": _data_class,
    "deadline": _deadline,
    "ai": _ai,
    "acceptance": _acceptance,
}


def _branch(definitions: Definitions, flow_id: str) -> Iterator[Suggestion]:
    flow = definitions.flows[flow_id]
    siblings = [definitions.flows[one].name for one in definitions.nodes[flow.source].outgoing if one != flow_id]
    if other := opposite([name for name in siblings if name]):
        yield Suggestion(other, Text("Gegenteil des anderen Zweigs", "opposite of the other branch"))


def suggestions(definitions: Definitions, field: str, elements: tuple[str, ...]) -> tuple[Suggestion, ...]:
    """At most three suggestions for the elements of one question, by the first of them."""
    first = elements[0]
    if field == "label":
        return tuple(_branch(definitions, first))
    node = definitions.nodes.get(first)
    make = _BY_FIELD.get(field)
    return tuple(make(definitions, node))[:_MOST] if node is not None and make else ()
