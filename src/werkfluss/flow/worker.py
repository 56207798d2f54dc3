"""The worker process: any number, on any host that reaches the database."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from procrastinate import App
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException, UniqueViolation

from werkfluss.flow import outlast

log = logging.getLogger(__name__)

HEARTBEAT_S = 5.0
STALLED_AFTER_S = 20.0
FINISH_S = 20.0
_AWAY_PAUSE_S = 1.0


@dataclass(frozen=True)
class _Options:
    jobs_at_once: int
    heartbeat_s: float
    stalled_after_s: float
    finish_s: float


def run(
    *,
    jobs_at_once: int,
    heartbeat_s: float = HEARTBEAT_S,
    stalled_after_s: float = STALLED_AFTER_S,
    finish_s: float = FINISH_S,
) -> None:
    """Work until told to stop (SIGINT, SIGTERM); jobs in hand have ``finish_s`` to end.

    A job that takes longer is left as if the worker had died: it counts nothing yet, and the next worker takes it over.
    So are jobs of workers whose heartbeat is older than ``stalled_after_s``. A database that goes away is waited for.

    Raises:
        ConnectorException: the database could not be reached at the start.
    """
    asyncio.run(_run(jobs_at_once, heartbeat_s, stalled_after_s, finish_s))


def run_until_idle() -> None:
    """Do all jobs that wait, and those that follow from them, one after the other; then return."""
    asyncio.run(_drain())


async def _run(jobs_at_once: int, heartbeat_s: float, stalled_after_s: float, finish_s: float) -> None:
    options = _Options(jobs_at_once, heartbeat_s, stalled_after_s, finish_s)
    work = asyncio.create_task(_work_on(options))
    _stop_when_told(work, finish_s=finish_s)
    with contextlib.suppress(asyncio.CancelledError):
        await work


async def _work_on(options: _Options) -> None:
    """Work, and begin anew with fresh connections whenever the database has been away.

    Raises:
        ConnectorException: the database could not be reached at the start.
    """
    # A wrong address is to be seen at once, and not to be tried for ever.
    async with _connected() as worker:
        await worker.check_connection_async()
    while True:
        try:
            async with _connected() as worker:
                await _work(worker, options)
        except ConnectorException as error:
            log.warning("the database is away: %s", error.__cause__ or error)
        if _is_told(asyncio.current_task()):
            return
        log.warning("the worker begins anew")
        await asyncio.sleep(_AWAY_PAUSE_S)


def _is_told(task: asyncio.Task[None] | None) -> bool:
    return task is not None and task.cancelling() > 0


async def _work(worker: App, options: _Options) -> None:
    """Until told to stop, or until the engine loses the database."""
    rescue = asyncio.create_task(_take_over(worker, options, asyncio.current_task()))
    try:
        await worker.run_worker_async(
            concurrency=options.jobs_at_once,
            install_signal_handlers=False,
            shutdown_graceful_timeout=options.finish_s,
            delete_jobs="successful",
            fetch_job_polling_interval=5.0,
            update_heartbeat_interval=options.heartbeat_s,
            stalled_worker_timeout=options.stalled_after_s,
            task_middleware=[*worker.worker_defaults.get("task_middleware", ()), outlast.begin_again],
        )
    finally:
        rescue.cancel()


def _stop_when_told(task: asyncio.Task[None], *, finish_s: float) -> None:
    """The engine ends by itself once its jobs have; it would wait for a job's thread however long that takes."""
    loop = asyncio.get_running_loop()
    told = False

    def tell() -> None:
        nonlocal told
        if not told:
            told = True
            task.cancel()
            loop.call_later(finish_s, _leave)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, tell)


def _leave() -> None:
    log.warning("told to stop: a job that is not done yet is left to the next worker")
    logging.shutdown()
    os._exit(0)


async def _drain() -> None:
    async with _connected() as worker:
        await worker.run_worker_async(
            concurrency=1, wait=False, listen_notify=False, install_signal_handlers=False, delete_jobs="successful"
        )


@asynccontextmanager
async def _connected() -> AsyncIterator[App]:
    """The app with a connection pool of its own instead of Django's connection."""
    from procrastinate.contrib.django import app

    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        usual = worker.job_manager
        worker.job_manager = outlast.OutlastingJobs(worker.connector)
        try:
            async with worker.open_async():
                yield worker
        finally:
            worker.job_manager = usual


async def _take_over(app: App, options: _Options, work: asyncio.Task[None] | None) -> None:
    # Told to stop, the engine sends no heartbeat any more: its own jobs must not look like those of a dead worker.
    while not _is_told(work):
        try:
            await take_over_stalled(app, options.stalled_after_s)
        except ConnectorException:
            # The database is away for a moment; the worker itself deals with that.
            log.warning("could not look for jobs of dead workers", exc_info=True)
        await asyncio.sleep(options.heartbeat_s)


async def take_over_stalled(app: App, stalled_after_s: float) -> int:
    """Put the jobs of dead workers back into the queue; returns how many."""
    taken = 0
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=stalled_after_s):
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:
            await outlast.give_way(app.job_manager, job)
        except ConnectorException:
            # Another worker was faster.
            continue
        log.warning("job %s (%s) of a dead worker is taken over", job.id, job.task_name)
        taken += 1
    return taken
