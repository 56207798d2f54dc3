"""The workflow net of one scope of a drawing: flows are places, nodes are steps that move tokens, and its reduction.

A step takes tokens from its inputs as its ``join`` says and puts one on every flow of one of its ``ways``. Reduction
merges what cannot change the verdict (Murata 1989: fusion of series places and transitions; here also whole blocks of
matching gateways), so that a well-structured drawing shrinks to nothing and only odd parts are played.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

from .model import Activity, Definitions, Event, EventKind, EventPosition, FlowNode, Gateway, GatewayType
from .routing import Routing, begins_implicitly, default_flow, outgoing, routing

_MAX_BRANCHES = 5  # of an inclusive split; with more, only one, all, and all but one are tried

Way = frozenset[str]


class Join(StrEnum):
    ANY = "any"  # every token goes on by itself
    ALL = "all"  # one token of every input
    OPEN = "open"  # inclusive: every token that can still come


@dataclass(frozen=True, slots=True)
class Step:
    """``ends``: all other tokens are removed too. ``works``: an activity, not only a fork in the road."""

    id: str
    inputs: tuple[str, ...]
    join: Join
    ways: tuple[Way, ...]
    ends: bool = False
    works: bool = False


@dataclass
class Net:
    """``steps`` by id, ``target`` of every flow, and the markings with which a case may begin."""

    steps: dict[str, Step]
    target: dict[str, str]
    starts: tuple[Way, ...]


def workflow_net(definitions: Definitions, nodes: dict[str, FlowNode]) -> Net:
    """The net of the nodes of one scope. Every start event may begin a case of its own.

    Where a case begins, a flow ``begin …`` is added. Boundary events are ways of their activity, no steps.
    """
    links = _links(nodes)
    caught = _caught(links)
    begins = [n for n in nodes.values() if isinstance(n, Event) and n.position is EventPosition.START]
    first = [node.id for node in begins or nodes.values() if begins or begins_implicitly(node)]
    steps: dict[str, Step] = {}
    for node in nodes.values():
        own = (f"begin {node.id}",) if node.id in first else ()
        step = _step(definitions, node, (*own, *node.incoming, *caught.get(node.id, ())), links)
        if step.inputs:  # what nothing leads to never moves a token
            steps[step.id] = step
    target = {flow: step.id for step in steps.values() for flow in step.inputs}
    inside = target.keys()  # an arrow across the border of a sub-process is no flow of this net
    for step in list(steps.values()):
        steps[step.id] = replace(step, ways=tuple(dict.fromkeys(way.intersection(inside) for way in step.ways)))
    entries = [f"begin {node_id}" for node_id in first]
    starts = [frozenset([entry]) for entry in entries] if begins else [frozenset(entries)]
    return Net(steps, target, tuple(starts))


def _links(nodes: dict[str, FlowNode]) -> dict[str, tuple[str, str]]:
    """Per throwing link the flow that stands for it, and the node that catches."""
    events = [n for n in nodes.values() if isinstance(n, Event) and n.trigger.kind is EventKind.LINK]
    catches = {n.trigger.name: n.id for n in events if n.position is EventPosition.CATCH}
    throws = (n for n in events if n.position is EventPosition.THROW and n.trigger.name in catches)
    return {n.id: (f"link {n.id}", catches[n.trigger.name]) for n in throws}


def _caught(links: dict[str, tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for flow, catch in links.values():
        found.setdefault(catch, []).append(flow)
    return found


def _step(definitions: Definitions, node: FlowNode, inputs: tuple[str, ...], links: dict[str, tuple[str, str]]) -> Step:
    join = Join.ANY
    if isinstance(node, Gateway) and node.type is GatewayType.PARALLEL:
        join = Join.ALL
    elif isinstance(node, Gateway) and node.type is GatewayType.INCLUSIVE:
        join = Join.OPEN
    ends = isinstance(node, Event) and node.position is EventPosition.END and node.trigger.kind is EventKind.TERMINATE
    ways = [frozenset([links[node.id][0]])] if node.id in links else _ways(definitions, node)
    return Step(node.id, inputs, join, tuple(ways), ends=ends, works=isinstance(node, Activity))


def _ways(definitions: Definitions, node: FlowNode) -> list[Way]:
    """The sets of flows a node may put a token on: one set per way it can end."""
    flows = tuple(flow.id for flow in outgoing(definitions, node))
    how = routing(definitions, node)
    inclusive = isinstance(node, Gateway) and node.type is GatewayType.INCLUSIVE and len(flows) > 1
    if inclusive or how is Routing.EVERY_TRUE:
        ways = _choices(flows, default_flow(node))
    elif how in (Routing.DECISION, Routing.FIRST_TRUE, Routing.FIRST_EVENT):
        ways = [frozenset([flow]) for flow in flows]
    else:
        ways = [frozenset(flows)]
    if isinstance(node, Activity):
        ways += _interrupted(definitions, node)
    return list(dict.fromkeys(ways))


def _choices(flows: tuple[str, ...], default: str) -> list[Way]:
    free = [flow for flow in flows if flow != default]
    sizes: Iterable[int] = range(1, len(free) + 1)
    if len(free) > _MAX_BRANCHES:
        sizes = (1, len(free) - 1, len(free))
    ways = [frozenset(chosen) for size in sizes for chosen in combinations(free, size)]
    return ways + ([frozenset([default])] if default else [])


def _interrupted(definitions: Definitions, node: Activity) -> list[Way]:
    """What interrupts the activity and goes on instead of it."""
    events = [e for e in definitions.boundaries.get(node.id, ()) if e.trigger.kind is not EventKind.COMPENSATE]
    return [frozenset(event.outgoing) for event in events if event.interrupting]


class _Reducer:
    """Applies the rules until none fits. What leads into a step is kept and what leads out merged into it."""

    def __init__(self, net: Net) -> None:
        self.steps = dict(net.steps)
        self.target = dict(net.target)
        self.source = {flow: step.id for step in net.steps.values() for way in step.ways for flow in way}

    def run(self, starts: tuple[Way, ...]) -> Net:
        pending = dict.fromkeys(self.steps)
        while pending:
            step_id, _ = pending.popitem()
            if step_id not in self.steps:
                continue
            step = self.steps[step_id]
            for rule in (self.series, self.block, self.loop):
                touched = rule(step)
                if touched:
                    pending |= dict.fromkeys(touched)
                    break
        flows = {flow for step in self.steps.values() for flow in step.inputs}
        return Net(self.steps, {flow: self.target[flow] for flow in flows}, starts)

    def series(self, step: Step) -> tuple[str, ...]:
        """One flow in, one flow out: the step only passes the token on."""
        if len(step.inputs) != 1 or len(step.ways) != 1 or len(step.ways[0]) != 1 or step.ends:
            return ()
        (into,) = step.inputs
        (out,) = step.ways[0]
        after = self.steps[self.target[out]]
        if into == out or after.id == step.id:
            return ()
        del self.steps[step.id]
        self.steps[after.id] = replace(after, inputs=tuple(into if flow == out else flow for flow in after.inputs))
        self.target[into] = after.id
        return (after.id, *self.before(into))

    def block(self, step: Step) -> tuple[str, ...]:
        """Two flows from one step to the same next one, where it makes no difference which carries the token."""
        seen: dict[str, str] = {}
        for way in step.ways:
            for flow in sorted(way):
                first = seen.setdefault(self.target[flow], flow)
                if first != flow and self.alike(step, first, flow):
                    return self.merge(step, first, flow)
        return ()

    def alike(self, step: Step, one: str, other: str) -> bool:
        after = self.steps[self.target[one]]
        together = any(one in way and other in way for way in step.ways)
        apart = any((one in way) != (other in way) for way in step.ways)
        if after.join is Join.ANY:
            return not together  # a token on each would run twice
        return not apart if after.join is Join.ALL else step.id != after.id

    def merge(self, step: Step, kept: str, dropped: str) -> tuple[str, ...]:
        after = self.steps[self.target[dropped]]
        ways = (frozenset(kept if flow == dropped else flow for flow in way) for way in step.ways)
        self.steps[step.id] = replace(step, ways=tuple(dict.fromkeys(ways)))
        after = self.steps[after.id]
        self.steps[after.id] = replace(after, inputs=tuple(flow for flow in after.inputs if flow != dropped))
        return (step.id, after.id, *self.before(kept))

    def loop(self, step: Step) -> tuple[str, ...]:
        """A way that leads straight back to where it came from, while another way leads on."""
        if len(step.inputs) != 1 or len(step.ways) < 2:
            return ()
        for way in step.ways:
            back = next(iter(way)) if len(way) == 1 else ""
            if sum(back in one for one in step.ways) > 1:
                continue  # taken together with another one
            merge = self.steps[self.target[back]] if back else step
            if merge.id == step.id or merge.join is not Join.ANY or merge.ways != (frozenset(step.inputs),):
                continue
            if len(merge.inputs) < 2:
                continue
            self.steps[step.id] = replace(step, ways=tuple(one for one in step.ways if one != way))
            self.steps[merge.id] = replace(merge, inputs=tuple(flow for flow in merge.inputs if flow != back))
            return step.id, merge.id
        return ()

    def before(self, flow: str) -> tuple[str, ...]:
        source = self.source.get(flow, "")
        return (source,) if source in self.steps else ()


def reduced(net: Net) -> Net:
    """A smaller net with the same faults, at the steps that are left."""
    return _Reducer(net).run(net.starts)
