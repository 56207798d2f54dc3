"""How people write numbers, dates, lists and countries in German (and English) files. Pure functions."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

# What a cell can hold once the file is read; text stays text until a field says what it means.
Value = str | int | float | Decimal | bool | date | datetime | None

# How "no value" is written in open-ended fields such as the end of a fixed term.
_NONE_WORDS = {"", "-", "–", "—", "/", "n/a", "n.a.", "k.a.", "keine", "keiner", "kein", "entfällt", "null", "none"}
_NONE_WORDS |= {"unbefristet", "offen", "unbegrenzt", "unlimited", "#n/a", "#nv"}
_YEARS = range(1800, 2201)
_OPEN_YEAR = 9999  # payroll programs write 31.12.9999 for "no end"
_EXCEL_EPOCH = date(1899, 12, 30)
_MONTHS = {"jan": 1, "feb": 2, "mär": 3, "mrz": 3, "mar": 3, "apr": 4, "mai": 5, "may": 5, "jun": 6, "jul": 7}
_MONTHS |= {"aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dez": 12, "dec": 12}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{1,2}:\d{2}.{0,20})?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:[ T]+\d{1,2}:\d{2}(?::\d{2})?)?", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})\.?[ -]+([A-Za-zÄÖÜäöü]{3,9})\.?[ -]+(\d{4}|\d{2})", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}([.,' \u00a0\u202f])\d{3}(\2\d{3})*)?([.,]\d+)?", re.ASCII)


def is_empty(value: Value) -> bool:
    return value is None or (isinstance(value, str) and value.strip().casefold() in _NONE_WORDS)


def text_of(value: Value) -> str:
    """A cell as a person would read it: whole numbers without ``.0``, dates in ISO form, one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(str(value).split())


def parse_decimal(value: Value) -> Decimal:
    """A number as German files write it: ``1.234,56``; also ``1,234.56``, ``1'234.56`` and plain ``1234.56``.

    One separator followed by exactly three digits is a thousands point where it is a point (``1.234`` = 1234)
    and a decimal comma where it is a comma (``1,234``), as German writing has it.

    Raises:
        ValueError: it is not one finite number.
    """
    if isinstance(value, bool) or value is None or isinstance(value, date):
        raise ValueError(f"not a number: {value!r}")
    if isinstance(value, int | Decimal | float):
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not number.is_finite():
            raise ValueError(f"not a number: {value!r}")
        return number
    text = value.strip().replace("\u2212", "-")
    found = _NUMBER.fullmatch(text)
    if not found or not any(c.isdigit() for c in text) or len(text) > 40:
        raise ValueError(f"not a number: {value!r}")
    whole, group, _, fraction = found.groups()
    if group == "," and fraction is None and whole.count(",") == 1:
        return Decimal(text.replace(",", "."))
    if group and fraction and fraction[0] == group:
        raise ValueError(f"not a number: {value!r}")
    if group is None and fraction and fraction[0] == "." and re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", text.lstrip("+-")):
        return Decimal(text.replace(".", ""))
    sign = "-" if text.startswith("-") else ""
    digits = re.sub(r"\D", "", whole or "0")
    return Decimal(f"{sign}{digits}.{fraction[1:] if fraction else '0'}").normalize() + 0


def parse_date(value: Value) -> date | None:
    """A day: ``31.12.2026``, ``31.12.26``, ``31/12/2026`` (day first), ``2026-12-31``, ``1. Sep. 2026``.

    Empty, "unbefristet" and the year 9999 mean no date. A bare number is a day only as Excel counts days.

    Raises:
        ValueError: it is no day of the years 1800 to 2200.
    """
    if value is None or is_empty(value):
        return None
    if isinstance(value, date):
        return _day(value.year, value.month, value.day)
    if isinstance(value, str):
        return _written_day(" ".join(value.split()))
    if isinstance(value, bool) or not 10_000 <= value <= 110_000:
        raise ValueError(f"not a date: {value!r}")
    return _EXCEL_EPOCH + timedelta(days=int(value))


def _written_day(text: str) -> date | None:
    if iso := _ISO.fullmatch(text):
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    if found := _DAY_FIRST.fullmatch(text):
        return _day(_full_year(found[4]), int(found[3]), int(found[1]))
    if (named := _NAMED.fullmatch(text)) and (month := _MONTHS.get(named[2][:3].casefold())):
        return _day(_full_year(named[3]), month, int(named[1]))
    raise ValueError(f"not a date: {text!r}")


def _day(year: int, month: int, day: int) -> date | None:
    if year == _OPEN_YEAR:
        return None
    if year not in _YEARS:
        raise ValueError(f"no plausible year: {year}")
    return date(year, month, day)


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return 2000 + year if year < 70 else 1900 + year


def split_list(value: Value) -> tuple[str, ...]:
    """The parts of a cell that lists several things, in order, without repeats.

    The strongest separator present wins (line break, semicolon, slash with blanks, comma), so that names such
    as "TCP/IP" survive.
    """
    if is_empty(value):
        return ()
    text = str(value).strip()
    for separator in (r"[\r\n]+", ";", r"\|", r"\s/\s", r",(?!\d)"):
        if re.search(separator, text):
            parts = [" ".join(part.split()) for part in re.split(separator, text)]
            return tuple(dict.fromkeys(part for part in parts if part))
    return (" ".join(text.split()),)


@cache
def _territories() -> dict[str, str]:
    from babel import Locale

    names: dict[str, str] = {}
    for language in ("en", "de"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}:
                names[name.casefold()] = code
                names[code.casefold()] = code
    # Number-plate codes and everyday short forms that CLDR does not have.
    return names | {"d": "DE", "a": "AT", "brd": "DE", "uk": "GB", "usa": "US", "holland": "NL", "england": "GB"}


def country_code(value: Value) -> str | None:
    """ISO 3166-1 alpha-2 of a country written in German or English, as code or number-plate letter; else None."""
    return None if is_empty(value) else _territories().get(" ".join(str(value).split()).casefold())


def decimal_text(number: Decimal | None) -> str | None:
    """The form of the command line: plain digits with a point, no trailing zeros."""
    if number is None:
        return None
    plain = format(number, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
