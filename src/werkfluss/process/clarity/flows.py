"""The way through a drawing: beginning and end, what hangs loose, events that cannot occur or say nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from werkfluss.kernel.text import Text
from werkfluss.process.model import (
    Activity,
    Definitions,
    Event,
    EventKind,
    EventPosition,
    FlowNode,
    Gateway,
    Process,
    SubProcess,
    SubProcessKind,
    Task,
)
from werkfluss.process.routing import begins_implicitly

from .catalogue import finding
from .findings import ClarityFinding


def _successors(process: Process) -> dict[str, set[str]]:
    """Which nodes may come directly after which: by flow, boundary and link."""
    after: dict[str, set[str]] = {node.id: set() for node in process.nodes}
    for flow in process.flows:
        after[flow.source].add(flow.target)
    catches: dict[str, set[str]] = defaultdict(set)
    for node in process.nodes:
        if isinstance(node, Event) and node.position is EventPosition.CATCH and node.trigger.kind is EventKind.LINK:
            catches[node.trigger.name].add(node.id)
    for node in process.nodes:
        if isinstance(node, Event) and node.position is EventPosition.BOUNDARY and node.attached_to in after:
            after[node.attached_to].add(node.id)
        if isinstance(node, Event) and node.trigger.kind is EventKind.LINK and node.position is EventPosition.THROW:
            after[node.id] |= catches[node.trigger.name]
    return after


def _reach(after: dict[str, set[str]], start: set[str]) -> set[str]:
    seen: set[str] = set()
    pending = list(start)
    while pending:
        node = pending.pop()
        if node not in seen:
            seen.add(node)
            pending.extend(after.get(node, ()))
    return seen


def _is_start(node: FlowNode) -> bool:
    """A start event, or what starts a case in its place: an instantiating receive task or event gateway."""
    instead = isinstance(node, Task | Gateway) and node.instantiating and not node.incoming
    return instead or (isinstance(node, Event) and node.position is EventPosition.START)


def _is_end(node: FlowNode) -> bool:
    return isinstance(node, Event) and node.position is EventPosition.END


def _stands_alone(node: FlowNode) -> bool:
    """Event sub-processes and compensations have no flows by nature."""
    by_itself = isinstance(node, SubProcess) and node.kind is SubProcessKind.EVENT
    return by_itself or (isinstance(node, Activity) and node.for_compensation) or _undoes(node)


def _undoes(node: FlowNode) -> bool:
    """A boundary event of compensation is tied to its activity by an association, not by a flow."""
    boundary = isinstance(node, Event) and node.position is EventPosition.BOUNDARY
    return boundary and isinstance(node, Event) and node.trigger.kind is EventKind.COMPENSATE


def _begins(node: FlowNode, *, explicit: bool) -> bool:
    """Where a scope may begin. With a start event in the scope, an unconnected step is a mistake, not a start."""
    if _stands_alone(node) or _is_start(node):
        return True
    return not explicit and begins_implicitly(node)


def flow_findings(definitions: Definitions, process: Process) -> Iterator[ClarityFinding]:
    """Beginning, end, and whether every step lies on a way from one to the other."""
    after = _successors(process)
    before: dict[str, set[str]] = defaultdict(set)
    for source, targets in after.items():
        for target in targets:
            before[target].add(source)
    inside_process = definitions.members.get(process.id, ())
    if not any(map(_is_start, inside_process)):
        yield finding("no_start", process.id)
    if not any(map(_is_end, inside_process)):
        yield finding("no_end", process.id)
    for scope in sorted({node.scope for node in process.nodes}):
        holder = definitions.nodes.get(scope)
        if isinstance(holder, SubProcess) and holder.kind is SubProcessKind.AD_HOC:
            continue  # its steps are free by nature
        yield from _scope_findings(definitions.members[scope], after, dict(before))
    yield from (finding("loose_flow", flow.id) for flow in process.loose_flows)
    yield from _partners(definitions, process)


def _scope_findings(
    inside: tuple[FlowNode, ...], after: dict[str, set[str]], before: dict[str, set[str]]
) -> Iterator[ClarityFinding]:
    explicit = any(map(_is_start, inside))
    reached = _reach(after, {node.id for node in inside if _begins(node, explicit=explicit)})
    sinks = {node.id for node in inside if not after[node.id]}
    leaving = _reach(before, sinks)
    ends = any(map(_is_end, inside))
    for node in inside:
        if node.id not in reached:
            yield finding("unreachable", node.id)
        elif node.id not in leaving:
            yield finding("no_way_out", node.id)
        elif ends and node.id in sinks and not (_is_end(node) or _stands_alone(node)):
            yield finding("dead_end", node.id)


def _partners(definitions: Definitions, process: Process) -> Iterator[ClarityFinding]:
    """Pools without inside or name that exchange messages with this process."""
    own = {node.id for node in process.nodes} | {process.id}
    own |= {pool.id for pool in definitions.participants if pool.process == process.id}
    partners = {pool.id: pool for pool in definitions.participants if not pool.process}
    asked: set[str] = set()
    for flow in definitions.message_flows:
        for near, far in ((flow.source, flow.target), (flow.target, flow.source)):
            pool = partners.get(far)
            if near not in own or pool is None or pool.id in asked or pool.name or pool.performer:
                continue
            asked.add(pool.id)
            about = flow.name or flow.message
            message = None
            if about:
                message = Text(
                    f"Die Nachricht „{about}“ hat als Partner einen Pool ohne Namen.",
                    f"The partner of the message “{about}” is a pool without a name.",
                )
            yield finding("partner_unnamed", pool.id, message=message)
