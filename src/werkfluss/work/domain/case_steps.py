"""The steps of a case as people see them: opened, taken back and opened again as the engine orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import F

from werkfluss.process.model import Definitions, Event, FlowNode
from werkfluss.process.state import (
    AwaitCondition,
    Command,
    CreateWorkItem,
    OfferActivities,
    Reopen,
    State,
    Wait,
    WaitKind,
    Withdraw,
)
from werkfluss.work.domain.step_people import reopened
from werkfluss.work.domain.step_rules import voters_of
from werkfluss.work.models import Case, CaseTask

_OF_PEOPLE = frozenset(set(WaitKind) - {WaitKind.MESSAGE, WaitKind.SIGNAL})


def open_steps(case: Case, model: Definitions, before: State, after: State, ordered: Sequence[Command]) -> None:
    """Steps for what people have to do now. What the engine ordered and took back in the same moment is left out."""
    still = {wait.id for wait in after.waits}
    rows = [
        _step(case, one) for one in ordered if isinstance(one, CreateWorkItem | OfferActivities) and one.wait in still
    ]
    asked = {one.wait: one for one in ordered if isinstance(one, AwaitCondition) and not one.formal}
    known = {wait.id for wait in before.waits}
    for wait in after.waits:
        if wait.id in asked:
            rows.append(_event(case, model, wait, asked[wait.id].condition))
        elif wait.id not in known and wait.kind is WaitKind.TIMER and not wait.due:
            rows.append(_event(case, model, wait, ""))
    CaseTask.objects.bulk_create(rows)


def _step(case: Case, command: CreateWorkItem | OfferActivities) -> CaseTask:
    row = CaseTask(
        case=case,
        key=command.wait,
        element=command.element,
        name=(command.name or command.element)[:200],
        brief=command.documentation,
        due=command.due,
        **performer(case, command.element, command.performer),
    )
    if isinstance(command, CreateWorkItem):
        row.kind = command.kind.value
        row.choices = [[choice.flow, choice.label] for choice in command.choices]
        row.several = command.several
        row.variables = dict(command.variables)
        row.follow_up = command.follow_up
        row.voters = voters_of(case, command.facts.approvals)
    else:
        row.kind = WaitKind.TOOLBOX.value
        row.choices = [[choice.flow, choice.label] for choice in command.activities]
    return row


def _event(case: Case, model: Definitions, wait: Wait, condition: str) -> CaseTask:
    """An event that cannot come by itself: a person says that it has."""
    node = model.nodes[wait.node]
    return CaseTask(
        case=case,
        key=wait.id,
        kind=wait.kind.value,
        element=node.id,
        name=(node.name or condition or node.id)[:200],
        brief=condition,
        **performer(case, node.id, performer_name(model, node)),
    )


def performer_name(model: Definitions, node: FlowNode) -> str:
    """The lane; an event at the edge of a step belongs to whom the step belongs."""
    attached = node.attached_to if isinstance(node, Event) else ""
    return model.performer(model.nodes[attached] if attached else node)


def performer(case: Case, element: str, lane: str) -> dict[str, Any]:
    who: Mapping[str, Mapping[str, str]] = case.engine["performers"]
    found = who.get(element) or who.get(lane) or {}
    return {"role": found.get("role", ""), "resource_id": found.get("resource")}


def close_steps(case: Case, before: State, ordered: Iterable[Command]) -> None:
    """Steps whose wait no longer counts."""
    timers = {wait.id for wait in before.waits if wait.kind is WaitKind.TIMER and wait.due}
    gone = [one.wait for one in ordered if isinstance(one, Withdraw) and one.kind in _OF_PEOPLE]
    gone = [key for key in gone if key not in timers]
    if gone:
        CaseTask.objects.filter(case=case, key__in=gone, state="open").update(
            state="cancelled", version=F("version") + 1
        )


def reopen_steps(case: Case, ordered: Iterable[Command]) -> None:
    """Steps of before, after one was taken back."""
    again = [one.wait for one in ordered if isinstance(one, Reopen)]
    if again:
        _reopen(case, again)


def leave_open(case: Case, key: str) -> None:
    """An event that may come again: the step stays, so that a person can say so again."""
    _reopen(case, [key])


def _reopen(case: Case, keys: Sequence[str]) -> None:
    CaseTask.objects.filter(case=case, key__in=keys).exclude(state="open").update(
        state="open",
        choice="",
        picked=[],
        reason="",
        data={},
        done_at=None,
        done_by=None,
        done_for=None,
        version=F("version") + 1,
    )
    reopened(case, keys)


def open_by_hand(case: Case, model: Definitions, state: State, key: str, why: str) -> None:
    """An automatic step becomes a person's, who is told why; opened again if it was one before."""
    wait = next(one for one in state.waits if one.id == key)
    node = model.nodes[wait.node]
    found = CaseTask.objects.filter(case=case, key=key).first()
    if found is not None:
        found.edit(state="open", brief=why, done_at=None, done_by=None)
        return
    CaseTask.objects.create(
        case=case,
        key=key,
        kind=wait.kind.value,
        element=node.id,
        name=(node.name or node.id)[:200],
        brief=why,
        **performer(case, node.id, performer_name(model, node)),
    )
