"""Acceptance: the agreed criteria, the same for human and machine; four eyes where set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.events import Event, record
from werkfluss.work.domain import cases, step_tasks
from werkfluss.work.domain.case_run import lock
from werkfluss.work.models import Acceptance, Assignment, Result, ResultItem, Task


def results_to_accept() -> QuerySet[Result]:
    """Delivered and not yet decided, oldest first."""
    return (
        Result.objects.filter(state="delivered")
        .select_related("task__project", "assignment__resource")
        .order_by("delivered_at")
    )


def _human(by: Actor) -> None:
    if by.kind is not ActorKind.USER:
        raise Refused(
            Text("Ein Ergebnis bestätigt immer ein Mensch.", "A result is always accepted by a human."),
            citation="Freigabe",
            what_to_do=Text("Bitte eine zuständige Person bestätigen lassen.", "Please let a person decide."),
        )


def accept_result(
    result: Result,
    *,
    met: Sequence[bool],
    note: str = "",
    choices: Sequence[str] = (),
    data: Mapping[str, Any] | None = None,
    by: Actor,
) -> None:
    """Accept: every criterion is met. With four eyes, two people decide, neither of whom did the work.

    The task of a step ends the step with it; ``choices`` are the branches of a decision, if not those that the doer
    proposed. ``data`` are facts that the case needs after the step; with four eyes those of the second person count.

    Raises:
        Refused: not a human, own work under four eyes, a criterion is not met, lines are still undecided, or the step
            of a case needs one of its branches.
        Conflict: already decided.
    """
    _human(by)
    step = step_tasks.step_of(result.task)
    if step is not None:
        # The case first: its own events change the task too, after they have locked the case.
        lock(step.case_id)
        result.refresh_from_db()
        step = step_tasks.step_of(result.task)
    _undecided(result)
    criteria = list(result.task.criteria.all())
    if len(met) != len(criteria) or not all(met):
        raise Refused(
            Text("Nicht alle Kriterien sind erfüllt.", "Not all criteria are met."),
            citation="Abnahmekriterien",
            what_to_do=Text(
                "Bitte geben Sie das Ergebnis mit einem Hinweis zurück oder bestätigen Sie jedes Kriterium.",
                "Please send the result back with a note, or confirm every criterion.",
            ),
        )
    if result.items.filter(state="proposed").exists():
        raise Refused(
            Text("Einzelne Zeilen sind noch nicht entschieden.", "Some lines are not decided yet."),
            citation="Freigabe",
            what_to_do=Text("Bitte entscheiden Sie zuerst die Zeilen.", "Please decide the lines first."),
        )
    if result.task.four_eyes:
        _four_eyes(result, by)
    picked = list(choices) or list(result.picked)
    if step is not None:
        step_tasks.require_branch(step, picked)
    _decide(result, accepted=True, criteria=[{"text": c.text, "met": True} for c in criteria], note=note, by=by)
    if result.task.four_eyes and result.acceptances.filter(accepted=True).count() < _EYES:
        result.edit(picked=picked)
        record(Event("work.result.first_acceptance", result, {"task": result.task_id}), by=by)
        return
    result.edit(state="accepted")
    result.assignment.edit(state=Assignment.State.DONE)
    result.task.edit(state=Task.State.ACCEPTED)
    record(Event("work.result.accepted", result, {"task": result.task_id, "note": note}), by=by)
    if step is not None:
        cases.complete_by_task(step, choices=picked, data=data or {}, doer=result.delivered_by, by=by)


_EYES = 2


def _four_eyes(result: Result, by: Actor) -> None:
    own = by.id in {result.delivered_by, result.assignment.resource.user_id}
    again = result.acceptances.filter(accepted=True, decided_by=by.id).exists()
    if own or again:
        raise Refused(
            Text("Hier gilt das Vier-Augen-Prinzip.", "The four-eyes principle applies here."),
            citation="Vier-Augen-Prinzip",
            what_to_do=Text("Bitte lassen Sie eine zweite Person entscheiden.", "Please let a second person decide."),
        )


def send_back(result: Result, *, unmet: Sequence[str], note: str, by: Actor) -> None:
    """Send a result back with what is missing; the task goes on where it was.

    Raises:
        Refused: not a human, or no word on what is missing.
        Conflict: already decided.
    """
    _human(by)
    _undecided(result)
    if not note.strip():
        raise Refused(
            Text("Bitte sagen Sie, was fehlt.", "Please say what is missing."),
            citation="Abnahmekriterien",
            what_to_do=Text("Ein Satz genügt.", "One sentence is enough."),
        )
    criteria = [{"text": c.text, "met": c.text not in unmet} for c in result.task.criteria.all()]
    _decide(result, accepted=False, criteria=criteria, note=note, by=by)
    result.edit(state="sent_back")
    result.task.edit(state=Task.State.STARTED)
    record(Event("work.result.sent_back", result, {"task": result.task_id, "note": note}), by=by)


def _decide(result: Result, *, accepted: bool, criteria: list[dict[str, Any]], note: str, by: Actor) -> None:
    Acceptance.objects.create(
        result=result,
        accepted=accepted,
        criteria=criteria,
        note=note,
        decided_by=by.id,
        decided_at=clock.now(),
    )


def _undecided(result: Result) -> None:
    if result.state != "delivered":
        raise Conflict(f"result {result.pk}")


def approve_item(item: ResultItem, *, fields: Mapping[str, Any], note: str = "", by: Actor) -> None:
    """Approve one line, as proposed or as edited; what was proposed stays beside it.

    Raises:
        Refused: not a human.
        Conflict: already decided.
    """
    _human(by)
    _open(item)
    changed = {key: value for key, value in fields.items() if item.fields.get(key) != value}
    item.edit(
        state="approved",
        proposed=item.fields,
        fields={**item.fields, **fields},
        note=note,
        decided_at=clock.now(),
        decided_by=by.id,
    )
    record(Event("work.item.approved", item, {"changed": changed, "light": item.light}), by=by)


def reject_item(item: ResultItem, *, note: str, by: Actor) -> None:
    """Reject one line with a reason; it is not exported.

    Raises:
        Refused: not a human.
        Conflict: already decided.
    """
    _human(by)
    _open(item)
    item.edit(state="rejected", note=note, decided_at=clock.now(), decided_by=by.id)
    record(Event("work.item.rejected", item, {"note": note}), by=by)


def reopen_item(item: ResultItem, *, by: Actor) -> None:
    """Undo a decision, as long as the line has not left the firm.

    Raises:
        Refused: it has been exported.
    """
    if item.exported_at is not None:
        raise Refused(
            Text("Diese Zeile ist schon exportiert.", "This line has been exported already."),
            citation="GoBD",
            what_to_do=Text("Bitte buchen Sie eine Korrektur.", "Please book a correction."),
        )
    fields = item.proposed or item.fields
    item.edit(state="proposed", fields=fields, proposed={}, decided_at=None, decided_by=None, note="")
    record(Event("work.item.reopened", item), by=by)


def _open(item: ResultItem) -> None:
    if item.state != "proposed":
        raise Conflict(f"item {item.pk}")
