"""Built-ins for strings, and conversions."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from .arithmetic import NotDefined
from .registry import Table
from .values import DECIMAL, string

TABLE = Table()
builtin = TABLE.builtin
_MAX_WORK = 10_000_000
_MAX_TEXT = 1_000_000
_FLAGS = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE, "x": re.VERBOSE}


@builtin("string", "from:a")
def _string(value: Any) -> str | None:
    return None if value is None else string(value)


@builtin("number", "from:s", "grouping separator:s?", "decimal separator:s?")
def _number(text: str, grouping: str | None = None, decimal: str | None = None) -> Decimal:
    if grouping not in (None, " ", ",", ".") or decimal not in (None, ",", ".") or (grouping and grouping == decimal):
        raise NotDefined("separator")
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(decimal, ".") if decimal else plain
    if not re.fullmatch(r"-?(\d{1,400}(\.\d{0,400})?|\.\d{1,400})([eE][+-]?\d{1,4})?", plain):
        raise NotDefined(text[:40])
    return DECIMAL.create_decimal(plain)


@builtin("string length", "string:s")
def _length(text: str) -> Decimal:
    return Decimal(len(text))


@builtin("upper case", "string:s")
def _upper(text: str) -> str:
    return text.upper()


@builtin("lower case", "string:s")
def _lower(text: str) -> str:
    return text.lower()


@builtin("trim", "string:s")
def _trim(text: str) -> str:
    return text.strip()


@builtin("substring", "string:s", "start position:n", "length:n?")
def _substring(text: str, start: Decimal, length: Decimal | None = None) -> str:
    """The first character is 1, the last -1."""
    position = int(start)
    if position == 0 or abs(position) > len(text):
        raise NotDefined(string(start))
    first = position - 1 if position > 0 else len(text) + position
    return text[first:] if length is None else text[first : first + max(0, int(length))]


@builtin("substring before", "string:s", "match:s")
def _before(text: str, match: str) -> str:
    head, found, _ = text.partition(match) if match else ("", "", "")
    return head if found else ""


@builtin("substring after", "string:s", "match:s")
def _after(text: str, match: str) -> str:
    if not match:
        return text
    return text.partition(match)[2]


@builtin("contains", "string:s", "match:s")
def _contains(text: str, match: str) -> bool:
    return match in text


@builtin("starts with", "string:s", "match:s")
def _starts_with(text: str, match: str) -> bool:
    return text.startswith(match)


@builtin("ends with", "string:s", "match:s")
def _ends_with(text: str, match: str) -> bool:
    return text.endswith(match)


@builtin("string join", "list:l", "delimiter:s?")
def _join(items: list[Any], delimiter: str | None = None) -> str:
    if not all(item is None or isinstance(item, str) for item in items):
        raise NotDefined("list of strings")
    strings = [item for item in items if item is not None]
    if sum(map(len, strings)) + len(strings) * len(delimiter or "") > _MAX_TEXT:
        raise NotDefined(f"more than {_MAX_TEXT} characters")
    return (delimiter or "").join(strings)


def _pattern(pattern: str, flags: str, text: str) -> re.Pattern[str]:
    """A regular expression that cannot run away.

    Python's matcher backtracks. So a repeated group may hold neither repetition nor alternative, and the number of
    repetitions bounds the length of the text: the worst case is about length to the power of repetitions plus one.
    """
    plain = re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]", "c", pattern)
    if re.search(r"\\\d", pattern) or re.search(r"\(\?", plain):
        raise NotDefined("back references and look-around")
    for group in re.finditer(r"\(([^()]*)\)(?=[*+{])", plain):
        if re.search(r"[*+?{|]", group[1]):
            raise NotDefined("a repetition inside a repetition")
    if re.search(r"\)\)[*+{]|\)[^()]*\)[*+{]", plain):
        raise NotDefined("a repetition of nested groups")
    repetitions = len(re.findall(r"[*+{]", plain))
    optional = plain.count("?") + plain.count("|")
    if (len(text) + 1) ** (repetitions + 1) * 2 ** min(optional, 64) > _MAX_WORK:
        raise NotDefined("too much work for this text")
    if any(flag not in _FLAGS for flag in flags):
        raise NotDefined(f"flags {flags}")
    combined = 0
    for flag in flags:
        combined |= _FLAGS[flag]
    try:
        return re.compile(pattern, combined)
    except (re.error, OverflowError, RecursionError) as error:
        raise NotDefined(str(error)) from None


@builtin("matches", "input:s", "pattern:s", "flags:s?")
def _matches(text: str, pattern: str, flags: str | None = None) -> bool:
    return _pattern(pattern, flags or "", text).search(text) is not None


@builtin("replace", "input:s", "pattern:s", "replacement:s", "flags:s?")
def _replace(text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    """``$1`` in the replacement is the first group."""
    compiled = _pattern(pattern, flags or "", text)
    if (len(text) + 1) * (len(replacement) + replacement.count("$") * len(text)) > _MAX_TEXT:
        raise NotDefined("too much work for this text")
    python = re.sub(r"\$(\d)", r"\\g<\1>", replacement.replace("\\", "\\\\"))
    try:
        return compiled.sub(python, text)
    except (re.error, IndexError) as error:
        raise NotDefined(str(error)) from None


@builtin("split", "string:s", "delimiter:s")
def _split(text: str, delimiter: str) -> list[str]:
    if not delimiter:
        raise NotDefined("delimiter")
    return _pattern(delimiter, "", text).split(text)
