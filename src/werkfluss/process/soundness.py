"""Soundness by playing every course of a drawing: where it can stop half-way, where a step can run twice at once.

Each scope is a small Petri net: its flows are the places, its nodes the transitions (van der Aalst 1998). The number
of markings looked at is bounded. Beyond that only one order of the parallel steps is played: every flow has one
target, so steps never take tokens from each other, and a deadlock shows in any order; a double run may not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from .model import Activity, Definitions, Event, EventKind, EventPosition, FlowNode, Gateway, GatewayType, Process
from .routing import Routing, begins_implicitly, default_flow, outgoing, routing

MAX_WORK = 200_000  # tokens in all the markings that are looked at
_MAX_BRANCHES = 5  # of an inclusive split; more would make too many combinations

Marking = tuple[str, ...]  # sorted flow ids, with repetition


def unsound(definitions: Definitions, process: Process) -> Iterator[tuple[str, str]]:
    """Pairs (``deadlock`` or ``runs_twice``, element), each once."""
    for scope in sorted({node.scope for node in process.nodes}):
        nodes = {node.id: node for node in definitions.members[scope]}
        if any(
            isinstance(n, Gateway) and n.type in (GatewayType.INCLUSIVE, GatewayType.COMPLEX) for n in nodes.values()
        ):
            continue  # their joins depend on the whole marking; this net cannot express them
        found = dict.fromkeys([*_play(definitions, nodes), *_side_paths(definitions, nodes)])
        yield from found


def _play(definitions: Definitions, nodes: dict[str, FlowNode], *, every_order: bool = True) -> list[tuple[str, str]]:
    found: dict[tuple[str, str], None] = {}
    pending: list[Marking] = [_start(definitions, nodes)]
    seen: set[Marking] = set(pending)
    work = 0
    while pending:
        marking = pending.pop()
        followers = list(_followers(definitions, nodes, marking, every_order=every_order))
        work += sum(map(len, followers)) + 1
        if work > MAX_WORK:
            return _play(definitions, nodes, every_order=False) if every_order else list(found)
        if not followers and marking:
            for flow in set(marking):
                found["deadlock", definitions.flows[flow].target] = None
        for follower in followers:
            twice = [flow for flow in set(follower) if follower.count(flow) > 1]
            for flow in twice:
                found["runs_twice", definitions.flows[flow].target] = None
            if follower not in seen and not twice:
                seen.add(follower)
                pending.append(follower)
    return list(found)


def _begin(nodes: dict[str, FlowNode]) -> list[FlowNode]:
    """With several start events one of them begins the case; the first one stands for all."""
    events: list[FlowNode] = [n for n in nodes.values() if isinstance(n, Event) and n.position is EventPosition.START]
    return events[:1] or [n for n in nodes.values() if begins_implicitly(n)]


def _start(definitions: Definitions, nodes: dict[str, FlowNode]) -> Marking:
    return tuple(sorted(flow for node in _begin(nodes) for flow in _outputs(definitions, node)[0]))


def _outputs(definitions: Definitions, node: FlowNode) -> list[tuple[str, ...]]:
    """The sets of flows a node may put a token on: one set per way it can end."""
    flows = tuple(flow.id for flow in outgoing(definitions, node))
    how = routing(definitions, node)
    ways: list[tuple[str, ...]]
    if how in (Routing.DECISION, Routing.FIRST_TRUE, Routing.FIRST_EVENT):
        ways = [(flow,) for flow in flows]
    elif how is Routing.EVERY_TRUE:
        default = default_flow(node)
        free = [flow for flow in flows if flow != default][:_MAX_BRANCHES]
        ways = [chosen for size in range(1, len(free) + 1) for chosen in combinations(free, size)]
        ways += [(default,)] if default else []
    else:
        ways = [flows]
    if isinstance(node, Activity):
        ways += _boundary_ways(definitions, node)
    return ways or [()]


def _boundary_ways(definitions: Definitions, node: Activity) -> list[tuple[str, ...]]:
    """What interrupts the activity and goes on instead of it."""
    events = [e for e in definitions.boundaries.get(node.id, ()) if e.trigger.kind is not EventKind.COMPENSATE]
    return [tuple(flow.id for flow in outgoing(definitions, event)) for event in events if event.interrupting]


def _reached(definitions: Definitions, start: Iterable[FlowNode], *, with_side_paths: bool) -> dict[str, None]:
    seen: dict[str, None] = {}
    pending = list(start)
    while pending:
        node = pending.pop()
        if node.id in seen:
            continue
        seen[node.id] = None
        pending += [definitions.nodes[flow.target] for flow in outgoing(definitions, node)]
        pending += [e for e in definitions.boundaries.get(node.id, ()) if e.interrupting or with_side_paths]
    return seen


def _side_paths(definitions: Definitions, nodes: dict[str, FlowNode]) -> Iterator[tuple[str, str]]:
    """A path beside an activity (non-interrupting event) must end by itself; back on the main path it runs twice."""
    main = _reached(definitions, _begin(nodes), with_side_paths=False)
    for node in nodes.values():
        beside = isinstance(node, Event) and node.position is EventPosition.BOUNDARY and not node.interrupting
        if not beside:
            continue
        side = _reached(definitions, [node], with_side_paths=True)
        for flow in (flow for member in side for flow in outgoing(definitions, definitions.nodes[member])):
            if flow.target in main and flow.source not in main:
                yield "runs_twice", flow.target


def _followers(
    definitions: Definitions, nodes: dict[str, FlowNode], marking: Marking, *, every_order: bool
) -> Iterator[Marking]:
    for target in dict.fromkeys(definitions.flows[flow].target for flow in marking):
        node = nodes[target]
        here = [flow for flow in dict.fromkeys(marking) if definitions.flows[flow].target == target]
        joins = isinstance(node, Gateway) and node.type is GatewayType.PARALLEL
        if joins and len(here) < len(node.incoming):
            continue
        if isinstance(node, Event) and node.trigger.kind is EventKind.TERMINATE and node.position is EventPosition.END:
            yield ()
            continue
        taken = [here] if joins else [[flow] for flow in here]
        for flows in taken:
            rest = list(marking)
            for flow in flows:
                rest.remove(flow)
            for way in _ways(definitions, nodes, node):
                yield tuple(sorted([*rest, *way]))
        if not every_order:
            return


def _ways(definitions: Definitions, nodes: dict[str, FlowNode], node: FlowNode) -> list[tuple[str, ...]]:
    """As ``_outputs``; a link throws to the flows behind its catch."""
    if isinstance(node, Event) and node.trigger.kind is EventKind.LINK and node.position is EventPosition.THROW:
        catches = [
            other
            for other in nodes.values()
            if isinstance(other, Event)
            and other.position is EventPosition.CATCH
            and other.trigger.kind is EventKind.LINK
            and other.trigger.name == node.trigger.name
        ]
        return _outputs(definitions, catches[0]) if catches else [()]
    return _outputs(definitions, node)
