"""Cells of an import's preview: whatever a reader found, as people write it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template

from werkfluss.kernel.money import Money
from werkfluss.web.templatetags.werkfluss import day, moment, money, number

register = template.Library()


@register.filter
def plain(value: Any) -> Any:
    """A dash for nothing; dates, numbers and money in the page's language."""
    if value is None or value == "":
        return "–"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Money):
        return money(value)
    if isinstance(value, Decimal):
        # No more places than the file has, and none that only say 0.
        short = value.normalize()
        return number(short, max(0, -int(short.as_tuple().exponent)))
    return value


@register.simple_tag
def cell_label(head: Sequence[Any], place: int) -> str:
    """The head of a cell's column, shown beside it on a phone."""
    return str(head[place])
