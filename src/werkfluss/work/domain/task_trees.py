"""Trees of tasks before they are made, read strictly: from a page, from a template, or written by a language model.

Whatever comes in is text of a stranger until it has passed here: only the keys below, each of its type and size, and
no task that waits for itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text
from werkfluss.work.models.tasks import DataClass
from werkfluss.workforce.models import Kind

Node = Mapping[str, Any]
MAX_BYTES = 400_000
MAX_TASKS = 120
MAX_MINUTES = 600_000
MAX_DAYS = 3_660
_MAX_LIST = 40
_MAX_WISHES = 10
_LINKS = {"FS", "SS", "FF", "SF"}
_AFTER = {"ref", "type", "lag_days", "lag_minutes", "lag_elapsed"}

Check = Callable[[Any], bool]


def _text(longest: int, *, empty: bool = True) -> Check:
    return lambda value: isinstance(value, str) and len(value) <= longest and (empty or bool(value.strip()))


def _whole(most: int, least: int = 0) -> Check:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _one_of(values: Collection[str]) -> Check:
    return lambda value: isinstance(value, str) and value in values


def _list(check: Check, most: int = _MAX_LIST) -> Check:
    return lambda value: isinstance(value, list) and len(value) <= most and all(check(one) for one in value)


def _maybe(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _levels(value: Any) -> bool:
    is_level = _maybe(_whole(5))
    return (
        isinstance(value, dict)
        and len(value) <= _MAX_LIST
        and all(_text(60, empty=False)(key) and is_level(level) for key, level in value.items())
    )


def _meanings(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and len(value) <= _MAX_WISHES
        and all(_text(120, empty=False)(wish) and _text(60)(key) for wish, key in value.items())
    )


def _before(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() <= _AFTER
        and _text(80, empty=False)(value.get("ref"))
        and _one_of(_LINKS)(value.get("type", "FS"))
        and all(_whole(MAX_MINUTES, -MAX_MINUTES)(value.get(key, 0)) for key in ("lag_days", "lag_minutes"))
        and _flag(value.get("lag_elapsed", False))
    )


_KEYS: dict[str, Check] = {
    "ref": _text(80, empty=False),
    "parent": _maybe(_text(80)),
    "title": _text(200, empty=False),
    "is_summary": _flag,
    "brief": _text(10_000),
    "outcome": _text(5_000),
    "criteria": _list(_text(300, empty=False)),
    "effort_minutes": _maybe(_whole(MAX_MINUTES)),
    "due_after_days": _maybe(_whole(MAX_DAYS, -MAX_DAYS)),
    "skills": _levels,
    "wishes": _meanings,
    "data_class": _one_of({"", *DataClass.values}),
    "kinds_allowed": _list(_one_of(Kind.values)),
    "ai_allowed": _flag,
    "ai_purpose": _text(300),
    "ai_use": _text(60),
    "four_eyes": _flag,
    "place_country": _text(2),
    "place_city": _text(100),
    "export_controlled": _flag,
    "skill_folder": _text(60),
    "after": _list(_before, MAX_TASKS),
    "optional": _flag,
    "only_if": _text(300),
}
# What a stranger's text may not decide: which program works on it, and where it goes.
WRITTEN_KEYS = frozenset(_KEYS) - {"skills", "wishes", "skill_folder", "ai_use", "kinds_allowed", "export_controlled"}


def parse_tree(text: str, *, keys: Collection[str] = frozenset(_KEYS)) -> list[dict[str, Any]]:
    """A JSON list of tasks; see ``breakdown.tree_of`` for its keys. ``wishes`` are skills by name, with the
    firm's own that each means, or nothing.

    Raises:
        Broken: too large, no such list, an unknown key, a value of another type or size, or tasks in a circle.
    """
    if len(text.encode()) > MAX_BYTES:
        raise _broken("", Text("Der Entwurf ist zu groß.", "The draft is too large."))
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raise _broken("", Text("Der Entwurf ist kein lesbares JSON.", "The draft is not readable JSON.")) from None
    return checked_tree(raw, keys=keys)


def checked_tree(raw: Any, *, keys: Collection[str] = frozenset(_KEYS)) -> list[dict[str, Any]]:
    """The same for what has been read from JSON already. Raises Broken as ``parse_tree`` does."""
    if not isinstance(raw, list) or not 1 <= len(raw) <= MAX_TASKS:
        raise _broken("", Text(f"Es sind nicht 1 bis {MAX_TASKS} Aufgaben.", f"These are not 1 to {MAX_TASKS} tasks."))
    for number, node in enumerate(raw, start=1):
        _check_node(node, str(number), keys)
    _check_links(raw)
    return raw


def _check_node(node: Any, where: str, keys: Collection[str]) -> None:
    if not isinstance(node, dict) or not {"ref", "title"} <= node.keys():
        raise _broken(where, Text("Eine Aufgabe braucht Kennung und Titel.", "A task needs a key and a title."))
    for key, value in node.items():
        if key not in keys:
            raise _broken(where, Text(f"„{str(key)[:40]}“ gehört nicht dazu.", f"“{str(key)[:40]}” is not part of it."))
        if not _KEYS[key](value):
            raise _broken(where, Text(f"„{key}“ hat einen falschen Wert.", f"“{key}” has a wrong value."))


def _check_links(tree: Sequence[Node]) -> None:
    known: set[str] = set()
    groups: set[str] = set()
    for node in tree:
        parent = node.get("parent")
        if node["ref"] in known or (parent and parent not in groups):
            message = Text(
                "Kennung doppelt, oder die Gruppe fehlt.", "The key is there twice, or its group is missing."
            )
            raise _broken(node["ref"], message)
        known.add(node["ref"])
        if node.get("is_summary"):
            groups.add(node["ref"])
    for node in tree:
        if any(after["ref"] not in known for after in node.get("after", ())):
            raise _broken(node["ref"], Text("Ein Vorgänger fehlt.", "A predecessor is missing."))
    _check_circles(tree)


def _check_circles(tree: Sequence[Node]) -> None:
    waiting = {node["ref"]: {after["ref"] for after in node.get("after", ())} for node in tree}
    while waiting:
        free = [ref for ref, before in waiting.items() if not before & waiting.keys()]
        if not free:
            raise _broken(
                next(iter(waiting)), Text("Aufgaben warten im Kreis aufeinander.", "Tasks wait for each other.")
            )
        for ref in free:
            del waiting[ref]


def without(tree: Sequence[Node], dropped: Collection[str]) -> list[dict[str, Any]]:
    """The tree without some tasks and what is in them: what waited for one of them waits for what that did."""
    gone = set(dropped)
    for node in tree:
        if node.get("parent") in gone:
            gone.add(node["ref"])
    before = {node["ref"]: node.get("after", ()) for node in tree}
    return [{**node, "after": _after(node, before, gone)} for node in tree if node["ref"] not in gone]


def _after(node: Node, before: Mapping[str, Sequence[Node]], gone: Collection[str]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    pending, seen = list(node.get("after", ())), set()
    while pending:
        after = pending.pop(0)
        if after["ref"] not in gone:
            found.setdefault(after["ref"], dict(after))
        elif after["ref"] not in seen:
            seen.add(after["ref"])
            pending += before[after["ref"]]
    return list(found.values())


def _broken(where: str, cause: Text) -> Broken:
    return Broken(
        Fault(
            where or "tree",
            cause,
            Text("Eine Liste von Aufgaben, wie Werkfluss sie schreibt.", "A list of tasks as Werkfluss writes it."),
            Text("Bitte beginnen Sie den Entwurf neu.", "Please begin the draft anew."),
        )
    )
