"""Which of the outgoing flows a token takes: by what the drawing says, by FEEL, or by a person's decision."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from .feel import FeelError, evaluate, parse_expression
from .model import (
    Activity,
    Definitions,
    Event,
    EventKind,
    EventPosition,
    FlowNode,
    Gateway,
    GatewayType,
    SequenceFlow,
    Task,
    TaskType,
)

_CAUGHT = {EventKind.TIMER, EventKind.MESSAGE, EventKind.SIGNAL, EventKind.CONDITIONAL}
_JOINS = (GatewayType.PARALLEL, GatewayType.INCLUSIVE, GatewayType.COMPLEX)
_MANY = (GatewayType.INCLUSIVE, GatewayType.COMPLEX)


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


def is_name(text: str) -> bool:
    """Whether an expression only names a variable."""
    return text.removeprefix("=").strip().isidentifier()


def formal_text(text: str, language: str = "") -> bool:
    """Whether an expression is there and is FEEL."""
    return bool(text) and is_feel(text, language)


def formal(flow: SequenceFlow) -> bool:
    return formal_text(flow.condition, flow.language)


def joins(node: FlowNode) -> bool:
    """Whether tokens wait here for one another."""
    return isinstance(node, Gateway) and node.type in _JOINS and len(node.incoming) > 1


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
        alone = Routing.EVERY_TRUE if node.type in _MANY else Routing.FIRST_TRUE
        return alone if decided else Routing.DECISION
    conditional = [flow for flow in flows if flow.conditional and flow.id != default]
    if not conditional and not default:
        return Routing.ALL
    return Routing.EVERY_TRUE if conditional and all(map(formal, conditional)) else Routing.DECISION


def takes_several(node: FlowNode) -> bool:
    """Whether a person who decides at this node may pick more than one branch (BPMN 2.0.2, 13.4.3 and 13.2.1)."""
    return not isinstance(node, Gateway) or node.type in _MANY


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
            flow.id for flow in flows if flow.id != default and (not _asks(node, flow) or holds(flow, variables))
        )
        return taken or ((default,) if default else ())
    return tuple(flow.id for flow in flows)


def _asks(node: FlowNode, flow: SequenceFlow) -> bool:
    """A flow out of a gateway has a condition that was read; out of an activity it may be free."""
    return isinstance(node, Gateway) or flow.conditional


def start_nodes(definitions: Definitions, scope: str, element: str = "") -> tuple[FlowNode, ...]:
    """Where a scope begins: the named start, the plain start event, else every node that nothing leads to.

    A named start is a start event, what stands behind an instantiating event gateway, or a receive task or catch
    event that nothing leads to (BPMN 2.0.2, 13.2).
    """
    inside = definitions.members.get(scope, ())
    starts = [n for n in inside if isinstance(n, Event) and n.position is EventPosition.START]
    if element:
        return tuple(node for node in inside if node.id == element and _may_begin(definitions, node))
    if starts:
        plain = [node for node in starts if not node.triggers]
        return ((plain or starts)[0],)
    return tuple(node for node in inside if begins_implicitly(node))


def _may_begin(definitions: Definitions, node: FlowNode) -> bool:
    if isinstance(node, Event) and node.position is EventPosition.START:
        return True
    catches = isinstance(node, Event) and node.position is EventPosition.CATCH
    if not catches and not (isinstance(node, Task) and node.type is TaskType.RECEIVE):
        return False
    return begins_implicitly(node) or instantiating_gateway(definitions, node) is not None


def instantiating_gateway(definitions: Definitions, node: FlowNode) -> Gateway | None:
    """The event gateway before a node with which the case itself begins."""
    sources = (definitions.nodes[definitions.flows[flow].source] for flow in node.incoming)
    return next((g for g in sources if isinstance(g, Gateway) and _instantiates(g)), None)


def _instantiates(gateway: Gateway) -> bool:
    return gateway.type is GatewayType.EVENT_BASED and not gateway.incoming


def comes_from_outside(node: FlowNode) -> bool:
    """Whether a node waits for an event, as everything behind an event gateway must (BPMN 2.0.2, 10.6.6)."""
    if isinstance(node, Event):
        return node.position is EventPosition.CATCH and any(t.kind in _CAUGHT for t in node.triggers)
    return isinstance(node, Task) and node.type is TaskType.RECEIVE


def links(definitions: Definitions, scope: str, *, catching: bool) -> tuple[Event, ...]:
    """The link events of one scope that catch, or those that throw."""
    events = (node for node in definitions.members.get(scope, ()) if isinstance(node, Event))
    linking = (event for event in events if event.trigger.kind is EventKind.LINK)
    return tuple(event for event in linking if (event.position is EventPosition.CATCH) is catching)


def link_targets(definitions: Definitions, node: Event) -> tuple[Event, ...]:
    """Where a thrown link goes on: at the catching event of the same name in the same scope (BPMN 2.0.2, 10.5.5).

    Some tools write a name of their own into each end of a link; one throw and one catch without a partner belong
    together.
    """
    catching = links(definitions, node.scope, catching=True)
    found = tuple(event for event in catching if event.trigger.name == node.trigger.name)
    if found:
        return found
    throwing = links(definitions, node.scope, catching=False)
    thrown = {event.trigger.name for event in throwing}
    caught = {event.trigger.name for event in catching}
    lonely = tuple(event for event in catching if event.trigger.name not in thrown)
    return lonely if len(lonely) == 1 and [e for e in throwing if e.trigger.name not in caught] == [node] else ()


def begins_implicitly(node: FlowNode) -> bool:
    if isinstance(node, Event):
        link = node.trigger.kind is EventKind.LINK and node.position is EventPosition.CATCH
        return not node.incoming and not link and node.position not in (EventPosition.BOUNDARY, EventPosition.END)
    compensates = isinstance(node, Activity) and node.for_compensation
    return not node.incoming and not compensates and node.tag != "eventSubProcess"
