"""``werkfluss import …``: read a file of the outside world and say what is in it. Nothing is ever written here."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import click

from werkfluss.kernel.clock import today
from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

# Readers that other files of this package bring along: command → module and name of its click command.
_ELSEWHERE = {
    "invoice": ("werkfluss.formats.commands_invoice", "invoice"),
    "cv": ("werkfluss.formats.commands_cv", "cv"),
}


class Result(Protocol):
    """What every reader returns."""

    @property
    def errors(self) -> tuple[Fault, ...]: ...
    @property
    def warnings(self) -> tuple[Fault, ...]: ...
    def as_json(self, language: str = "de") -> dict[str, object]: ...


@dataclass(frozen=True, slots=True)
class _Kind:
    module: str
    lists: tuple[str, ...]  # the keys that the JSON has even when the file was refused
    noun: Text


_LOOK_AHEAD = timedelta(days=731)  # how far an endless series of a calendar is unrolled

_KINDS = {
    "staff": _Kind("stafflist", ("records", "warnings"), Text("Personen", "people")),
    "wbs": _Kind(
        "wbs",
        ("tasks", "resources", "assignments", "calendars", "links", "warnings"),
        Text("Aufgaben", "tasks"),
    ),
    "mspdi": _Kind(
        "mspdi",
        ("tasks", "resources", "assignments", "calendars", "links", "warnings"),
        Text("Aufgaben", "tasks"),
    ),
    "absences": _Kind("ics", ("absences", "warnings"), Text("Abwesenheiten", "absences")),
    "leads": _Kind("crm", ("records", "warnings"), Text("Anfragen", "inquiries")),
}


class _ImportGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_ELSEWHERE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _ELSEWHERE:
            module, name = _ELSEWHERE[cmd_name]
            command = getattr(importlib.import_module(module), name)
            assert isinstance(command, click.Command)
            return command
        return super().get_command(ctx, cmd_name)


@click.group(name="import", cls=_ImportGroup)
def import_group() -> None:
    """Read files of the outside world and report what they hold; nothing is stored."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.argument("file", type=click.Path(path_type=Path)),
        click.option("--dry-run", is_flag=True, help="Only read and report."),
        click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output."),
        click.option(
            "--mapping",
            "mappings",
            multiple=True,
            metavar="FILE.json|COLUMN=FIELD",
            help="What a column means; may be given several times. FIELD “ignore” leaves the column out.",
        ),
        click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True),
    ):
        command = option(command)
    return command


@import_group.command()
@_options
def staff(**options: Any) -> None:
    """Staff list: XLSX, CSV, DATEV LODAS ASCII or Personio JSON."""
    _run("staff", **options)


@import_group.command()
@_options
def wbs(**options: Any) -> None:
    """Work breakdown from XLSX or CSV: PSP numbers, indented names, durations, predecessors."""
    _run("wbs", **options)


@import_group.command()
@_options
def mspdi(**options: Any) -> None:
    """Microsoft Project XML: tasks, links, resources, assignments, calendars."""
    _run("mspdi", **options)


@import_group.command()
@_options
def absences(**options: Any) -> None:
    """Absences from an iCalendar file (Outlook, Google, Nextcloud, …)."""
    _run("absences", **options)


@import_group.command()
@_options
def leads(**options: Any) -> None:
    """Inquiries as a CRM exports them (HubSpot and Pipedrive style)."""
    _run("leads", **options | {"dry_run": True})


def _run(kind: str, *, file: Path, dry_run: bool, as_json: bool, mappings: tuple[str, ...], language: str) -> None:
    mapping = read_mapping(mappings)
    if not dry_run:
        raise click.UsageError(
            "This command only reads; give --dry-run. To import into a firm, use its page „Daten übernehmen“ "
            "(werkfluss serve); the example firm comes with “werkfluss demo”."
        )
    from .fault import read_path

    spec = _KINDS[kind]
    reader = importlib.import_module(f"werkfluss.formats.{spec.module}")
    more = {"until": today() + _LOOK_AHEAD} if kind == "absences" else {}
    try:
        result: Result = reader.read(read_path(file), filename=file.name, mapping=mapping, **more)
    except Broken as error:
        refuse(error.fault, spec.lists, as_json=as_json, language=language)
        return
    if as_json:
        click.echo(json.dumps(result.as_json(language), ensure_ascii=False, indent=1))
    else:
        found = result.as_json(language)[spec.lists[0]]
        click.echo(f"{len(found) if isinstance(found, list) else 0} {spec.noun.in_language(language)}")
        for fault in (*result.errors, *result.warnings):
            show(fault, language)
    raise SystemExit(1 if result.errors else 0)


def refuse(fault: Fault, lists: tuple[str, ...], *, as_json: bool, language: str) -> None:
    """Report an unreadable input: as JSON with empty lists and its error, or as a message; then exit 1."""
    if as_json:
        document: dict[str, object] = {name: [] for name in lists}
        document |= {"errors": [fault.as_json(language)], "encoding": None, "mapping": {}}
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        show(fault, language)
    raise SystemExit(1)


def show(fault: Fault, language: str) -> None:
    click.echo(f"{fault.where}: {fault.cause.in_language(language)}", err=True)
    click.echo(f"    {fault.expected.in_language(language)} {fault.next_step.in_language(language)}", err=True)


def read_mapping(given: tuple[str, ...]) -> dict[str, str] | None:
    """A mapping from ``COLUMN=FIELD`` pairs and JSON files (a flat object, or one with a key ``mapping``).

    Raises:
        click.BadParameter: a file is missing or not such an object.
    """
    mapping: dict[str, str] = {}
    for text in given:
        if text.casefold().endswith(".json"):
            mapping |= _mapping_file(Path(text))
        elif "=" in text:
            column, _, field = text.rpartition("=")
            mapping[column.strip()] = field.strip()
        else:
            raise click.BadParameter(f"{text}: give COLUMN=FIELD or a .json file", param_hint="--mapping")
    return mapping or None


def _mapping_file(path: Path) -> dict[str, str]:
    try:
        content = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise click.BadParameter(f"{path}: no readable JSON file", param_hint="--mapping") from error
    pairs = content.get("mapping", content) if isinstance(content, Mapping) else content
    if not isinstance(pairs, Mapping) or not all(isinstance(v, str) for v in pairs.values()):
        raise click.BadParameter(f"{path}: expected an object column → field", param_hint="--mapping")
    return dict(pairs)
