"""``werkfluss engagement …``: look at a contract from anywhere, and check a passport file, without a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from werkfluss.kernel.errors import Broken


@click.group(name="engagement")
def engagement() -> None:
    """External work: the fairness check of contracts."""


@engagement.command(name="check-contract")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option("--language", type=click.Choice(["de", "en"]), default="de", help="Language of causes and next steps.")
def check_contract(file: Path, as_json: bool, language: str) -> None:
    """Say what both sides should look at in a contract (.txt, .md, .docx, .pdf, or .yaml as the library writes it)."""
    from . import fairness, reading

    answer: dict[str, Any] = {"file": file.name, "format": "", "findings": [], "errors": []}
    try:
        text, form = reading.text_of(file)
        answer["format"] = form
        answer["findings"] = [one.as_json() for one in fairness.check_text(text)]
    except Broken as error:
        answer["errors"] = [error.fault.as_json(language)]
    answer["note"] = fairness.PLEASE_LOOK.as_json()
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
    elif answer["errors"]:
        fault = answer["errors"][0]
        click.echo(f"{fault['where']}: {fault['cause']} {fault['next_step']}", err=True)
    else:
        _tell(answer, language)
    if answer["errors"]:
        raise SystemExit(1)


def _tell(answer: dict[str, Any], language: str) -> None:
    sides = {
        "de": {
            "contractor": "belastet den Auftragnehmer",
            "client": "belastet den Auftraggeber",
            "both": "betrifft beide",
        },
        "en": {"contractor": "burdens the contractor", "client": "burdens the client", "both": "concerns both"},
    }[language]
    for one in answer["findings"]:
        click.echo(f"{one['line']}: {one['what'][language]} ({sides[one['burdens']]})")
        click.echo(f"   „{one['excerpt']}“")
        click.echo(f"   {one['why'][language]} [{', '.join(one['references'])}]")
        click.echo(f"   -> {one['instead'][language]}")
    click.echo(answer["note"][language])
