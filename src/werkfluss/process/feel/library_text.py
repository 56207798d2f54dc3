"""Built-ins for strings, and conversions."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from .arithmetic import NotDefined, whole
from .regex import Program, compiled
from .regex_run import Matcher
from .registry import Table
from .values import DECIMAL, string

TABLE = Table()
builtin = TABLE.builtin
_MAX_TEXT = 1_000_000


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
    position = whole(start)
    if position == 0 or abs(position) > len(text):
        raise NotDefined(string(start))
    first = position - 1 if position > 0 else len(text) + position
    return text[first:] if length is None else text[first : first + max(0, whole(length))]


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


@builtin("matches", "input:s", "pattern:s", "flags:s?")
def _matches(text: str, pattern: str, flags: str | None = None) -> bool:
    return Matcher(compiled(pattern, flags or ""), text).search() is not None


def _never_empty(pattern: str, flags: str) -> Program:
    """A pattern that does not match the empty text, as ``replace`` and ``split`` demand (XPath 3.1, FORX0003)."""
    program = compiled(pattern, flags)
    if Matcher(program, "").search() is not None:
        raise NotDefined("the pattern matches the empty text")
    return program


@builtin("replace", "input:s", "pattern:s", "replacement:s", "flags:s?")
def _replace(text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    """``$1`` in the replacement is the first group, ``$0`` the whole match."""
    program = _never_empty(pattern, flags or "")
    template = _template(replacement, program.groups, plain="q" in (flags or ""))
    pieces: list[str] = []
    last = size = 0
    for found in Matcher(program, text).all():
        groups = [text[found[2 * i] : found[2 * i + 1]] if found[2 * i] >= 0 else "" for i in range(program.groups + 1)]
        new = "".join(part if isinstance(part, str) else groups[part] for part in template)
        pieces += (text[last : found[0]], new)
        last = found[1]
        size += len(new)
        if size > _MAX_TEXT:
            raise NotDefined(f"more than {_MAX_TEXT} characters")
    return "".join(pieces) + text[last:]


def _template(replacement: str, groups: int, *, plain: bool) -> list[str | int]:
    """The pieces of a replacement: texts and numbers of groups (XPath 3.1, 5.6.4)."""
    if plain:
        return [replacement]
    pieces: list[str | int] = []
    position = 0
    while position < len(replacement):
        char = replacement[position]
        following = replacement[position + 1 : position + 2]
        if char == "\\":
            if following not in ("\\", "$"):
                raise NotDefined("replacement")
            pieces.append(following)
            position += 2
        elif char == "$":
            if not following or following not in "0123456789":
                raise NotDefined("replacement")
            number, position = int(following), position + 2
            # As many digits as still name a group.
            while position < len(replacement) and replacement[position] in "0123456789":
                longer = number * 10 + int(replacement[position])
                if longer > groups:
                    break
                number, position = longer, position + 1
            pieces.append(number if number <= groups else "")
        else:
            pieces.append(char)
            position += 1
    return pieces


@builtin("split", "string:s", "delimiter:s")
def _split(text: str, delimiter: str) -> list[str]:
    parts: list[str] = []
    last = 0
    for found in Matcher(_never_empty(delimiter, ""), text).all():
        parts.append(text[last : found[0]])
        last = found[1]
    return [*parts, text[last:]]
