"""``werkfluss law guide`` and ``werkfluss law rerun``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

from .console import AS_JSON, DAY, LANGUAGE, Refusals, print_json, read_json
from .said import day_text

_KEYS = (
    '{"firm": {"name", "contact", "size", "works_council", "turnover"}, "uses": [{"id", "name", "template", "facts"}]}'
)
_SHAPE = Text(_KEYS, _KEYS)
_TEXTS = ("name", "kind", "purpose", "owner", "provider")
_FIRM_TEXTS = ("name", "contact", "size", "turnover")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--on", type=DAY, default=None, help="Day of the guide; today if left out.")
@AS_JSON
@LANGUAGE
def guide(file: Path, on: Any, as_json: bool, language: str) -> None:
    """Write the firm's AI Act guide from the inventory in FILE (a JSON object)."""
    from werkfluss.kernel import clock

    from .guide import guide as make_guide

    with Refusals(as_json, language):
        firm, uses = _inventory(read_json(file, dict, _SHAPE), str(file))
        made = make_guide(firm, uses, on.date() if on else clock.today())
    if as_json:
        print_json(made.as_json())
        return
    for entry in made.entries:
        click.echo(f"{entry.use.name}: {entry.class_name.in_language(language)} ({entry.certainty})")
    for todo in made.todos:
        by = day_text(todo.by).in_language(language) if todo.by else "–"
        click.echo(f"  [{todo.urgency}] {by}  {todo.what.in_language(language)}  {todo.who}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--on", type=DAY, required=True, help="Day for which the classes are asked.")
@click.option("--text", default=None, help="Only uses that lean on this text (guidelines_6_draft).")
@AS_JSON
@LANGUAGE
def rerun(file: Path, on: Any, text: str | None, as_json: bool, language: str) -> None:
    """List the uses in FILE ([{"id", "facts"}]) to classify again when a text they lean on changes."""
    from .api import check
    from .packs.eu.ai_act.rerun import rerun_list

    shape = Text('eine JSON-Liste aus {"id", "facts"}', 'a JSON list of {"id", "facts"}')
    with Refusals(as_json, language):
        cases = read_json(file, list, shape)
        if not all(isinstance(case, Mapping) and isinstance(case.get("facts"), Mapping) for case in cases):
            raise _refused(str(file), shape)
        uses = [(str(case.get("id", number)), case["facts"]) for number, case in enumerate(cases)]
        found = rerun_list(uses, on.date(), check, text=text)
    if as_json:
        print_json([item.as_json() for item in found])
        return
    for item in found:
        click.echo(f"{item.id}: {item.risk_class} ({item.certainty})  {', '.join(item.leans_on)}")


def _inventory(document: Mapping[str, Any], where: str) -> tuple[Any, list[Any]]:
    """The firm and its uses.

    Raises:
        Broken: a part is missing or has the wrong form; the fault names the place.

    """
    from .guide_model import Firm, Use

    firm, uses = document.get("firm"), document.get("uses")
    if not isinstance(firm, Mapping) or not isinstance(uses, list):
        raise _refused(where, _SHAPE)
    if not isinstance(firm.get("name"), str) or not isinstance(firm.get("works_council", False), bool):
        raise _refused(f"{where}: firm", _SHAPE)
    if any(not isinstance(firm.get(name) or "", str) for name in _FIRM_TEXTS):
        raise _refused(f"{where}: firm", _SHAPE)
    read = []
    for number, use in enumerate(uses):
        place = f"{where}: uses[{number}]"
        if not isinstance(use, Mapping) or not isinstance(use.get("id"), str) or not use["id"]:
            raise _refused(place, _SHAPE)
        plain = all(isinstance(use.get(name, ""), str) for name in _TEXTS)
        mapped = all(isinstance(use.get(name, {}), Mapping) for name in ("facts", "circumstances"))
        people = use.get("people", [])
        if not plain or not mapped or not isinstance(people, list) or not isinstance(use.get("template", ""), str):
            raise _refused(place, _SHAPE)
        texts = {name: use[name] for name in _TEXTS if name in use}
        read.append(
            Use(
                **{"name": "" if "template" in use else use["id"], **texts},
                id=use["id"],
                template=use.get("template"),
                facts=use.get("facts", {}),
                circumstances=use.get("circumstances", {}),
                people=tuple(str(person) for person in people),
                planned=use.get("planned") is True,
            )
        )
    sizes = {name: firm[name] for name in ("size", "turnover") if firm.get(name)}
    contact = str(firm.get("contact") or firm["name"])
    return Firm(str(firm["name"]), contact, works_council=firm.get("works_council", False), **sizes), read


def _refused(where: str, expected: Text) -> Broken:
    return Broken(
        Fault(
            where,
            Text("Die Angaben haben nicht die erwartete Form.", "The input does not have the expected shape."),
            expected,
            Text("Diese Stelle berichtigen.", "Correct this place."),
        )
    )
