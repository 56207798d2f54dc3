"""Words of verdicts: dated values with their unit, provisions by their label, amounts of the parts of an answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from werkfluss.compliance.domain import explain
from werkfluss.compliance.domain.checks import Verdict
from werkfluss.compliance.domain.impact import stands_on
from werkfluss.web.forms.law import amount_word, here, said_here

register = template.Library()


@register.filter
def law_amount(parameter: Any) -> str:
    """A dated value with its unit; what is not yet known says so."""
    return amount_word(parameter.value, parameter.unit) or _("not yet published")


@register.filter
def change_amount(value: Any, unit: str) -> str:
    """One side of a change."""
    return amount_word(value, unit) or _("not yet published")


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
    words = {
        "fee_total": (_("Fees"), "EUR"),
        "usual_days": (_("Usually takes"), "days"),
        "fee_accelerated": (_("Fees, accelerated"), "EUR"),
        "usual_days_accelerated": (_("Usually takes, accelerated"), "days"),
        "lead_days": (_("Takes"), "days"),
        "earliest": (_("Possible from"), "date"),
        "start_by": (_("To be started by"), "date"),
        "done_by": (_("To be done by"), "date"),
    }
    pairs = [(words[name], value) for name, value in part.values if name in words and value is not None]
    return [(word, amount_word(value, "" if unit == "date" else unit)) for (word, unit), value in pairs]


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
    """The question a rule answers, in words."""
    return here(explain.rule_card(rule).title)


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
