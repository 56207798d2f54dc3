"""A few groups as bars: each with its name, its length and its number as text; a table says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, _ROW, _BAR = 640, 46, 14


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    value: Decimal
    said: str


def draw(bars: Sequence[Bar], label: str) -> SafeString | str:
    """An SVG without styles of its own, readable in light and dark; nothing where there is no bar."""
    if not bars:
        return ""
    longest = max(bar.value for bar in bars) or Decimal(1)
    drawn = format_html_join(
        "",
        '<text x="0" y="{}" font-size="15" fill="currentColor">{}</text>'
        '<text x="{}" y="{}" font-size="15" text-anchor="end" fill="currentColor">{}</text>'
        '<rect x="0" y="{}" width="{}" height="{}" fill="currentColor" fill-opacity="0.12"/>'
        '<rect x="0" y="{}" width="{}" height="{}" fill="currentColor" fill-opacity="0.6"/>',
        (_bar(place * _ROW, bar, longest) for place, bar in enumerate(bars)),
    )
    size = f"0 0 {WIDTH} {len(bars) * _ROW}"
    return format_html('<svg viewBox="{}" role="img" aria-label="{}" width="100%">{}</svg>', size, label, drawn)


def _bar(top: int, bar: Bar, longest: Decimal) -> tuple[object, ...]:
    length = f"{float(bar.value / longest) * WIDTH:.1f}"
    at = top + 24
    return (top + 16, bar.name, WIDTH, top + 16, bar.said, at, WIDTH, _BAR, at, length, _BAR)
