"""Timers of cases go off in every firm, each inside its own walls, and count once however often the job runs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.process.samples import chain, source
from werkfluss.flow import jobs, nightly
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.models import Entry, Organisation
from werkfluss.work.domain import cases, definitions, messages
from werkfluss.work.models import Case, CaseMessage, ProcessDefinition, Wait

Acting = Callable[[Actor], AbstractContextManager[Actor]]


def _start_case(by: Actor) -> None:
    """One case that waits for papers; a reminder of it is due some days later."""
    definition = definitions.deploy_library("blue_card_case", by=by)
    cases.start_case(definition, subject=Organisation.objects.get(pk=by.org_id), title="Umzug", by=by)


@pytest.fixture
def two_firms(director: Actor, other_director: Actor, acting_in: Acting) -> tuple[Actor, Actor]:
    for actor in (director, other_director):
        with acting_in(actor):
            _start_case(actor)
            assert Wait.objects.filter(kind="timer").exists()
    return director, other_director


def _fired(acting_in: Acting, actor: Actor) -> list[tuple[str, str]]:
    with acting_in(actor):
        rows = Entry.objects.filter(kind="work.case.timer_fired")
        return [(row.actor_kind, str(row.org_id)) for row in rows]


def test_timers_of_every_firm_go_off_once(two_firms: tuple[Actor, Actor], acting_in: Acting) -> None:
    now = clock.now() + timedelta(days=60)
    assert set(nightly.firms_with_due_timers(now)) == {actor.org_id for actor in two_firms}
    for _ in range(2):
        for actor in two_firms:
            nightly.fire_timers(actor.org_id, now)
    for actor in two_firms:
        fired = _fired(acting_in, actor)
        assert fired == [(ActorKind.SYSTEM.value, str(actor.org_id))] * len(fired)
        assert fired
        with acting_in(actor):
            assert Case.objects.get().org_id == actor.org_id
            assert not Wait.objects.filter(kind="timer", due__lte=now).exists()
    assert nightly.firms_with_due_timers(now) == []
    before = [_fired(acting_in, actor) for actor in two_firms]
    for actor in two_firms:
        nightly.fire_timers(actor.org_id, now)
    assert [_fired(acting_in, actor) for actor in two_firms] == before


def test_timers_of_one_firm_leave_the_other_alone(two_firms: tuple[Actor, Actor], acting_in: Acting) -> None:
    one, other = two_firms
    nightly.fire_timers(one.org_id, clock.now() + timedelta(days=60))
    assert _fired(acting_in, one)
    assert not _fired(acting_in, other)


def test_minute_enqueues_one_job_per_firm_with_something_due(two_firms: tuple[Actor, Actor]) -> None:
    with clock.frozen(clock.now() + timedelta(days=60)):
        jobs.every_minute(0)
        queued = ProcrastinateJob.objects.filter(task_name="case.timers")
        assert {(job.lock, job.args["org"]) for job in queued} == {
            (f"timers-{actor.org_id}", str(actor.org_id)) for actor in two_firms
        }


def test_timers_cannot_go_off_from_within_another_firm(two_firms: tuple[Actor, Actor], acting_in: Acting) -> None:
    one, other = two_firms
    with acting_in(one), pytest.raises(RuntimeError, match="cannot be nested"):
        nightly.fire_timers(other.org_id, clock.now())


def _deploy(body: str, by: Actor, name: str, around: str = "") -> ProcessDefinition:
    return definitions.deploy_definition(source(body, name, around=around), filename="x.bpmn", by=by)


def test_message_sent_by_a_case_is_delivered_by_a_job_of_its_own(
    committed_db: None, director: Actor, acting_in: Acting
) -> None:
    """One job for several messages of a transaction; run twice, each counts once; the other firm hears nothing."""
    around = '<message id="m" name="Antwort"/>'
    waits = '<startEvent id="s"/><receiveTask id="r" messageRef="m"/><userTask id="t"/>' + chain("s", "r", "t")
    sends = (
        '<startEvent id="s"/><intermediateThrowEvent id="x"><messageEventDefinition messageRef="m"/>'
        '</intermediateThrowEvent><userTask id="t"/>' + chain("s", "x", "t")
    )
    with acting_in(director) as by:
        firm = Organisation.objects.get(pk=by.org_id)
        waiting = cases.start_case(_deploy(waits, by, "waits", around), subject=firm, title="x", by=by)
        sender = _deploy(sends, by, "sends", around)
        for _ in range(2):
            cases.start_case(sender, subject=firm, title="x", by=by)
    (job,) = ProcrastinateJob.objects.filter(task_name="case.messages")
    assert job.args == {"org": str(director.org_id)}
    for _ in range(2):
        nightly.deliver_messages(director.org_id)
    with acting_in(director):
        assert list(waiting.steps.values_list("element", flat=True)) == ["t"]
        assert sorted(CaseMessage.objects.values_list("state", flat=True)) == ["delivered", "kept"]
        assert Entry.objects.filter(kind="work.case.message_received").count() == 1


def test_time_of_a_process_starts_one_case_however_often_the_job_runs(director: Actor, acting_in: Acting) -> None:
    timer = "<timerEventDefinition><timeCycle>R/PT1H</timeCycle></timerEventDefinition>"
    with acting_in(director) as by:
        body = f'<startEvent id="s">{timer}</startEvent><userTask id="t"/>' + chain("s", "t")
        _deploy(body, by, "hourly")
    now = clock.now() + timedelta(minutes=61)
    assert nightly.firms_with_due_timers(now) == [director.org_id]
    for _ in range(3):
        nightly.fire_timers(director.org_id, now)
    with acting_in(director):
        assert Case.objects.count() == 1
    assert nightly.firms_with_due_timers(now) == []


def test_case_that_breaks_holds_up_no_other(
    director: Actor, acting_in: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(message_id: UUID, *, by: Actor) -> bool:
        raise ZeroDivisionError(message_id, by)

    with acting_in(director) as by:
        _start_case(by)
        messages.post_message("Antwort", key="k", by=by)
    monkeypatch.setattr(nightly.case_events, "deliver_message", broken)
    nightly.fire_timers(director.org_id, clock.now() + timedelta(days=60))
    assert _fired(acting_in, director)
    with acting_in(director):
        assert messages.new_messages().count() == 1
