"""``werkfluss staying``: how a firm behaves towards those who work for it, and what it does about it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import click


@click.group()
def staying() -> None:
    """Why people stay or go: about the firm, never about a person."""


@staying.command()
@click.option("--firm", required=True, help="Short name of the firm, as in its address.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def signs(firm: str, as_json: bool) -> None:
    """Show the signs of the firm's own conduct in the last half year and the one before."""
    from werkfluss.cli.startup import set_up_django

    set_up_django()
    found = signs_of(firm)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for one in found["signs"]:
        click.echo(f"{one['name']['de']}: {_said(one, 'now', 'cases')} (davor {_said(one, 'before', 'cases_before')})")


def signs_of(slug: str) -> dict[str, Any]:
    """The signs as plain data; ``null`` where there were too few cases. Needs Django.

    Raises:
        Broken: there is no such firm.
    """
    from werkfluss.cli.firms import firm_named
    from werkfluss.engagement.domain import conduct
    from werkfluss.kernel import clock
    from werkfluss.org import tenancy
    from werkfluss.org.actor import Actor

    org = firm_named(slug)
    today = clock.today()
    now, before = conduct.periods(today)
    with tenancy.acting(org.pk, Actor.system(org.pk)):
        readings = conduct.readings(today)
    return {
        "firm": slug,
        "now": {"first": now.first.isoformat(), "last": now.last.isoformat()},
        "before": {"first": before.first.isoformat(), "last": before.last.isoformat()},
        "fewest_cases": conduct.FEWEST,
        "signs": [
            {
                "code": one.sign.code,
                "name": one.sign.name.as_json(),
                "unit": one.sign.unit,
                "now": _plain(one.now),
                "cases": one.cases,
                "before": _plain(one.before),
                "cases_before": one.cases_before,
            }
            for one in readings
        ],
    }


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _said(one: dict[str, Any], value: str, cases: str) -> str:
    if one[value] is None:
        return f"zu wenige Fälle ({one[cases]})"
    return f"{one[value].replace('.', ',')} {'%' if one['unit'] == 'percent' else 'Tage'} aus {one[cases]}"
