"""A few groups as bars: each with its name, its length and its number as text; a table says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_FULL = Decimal(100)


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    value: Decimal
    said: str


def draw(bars: Sequence[Bar], label: str) -> SafeString | str:
    """One image without colours of its own; its words are text of the page and so wrap on a phone. Empty: no bars."""
    if not bars:
        return ""
    longest = max(bar.value for bar in bars) or Decimal(1)
    drawn = format_html_join(
        "",
        '<div class="bar"><span>{}</span> <span class="bar-said">{}</span>'
        '<svg viewBox="0 0 100 3" width="100%" height="12" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="100" height="3" fill="currentColor" fill-opacity="0.15"/>'
        '<rect width="{}" height="3" fill="currentColor" fill-opacity="0.7"/></svg></div>',
        ((bar.name, bar.said, f"{bar.value / longest * _FULL:.1f}") for bar in bars),
    )
    return format_html('<div class="bars" role="img" aria-label="{}">{}</div>', label, drawn)
