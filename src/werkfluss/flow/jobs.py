"""The jobs: thin shells with ids for arguments. What they do is in ``steps``; when they come by themselves is here too.

Every job may run twice (a dead worker's job is taken over), so every step looks first whether it is still to do.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import Task

from werkfluss.flow import mail as post
from werkfluss.flow import nightly, steps
from werkfluss.kernel import clock

_AGAIN = RetryStrategy(max_attempts=5, exponential_wait=2)


def enqueue(task: Task[Any, Any, Any], *, lock: str = "", **arguments: str) -> None:
    """Put a job into the queue with the transaction that wants it: a rollback takes it away again."""
    deferrer = task.configure(lock=lock) if lock else task.configure()
    # Inside a worker the engine has connections of its own; the job must go with ours.
    deferrer.job_manager = JobManager(DjangoConnector())
    deferrer.defer(**arguments)


@app.task(
    name="plan.compute", queue="plan", lock="plan", retry=RetryStrategy(max_attempts=2, wait=1), pass_context=True
)
def compute_plan(context: JobContext, *, org: str, plan: str) -> None:
    try:
        steps.compute_plan(UUID(org), UUID(plan))
    except Exception:
        if context.job.attempts >= 1:
            steps.fail_plan(UUID(org), UUID(plan))
        raise


@app.task(name="agent.run", queue="agents", retry=RetryStrategy(max_attempts=3, wait=2), pass_context=True)
def run_agent(context: JobContext, *, org: str, assignment: str) -> None:
    try:
        steps.run_agent(UUID(org), UUID(assignment))
    except Exception:
        if context.job.attempts >= 2:
            steps.fail_run(UUID(org), UUID(assignment))
        raise


@app.task(name="case.timers", queue="cases", retry=_AGAIN)
def fire_timers(*, org: str) -> None:
    nightly.fire_timers(UUID(org), clock.now())


@app.task(name="mail.carry", queue="mail", retry=RetryStrategy(max_attempts=10, exponential_wait=4))
def carry_mail(*, mail: str) -> None:
    post.carry(UUID(mail))


@app.periodic(cron="* * * * *")
@app.task(name="every.minute", queueing_lock="every.minute")
def every_minute(timestamp: int) -> None:  # noqa: ARG001  (the engine passes it)
    """Timers of cases that are due."""
    for org in nightly.firms_with_due_timers(clock.now()):
        enqueue(fire_timers, lock=f"timers-{org}", org=str(org))


@app.periodic(cron="5 0 * * *")
@app.task(name="every.night", queueing_lock="every.night", retry=_AGAIN)
def every_night(timestamp: int) -> None:
    """Anchor every chain for the day that ended; end what ran out."""
    nightly.close_day(datetime.fromtimestamp(timestamp, UTC))
