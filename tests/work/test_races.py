"""Two at the same moment: whoever comes second waits for the first, and then sees what the first has done."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections

from tests.process.samples import chain, source
from tests.work.case_world import deploy, run, start, step
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor
from werkfluss.org.roles import Role
from werkfluss.org.tenancy import acting
from werkfluss.work.domain import case_events, case_starts, cases, definitions, messages, step_talk
from werkfluss.work.models import Case, CaseMessage, CaseTask, ProcessDefinition, ProcessStart, StepQuestion

if TYPE_CHECKING:
    import psycopg

pytestmark = pytest.mark.usefixtures("committed_db")
Race = Callable[[Callable[[], Any], Callable[[], Any]], None]
ASKED = '<startEvent id="s"/><userTask id="a"/><receiveTask id="r" messageRef="m"/><endEvent id="e"/>' + chain(
    "s", "a", "r", "e"
)
AROUND = '<message id="m" name="Antwort"/>'
DAILY = (
    '<startEvent id="s"><timerEventDefinition><timeCycle>R/P1D</timeCycle></timerEventDefinition></startEvent>'
    '<userTask id="b" name="{name}"/><endEvent id="e"/>' + chain("s", "b", "e")
)


@pytest.fixture
def race(director: Actor, owner_connection: psycopg.Connection) -> Race:
    """``race(first, second)``: the second begins when the first has done all but commit, which it does when the second
    waits for it or is over. Each in a transaction of its own; what goes wrong in one of them is raised here.
    """

    def waits() -> bool:
        query = (
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            " AND pid <> pg_backend_pid()"
        )
        return owner_connection.execute(query).fetchone() is not None

    def meet(first: Callable[[], Any], second: Callable[[], Any]) -> None:
        done, commit, over = threading.Event(), threading.Event(), threading.Event()
        errors: list[BaseException] = []

        def one(work: Callable[[], Any], *, last: threading.Event, hold: bool) -> None:
            try:
                with acting(director.org_id, director):
                    work()
                    done.set()
                    if hold:
                        commit.wait(20)
            except BaseException as error:  # noqa: BLE001 - raised below
                errors.append(error)
            finally:
                done.set()
                last.set()
                connections.close_all()

        earlier = threading.Thread(target=one, args=(first,), kwargs={"last": threading.Event(), "hold": True})
        later = threading.Thread(target=one, args=(second,), kwargs={"last": over, "hold": False})
        earlier.start()
        done.wait(20)
        later.start()
        end = time.monotonic() + 20
        while not over.is_set() and not waits() and time.monotonic() < end:
            time.sleep(0.02)
        commit.set()
        earlier.join()
        later.join()
        if errors:
            raise errors[0]

    return meet


def _deliver(key: Any, by: Actor) -> None:
    """As the job does it: each time a transaction of its own."""
    again = True
    while again:
        with acting(by.org_id, by):
            again = case_events.deliver_message(key, by=by)


def test_message_finds_the_case_that_begins_to_wait_at_the_same_moment(director: Actor, race: Race) -> None:
    with acting(director.org_id, director):
        case = run(ASKED, by=director, around=AROUND)
        message = messages.post_message("Antwort", key="post-1", by=director)
        waiting = step(case)
    again: list[bool] = []
    race(
        lambda: cases.complete_step(waiting, by=director),
        lambda: again.append(case_events.deliver_message(message.pk, by=director)),
    )
    assert again == [True]
    _deliver(message.pk, director)
    with acting(director.org_id, director):
        assert Case.objects.get().state == "completed"
        assert CaseMessage.objects.get().state == "delivered"


def test_two_cases_that_begin_to_wait_for_one_kept_message_do_not_hinder_one_another(
    director: Actor, race: Race
) -> None:
    with acting(director.org_id, director):
        definition = deploy(ASKED, by=director, around=AROUND)
        message = messages.post_message("Antwort", key="post-1", by=director)
        assert case_events.deliver_message(message.pk, by=director) is False
        first, second = (step(start(definition, by=director)) for _ in range(2))
    race(lambda: cases.complete_step(first, by=director), lambda: cases.complete_step(second, by=director))
    with acting(director.org_id, director):
        assert CaseMessage.objects.get().state == "new"
        assert list(CaseTask.objects.values_list("state", flat=True)) == ["done", "done"]


def test_new_version_does_not_take_over_a_time_that_goes_off_at_this_moment(director: Actor, race: Race) -> None:
    with acting(director.org_id, director):
        deploy(DAILY.format(name="A"), by=director)
        now = clock.now()
        ProcessStart.objects.update(due=now - timedelta(minutes=1))
        due = ProcessStart.objects.get()
    race(
        lambda: case_starts.start_by_time(due.pk, now, by=director),
        lambda: deploy(DAILY.format(name="B"), by=director),
    )
    with acting(director.org_id, director):
        assert Case.objects.count() == 1
        assert [row.due > now for row in ProcessStart.objects.all() if row.due] == [True]


def test_process_taken_over_twice_at_once_is_one_version(director: Actor, race: Race) -> None:
    body = source(DAILY.format(name="A"))
    race(
        lambda: definitions.deploy_definition(body, filename="p.bpmn", by=director),
        lambda: definitions.deploy_definition(body, filename="p.bpmn", by=director),
    )
    with acting(director.org_id, director):
        assert list(ProcessDefinition.objects.values_list("revision", flat=True)) == [1]


def test_due_time_moves_when_the_last_two_questions_are_answered_at_once(
    director: Actor, race: Race, member_of: Callable[..., Actor], firm: Any
) -> None:
    lead = member_of(firm, Role.LEAD)
    with acting(director.org_id, director):
        case = run('<startEvent id="s"/><userTask id="a"/><endEvent id="e"/>' + chain("s", "a", "e"), by=director)
        due = clock.now() + timedelta(days=3)
        step(case).edit(due=due)
        asked = [
            step_talk.ask(step(case), to=Role.LEAD, text=f"Frage {n}?", stop_reason="Ohne geht es nicht.", by=director)
            for n in range(2)
        ]
        StepQuestion.objects.update(created_at=clock.now() - timedelta(hours=5))
        for one in asked:
            one.refresh_from_db()
    race(
        lambda: step_talk.withdraw_question(asked[0], by=director),
        lambda: step_talk.withdraw_question(asked[1], by=director),
    )
    assert lead.org_id == director.org_id
    with acting(director.org_id, director):
        moved = CaseTask.objects.get().due
        assert moved is not None
        assert moved - due >= timedelta(hours=4)
