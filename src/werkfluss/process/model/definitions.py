"""One BPMN file: its processes, pools and messages, and the questions asked about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from .drawing import Diagram
from .facts import Described, Named, Words
from .kinds import EventKind, EventPosition
from .nodes import Activity, Event, FlowNode, Task


@dataclass(frozen=True, slots=True)
class SequenceFlow(Named):
    """``conditional`` is true also where the drawing tool left the condition empty: somebody has to decide.

    ``language`` is that of the condition as the file names it; empty means none is named.
    """

    id: str
    source: str
    target: str
    scope: str
    name: str = ""
    label: Words | None = None
    conditional: bool = False
    condition: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Lane(Named):
    """``performer`` is the role or unit that Werkfluss was told stands behind the lane; empty means its name."""

    id: str
    name: str
    process: str
    parent: str = ""
    label: Words | None = None
    performer: str = ""


@dataclass(frozen=True, slots=True)
class Process(Described):
    """``loose_flows`` are drawn, but one end touches nothing that could run; some tools export them."""

    id: str
    name: str
    executable: bool
    documentation: str
    label: Words | None
    nodes: tuple[FlowNode, ...]
    flows: tuple[SequenceFlow, ...]
    lanes: tuple[Lane, ...]
    loose_flows: tuple[SequenceFlow, ...] = ()
    described: Words | None = None

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Every task, those inside sub-processes too, in document order."""
        return tuple(node for node in self.nodes if isinstance(node, Task))


@dataclass(frozen=True, slots=True)
class Participant(Named):
    """A pool. Without ``process`` it is a black box: a partner whose inside is not ours."""

    id: str
    name: str
    process: str = ""
    performer: str = ""
    multiple: bool = False
    label: Words | None = None


@dataclass(frozen=True, slots=True)
class MessageFlow:
    """``source`` and ``target`` are ids of nodes or of pools; ``message`` is the name of what is sent."""

    id: str
    name: str
    source: str
    target: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Artifact:
    """What is drawn but does not run: data objects, data stores, annotations, groups, associations."""

    id: str
    tag: str
    text: str
    source: str = ""
    target: str = ""


@dataclass(frozen=True)
class Definitions:
    """One BPMN file. ``source`` is the file itself, byte for byte."""

    id: str
    name: str
    exporter: str
    processes: tuple[Process, ...]
    participants: tuple[Participant, ...]
    message_flows: tuple[MessageFlow, ...]
    artifacts: tuple[Artifact, ...]
    diagrams: tuple[Diagram, ...]
    source: bytes = field(repr=False)

    @cached_property
    def nodes(self) -> Mapping[str, FlowNode]:
        return {node.id: node for process in self.processes for node in process.nodes}

    @cached_property
    def flows(self) -> Mapping[str, SequenceFlow]:
        return {flow.id: flow for process in self.processes for flow in process.flows}

    @cached_property
    def lanes(self) -> Mapping[str, Lane]:
        return {lane.id: lane for process in self.processes for lane in process.lanes}

    @cached_property
    def members(self) -> Mapping[str, tuple[FlowNode, ...]]:
        """The nodes directly inside each process and sub-process, by its id."""
        inside: dict[str, list[FlowNode]] = {process.id: [] for process in self.processes}
        for node in self.nodes.values():
            inside.setdefault(node.scope, []).append(node)
        return {scope: tuple(nodes) for scope, nodes in inside.items()}

    @cached_property
    def boundaries(self) -> Mapping[str, tuple[Event, ...]]:
        """The boundary events of each activity, by the activity's id."""
        found: dict[str, list[Event]] = {}
        for node in self.nodes.values():
            if isinstance(node, Event) and node.position is EventPosition.BOUNDARY:
                found.setdefault(node.attached_to, []).append(node)
        return {activity: tuple(events) for activity, events in found.items()}

    @cached_property
    def compensation_handlers(self) -> Mapping[str, Activity]:
        """What undoes an activity, by the activity's id: drawn as an association from its compensation event."""
        found: dict[str, Activity] = {}
        for link in self.artifacts:
            for start, end in ((link.source, link.target), (link.target, link.source)):
                event, handler = self.nodes.get(start), self.nodes.get(end)
                attached = isinstance(event, Event) and event.position is EventPosition.BOUNDARY
                if not attached or not isinstance(handler, Activity) or not isinstance(event, Event):
                    continue
                if event.attached_to != handler.id and event.trigger.kind is EventKind.COMPENSATE:
                    found.setdefault(event.attached_to, handler)
        return found

    def compensation_handler(self, activity: str) -> Activity | None:
        return self.compensation_handlers.get(activity)

    @cached_property
    def _message_flows(self) -> Mapping[str, MessageFlow]:
        return {flow.id: flow for flow in self.message_flows}

    def message_flow(self, element: str) -> MessageFlow | None:
        return self._message_flows.get(element)

    def process(self, process_id: str) -> Process:
        """Raises KeyError if there is none."""
        for process in self.processes:
            if process.id == process_id:
                return process
        raise KeyError(process_id)

    def process_of(self, node: FlowNode) -> Process:
        scope = node.scope
        while scope in self.nodes:
            scope = self.nodes[scope].scope
        return self.process(scope)

    def enclosing(self, node: FlowNode) -> Iterator[FlowNode]:
        """The sub-processes around a node, innermost first."""
        while node.scope in self.nodes:
            node = self.nodes[node.scope]
            yield node

    def performer(self, node: FlowNode) -> str:
        """Who does it: the resource named in the activity, else its lane, else its pool, else nobody (empty)."""
        if isinstance(node, Activity) and node.owner:
            return node.owner
        lane = self.lanes.get(node.lane)
        if lane is not None and (lane.performer or lane.name):
            return lane.performer or lane.name
        pool = self.pool_of(self.process_of(node).id)
        return (pool.performer or pool.name) if pool else ""

    def pool_of(self, process_id: str) -> Participant | None:
        return next((pool for pool in self.participants if pool.process and pool.process == process_id), None)

    def participant(self, element: str) -> Participant | None:
        """The pool that an element is or lies in; the element is a pool, a node or a lane."""
        for pool in self.participants:
            if pool.id == element:
                return pool
        if element in self.nodes:
            return self.pool_of(self.process_of(self.nodes[element]).id)
        lane = self.lanes.get(element)
        return self.pool_of(lane.process) if lane else None

    def partners(self, process_id: str) -> tuple[Participant, ...]:
        """The other pools of the file: those whose inside is not known, and those with a process of their own."""
        return tuple(pool for pool in self.participants if not pool.process or pool.process != process_id)

    def receivers(self, node: FlowNode) -> tuple[Participant, ...]:
        """Who gets what the node sends, by the message flows drawn from it."""
        return self._pools(flow.target for flow in self.message_flows if flow.source == node.id)

    def senders(self, node: FlowNode) -> tuple[Participant, ...]:
        """Who sends what the node waits for, by the message flows drawn to it."""
        return self._pools(flow.source for flow in self.message_flows if flow.target == node.id)

    def _pools(self, elements: Iterable[str]) -> tuple[Participant, ...]:
        found = {pool.id: pool for element in elements if (pool := self.participant(element)) is not None}
        return tuple(found.values())
