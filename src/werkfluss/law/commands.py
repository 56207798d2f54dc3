"""``werkfluss law …``: facts and a date in, verdicts as JSON out (contract: one document on standard output)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

from .console import AS_JSON, DAY, LANGUAGE, Refusals, errors_of, print_json, read_json
from .guide_commands import guide, rerun
from .pack_commands import pack
from .value_words import said_value


@click.group()
@click.option("--packs", type=click.Path(path_type=Path), help="Folder of installed signed packs to use as well.")
@click.option("--trust", multiple=True, help="Public key (64 hex digits) whose installed packs are used.")
def law(packs: Path | None, trust: tuple[str, ...]) -> None:
    """Check facts against the law as dated code; every answer with its provision and its date."""
    if packs is not None:
        from .api import use_installed

        use_installed(packs, trust)
        click.get_current_context().call_on_close(lambda: use_installed(None))


@law.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--rule", "rule_id", required=True, help="COUNTRY/AREA/NAME, see: werkfluss law rules")
@click.option("--on", type=DAY, required=True, help="Day for which the law is asked (2026-11-22).")
@AS_JSON
@LANGUAGE
def check(file: Path, rule_id: str, on: Any, as_json: bool, language: str) -> None:
    """Check the facts in FILE (a JSON object) against one rule."""
    from .api import check as check_rule

    with Refusals(as_json, language):
        facts = read_json(file, dict, Text("ein JSON-Objekt mit Angaben", "a JSON object of facts"))
        verdict = check_rule(rule_id, facts, on.date())
    if as_json:
        print_json(verdict.as_json())
        return
    click.echo(f"{verdict.rule}: {verdict.outcome} ({verdict.certainty}) – {verdict.as_of.isoformat()}")
    for reason in verdict.reasons:
        click.echo(f"  {reason.in_language(language)}")
    for name, value in verdict.values.items():
        click.echo(f"  {said_value(name, value, verdict.rule).in_language(language)}")
    for condition in verdict.conditions:
        click.echo(f"  → {condition.text.in_language(language)}")
    for missing in verdict.missing:
        click.echo(f"  ? {missing.question.in_language(language)}")
    click.echo("  " + "; ".join(citation.label for citation in verdict.citations))


@law.command("check-many")
@click.argument("file", type=click.Path(path_type=Path))
@AS_JSON
@LANGUAGE
def check_many(file: Path, as_json: bool, language: str) -> None:
    """Check a list of {"id", "rule", "on", "facts"}; a refused case carries "errors" and does not stop the others."""
    with Refusals(as_json, language):
        cases = read_json(file, list, Text("eine JSON-Liste von Fällen", "a JSON list of cases"))
    answers = [_answer(index, case, language) for index, case in enumerate(cases)]
    refused = sum("errors" in answer for answer in answers)
    if as_json:
        print_json(answers)
    else:
        for answer in answers:
            click.echo(f"{answer['id']}: {answer.get('outcome', 'errors')}")
    if refused:
        click.echo(f"{refused} refused", err=True)
        sys.exit(1)


@law.command()
@AS_JSON
def rules(as_json: bool) -> None:
    """List every rule with the facts it asks for."""
    from .api import rules as all_rules

    infos = all_rules()
    if as_json:
        print_json([info.as_json() for info in infos])
        return
    for info in infos:
        click.echo(f"{info.id}  {info.title.de}  ({', '.join(info.facts.facts)})")


@law.command()
@click.option("--on", type=DAY, required=True, help="Day whose values are shown.")
@AS_JSON
def params(on: Any, as_json: bool) -> None:
    """List the values that apply on a day, with provision, reference and status."""
    from .api import params as all_params

    uses = all_params(on.date())
    if as_json:
        print_json([use.as_json() for use in uses])
        return
    for use in uses:
        click.echo(f"{use.id} = {use.value} {use.unit}  [{use.status}] {use.reference}")


@law.command()
@click.option("--from", "start", type=DAY, required=True, help="Changes after this day …")
@click.option("--to", "end", type=DAY, required=True, help="… up to and including this day.")
@AS_JSON
def changes(start: Any, end: Any, as_json: bool) -> None:
    """Show what changes by law between two days."""
    from .api import changes as all_changes

    found = all_changes(start.date(), end.date())
    if as_json:
        print_json([change.as_json() for change in found])
        return
    for change in found:
        shown = f": {change.before} → {change.after} {change.unit}" if change.kind == "parameter" else ""
        click.echo(f"{change.day.isoformat()}  {change.label.de}{shown}  [{change.status}]")


@law.command()
@click.argument("rule_id")
@click.option("--wording", is_flag=True, help="Print the wording of the provisions too.")
@AS_JSON
@LANGUAGE
def explain(rule_id: str, wording: bool, as_json: bool, language: str) -> None:
    """Show a rule: its versions, facts, the provisions it cites (--wording: their text) and the code that decides."""
    from .api import explain as explain_rule
    from .api import library

    with Refusals(as_json, language):
        document = explain_rule(rule_id)
    if as_json:
        print_json(document)
        return
    for version in document["versions"]:
        click.echo(f"{rule_id}  {version['from']} – {version['to'] or '…'}  [{version['status']}]")
        click.echo(version["provision"])
        for fact in version["facts"]:
            click.echo(f"  {fact['name']} ({fact['type']}): {fact['question'][language]}")
    for provision in library().provisions_of(rule_id):
        click.echo("\n" + provision.text(language) if wording else f"  {provision.citation.label}")


@law.command()
@AS_JSON
def packs(as_json: bool) -> None:
    """List the packs with version, sources and next review."""
    from .api import packs as all_packs

    infos = all_packs()
    if as_json:
        print_json([info.as_json() for info in infos])
        return
    for info in infos:
        click.echo(f"{info.id}@{info.version}  {info.title.de}  → {info.next_review.isoformat()}")


def _answer(index: int, case: Any, language: str) -> dict[str, Any]:
    """One answer of ``check-many``: the verdict with the case's id, or what was refused."""
    from .api import check as check_rule

    case_id = case.get("id", index) if isinstance(case, Mapping) else index
    try:
        rule_id, on, facts = _case(case, case_id)
        return {"id": case_id, **check_rule(rule_id, facts, on).as_json()}
    except Broken as broken:
        return {"id": case_id, "errors": errors_of(broken, language)}


def _case(case: Any, case_id: Any) -> tuple[str, date, Mapping[str, Any]]:
    """The parts of one case.

    Raises:
        Broken: a part is missing or has the wrong form.

    """
    facts = case.get("facts") if isinstance(case, Mapping) else None
    try:
        day = date.fromisoformat(case["on"]) if isinstance(facts, Mapping) else None
    except (KeyError, TypeError, ValueError):
        day = None
    if day is None or not isinstance(facts, Mapping) or not isinstance(case.get("rule"), str):
        shape = '{"id", "rule": "COUNTRY/AREA/NAME", "on": "2026-11-22", "facts": {…}}'
        raise Broken(
            Fault(
                f"id {case_id}",
                Text("Der Fall ist nicht vollständig.", "The case is not complete."),
                Text(shape, shape),
                Text("Den Fall ergänzen.", "Complete the case."),
            )
        )
    return case["rule"], day, facts


for command in (pack, guide, rerun):
    law.add_command(command)
