"""``werkfluss leads qualify``: which inquiries ask for something the firm sells. No server, no database."""

from __future__ import annotations

import json
from pathlib import Path

import click

from werkfluss.formats.commands import read_mapping, refuse, show
from werkfluss.kernel.errors import Broken


@click.group()
def leads() -> None:
    """Sort the inquiries of a CRM export by what they ask for."""


@leads.command("qualify")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option("--mapping", "mappings", multiple=True, metavar="FILE.json|COLUMN=FIELD", help="What a column means.")
@click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True)
def qualify_command(file: Path, as_json: bool, mappings: tuple[str, ...], language: str) -> None:
    """Qualified, not qualified, or a person must look; with the reasons, the kind, and who wrote twice.

    Rules are plain words in a file, the same for everybody; judged is the message, never the person.
    """
    from werkfluss.agents.skills.lead_qualifying.qualify import qualify
    from werkfluss.formats import crm
    from werkfluss.formats.fault import read_path

    try:
        found = crm.read(read_path(file), filename=file.name, mapping=read_mapping(mappings))
    except Broken as error:
        refuse(error.fault, ("leads",), as_json=as_json, language=language)
        return
    judged = qualify(found.records)
    if as_json:
        document = {
            "leads": [one.as_json(language) for one in judged],
            "errors": [fault.as_json(language) for fault in found.errors],
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        for one in judged:
            click.echo(f"{one.id}\t{_WORDS[one.qualified]}\t{one.kind}\t{one.duplicate_of or ''}")
        for fault in found.errors:
            show(fault, language)
    raise SystemExit(1 if found.errors else 0)


_WORDS = {True: "qualified", False: "not qualified", None: "look"}
