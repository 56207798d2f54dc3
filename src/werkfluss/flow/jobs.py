"""The jobs: thin shells with ids for arguments."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from werkfluss.flow import mail as post


@app.task(name="mail.carry", queue="mail", retry=RetryStrategy(max_attempts=10, exponential_wait=4))
def carry_mail(*, mail: str) -> None:
    post.carry(UUID(mail))
