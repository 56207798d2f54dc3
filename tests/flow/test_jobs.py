"""Events enqueue jobs in their own transaction; a worker does them; who dies is relieved."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pytest
from django.db import connection

from tests.flow.conftest import DAY
from tests.work import builders
from werkfluss.compliance.domain.facts import record_fact
from werkfluss.compliance.models import Deadline, Fact
from werkfluss.flow import handlers, jobs, nightly, steps, worker
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record
from werkfluss.org.models import FirmProfile
from werkfluss.work.domain import plans, tasks
from werkfluss.work.models import Assignment, Plan, PlanItem, Recheck, Result, Task
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind


def waiting() -> list[tuple[str, dict]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        return [(name, json.loads(args)) for name, args in cursor.fetchall()]


def _work(by):
    rate = resources.set_rate(name="Facharbeit", cents_per_hour=5000, by=by)
    resources.add_resource(kind=Kind.EMPLOYEE, name="Anna Beispiel", rate=rate, nationality="DE", by=by)
    project = tasks.create_project(name="Umzug", start=DAY, by=by)
    task = tasks.create_task(
        project, title="Pläne zeichnen", outcome="Plan", effort_minutes=480, data_class="internal", by=by
    )
    tasks.fill_task(task, criteria=["Der Plan liegt gezeichnet vor"])
    return task


def test_request_for_a_plan_enqueues_its_computation(db, in_the_firm):
    with in_the_firm() as by:
        plan = plans.request_plan(as_of=DAY, by=by)
        assert waiting() == [("plan.compute", {"org": str(by.org_id), "plan": str(plan.pk)})]


def test_job_of_a_transaction_that_failed_does_not_exist(committed_db, in_the_firm):
    with pytest.raises(ZeroDivisionError), in_the_firm() as by:
        plans.request_plan(as_of=DAY, by=by)
        raise ZeroDivisionError
    assert waiting() == []


def test_plan_is_computed_as_a_draft_with_progress(db, in_the_firm):
    shares = []
    with in_the_firm() as by:
        _work(by)
        plan = plans.request_plan(as_of=DAY, by=by)
    assert steps.compute_plan(by.org_id, plan.pk, on_progress=lambda share, text: shares.append(share))
    assert not steps.compute_plan(by.org_id, plan.pk)
    assert shares
    with in_the_firm():
        assert Plan.objects.get().state == Plan.State.DRAFT
        assert PlanItem.objects.get().explanation["task"] == str(Task.objects.get().pk)


def test_plan_that_cannot_be_computed_says_so(db, in_the_firm):
    with in_the_firm() as by:
        plan = plans.request_plan(as_of=DAY, by=by)
    steps.fail_plan(by.org_id, plan.pk)
    with in_the_firm():
        plan.refresh_from_db()
        assert plan.state == Plan.State.FAILED
        assert "abgebrochen" in plan.progress_text_de


def test_published_plan_starts_the_agents(agent_work, in_the_firm):
    assignment = agent_work()
    with in_the_firm() as by:
        assignment.task.edit(data_class="internal")
        rules = {"ai_technique": "rules_only"}
        record_fact(assignment.resource, name="ai_act", value=rules, source="KI-Akte", valid_from=DAY, by=by)
        plan = Plan.objects.create(number=next_number("plan"), as_of=DAY, state=Plan.State.DRAFT)
        PlanItem.objects.create(
            plan=plan, task=assignment.task, resource=assignment.resource, window_first=DAY, window_last=DAY
        )
        plans.publish_plan(plan, by=by)
        live = Assignment.objects.get(state=Assignment.State.ACTIVE)
        assert waiting() == [("agent.run", {"org": str(by.org_id), "assignment": str(live.pk)})]


def test_agent_that_breaks_off_again_and_again_gives_the_task_back(agent_work, in_the_firm):
    assignment = agent_work()
    steps._begin(assignment.org_id, assignment.pk)
    steps.fail_run(assignment.org_id, assignment.pk)
    with in_the_firm():
        assert assignment.resource.runs.get().state == "failed"
        assert Task.objects.get().state == Task.State.OPEN


def test_worker_does_all_jobs_and_those_that_follow(committed_db, agent_work, in_the_firm):
    assignment = agent_work()
    with in_the_firm() as by:
        jobs.enqueue(jobs.run_agent, org=str(by.org_id), assignment=str(assignment.pk))
    worker.run_until_idle()
    with in_the_firm():
        assert Result.objects.count() == 1
    assert waiting() == []


def test_mail_is_carried_by_the_worker(committed_db, settings, tmp_path, in_the_firm):
    from django.core.mail import send_mail

    settings.MAIL_CARRIER = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_BACKEND = "werkfluss.flow.outbox.QueueBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    send_mail("Hallo", "Text", "post@muster.example", ["anna@muster.example"])
    assert [name for name, _ in waiting()] == ["mail.carry"]
    worker.run_until_idle()
    assert len(list(tmp_path.iterdir())) == 1
    assert waiting() == []


@pytest.mark.parametrize(("breaks", "follows"), [(True, 0), (False, 1)])
def test_job_enqueued_by_a_job_goes_with_its_transaction(committed_db, director, breaks, follows):
    from django.db import transaction
    from procrastinate.contrib.django import app

    done = []

    @app.task(name=f"tests.following.{breaks}")
    def following() -> None:
        done.append(1)

    @app.task(name=f"tests.leading.{breaks}")
    def leading() -> None:
        with transaction.atomic():
            jobs.enqueue(following)
            if breaks:
                raise ZeroDivisionError

    jobs.enqueue(leading)
    worker.run_until_idle()
    assert len(done) == follows


def test_job_that_breaks_down_gives_way_to_the_one_that_waits_in_its_place(committed_db, director):
    """As a job that waits once only: while it works it is asked for again, and then it breaks down."""
    from procrastinate import RetryStrategy
    from procrastinate.contrib.django import app

    runs = []

    @app.task(name="tests.twin", retry=RetryStrategy(max_attempts=3))
    def twin() -> None:
        runs.append(1)
        if len(runs) == 1:
            jobs.enqueue(twin, lock="twin", once="twin")
            raise ZeroDivisionError

    jobs.enqueue(twin, lock="twin", once="twin")
    worker.run_until_idle()
    assert len(runs) == 2
    assert _left("tests.twin") == []


def test_job_of_a_dead_worker_gives_way_to_the_one_that_waits_in_its_place(committed_db, director):
    """Both cannot wait: the dead worker's would keep the other one from beginning, and that one would keep it away."""
    runs = []

    from procrastinate.contrib.django import app

    @app.task(name="tests.left")
    def left() -> None:
        runs.append(1)

    jobs.enqueue(left, lock="left", once="left")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'tests.left'")
    jobs.enqueue(left, lock="left", once="left")

    async def take_over() -> int:
        async with worker._connected() as connected:
            return await worker.take_over_stalled(connected, 60)

    assert asyncio.run(take_over()) == 1
    worker.run_until_idle()
    assert len(runs) == 1
    assert _left("tests.left") == []


def _left(task: str) -> list[tuple[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE task_name = %s", [task])
        return cursor.fetchall()


# Asking the law again


def _given_to_foreigner(by):
    person = builders.resource(by, nationality="IN")
    return builders.assign(person, builders.task(builders.project(by), by)), person


@pytest.mark.parametrize("kind", sorted(handlers.ASK_AGAIN_AFTER))
def test_whatever_may_change_the_answer_asks_again_once(kind, db, firm, in_the_firm):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    with in_the_firm() as by:
        plan = Plan.objects.create(number=next_number("plan"), as_of=DAY, state=Plan.State.SUPERSEDED)
        # Others hear of facts too, and look at them.
        subject = Fact(name="anything", value=True) if kind == "compliance.fact.recorded" else plan
        for _ in range(3):
            record(Event(kind, subject), by=by)
        assert not [name for name, _ in waiting() if name == "plan.recheck"], "put into the queue last"
    with in_the_firm() as by:
        record(Event(kind, subject), by=by)
    assert [job for job in waiting() if job[0] == "plan.recheck"] == [("plan.recheck", {"org": str(firm.pk)})]


def test_every_firm_has_a_job_of_its_own(db, director, other_director, acting_in):
    for one in (director, other_director):
        with acting_in(one) as by:
            record(Event("work.task.edited", FirmProfile.objects.get()), by=by)
    assert {args["org"] for _, args in waiting()} == {str(director.org_id), str(other_director.org_id)}


def test_fact_recorded_is_seen_by_the_job_it_enqueued(committed_db, in_the_firm):
    with in_the_firm() as by:
        _given_to_foreigner(by)
        task = Task.objects.get()
        builders.tell(task, {"anything": True}, by)
    worker.run_until_idle()
    with in_the_firm():
        assert Recheck.objects.get().now == "blocked"


def test_night_asks_again_in_every_firm_and_renews(db, director, other_director, acting_in, settings, tmp_path):
    settings.ANCHOR_FOLDER = tmp_path
    night = datetime(2026, 11, 24, 23, 5, tzinfo=UTC)
    for one in (director, other_director):
        with acting_in(one) as by:
            _, person = _given_to_foreigner(by)
            resources.add_paper(person, kind="a1", state="confirmed", valid_from=DAY, expires=DAY, by=by)
    for _ in range(2):
        nightly.close_day(night)
    for one in (director, other_director):
        with acting_in(one):
            assert Recheck.objects.get().state == "open"
            assert Deadline.objects.get().code == "renew:a1"


def test_law_is_new_to_a_process_once(monkeypatch):
    monkeypatch.setattr(nightly._Law, "known", "")
    assert [nightly.law_is_new(), nightly.law_is_new()] == [True, False]
