"""Words of verdicts: dated values with their unit, provisions by their label, amounts of the parts of an answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Verdict
from werkfluss.compliance.domain.impact import stands_on
from werkfluss.kernel.errors import Broken
from werkfluss.law.value_words import word_of
from werkfluss.web.forms.law import amount_word, here, said_here

register = template.Library()
_OF_PARTS = {
    "fee_total",
    "usual_days",
    "fee_accelerated",
    "usual_days_accelerated",
    "lead_days",
    "earliest",
    "start_by",
    "done_by",
}


@register.filter
def law_amount(parameter: Any) -> str:
    """A dated value with its unit; what is not yet known says so."""
    return amount_word(parameter.value, parameter.unit) or _("not yet published")


@register.filter
def change_amount(value: Any, unit: str) -> str:
    """One side of a change."""
    return amount_word(value, unit) or _("not yet published")


@register.filter
def touched_url(touched: Any, firm: str) -> str:
    """The page on which the answer that changes can be looked at."""
    url: str = touched.subject.url(firm, touched.question)
    return url


@register.filter
def value_status(status: str) -> str:
    """How firm a dated value is."""
    words = {
        "in_force": _("in force"),
        "enacted": _("decided, not yet in force"),
        "draft": _("draft"),
        "unknown": _("not yet published"),
    }
    return words.get(status, status)


@register.filter
def cited(basis: str | Iterable[str], verdict: Verdict) -> str:
    """Provisions by their ids as lawyers write them."""
    labels = {citation.id: citation.label for citation in verdict.citations}
    ids = [basis] if isinstance(basis, str) else list(basis)
    return "; ".join(labels.get(each, each.replace("_", " ")) for each in ids)


@register.filter
def part_values(part: Any) -> list[tuple[str, str]]:
    """The amounts of a part that have a word; the others only compute."""
    return _named([(name, value) for name, value in part.values if name in _OF_PARTS], "")


@register.filter
def verdict_values(verdict: Verdict) -> list[tuple[str, str]]:
    """The amounts, days and dates that a verdict computed; words, lists and yes or no stand in its sentences."""
    return _named(list(verdict.values.items()), verdict.rule)


def _named(values: list[tuple[str, Any]], rule: str) -> list[tuple[str, str]]:
    pairs = [(word_of(name, rule), value) for name, value in values]
    return [
        (capfirst(here(word.label)), amount_word(value, "" if word.unit == "date" else word.unit))
        for word, value in pairs
        if word.unit and value is not None
    ]


@register.filter
def effects_of(wanted: Any, fact: Any) -> list[tuple[str, tuple[str, ...]]]:
    """Answers to a missing fact that settle it, in words, each with what it leads to."""
    if fact.type not in {"boolean", "choice"} or len({outcomes for _answer, outcomes in wanted}) < 2:
        return []
    plain = {"true": True, "false": False}
    settled = [(answer, outcomes) for answer, outcomes in wanted if len(outcomes) == 1]
    return [(said_here(fact, plain.get(str(answer).lower(), answer)), outcomes) for answer, outcomes in settled]


@register.filter
def rule_title(rule: str) -> str:
    """The question a rule answers, in words; its id if its pack is gone."""
    try:
        return here(explain.rule_card(rule).title)
    except Broken:
        return rule


@register.filter
def changes_of(touched: Any, day: Any) -> list[Any]:
    """Of the changes of a day those that this answer stands on."""
    return [change for change in day.changes if stands_on(touched.before, touched.after, change)]


@register.filter
def get(mapping: Any, key: str) -> Any:
    return mapping.get(key, ())


@register.filter
def kept_hidden(field: BoundField) -> SafeString:
    """A value of the form beside it, carried along unseen under an id of its own."""
    return field.as_hidden(attrs={"id": f"kept-{field.html_name}"})
