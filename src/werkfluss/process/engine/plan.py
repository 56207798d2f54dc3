"""What the engine needs to know of a drawing again and again, worked out once per ``Definitions``.

A step must cost by what lives in the case, not by the size of the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from werkfluss.process.model import (
    Activity,
    Definitions,
    Event,
    EventKind,
    EventPosition,
    FlowNode,
    SubProcess,
    SubProcessKind,
)
from werkfluss.process.routing import (
    Routing,
    begins_implicitly,
    formal_text,
    link_targets,
    links,
    outgoing,
    routing,
)
from werkfluss.process.runnable import RunFinding, runnable

_KEY = "_engine_plan"


class Plan:
    """Answers about one file; every answer is kept."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self._routing: dict[str, Routing] = {}
        self._upstream: dict[str, Mapping[str, frozenset[str]]] = {}
        self._tools: dict[str, tuple[Activity, ...]] = {}
        self._findings: dict[str, tuple[RunFinding, ...]] = {}

    def findings(self, process_id: str) -> tuple[RunFinding, ...]:
        if process_id not in self._findings:
            self._findings[process_id] = runnable(self.definitions, process_id)
        return self._findings[process_id]

    def routing(self, node: FlowNode) -> Routing:
        if node.id not in self._routing:
            self._routing[node.id] = routing(self.definitions, node)
        return self._routing[node.id]

    @cached_property
    def processes(self) -> frozenset[str]:
        return frozenset(process.id for process in self.definitions.processes)

    @cached_property
    def event_starts(self) -> Mapping[str, tuple[Event, ...]]:
        """The start events of the event sub-processes directly inside each scope, by the scope's element."""
        found: dict[str, list[Event]] = {}
        for node in self.definitions.nodes.values():
            if isinstance(node, SubProcess) and node.kind is SubProcessKind.EVENT:
                starts = (n for n in self.definitions.members.get(node.id, ()) if is_start(n))
                found.setdefault(node.scope, []).extend(s for s in starts if isinstance(s, Event))
        return {scope: tuple(events) for scope, events in found.items()}

    def tools(self, box: str) -> tuple[Activity, ...]:
        """What may be begun in an ad-hoc sub-process: what nothing leads to; the rest follows on it.

        Of a ring, or of what stands behind an event or gateway with which nothing begins, the first is on offer.
        """
        if box not in self._tools:
            activities = [n for n in self.definitions.members.get(box, ()) if isinstance(n, Activity) and _is_tool(n)]
            free = [node for node in activities if begins_implicitly(node)]
            reached = self._reached(free)
            for node in activities:
                if node.id not in reached:
                    free.append(node)
                    reached |= self._reached([node])
            self._tools[box] = tuple(node for node in activities if node in free)
        return self._tools[box]

    def _reached(self, begun: Iterable[FlowNode]) -> set[str]:
        seen: set[str] = set()
        pending = [node.id for node in begun]
        while pending:
            node_id = pending.pop()
            if node_id not in seen:
                seen.add(node_id)
                node = self.definitions.nodes[node_id]
                pending += [flow.target for flow in outgoing(self.definitions, node)]
                pending += [event.id for event in self.definitions.boundaries.get(node_id, ())]
                if isinstance(node, Event) and node.trigger.kind is EventKind.LINK:
                    pending += [event.id for event in link_targets(self.definitions, node)]
        return seen

    @cached_property
    def compensates(self) -> bool:
        """Whether anything in the file ever asks for compensation; if not, nothing need be remembered for it."""
        kinds = (EventKind.COMPENSATE, EventKind.CANCEL)
        throwing = (EventPosition.THROW, EventPosition.END)
        return any(
            isinstance(node, Event) and node.position in throwing and any(t.kind in kinds for t in node.triggers)
            for node in self.definitions.nodes.values()
        )

    def condition(self, event: str) -> tuple[str, bool]:
        """What a conditional event waits for, and whether it is FEEL."""
        node = self.definitions.nodes[event]
        triggers = node.triggers if isinstance(node, Event) else ()
        text, language = next(
            ((t.condition, t.language) for t in triggers if t.kind is EventKind.CONDITIONAL), ("", "")
        )
        return text or node.name, formal_text(text, language)

    def handler(self, activity: str) -> Activity | None:
        return self.definitions.compensation_handler(activity)

    def undoing_start(self, scope_element: str) -> Event | None:
        """The start of the compensation event sub-process of a sub-process (BPMN 2.0.2, 10.3.3), if it has one."""
        starts = self.event_starts.get(scope_element, ())
        return next((s for s in starts if any(t.kind is EventKind.COMPENSATE for t in s.triggers)), None)

    def link_target(self, node: Event) -> Event | None:
        return next(iter(link_targets(self.definitions, node)), None)

    def upstream(self, join: FlowNode) -> Mapping[str, frozenset[str]]:
        """For each incoming flow of a join: from which nodes a token can come to it without passing the join."""
        if join.id not in self._upstream:
            self._upstream[join.id] = {flow: self._sources(join, flow) for flow in join.incoming}
        return self._upstream[join.id]

    def _sources(self, join: FlowNode, flow: str) -> frozenset[str]:
        seen: set[str] = set()
        pending = [self.definitions.flows[flow].source]
        while pending:
            node_id = pending.pop()
            if node_id in seen or node_id == join.id:
                continue
            seen.add(node_id)
            pending += self._before(self.definitions.nodes[node_id])
        return frozenset(seen)

    def _before(self, node: FlowNode) -> list[str]:
        before = [self.definitions.flows[flow].source for flow in node.incoming]
        if isinstance(node, Event) and node.position is EventPosition.BOUNDARY:
            before.append(node.attached_to)  # the standard counts flows only; a token may leave by the boundary too
        if isinstance(node, Event) and node.trigger.kind is EventKind.LINK and node.position is EventPosition.CATCH:
            throwing = links(self.definitions, node.scope, catching=False)
            before += [event.id for event in throwing if node in link_targets(self.definitions, event)]
        return before


def _is_tool(node: Activity) -> bool:
    event = isinstance(node, SubProcess) and node.kind is SubProcessKind.EVENT
    return not node.for_compensation and not event


def is_start(node: FlowNode) -> bool:
    return isinstance(node, Event) and node.position is EventPosition.START


def plan_of(definitions: Definitions) -> Plan:
    """The plan lives and dies with its ``Definitions``, as the values of their cached properties do."""
    known = definitions.__dict__.get(_KEY)
    if isinstance(known, Plan):
        return known
    plan = definitions.__dict__[_KEY] = Plan(definitions)
    return plan
