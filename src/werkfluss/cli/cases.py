"""``werkfluss cases``: what happens to running cases in the newest version of their process, and the move."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from werkfluss.kernel.errors import WerkflussError

if TYPE_CHECKING:
    from werkfluss.org.models import Organisation, User
    from werkfluss.work.models import CaseMove, ProcessDefinition

_FIRM = click.option("--firm", required=True, help="Short name of the firm, as in the address.")
_MAP = click.option("--map", "mapping", multiple=True, metavar="OLD=NEW", help="A step that has another id there.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group()
def cases() -> None:
    """Move running cases to the newest version of their process."""


@cases.command()
@click.argument("process")
@_FIRM
@_MAP
@_JSON
def preview(process: str, firm: str, mapping: tuple[str, ...], as_json: bool) -> None:
    """Say of each running case of PROCESS (its short name) whether it moves, needs a person's word, or cannot."""
    confirmed = _pairs(mapping)
    with _answered(as_json):
        found = outlook(firm, process, confirmed)
        if as_json:
            _print(found)
            return
        for one in found["cases"]:
            click.echo(f"{one['number']}  v{one['version']} → v{found['version']}  {one['outlook']}")
            for text in (*one["problems"], *one["notes"]):
                click.echo(f"  {text['de']}")
        for one in found["questions"]:
            guess = f" (Vermutung / guess: {one['guess']})" if one["guess"] else ""
            click.echo(f"--map {one['element']}={'|'.join(one['candidates'])}{guess}")


@cases.command()
@click.argument("process")
@_FIRM
@_MAP
@click.option("--case", "numbers", type=int, multiple=True, help="Number of a case; default all that can move.")
@click.option("--by", "email", required=True, help="E-mail address of the member who wants it.")
@click.option("--yes", is_flag=True, help="Do not ask; a move cannot be undone.")
@_JSON
def move(
    *, process: str, firm: str, mapping: tuple[str, ...], numbers: tuple[int, ...], email: str, yes: bool, as_json: bool
) -> None:
    """Move running cases of PROCESS to its newest version. This cannot be undone."""
    confirmed = _pairs(mapping)
    if not yes:
        click.confirm(
            "Ein Wechsel kann nicht rückgängig gemacht werden / A move cannot be undone", abort=True, err=True
        )
    with _answered(as_json):
        found = moved(firm, process, confirmed, numbers, email)
        if as_json:
            _print(found)
            return
        for one in found["cases"]:
            why = f": {one['why']['de']}" if one["why"] else ""
            click.echo(f"{one['number']}  {one['state']}{why}")


def _pairs(mapping: tuple[str, ...]) -> dict[str, str]:
    pairs = [one.partition("=") for one in mapping]
    if any(not old or not new for old, _, new in pairs):
        raise click.BadParameter("OLD=NEW", param_hint="--map")
    return {old: new for old, _, new in pairs}


def _print(document: dict[str, Any]) -> None:
    click.echo(json.dumps(document | {"errors": []}, ensure_ascii=False))


@contextmanager
def _answered(as_json: bool) -> Iterator[None]:
    """Django is there, and with ``--json`` a refusal is a document too."""
    from werkfluss.cli.startup import set_up_django

    set_up_django()
    try:
        yield
    except WerkflussError as error:
        if not as_json:
            raise
        click.echo(json.dumps({"errors": [error.fault.as_json()]}, ensure_ascii=False))
        raise SystemExit(1) from None


def outlook(firm: str, process: str, confirmed: dict[str, str]) -> dict[str, Any]:
    """The preview as plain data. Needs Django.

    Raises:
        Broken: there is no such firm or process.
    """
    from werkfluss.org import tenancy
    from werkfluss.org.actor import Actor
    from werkfluss.work.domain import case_versions

    org = _firm(firm)
    with tenancy.acting(org.pk, Actor.system(org.pk)):
        to = _newest(process)
        found = case_versions.preview_migration(to, confirmed=confirmed)
        asked = case_versions.questions(to)
    return {
        "firm": firm,
        "process": to.key,
        "version": to.revision,
        "cases": [
            {
                "number": one.case.number,
                "title": one.case.title,
                "version": one.case.definition.revision,
                "outlook": one.outlook,
                "places": [{"old": place.old, "new": place.new, "confirmed": place.confirmed} for place in one.places],
                "problems": [text.as_json() for text in one.problems],
                "notes": [text.as_json() for text in one.notes],
            }
            for one in found
        ],
        "questions": [
            {
                "element": one.element,
                "version": one.definition.revision,
                "cases": one.cases,
                "guess": one.guess,
                "candidates": list(one.candidates),
            }
            for one in asked
        ],
    }


def moved(firm: str, process: str, confirmed: dict[str, str], numbers: tuple[int, ...], email: str) -> dict[str, Any]:
    """Move the cases, with the rights of a member, and say what became of each. Needs Django.

    Raises:
        Broken: there is no such firm, process or member.
        NotPermitted: the member does not work on cases.
        Refused: none of the cases runs on another version, or another move is under way.
    """
    from werkfluss.flow import case_moves as job
    from werkfluss.org import tenancy
    from werkfluss.org.actor import Actor

    org, user = _firm(firm), _member(email)
    with tenancy.acting(org.pk, Actor.system(org.pk)):
        order = _ordered(_newest(process), confirmed, numbers, job.actor_of(org.pk, user.pk))
    # The job of a worker may do the same at the same time: each case moves once.
    job.run_move(org.pk, order.pk, user.pk)
    with tenancy.acting(org.pk, Actor.system(org.pk)):
        rows = order.items.select_related("case").order_by("case__number")
        return {
            "firm": firm,
            "process": order.definition.key,
            "version": order.definition.revision,
            "cases": [
                {
                    "number": row.case.number,
                    "state": row.state,
                    "why": {"de": row.why_de, "en": row.why_en} if row.why_de else None,
                }
                for row in rows
            ],
        }


def _ordered(to: ProcessDefinition, confirmed: dict[str, str], numbers: tuple[int, ...], by: Any) -> CaseMove:
    from werkfluss.work.domain import case_moves, case_versions

    if numbers:
        chosen = list(case_versions.cases_of_older_versions(to).filter(number__in=numbers).values_list("pk", flat=True))
    else:
        found = case_versions.preview_migration(to, confirmed=confirmed)
        chosen = [one.case.pk for one in found if one.ok]
    return case_moves.order_move(to, cases=chosen, confirmed=confirmed, by=by)


def _firm(slug: str) -> Organisation:
    from werkfluss.org.models import Organisation

    found = Organisation.objects.filter(slug=slug).first()
    if found is None:
        raise _unknown(
            slug, "Firma", "firm", list(Organisation.objects.order_by("slug").values_list("slug", flat=True))
        )
    return found


def _newest(key: str) -> ProcessDefinition:
    from werkfluss.work.models import ProcessDefinition

    found = ProcessDefinition.objects.filter(key=key).order_by("-revision").first()
    if found is None:
        keys = ProcessDefinition.objects.order_by("key").values_list("key", flat=True).distinct()
        raise _unknown(key, "Ablauf", "process", list(keys))
    return found


def _member(email: str) -> User:
    from werkfluss.org.models import User

    found = User.objects.filter(email__iexact=email).first()
    if found is None:
        # Who is a member is not said to everybody who tries an address.
        raise _unknown(email, "Person", "person", [])
    return found


def _unknown(name: str, de: str, en: str, known: list[str]) -> WerkflussError:
    from werkfluss.kernel.errors import Broken, Fault
    from werkfluss.kernel.text import Text

    listed = ", ".join(known[:20]) or "–"
    return Broken(
        Fault(
            name,
            Text(f"{de} „{name}“ gibt es nicht.", f"There is no {en} “{name}”."),
            Text(f"Bekannt: {listed}", f"Known: {listed}"),
            Text("Bitte berichtigen Sie die Angabe.", "Please correct it."),
        )
    )
