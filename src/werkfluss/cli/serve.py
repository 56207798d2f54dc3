"""``werkfluss serve``, ``web`` and ``worker``."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from types import FrameType
from typing import TYPE_CHECKING

import click

from werkfluss.config import env

if TYPE_CHECKING:
    from werkfluss.cli.demo import ShownLogin

_POOL = "20"
_HOST = "127.0.0.1"
# Whoever presses Ctrl-C waits for it; a job that is cut short is taken over at the next start.
_FINISH_S = "2"


@click.command()
@click.option("--example/--no-example", default=True, show_default=True, help="Load the example firm on first start.")
def serve(example: bool) -> None:
    """Database, web and worker in one foreground process group; Ctrl-C stops everything.

    Serves http://localhost on WERKFLUSS_PORT only. First start: creates the database and loads the example firm.
    """
    from werkfluss.cli import demo, startup
    from werkfluss.cli.supervisor import Supervisor

    begin = time.monotonic()
    _stop_cleanly_when_told()
    door = _bind(env.PORT.number())
    with startup.progress_bar("Datenbank / database"):
        startup.connect_children()
        startup.migrate()
    startup.set_up_django()
    with startup.progress_bar("Seiten / pages"):
        startup.compile_translations()
        startup.collect_static_files()
    logins = demo.load_once() if example else []
    _release_connections()
    # One interpreter computes on one core; several processes answer at the same door.
    commands = {f"web {n + 1}": ["web", "--socket", str(door.fileno())] for n in range(env.WEB_PROCESSES.number())}
    reason = Supervisor(alive=_database_fault, pass_fds=(door.fileno(),)).run(
        commands | {"worker": ["worker", "--finish", _FINISH_S]},
        started=lambda: _welcome(logins, time.monotonic() - begin),
    )
    if reason:
        startup.console.print(f"[red]Werkfluss stopped: {reason}[/red]")
        raise SystemExit(1)
    startup.console.print("Werkfluss ist beendet / has stopped.")


def _bind(port: int) -> socket.socket:
    """The door of all web processes; nobody is let in before the first of them listens.

    Raises:
        SystemExit: the port is taken.
    """
    from werkfluss.cli.startup import console

    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((_HOST, port))
    except OSError:
        name = env.PORT.name
        console.print(f"[red]Anschluss {port} ist belegt; {name}=… wählt einen anderen.[/red]")
        console.print(f"[red]Port {port} is in use; {name}=… chooses another.[/red]")
        raise SystemExit(1) from None
    return door


def _stop_cleanly_when_told() -> None:
    """Until the supervisor takes over, a signal ends this process as an exception does: the database is stopped too."""

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)


def _release_connections() -> None:
    from django.db import connections

    connections.close_all()


def _database_fault() -> str:
    """Why the embedded database is gone, empty while it runs or belongs to somebody else."""
    from werkfluss.config import embedded

    if not embedded.server.cache_info().currsize or embedded.is_running():
        return ""
    return f"the database ended; its log is {env.data_dir() / 'postgres' / 'log'}"


def _welcome(logins: list[ShownLogin], seconds: float) -> None:
    from werkfluss.cli.startup import console

    lines = [f"\n[bold]Werkfluss[/bold]  {env.site_url()}   ({seconds:.1f} s)"]
    if logins:
        lines.append("Beispielzugänge / example logins:")
        width = max(len(login.email) for login in logins)
        lines += [f"  {one.email:{width}}  {one.password}  {one.label.de} / {one.label.en}" for one in logins]
    lines.append("Strg-C beendet alles / Ctrl-C stops everything.\n")
    # Addresses and passwords are copied from here: no line may be cut to the width of the window.
    console.print("\n".join(lines), soft_wrap=True)


@click.command()
@click.option("--host", default=_HOST, show_default=True, help="Address to listen on.")
@click.option("--port", type=int, help=f"Port; default: {env.PORT.name}.")
@click.option("--socket", "descriptor", type=int, hidden=True, help="A bound socket inherited from `serve`.")
def web(host: str, port: int | None, descriptor: int | None) -> None:
    """The web server alone; any number may run on several machines beside one database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "werkfluss.config.settings")
    os.environ.setdefault(env.DATABASE_POOL.name, _POOL)
    import uvicorn

    from werkfluss.cli.supervisor import stop_with_supervisor

    stop_with_supervisor()
    config = uvicorn.Config(
        "werkfluss.config.asgi:application",
        host=host,
        port=port or env.PORT.number(),
        lifespan="off",
        log_level="warning",
        timeout_graceful_shutdown=2,
        timeout_keep_alive=30,
        proxy_headers=env.PROXIES.number() > 0,
        server_header=False,
    )
    inherited = [socket.socket(fileno=descriptor)] if descriptor is not None else None
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(inherited)


@click.command()
@click.option("--jobs", type=int, help=f"Jobs at the same time; default: {env.WORKER_JOBS.name}.")
@click.option(
    "--finish",
    type=click.FloatRange(0, 600),
    default=20,
    show_default=True,
    help="Seconds that jobs in hand have when told to stop; the next worker takes over what takes longer.",
)
def worker(jobs: int | None, finish: float) -> None:
    """The worker alone: jobs, timers, mail and agent runs; any number may run."""
    from werkfluss.cli.startup import set_up_django
    from werkfluss.cli.supervisor import stop_with_supervisor

    stop_with_supervisor()
    set_up_django()
    from werkfluss.flow import worker as flow_worker

    flow_worker.run(jobs_at_once=jobs or env.WORKER_JOBS.number(), finish_s=finish)
