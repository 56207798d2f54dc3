"""Durations and predecessors as people write them: ``5 Tage``, ``2 W``, ``3EA+5T``, ``2.1AA-50%``, ``4FS+2 edays``.

Conversion follows Microsoft Project's defaults: 8 hours a day, 40 a week, 160 a month; elapsed (German
"fortlaufend") units count calendar time: 24 hours a day.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from .values import Value, parse_decimal

LinkType = Literal["FS", "SS", "FF", "SF"]
HOURS_PER_DAY = Decimal(8)
_ELAPSED_HOURS_PER_DAY = Decimal(24)

_TYPES: dict[str, LinkType] = {
    # Microsoft Project in German and in English
    "EA": "FS",
    "AA": "SS",
    "EE": "FF",
    "AE": "SF",
    "FS": "FS",
    "SS": "SS",
    "FF": "FF",
    "SF": "SF",
    # Normalfolge, Anfangsfolge, Endfolge of DIN 69900 (its Sprungfolge is SF as well)
    "NF": "FS",
    "AF": "SS",
    "EF": "FF",
}
# Unit → (working hours, elapsed hours).
_MINUTE = (Decimal(1) / 60, Decimal(1) / 60)
_HOUR = (Decimal(1), Decimal(1))
_DAY = (Decimal(8), Decimal(24))
_WEEK = (Decimal(40), Decimal(168))
_MONTH = (Decimal(160), Decimal(720))
_UNITS: dict[str, tuple[Decimal, Decimal]] = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minuten", "minutes"), _MINUTE),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "s", "st", "std", "stunde", "stunden"), _HOUR),
    **dict.fromkeys(("t", "tg", "tag", "tage", "tagen", "d", "day", "days", "dy", "dys"), _DAY),
    **dict.fromkeys(("at", "pt", "mt", "arbeitstag", "arbeitstage", "personentage", "manntage"), _DAY),
    **dict.fromkeys(("w", "wo", "woche", "wochen", "wk", "wks", "week", "weeks", "kw"), _WEEK),
    **dict.fromkeys(("mo", "mon", "monat", "monate", "month", "months"), _MONTH),
}
_UNIT = r"[ef]?(?:" + "|".join(sorted(_UNITS, key=len, reverse=True)) + r")\.?"
_NUMBER = r"\d{1,9}(?:[.,]\d{1,6})?"
_DURATION = re.compile(rf"([+-]?[\d.,' ]+?)\s*({_UNIT})?\s*\??", re.IGNORECASE)
_TAIL = re.compile(
    rf"\s*(?:\(\s*({{types}})\s*\)|({{types}}))?\s*(?:([+-])\s*({_NUMBER})\s*(e?%|{_UNIT})?)?\s*".replace(
        "{types}", "|".join(_TYPES)
    ),
    re.IGNORECASE,
)
_DECIMAL_COMMA = re.compile(rf"([+-]\s*\d{{1,9}}),(\d{{1,6}}\s*(?:e?%|{_UNIT})(?![\w]))", re.IGNORECASE)
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}", re.ASCII)
_LONGEST_ITEM = 80


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in hours, working hours unless ``elapsed``; ``unit`` is empty where none was written."""

    hours: Decimal
    elapsed: bool
    unit: str

    @property
    def days(self) -> Decimal:
        return self.hours / (_ELAPSED_HOURS_PER_DAY if self.elapsed else HOURS_PER_DAY)


@dataclass(frozen=True, slots=True)
class Reference:
    """One predecessor as written. The lag is in ``days`` (calendar days if ``elapsed``) or in ``percent`` of the
    predecessor's duration.
    """

    task: str
    type: LinkType = "FS"
    days: Decimal = Decimal(0)
    percent: Decimal = Decimal(0)
    elapsed: bool = False


def parse_duration(value: Value, *, unit: str = "t") -> Duration:
    """A duration; a bare number counts in ``unit``.

    Raises:
        ValueError: no number, or an unknown unit. A negative number is returned as such.
    """
    if not isinstance(value, str):
        return _duration(parse_decimal(value), unit, "")
    found = _DURATION.fullmatch(" ".join(value.split()))
    if not found:
        raise ValueError(f"not a duration: {value!r}")
    written = (found[2] or "").rstrip(".").casefold()
    return _duration(parse_decimal(found[1].strip()), written or unit, written)


def _duration(number: Decimal, unit: str, written: str) -> Duration:
    elapsed = unit not in _UNITS
    factors = _UNITS[unit[1:] if elapsed else unit]
    return Duration(number * factors[elapsed], elapsed, written)


def unit_in_title(title: str) -> str | None:
    """The unit that a column title announces: "Dauer (Tage)", "Aufwand [PT]", "Dauer in Stunden"."""
    found = re.search(r"[(\[]\s*([A-Za-z]+)\.?\s*[)\]]|\bin\s+([A-Za-z]+)\.?\s*$", title)
    if found:
        unit = (found[1] or found[2]).casefold()
        return unit if unit in _UNITS else None
    bare = title.strip(" .").casefold()
    return bare if bare in _UNITS else None


def parse_predecessors(text: str, known: Container[str]) -> tuple[tuple[Reference, ...], tuple[str, ...]]:
    """The predecessors of a cell, and the parts that cannot be read.

    Parts are separated by semicolon, comma or line break; a comma inside a lag (``3EA+1,5T``) is a decimal comma
    if a unit follows. ``known`` holds the casefolded numbers of all tasks: with it ``4711-1`` is task "4711-1" if
    there is one, else task "4711" with one day of lead. A reference that is not known is returned as written.
    """
    references: list[Reference] = []
    unreadable: list[str] = []
    for part in re.split(r"[;,\n]", _DECIMAL_COMMA.sub(r"\1.\2", text)):
        item = " ".join(part.split())
        if not item:
            continue
        reference = _reference(item, known) if len(item) <= _LONGEST_ITEM else None
        if reference:
            references.append(reference)
        else:
            unreadable.append(item[:_LONGEST_ITEM])
    return tuple(references), tuple(unreadable)


def _reference(item: str, known: Container[str]) -> Reference | None:
    unknown: Reference | None = None
    for length in range(len(item), 0, -1):
        head = item[:length].rstrip(" .")
        tail = _TAIL.fullmatch(item, length)
        if not tail or not _REFERENCE.fullmatch(head):
            continue
        if head.casefold() in known:
            return _with_tail(head, tail)
        # Of the unknown readings the one with the shortest task number has the most of a link about it.
        unknown = _with_tail(head, tail)
    return unknown


def _with_tail(task: str, tail: re.Match[str]) -> Reference:
    type_ = _TYPES[(tail[1] or tail[2] or "EA").upper()]
    if tail[3] is None:
        return Reference(task, type_)
    number = Decimal(tail[3] + tail[4].replace(",", "."))
    unit = (tail[5] or "t").rstrip(".").casefold()
    if unit.endswith("%"):
        return Reference(task, type_, percent=number, elapsed=unit.startswith("e"))
    lag = _duration(number, unit, unit)
    return Reference(task, type_, lag.days, elapsed=lag.elapsed)
