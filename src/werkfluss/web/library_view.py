"""Processes of the library and of the firm as people read them before they begin: steps, picture, clarity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from werkfluss.kernel.text import Text
from werkfluss.process import library
from werkfluss.process.model import AiUse, Definitions
from werkfluss.process.svg.sketch import sketch
from werkfluss.process.tasktree import PlannedStep, task_tree

AI_WORDS: dict[AiUse, Promise] = {
    AiUse.FORBIDDEN: gettext_lazy("no AI"),
    AiUse.ALLOWED: gettext_lazy("AI may"),
    AiUse.REQUIRED: gettext_lazy("AI does it"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """A process of the library with its small picture; ``matched`` are the words of a search that fit it."""

    entry: library.Entry
    picture: SafeString
    steps: int
    matched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """One step of a preview, in the page's language."""

    name: str
    who: str
    depth: int
    is_group: bool
    outcome: str
    criteria: tuple[str, ...]
    effort: str
    due_days: int | None
    ai: Promise | str
    ai_purpose: str
    only_if: str
    again: bool
    automatic: bool


@lru_cache(maxsize=64)
def picture(name: str) -> SafeString:
    """The small picture of a library process; it holds numbers and our own class names only."""
    return mark_safe(sketch(library.load(name)))  # noqa: S308


def card(entry: library.Entry, matched: Sequence[str] = ()) -> Card:
    return Card(entry, picture(entry.key), len(library.load(entry.key).process(entry.key).tasks), tuple(matched))


def shown_steps(model: Definitions, process_id: str, language: str) -> list[Shown]:
    """What has to be done, by whom, until when: the table beside the drawing."""
    lanes = {lane.name: lane.name_in(language) for lane in model.lanes.values()}
    return [_shown(step, language, lanes) for step in task_tree(model, process_id)]


def _shown(step: PlannedStep, language: str, lanes: dict[str, str]) -> Shown:
    facts = step.node.facts
    return Shown(
        name=step.node.name_in(language) or step.node.id,
        who=lanes.get(step.performer) or step.performer,
        depth=1 if step.parent else 0,
        is_group=step.is_group,
        outcome=facts.outcome.in_language(language) if facts.outcome else "",
        criteria=tuple(one.in_language(language) for one in facts.criteria),
        effort=_effort(facts.effort),
        due_days=step.due_days,
        ai=AI_WORDS.get(facts.ai, ""),
        ai_purpose=facts.ai_purpose.in_language(language) if facts.ai_purpose else "",
        only_if=_say(step.only_if, language),
        again=step.again,
        automatic=step.automatic,
    )


def _say(text: Text | None, language: str) -> str:
    return text.in_language(language) if text else ""


def _effort(hours: tuple[float, float] | None) -> str:
    """A range in minutes below an hour, else in hours."""
    if hours is None:
        return ""
    low, high = hours
    if high < 1:
        return _("%(low)s–%(high)s min") % {"low": round(low * 60), "high": round(high * 60)}
    return _("%(low)s–%(high)s h") % {"low": _hours(low), "high": _hours(high)}


def _hours(hours: float) -> str:
    """Without zeros at the end: 4, 0,5 and 0,25."""
    quarters = round(hours * 4) / 4
    return number_format(quarters, next(places for places in (0, 1, 2) if quarters == round(quarters, places)))
