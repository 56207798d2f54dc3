"""What the engine obeys at an element of a drawing, in plain words: for the table beside the drawing."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import formats
from django.utils.translation import gettext as _

from werkfluss.process.approvals import branch_named, branches, read_approvals
from werkfluss.process.choices import choice_words
from werkfluss.process.model import (
    Activity,
    CallActivity,
    Definitions,
    Event,
    EventKind,
    EventPosition,
    FlowNode,
    Loop,
    LoopKind,
    SequenceFlow,
    SubProcess,
    SubProcessKind,
    Task,
)
from werkfluss.process.routing import default_flow
from werkfluss.web.process_times import as_words
from werkfluss.web.process_view import language


def rules(model: Definitions, node: FlowNode) -> tuple[str, ...]:
    """Everything beside performer, result, effort and time that decides how a case goes on here."""
    if isinstance(node, Event):
        return tuple(_of_event(node))
    return tuple(_of_activity(model, node)) if isinstance(node, Activity) else ()


def performer(model: Definitions, node: Activity) -> str:
    """Who does it, in the language of the reader as far as the file has it."""
    said = model.performer(node)
    lane = model.lanes.get(node.lane)
    if node.facts.performer and said == node.facts.performer:
        return node.facts.said(said, language())
    return lane.name_in(language()) if lane is not None and said == lane.name else said


def hours(effort: tuple[float, float] | None) -> str:
    """A range of hours, with two places at most."""
    if effort is None:
        return ""
    low, high = (formats.number_format(f"{value:.2f}".rstrip("0").rstrip("."), use_l10n=True) for value in effort)
    return low if low == high else f"{low}–{high}"


def when(model: Definitions, flow: SequenceFlow) -> str:
    """When a branch is taken; empty where a person says so, or nobody has to."""
    if default_flow(model.nodes[flow.source]) == flow.id:
        return _("if no other condition holds")
    return _feel(flow.condition)


def _feel(expression: str) -> str:
    return expression.removeprefix("=").strip()


def _of_activity(model: Definitions, node: Activity) -> Iterator[str]:
    if node.loop is not None:
        yield _repeated(node.loop)
    if isinstance(node, CallActivity) and node.called:
        yield _("runs the process “%(name)s”") % {"name": node.called}
    if isinstance(node, Task):
        if node.message:
            yield _("message “%(name)s”") % {"name": node.message}
        if node.decision:
            yield _("decision table “%(name)s”") % {"name": node.decision}
        if node.script is not None:
            yield _("works out: %(text)s") % {"text": _feel(node.script.text)}
    if isinstance(node, SubProcess) and node.kind is SubProcessKind.AD_HOC and node.completion:
        yield _("done when %(text)s") % {"text": _feel(node.completion)}
    yield from _of_approval(model, node)
    facts = node.facts
    if facts.follow_up:
        yield _("looked after after %(time)s") % {"time": as_words(facts.follow_up)}
    if facts.provision:
        yield _("time set by law: %(provision)s") % {"provision": facts.said(facts.provision, language())}


def _of_approval(model: Definitions, node: Activity) -> Iterator[str]:
    facts = node.facts
    asked = read_approvals(facts.approvals)
    if asked is not None:
        roles = ", ".join(asked.roles)
        yield _("%(needed)d of %(all)d decide: %(roles)s") % {
            "needed": asked.needed,
            "all": len(asked.roles),
            "roles": roles,
        }
    offered = [(flow.id, flow.name) for flow in branches(model, node)]
    for said, sentence in (
        (facts.refusal, _("a single vote for “%(way)s” ends it")),
        (facts.timeout, _("if nobody decides in time: %(way)s")),
    ):
        if said:
            flow = branch_named(offered, said)
            yield sentence % {"way": choice_words(model, flow).in_language(language()) if flow else said}
    if facts.approves:
        steps = [model.nodes[one].name_in(language()) for one in facts.approves.split() if one in model.nodes]
        yield _("not by whoever did: %(steps)s") % {"steps": ", ".join(steps)}
    if facts.escalation:
        yield _("when late, %(role)s hears of it") % {"role": facts.escalation}


def _repeated(loop: Loop) -> str:
    if loop.kind is LoopKind.STANDARD:
        if loop.condition:
            return _("again as long as %(text)s") % {"text": _feel(loop.condition)}
        return _("again until a person says it is enough")
    times = _feel(loop.cardinality)
    if loop.collection:
        once = _("for each entry of %(list)s") % {"list": _feel(loop.collection)}
    else:
        once = _("%(n)s times") % {"n": times} if times else _("as often as a person says")
    how = _("all at once") if loop.kind is LoopKind.PARALLEL else _("one after the other")
    return f"{once}, {how}"


def _of_event(event: Event) -> Iterator[str]:
    trigger = event.trigger
    if trigger.timer is not None:
        yield as_words(trigger.timer.expression)
    if trigger.condition:
        yield _feel(trigger.condition)
    if trigger.kind is not EventKind.TIMER and trigger.key and trigger.key != trigger.reference:
        yield trigger.name or trigger.code
    if event.position is EventPosition.BOUNDARY:
        yield _("ends the step") if event.interrupting else _("the step goes on")
