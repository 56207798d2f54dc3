"""``werkfluss process …`` and ``werkfluss feel …``."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Broken, Fault, WerkflussError
from werkfluss.kernel.text import Text

if TYPE_CHECKING:
    from .model import Definitions

_P = ParamSpec("_P")
FILE = click.Path(path_type=Path)
_MAX_JSON = 5_000_000


def print_json(document: dict[str, Any]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def refusable(command: Callable[_P, None]) -> Callable[_P, None]:
    """Input that is refused ends with status 1 and its faults, never with a traceback."""

    @functools.wraps(command)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except WerkflussError as error:
            if kwargs.get("as_json"):
                print_json({"errors": [error.fault.as_json()]})
            else:
                fault = error.fault
                lines = (fault.where, fault.cause.de, f"Erwartet: {fault.expected.de}", fault.next_step.de)
                click.echo("\n".join(lines), err=True)
            sys.exit(1)

    return guarded


def bytes_of(path: Path, limit: int) -> bytes:
    """The file, or one byte more than the limit, so that whoever reads it can say that it is too large."""
    try:
        with path.open("rb") as stream:
            return stream.read(limit + 1)
    except OSError as error:
        cause = Text(
            f"Die Datei lässt sich nicht lesen: {error.strerror}", f"The file cannot be read: {error.strerror}"
        )
        expected = Text("Eine lesbare Datei.", "A readable file.")
        raise Broken(Fault(path.name, cause, expected, Text("Pfad prüfen.", "Check the path."))) from None


def _load(path: Path) -> Definitions:
    from .bpmn import read
    from .xml import MAX_BYTES

    return read(bytes_of(path, MAX_BYTES), path.name)


def load_json(path: Path, *, exact: bool = False) -> Any:
    """``exact``: numbers with a fraction as decimals, as FEEL counts, not as binary floats."""
    try:
        return json.loads(bytes_of(path, _MAX_JSON), parse_float=Decimal if exact else None)
    except (ValueError, RecursionError) as error:
        cause = Text(f"Die Datei ist kein lesbares JSON: {error}", f"The file is not readable JSON: {error}")
        expected = Text("Eine JSON-Datei in UTF-8.", "A JSON file in UTF-8.")
        raise Broken(Fault(path.name, cause, expected, Text("Datei berichtigen.", "Correct the file."))) from None


@click.group()
def process() -> None:
    """Read, check and run BPMN processes."""


@process.command()
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True)
@refusable
def check(file: Path, *, as_json: bool, language: str) -> None:
    """Say how clear the processes of a BPMN FILE are, and what would help most."""
    from shutil import get_terminal_size

    from .check_report import document, lines

    definitions = _load(file)
    if as_json:
        print_json(document(definitions))
        return
    for line in lines(definitions, language, get_terminal_size((100, 24)).columns):
        click.echo(line)


@process.command()
@click.argument("code", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True)
@refusable
def explain(code: str, *, as_json: bool, language: str) -> None:
    """Say what a CODE of the clarity check means, why it matters and what to do; all codes without CODE."""
    from .check_report import catalogue, explained

    if as_json:
        print_json({"codes": catalogue(code)})
        return
    for line in explained(code, language):
        click.echo(line)


@process.command()
@click.argument("file", type=FILE)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to write.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@refusable
def roundtrip(file: Path, *, out: Path, as_json: bool) -> None:
    """Read a BPMN FILE and write it again: same ids, same diagram, same extensions."""
    from .bpmn import write

    definitions = _load(file)
    try:
        out.write_bytes(write(definitions))
    except OSError as error:
        cause = Text(f"Die Datei lässt sich nicht schreiben: {error}", f"The file cannot be written: {error}")
        fault = Fault(
            str(out), cause, Text("Ein beschreibbarer Ort.", "A writable place."), Text("Ort ändern.", "Change it.")
        )
        raise Broken(fault) from None
    if as_json:
        print_json({"file": str(out), "nodes": len(definitions.nodes), "flows": len(definitions.flows)})


@process.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@refusable
def diff(old: Path, new: Path, *, as_json: bool) -> None:
    """Say what differs between two versions of a BPMN file, and which step became which."""
    from .diff import as_document, compare

    found = compare(_load(old), _load(new))
    if as_json:
        print_json(as_document(found))
        return
    click.echo("\n".join(one.message.de for one in found.differences) or "Kein Unterschied.")


@process.command()
@click.argument("file", type=FILE)
@click.option("--choices", type=FILE, help="Answers as JSON: branches, data, variables, timers that fire first.")
@click.option("--process", "process_id", default="", help="Id of the process, if the file has several.")
@click.option("--at", type=click.DateTime(), help="Instant of the walk in UTC; default now.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@refusable
def run(file: Path, *, choices: Path | None, process_id: str, at: Any, as_json: bool) -> None:
    """Walk through a BPMN FILE with prepared answers."""
    from datetime import UTC

    from .walk import default_process, walk

    definitions = _load(file)
    chosen = process_id or default_process(definitions)
    if chosen not in {one.id for one in definitions.processes}:
        raise Broken(_no_process(definitions, chosen or file.name))
    answers = load_json(choices) if choices else {}
    result = walk(definitions, chosen, answers, at.replace(tzinfo=UTC) if at else clock.now())
    document = {
        "state": result.outcome,
        "path": list(result.path),
        "open": [
            {"element": o.element, "name": o.name, "kind": o.kind, "choices": list(o.choices)} for o in result.open
        ],
        "process": chosen,
        "variables": dict(result.state.variables),
        "incidents": [{"element": i.element, "code": i.code, "cause": i.cause} for i in result.incidents],
    }
    if as_json:
        print_json(document)
        return
    click.echo(f"{document['state']}: " + " → ".join(result.path))


def _no_process(definitions: Definitions, where: str) -> Fault:
    ids = ", ".join(one.id for one in definitions.processes if one.nodes)
    if not ids:
        return Fault(
            where,
            Text("In der Datei ist kein Prozess mit Schritten gezeichnet.", "The file draws no process with steps."),
            Text("Eine BPMN-Datei mit einem Ablauf.", "A BPMN file with a flow."),
            Text(
                "Zeichnen Sie den Ablauf, oder nehmen Sie eine Vorlage: „werkfluss process find“ sucht eine.",
                "Draw the flow, or take a template: “werkfluss process find” looks for one.",
            ),
        )
    return Fault(
        where,
        Text("Diesen Prozess gibt es in der Datei nicht.", "The file has no such process."),
        Text(f"Einer von: {ids}.", f"One of: {ids}."),
        Text("Nennen Sie ihn mit --process.", "Name it with --process."),
    )


@process.command()
@click.argument("sentence")
@click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True)
@click.option("--limit", type=click.IntRange(1, 26), default=5, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@refusable
def find(sentence: str, *, language: str, limit: int, as_json: bool) -> None:
    """Find the processes that come with Werkfluss and fit a goal in one SENTENCE."""
    from .library.report import found_document, found_lines

    if as_json:
        print_json(found_document(sentence, language, limit))
        return
    for line in found_lines(sentence, language, limit):
        click.echo(line)


@process.command()
@click.argument("name")
@click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@refusable
def show(name: str, *, language: str, as_json: bool) -> None:
    """Show the process NAME that comes with Werkfluss, with its steps as a tree of tasks."""
    from .library.report import known, shown_document, shown_lines

    try:
        document = shown_document(name)
    except KeyError:
        cause = Text("Einen Ablauf dieses Namens gibt es nicht.", "There is no process of this name.")
        step = Text('werkfluss process find "Satz"', 'werkfluss process find "sentence"')
        raise Broken(Fault(name, cause, Text(known(), known()), step)) from None
    if as_json:
        print_json(document)
        return
    for line in shown_lines(name, language):
        click.echo(line)


@click.group()
def feel() -> None:
    """Evaluate FEEL expressions."""


@feel.command("eval")
@click.argument("expression")
@click.option("--context", type=FILE, help="The names the expression may use, as a JSON object.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@refusable
def eval_(expression: str, *, context: Path | None, as_json: bool) -> None:
    """Evaluate one FEEL EXPRESSION."""
    from .feel import evaluate, string, to_json
    from .feel.values import kind

    data = load_json(context, exact=True) if context else {}
    if not isinstance(data, dict):
        cause = Text("Der Kontext ist kein JSON-Objekt.", "The context is not a JSON object.")
        name = context.name if context else "--context"
        raise Broken(
            Fault(name, cause, Text('{"name": 1}', '{"name": 1}'), Text("Datei berichtigen.", "Correct the file."))
        )
    result = evaluate(expression, data, now=clock.now())
    if as_json:
        notes = [note.as_json() for note in result.notes]
        print_json({"result": to_json(result.value), "type": kind(result.value), "errors": [], "warnings": notes})
        return
    click.echo(string(result.value))
    for note in result.notes:
        click.echo(f"{note.where}: {note.cause.de}", err=True)
