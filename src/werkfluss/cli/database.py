"""``werkfluss migrate``, ``backup``, ``restore`` and ``manage``."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from werkfluss.config import env

if TYPE_CHECKING:
    import psycopg


def _owner_address() -> str:
    """Address of the database with the login of the owner, as the programs of PostgreSQL understand it."""
    if env.DATABASE_OWNER_URL.text():
        return env.DATABASE_OWNER_URL.text()
    if env.DATABASE_URL.text():
        raise click.ClickException(f"{env.DATABASE_OWNER_URL.name} is not set: this needs the login of the owner")
    from werkfluss.config import embedded

    return embedded.url(owner=True)


def _program(name: str) -> str:
    """The database's own programs for the embedded one, those of the machine for a server."""
    if not env.DATABASE_URL.text():
        from werkfluss.config import embedded

        _owner_address()
        return str(embedded.programs() / name)
    found = shutil.which(name)
    if found is None:
        raise click.ClickException(f"{name} was not found; install the client programs of PostgreSQL")
    return found


def _call(program: str, *arguments: str) -> None:
    done = subprocess.run([_program(program), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise click.ClickException(f"{program} failed:\n{done.stderr.strip()}")


@click.command()
def migrate() -> None:
    """Bring the database up to date, walls between firms included; needs the owner's login."""
    from werkfluss.cli.startup import console, set_up_django

    set_up_django(owner=True)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    console.print("The database is up to date.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole database to FILE; may run while Werkfluss runs.

    The key that signs log-ins (secret.key in the data folder) is not in it; keep that apart.
    """
    address = _owner_address()
    _require_all_rows(address)
    half = file.with_name(f"{file.name}.part")
    half.unlink(missing_ok=True)
    half.touch(mode=0o600)
    try:
        _call("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={half}", address)
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)
    click.echo(f"Written: {file} ({file.stat().st_size} bytes)", err=True)


def _require_all_rows(address: str) -> None:
    """The walls between firms hold for the owner of the tables too; only who may pass them sees every row.

    Raises:
        click.ClickException: a dump by this login would be incomplete, or the database does not answer.
    """
    with _connected(address) as connection:
        row = connection.execute(
            "SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        walled = connection.execute(
            "SELECT count(*) FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
        ).fetchone()
    login, sees_all = row or ("?", False)
    if sees_all or not walled or not walled[0]:
        return
    raise click.ClickException(
        f"Nothing was written. The login {login} of {env.DATABASE_OWNER_URL.name} may not see the rows of all firms in "
        f"{walled[0]} tables, so the backup would be incomplete.\n"
        "Expected: a login with the attribute BYPASSRLS, or a superuser.\n"
        f'Next step: let an administrator of the server run  ALTER ROLE "{login}" BYPASSRLS;  or name another login in '
        f"{env.DATABASE_OWNER_URL.name} for the backup alone."
    )


@contextmanager
def _connected(address: str) -> Iterator[psycopg.Connection]:
    """A connection that commits at the end.

    Raises:
        click.ClickException: the database does not answer, or not to this login.
    """
    import psycopg

    try:
        connection = psycopg.connect(address, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise click.ClickException(
            f"The database cannot be reached: {str(error).strip()}\nNext step: check {env.DATABASE_OWNER_URL.name}."
        ) from None
    with connection:
        yield connection


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Read FILE into an empty database, then check every firm's chain. Refused if the database holds a firm."""
    address = _owner_address()
    _make_room(address)
    _call("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={address}", str(file))
    from werkfluss.cli.startup import set_up_django

    set_up_django(owner=True)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from werkfluss.cli.evidence import verify_all

    firms = verify_all({})
    broken = [firm["firm"] for firm in firms if not firm["ok"]]
    if broken:
        raise click.ClickException(f"restored, but the chain does not hold: {', '.join(broken)}")
    click.echo(f"Restored: {len(firms)} firms, every chain holds.", err=True)


def _make_room(address: str) -> None:
    """Remove the tables of a database without a firm.

    Raises:
        click.ClickException: there is a firm.
    """
    with _connected(address) as connection:
        row = connection.execute("SELECT to_regclass('org_organisation') IS NOT NULL").fetchone()
        if row and row[0]:
            count = connection.execute("SELECT count(*) FROM org_organisation").fetchone()
            if count and count[0]:
                raise click.ClickException(
                    f"this database holds {count[0]} firms; restore into an empty one ({env.DATA_DIR.name})"
                )
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Any Django management command, such as ``manage check --deploy``."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "werkfluss.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["werkfluss manage", *arguments])
