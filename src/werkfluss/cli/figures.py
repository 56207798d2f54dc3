"""``werkfluss figures``: what cases, services and people say together, about groups of ten and more."""

from __future__ import annotations

import json
from typing import Any

import click


@click.command()
@click.option("--firm", required=True, help="Short name of the firm, as in its address.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def figures(firm: str, as_json: bool) -> None:
    """Time to start, waiting, cost per case, quality of providers, staying and leaving; no number below ten people."""
    from werkfluss.cli.startup import set_up_django

    set_up_django()
    found = figures_of(firm)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for section in found["sections"]:
        click.echo(section["title"])
        for part in section["parts"]:
            for line in part["lines"]:
                click.echo(f"  {part['title']} · {line['name']}: {line['words']}")


def figures_of(slug: str) -> dict[str, Any]:
    """The figures as plain data, in German. Needs Django.

    Raises:
        Broken: there is no such firm.
    """
    from django.utils import translation

    from werkfluss.cli.firms import firm_named
    from werkfluss.kernel import clock
    from werkfluss.org import tenancy
    from werkfluss.org.actor import Actor
    from werkfluss.web import figures_view

    org = firm_named(slug)
    with tenancy.acting(org.pk, Actor.system(org.pk)), translation.override("de"):
        return {"firm": slug, **figures_view.as_data(clock.today())}
