"""What a form beside the drawing changes about one element, written into the file; all else stays byte for byte."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from werkfluss.kernel.text import Text

from .bpmn import read
from .extension import with_conditions, with_facts, with_labels, with_names, with_performers
from .model import (
    Activity,
    Definitions,
    Event,
    FlowNode,
    Lane,
    Participant,
    Process,
    SequenceFlow,
    Timer,
    Words,
    WorkFacts,
)
from .splice import Splicer
from .xml import broken, local_name

Element = FlowNode | SequenceFlow | Lane | Participant | Process
_TIMER_PARTS = {"date": "timeDate", "duration": "timeDuration", "cycle": "timeCycle"}


@dataclass(frozen=True, slots=True)
class Edited:
    """The new values of one element; None leaves one as it is.

    ``english`` is the name in English, beside that of the drawing. ``performer`` is that of a lane or pool, for an
    activity it is one of the ``facts``. ``timer`` is that of an event with one timer.
    """

    name: str | None = None
    english: str | None = None
    facts: WorkFacts | None = None
    performer: str | None = None
    condition: str | None = None
    timer: Timer | None = None


def find(definitions: Definitions, element: str) -> Element:
    """What can be edited under an id.

    Raises:
        KeyError: there is nothing of this id, or nothing that has facts of ours.
    """
    pools = {pool.id: pool for pool in definitions.participants}
    processes = {process.id: process for process in definitions.processes}
    for known in (definitions.nodes, definitions.flows, definitions.lanes, pools, processes):
        if element in known:
            found: Element = known[element]
            return found
    raise KeyError(element)


def english_of(element: Element) -> str:
    """The English name; empty where there is none beside that of the drawing. A pool has one name only."""
    label = None if isinstance(element, Participant) else element.label
    return label.exactly("en") if label else ""


def with_edited(source: bytes, element: str, edited: Edited) -> bytes:
    """The file with the values of one element replaced, as far as they differ.

    Raises:
        KeyError: there is no such element.
        Broken: the file is unreadable, or the element cannot have such a value.
    """
    found = find(read(source), element)
    if edited.name is not None and edited.name != found.name:
        source = with_names(source, {element: edited.name})
    if edited.english is not None and edited.english != english_of(found):
        source = with_labels(source, {element: _labelled(found, edited.english)})
    if edited.facts is not None and isinstance(found, Activity) and edited.facts != found.facts:
        source = with_facts(source, {element: edited.facts})
    if isinstance(found, Lane | Participant) and edited.performer not in (None, found.performer):
        source = with_performers(source, {element: edited.performer or ""})
    if isinstance(found, SequenceFlow) and edited.condition not in (None, found.condition):
        source = with_conditions(source, {element: edited.condition or ""})
    if isinstance(found, Event) and edited.timer is not None and edited.timer != found.trigger.timer:
        source = with_timer(source, element, edited.timer)
    return source


def _labelled(found: Element, english: str) -> Words:
    """The labels of an element with another English one; those in other languages stay."""
    label = None if isinstance(found, Participant) else found.label
    kept = tuple(pair for pair in (label.texts if label else ()) if pair[0] != "en")
    return Words((*kept, ("en", english)) if english else kept)


def with_timer(source: bytes, event: str, timer: Timer) -> bytes:
    """The file with the time of a timer event replaced; an empty expression removes it.

    Raises:
        Broken: the file is unreadable, or the event has no timer that could be told by its id.
    """
    definition = _timer_definition(Splicer(source).element(event), event)
    for kind, part in _TIMER_PARTS.items():
        wanted = timer.expression if kind == timer.kind else ""
        splicer = Splicer(source)
        splicer.express(definition, part, wanted)
        source = splicer.result()
    return source


def _timer_definition(event: etree._Element, where: str) -> str:
    ids = [part.get("id") or "" for part in event if local_name(part) == "timerEventDefinition"]
    if len(ids) != 1 or not ids[0]:
        cause = Text(
            "Die Zeit dieses Ereignisses lässt sich nicht ändern.", "The time of this event cannot be changed."
        )
        expected = Text("Ein Ereignis mit genau einem Zeitauslöser.", "An event with exactly one timer.")
        step = Text("Bitte zeichnen Sie das Zeitereignis neu.", "Please draw the timer event anew.")
        raise broken(where, cause, expected, step)
    return ids[0]
