"""``werkfluss dmn …``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text
from werkfluss.process.commands import FILE, bytes_of, load_json, print_json, refusable

if TYPE_CHECKING:
    from .model import Model

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group()
def dmn() -> None:
    """Evaluate, test and check decision models (DMN 1.1 to 1.5)."""


def _load(path: Path) -> Model:
    """The model with what it imports from files beside it or below; no other file is ever opened."""
    from werkfluss.process.xml import MAX_BYTES

    from .linking import MAX_MODELS, link
    from .reading import read

    main = read(bytes_of(path, MAX_BYTES), path.name)
    others: dict[str, Model] = {}
    pending = [(path, one) for one in main.imports]
    while pending and len(others) < MAX_MODELS:
        importer, one = pending.pop()
        file = (importer.parent / one.location).resolve()
        inside = one.location.endswith(".dmn") and file.is_relative_to(path.parent.resolve())
        if one.namespace not in others and inside and file.is_file():
            other = read(bytes_of(file, MAX_BYTES), file.name)
            others[other.namespace] = other
            pending += [(file, more) for more in other.imports]
    return link(main, others)


def _object(path: Path | None) -> dict[str, Any]:
    data = load_json(path, exact=True) if path else {}
    if not isinstance(data, dict):
        cause = Text("Die Eingaben sind kein JSON-Objekt.", "The inputs are not a JSON object.")
        expected = Text('{"Alter": 18}', '{"Age": 18}')
        assert path is not None
        raise Broken(Fault(path.name, cause, expected, Text("Datei berichtigen.", "Correct the file.")))
    return data


@dmn.command("eval")
@click.argument("file", type=FILE)
@click.option("--decision", default="", help="Name or id of the decision; default every decision of the file.")
@click.option("--inputs", type=FILE, help="The input data by name, as a JSON object.")
@_JSON
@refusable
def eval_(file: Path, *, decision: str, inputs: Path | None, as_json: bool) -> None:
    """Evaluate a decision of a DMN FILE with all it requires."""
    from werkfluss.process.feel import string

    from .evaluate import evaluate, evaluate_all

    model, data, now = _load(file), _object(inputs), clock.now()
    result = evaluate(model, decision, data, now=now) if decision else evaluate_all(model, data, now=now)
    if as_json:
        print_json(result.as_json())
        return
    click.echo(string(result.value))
    for step in result.trail:
        for table in step.tables:
            rules = ", ".join(str(hit.number) for hit in table.hits) or "–"
            click.echo(f"{table.where}: {rules}", err=True)
    for fault in (*result.errors, *result.warnings):
        click.echo(f"{fault.where}: {fault.cause.de}", err=True)


@dmn.command()
@click.argument("file", type=FILE)
@click.argument("cases", type=FILE)
@_JSON
@refusable
def test(file: Path, cases: Path, *, as_json: bool) -> None:
    """Run the test CASES (a JSON list of decision, inputs, expected) on a DMN FILE; say which rules none hits."""
    from .testing import cases_from_json, run_cases

    report = run_cases(_load(file), cases_from_json(load_json(cases), cases.name), now=clock.now())
    if as_json:
        print_json(report.as_json() | {"errors": []})
        return
    for outcome in report.outcomes:
        click.echo(f"{'✓' if outcome.passed else '✗'} {outcome.case.name}")
        for one in outcome.differences:
            click.echo(f"  {one.path or '='}: {one.got} statt {one.expected}")
    for finding in report.findings:
        click.echo(f"{finding.where}: {finding.message.de}")


@dmn.command("check")
@click.argument("file", type=FILE)
@_JSON
@refusable
def check_(file: Path, *, as_json: bool) -> None:
    """Find gaps, overlaps and hidden rules in the tables of a DMN FILE, and expressions that cannot be read."""
    from .checking import check

    findings = check(_load(file))
    if as_json:
        print_json({"findings": [finding.as_json() for finding in findings], "errors": []})
        return
    for finding in findings:
        click.echo(f"{finding.where}: {finding.message.de}")
