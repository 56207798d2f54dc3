"""The board of a process rests on steps, in a bounded number of queries, and on nothing while the works council waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest

import werkfluss
from tests.work.builders import user
from werkfluss.compliance.domain import go_live
from werkfluss.kernel import clock
from werkfluss.org import tenancy
from werkfluss.org.actor import Actor
from werkfluss.org.domain import firms
from werkfluss.org.models import Organisation
from werkfluss.org.roles import Role
from werkfluss.process import mining
from werkfluss.process.model import Definitions
from werkfluss.work.domain import cases, definitions, process_board, step_claims
from werkfluss.work.domain.process_board import Waiting
from werkfluss.work.models import Case, CaseTask, ProcessDefinition

pytestmark = pytest.mark.django_db
KEY = "invoice_booking"
QUERIES = 12


@pytest.fixture
def definition(in_firm: Actor) -> ProcessDefinition:
    return definitions.deploy_library(KEY, by=in_firm)


@pytest.fixture
def agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The works council has agreed; what the law says of it is tested in its own room."""
    monkeypatch.setattr(go_live, "is_locked", lambda _function, *, on: False)


def generated(definition: ProcessDefinition, firm: Organisation, count: int) -> None:
    """Steps of many cases as rows, some open, done by seven people in turn."""
    random, now = Random(11), clock.now()
    people = [UUID(int=number) for number in range(1, 8)]
    made = Case.objects.bulk_create(
        Case(
            number=10_000 + number,
            definition=definition,
            title=f"Vorgang {number}",
            subject_type="org.organisation",
            subject_id=firm.pk,
            state="running" if number % 10 == 0 else "completed",
            ended_at=None if number % 10 == 0 else now,
        )
        for number in range(count // 5)
    )
    steps = []
    for number in range(count):
        over = number % 50 != 0
        steps.append(
            CaseTask(
                case=made[number // 5],
                key=f"w{number}",
                element=f"step_{number % 5}",
                name="Schritt",
                state="done" if over else "open",
                done_at=now - timedelta(hours=random.uniform(1, 900)) if over else None,
                done_by=people[number % 7] if over else None,
            )
        )
    CaseTask.objects.bulk_create(steps)
    CaseTask.objects.filter(case__in=made).update(created_at=now - timedelta(days=60))


def test_ten_thousand_steps_need_as_many_queries_as_one(
    definition: ProcessDefinition, firm: Organisation, agreed: None, django_assert_max_num_queries: Any
) -> None:
    generated(definition, firm, 10_000)
    with django_assert_max_num_queries(QUERIES):
        board = process_board.board_of(definition)
    assert len(board.steps) == 5
    assert sum(one.finished + one.waiting for one in board.steps.values()) == 10_000
    assert all(one.whole for one in board.steps.values())
    assert board.running == 200
    assert board.ended == 1800
    with django_assert_max_num_queries(7):
        (line,) = process_board.overview()
    assert (line.running, sum(one.count for one in line.waiting)) == (200, 200)


def test_finished_steps_are_not_read_until_the_works_council_has_agreed(
    definition: ProcessDefinition, firm: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(go_live, "is_locked", lambda function, *, on: function == "task_times")
    generated(definition, firm, 200)
    board = process_board.board_of(definition)
    assert board.locked
    assert board.length is None
    assert not board.variants
    assert not board.candidates
    assert not any(one.shown or one.finished for one in board.steps.values())
    assert sum(one.waiting for one in board.steps.values()) == 4


def test_claim_says_when_a_step_was_begun(director: Actor, firm: Organisation, agreed: None) -> None:
    now = clock.now()
    with tenancy.acting(firm.pk, director):
        definition = definitions.deploy_library(KEY, by=director)
        people = [_lead(firm, director) for _ in range(3)]
        for number in range(6):
            _read_one_invoice(definition, firm, now, director, people[number % 3])
    # The record is written when the block ends.
    with tenancy.acting(firm.pk, director):
        found = process_board.board_of(definition).steps["read_invoice"]
    assert found.finished == 6
    assert found.idle is not None
    assert found.work is not None
    assert round(found.idle.median / timedelta(hours=1), 2) == 6
    assert found.work.median == timedelta(hours=1)


def _lead(firm: Organisation, by: Actor) -> Actor:
    one = user()
    firms.add_member(one, role=Role.LEAD, by=by)
    return firms.user_actor(firm.pk, one)


def _read_one_invoice(
    definition: ProcessDefinition, firm: Organisation, now: datetime, by: Actor, person: Actor
) -> None:
    """Opened eight hours ago, claimed six hours later, done an hour after that."""
    case = cases.start_case(definition, subject=firm, title="Rechnung", performers={"KI-Agent": Role.LEAD}, by=by)
    step = cases.open_steps(case).get()
    CaseTask.objects.filter(pk=step.pk).update(created_at=now - timedelta(hours=8))
    with clock.frozen(now - timedelta(hours=2)):
        step_claims.claim_step(step, by=person)
    with clock.frozen(now - timedelta(hours=1)):
        cases.complete_step(step, by=person)


def test_what_may_happen_beside_a_step_is_no_place_where_a_case_waits(definition: ProcessDefinition) -> None:
    model: Definitions = definitions.model_of(definition)
    now = clock.now()
    found = process_board.places(
        model, [Waiting("confirm_slow", "timer", 4, now), Waiting("confirm_supply", "service", 2, now)]
    )
    assert [(one.element, one.count) for one in found] == [("confirm_supply", 2)]


def test_nothing_of_the_board_is_imported_by_planning() -> None:
    """No feed into the optimiser: the rooms that plan do not know the board."""
    rooms = Path(werkfluss.__file__).parent
    planning = [*(rooms / "delegation").rglob("*.py"), *(rooms / "work/domain").glob("plan*.py")]
    planning += [rooms / "work/domain/assignments.py", rooms / "work/domain/gate.py"]
    assert len(planning) > 10
    for path in planning:
        text = path.read_text(encoding="utf-8")
        assert "process_board" not in text, path
        assert "mining" not in text, path
    assert mining.PERSONS >= 3
