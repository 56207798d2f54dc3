"""Clarity of a BPMN process: every activity by the yardstick for tasks, the drawing as a whole, and what helps most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from werkfluss.kernel.text import Text

from .clarity import ClarityFinding, TaskFacts, check_task, score
from .clarity.catalogue import finding
from .labels import is_verb_object
from .model import (
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
    TaskType,
    Words,
)
from .routing import Routing, begins_implicitly, outgoing, routing
from .soundness import unsound

_MACHINE = (TaskType.SERVICE, TaskType.SEND, TaskType.RECEIVE, TaskType.SCRIPT, TaskType.BUSINESS_RULE)
_MACHINE_FIELDS = {"title", "outcome", "data_class"}
_SHARE_OF_STRUCTURE = 0.3  # of the score; the rest is the mean of the activities


@dataclass(frozen=True, slots=True)
class Edit:
    """One kind of edit on several elements; ``gain`` is the rise of the score."""

    code: str
    elements: tuple[str, ...]
    gain: float
    question: Text


@dataclass(frozen=True, slots=True)
class ProcessClarity:
    process: str
    findings: tuple[ClarityFinding, ...]
    score: int
    edits: tuple[Edit, ...]


def _plain(words: Words | None) -> str:
    return str(words) if words else ""


def task_facts(definitions: Definitions, node: Activity) -> TaskFacts:
    """An activity of a drawing as the plain facts that every task is judged by."""
    facts = node.facts
    timed = any(event.trigger.kind is EventKind.TIMER for event in definitions.boundaries.get(node.id, ()))
    return TaskFacts(
        title=node.name,
        skills=facts.skills,
        outcome=_plain(facts.outcome),
        criteria=tuple(map(str, facts.criteria)),
        effort_hours=facts.effort,
        data_class=facts.data_class,
        deadline=facts.due or ("boundary timer" if timed else ""),
        ai=facts.ai,
        ai_purpose=_plain(facts.ai_purpose),
        acceptance=facts.acceptance,
        acceptance_reason=facts.acceptance_reason,
    )


def _activity(definitions: Definitions, node: Activity) -> Iterator[ClarityFinding]:
    if not isinstance(node, Task):
        if not node.name or not is_verb_object(node.name):
            found = check_task(TaskFacts(title=node.name))
            yield from (replace(one, element=node.id) for one in found if one.field == "title")
        return
    machine = node.type in _MACHINE
    for one in check_task(task_facts(definitions, node)):
        if not machine or one.field in _MACHINE_FIELDS:
            yield replace(one, element=node.id)
    if machine and node.type is not TaskType.RECEIVE and not (node.facts.tool or node.documentation):
        yield finding("agent_tool_undescribed", node.id)
    if not machine and not definitions.performer(node):
        yield finding("no_performer", node.id)


def _successors(process: Process) -> dict[str, set[str]]:
    """Which nodes may come directly after which: by flow, boundary, link, and into and out of sub-processes."""
    after: dict[str, set[str]] = {node.id: set() for node in process.nodes}
    for flow in process.flows:
        after[flow.source].add(flow.target)
    for node in process.nodes:
        if isinstance(node, Event) and node.position is EventPosition.BOUNDARY and node.attached_to in after:
            after[node.attached_to].add(node.id)
        if isinstance(node, Event) and node.trigger.kind is EventKind.LINK and node.position is EventPosition.THROW:
            links = (n for n in process.nodes if isinstance(n, Event) and n.position is EventPosition.CATCH)
            after[node.id] |= {link.id for link in links if link.trigger.name == node.trigger.name}
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
    return isinstance(node, Event) and node.position is EventPosition.START


def _is_end(node: FlowNode) -> bool:
    return isinstance(node, Event) and node.position is EventPosition.END


def _stands_alone(node: FlowNode) -> bool:
    """Event sub-processes and compensations have no flows by nature."""
    by_itself = isinstance(node, SubProcess) and node.kind is SubProcessKind.EVENT
    return by_itself or (isinstance(node, Activity) and node.for_compensation)


def _begins(node: FlowNode, *, explicit: bool) -> bool:
    """Where a scope may begin. With a start event in the scope, an unconnected step is a mistake, not a start."""
    if _stands_alone(node) or _is_start(node):
        return True
    return not explicit and begins_implicitly(node)


def _flow_findings(definitions: Definitions, process: Process) -> Iterator[ClarityFinding]:
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


def _gateway_findings(definitions: Definitions, process: Process) -> Iterator[ClarityFinding]:
    for node in process.nodes:
        if isinstance(node, Gateway) and len(node.incoming) > 1 and len(node.outgoing) > 1:
            yield finding("gateway_mix", node.id)
        if routing(definitions, node) in (Routing.DECISION, Routing.FIRST_TRUE):
            default = node.default if isinstance(node, Gateway | Activity) else ""
            for flow in outgoing(definitions, node):
                if not flow.name and not flow.condition and flow.id != default:
                    yield finding("branch_unlabelled", flow.id)
        if isinstance(node, Event) and node.trigger.kind is EventKind.TIMER and node.trigger.timer is None:
            yield finding("timer_without_time", node.id)
    yield from (finding("loose_flow", flow.id) for flow in process.loose_flows)


def _structure(definitions: Definitions, process: Process) -> list[ClarityFinding]:
    found = [*_flow_findings(definitions, process), *_gateway_findings(definitions, process)]
    broken = any(one.code in ("unreachable", "no_way_out") for one in found)
    if not broken:  # the token game says nothing new about a drawing that does not hang together
        found += [finding(code, element) for code, element in unsound(definitions, process)]
    return found


def _total(activities: dict[str, list[ClarityFinding]], structure: list[ClarityFinding], without: str = "") -> float:
    def kept(findings: list[ClarityFinding]) -> list[ClarityFinding]:
        return [one for one in findings if one.code != without]

    whole = score(kept(structure))
    if not activities:
        return float(whole)
    mean = sum(score(kept(found)) for found in activities.values()) / len(activities)
    return (1 - _SHARE_OF_STRUCTURE) * mean + _SHARE_OF_STRUCTURE * whole


def check_process(definitions: Definitions, process_id: str) -> ProcessClarity:
    """Findings in the order of the drawing, the score, and the three edits that raise it most.

    The score is 100 only without any finding.

    Raises:
        KeyError: there is no such process.
    """
    process = definitions.process(process_id)
    activities = {n.id: list(_activity(definitions, n)) for n in process.nodes if isinstance(n, Activity)}
    structure = _structure(definitions, process)
    findings = [*structure, *(one for found in activities.values() for one in found)]
    order = {node.id: index for index, node in enumerate(process.nodes)}
    findings.sort(key=lambda one: (order.get(one.element, -1), -one.weight))
    total = _total(activities, structure)
    by_code: dict[str, list[ClarityFinding]] = defaultdict(list)
    for one in findings:
        by_code[one.code].append(one)
    edits = [
        Edit(
            code,
            tuple(f.element for f in found),
            round(_total(activities, structure, code) - total, 1),
            found[0].question,
        )
        for code, found in by_code.items()
    ]
    edits.sort(key=lambda edit: (-edit.gain, edit.code))
    rounded = 100 if not findings else min(99, round(total))
    return ProcessClarity(process_id, tuple(findings), rounded, tuple(edits[:3]))


def check_file(definitions: Definitions) -> tuple[tuple[ProcessClarity, ...], int]:
    """Every process of the file, and one score weighted by their activities; a file without any process scores 0."""
    results = tuple(
        check_process(definitions, process.id)
        for process in definitions.processes
        if process.nodes or process.loose_flows
    )
    if not results:
        return (), 0
    weights = [max(1, sum(isinstance(n, Activity) for n in definitions.process(r.process).nodes)) for r in results]
    mean = sum(r.score * weight for r, weight in zip(results, weights, strict=True)) / sum(weights)
    return results, 100 if all(r.score == 100 for r in results) else min(99, round(mean))
