"""Built-ins that compare points and ranges (DMN 1.5, 10.3.4.10, table 78), and the conversion ``range``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import temporal
from .arithmetic import NotDefined
from .registry import Table
from .values import Range, equal, less

TABLE = Table()
builtin = TABLE.builtin


def _same(left: Any, right: Any) -> bool:
    return left is not None and equal(left, right) is True


def _below(left: Any, right: Any, *, or_equal: bool = False) -> bool:
    """``left < right`` of two ends that are there; null operands of different types make the whole function null."""
    answer = less(left, right, or_equal=or_equal)
    if answer is None:
        raise NotDefined("the ends do not compare")
    return answer


def _starts_first(a: Range, b: Range, *, or_same: bool) -> bool:
    """Whether ``a`` begins before ``b``, or at the same point if ``or_same``. No beginning is before every other."""
    if a.low is None or b.low is None:
        return a.low is None and (or_same or b.low is not None)
    if _same(a.low, b.low):
        return or_same if a.low_included == b.low_included else a.low_included
    return _below(a.low, b.low)


def _ends_last(a: Range, b: Range, *, or_same: bool) -> bool:
    if a.high is None or b.high is None:
        return a.high is None and (or_same or b.high is not None)
    if _same(a.high, b.high):
        return or_same if a.high_included == b.high_included else a.high_included
    return _below(b.high, a.high)


def _as_range(value: Any) -> Range:
    if value is None:
        raise NotDefined("Null")
    return value if isinstance(value, Range) else Range(value, value, True, True)


def _before_(a: Range, b: Range) -> bool:
    if a.high is None or b.low is None:
        return False
    return _below(a.high, b.low, or_equal=not (a.high_included and b.low_included))


@builtin("before", "a:a", "b:a")
def _before(left: Any, right: Any) -> bool:
    return _before_(_as_range(left), _as_range(right))


@builtin("after", "a:a", "b:a")
def _after(left: Any, right: Any) -> bool:
    return _before_(_as_range(right), _as_range(left))


@builtin("meets", "range1:r", "range2:r")
def _meets(a: Range, b: Range) -> bool:
    return a.high_included and b.low_included and _same(a.high, b.low)


@builtin("met by", "range1:r", "range2:r")
def _met_by(a: Range, b: Range) -> bool:
    return _meets(b, a)


@builtin("overlaps", "range1:r", "range2:r")
def _overlaps(a: Range, b: Range) -> bool:
    return not _before_(a, b) and not _before_(b, a)


@builtin("overlaps before", "range1:r", "range2:r")
def _overlaps_before(a: Range, b: Range) -> bool:
    return _starts_first(a, b, or_same=False) and _ends_last(b, a, or_same=True) and _overlaps(a, b)


@builtin("overlaps after", "range1:r", "range2:r")
def _overlaps_after(a: Range, b: Range) -> bool:
    return _starts_first(b, a, or_same=False) and _ends_last(a, b, or_same=True) and _overlaps(a, b)


@builtin("includes", "range:r", "point:a")
def _includes(span: Range, point: Any) -> bool:
    inner = _as_range(point)
    return _starts_first(span, inner, or_same=True) and _ends_last(span, inner, or_same=True)


@builtin("during", "point:a", "range:r")
def _during(point: Any, span: Range) -> bool:
    return _includes(span, point)


@builtin("starts", "point:a", "range:r")
def _starts(point: Any, span: Range) -> bool:
    inner = _as_range(point)
    same = _same(inner.low, span.low) and inner.low_included == span.low_included
    return same and _ends_last(span, inner, or_same=True)


@builtin("started by", "range:r", "point:a")
def _started_by(span: Range, point: Any) -> bool:
    return _starts(point, span)


@builtin("finishes", "point:a", "range:r")
def _finishes(point: Any, span: Range) -> bool:
    inner = _as_range(point)
    same = _same(inner.high, span.high) and inner.high_included == span.high_included
    return same and _starts_first(span, inner, or_same=True)


@builtin("finished by", "range:r", "point:a")
def _finished_by(span: Range, point: Any) -> bool:
    return _finishes(point, span)


@builtin("coincides", "a:a", "b:a")
def _coincides(left: Any, right: Any) -> bool:
    if left is None or right is None or isinstance(left, Range) is not isinstance(right, Range):
        raise NotDefined("two points or two ranges")
    answer = equal(left, right)
    if answer is None:
        raise NotDefined("the points do not compare")
    return answer


_LITERALS: tuple[Callable[[str], Any], ...] = (temporal.quoted, temporal.number, temporal.called, temporal.literal)


def _end(text: str) -> Any:
    if not text:
        return None
    for reader in _LITERALS:
        try:
            return reader(text)
        except NotDefined:
            continue
    raise NotDefined(text)


@builtin("range", "from:s")
def _range(text: str) -> Range:
    """``[18..21)`` or ``(..5]`` as a text: literals only, no names."""
    plain = text.strip()
    if len(plain) < 4 or plain[0] not in "[(]" or plain[-1] not in "])[" or plain.count("..") != 1:
        raise NotDefined(text)
    low_text, high_text = (part.strip() for part in plain[1:-1].split(".."))
    low, high = _end(low_text), _end(high_text)
    if low is None and high is None:
        raise NotDefined(text)
    low_included, high_included = plain[0] == "[", plain[-1] == "]"
    if (low is None and low_included) or (high is None and high_included):
        raise NotDefined(text)
    if low is not None and high is not None and not _below(low, high, or_equal=True):
        raise NotDefined(text)
    return Range(low, high, low_included, high_included)
