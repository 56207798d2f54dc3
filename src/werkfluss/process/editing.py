"""What a form beside the drawing changes about one element, written into the file; all else stays byte for byte."""

from __future__ import annotations

from dataclasses import dataclass

from .bpmn import read
from .extension import with_conditions, with_facts, with_labels, with_names, with_performers
from .mapping import with_all, with_mappings
from .model import (
    Activity,
    CallActivity,
    Definitions,
    Event,
    EventKind,
    EventPosition,
    FlowNode,
    Gateway,
    Lane,
    Loop,
    Participant,
    Process,
    SequenceFlow,
    SubProcess,
    Task,
    Timer,
    VariableMapping,
    Words,
    WorkFacts,
)
from .rewriting import (
    Declared,
    with_attribute,
    with_called,
    with_declared,
    with_event_condition,
    with_expression,
    with_link,
    with_loop,
    with_script,
    with_timer,
)

__all__ = ["Declared", "Edited", "Element", "english_of", "find", "with_edited", "with_timer"]
Element = FlowNode | SequenceFlow | Lane | Participant | Process


@dataclass(frozen=True, slots=True)
class Edited:
    """The new values of one element; None leaves one as it is.

    ``english`` is the name in English, beside that of the drawing. ``performer`` is that of a lane or pool, for an
    activity it is one of the ``facts``. ``condition`` is that of a flow or of a conditional event, ``timer`` that of
    an event with one timer, ``declared`` what an event or task sends or waits for, ``link`` the name of a link.
    ``default`` is the flow taken where no condition holds. ``loop`` is empty where an activity is done once.
    ``inputs`` and ``outputs`` are the mappings of ours, ``passes_all`` and ``returns_all`` those of a call activity.
    ``completion``, ``sequential`` and ``cancel_remaining`` are those of an ad-hoc sub-process, ``completion`` also the
    rule of a complex gateway.
    """

    name: str | None = None
    english: str | None = None
    facts: WorkFacts | None = None
    performer: str | None = None
    condition: str | None = None
    timer: Timer | None = None
    declared: Declared | None = None
    link: str | None = None
    interrupting: bool | None = None
    default: str | None = None
    loop: tuple[Loop, ...] | None = None
    called: str | None = None
    script: str | None = None
    completion: str | None = None
    sequential: bool | None = None
    cancel_remaining: bool | None = None
    inputs: tuple[VariableMapping, ...] | None = None
    outputs: tuple[VariableMapping, ...] | None = None
    passes_all: bool | None = None
    returns_all: bool | None = None


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
    if isinstance(found, Event):
        source = _with_event(source, found, edited)
    if isinstance(found, Gateway | Activity) and edited.default not in (None, found.default):
        source = with_attribute(source, element, "default", edited.default or "")
    if isinstance(found, Activity):
        source = _with_activity(source, found, edited)
    if isinstance(found, Gateway) and edited.completion not in (None, found.activation):
        source = with_expression(source, element, "activationCondition", edited.completion or "")
    return source


def _with_event(source: bytes, event: Event, edited: Edited) -> bytes:
    trigger = event.trigger
    if edited.timer is not None and edited.timer != trigger.timer:
        source = with_timer(source, event.id, edited.timer)
    if edited.condition not in (None, trigger.condition):
        source = with_event_condition(source, event.id, edited.condition or "")
    if edited.declared not in (None, Declared(trigger.name, trigger.code, trigger.correlation)):
        source = with_declared(source, event.id, trigger.kind, edited.declared or Declared(""))
    if edited.link not in (None, trigger.name):
        source = with_link(source, event.id, edited.link or "")
    if edited.interrupting not in (None, event.interrupting):
        attribute = "cancelActivity" if event.position is EventPosition.BOUNDARY else "isInterrupting"
        source = with_attribute(source, event.id, attribute, "" if edited.interrupting else "false")
    return source


def _with_activity(source: bytes, activity: Activity, edited: Edited) -> bytes:
    if edited.loop is not None and edited.loop != ((activity.loop,) if activity.loop else ()):
        source = with_loop(source, activity.id, edited.loop[0] if edited.loop else None)
    source = _with_data(source, activity, edited)
    if isinstance(activity, CallActivity) and edited.called not in (None, activity.called):
        source = with_called(source, activity.id, edited.called or "")
    if isinstance(activity, Task):
        if edited.declared not in (None, Declared(activity.message, correlation=activity.correlation)):
            source = with_declared(source, activity.id, EventKind.MESSAGE, edited.declared or Declared(""))
        if edited.script not in (None, activity.script.text if activity.script else ""):
            source = with_script(source, activity.id, edited.script or "")
    return _with_toolbox(source, activity, edited) if isinstance(activity, SubProcess) else source


def _with_data(source: bytes, activity: Activity, edited: Edited) -> bytes:
    inputs = activity.inputs if edited.inputs is None else edited.inputs
    outputs = activity.outputs if edited.outputs is None else edited.outputs
    if _own(inputs) != _own(activity.inputs) or _own(outputs) != _own(activity.outputs):
        source = with_mappings(source, activity.id, inputs=inputs, outputs=outputs)
    if not isinstance(activity, CallActivity):
        return source
    was = (activity.passes_all, activity.returns_all)
    passes = was[0] if edited.passes_all is None else edited.passes_all
    returns = was[1] if edited.returns_all is None else edited.returns_all
    return source if (passes, returns) == was else with_all(source, activity.id, passes=passes, returns=returns)


def _own(mappings: tuple[VariableMapping, ...]) -> list[VariableMapping]:
    return [one for one in mappings if one.own]


def _with_toolbox(source: bytes, box: SubProcess, edited: Edited) -> bytes:
    if edited.completion not in (None, box.completion):
        source = with_expression(source, box.id, "completionCondition", edited.completion or "")
    if edited.sequential not in (None, box.sequential):
        source = with_attribute(source, box.id, "ordering", "Sequential" if edited.sequential else "")
    if edited.cancel_remaining not in (None, box.cancel_remaining):
        kept = "" if edited.cancel_remaining else "false"
        source = with_attribute(source, box.id, "cancelRemainingInstances", kept)
    return source


def _labelled(found: Element, english: str) -> Words:
    """The labels of an element with another English one; those in other languages stay."""
    label = None if isinstance(found, Participant) else found.label
    kept = tuple(pair for pair in (label.texts if label else ()) if pair[0] != "en")
    return Words((*kept, ("en", english)) if english else kept)
