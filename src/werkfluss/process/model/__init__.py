"""The checked model of a BPMN 2.0 file (OMG formal/2013-12-09). Everything is frozen; ids are those of the file.

The model holds what Werkfluss works with. What it does not know stays in ``Definitions.source`` and is written
back untouched.
"""

from .definitions import Artifact, Definitions, Lane, MessageFlow, Participant, Process, SequenceFlow
from .drawing import Bounds, Diagram, Edge, Shape
from .facts import NO_FACTS, WERKFLUSS_NS, AiUse, Words, WorkFacts
from .kinds import EventKind, EventPosition, GatewayType, LoopKind, SubProcessKind, TaskType
from .nodes import (
    Activity,
    CallActivity,
    Event,
    FlowNode,
    Gateway,
    Loop,
    Script,
    SubProcess,
    Task,
    Timer,
    Trigger,
    VariableMapping,
)

__all__ = [
    "NO_FACTS",
    "WERKFLUSS_NS",
    "Activity",
    "AiUse",
    "Artifact",
    "Bounds",
    "CallActivity",
    "Definitions",
    "Diagram",
    "Edge",
    "Event",
    "EventKind",
    "EventPosition",
    "FlowNode",
    "Gateway",
    "GatewayType",
    "Lane",
    "Loop",
    "LoopKind",
    "MessageFlow",
    "Participant",
    "Process",
    "Script",
    "SequenceFlow",
    "Shape",
    "SubProcess",
    "SubProcessKind",
    "Task",
    "TaskType",
    "Timer",
    "Trigger",
    "VariableMapping",
    "Words",
    "WorkFacts",
]
