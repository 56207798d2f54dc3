"""Runs: begun within budget and validity, logged step by step, ended once."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from django.db.models import QuerySet, Sum

from werkfluss.agents.contract import Brief, Outcome
from werkfluss.agents.models import Run
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.workforce.models import AgentFile, Resource

_OPEN = ("queued", "running")
_CITATION = "KI-Akte"


def runs_of(resource: Resource) -> QuerySet[Run]:
    """What an agent has done, newest first."""
    return Run.objects.filter(resource=resource)


def cents_used(resource_id: UUID, *, on: date) -> int:
    """What the agent's ended runs cost in the calendar month of ``on``."""
    return _cents(Run.objects.filter(resource_id=resource_id), on)


def cents_used_by_all(*, on: date) -> int:
    """What all agents of the firm cost in the calendar month of ``on``."""
    return _cents(Run.objects.all(), on)


def _cents(rows: QuerySet[Run], on: date) -> int:
    first = _midnight(on.replace(day=1))
    following = date(on.year + on.month // 12, on.month % 12 + 1, 1)
    found = rows.filter(started_at__gte=first, started_at__lt=_midnight(following))
    return int(found.aggregate(total=Sum("cost_cents"))["total"] or 0)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.FIRM_ZONE)


def budget_left(file: AgentFile, *, on: date, besides: str = "") -> int:
    """Cents a run may cost now: its own limit, or less if the month's budget ends sooner.

    Runs under way count with their whole limit, except the one with the key ``besides``.
    """
    under_way = Run.objects.filter(resource_id=file.resource_id, state__in=_OPEN).exclude(key=besides).count()
    reserved = under_way * file.budget_cents_run
    month = file.budget_cents_month - cents_used(file.resource_id, on=on) - reserved
    return max(0, min(file.budget_cents_run, month))


def require_ready(file: AgentFile, *, on: date, besides: str = "") -> None:
    """Raises Refused while the agent is stopped, its file has expired, or the month's budget is used up."""
    if file.stopped_at is not None:
        raise _refused(
            Text("Der Agent ist gestoppt.", "The agent is stopped."),
            Text("Bitte in der KI-Akte wieder freigeben.", "Please release it in the agent's file."),
        )
    if file.expires <= on:
        raise _refused(
            Text("Die KI-Akte ist abgelaufen.", "The agent's file has expired."),
            Text("Bitte prüfen und verlängern.", "Please review and extend it."),
        )
    if budget_left(file, on=on, besides=besides) <= 0:
        raise _refused(
            Text("Das Monatsbudget des Agenten ist aufgebraucht.", "The agent's budget of the month is used up."),
            Text(
                "Bitte das Budget erhöhen oder den Monatswechsel abwarten.", "Please raise it or wait for next month."
            ),
        )


def _refused(reason: Text, what_to_do: Text) -> Refused:
    return Refused(reason, citation=_CITATION, what_to_do=what_to_do)


def start_run(file: AgentFile, *, brief: Brief, by: Actor) -> Run:
    """Begin a run; a run of the same key is found again, in whatever state it is.

    The agent's file is locked until commit, so two runs cannot spend the same money.

    Raises:
        Refused: the agent is stopped, its file has expired, or the month's budget is used up.
    """
    AgentFile.objects.select_for_update().get(pk=file.pk)
    now = clock.now()
    run = Run.objects.filter(key=brief.key).first()
    if run is not None and run.state not in _OPEN:
        record(Event("agents.run.found", run, {"key": run.key, "state": run.state}), by=by)
        return run
    require_ready(file, on=clock.today(), besides=brief.key)
    if run is None:
        run = Run.objects.create(
            resource_id=file.resource_id,
            key=brief.key,
            skill=brief.skill,
            state="running",
            brief=brief.as_json(),
            label_de=file.label_de,
            label_en=file.label_en,
            started_at=now,
        )
    record(Event("agents.run.started", run, {"key": run.key, "skill": run.skill, "label": run.label_en}), by=by)
    return run


def finish_run(run: Run, *, outcome: Outcome, by: Actor) -> None:
    """End a run with its outcome, its log and its cost.

    Raises:
        Conflict: it has ended already.
    """
    _require_open(run)
    reason = outcome.handed_back or outcome.cut_short
    state = "handed_back" if outcome.handed_back else "stopped" if outcome.cut_short else "done"
    run.edit(
        state=state,
        outcome=outcome.as_json(),
        steps=[step.as_json() for step in outcome.steps],
        cost_cents=outcome.cost_cents,
        ended_at=clock.now(),
        reason=reason.de[:300] if reason else "",
    )
    data = {"state": state, "cost_cents": outcome.cost_cents, "items": len(outcome.items), "reason": run.reason}
    record(Event("agents.run.finished", run, data), by=by)


def fail_run(run: Run, *, reason: Text, by: Actor) -> None:
    """End a run that broke off.

    Raises:
        Conflict: it has ended already.
    """
    _require_open(run)
    run.edit(state="failed", ended_at=clock.now(), reason=reason.de[:300])
    record(Event("agents.run.failed", run, {"reason": reason.en}), by=by)


def _require_open(run: Run) -> None:
    if run.state not in _OPEN:
        raise Conflict(f"run {run.key}")
