"""Decisions: are they questions, do the branches answer them, can every branch be taken."""

from __future__ import annotations

import re
from collections.abc import Iterator

from werkfluss.kernel.text import LANGUAGES, Text
from werkfluss.process.model import Definitions, FlowNode, Gateway, GatewayType, Process, SequenceFlow
from werkfluss.process.routing import Routing, default_flow, formal, outgoing, routing

from .catalogue import finding
from .conditions import dead_branches
from .expressions import feel_finding
from .findings import ClarityFinding
from .fitted import fitted_branch, fitted_question, names_gateway

_QUESTION = re.compile(
    r"\?\s*$|^(?:wer|was|wie|wo|wann|warum|wozu|womit|welche[rsmn]?|wohin|woher|ist|sind|hat|haben|kann|darf|soll|muss|liegt"
    r"|who|what|how|where|when|why|which|is|are|has|have|can|may|shall|should|must|does|do|did|was|will)\b",
    re.IGNORECASE,
)


def _questions(definitions: Definitions, node: Gateway) -> Iterator[ClarityFinding]:
    decides = node.type in (GatewayType.EXCLUSIVE, GatewayType.INCLUSIVE) and len(node.outgoing) > 1
    if decides and not all(_QUESTION.search(node.name_in(language)) for language in LANGUAGES):
        message = None
        if node.name and names_gateway(node):
            message = Text(f"„{node.name}“ ist nur ein Platzhalter.", f"“{node.name}” is only a placeholder.")
        elif node.name:
            message = Text(f"„{node.name}“ ist keine Frage.", f"“{node.name}” is not a question.")
        yield finding("gateway_no_question", node.id, message=message, example=fitted_question(definitions, node))


def _branches(definitions: Definitions, node: FlowNode) -> Iterator[ClarityFinding]:
    how = routing(definitions, node)
    default = default_flow(node)
    flows = outgoing(definitions, node)
    if how in (Routing.DECISION, Routing.FIRST_TRUE):
        labels = [flow.name for flow in flows if flow.name]
        for flow in flows:
            if not flow.name and not flow.condition and flow.id != default:
                yield finding("branch_unlabelled", flow.id, example=fitted_branch(labels))
    for flow in flows:
        yield from feel_finding(flow.id, flow.condition, flow.language)
    if how is Routing.FIRST_TRUE:
        yield from _dead(tuple(flow for flow in flows if flow.id != default))
    else:
        for flow in flows:
            yield from _dead((flow,))


def _dead(flows: tuple[SequenceFlow, ...]) -> Iterator[ClarityFinding]:
    asked = [flow for flow in flows if formal(flow)]
    for index in dead_branches([flow.condition for flow in asked]):
        flow = asked[index]
        what = flow.name or flow.condition
        yield finding(
            "dead_branch",
            flow.id,
            message=Text(
                f"Der Zweig „{what}“ wird nie genommen: Seine Bedingung gilt nie, oder ein früherer Zweig gilt schon.",
                f"The branch “{what}” is never taken: its condition never holds, or an earlier branch holds already.",
            ),
        )


def gateway_findings(definitions: Definitions, process: Process) -> Iterator[ClarityFinding]:
    """What is unclear about the decisions and merges of a process."""
    for node in process.nodes:
        if isinstance(node, Gateway):
            if len(node.incoming) > 1 and len(node.outgoing) > 1:
                yield finding("gateway_mix", node.id)
            if node.type is GatewayType.COMPLEX:
                yield finding("complex_gateway", node.id)
            yield from _questions(definitions, node)
        yield from _branches(definitions, node)
