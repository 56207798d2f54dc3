"""The checked model of a BPMN 2.0 file (OMG formal/2013-12-09). Everything is frozen; ids are those of the file.

The model holds what Werkfluss works with. What it does not know stays in ``Definitions.source`` and is written
back untouched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

WERKFLUSS_NS = "https://werkfluss.example/bpmn/1"


class TaskType(StrEnum):
    """The element names of BPMN, so that they can be shown and searched as the standard calls them."""

    PLAIN = "task"
    USER = "userTask"
    MANUAL = "manualTask"
    SERVICE = "serviceTask"
    SEND = "sendTask"
    RECEIVE = "receiveTask"
    SCRIPT = "scriptTask"
    BUSINESS_RULE = "businessRuleTask"


class GatewayType(StrEnum):
    EXCLUSIVE = "exclusiveGateway"
    PARALLEL = "parallelGateway"
    INCLUSIVE = "inclusiveGateway"
    EVENT_BASED = "eventBasedGateway"
    COMPLEX = "complexGateway"


class EventPosition(StrEnum):
    START = "startEvent"
    END = "endEvent"
    CATCH = "intermediateCatchEvent"
    THROW = "intermediateThrowEvent"
    BOUNDARY = "boundaryEvent"


class EventKind(StrEnum):
    NONE = "none"
    TIMER = "timer"
    MESSAGE = "message"
    SIGNAL = "signal"
    ERROR = "error"
    ESCALATION = "escalation"
    CONDITIONAL = "conditional"
    LINK = "link"
    TERMINATE = "terminate"
    COMPENSATE = "compensate"
    CANCEL = "cancel"
    MULTIPLE = "multiple"


class SubProcessKind(StrEnum):
    EMBEDDED = "subProcess"
    EVENT = "eventSubProcess"
    AD_HOC = "adHocSubProcess"
    TRANSACTION = "transaction"


class LoopKind(StrEnum):
    STANDARD = "standardLoop"
    PARALLEL = "parallelMultiInstance"
    SEQUENTIAL = "sequentialMultiInstance"


class AiUse(StrEnum):
    """Whether an AI agent may take the task; ``UNSAID`` is a gap that the clarity check asks about."""

    UNSAID = ""
    FORBIDDEN = "forbidden"
    ALLOWED = "allowed"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Words:
    """One user text in the languages in which it was written; the tag ``""`` is the language of the file."""

    texts: tuple[tuple[str, str], ...]

    def exactly(self, language: str) -> str:
        """The text in ``language``; empty if it was not written in it."""
        return dict(self.texts).get(language.lower().split("-")[0], "")

    def in_language(self, language: str) -> str:
        """The text in ``language``, else the untagged one, else the first."""
        return self.exactly(language) or self.exactly("") or (self.texts[0][1] if self.texts else "")

    def __str__(self) -> str:
        return self.in_language("de")


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """What Werkfluss knows about an activity beyond BPMN (the ``wf:`` extension in the same file).

    ``effort`` is a range in hours (low, high). ``due`` is an ISO 8601 duration from the moment the step is
    reached, or FEEL after a leading ``=`` over the data of the case.
    ``acceptance`` is ``requester``, ``four_eyes``, ``self`` or ``waived`` (with ``acceptance_reason``).
    ``operation`` names what a service task calls, ``tool`` says what an agent uses it for.
    """

    skills: tuple[str, ...] = ()
    outcome: Words | None = None
    criteria: tuple[Words, ...] = ()
    effort: tuple[float, float] | None = None
    data_class: str = ""
    due: str = ""
    ai: AiUse = AiUse.UNSAID
    ai_purpose: Words | None = None
    acceptance: str = ""
    acceptance_reason: str = ""
    operation: str = ""
    tool: str = ""


NO_FACTS = WorkFacts()


@dataclass(frozen=True, slots=True)
class Timer:
    """``kind`` is ``date``, ``duration`` or ``cycle``; the expression is ISO 8601, or FEEL after a leading ``=``."""

    kind: str
    expression: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """What an event catches or throws. ``name`` is that of the message, signal, error, escalation or link."""

    kind: EventKind = EventKind.NONE
    name: str = ""
    timer: Timer | None = None
    condition: str = ""


@dataclass(frozen=True, slots=True)
class FlowNode:
    """``scope`` is the id of the process or sub-process that contains the node; flows in document order."""

    id: str
    name: str
    scope: str
    documentation: str = ""
    label: Words | None = None
    lane: str = ""
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    facts: WorkFacts = NO_FACTS

    @property
    def tag(self) -> str:
        """The BPMN element name."""
        raise NotImplementedError

    def name_in(self, language: str) -> str:
        return (self.label.exactly(language) if self.label else "") or self.name


@dataclass(frozen=True, slots=True)
class Activity(FlowNode):
    """Task, sub-process or call. ``owner`` is the performer named in the activity itself, before any lane."""

    owner: str = ""
    loop: LoopKind | None = None
    default: str = ""
    for_compensation: bool = False


@dataclass(frozen=True, slots=True)
class Task(Activity):
    type: TaskType = TaskType.PLAIN
    message: str = ""

    @property
    def tag(self) -> str:
        return self.type.value


@dataclass(frozen=True, slots=True)
class SubProcess(Activity):
    kind: SubProcessKind = SubProcessKind.EMBEDDED

    @property
    def tag(self) -> str:
        return self.kind.value


@dataclass(frozen=True, slots=True)
class CallActivity(Activity):
    called: str = ""

    @property
    def tag(self) -> str:
        return "callActivity"


@dataclass(frozen=True, slots=True)
class Gateway(FlowNode):
    type: GatewayType = GatewayType.EXCLUSIVE
    default: str = ""

    @property
    def tag(self) -> str:
        return self.type.value


@dataclass(frozen=True, slots=True)
class Event(FlowNode):
    """``interrupting`` is ``cancelActivity`` of a boundary event, ``isInterrupting`` of an event sub-process start."""

    position: EventPosition = EventPosition.START
    trigger: Trigger = field(default_factory=Trigger)
    attached_to: str = ""
    interrupting: bool = True

    @property
    def tag(self) -> str:
        return self.position.value


@dataclass(frozen=True, slots=True)
class SequenceFlow:
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

    def name_in(self, language: str) -> str:
        return (self.label.exactly(language) if self.label else "") or self.name


@dataclass(frozen=True, slots=True)
class Lane:
    id: str
    name: str
    process: str
    parent: str = ""
    label: Words | None = None

    def name_in(self, language: str) -> str:
        return (self.label.exactly(language) if self.label else "") or self.name


@dataclass(frozen=True, slots=True)
class Process:
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

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Every task, those inside sub-processes too, in document order."""
        return tuple(node for node in self.nodes if isinstance(node, Task))

    def name_in(self, language: str) -> str:
        return (self.label.exactly(language) if self.label else "") or self.name


@dataclass(frozen=True, slots=True)
class Participant:
    """A pool. Without ``process`` it is a black box: a partner whose inside is not ours."""

    id: str
    name: str
    process: str = ""


@dataclass(frozen=True, slots=True)
class MessageFlow:
    id: str
    name: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Artifact:
    """What is drawn but does not run: data objects, data stores, annotations, groups, associations."""

    id: str
    tag: str
    text: str
    source: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """In the units of the diagram (about one pixel)."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Shape:
    id: str
    element: str
    bounds: Bounds
    label: Bounds | None = None
    expanded: bool | None = None
    horizontal: bool | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    id: str
    element: str
    waypoints: tuple[tuple[float, float], ...]
    label: Bounds | None = None


@dataclass(frozen=True, slots=True)
class Diagram:
    id: str
    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]


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
        if node.lane in self.lanes and self.lanes[node.lane].name:
            return self.lanes[node.lane].name
        process = self.process_of(node)
        return next((pool.name for pool in self.participants if pool.process == process.id), "")
