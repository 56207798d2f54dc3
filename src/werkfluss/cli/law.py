"""``werkfluss law``: the core's commands; ``changes`` also says whom and what they touch, where a database is there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import click

from werkfluss.kernel.text import Text
from werkfluss.law.api import rules
from werkfluss.law.commands import changes as core_changes
from werkfluss.law.commands import law as core
from werkfluss.law.console import AS_JSON, LANGUAGE, Refusals
from werkfluss.law.printing import OUTCOME_WORDS
from werkfluss.law.said import day_text

law = click.Group("law", commands=dict(core.commands), callback=core.callback, params=list(core.params), help=core.help)


_DAY = click.DateTime(["%Y-%m-%d"])
_HOW: dict[str, Text] = {
    "worse": Text("ungünstiger", "worse"),
    "other": Text("anders", "otherwise"),
    "open": Text("nicht zu sagen", "cannot be said"),
}


@law.command()
@click.option("--from", "start", type=_DAY, required=True, help="Changes after this day …")
@click.option("--to", "end", type=_DAY, required=True, help="… up to and including this day.")
@click.option("--firm", default="", help="Short name of a firm: say whom and what of it the changes touch.")
@AS_JSON
@LANGUAGE
@click.pass_context
def changes(context: click.Context, /, start: Any, end: Any, firm: str, **shown: Any) -> None:
    """Show what changes by law between two days; with --firm also whom and what of a firm it touches."""
    as_json, language = shown["as_json"], shown["language"]
    if not firm or end < start:
        context.invoke(core_changes, start=start, end=end, as_json=as_json, language=language)
        return
    from werkfluss.cli.startup import set_up_django

    set_up_django()
    with Refusals(as_json, language):
        found = touched_in(firm, start.date(), end.date())
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))
        return
    for line in _lines(found, language):
        click.echo(line)


def _lines(found: dict[str, Any], language: str) -> Iterator[str]:
    """What is touched, in the words of the language."""

    def outcome(name: str) -> str:
        return OUTCOME_WORDS[name].in_language(language)

    def title(rule: str) -> str:
        return titles[rule].in_language(language) if rule in titles else rule

    titles = {info.id: info.title for info in rules()}
    for day in found["days"]:
        count = len(day["changes"])
        said = Text(f"{count} {'Änderung' if count == 1 else 'Änderungen'}", f"{count} change{'s' * (count != 1)}")
        yield f"{day_text(day['day']).in_language(language)}  {said.in_language(language)}"
        for one in (one for one in day["touched"] if one["how"] != "same"):
            how = _HOW[one["how"]].in_language(language) if one["how"] in _HOW else one["how"]
            yield f"  {one['name']}  {title(one['rule'])}: {outcome(one['before'])} → {outcome(one['after'])} ({how})"
        calm = sum(one["how"] == "same" for one in day["touched"])
        if calm:
            stay = Text(f"{calm} Antworten beruhen darauf und bleiben", f"{calm} answers use it and stay")
            yield f"  {stay.in_language(language)}"
    for one in found["stored_checks"]:
        before, now = outcome(one["before"]), outcome(one["now"])
        yield f"{day_text(one['on']).in_language(language)}  {title(one['rule'])}: {before} → {now}"


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
