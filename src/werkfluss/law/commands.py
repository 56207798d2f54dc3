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
from .facts import read_day
from .guide_commands import guide, rerun
from .pack_commands import pack
from .said import day_text


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
    from .printing import verdict_lines

    for line in verdict_lines(verdict, language):
        click.echo(line)


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
@LANGUAGE
def rules(as_json: bool, language: str) -> None:
    """List every rule with the facts it asks for."""
    from .api import rules as all_rules

    with Refusals(as_json, language):
        infos = all_rules()
    if as_json:
        print_json([info.as_json() for info in infos])
        return
    for info in infos:
        click.echo(f"{info.id}  {info.title.in_language(language)}  ({', '.join(info.facts.facts)})")


@law.command()
@click.option("--on", type=DAY, required=True, help="Day whose values are shown.")
@AS_JSON
@LANGUAGE
def params(on: Any, as_json: bool, language: str) -> None:
    """List the values that apply on a day, with provision, reference and status."""
    from .api import params as all_params

    with Refusals(as_json, language):
        uses = all_params(on.date())
    if as_json:
        print_json([use.as_json() for use in uses])
        return
    from .printing import STATUS_WORDS, amount

    for use in uses:
        status = STATUS_WORDS[use.status].in_language(language)
        label, value = use.label.in_language(language), amount(use.value, use.unit, language)
        click.echo(f"{use.id}  {label}: {value}  [{status}] {use.reference}")


@law.command()
@click.option("--from", "start", type=DAY, required=True, help="Changes after this day …")
@click.option("--to", "end", type=DAY, required=True, help="… up to and including this day.")
@AS_JSON
@LANGUAGE
def changes(start: Any, end: Any, as_json: bool, language: str) -> None:
    """Show what changes by law between two days."""
    if end < start:
        raise click.BadParameter("--to lies before --from")
    from .api import changes as all_changes

    with Refusals(as_json, language):
        found = all_changes(start.date(), end.date())
    if as_json:
        print_json([change.as_json() for change in found])
        return
    from .printing import change_line

    for line in dict.fromkeys(change_line(change, language) for change in found):  # packs may share a value
        click.echo(line)


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
@LANGUAGE
def packs(as_json: bool, language: str) -> None:
    """List the packs with version, sources and next review."""
    from .api import packs as all_packs

    with Refusals(as_json, language):
        infos = all_packs()
    if as_json:
        print_json([info.as_json() for info in infos])
        return
    for info in infos:
        title, review = (text.in_language(language) for text in (info.title, day_text(info.next_review)))
        click.echo(f"{info.id}@{info.version}  {title}  → {review}")


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
    case = case if isinstance(case, Mapping) else {}
    facts, rule_id, day = case.get("facts"), case.get("rule"), read_day(case.get("on"))
    if isinstance(rule_id, str) and isinstance(facts, Mapping) and day is not None:
        return rule_id, day, facts
    wrong = {"rule": not isinstance(rule_id, str), "on": day is None, "facts": not isinstance(facts, Mapping)}
    names = ", ".join(f"“{name}”" for name, is_wrong in wrong.items() if is_wrong)
    german = names.replace("“", "„").replace("”", "“")
    shape = '{"id", "rule": "COUNTRY/AREA/NAME", "on": "2026-11-22", "facts": {…}}'
    raise Broken(
        Fault(
            f"id {case_id}",
            Text(f"Im Fall fehlt oder passt nicht: {german}.", f"Missing in the case, or not fitting: {names}."),
            Text(shape, shape),
            Text("Den Fall ergänzen.", "Complete the case."),
        )
    )


for command in (pack, guide, rerun):
    law.add_command(command)
