"""Durations as people write them (“5 Tage”), as the file keeps them (ISO 8601), and when they would be over."""

from __future__ import annotations

import re
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from werkfluss.kernel import clock
from werkfluss.process.feel import FeelError, parse_expression
from werkfluss.process.model import EventKind, Timer, Trigger
from werkfluss.process.timing import due_of, is_valid

# German and English words of each unit, by the letter of ISO 8601; minutes stand behind the T.
_UNITS = {
    "Y": ("jahr", "jahre", "jahren", "year", "years"),
    "M": ("monat", "monate", "monaten", "month", "months"),
    "W": ("woche", "wochen", "week", "weeks", "wo"),
    "D": ("tag", "tage", "tagen", "day", "days", "d", "t"),
    "TH": ("stunde", "stunden", "std", "h", "hour", "hours"),
    "TM": ("minute", "minuten", "min", "minutes"),
}
_WORD = {word: unit for unit, words in _UNITS.items() for word in words}
_PAIR = re.compile(r"(\d{1,5})\s*([a-zäöü]+)\.?,?\s*(?:und |and )?")
_ISO = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")


def as_iso(text: str) -> str:
    """The duration that words mean; what is no such words comes back as it is."""
    text = text.strip()
    rest, parts = text.lower(), dict.fromkeys(_UNITS, 0)
    while found := _PAIR.match(rest):
        unit = _WORD.get(found[2])
        if unit is None:
            return text
        parts[unit] += int(found[1])
        rest = rest[found.end() :]
    if rest or not any(parts.values()):
        return text
    day = "".join(f"{parts[unit]}{unit}" for unit in "YMWD" if parts[unit])
    clock_time = "".join(f"{parts[unit]}{unit[1]}" for unit in ("TH", "TM") if parts[unit])
    return f"P{day}" + (f"T{clock_time}" if clock_time else "")


def as_words(iso: str) -> str:
    """A duration in the language of the page; anything else as it is."""
    found = _ISO.fullmatch(iso)
    if found is None or not any(found.groups()):
        return iso
    years, months, weeks, days, hours, minutes = (int(part or 0) for part in found.groups())
    said = [
        ngettext("%(n)d year", "%(n)d years", years) % {"n": years} if years else "",
        ngettext("%(n)d month", "%(n)d months", months) % {"n": months} if months else "",
        ngettext("%(n)d week", "%(n)d weeks", weeks) % {"n": weeks} if weeks else "",
        ngettext("%(n)d day", "%(n)d days", days) % {"n": days} if days else "",
        ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours} if hours else "",
        ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes} if minutes else "",
    ]
    return " ".join(part for part in said if part)


def time_fault(timer: Timer) -> str:
    """Why a time cannot be used, in words; empty if it can."""
    text = timer.expression
    if text.startswith("="):
        return feel_fault(text[1:])
    if is_valid(timer):
        return ""
    examples = {
        "duration": _("For example “5 days”, “2 weeks”, P6W, or FEEL after “=”."),
        "date": _("For example 2027-01-04, 2027-01-04T09:00, or FEEL after “=”."),
        "cycle": _("For example R3/P1W: three times, every week."),
    }
    return _("This time cannot be read.") + " " + examples[timer.kind]


def feel_fault(text: str) -> str:
    """Why a FEEL expression cannot be read; empty if it can."""
    try:
        parse_expression(text.removeprefix("="))
    except FeelError as error:
        return str(error)
    return ""


def preview(timer: Timer, now: datetime) -> str:
    """When a time would come if it began to run now: “4.1.2027, 14:20”; empty if that depends on the case."""
    due, times = due_of(Trigger(EventKind.TIMER, timer=timer), now, clock.FIRM_ZONE, {})
    if due is None:
        return ""
    said = formats.date_format(timezone.localtime(due), "DATETIME_FORMAT")
    if times > 1:
        return _("first on %(when)s, %(times)d times") % {"when": said, "times": times}
    return said
