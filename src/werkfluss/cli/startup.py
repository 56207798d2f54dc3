"""What must be there before the servers start: the schema, static files, translations, the example firm."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from werkfluss.config import env

console = Console(stderr=True, highlight=False)

# Called with what is being done, how many steps are done, and of how many.
Report = Callable[[str, int, int], None]


def set_up_django(*, owner: bool = False) -> None:
    """Load the settings; as the owner of the tables only where migrations, backup and restore need it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "werkfluss.config.settings")
    if owner:
        os.environ[env.DATABASE_ROLE.name] = "owner"
    import django

    django.setup()


@contextmanager
def progress_bar(title: str) -> Iterator[Report]:
    """A bar on standard error; the yielded function moves it."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=None)

        def report(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield report


def connect_children() -> None:
    """Start the embedded database unless a server is given, and name its addresses to every process started from here.

    So this process alone owns the database, and it ends last.
    """
    if env.DATABASE_URL.text():
        return
    from werkfluss.config import embedded

    os.environ[env.DATABASE_URL.name] = embedded.url(owner=False)
    os.environ[env.DATABASE_OWNER_URL.name] = embedded.url(owner=True)


def migrate() -> None:
    """Bring the schema up to date in a process of its own, which alone holds the owner's login.

    Raises:
        SystemExit: it failed; its messages have been printed.
    """
    if not env.DATABASE_OWNER_URL.text():
        # Another machine migrates; this one only makes sure that it has been done.
        arguments, environment = ["migrate", "--check"], dict(os.environ)
    else:
        arguments, environment = ["migrate", "--verbosity", "0"], os.environ | {env.DATABASE_ROLE.name: "owner"}
    done = subprocess.run([sys.executable, "-m", "werkfluss.cli", "manage", *arguments], env=environment, check=False)
    if done.returncode:
        console.print("[red]The database could not be brought up to date; nothing was started.[/red]")
        raise SystemExit(done.returncode)


def _newest(folders: list[Path], pattern: str) -> float:
    return max((file.stat().st_mtime for folder in folders for file in folder.rglob(pattern)), default=0.0)


def compile_translations() -> bool:
    """Compile the words of the pages if any is newer than the compiled catalogue; returns whether it did."""
    from werkfluss.web import catalogue

    made = catalogue.COMPILED
    if made.exists() and made.stat().st_mtime >= _newest([catalogue.GERMAN.parent], "*.po"):
        return False
    catalogue.compile_catalogue()
    return True


def collect_static_files() -> bool:
    """Collect, hash and compress static files if any is newer than the last collection; returns whether it did."""
    from django.conf import settings
    from django.core.management import call_command

    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if manifest.exists() and manifest.stat().st_mtime >= _newest([Path(f) for f in settings.STATICFILES_DIRS], "*"):
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    return True
