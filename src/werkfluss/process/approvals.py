"""Approval by several: how many of whom, which branch ends it at once, and what happens when nobody answers in time.

An approval step carries ``approvals="2/Geschäftsführung,Personal,Leitung"`` in its ``wf:work``. Each vote is for one of
the branches behind the step; a branch is taken once it has that many votes. ``refusal`` names the branch that a single
vote takes, ``timeout`` the branch when the due time has passed; without it the step only escalates. Nothing is ever
approved by silence: ``timeout`` is an outcome that the drawing names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .model import Activity, Definitions, Event, EventPosition, FlowNode, Gateway, SequenceFlow, Task
from .routing import Routing, outgoing, routing

_MOST = 20


@dataclass(frozen=True, slots=True)
class Approvals:
    """``needed`` votes; each of ``roles`` has one (names of lanes or roles, as the file writes them)."""

    needed: int
    roles: tuple[str, ...]


def read_approvals(text: str) -> Approvals | None:
    """What ``2/Geschäftsführung,Personal`` says; ``None`` for an empty text.

    Raises:
        ValueError: it is no number of votes and a list of at least as many different roles.
    """
    if not text.strip():
        return None
    number, _, names = text.partition("/")
    roles = tuple(name.strip() for name in names.split(",") if name.strip())
    if not number.strip().isdecimal():
        raise ValueError(text)
    needed = int(number)
    if not 1 <= needed <= len(roles) <= _MOST or len(set(roles)) != len(roles):
        raise ValueError(text)
    return Approvals(needed, roles)


def branches(definitions: Definitions, node: FlowNode) -> tuple[SequenceFlow, ...]:
    """The branches among which the one who does this step chooses; empty if it leads on one way."""
    flows = outgoing(definitions, node)
    if len(flows) == 1 and isinstance(node, Task):
        behind = definitions.nodes[flows[0].target]
        if isinstance(behind, Gateway) and routing(definitions, behind) is Routing.DECISION:
            return outgoing(definitions, behind)
    return flows if routing(definitions, node) is Routing.DECISION else ()


def branch_named(offered: Iterable[tuple[str, str]], said: str) -> str:
    """The id of the branch that ``said`` names by id or by label, of pairs (id, label); empty if it names none."""
    wanted = " ".join(said.split()).casefold()
    pairs = list(offered)
    by_id = next((flow for flow, _ in pairs if flow == said), "")
    return by_id or next((flow for flow, label in pairs if wanted and label.casefold() == wanted), "")


def decided(votes: Sequence[str], *, needed: int, refusal: str = "") -> str:
    """The branch that the votes take; empty as long as it is open. ``refusal`` is taken by a single vote."""
    if refusal and refusal in votes:
        return refusal
    return next((branch for branch, count in Counter(votes).items() if count >= needed), "")


def is_tied(votes: Sequence[str], *, needed: int, left: int) -> bool:
    """Whether no branch can reach ``needed`` votes any more, with ``left`` votes still to come."""
    return max(Counter(votes).values(), default=0) + left < needed


def has_way_out(definitions: Definitions, node: FlowNode) -> bool:
    """Whether the drawing says what happens to a step that nobody does in time."""
    events = definitions.boundaries.get(node.id, ())
    timed = any(trigger.kind.value == "timer" for event in events if event.interrupting for trigger in event.triggers)
    offered = [(flow.id, flow.name) for flow in branches(definitions, node)]
    return timed or bool(branch_named(offered, node.facts.timeout))


def steps_before(definitions: Definitions, node: FlowNode) -> tuple[str, ...]:
    """The activities right before a step, past gateways and events: what an approval is about if it does not say so."""
    found: dict[str, None] = {}
    seen, waiting = {node.id}, [node]
    while waiting:
        one = waiting.pop(0)
        for flow in one.incoming:
            source = definitions.nodes[definitions.flows[flow].source]
            if isinstance(source, Event) and source.position is EventPosition.BOUNDARY:
                continue
            if isinstance(source, Activity):
                found[source.id] = None
            elif source.id not in seen:
                seen.add(source.id)
                waiting.append(source)
    found.pop(node.id, None)
    return tuple(found)


def approved_steps(definitions: Definitions, node: FlowNode) -> tuple[str, ...]:
    """The steps whose doers must not do this one: those it names, of an approval by several those right before it."""
    named = tuple(one for one in node.facts.approves.split() if one in definitions.nodes)
    return named or (steps_before(definitions, node) if node.facts.approvals else ())
