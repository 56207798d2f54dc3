"""The nodes of a process: activities, gateways and events (BPMN 2.0, chapter 10).

Expressions are kept as they stand in the file: FEEL after a leading ``=`` (or unmarked), with one exception:
Camunda's ``${name}`` that only names a variable is given as ``name``, which means the same in FEEL.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .facts import NO_FACTS, Described, Words, WorkFacts
from .kinds import EventKind, EventPosition, GatewayType, LoopKind, SubProcessKind, TaskType


@dataclass(frozen=True, slots=True)
class Timer:
    """``kind`` is ``date``, ``duration`` or ``cycle``; the expression is ISO 8601, or FEEL after a leading ``=``."""

    kind: str
    expression: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """What an event catches or throws.

    ``name`` is that of the message, signal, error, escalation or link; ``code`` that of the error or escalation;
    ``reference`` the id of the element in the file that declares it. ``correlation`` is the FEEL expression for the key
    of a message (``zeebe:subscription``). A compensation names the ``activity`` that is undone (empty: all of the
    scope) and whether the throwing event waits for it.
    """

    kind: EventKind = EventKind.NONE
    name: str = ""
    timer: Timer | None = None
    condition: str = ""
    language: str = ""
    code: str = ""
    reference: str = ""
    correlation: str = ""
    activity: str = ""
    wait: bool = True

    @property
    def key(self) -> str:
        """What a throwing and a catching event have in common: the code, else the name, else the declaration."""
        return self.code or self.name or self.reference


@dataclass(frozen=True, slots=True)
class Loop:
    """How often an activity is done (BPMN 2.0, 10.3.7).

    Multi-instance: as often as ``cardinality`` says, or once per element of ``collection``, which each instance sees
    as ``item``; the values of ``output_item`` are gathered in the list ``output``; ``completion`` ends it early.
    Standard loop: again while ``condition`` holds, at most ``maximum`` times, asked before the first time if
    ``test_before``.
    """

    kind: LoopKind
    cardinality: str = ""
    collection: str = ""
    item: str = ""
    output: str = ""
    output_item: str = ""
    completion: str = ""
    condition: str = ""
    maximum: int | None = None
    test_before: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """``language`` is the ``scriptFormat`` of the file in lower case; ``feel`` for a Zeebe expression."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class VariableMapping:
    """The value of the expression ``source`` goes to the variable ``target``; ``own``: Werkfluss wrote it so."""

    source: str
    target: str
    own: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class FlowNode(Described):
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
    described: Words | None = None

    @property
    def tag(self) -> str:
        """The BPMN element name."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Activity(FlowNode):
    """Task, sub-process or call. ``owner`` is the performer named in the activity itself, before any lane.

    ``inputs`` are set when the activity begins, ``outputs`` when it has ended.
    """

    owner: str = ""
    loop: Loop | None = None
    default: str = ""
    for_compensation: bool = False
    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()


@dataclass(frozen=True, slots=True)
class Task(Activity):
    """``message`` is the name of what a send or receive task exchanges; a receive task that is ``instantiating``
    starts the case. ``service`` is the job type, topic or operation of a service task. ``decision`` is the decision
    of a business-rule task, ``result`` the variable that takes what a script or a decision yields.
    """

    type: TaskType = TaskType.PLAIN
    message: str = ""
    correlation: str = ""
    instantiating: bool = False
    service: str = ""
    script: Script | None = None
    decision: str = ""
    result: str = ""

    @property
    def tag(self) -> str:
        return self.type.value


@dataclass(frozen=True, slots=True)
class SubProcess(Activity):
    """Of an ad-hoc one: ``completion`` ends it; ``sequential`` allows one activity at a time; ``cancel_remaining``
    says whether activities that still run are then ended; ``active`` is a list of ids that begin by themselves.
    """

    kind: SubProcessKind = SubProcessKind.EMBEDDED
    completion: str = ""
    sequential: bool = False
    cancel_remaining: bool = True
    active: str = ""

    @property
    def tag(self) -> str:
        return self.kind.value


@dataclass(frozen=True, slots=True)
class CallActivity(Activity):
    """``called`` is the id of a process. ``passes_all`` and ``returns_all``: every variable, besides the mappings."""

    called: str = ""
    passes_all: bool = True
    returns_all: bool = True

    @property
    def tag(self) -> str:
        return "callActivity"


@dataclass(frozen=True, slots=True)
class Gateway(FlowNode):
    """``instantiating``: an event-based gateway that starts the case (``parallel``: by all of its events).

    ``activation`` is the rule by which a complex gateway goes on, over ``activationCount``.
    """

    type: GatewayType = GatewayType.EXCLUSIVE
    default: str = ""
    instantiating: bool = False
    parallel: bool = False
    activation: str = ""

    @property
    def tag(self) -> str:
        return self.type.value


@dataclass(frozen=True, slots=True)
class Event(FlowNode):
    """``interrupting`` is ``cancelActivity`` of a boundary event, ``isInterrupting`` of an event sub-process start.

    ``triggers`` is empty for a plain event. With several, one of them is enough, or all are needed if ``parallel``.
    """

    position: EventPosition = EventPosition.START
    triggers: tuple[Trigger, ...] = ()
    parallel: bool = False
    attached_to: str = ""
    interrupting: bool = True

    @property
    def trigger(self) -> Trigger:
        """The only trigger; for several one of the kind ``MULTIPLE``."""
        if len(self.triggers) > 1:
            return Trigger(EventKind.MULTIPLE)
        return self.triggers[0] if self.triggers else Trigger()

    @property
    def tag(self) -> str:
        return self.position.value
