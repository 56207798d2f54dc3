"""Which of the outgoing flows a token takes: by what the drawing says, by FEEL, or by a person's decision."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from .feel import FeelError, evaluate, parse_expression
from .model import Activity, Definitions, Event, EventKind, EventPosition, FlowNode, Gateway, GatewayType, SequenceFlow


class Routing(StrEnum):
    ALL = "all"
    FIRST_TRUE = "first_true"
    EVERY_TRUE = "every_true"
    DECISION = "decision"
    FIRST_EVENT = "first_event"


def is_feel(text: str, language: str) -> bool:
    """A formal condition: FEEL by its leading ``=`` or its named language, or unnamed and readable as FEEL."""
    if not text.startswith("=") and language and "feel" not in language.lower():
        return False
    try:
        parse_expression(text.removeprefix("="))
    except FeelError:
        return False
    return True


def formal(flow: SequenceFlow) -> bool:
    return bool(flow.condition) and is_feel(flow.condition, flow.language)


def default_flow(node: FlowNode) -> str:
    return node.default if isinstance(node, Activity | Gateway) else ""


def outgoing(definitions: Definitions, node: FlowNode) -> tuple[SequenceFlow, ...]:
    return tuple(definitions.flows[flow] for flow in node.outgoing)


def routing(definitions: Definitions, node: FlowNode) -> Routing:
    """How a node with several outgoing flows goes on. A single flow is simply taken."""
    flows = outgoing(definitions, node)
    if isinstance(node, Gateway) and node.type is GatewayType.EVENT_BASED:
        return Routing.FIRST_EVENT
    if len(flows) < 2 or (isinstance(node, Gateway) and node.type is GatewayType.PARALLEL):
        return Routing.ALL
    default = default_flow(node)
    if isinstance(node, Gateway):
        decided = all(formal(flow) for flow in flows if flow.id != default)
        return Routing.FIRST_TRUE if decided else Routing.DECISION
    conditional = [flow for flow in flows if flow.conditional and flow.id != default]
    if not conditional and not default:
        return Routing.ALL
    return Routing.EVERY_TRUE if conditional and all(map(formal, conditional)) else Routing.DECISION


def holds(flow: SequenceFlow, variables: Mapping[str, Any]) -> bool:
    """Only ``true`` opens a branch; null, an unknown name or another type does not.

    Raises:
        FeelError: a limit of the interpreter was hit.
    """
    return evaluate(flow.condition.removeprefix("="), variables).value is True


def open_flows(definitions: Definitions, node: FlowNode, variables: Mapping[str, Any]) -> tuple[str, ...]:
    """The flows to take for every routing but a decision; empty means that no condition holds."""
    flows = outgoing(definitions, node)
    how = routing(definitions, node)
    default = default_flow(node)
    if how is Routing.FIRST_TRUE:
        found = next((flow.id for flow in flows if flow.id != default and holds(flow, variables)), default)
        return (found,) if found else ()
    if how is Routing.EVERY_TRUE:
        taken = tuple(
            flow.id for flow in flows if flow.id != default and (not flow.conditional or holds(flow, variables))
        )
        return taken or ((default,) if default else ())
    return tuple(flow.id for flow in flows)


def start_nodes(definitions: Definitions, scope: str, element: str = "") -> tuple[FlowNode, ...]:
    """Where a scope begins: the named start event, the plain one, else every node that nothing leads to."""
    inside = definitions.members.get(scope, ())
    starts = [n for n in inside if isinstance(n, Event) and n.position is EventPosition.START]
    if element:
        return tuple(node for node in starts if node.id == element)
    if starts:
        plain = [node for node in starts if node.trigger.kind is EventKind.NONE]
        return ((plain or starts)[0],)
    return tuple(node for node in inside if begins_implicitly(node))


def begins_implicitly(node: FlowNode) -> bool:
    if isinstance(node, Event):
        link = node.trigger.kind is EventKind.LINK and node.position is EventPosition.CATCH
        return not node.incoming and not link and node.position not in (EventPosition.BOUNDARY, EventPosition.END)
    compensates = isinstance(node, Activity) and node.for_compensation
    return not node.incoming and not compensates and node.tag != "eventSubProcess"
