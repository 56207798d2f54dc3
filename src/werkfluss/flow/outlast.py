"""What lets a worker outlast a restart of the database: no job is lost, none counts as failed because of it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError, close_old_connections
from procrastinate import JobContext
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.worker import Worker

log = logging.getLogger(__name__)

# Together a bit over a minute: the time in which a database comes back after a restart or a change of server.
PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)


def is_away(error: ConnectorException) -> bool:
    """Whether the database could not be reached, or broke off; not: it understood and refused."""
    return isinstance(error.__cause__, psycopg.OperationalError | psycopg.InterfaceError)


async def give_way(jobs: JobManager, job: Job) -> None:
    """Drop a job that cannot go back into the queue, because one of its name waits there already and will do all of it.

    Left as it is, it would be held for ever: it keeps the waiting one from beginning, and that one keeps it away.
    """
    log.warning("job %s (%s) gives way to the one that waits in its place", job.id, job.task_name)
    await jobs.finish_job(job, Status.FAILED, delete_job=True)


def begin_again(call_next: Callable[[], Any], context: JobContext, _worker: Worker) -> Any:
    """Around every job: one whose database connection broke begins again when the database is back.

    A job may run twice anyway, so this is safe; and it is no failure of the job, of which each may have a few only.
    """
    for pause in PAUSES_S:
        try:
            return call_next()
        except (OperationalError, InterfaceError):
            close_old_connections()
            log.warning("the database broke off in job %s (%s); it begins again", context.job.id, context.job.task_name)
            time.sleep(pause)
    return call_next()


class OutlastingJobs(JobManager):
    """What became of a job is kept also if the database is away at that moment.

    The engine would go on without, and the job would stay as one that is being done, by a worker that is alive: nobody
    takes it over, and no other job with its lock is begun.
    """

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        await self._keep(job, partial(super().finish_job, job, status, delete_job))

    async def retry_job(
        self,
        job: Job,
        retry_at: datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        try:
            await self._keep(job, partial(super().retry_job, job, retry_at, priority, queue, lock))
        except UniqueViolation:
            await give_way(self, job)

    async def _keep(self, job: Job, write: Callable[[], Awaitable[None]]) -> None:
        for pause in PAUSES_S:
            try:
                return await write()
            except ConnectorException as error:
                if not is_away(error):
                    raise
            await asyncio.sleep(pause)
            if not await self._is_in_hand(job):
                return None  # it had been written; only the answer was lost
        return await write()

    async def _is_in_hand(self, job: Job) -> bool:
        """Whether the job still stands as being done; also if nobody can tell."""
        assert job.id is not None
        try:
            return await self.get_job_status_async(job.id) is Status.DOING
        except ConnectorException as error:
            return is_away(error)
