"""A draft that a language model wrote, read as what it is: text of a stranger."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text
from werkfluss.work.domain.decomposition import Vocabulary
from werkfluss.work.domain.task_trees import MAX_DAYS, checked_tree
from werkfluss.work.models.tasks import DataClass

MAX_CHARACTERS = 60_000
MAX_TASKS = 40
_KEYS = {"title", "outcome", "criteria", "hours", "days", "skills", "data_class", "after"}
_MAX_HOURS = 1_000


def read_written(text: str, *, skills: Vocabulary) -> list[dict[str, Any]]:
    """The tasks of a written draft as a tree; see ``agents.draft_writer`` for what it is asked to hold.

    Raises:
        Broken: anything else than that: no such list, another key, type or size, or tasks in a circle.
    """
    if len(text) > MAX_CHARACTERS:
        raise _broken("", Text("Der Entwurf ist zu lang.", "The draft is too long."))
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raise _broken("", Text("Der Entwurf ist kein lesbares JSON.", "The draft is not readable JSON.")) from None
    if not isinstance(raw, list) or not 1 <= len(raw) <= MAX_TASKS:
        raise _broken("", Text(f"Es sind nicht 1 bis {MAX_TASKS} Aufgaben.", f"These are not 1 to {MAX_TASKS} tasks."))
    return checked_tree([_node(number, one, len(raw), skills) for number, one in enumerate(raw, start=1)])


def _node(number: int, one: Any, count: int, skills: Vocabulary) -> dict[str, Any]:
    if not isinstance(one, dict) or one.keys() != _KEYS:
        raise _broken(str(number), Text("Die Angaben sind nicht die verlangten.", "These are not the keys asked for."))
    if not _plain(one, count):
        raise _broken(str(number), Text("Eine Angabe hat einen falschen Wert.", "A value is wrong."))
    meant = {wish: skills.key_of(wish) for wish in one["skills"]}
    return {
        "ref": str(number),
        "title": one["title"].strip(),
        "outcome": one["outcome"].strip(),
        "criteria": [line.strip() for line in one["criteria"] if line.strip()],
        "effort_minutes": round(one["hours"] * 60),
        "due_after_days": one["days"],
        "wishes": meant,
        "skills": {key: None for key in meant.values() if key},
        "data_class": one["data_class"],
        "after": [{"ref": str(before), "type": "FS", "lag_days": 0} for before in dict.fromkeys(one["after"])],
    }


def _plain(one: Mapping[str, Any], count: int) -> bool:
    return (
        all(isinstance(one[key], str) and one[key].isprintable() for key in ("title", "outcome", "data_class"))
        and one["data_class"] in DataClass.values
        and all(isinstance(one[key], list) and len(one[key]) <= MAX_TASKS for key in ("criteria", "skills", "after"))
        and all(isinstance(text, str) and text.isprintable() for text in (*one["criteria"], *one["skills"]))
        and isinstance(one["hours"], int | float)
        and not isinstance(one["hours"], bool)
        and 0 < one["hours"] <= _MAX_HOURS
        and _whole(one["days"], 0, MAX_DAYS)
        and all(_whole(before, 1, count) for before in one["after"])
    )


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _broken(where: str, cause: Text) -> Broken:
    return Broken(
        Fault(
            where or "draft",
            cause,
            Text("Ein Entwurf in der verlangten Form.", "A draft in the form asked for."),
            Text(
                "Bitte lassen Sie neu schreiben, oder wählen Sie einen Vorschlag.",
                "Please have it written anew, or choose a proposal.",
            ),
        )
    )
