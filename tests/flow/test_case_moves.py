"""The job that moves cases: killed in the middle it goes on where it was, and every case moves once."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

import pytest
from django.db import connection

from tests.work.case_world import deploy, start
from tests.work.test_cases_versions import NEW, OLD
from werkfluss.flow import case_moves as job
from werkfluss.flow import worker
from werkfluss.org.actor import Actor
from werkfluss.org.models import Entry
from werkfluss.work.domain import case_moves
from werkfluss.work.models import Case, CaseMove, CaseMoveItem, ProcessDefinition

Firm = Callable[[], AbstractContextManager[Actor]]


class Killed(BaseException):
    """The process is gone at this moment."""


def ordered(in_the_firm: Firm, count: int = 3) -> CaseMove:
    with in_the_firm() as by:
        old = deploy(OLD, by=by)
        keys = [start(old, by=by).pk for _ in range(count)]
        return case_moves.order_move(deploy(NEW, by=by), cases=keys, by=by)


def moved() -> list[int]:
    newest = ProcessDefinition.objects.order_by("-revision")[0]
    return [one.number for one in Case.objects.filter(definition=newest).order_by("number")]


def waiting() -> list[dict[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE status = 'todo' AND task_name = 'case.move'")
        return [json.loads(args) for (args,) in cursor.fetchall()]


def test_order_enqueues_one_job_in_the_name_of_the_person(db: None, in_the_firm: Firm) -> None:
    move = ordered(in_the_firm)
    with in_the_firm() as by:
        assert waiting() == [{"org": str(by.org_id), "move": str(move.pk), "by": str(by.id)}]


def test_worker_moves_all_and_each_stands_in_the_record(committed_db: None, in_the_firm: Firm) -> None:
    move = ordered(in_the_firm)
    worker.run_until_idle()
    with in_the_firm() as by:
        move.refresh_from_db()
        assert (move.state, len(moved())) == ("done", 3)
        rows = Entry.objects.filter(kind="work.case.migrated")
        assert rows.count() == 3
        assert {row.actor_id for row in rows} == {by.id}
        assert Entry.objects.filter(kind="work.case_move.done").count() == 1


@pytest.mark.parametrize("before_commit", [True, False], ids=["before its end", "after its end"])
def test_killed_job_goes_on_where_it_was(
    before_commit: bool, committed_db: None, in_the_firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = ordered(in_the_firm)
    with in_the_firm() as by:
        org, user = by.org_id, by.id
    real, calls = case_moves.move_next, []

    def dying(move_id: UUID, *, by: Actor) -> bool:
        calls.append(move_id)
        if len(calls) == 3 and not before_commit:
            raise Killed
        found = real(move_id, by=by)
        if len(calls) == 2 and before_commit:
            raise Killed
        return found

    monkeypatch.setattr(case_moves, "move_next", dying)
    with pytest.raises(Killed):
        job.run_move(org, move.pk, user)
    with in_the_firm():
        assert len(moved()) == (1 if before_commit else 2)
        assert CaseMoveItem.objects.filter(state="moved").count() == len(moved())
    monkeypatch.setattr(case_moves, "move_next", real)
    job.run_move(org, move.pk, user)
    job.run_move(org, move.pk, user)
    with in_the_firm():
        assert len(moved()) == 3
        assert Entry.objects.filter(kind="work.case.migrated").count() == 3
        assert CaseMove.objects.get().state == "done"


def test_case_at_which_the_program_breaks_off_is_left_and_the_others_move(
    db: None, in_the_firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = ordered(in_the_firm)
    with in_the_firm() as by:
        org, user = by.org_id, by.id
        wrong = move.items.order_by("case__number")[1].case
    real = case_moves.migrate_case

    def breaking(case: Case, **more: object) -> Case:
        if case.pk == wrong.pk:
            raise ZeroDivisionError
        return real(case, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(case_moves, "migrate_case", breaking)
    with pytest.raises(ZeroDivisionError):
        job.run_move(org, move.pk, user)
    job.run_move(org, move.pk, user, last_try=True)
    with in_the_firm():
        assert [one.state for one in move.items.order_by("case__number")] == ["moved", "stayed", "moved"]
        assert "technischen Fehler" in move.items.get(case=wrong).why_de
        assert CaseMove.objects.get().state == "done"


def test_move_that_cannot_go_on_says_so_and_may_be_resumed(db: None, in_the_firm: Firm) -> None:
    move = ordered(in_the_firm)
    with in_the_firm() as by:
        org, user = by.org_id, by.id
    job.fail_move(org, move.pk)
    job.fail_move(org, move.pk)
    job.run_move(org, move.pk, user)
    with in_the_firm() as by:
        assert (CaseMove.objects.get().state, moved()) == ("broken", [])
        case_moves.resume_move(move, by=by)
    job.run_move(org, move.pk, user)
    with in_the_firm():
        assert (CaseMove.objects.get().state, len(moved())) == ("done", 3)
