"""Every activity of a drawing by the yardstick for tasks, and what a drawing may hide: agents that are only drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from werkfluss.kernel.text import LANGUAGES, Text
from werkfluss.process.approvals import branch_named, branches, has_way_out
from werkfluss.process.labels import is_placeholder, is_verb_object
from werkfluss.process.model import (
    Activity,
    AiUse,
    Definitions,
    EventKind,
    FlowNode,
    SubProcess,
    SubProcessKind,
    Task,
    TaskType,
    Words,
)

from .catalogue import finding
from .findings import ClarityFinding
from .fitted import fitted
from .tasks import TaskFacts, check_task

MACHINE = (TaskType.SERVICE, TaskType.SEND, TaskType.RECEIVE, TaskType.SCRIPT, TaskType.BUSINESS_RULE)
_MACHINE_FIELDS = {"title", "outcome", "data_class"}
_AI_FIELDS = {"ai_purpose", "acceptance"}
_TOOL = Text(
    "Ein Agent darf diesen Schritt wählen, aber nirgends steht, was er tut.",
    "An agent may choose this step, but nothing says what it does.",
)
# “Bot” stands alone or after a hyphen, so that “Angebot” and “Verbot” are none; “Agentur” is none either.
_AGENT = re.compile(
    r"\b(?:KI|AI|LLM|GPT|ChatGPT|Copilot|Sprachmodell)(?=\b|\d)|\b(?:[Cc]hat|[Vv]oice)?[Bb]ots?\b|\b[Aa]gent(?:s|en)?\b"
)


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


def is_machine(node: FlowNode) -> bool:
    """Whether no person does the step."""
    return isinstance(node, Task) and node.type in MACHINE


def names_an_agent(node: FlowNode) -> bool:
    """Whether a label speaks of an AI: “KI-Agent”, “GPT”, “Bot”."""
    return any(_AGENT.search(node.name_in(language)) for language in LANGUAGES)


def _bad_label(node: FlowNode) -> str:
    """The name in the first language in which it is not verb–object."""
    names = (node.name_in(language) for language in LANGUAGES)
    return next((name for name in names if name and not is_verb_object(name)), "")


def _label_finding(node: FlowNode) -> Iterator[ClarityFinding]:
    if not node.name:
        yield finding("no_title", node.id)
    elif bad := _bad_label(node):
        message = Text(f"„{bad}“ sagt nicht, was womit getan wird.", f"“{bad}” does not say what is done to what.")
        if is_placeholder(bad):
            message = Text(f"„{bad}“ ist nur ein Platzhalter.", f"“{bad}” is only a placeholder.")
        yield finding("title_not_verb_object", node.id, message=message)


def _activity_findings(definitions: Definitions, node: Activity) -> Iterator[ClarityFinding]:
    if isinstance(node, SubProcess) and node.kind is SubProcessKind.EVENT:
        return  # its start event says what it is about
    drawn = node.facts.ai is AiUse.UNSAID and names_an_agent(node) and not _says_ai_inside(definitions, node)
    yield from _label_finding(node)
    if drawn:
        yield finding("drawn_agent", node.id)
    fields = _judged_fields(node)
    for one in check_task(task_facts(definitions, node)):
        told = one.field == "title" or (drawn and one.code == "ai_unsaid")
        if not told and (fields is None or one.field in fields):
            yield replace(one, element=node.id)
    if isinstance(node, Task):
        yield from _task_findings(definitions, node)


def _judged_fields(node: Activity) -> set[str] | None:
    """What is asked of an activity besides its label; ``None`` means everything."""
    uses_ai = node.facts.ai in (AiUse.ALLOWED, AiUse.REQUIRED)
    if not isinstance(node, Task):  # its steps are judged one by one; an agent in a box answers for the box
        return _AI_FIELDS if uses_ai else set()
    if is_machine(node):
        return _MACHINE_FIELDS | _AI_FIELDS | {"criteria"} if uses_ai else _MACHINE_FIELDS
    return None


def _task_findings(definitions: Definitions, node: Task) -> Iterator[ClarityFinding]:
    machine = is_machine(node)
    offered = (machine and node.type is not TaskType.RECEIVE) or _is_tool(definitions, node)
    if offered and not (node.facts.tool or node.documentation):
        yield finding("agent_tool_undescribed", node.id, message=None if machine else _TOOL)
    if not machine and not definitions.performer(node):
        yield finding("no_performer", node.id)
    if not machine and (node.facts.approvals or node.facts.approves):
        yield from _approval_findings(definitions, node)


def _approval_findings(definitions: Definitions, node: Task) -> Iterator[ClarityFinding]:
    """Somebody approves here: by which branches, and what holds if nobody answers."""
    offered = [(flow.id, flow.name) for flow in branches(definitions, node)]
    named = [said for said in (node.facts.refusal, node.facts.timeout) if said]
    if (node.facts.approvals and not offered) or any(not branch_named(offered, said) for said in named):
        yield finding("approval_no_branch", node.id)
    elif node.facts.due and not has_way_out(definitions, node):
        yield finding("approval_no_timeout", node.id)


def _is_tool(definitions: Definitions, node: Task) -> bool:
    """Whether an agent may choose the step: it lies in the toolbox of an agent (ad-hoc sub-process)."""
    box = definitions.nodes.get(node.scope)
    if not isinstance(box, SubProcess) or box.kind is not SubProcessKind.AD_HOC:
        return False
    return box.facts.ai in (AiUse.ALLOWED, AiUse.REQUIRED) or (box.facts.ai is AiUse.UNSAID and names_an_agent(box))


def _says_ai_inside(definitions: Definitions, node: Activity) -> bool:
    """A sub-process “KI-Agent” is no drawn agent when a step inside says how AI is used."""
    return any(inner.facts.ai is not AiUse.UNSAID for inner in definitions.members.get(node.id, ()))


def activity_findings(definitions: Definitions, node: Activity) -> list[ClarityFinding]:
    """What is unclear about one activity, with examples fitted to its label."""
    return [
        replace(one, example=fitted(definitions, node, one.code) or one.example)
        for one in _activity_findings(definitions, node)
    ]
