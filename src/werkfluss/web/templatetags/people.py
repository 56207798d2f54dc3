"""How pages about people write hours."""

from __future__ import annotations

from django import template

from werkfluss.web.people_view import hours_words

register = template.Library()


@register.filter
def hours_of(minutes: int) -> str:
    """Minutes as hours: ``38,5 h``."""
    return hours_words(minutes)
