"""BPMN 2.0 XML as the drawing tools write it: into the model, and back without loss.

Files that are documentation only (``isExecutable=false``, no conditions, data stores, black-box pools) are read as
what they are. Namespaces, not prefixes, decide; what is not BPMN is left in place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from werkfluss.kernel.text import Text

from .extension import BPMN_NS, read_facts, read_label
from .model import (
    Activity,
    Artifact,
    Bounds,
    CallActivity,
    Definitions,
    Diagram,
    Edge,
    Event,
    EventKind,
    EventPosition,
    FlowNode,
    Gateway,
    GatewayType,
    Lane,
    LoopKind,
    MessageFlow,
    Participant,
    Process,
    SequenceFlow,
    Shape,
    SubProcess,
    SubProcessKind,
    Task,
    TaskType,
    Timer,
    Trigger,
)
from .xml import broken, local_name, namespace, parse, squeezed

_TASKS = {kind.value: kind for kind in TaskType}
_GATEWAYS = {kind.value: kind for kind in GatewayType}
_EVENTS = {kind.value: kind for kind in EventPosition}
_SUB_PROCESSES = {
    kind.value: kind for kind in (SubProcessKind.EMBEDDED, SubProcessKind.AD_HOC, SubProcessKind.TRANSACTION)
}
_NODES = {*_TASKS, *_GATEWAYS, *_EVENTS, *_SUB_PROCESSES, "callActivity"}
_DATA = {"dataObject", "dataObjectReference", "dataStoreReference", "dataInput", "dataOutput"}
_ARTIFACTS = {"textAnnotation", "group", "association"}
_NAMED = {"message": "messageRef", "signal": "signalRef", "error": "errorRef", "escalation": "escalationRef"}
_EVENT_KINDS = {
    "timerEventDefinition": EventKind.TIMER,
    "messageEventDefinition": EventKind.MESSAGE,
    "signalEventDefinition": EventKind.SIGNAL,
    "errorEventDefinition": EventKind.ERROR,
    "escalationEventDefinition": EventKind.ESCALATION,
    "conditionalEventDefinition": EventKind.CONDITIONAL,
    "linkEventDefinition": EventKind.LINK,
    "terminateEventDefinition": EventKind.TERMINATE,
    "compensateEventDefinition": EventKind.COMPENSATE,
    "cancelEventDefinition": EventKind.CANCEL,
}


def _children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    for child in element:
        if namespace(child) == BPMN_NS and local_name(child) in names:
            yield child


def _text_of(element: etree._Element, name: str) -> str:
    return next((squeezed("".join(map(str, child.itertext()))) for child in _children(element, name)), "")


def _reference(value: str | None) -> str:
    """A QName reference without its prefix: ids are what counts inside one file."""
    return (value or "").strip().rpartition(":")[2]


def _flag(element: etree._Element, name: str, default: bool) -> bool:
    value = (element.get(name) or "").strip().lower()
    return default if not value else value in ("true", "1")


@dataclass
class _Reader:
    """Collects one process; the reader lives for one file only."""

    where: str
    names: dict[str, str]
    expression_language: str
    lanes_of: dict[str, str] = field(default_factory=dict)
    lanes: list[Lane] = field(default_factory=list)
    nodes: list[FlowNode] = field(default_factory=list)
    flows: list[SequenceFlow] = field(default_factory=list)
    artifacts: list[Artifact] = field(default_factory=list)

    def read_process(self, element: etree._Element) -> Process:
        process_id = element.get("id") or ""
        self.nodes, self.flows, self.lanes = [], [], []
        for lane_set in _children(element, "laneSet"):
            self.read_lanes(lane_set, process_id, "")
        self.read_scope(element, process_id, "")
        return Process(
            id=process_id,
            name=squeezed(element.get("name")),
            executable=_flag(element, "isExecutable", default=False),
            documentation=_text_of(element, "documentation"),
            label=read_label(element),
            nodes=tuple(self.nodes),
            flows=tuple(self.flows),
            lanes=tuple(self.lanes),
        )

    def read_lanes(self, lane_set: etree._Element, process: str, parent: str) -> None:
        for lane in _children(lane_set, "lane"):
            lane_id = lane.get("id") or ""
            self.lanes.append(Lane(lane_id, squeezed(lane.get("name")), process, parent, read_label(lane)))
            for reference in _children(lane, "flowNodeRef"):
                self.lanes_of[_reference(reference.text)] = lane_id
            for inner in _children(lane, "childLaneSet"):
                # Read after the outer lane: the innermost lane is the performer.
                self.read_lanes(inner, process, lane_id)

    def read_scope(self, element: etree._Element, scope: str, lane: str) -> None:
        for child in element:
            if namespace(child) != BPMN_NS:
                continue
            name, child_id = local_name(child), child.get("id") or ""
            if name == "sequenceFlow":
                self.flows.append(self.flow(child, scope))
            elif name in _DATA or name in _ARTIFACTS:
                self.artifacts.append(self.artifact(child, name))
            elif (node := self.node(child, name, scope)) is not None:
                inside = self.lanes_of.get(child_id, lane)
                self.nodes.append(replace(node, lane=inside))
                if isinstance(node, SubProcess):
                    for lane_set in _children(child, "laneSet"):
                        self.read_lanes(lane_set, scope, inside)
                    self.read_scope(child, child_id, inside)

    def flow(self, element: etree._Element, scope: str) -> SequenceFlow:
        condition = next(_children(element, "conditionExpression"), None)
        return SequenceFlow(
            id=element.get("id") or "",
            source=_reference(element.get("sourceRef")),
            target=_reference(element.get("targetRef")),
            scope=scope,
            name=squeezed(element.get("name")),
            label=read_label(element),
            conditional=condition is not None,
            condition=squeezed(condition.text) if condition is not None else "",
            language=(condition.get("language") if condition is not None else None) or self.expression_language,
        )

    def artifact(self, element: etree._Element, name: str) -> Artifact:
        text = _text_of(element, "text") or squeezed(element.get("name"))
        if name == "group":
            text = self.names.get(_reference(element.get("categoryValueRef")), "")
        return Artifact(
            element.get("id") or "",
            name,
            text,
            _reference(element.get("sourceRef")),
            _reference(element.get("targetRef")),
        )

    def node(self, element: etree._Element, name: str, scope: str) -> FlowNode | None:
        if name not in _NODES:
            return None
        node_id = element.get("id") or ""
        base = FlowNode(
            id=node_id,
            name=squeezed(element.get("name")),
            scope=scope,
            documentation=_text_of(element, "documentation"),
            label=read_label(element),
            facts=read_facts(element, f"{self.where}: {node_id}"),
        )
        common = {key: getattr(base, key) for key in FlowNode.__dataclass_fields__}
        if name in _GATEWAYS:
            return Gateway(**common, type=_GATEWAYS[name], default=_reference(element.get("default")))
        if name in _EVENTS:
            return self.event(element, _EVENTS[name], common)
        activity = self.activity(element, base)
        common |= {key: getattr(activity, key) for key in Activity.__dataclass_fields__}
        if name in _TASKS:
            message = self.names.get(_reference(element.get("messageRef")), "")
            return Task(**common, type=_TASKS[name], message=message)
        if name == "callActivity":
            return CallActivity(**common, called=_reference(element.get("calledElement")))
        kind = SubProcessKind.EVENT if _flag(element, "triggeredByEvent", default=False) else _SUB_PROCESSES[name]
        return SubProcess(**common, kind=kind)

    def activity(self, element: etree._Element, base: FlowNode) -> Activity:
        loop: LoopKind | None = None
        for mark in _children(element, "standardLoopCharacteristics", "multiInstanceLoopCharacteristics"):
            if local_name(mark) == "standardLoopCharacteristics":
                loop = LoopKind.STANDARD
            else:
                loop = LoopKind.SEQUENTIAL if _flag(mark, "isSequential", default=False) else LoopKind.PARALLEL
        return Activity(
            **{key: getattr(base, key) for key in FlowNode.__dataclass_fields__},
            owner=self.owner(element),
            loop=loop,
            default=_reference(element.get("default")),
            for_compensation=_flag(element, "isForCompensation", default=False),
        )

    def owner(self, element: etree._Element) -> str:
        """The performer named in the activity: BPMN resource roles, or the group of the Camunda dialects."""
        for role in _children(element, "humanPerformer", "potentialOwner", "performer"):
            named = self.names.get(_reference(_text_of(role, "resourceRef")), "")
            assigned = next(
                (_text_of(a, "formalExpression") for a in _children(role, "resourceAssignmentExpression")), ""
            )
            if named or (assigned and not assigned.startswith(("$", "#", "="))):
                return named or assigned
        groups = [str(v) for k, v in element.attrib.items() if str(k).endswith("}candidateGroups")]
        return squeezed(groups[0]) if groups and not groups[0].startswith(("$", "#", "=")) else ""

    def event(self, element: etree._Element, position: EventPosition, common: dict[str, Any]) -> Event:
        interrupting = "cancelActivity" if position is EventPosition.BOUNDARY else "isInterrupting"
        return Event(
            **common,  # the fields of FlowNode, by name
            position=position,
            trigger=self.trigger(element),
            attached_to=_reference(element.get("attachedToRef")),
            interrupting=_flag(element, interrupting, default=True),
        )

    def trigger(self, element: etree._Element) -> Trigger:
        definitions = list(_children(element, *_EVENT_KINDS))
        if not definitions:
            # A reference to a definition that stands elsewhere in the file: its kind is all that is known.
            return Trigger(EventKind.MULTIPLE) if any(_children(element, "eventDefinitionRef")) else Trigger()
        if len(definitions) > 1:
            return Trigger(EventKind.MULTIPLE)
        definition = definitions[0]
        kind = _EVENT_KINDS[local_name(definition)]
        name = squeezed(definition.get("name"))
        if kind.value in _NAMED:
            name = self.names.get(_reference(definition.get(_NAMED[kind.value])), "")
        timer = None
        for tag, form in (("timeDate", "date"), ("timeDuration", "duration"), ("timeCycle", "cycle")):
            if text := _text_of(definition, tag):
                timer = Timer(form, text)
        return Trigger(kind, name, timer, _text_of(definition, "condition"))


def _bounds(element: etree._Element | None) -> Bounds | None:
    if element is None:
        return None
    found = next((child for child in element if local_name(child) == "Bounds"), None)
    if found is None:
        return None
    try:
        x, y, width, height = (float(found.get(key) or 0) for key in ("x", "y", "width", "height"))
    except ValueError:
        return None
    return Bounds(x, y, width, height)


def _tristate(element: etree._Element, name: str) -> bool | None:
    return None if element.get(name) is None else _flag(element, name, default=False)


def _label(element: etree._Element) -> Bounds | None:
    return _bounds(next((child for child in element if local_name(child) == "BPMNLabel"), None))


def _diagram(element: etree._Element) -> Diagram:
    shapes: list[Shape] = []
    edges: list[Edge] = []
    for part in element.iter():
        name = local_name(part)
        drawn = _reference(part.get("bpmnElement")) if name in ("BPMNShape", "BPMNEdge") else ""
        if name == "BPMNShape" and (bounds := _bounds(part)) is not None:
            expanded, horizontal = _tristate(part, "isExpanded"), _tristate(part, "isHorizontal")
            shapes.append(Shape(part.get("id") or "", drawn, bounds, _label(part), expanded, horizontal))
        elif name == "BPMNEdge":
            points = [p for p in part if local_name(p) == "waypoint"]
            try:
                waypoints = tuple((float(p.get("x") or 0), float(p.get("y") or 0)) for p in points)
            except ValueError:
                continue
            edges.append(Edge(part.get("id") or "", drawn, waypoints, _label(part)))
    return Diagram(element.get("id") or "", tuple(shapes), tuple(edges))


def _names(root: etree._Element) -> dict[str, str]:
    """Names of the elements that others refer to: messages, signals, errors, escalations, resources, categories."""
    found: dict[str, str] = {}
    for element in root.iter():
        if namespace(element) == BPMN_NS and (own := element.get("id")):
            found[own] = squeezed(element.get("name") or element.get("value"))
    return found


def _connected(process: Process) -> Process:
    """Incoming and outgoing flows from the flows themselves: some tools leave the lists inside the nodes out."""
    incoming: dict[str, list[str]] = {node.id: [] for node in process.nodes}
    outgoing: dict[str, list[str]] = {node.id: [] for node in process.nodes}
    flows, loose = [], []
    for flow in process.flows:
        if flow.source in outgoing and flow.target in incoming:
            flows.append(flow)
            outgoing[flow.source].append(flow.id)
            incoming[flow.target].append(flow.id)
        else:
            loose.append(flow)
    nodes = tuple(
        replace(node, incoming=tuple(incoming[node.id]), outgoing=tuple(outgoing[node.id])) for node in process.nodes
    )
    return replace(process, nodes=nodes, flows=tuple(flows), loose_flows=tuple(loose))


def _check_ids(root: etree._Element, where: str) -> None:
    seen: set[str] = set()
    for element in root.iter():
        own = element.get("id") if namespace(element) == BPMN_NS else None
        if own is None:
            continue
        if own in seen:
            cause = Text(f"Die Kennung „{own}“ kommt zweimal vor.", f"The id “{own}” occurs twice.")
            expected = Text("Jede Kennung genau einmal.", "Every id exactly once.")
            step = Text("Exportieren Sie den Prozess noch einmal.", "Export the process once more.")
            raise broken(f"{where}: {own}", cause, expected, step)
        seen.add(own)


def read(data: bytes, where: str = "BPMN") -> Definitions:
    """The model of a BPMN 2.0 file. ``where`` names the file in error messages.

    Raises:
        Broken: not XML, not BPMN 2.0, or an id twice.
    """
    root = parse(data, where)
    if local_name(root) != "definitions" or namespace(root) != BPMN_NS:
        cause = Text(
            f"Das oberste Element heißt „{local_name(root)}“ ({namespace(root) or 'ohne Namensraum'}).",
            f"The top element is “{local_name(root)}” ({namespace(root) or 'no namespace'}).",
        )
        expected = Text("BPMN 2.0: definitions.", "BPMN 2.0: definitions.")
        step = Text("Wählen Sie beim Export „BPMN 2.0 XML“.", "Choose “BPMN 2.0 XML” when exporting.")
        raise broken(where, cause, expected, step)
    _check_ids(root, where)
    reader = _Reader(where, _names(root), root.get("expressionLanguage") or "")
    processes = tuple(_connected(reader.read_process(element)) for element in _children(root, "process"))
    participants: list[Participant] = []
    message_flows: list[MessageFlow] = []
    for collaboration in _children(root, "collaboration"):
        for pool in _children(collaboration, "participant"):
            reference = _reference(pool.get("processRef"))
            participants.append(Participant(pool.get("id") or "", squeezed(pool.get("name")), reference))
        for flow in _children(collaboration, "messageFlow"):
            source, target = _reference(flow.get("sourceRef")), _reference(flow.get("targetRef"))
            message_flows.append(MessageFlow(flow.get("id") or "", squeezed(flow.get("name")), source, target))
        for artifact in _children(collaboration, *_ARTIFACTS):
            reader.artifacts.append(reader.artifact(artifact, local_name(artifact)))
    return Definitions(
        id=root.get("id") or "",
        name=squeezed(root.get("name")),
        exporter=squeezed(root.get("exporter")),
        processes=processes,
        participants=tuple(participants),
        message_flows=tuple(message_flows),
        artifacts=tuple(reader.artifacts),
        diagrams=tuple(_diagram(element) for element in root if local_name(element) == "BPMNDiagram"),
        source=data,
    )


def write(definitions: Definitions) -> bytes:
    """The file again, as UTF-8: every element, attribute, comment, foreign extension and diagram part as it was."""
    root = parse(definitions.source, definitions.id or "BPMN")
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")
