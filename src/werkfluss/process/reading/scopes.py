"""Processes, sub-processes and their lanes: what lies in what, and how it is connected."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from werkfluss.kernel.text import Text
from werkfluss.process.extension import read_facts, read_label, read_performer
from werkfluss.process.model import (
    Artifact,
    Event,
    EventPosition,
    FlowNode,
    Gateway,
    GatewayType,
    Lane,
    Process,
    SequenceFlow,
    SubProcess,
)
from werkfluss.process.xml import BPMN_NS, broken, local_name, namespace, squeezed

from .activities import SUB_PROCESSES, TASKS, read_activity
from .elements import Index, child, children, documentation, expression, flag, reference, text_of
from .events import read_event

ARTIFACTS = {"textAnnotation", "group", "association"}
_GATEWAYS = {kind.value: kind for kind in GatewayType}
_EVENTS = {kind.value: kind for kind in EventPosition}
_DATA = {"dataObject", "dataObjectReference", "dataStoreReference", "dataInput", "dataOutput"}
MAX_NODES = 10_000  # a hundred times the largest file of the MIWG suite; keeps reading within seconds
_ACTIVITIES = {*TASKS, *SUB_PROCESSES, "callActivity"}


def required_id(element: etree._Element, where: str) -> str:
    """Raises Broken if the element has none: nothing could refer to it, and no case could stand there."""
    if own := (element.get("id") or "").strip():
        return own
    what = f"{local_name(element)} „{squeezed(element.get('name'))}“ (Zeile {element.sourceline})"
    what_en = f"{local_name(element)} “{squeezed(element.get('name'))}” (line {element.sourceline})"
    cause = Text(f"Ein Element hat keine Kennung: {what}.", f"An element has no id: {what_en}.")
    expected = Text("Jedes Element mit einer eigenen id.", "Every element with an id of its own.")
    step = Text("Exportieren Sie den Prozess noch einmal.", "Export the process once more.")
    raise broken(where, cause, expected, step)


@dataclass
class ScopeReader:
    """Collects the processes of one file; artifacts of the whole file gather in ``artifacts``."""

    index: Index
    artifacts: list[Artifact] = field(default_factory=list)
    _count: int = 0
    _process: str = ""
    _lanes_of: dict[str, str] = field(default_factory=dict)
    _lanes: list[Lane] = field(default_factory=list)
    _nodes: list[FlowNode] = field(default_factory=list)
    _flows: list[SequenceFlow] = field(default_factory=list)

    def read_process(self, element: etree._Element) -> Process:
        process_id = required_id(element, self.index.where)
        self._process, self._nodes, self._flows, self._lanes = process_id, [], [], []
        for lane_set in children(element, "laneSet"):
            self._read_lanes(lane_set, process_id, "")
        self._read_scope(element, process_id, "")
        said, described = documentation(element)
        return _connected(
            Process(
                id=process_id,
                name=squeezed(element.get("name")),
                executable=flag(element, "isExecutable", default=False),
                documentation=said,
                described=described,
                label=read_label(element),
                nodes=tuple(self._nodes),
                flows=tuple(self._flows),
                lanes=tuple(self._lanes),
            )
        )

    def _read_lanes(self, lane_set: etree._Element, process: str, parent: str) -> None:
        for lane in children(lane_set, "lane"):
            lane_id = required_id(lane, self.index.where)
            name = squeezed(lane.get("name"))
            self._lanes.append(Lane(lane_id, name, process, parent, read_label(lane), read_performer(lane)))
            for member in children(lane, "flowNodeRef"):
                self._lanes_of[reference(member.text)] = lane_id
            for inner in children(lane, "childLaneSet"):
                # Read after the outer lane: the innermost lane is the performer.
                self._read_lanes(inner, process, lane_id)

    def _read_scope(self, element: etree._Element, scope: str, lane: str) -> None:
        for part in element:
            if namespace(part) != BPMN_NS:
                continue
            name = local_name(part)
            if name == "sequenceFlow":
                self._flows.append(self._flow(part, scope))
            elif name in _DATA or name in ARTIFACTS:
                self.artifacts.append(self.artifact(part))
            elif name in _ACTIVITIES or name in _EVENTS or name in _GATEWAYS:
                inside = self._lanes_of.get(part.get("id") or "", lane)
                node = self._node(part, name, scope, inside)
                self._nodes.append(node)
                if isinstance(node, SubProcess):
                    for lane_set in children(part, "laneSet"):
                        self._read_lanes(lane_set, self._process, inside)
                    self._read_scope(part, node.id, inside)

    def _flow(self, element: etree._Element, scope: str) -> SequenceFlow:
        condition = child(element, "conditionExpression")
        text = text_of(element, "conditionExpression")
        plain = expression(element, "conditionExpression")
        language = (condition.get("language") if condition is not None else None) or self.index.expression_language
        return SequenceFlow(
            id=required_id(element, self.index.where),
            source=reference(element.get("sourceRef")),
            target=reference(element.get("targetRef")),
            scope=scope,
            name=squeezed(element.get("name")),
            label=read_label(element),
            conditional=condition is not None,
            condition=plain,
            language=language if plain == text else "",
        )

    def artifact(self, element: etree._Element) -> Artifact:
        name = local_name(element)
        text = text_of(element, "text") or squeezed(element.get("name"))
        if name == "group":
            text = self.index.name(reference(element.get("categoryValueRef")))
        source, target = reference(element.get("sourceRef")), reference(element.get("targetRef"))
        return Artifact(element.get("id") or "", name, text, source, target)

    def _check_attached(self, event: Event) -> None:
        if event.position is not EventPosition.BOUNDARY:
            return
        holder = self.index.get(event.attached_to)
        if holder is not None and local_name(holder) in _ACTIVITIES:
            return
        if event.attached_to and holder is None:
            lost = f"„{event.attached_to}“ ist nicht in der Datei", f"“{event.attached_to}” is not in the file"
        else:
            lost = "es hängt an keiner Aktivität", "it hangs on no activity"
        cause = Text(f"Randereignis ohne Aktivität: {lost[0]}.", f"Boundary event without an activity: {lost[1]}.")
        expected = Text("attachedToRef nennt eine Aktivität.", "attachedToRef names an activity.")
        step = Text("Hängen Sie das Ereignis an eine Aktivität.", "Attach the event to an activity.")
        raise broken(f"{self.index.where}: {event.id}", cause, expected, step)

    def _node(self, element: etree._Element, name: str, scope: str, lane: str) -> FlowNode:
        node_id = required_id(element, self.index.where)
        self._count += 1
        if self._count > MAX_NODES:
            cause = Text(f"Die Datei hat mehr als {MAX_NODES} Schritte.", f"The file has more than {MAX_NODES} steps.")
            expected = Text(f"Höchstens {MAX_NODES} Schritte.", f"At most {MAX_NODES} steps.")
            step = Text("Teilen Sie die Datei auf.", "Split the file.")
            raise broken(self.index.where, cause, expected, step)
        said, described = documentation(element)
        common: dict[str, Any] = {
            "id": node_id,
            "name": squeezed(element.get("name")),
            "scope": scope,
            "documentation": said,
            "described": described,
            "label": read_label(element),
            "lane": lane,
            "facts": read_facts(element, f"{self.index.where}: {node_id}"),
        }
        if name in _EVENTS:
            event = read_event(element, _EVENTS[name], self.index, common)
            self._check_attached(event)
            return event
        if name in _ACTIVITIES:
            return read_activity(element, self.index, common)
        return Gateway(
            **common,
            type=_GATEWAYS[name],
            default=reference(element.get("default")),
            instantiating=flag(element, "instantiate", default=False),
            parallel=squeezed(element.get("eventGatewayType")) == "Parallel",
            activation=expression(element, "activationCondition"),
        )


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
