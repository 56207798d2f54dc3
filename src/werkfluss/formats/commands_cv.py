"""``werkfluss import cv``: a curriculum vitae as JSON. Stores nothing."""

from __future__ import annotations

import json
from pathlib import Path

import click

from werkfluss.kernel.errors import Broken

from .fault import read_path


@click.command("cv")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option("--dry-run", is_flag=True, help="Only look (this command never stores anything).")
@click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True)
def cv(file: Path, as_json: bool, dry_run: bool, language: str) -> None:  # noqa: ARG001 - the same flag as the others
    """Curriculum vitae: JSON Resume, Europass XML or Europass PDF."""
    from .cv import read
    from .resume import LEFT_OUT

    try:
        found = read(read_path(file), filename=file.name)
    except Broken as error:
        if as_json:
            empty = {"person": None, "skills": [], "source": None, "errors": [error.fault.as_json(language)]}
            click.echo(json.dumps(empty, ensure_ascii=False, indent=1))
        for part in error.fault.as_json(language).values():
            click.echo(part, err=True)
        raise SystemExit(1) from None
    if as_json:
        click.echo(json.dumps(found.as_json(language), ensure_ascii=False, indent=1))
        return
    click.echo(f"{found.name}: {len(found.positions)} / {len(found.education)} / {', '.join(found.skills)}")
    if found.left_out:
        click.echo(", ".join(LEFT_OUT[key].in_language(language) for key in found.left_out), err=True)
