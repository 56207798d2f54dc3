"""Timers of cases go off in every firm, each inside its own walls, and count once however often the job runs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from werkfluss.flow import jobs, nightly
from werkfluss.kernel import clock
from werkfluss.org.actor import Actor, ActorKind
from werkfluss.org.models import Entry, Organisation
from werkfluss.work.domain import cases, definitions
from werkfluss.work.models import Case, Wait

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
