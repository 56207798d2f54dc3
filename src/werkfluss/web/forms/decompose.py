"""A tree of tasks edited on one page: what was typed is laid over the draft, which is read strictly each time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.formats import localize
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from werkfluss.web.forms import DateInput, Form
from werkfluss.web.forms.work import HoursField, skill_name
from werkfluss.web.work_view import Clarity
from werkfluss.work.domain import clarity, task_trees
from werkfluss.workforce.models import Skill

Node = Mapping[str, Any]
_MAX_CRITERIA = 40


class ProjectForm(Form):
    """What the project is called, and when it begins."""

    name = forms.CharField(label=_("Name of the project"), max_length=200)
    start = forms.DateField(label=_("Start"), widget=DateInput())
    deadline = forms.DateField(label=_("Deadline"), required=False, widget=DateInput())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        start, deadline = given.get("start"), given.get("deadline")
        if isinstance(start, date) and isinstance(deadline, date) and deadline < start:
            self.add_error("deadline", say("The deadline is before the start."))
        return given


@dataclass(frozen=True, slots=True)
class Row:
    """One task of the draft as the page draws it. ``clarity`` is ``None`` for a group and for what is left out."""

    index: int
    node: Node
    depth: int
    kept: bool
    hours: str
    days: str
    criteria: str
    skills: tuple[str, ...]
    chosen: str
    clarity: Clarity | None
    errors: Mapping[str, str]

    @property
    def asks_skill(self) -> bool:
        """Whether the skill is chosen in the row: where no wish of a process names it."""
        return not self.node.get("is_summary") and not self.node.get("wishes")


@dataclass(slots=True)
class Draft:
    """A tree with what a person has changed in it; ``kept`` are the keys of the tasks that will be made."""

    tree: list[dict[str, Any]]
    kept: set[str]
    meant: dict[str, str] = field(default_factory=dict)
    errors: dict[int, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, tree: list[dict[str, Any]]) -> Draft:
        """A draft as its source gives it: what lies beside the main way is left out at first."""
        draft = cls(tree, {node["ref"] for node in tree if not node.get("optional")})
        for node in tree:
            draft.meant |= node.get("wishes", {})
        return draft

    @classmethod
    def posted(cls, data: QueryDict, skills: Sequence[Skill]) -> Draft:
        """The draft with everything that was typed.

        Raises:
            Broken: the hidden tree is none, or too large.
        """
        tree = task_trees.parse_tree(data.get("tree", ""))
        kept = {node["ref"] for index, node in enumerate(tree) if f"keep-{index}" in data}
        draft = cls(tree, kept)
        known = {one.key for one in skills}
        for number, wish in enumerate(draft.wishes):
            chosen = data.get(f"wish-{number}", "")
            draft.meant[wish] = chosen if chosen in known else ""
        for index, node in enumerate(tree):
            draft._lay_over(index, node, data, known)
        task_trees.checked_tree(tree)
        return draft

    @property
    def wishes(self) -> list[str]:
        """The skills a process asks for by name, each once."""
        return list(dict.fromkeys(wish for node in self.tree for wish in node.get("wishes", ())))

    @property
    def chosen(self) -> list[dict[str, Any]]:
        """The tree that will be made."""
        return task_trees.without(self.tree, {node["ref"] for node in self.tree} - self.kept)

    def as_json(self) -> str:
        return json.dumps(self.tree, ensure_ascii=False, separators=(",", ":"))

    def _lay_over(self, index: int, node: dict[str, Any], data: QueryDict, known: set[str]) -> None:
        title = data.get(f"title-{index}", node["title"]).strip()
        if not 0 < len(title) <= 200:
            self._wrong(index, "title", say("A title has 1 to 200 characters."))
        else:
            node["title"] = title
        if node.get("is_summary"):
            return
        self._numbers(index, node, data)
        node["outcome"] = data.get(f"outcome-{index}", node.get("outcome") or "").strip()[:5_000]
        typed = data.get(f"criteria-{index}")
        if typed is not None:
            lines = [line.strip()[:300] for line in typed.splitlines() if line.strip()]
            node["criteria"] = lines[:_MAX_CRITERIA]
        if node.get("wishes"):
            node["skills"] = {key: None for wish in node["wishes"] if (key := self.meant[wish])}
        elif f"skill-{index}" in data:
            chosen = data[f"skill-{index}"]
            node["skills"] = {key: level for key, level in node.get("skills", {}).items() if key in known}
            if chosen in known and chosen not in node["skills"]:
                node["skills"] = {chosen: None}

    def _numbers(self, index: int, node: dict[str, Any], data: QueryDict) -> None:
        try:
            node["effort_minutes"] = HoursField.minutes(
                HoursField(required=False).clean(data.get(f"hours-{index}", ""))
            )
        except ValidationError as error:
            self._wrong(index, "hours", error.messages[0])
        days = data.get(f"days-{index}", "").strip()
        if not days:
            node["due_after_days"] = None
        elif days.isascii() and days.isdigit() and int(days) <= task_trees.MAX_DAYS:
            node["due_after_days"] = int(days)
        else:
            self._wrong(index, "days", say("A whole number of days."))

    def _wrong(self, index: int, name: str, message: str) -> None:
        self.errors.setdefault(index, {})[name] = message

    def rows(self, skills: Sequence[Skill]) -> list[Row]:
        """Every task with its clarity, as far as it is kept."""
        names = {one.key: skill_name(one) for one in skills}
        chosen = self.chosen
        found = dict(zip((node["ref"] for node in chosen), clarity.findings_of_tree(chosen), strict=True))
        depth: dict[str, int] = {}
        rows = []
        for index, node in enumerate(self.tree):
            depth[node["ref"]] = min(depth.get(node.get("parent") or "", -1) + 1, 4)
            is_work = not node.get("is_summary") and node["ref"] in found
            rows.append(self._row(index, node, depth[node["ref"]], found[node["ref"]] if is_work else None, names))
        return rows

    def _row(self, index: int, node: Node, depth: int, found: Any, names: Mapping[str, str]) -> Row:
        minutes, days = node.get("effort_minutes"), node.get("due_after_days")
        keys = list(node.get("skills", {}))
        hours = HoursField.hours(minutes)
        return Row(
            index=index,
            node=node,
            depth=depth,
            kept=node["ref"] in self.kept,
            hours="" if hours is None else _plain(hours),
            days="" if days is None else str(days),
            criteria="\n".join(node.get("criteria", ())),
            skills=tuple(names[key] for key in keys if key in names),
            chosen=next((key for key in keys if key in names), ""),
            clarity=None if found is None else Clarity(found),
            errors=self.errors.get(index, {}),
        )


def _plain(hours: Decimal) -> str:
    return str(localize(float(hours), use_l10n=True)).removesuffix(",0").removesuffix(".0")
