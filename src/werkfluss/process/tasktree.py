"""A process as a tree of tasks: what has to be done once, in which order, and what only under a condition.

At a decision the way with the most work to an ordinary end is the main one; the other ways are kept, marked with the
answer that leads to them. What a drawing goes back to is marked as work that may come again; a tree has no way back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import ceil
from zoneinfo import ZoneInfo

from werkfluss.kernel.text import Text

from .model import (
    Activity,
    Definitions,
    Event,
    EventKind,
    EventPosition,
    FlowNode,
    Gateway,
    GatewayType,
    SubProcess,
    SubProcessKind,
    Task,
    TaskType,
)
from .timing import deadline_of, due_of

_DAY = datetime(2026, 1, 5, tzinfo=UTC)  # any day: durations are measured from it
_ZONE = ZoneInfo("UTC")
_HOURS_A_DAY = 8
_BY_ITSELF = {TaskType.SCRIPT, TaskType.BUSINESS_RULE}
_EXTRAORDINARY = {EventKind.ERROR, EventKind.CANCEL, EventKind.TERMINATE, EventKind.ESCALATION}


@dataclass(frozen=True, slots=True)
class Before:
    """What must be done first; ``wait_days`` calendar days lie between."""

    step: str
    wait_days: int = 0


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One activity as a task. ``parent`` is the sub-process it belongs to.

    ``optional``: it lies beside the main way; ``only_if`` says which answers lead there. ``again``: the drawing comes
    back to it. ``automatic``: in a case Werkfluss does it. ``due_days`` count from the start of the whole.
    """

    node: Activity
    performer: str
    parent: str = ""
    is_group: bool = False
    optional: bool = False
    only_if: Text | None = None
    again: bool = False
    automatic: bool = False
    after: tuple[Before, ...] = ()
    due_days: int | None = None


def task_tree(definitions: Definitions, process_id: str) -> tuple[PlannedStep, ...]:
    """The activities of a process as tasks, each group before its members, in the order in which they come.

    Raises:
        KeyError: the file has no process of that id.
    """
    return _due(tuple(_scope(definitions, definitions.process(process_id).id, parent="", optional=False)))


def _scope(definitions: Definitions, scope: str, *, parent: str, optional: bool) -> Iterator[PlannedStep]:
    graph = _Graph(definitions, scope)
    for node in graph.activities():
        beside = optional or node.id not in graph.main
        is_group = isinstance(node, SubProcess)
        yield PlannedStep(
            node,
            definitions.performer(node),
            parent,
            is_group=is_group,
            optional=beside,
            only_if=graph.only_if.get(node.id) if node.id not in graph.main else None,
            again=node.id in graph.again,
            automatic=isinstance(node, Task) and (node.type in _BY_ITSELF or bool(node.facts.operation)),
            after=graph.before(node),
        )
        if is_group:
            yield from _scope(definitions, node.id, parent=node.id, optional=beside)


class _Graph:
    """The nodes of one scope with their edges, ways back taken out."""

    def __init__(self, definitions: Definitions, scope: str) -> None:
        self.definitions = definitions
        self.nodes = {node.id: node for node in definitions.members.get(scope, ())}
        every = {key: tuple(self._targets(node)) for key, node in self.nodes.items()}
        self._order, back = _sorted(list(self._starts(every)), every)
        self.onward = {key: tuple(one for one in every[key] if (key, one) not in back) for key in every}
        self._sources: dict[str, list[str]] = {}
        for key in self._order:
            for target in self.onward[key]:
                self._sources.setdefault(target, []).append(key)
        self.again = self._repeated(back)
        self.main = self._main()
        self.only_if = self._conditions()

    def _targets(self, node: FlowNode) -> Iterator[str]:
        for key in node.outgoing:
            target = self.definitions.flows[key].target
            if target in self.nodes:
                yield target
        for event in self.definitions.boundaries.get(node.id, ()):
            if event.id in self.nodes:
                yield event.id
        if isinstance(node, Event) and node.position is EventPosition.BOUNDARY:
            handler = self.definitions.compensation_handlers.get(node.attached_to)
            if handler is not None and node.trigger.kind is EventKind.COMPENSATE:
                yield handler.id

    def _starts(self, every: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
        """Start events first, then whatever nothing leads to: loose activities and event sub-processes."""
        reached = {target for targets in every.values() for target in targets}
        starts = [key for key, one in self.nodes.items() if isinstance(one, Event) and not one.incoming]
        first = [key for key in starts if self._is_start(key)]
        return iter(dict.fromkeys([*first, *(key for key in self.nodes if key not in reached), *self.nodes]))

    def _is_start(self, key: str) -> bool:
        node = self.nodes[key]
        return isinstance(node, Event) and node.position is EventPosition.START

    def activities(self) -> Iterator[Activity]:
        for key in self._order:
            node = self.nodes[key]
            if isinstance(node, Activity):
                yield node

    def _repeated(self, back: Iterable[tuple[str, str]]) -> set[str]:
        """Whatever lies between the place a drawing goes back to and the place where it does."""
        found = {key for key, node in self.nodes.items() if isinstance(node, Activity) and node.loop is not None}
        for source, target in back:
            found |= _reach(target, self.onward) & {source, *_reach(source, self._sources)}
        return found

    def _main(self) -> set[str]:
        ahead = self._ahead()
        found: set[str] = set()
        pending = [key for key in self._order if not self._sources.get(key) and not self._aside(key)]
        while pending:
            key = pending.pop()
            if key not in found:
                found.add(key)
                targets = [one for one in self.onward[key] if not self._aside(one)]
                pending += [max(targets, key=lambda one: ahead[one])] if targets and self._one_of(key) else targets
        return found

    def _aside(self, key: str) -> bool:
        """Boundary events, event sub-processes and what undoes something are never on the main way."""
        node = self.nodes[key]
        if isinstance(node, Event):
            return node.position is EventPosition.BOUNDARY
        is_event_part = isinstance(node, SubProcess) and node.kind is SubProcessKind.EVENT
        return is_event_part or (isinstance(node, Activity) and node.for_compensation)

    def _one_of(self, key: str) -> bool:
        """Whether only one of the ways out of a node is taken."""
        node = self.nodes[key]
        if isinstance(node, Gateway):
            return node.type in (GatewayType.EXCLUSIVE, GatewayType.EVENT_BASED)
        flows = [self.definitions.flows[one] for one in node.outgoing]
        return len(flows) > 1 and any(flow.conditional for flow in flows)

    def _ahead(self) -> dict[str, tuple[bool, int]]:
        """Per node whether an ordinary end can be reached, and how many activities lie on the longest way there."""
        found: dict[str, tuple[bool, int]] = {}
        for key in reversed(self._order):
            node = self.nodes[key]
            own = isinstance(node, Activity)
            best = max((found[one] for one in self.onward[key] if not self._aside(one)), default=None)
            found[key] = (self._ends_well(node), int(own)) if best is None else (best[0], best[1] + own)
        return found

    def _ends_well(self, node: FlowNode) -> bool:
        if isinstance(node, Event):
            return node.position is EventPosition.END and node.trigger.kind not in _EXTRAORDINARY
        return not node.outgoing

    def _conditions(self) -> dict[str, Text]:
        """Per node beside the main way the question and answer, or the event, that first leads away from it."""
        found: dict[str, Text] = {}
        for key in self._order:
            if key in self.main:
                continue
            for source in self._sources.get(key, ()):
                told = self._answer(source, key) if self._one_of(source) else None
                node = self.nodes[source]
                if isinstance(node, Event) and node.position is EventPosition.BOUNDARY:
                    told = _label(node)
                told = told or found.get(source)
                if told is not None:
                    found.setdefault(key, told)
        return found

    def _answer(self, source: str, target: str) -> Text | None:
        node = self.nodes[source]
        flow = next(one for key in node.outgoing if (one := self.definitions.flows[key]).target == target)
        parts = [(node.name_in(one), flow.name_in(one)) for one in ("de", "en")]
        if not any(answer for _, answer in parts):
            return None
        german, english = (" ".join(part for part in pair if part) for pair in parts)
        return Text(german, english)

    def before(self, node: Activity) -> tuple[Before, ...]:
        """The activities that come directly before, over gateways and events; a time on the way is waited for."""
        found: dict[str, int] = {}
        pending, seen = [(one, 0) for one in self._sources.get(node.id, ())], set()
        while pending:
            key, days = pending.pop(0)
            if (key, days) in seen:
                continue
            seen.add((key, days))
            other = self.nodes[key]
            if isinstance(other, Activity):
                found[key] = max(found.get(key, 0), days)
                continue
            waited = days + _waited(other)
            pending += [(one, waited) for one in self._sources.get(key, ())]
        return tuple(Before(key, days) for key, days in found.items())


def _label(node: FlowNode) -> Text | None:
    german, english = node.name_in("de"), node.name_in("en")
    return Text(german or english, english or german) if german or english else None


def _sorted(starts: list[str], every: Mapping[str, tuple[str, ...]]) -> tuple[list[str], set[tuple[str, str]]]:
    """The nodes so that each comes after those before it, and the edges that lead back; depth first, no recursion."""
    state: dict[str, int] = {}
    order: list[str] = []
    back: set[tuple[str, str]] = set()
    for start in starts:
        if start in state:
            continue
        # The last way first, so that after turning round the first drawn way comes first.
        stack = [(start, iter(reversed(every[start])))]
        state[start] = 1
        while stack:
            key, targets = stack[-1]
            target = next(targets, None)
            if target is None:
                state[key] = 2
                order.append(key)
                stack.pop()
            elif target not in state:
                state[target] = 1
                stack.append((target, iter(reversed(every[target]))))
            elif state[target] == 1:
                back.add((key, target))
    return order[::-1], back


def _reach(start: str, edges: Mapping[str, Iterable[str]]) -> set[str]:
    found: set[str] = set()
    pending = [start]
    while pending:
        key = pending.pop()
        if key not in found:
            found.add(key)
            pending += edges.get(key, ())
    return found


def _waited(node: FlowNode) -> int:
    """Days that an event on the way waits, if the drawing says so."""
    if not isinstance(node, Event) or node.position is not EventPosition.CATCH:
        return 0
    due, _times = due_of(node.trigger, _DAY, _ZONE, {})
    return max(0, ceil((due - _DAY).total_seconds() / 86_400)) if due is not None else 0


def _days(node: Activity) -> int | None:
    """Whole days until a step is due after it was reached; ``None`` if the drawing does not say."""
    due = deadline_of(node.facts.due, _DAY, _ZONE, {}) if node.facts.due else None
    return max(1, ceil((due - _DAY).total_seconds() / 86_400)) if due is not None else None


def _due(steps: tuple[PlannedStep, ...]) -> tuple[PlannedStep, ...]:
    """Each step with its days from the start: what came before, and its own."""
    end: dict[str, int] = {}
    begun: dict[str, int] = {}
    found = []
    for step in steps:
        start = max((end[one.step] + one.wait_days for one in step.after if one.step in end), default=0)
        start = max(start, begun.get(step.parent, 0))
        begun[step.node.id] = start
        own = _days(step.node)
        effort = step.node.facts.effort
        end[step.node.id] = start + (own if own is not None else ceil(effort[1] / _HOURS_A_DAY) if effort else 0)
        if step.parent:
            end[step.parent] = max(end[step.parent], end[step.node.id])
        found.append(replace(step, due_days=None if own is None or step.is_group else start + own))
    return tuple(found)
