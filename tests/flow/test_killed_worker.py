"""A worker killed outright in the middle of a job: the next one finishes it, exactly once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.flow.conftest import DAY
from werkfluss.agents.models import Run
from werkfluss.org import chain
from werkfluss.org.models import Entry
from werkfluss.work.domain import plans, tasks
from werkfluss.work.models import Plan, PlanItem, Result, ResultItem, Task
from werkfluss.workforce.domain import resources
from werkfluss.workforce.models import Kind

pytestmark = pytest.mark.reliability

_WORKER = """
import django
django.setup()
from werkfluss.flow import worker
worker.run(jobs_at_once=2, heartbeat_s=0.5, stalled_after_s=2)
"""
_PATIENCE_S = 60.0


@pytest.fixture
def start_worker(database) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    started = []
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "werkfluss.config.settings",
        "DATABASE_URL": database.app,
        "WERKFLUSS_SECRET_KEY": "a key for tests only, long enough to be accepted by every check there is",
    }

    def start() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-c", _WORKER], env=env))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_until(condition: Callable[[], bool], in_the_firm: Callable) -> None:
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        with in_the_firm():
            if condition():
                return
        time.sleep(0.02)
    pytest.fail("nothing happened in time")


@contextmanager
def killed(process: subprocess.Popen[bytes]) -> Iterator[None]:
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    yield


def jobs(*statuses: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE status = ANY(%s::procrastinate_job_status[])",
            [list(statuses)],
        )
        return cursor.fetchone()[0]


def test_plan_is_computed_once_although_the_worker_was_killed(committed_db, director, in_the_firm, start_worker):
    with in_the_firm() as by:
        rate = resources.set_rate(name="Facharbeit", cents_per_hour=5000, by=by)
        for number in range(8):
            resources.add_resource(kind=Kind.EMPLOYEE, name=f"Person {number}", rate=rate, nationality="DE", by=by)
        project = tasks.create_project(name="Umzug", start=DAY, by=by)
        for number in range(60):
            task = tasks.create_task(
                project, title=f"Schritt {number}", outcome="Fertig", effort_minutes=480, data_class="internal", by=by
            )
            tasks.fill_task(task, criteria=["Der Schritt ist getan und geprüft"])
        plan = plans.request_plan(as_of=DAY, by=by)
    worker = start_worker()
    wait_until(lambda: jobs("doing") == 1, in_the_firm)
    with killed(worker), in_the_firm():
        assert Plan.objects.get(pk=plan.pk).state == Plan.State.COMPUTING
        assert jobs("todo", "doing") >= 1
    start_worker()
    wait_until(lambda: Plan.objects.get(pk=plan.pk).state != Plan.State.COMPUTING, in_the_firm)
    with in_the_firm():
        assert Plan.objects.get(pk=plan.pk).state == Plan.State.DRAFT
        assert PlanItem.objects.filter(plan=plan).count() == Task.objects.count() == 60
        assert Entry.objects.filter(kind="work.plan.computed").count() == 1
        assert chain.verify().ok


def test_agent_delivers_once_although_the_worker_was_killed(
    committed_db, agent_work, in_the_firm, make_invoice, start_worker
):
    from werkfluss.flow import jobs

    assignment = agent_work(files={f"{n:03}.xml": make_invoice(f"R-{n}", price=f"{n + 1}.00") for n in range(60)})
    with in_the_firm() as by:
        assignment.resource.agent_file.edit(budget_cents_run=1000)
        jobs.enqueue(jobs.run_agent, org=str(by.org_id), assignment=str(assignment.pk))
    worker = start_worker()
    wait_until(lambda: Run.objects.filter(state="running").exists(), in_the_firm)
    with killed(worker), in_the_firm():
        assert Run.objects.get().state == "running"
        assert not Result.objects.exists()
    start_worker()
    wait_until(Result.objects.exists, in_the_firm)
    with in_the_firm():
        run = Run.objects.get()
        assert run.state == "done"
        assert len(run.steps) == 60
        assert ResultItem.objects.filter(result=Result.objects.get()).count() == 60
        assert Entry.objects.filter(kind="work.result.delivered").count() == 1
        assert chain.verify().ok
