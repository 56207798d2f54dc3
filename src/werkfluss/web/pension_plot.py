"""The course of a projection as a drawing: three lines, what was paid in, axes with words; a table says the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from werkfluss.care.domain.pension import Point, Projection

WIDTH, HEIGHT = 640, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 96, 16, 40
# Told apart by dashes as well as by their names at the end: not by colour alone.
_LINES: tuple[tuple[str, str, Callable[[Point], Decimal]], ...] = (
    ("high", "6 3", lambda point: point.high),
    ("middle", "", lambda point: point.middle),
    ("low", "2 3", lambda point: point.low),
    ("paid", "1 5", lambda point: point.paid),
)


def draw(projection: Projection) -> SafeString:
    """An SVG without styles of its own, readable in light and dark."""
    points = projection.points
    top = _nice(max(point.high for point in points))
    first, last = points[0].age, points[-1].age
    words = {"high": _("higher"), "middle": _("middle"), "low": _("lower"), "paid": _("paid in")}

    def x(age: int) -> str:
        return _number(_LEFT + (WIDTH - _LEFT - _RIGHT) * (age - first) / (last - first))

    def y(amount: Decimal) -> str:
        return _number(HEIGHT - _BOTTOM - float(amount / top) * (HEIGHT - _TOP - _BOTTOM))

    lines = format_html_join(
        "",
        '<polyline points="{}" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="{}"/>'
        '<text x="{}" y="{}" font-size="13" fill="currentColor">{}</text>',
        (
            (
                " ".join(f"{x(point.age)},{y(value(point))}" for point in points),
                dash or "none",
                WIDTH - _RIGHT + 6,
                label_y,
                words[name],
            )
            for (name, dash, value), label_y in zip(
                _LINES, _apart([y(v(points[-1])) for *_n, v in _LINES]), strict=True
            )
        ),
    )
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}" width="100%">{}{}{}</svg>',
        WIDTH,
        HEIGHT,
        _("Capital by age, under three returns; the table below has the figures."),
        _amounts(top, y),
        _ages(first, last, x),
        lines,
    )


def _amounts(top: Decimal, y: Callable[[Decimal], str]) -> SafeString:
    steps = [top * part / 4 for part in range(5)]
    return format_html_join(
        "",
        '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="currentColor" stroke-opacity="0.2"/>'
        '<text x="{}" y="{}" font-size="12" text-anchor="end" dy="4" fill="currentColor">{} €</text>',
        (
            (_LEFT, WIDTH - _RIGHT, y(step), y(step), _LEFT - 6, y(step), number_format(step, 0, force_grouping=True))
            for step in steps
        ),
    )


def _ages(first: int, last: int, x: Callable[[int], str]) -> SafeString:
    span = max(1, (last - first) // 5)
    ages = [*range(first, last - span // 2, span), last]
    return format_html_join(
        "",
        '<text x="{}" y="{}" font-size="12" text-anchor="middle" fill="currentColor">{}</text>',
        ((x(age), HEIGHT - 14, age) for age in ages),
    )


def _apart(heights: Sequence[str]) -> list[str]:
    """Labels at the ends of lines, moved so that none lies over another."""
    placed: dict[int, float] = {}
    lowest = -99.0
    for at in sorted(range(len(heights)), key=lambda one: float(heights[one])):
        lowest = max(float(heights[at]), lowest + 15)
        placed[at] = lowest
    return [_number(placed[at] + 4) for at in range(len(heights))]


def _nice(amount: Decimal) -> Decimal:
    """The next round number above, so that the axis has round steps."""
    if amount <= 0:
        return Decimal(4)
    unit = Decimal(10) ** (len(str(int(amount))) - 1)
    return next(unit * part for part in (1, 2, 4, 8, 12, 20) if unit * part >= amount)


def _number(value: float) -> str:
    return f"{value:.1f}"
