"""``werkfluss law``: the core's commands; ``changes`` also says whom and what they touch, where a database is there."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import click

from werkfluss.law.commands import changes as core_changes
from werkfluss.law.commands import law as core

law = click.Group("law", commands=dict(core.commands), callback=core.callback, params=list(core.params), help=core.help)


@law.command()
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Changes after this day …")
@click.option("--to", "end", type=click.DateTime(["%Y-%m-%d"]), required=True, help="… up to and including this day.")
@click.option("--firm", default="", help="Short name of a firm: say whom and what of it the changes touch.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def changes(context: click.Context, start: Any, end: Any, firm: str, as_json: bool) -> None:
    """Show what changes by law between two days; with --firm also whom and what of a firm it touches."""
    if not firm:
        context.invoke(core_changes, start=start, end=end, as_json=as_json)
        return
    from werkfluss.cli.startup import set_up_django

    set_up_django()
    found = touched_in(firm, start.date(), end.date())
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))
        return
    for day in found["days"]:
        click.echo(f"{day['day']}  {len(day['changes'])} Änderungen / changes")
        calm = sum(one["how"] == "same" for one in day["touched"])
        for one in (one for one in day["touched"] if one["how"] != "same"):
            kind = f"[{one['kind']}] " if one["kind"] != "resource" else ""
            click.echo(f"  {kind}{one['name']}  {one['rule']}: {one['before']} → {one['after']} ({one['how']})")
        if calm:
            click.echo(f"  {calm} Antworten bleiben / answers stay")
    for one in found["stored_checks"]:
        click.echo(f"{one['on']}  {one['rule']}: {one['before']} → {one['now']}")


def touched_in(slug: str, start: date, end: date) -> dict[str, Any]:
    """The answer as plain data; what the works council has not agreed to stays out here too. Needs Django.

    Raises:
        Broken: there is no such firm.
    """
    from django.utils import translation

    from werkfluss.compliance.domain import explain
    from werkfluss.compliance.domain.rerun import outdated
    from werkfluss.kernel import clock
    from werkfluss.kernel.errors import Broken, Fault
    from werkfluss.kernel.text import Text
    from werkfluss.org import tenancy
    from werkfluss.org.actor import Actor
    from werkfluss.org.models import Organisation
    from werkfluss.web.law_touched import impacts_of, stored_checks

    org = Organisation.objects.filter(slug=slug).first()
    if org is None:
        known = ", ".join(Organisation.objects.order_by("slug").values_list("slug", flat=True))
        raise Broken(
            Fault(
                slug,
                Text(f"Eine Firma „{slug}“ gibt es nicht.", f"There is no firm '{slug}'."),
                Text(f"Eine von: {known}", f"One of: {known}"),
                Text("Kurznamen der Firma angeben, wie er in der Adresse steht.", "Give its name as in the address."),
            )
        )
    with translation.override("de"), tenancy.acting(org.pk, Actor.system(org.pk)) as system:
        checks = stored_checks(system, everything=True).rows
        days = impacts_of(system, explain.changes_between(start, end), checks)
        stored = outdated(checks, on=clock.today())
    return {
        "firm": slug,
        "days": [_day(one) for one in days],
        "stored_checks": [_stored(one) for one in stored],
    }


def _stored(found: Any) -> dict[str, Any]:
    newer = found.again.law_changed or found.again.today is None
    now = found.again.same_day if newer else found.again.today
    before = found.again.before.outcome
    return {"rule": found.check.rule, "on": found.check.on, "before": before, "now": now.outcome, "newer_pack": newer}


def _day(found: Any) -> dict[str, Any]:
    return {
        "day": found.day,
        "changes": [change.as_json() for change in found.changes],
        "touched": [
            {
                "kind": one.subject.kind,
                "name": one.subject.name,
                "rule": one.question.rule,
                "how": one.how,
                "before": one.before.outcome,
                "after": one.after.outcome,
                "new_conditions": [condition.text.as_json() for condition in one.new],
                "missing": [fact.name for fact in one.after.missing],
                "readings": [
                    {"label": reading.label.as_json(), "outcome": reading.outcome} for reading in one.after.readings
                ],
            }
            for one in found.touched
        ],
    }
