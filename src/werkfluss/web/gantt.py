"""Geometry of the plan: rows of bars on a time axis, in pixels. Draws nothing and knows no database.

The scale is a number of pixels per day; every bar keeps a width that can be hit (24 px, WCAG 2.2, 2.5.8).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

Zoom = Literal["day", "week", "month"]
SCALES: dict[str, float] = {"day": 40.0, "week": 13.0, "month": 4.5}
LANE, HEAD, PAD = 28, 48, 4
_LEAST_WIDTH = 24.0
_GAP = 6.0
_LETTER = 6.3  # mean width of a letter at 11.5 px
_SATURDAY = 5
_ALL, _MUCH = 100, 80
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """One task in a row; ``kind`` gives its look, ``text`` stands in it, ``data`` is what the template links to."""

    start: datetime
    end: datetime
    text: str
    kind: str
    data: Any = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A bar with its place. ``y`` is the top of its lane; ``room`` is the width that its text may take."""

    bar: Bar
    x: float
    y: float
    width: float
    height: int = LANE - 2 * PAD
    room: float = 0.0

    @property
    def text_x(self) -> float:
        """Where the text begins: inside the bar if it fits, else behind it."""
        fits = len(self.bar.text) * _LETTER + 2 * _GAP <= self.width
        return _GAP if fits else self.width + _GAP


@dataclass(slots=True)
class Row:
    """A line of the chart: a heading without bars, a resource or a task."""

    label: str
    note: str = ""
    link: str = ""
    heading: bool = False
    level: int = 0
    bars: list[Bar] = field(default_factory=list)
    away: list[tuple[datetime, datetime]] = field(default_factory=list)
    load: list[tuple[date, int]] = field(default_factory=list)
    y: int = 0
    height: int = LANE
    drawn: list[Drawn] = field(default_factory=list)
    grey: list[tuple[float, float]] = field(default_factory=list)
    loads: list[tuple[float, float, float, int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the time axis."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything the template needs; lengths in pixels."""

    rows: Sequence[Row]
    width: float
    height: int
    upper: Sequence[tuple[Mark, date]]
    lower: Sequence[tuple[Mark, date]]
    free_days: Sequence[Mark]
    today: float | None
    head: int = HEAD


def draw(
    rows: Iterable[Row],
    *,
    first: date,
    last: date,
    today: date,
    zone: ZoneInfo,
    zoom: Zoom,
    holidays: Iterable[date] = (),
) -> Chart:
    """Place all rows between two days (both shown). Bars of one row that overlap get lanes of their own."""
    scale = SCALES[zoom]
    axis = _Axis(first, last, zone, scale)
    placed = list(rows)
    y = HEAD
    for row in placed:
        row.y = y
        _place(row, axis)
        y += row.height
    free = set(holidays) | {day for day in axis.days() if day.weekday() >= _SATURDAY}
    return Chart(
        rows=placed,
        width=axis.width,
        height=y,
        upper=_upper(axis),
        lower=_lower(axis, zoom),
        free_days=[Mark(axis.of_day(day), scale) for day in sorted(free) if first <= day <= last]
        if zoom != "month"
        else [],
        today=axis.of_day(today) if first <= today <= last else None,
    )


@dataclass(frozen=True, slots=True)
class _Axis:
    first: date
    last: date
    zone: ZoneInfo
    scale: float

    @property
    def width(self) -> float:
        return ((self.last - self.first).days + 1) * self.scale

    def days(self) -> Iterable[date]:
        return (self.first + _DAY * offset for offset in range((self.last - self.first).days + 1))

    def of_day(self, day: date) -> float:
        return (day - self.first).days * self.scale

    def of(self, instant: datetime) -> float:
        local = instant.astimezone(self.zone)
        share = (local.hour * 60 + local.minute) / 1440
        return min(max(self.of_day(local.date()) + share * self.scale, 0.0), self.width)


def _place(row: Row, axis: _Axis) -> None:
    lanes: list[float] = []
    spots: list[tuple[Bar, float, float, int]] = []
    for bar in sorted(row.bars, key=lambda one: (one.start, one.end)):
        x = axis.of(bar.start)
        width = max(axis.of(bar.end) - x, _LEAST_WIDTH)
        lane = next((index for index, end in enumerate(lanes) if end <= x), len(lanes))
        if lane == len(lanes):
            lanes.append(0.0)
        lanes[lane] = x + width
        spots.append((bar, x, width, lane))
    base = 6 if row.load else 0
    row.height = max(1, len(lanes)) * LANE + base
    row.drawn = [
        Drawn(bar, round(x, 1), row.y + lane * LANE + PAD, round(width, 1), room=_room(spots, x, width, lane, axis))
        for bar, x, width, lane in spots
    ]
    row.grey = [
        (round(axis.of(a), 1), round(axis.of(b) - axis.of(a), 1)) for a, b in row.away if axis.of(b) > axis.of(a)
    ]
    row.loads = [
        (
            round(max(axis.of_day(monday), 0) + 1, 1),
            row.y + row.height - 6,
            round(7 * axis.scale - 2, 1),
            percent,
            _load_word(percent),
        )
        for monday, percent in row.load
        if percent and monday + 7 * _DAY > axis.first and monday <= axis.last
    ]


def _room(spots: list[tuple[Bar, float, float, int]], x: float, width: float, lane: int, axis: _Axis) -> float:
    """How far the text of a bar may run: to the next bar of its lane."""
    following = [other for _, other, _, at in spots if at == lane and other > x]
    return round(max(min(following, default=axis.width) - x - _GAP, width), 1)


def _load_word(percent: int) -> str:
    if percent > _ALL:
        return "over"
    return "full" if percent > _MUCH else "some"


def _upper(axis: _Axis) -> list[tuple[Mark, date]]:
    """Months."""
    starts = [day for day in axis.days() if day.day == 1 or day == axis.first]
    return _marks(axis, starts)


def _lower(axis: _Axis, zoom: Zoom) -> list[tuple[Mark, date]]:
    """Days in the day view, else calendar weeks."""
    if zoom == "day":
        return _marks(axis, list(axis.days()))
    starts = [day for day in axis.days() if day.weekday() == 0]
    if zoom == "month":
        starts = starts[::4]
    return _marks(axis, starts)


def _marks(axis: _Axis, starts: list[date]) -> list[tuple[Mark, date]]:
    ends = [*starts[1:], axis.last + _DAY]
    return [
        (Mark(axis.of_day(start), (end - start).days * axis.scale), start)
        for start, end in zip(starts, ends, strict=True)
    ]
