"""Soundness of a drawing (van der Aalst 1998): can every case be completed, with no step running twice at once.

Each scope is read as a workflow net, reduced, and then judged by the strongest method that fits:

1. every marking is looked at (state space), up to ``MAX_WORK`` tokens: deadlock, livelock, lack of synchronisation;
2. beyond that one order of the parallel steps is played (stubborn sets, Valmari 1991): every flow has one target, so
   steps never take tokens from each other, and a deadlock shows in any order; a double run or a livelock may not;
3. beyond that too, the shape alone is judged: a merge whose branches come from the nearest split of another type
   (Esparza and Silva 1990: handles; here by dominators) is named.

What the net leaves out: data, messages and time (every branch and event is taken to be possible), the inside of event
sub-processes, and complex gateways.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from .model import (
    Definitions,
    Event,
    EventPosition,
    FlowNode,
    Gateway,
    GatewayType,
    Process,
    SubProcess,
    SubProcessKind,
)
from .routing import begins_implicitly, outgoing
from .workflow_net import Join, Net, Step, reduced, workflow_net

MAX_WORK = 60_000  # tokens in all the markings that are looked at; the scopes of a process share them
_EASY = 3  # steps of a net that costs next to nothing

Marking = tuple[str, ...]  # sorted flow ids, with repetition
Method = Literal["state space", "one order", "structure"]
_METHODS: tuple[Method, ...] = ("state space", "one order", "structure")
Fault = tuple[str, str]  # code and element


@dataclass(frozen=True, slots=True)
class Soundness:
    """``faults`` are pairs (``deadlock``, ``livelock`` or ``runs_twice``, element). ``method`` is the weakest one used.

    ``open_joins`` are inclusive merges without a matching split, ``unjudged`` the scopes with a complex gateway.
    ``choices`` names, for a merge that deadlocks, the decision whose branches it waits for, where there is one.
    """

    faults: tuple[Fault, ...]
    method: Method
    open_joins: tuple[str, ...] = ()
    unjudged: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)


def soundness(definitions: Definitions, process: Process, skip: Iterable[str] = ()) -> Soundness:
    """The verdict on a process, without the scopes in ``skip`` (that do not hang together anyway)."""
    faults: dict[Fault, None] = {}
    open_joins: list[str] = []
    unjudged: list[str] = []
    choices: dict[str, str] = {}
    weakest = 0
    left_out = set(skip)
    nets: list[tuple[Net, Net]] = []
    for scope in sorted({node.scope for node in process.nodes} - left_out):
        holder = definitions.nodes.get(scope)
        if isinstance(holder, SubProcess) and holder.kind is SubProcessKind.AD_HOC:
            continue  # its steps are free by nature
        nodes = {node.id: node for node in definitions.members[scope]}
        if any(isinstance(node, Gateway) and node.type is GatewayType.COMPLEX for node in nodes.values()):
            unjudged.append(scope)
            continue
        drawn = workflow_net(definitions, nodes)
        nets.append((drawn, reduced(drawn)))
        faults |= dict.fromkeys(_side_paths(definitions, nodes))
    limit = MAX_WORK // max(1, sum(len(net.steps) > _EASY for _, net in nets))
    for drawn, net in nets:
        found, method = _judged(net, drawn.target, limit)
        weakest = max(weakest, _METHODS.index(method))
        faults |= dict.fromkeys(found)
        open_joins += [s.id for s in net.steps.values() if s.join is Join.OPEN and len(s.inputs) > 1]
        stuck = {element for code, element in found if code == "deadlock"}
        choices |= _choices_before(net, stuck) if stuck else {}
    return Soundness(tuple(faults), _METHODS[weakest], tuple(open_joins), tuple(unjudged), choices)


def _judged(net: Net, drawn: dict[str, str], limit: int) -> tuple[list[Fault], Method]:
    try:
        return _play(net, drawn, limit, every_order=True), "state space"
    except _TooManyError:
        pass
    try:
        return _play(net, drawn, limit, every_order=False), "one order"
    except _TooManyError:
        return list(_shape(net)), "structure"


class _TooManyError(Exception):
    """More markings than are looked at."""


def _play(net: Net, drawn: dict[str, str], limit: int, *, every_order: bool) -> list[Fault]:
    """``drawn`` is the target of every flow before the reduction, so that the step is named that stands there."""
    blocks = _blockers(net)
    found: dict[Fault, None] = {}
    pending = [tuple(sorted(way)) for way in net.starts]
    before: dict[Marking, list[Marking]] = {marking: [] for marking in pending}
    done: list[Marking] = []
    work = 0
    # Two tokens behind an activity: it ran twice itself. Behind a merge: what comes next does.
    working = {flow: step.id for step in net.steps.values() if step.works for way in step.ways for flow in way}
    while pending:
        marking = pending.pop()
        followers = list(_followers(net, blocks, marking, every_order=every_order))
        work += sum(map(len, followers)) + 1
        if work > limit:
            raise _TooManyError
        if not followers:
            done.append(marking)
            found |= {("deadlock", net.target[flow]): None for flow in marking}
        for follower in followers:
            twice = [flow for flow, tokens in Counter(follower).items() if tokens > 1]
            found |= {("runs_twice", working.get(flow) or drawn[flow]): None for flow in twice}
            if twice:
                done.append(marking)  # what comes after a double run is not looked at, so nothing is said about it
                continue
            if follower not in before:
                before[follower] = []
                pending.append(follower)
            before[follower].append(marking)
    if every_order:
        found |= dict.fromkeys(_livelocks(drawn, before, done))
    return list(found)


def _livelocks(drawn: dict[str, str], before: dict[Marking, list[Marking]], done: list[Marking]) -> Iterator[Fault]:
    """Markings from which nothing final is ever reached."""
    leaving: set[Marking] = set()
    pending = list(done)
    while pending:
        marking = pending.pop()
        if marking not in leaving:
            leaving.add(marking)
            pending += before.get(marking, ())
    caught = {marking: before[marking] for marking in before if marking not in leaving}
    if caught:
        for flow in _innermost(caught):
            yield "livelock", drawn[flow]


def _innermost(caught: dict[Marking, list[Marking]]) -> Marking:
    """A marking that comes round again and again: the last to finish against the arrows (Kosaraju) lies in a sink."""
    seen: set[Marking] = set()
    last: Marking = ()
    for root, earlier in caught.items():
        pending = [] if root in seen else [(root, iter(earlier))]
        seen.add(root)
        while pending:
            last, sources = pending[-1]
            source = next((one for one in sources if one in caught and one not in seen), None)
            if source is None:
                pending.pop()
            else:
                seen.add(source)
                pending.append((source, iter(caught[source])))
    return last


def _followers(
    net: Net, blocks: dict[str, dict[str, set[str]]], marking: Marking, *, every_order: bool
) -> Iterator[Marking]:
    waiting: dict[str, list[str]] = {}
    for flow in marking:
        waiting.setdefault(net.target[flow], []).append(flow)
    for target, here in waiting.items():
        step = net.steps[target]
        if step.join is Join.ALL and len(here) < len(step.inputs):
            continue
        if step.join is Join.OPEN and _must_wait(blocks[target], here, marking):
            continue
        if step.ends:
            yield ()
            continue
        for flows in [[flow] for flow in here] if step.join is Join.ANY else [here]:
            rest = list(marking)
            for flow in flows:
                rest.remove(flow)
            for way in step.ways:
                yield tuple(sorted([*rest, *way]))
        if not every_order:
            return


def _blockers(net: Net) -> dict[str, dict[str, set[str]]]:
    """Per inclusive merge and input: the flows from which a token can still come there without passing the merge."""
    into: dict[str, list[str]] = {}
    for step in net.steps.values():
        for flow in {flow for way in step.ways for flow in way}:
            into.setdefault(flow, []).append(step.id)
    found: dict[str, dict[str, set[str]]] = {}
    for step in net.steps.values():
        if step.join is not Join.OPEN:
            continue
        found[step.id] = {}
        for flow in step.inputs:
            seen: set[str] = set()
            pending = [flow]
            while pending:
                sources = [net.steps[source] for source in into.get(pending.pop(), ()) if source != step.id]
                fresh = {earlier for source in sources for earlier in source.inputs} - seen
                seen |= fresh
                pending += fresh
            found[step.id][flow] = seen
    return found


def _must_wait(reach: dict[str, set[str]], here: list[str], marking: Marking) -> bool:
    """BPMN 2.0, 13.4.3: a token waits while another one can reach an empty input, and none that has one already."""
    filled = set().union(*(reach[flow] for flow in here))
    awaited = set().union(*(reach[flow] for flow in reach if flow not in here))
    return any(flow in awaited and flow not in filled for flow in marking if flow not in reach)


def _chooses(step: Step) -> bool:
    return len(step.ways) > 1 and all(len(way) == 1 for way in step.ways)


def _choices_before(net: Net, stuck: set[str]) -> dict[str, str]:
    """The decision through which all the branches of a merge come, if the nearest split is one."""
    nearest = _dominators(net)
    splits = {element: net.steps.get(nearest.get(element, "")) for element in stuck}
    return {element: split.id for element, split in splits.items() if split is not None and _chooses(split)}


def _shape(net: Net) -> Iterator[Fault]:
    """Merges that do not fit the nearest step through which all of their branches come."""
    nearest = _dominators(net)
    for step in net.steps.values():
        split = net.steps.get(nearest.get(step.id, ""))
        if len(step.inputs) < 2 or split is None:
            continue
        if step.join is Join.ALL and _chooses(split):
            yield "deadlock", step.id
        elif step.join is Join.ANY and any(len(way) > 1 for way in split.ways):
            yield "runs_twice", step.id


def _dominators(net: Net) -> dict[str, str]:
    """The immediate dominator of every step (Cooper, Harvey, Kennedy 2001), from a root before all starts."""
    after: dict[str, list[str]] = {"": [net.target[flow] for way in net.starts for flow in way]}
    for step in net.steps.values():
        after[step.id] = [net.target[flow] for way in step.ways for flow in way]
    order = _postorder(after)
    number = {step: index for index, step in enumerate(order)}
    sources: dict[str, list[str]] = {}
    for source in order:
        for target in after[source]:
            sources.setdefault(target, []).append(source)
    found = {"": ""}
    changed = True
    while changed:
        changed = False
        for step_id in reversed(order[:-1]):
            known = [source for source in sources[step_id] if source in found]
            best = known[0]
            for other in known[1:]:
                best = _meeting(found, number, best, other)
            if found.get(step_id) != best:
                found[step_id] = best
                changed = True
    return found


def _meeting(found: dict[str, str], number: dict[str, int], one: str, other: str) -> str:
    while one != other:
        while number[one] < number[other]:
            one = found[one]
        while number[other] < number[one]:
            other = found[other]
    return one


def _postorder(after: dict[str, list[str]]) -> list[str]:
    order: list[str] = []
    seen = {""}
    pending: list[tuple[str, Iterator[str]]] = [("", iter(after[""]))]
    while pending:
        step, targets = pending[-1]
        target = next((one for one in targets if one not in seen), None)
        if target is None:
            order.append(step)
            pending.pop()
        else:
            seen.add(target)
            pending.append((target, iter(after[target])))
    return order


def _begin(nodes: dict[str, FlowNode]) -> list[FlowNode]:
    events: list[FlowNode] = [n for n in nodes.values() if isinstance(n, Event) and n.position is EventPosition.START]
    return events or [n for n in nodes.values() if begins_implicitly(n)]


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


def _side_paths(definitions: Definitions, nodes: dict[str, FlowNode]) -> Iterator[Fault]:
    """A path beside an activity (non-interrupting event) must end by itself; back on the main path it runs twice."""
    beside = [
        n
        for n in nodes.values()
        if isinstance(n, Event) and n.position is EventPosition.BOUNDARY and not n.interrupting
    ]
    if not beside:
        return
    main = _reached(definitions, _begin(nodes), with_side_paths=False)
    for node in beside:
        side = _reached(definitions, [node], with_side_paths=True)
        for flow in (flow for member in side for flow in outgoing(definitions, definitions.nodes[member])):
            if flow.target in main and flow.source not in main:
                target = definitions.nodes[flow.target]
                waits = isinstance(target, Gateway) and target.type is GatewayType.PARALLEL
                ends = isinstance(target, Event) and target.position is EventPosition.END
                if not (waits or ends):
                    yield "runs_twice", flow.target
