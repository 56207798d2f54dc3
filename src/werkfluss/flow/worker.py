"""The worker process: any number, on any host that reaches the database."""

from __future__ import annotations


def run(*, jobs_at_once: int) -> None:
    """Work until told to stop (SIGINT, SIGTERM); the job in hand is finished first."""
    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
        worker.run_worker(
            concurrency=jobs_at_once,
            install_signal_handlers=True,
            shutdown_graceful_timeout=20,
            delete_jobs="successful",
            listen_notify=True,
            fetch_job_polling_interval=5.0,
        )
