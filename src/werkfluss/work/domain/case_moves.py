"""Many running cases moved to another version of their process: ordered by a person, done one after the other by a job.

Each case moves in a transaction of its own together with its line of the order: a job that is killed goes on where it
was, and no case moves twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused, WerkflussError
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.work.domain.case_versions import cases_of_older_versions, migrate_case
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.models import CaseMove, CaseMoveItem, ProcessDefinition

# A form that is sent again within this time is the same order, also if its job was faster than the person.
_TWICE = timedelta(minutes=2)
_OVER = Text("Der Vorgang ist inzwischen beendet.", "The case has ended in the meantime.")
_BROKE_OFF = Text(
    "Der Umzug ist an einem technischen Fehler gescheitert; der Vorgang läuft auf seiner Fassung weiter.",
    "The move failed for a technical reason; the case goes on in its version.",
)


def order_move(
    to: ProcessDefinition, *, cases: Iterable[UUID], confirmed: Mapping[str, str] | None = None, by: Actor
) -> CaseMove:
    """Have running cases of older versions moved to ``to``; ``confirmed`` are guesses taken as right.

    The same order sent twice is one.

    Raises:
        NotPermitted: not somebody who works on cases.
        Refused: none of them runs on another version, a confirmed step is not there, or another move is under way.
    """
    by.require("case.work")
    wanted, mapping = set(cases), dict(confirmed or {})
    if again := _same(to, wanted, mapping):
        return again
    rows = list(cases_of_older_versions(to).filter(pk__in=wanted))
    if not rows:
        raise _refused(
            Text(
                "Keiner der gewählten Vorgänge läuft auf einer anderen Fassung.",
                "None of the chosen cases runs on another version.",
            )
        )
    unknown = sorted(set(mapping.values()) - set(model_of(to).nodes))
    if unknown:
        raise _refused(
            Text(f"Den Schritt „{unknown[0]}“ gibt es dort nicht.", f"The step “{unknown[0]}” is not there.")
        )
    try:
        with transaction.atomic():
            move = CaseMove.objects.create(definition=to, confirmed=mapping)
    except IntegrityError:
        raise _refused(
            Text("Ein anderer Umzug läuft gerade.", "Another move is under way."),
            Text("Bitte warten Sie, bis er fertig ist.", "Please wait until it is done."),
        ) from None
    CaseMoveItem.objects.bulk_create(CaseMoveItem(move=move, case=row) for row in rows)
    data = {"key": to.key, "revision": to.revision, "cases": [row.number for row in rows], "mapping": mapping}
    record(Event("work.case_move.ordered", move, data), by=by)
    return move


def _same(to: ProcessDefinition, wanted: set[UUID], mapping: dict[str, str]) -> CaseMove | None:
    """The last order, if it is this one: still under way, just given, or it has left nothing to do."""
    last = CaseMove.objects.filter(definition=to).order_by("-created_at").first()
    if last is None or last.confirmed != mapping:
        return None
    rows = set(last.items.values_list("case_id", flat=True))
    if not wanted or rows != wanted:
        return None
    if last.state == "running" or clock.now() - last.created_at < _TWICE:
        return last
    return None if cases_of_older_versions(to).filter(pk__in=wanted).exists() else last


def _refused(reason: Text, step: Text | None = None) -> Refused:
    usual = Text("Bitte laden Sie die Übersicht neu und wählen Sie noch einmal.", "Please reload and choose again.")
    return Refused(reason, citation="Vorgang", what_to_do=step or usual)


def moves_to(to: ProcessDefinition) -> QuerySet[CaseMove]:
    """The moves to a version, the newest first."""
    return CaseMove.objects.filter(definition=to).order_by("-created_at")


def move_next(move_id: UUID, *, by: Actor) -> bool:
    """Move the next case of an order, with the rights of ``by``; ``False`` if none is left: then the order is done."""
    found = _next(move_id)
    if found is None:
        return False
    move, item = found
    if item is None:
        _end(move, "done", by=by)
        return False
    try:
        with transaction.atomic():
            migrate_case(item.case, to=move.definition, confirmed=move.confirmed, by=by)
    except Conflict:
        item.case.refresh_from_db()
        there = item.case.definition_id == move.definition_id
        _settle(item, None if there else _OVER)
    except WerkflussError as error:
        _settle(item, error.fault.cause)
    else:
        _settle(item, None)
    return True


def leave_next(move_id: UUID) -> bool:
    """Leave the next case where it is, because moving it breaks off again and again; ``False`` if there is none."""
    found = _next(move_id)
    if found is None or found[1] is None:
        return False
    _settle(found[1], _BROKE_OFF)
    return True


def break_move(move_id: UUID, *, by: Actor) -> None:
    """Say that the job broke off, so that nobody waits for it."""
    move = CaseMove.objects.select_for_update().get(pk=move_id)
    if move.state == "running":
        _end(move, "broken", by=by)


def resume_move(move: CaseMove, *, by: Actor) -> None:
    """Go on with a move that broke off.

    Raises:
        NotPermitted: not somebody who works on cases.
        Conflict: it did not break off, or another one is under way.
    """
    by.require("case.work")
    move = CaseMove.objects.select_for_update().get(pk=move.pk)
    if move.state != "broken":
        raise Conflict(f"move {move.pk}")
    try:
        with transaction.atomic():
            move.edit(state="running", ended_at=None)
    except IntegrityError:
        raise Conflict(f"move {move.pk}") from None
    record(Event("work.case_move.resumed", move, {}), by=by)


def _next(move_id: UUID) -> tuple[CaseMove, CaseMoveItem | None] | None:
    """The move, locked, and its next case; ``None`` if it is not under way."""
    move = CaseMove.objects.select_for_update(of=("self",)).select_related("definition").get(pk=move_id)
    if move.state != "running":
        return None
    rows = move.items.filter(state="open").select_related("case__definition")
    return move, rows.order_by("case__number").first()


def _settle(item: CaseMoveItem, why: Text | None) -> None:
    if why is None:
        item.edit(state="moved")
    else:
        item.edit(state="stayed", why_de=why.de, why_en=why.en)


def _end(move: CaseMove, state: str, *, by: Actor) -> None:
    move.edit(state=state, ended_at=clock.now())
    rows = list(move.items.values_list("state", "case__number"))
    data = {
        "moved": sum(1 for one, _ in rows if one == "moved"),
        "stayed": sorted(number for one, number in rows if one == "stayed"),
        "open": sorted(number for one, number in rows if one == "open"),
    }
    kind = "work.case_move.done" if state == "done" else "work.case_move.broken"
    record(Event(kind, move, data), by=by)
