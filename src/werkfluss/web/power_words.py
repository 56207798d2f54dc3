"""Limits and signatures as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from werkfluss.engagement.domain import authority_limits
from werkfluss.engagement.models import AuthorityLimit, AuthorityUse
from werkfluss.kernel.money import Money
from werkfluss.web.forms.law import here

USES: dict[str, tuple[str, Promise]] = {
    "alone": ("good", _("alone")),
    "first": ("caution", _("second signature missing")),
    "both": ("good", _("by two")),
    "undone": ("ended", _("taken back")),
}


def kind_word(row: AuthorityLimit | AuthorityUse) -> str:
    return here(authority_limits.KINDS[row.kind])


def each(row: AuthorityLimit) -> Any:
    return Money.from_cents(row.amount_cents).amount


def month(row: AuthorityLimit) -> Any:
    return Money.from_cents(row.month_cents).amount if row.month_cents is not None else None


def limit_rows(limits: Iterable[AuthorityLimit]) -> list[dict[str, Any]]:
    return [
        {
            "limit": one,
            "kind": kind_word(one),
            "each": Money.from_cents(one.amount_cents),
            "month": Money.from_cents(one.month_cents) if one.month_cents is not None else None,
        }
        for one in limits
    ]


def signatures(uses: Iterable[AuthorityUse]) -> list[dict[str, Any]]:
    return [
        {"use": one, "sum": Money.from_cents(one.cents), "tone": USES[one.state][0], "word": USES[one.state][1]}
        for one in uses
    ]
