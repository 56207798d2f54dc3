"""The jobs: thin shells with ids for arguments. What they do is in ``steps``; when they come by themselves is here too.

Every job may run twice (a dead worker's job is taken over), so every step looks first whether it is still to do.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager
from procrastinate.tasks import Task

from werkfluss.care.domain import vouchers
from werkfluss.flow import (
    care_mails,
    care_translations,
    case_moves,
    nightly,
    service_clocks,
    step_mails,
    steps,
    substitute_mails,
    teams,
    written_drafts,
)
from werkfluss.flow import mail as post
from werkfluss.kernel import clock
from werkfluss.work.domain import faults

_STEPS_EVERY_S = 300
_HOUR_S = 3_600
_AGAIN_AT_MOST = 5
_AGAIN = RetryStrategy(max_attempts=_AGAIN_AT_MOST, exponential_wait=2)


def enqueue(task: Task[Any, Any, Any], *, lock: str = "", once: str = "", **arguments: str) -> None:
    """Put a job into the queue with the transaction that wants it: a rollback takes it away again.

    ``once``: not if a job of this name waits already.
    """
    deferrer = task.configure(lock=lock or None, queueing_lock=once or None)
    # Inside a worker the engine has connections of its own; the job must go with ours.
    deferrer.job_manager = JobManager(DjangoConnector())
    if not once:
        deferrer.defer(**arguments)
        return
    with transaction.atomic():
        # Held until we commit: a worker must not start the waiting job before it can see what we did.
        waiting = ProcrastinateJob.objects.filter(queueing_lock=once, status="todo").order_by("id")
        if waiting.select_for_update().values_list("id", flat=True).first() is not None:
            return
        try:
            with transaction.atomic():
                deferrer.defer(**arguments)
        except AlreadyEnqueued:
            # Somebody put it there between the look and the act; it has not started, since their commit is just over.
            return


def enqueue_recheck(org_id: UUID) -> None:
    """Ask the law again of all work the firm has given out; one waiting job is enough."""
    enqueue(recheck, lock=f"recheck-{org_id}", once=f"recheck-{org_id}", org=str(org_id))


@app.task(
    name="plan.compute", queue="plan", lock="plan", retry=RetryStrategy(max_attempts=2, wait=1), pass_context=True
)
def compute_plan(context: JobContext, *, org: str, plan: str) -> None:
    try:
        steps.compute_plan(UUID(org), UUID(plan))
    except Exception as error:
        faults.pass_on(error)
        if context.job.attempts >= 1:
            steps.fail_plan(UUID(org), UUID(plan))
        raise


@app.task(name="plan.propose_steps", queue="cases", retry=_AGAIN)
def propose_steps(*, org: str) -> None:
    steps.propose_steps(UUID(org))


@app.task(name="agent.run", queue="agents", retry=RetryStrategy(max_attempts=3, wait=2), pass_context=True)
def run_agent(context: JobContext, *, org: str, assignment: str) -> None:
    try:
        steps.run_agent(UUID(org), UUID(assignment))
    except Exception as error:
        faults.pass_on(error)
        if context.job.attempts >= 2:
            steps.fail_run(UUID(org), UUID(assignment))
        raise


@app.task(name="draft.write", queue="agents", retry=RetryStrategy(max_attempts=2, wait=2), pass_context=True)
def write_draft(context: JobContext, *, org: str, run: str) -> None:
    try:
        written_drafts.write_draft(UUID(org), UUID(run))
    except Exception as error:
        faults.pass_on(error)
        if context.job.attempts >= 1:
            written_drafts.fail_draft(UUID(org), UUID(run))
        raise


@app.task(name="plan.recheck", queue="cases", retry=_AGAIN)
def recheck(*, org: str) -> None:
    steps.recheck(UUID(org))


@app.task(name="case.timers", queue="cases", retry=_AGAIN)
def fire_timers(*, org: str) -> None:
    nightly.fire_timers(UUID(org), clock.now())


@app.task(name="step.look_after", queue="cases", retry=_AGAIN)
def look_after_steps(*, org: str) -> None:
    step_mails.look_after_steps(UUID(org), clock.now())


@app.task(name="service.clocks", queue="cases", retry=_AGAIN)
def look_at_clocks(*, org: str) -> None:
    service_clocks.look_at_clocks(UUID(org), clock.now())


@app.task(name="substitute.tell", queue="cases", retry=_AGAIN)
def tell_substitutes(*, org: str) -> None:
    substitute_mails.tell_substitutes(UUID(org))


@app.task(name="care.message", queue="mail", retry=_AGAIN)
def tell_about_message(*, org: str, message: str) -> None:
    care_mails.tell_about_message(UUID(org), UUID(message))


@app.task(name="care.family", queue="mail", retry=_AGAIN)
def invite_family(*, org: str, login: str) -> None:
    care_mails.invite_family(UUID(org), UUID(login))


@app.task(name="care.teams", queue="mail", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def tell_teams(*, org: str, post: str) -> None:
    teams.tell_teams(UUID(org), UUID(post))


@app.task(name="care.translate", queue="agents", retry=_AGAIN)
def translate_message(*, org: str, message: str) -> None:
    care_translations.translate(UUID(org), UUID(message))


@app.task(name="case.messages", queue="cases", retry=_AGAIN)
def deliver_messages(*, org: str) -> None:
    nightly.deliver_messages(UUID(org))


@app.task(name="case.move", queue="cases", retry=_AGAIN, pass_context=True)
def move_cases(context: JobContext, *, org: str, move: str, by: str) -> None:
    """``by`` is the key of the user who wants it, empty for the system."""
    last = context.job.attempts >= _AGAIN_AT_MOST
    try:
        case_moves.run_move(UUID(org), UUID(move), UUID(by) if by else None, last_try=last)
    except Exception as error:
        faults.pass_on(error)
        if last:
            case_moves.fail_move(UUID(org), UUID(move))
        raise


@app.task(name="mail.carry", queue="mail", retry=RetryStrategy(max_attempts=10, exponential_wait=4))
def carry_mail(*, mail: str) -> None:
    post.carry(UUID(mail))


@app.periodic(cron="* * * * *")
@app.task(name="every.minute", queueing_lock="every.minute")
def every_minute(timestamp: int) -> None:
    """Timers of cases that are due; open steps and agreed service times, every five minutes; the count of vouchers,
    every hour anew; all work asked again after a new law pack.
    """
    for org in nightly.firms_with_due_timers(clock.now()):
        # One that waits is enough: it looks for what is due when it begins.
        enqueue(fire_timers, lock=f"timers-{org}", once=f"timers-{org}", org=str(org))
    if timestamp % _STEPS_EVERY_S == 0:
        for org in step_mails.firms_with_steps():
            enqueue(look_after_steps, lock=f"steps-{org}", once=f"steps-{org}", org=str(org))
        for org in service_clocks.firms_with_clocks():
            enqueue(look_at_clocks, lock=f"clocks-{org}", once=f"clocks-{org}", org=str(org))
    if timestamp % _HOUR_S == 0:
        vouchers.forget_the_hour(nightly.firms())
    if nightly.law_is_new():
        for org in nightly.firms():
            enqueue_recheck(org)


@app.periodic(cron="5 0 * * *")
@app.task(name="every.night", queueing_lock="every.night", retry=_AGAIN)
def every_night(timestamp: int) -> None:
    """Anchor every chain for the day that ended; end what ran out, renew what will, ask the law again."""
    nightly.close_day(datetime.fromtimestamp(timestamp, UTC))
