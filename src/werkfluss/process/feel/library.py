"""Built-ins for numbers, lists and contexts (DMN 1.5, 10.3.4.4, 10.3.4.5, 10.3.4.9)."""

from __future__ import annotations

from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from functools import cmp_to_key
from typing import Any

from .arithmetic import NotDefined, whole
from .registry import Table
from .values import DECIMAL, Function, YearsMonths, equal, less, string

TABLE = Table()
builtin = TABLE.builtin
_MAX_KEYS = 50
_MAX_DISTINCT = 2_000  # every item is compared with every other

# Numbers


def _rounded(value: Decimal, scale: Decimal | None, how: str) -> Decimal:
    places = whole(scale or Decimal(0))
    exponent = value.as_tuple().exponent
    if not -6000 < places < 6000 or not isinstance(exponent, int):
        raise NotDefined(f"scale {places}")
    if -exponent <= places:
        return value  # nothing to round, and padding with zeros could exceed the precision
    return value.quantize(Decimal(1).scaleb(-places), how, DECIMAL)


@builtin("decimal", "n:n", "scale:n")
def _decimal(value: Decimal, scale: Decimal) -> Decimal:
    return _rounded(value, scale, ROUND_HALF_EVEN)


@builtin("floor", "n:n", "scale:n?")
def _floor(value: Decimal, scale: Decimal | None = None) -> Decimal:
    return _rounded(value, scale, ROUND_FLOOR)


@builtin("ceiling", "n:n", "scale:n?")
def _ceiling(value: Decimal, scale: Decimal | None = None) -> Decimal:
    return _rounded(value, scale, ROUND_CEILING)


@builtin("round up", "n:n", "scale:n")
def _round_up(value: Decimal, scale: Decimal) -> Decimal:
    return _rounded(value, scale, ROUND_UP)


@builtin("round down", "n:n", "scale:n")
def _round_down(value: Decimal, scale: Decimal) -> Decimal:
    return _rounded(value, scale, ROUND_DOWN)


@builtin("round half up", "n:n", "scale:n")
def _round_half_up(value: Decimal, scale: Decimal) -> Decimal:
    return _rounded(value, scale, ROUND_HALF_UP)


@builtin("round half down", "n:n", "scale:n")
def _round_half_down(value: Decimal, scale: Decimal) -> Decimal:
    return _rounded(value, scale, ROUND_HALF_DOWN)


@builtin("abs", "n:a")
def _abs(value: Any) -> Any:
    if isinstance(value, YearsMonths):
        return YearsMonths(abs(value.months))
    if isinstance(value, Decimal | timedelta):
        return abs(value)
    raise NotDefined("abs")


@builtin("modulo", "dividend:n", "divisor:n")
def _modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The result has the sign of the divisor."""
    quotient = DECIMAL.divide(dividend, divisor).to_integral_value(ROUND_FLOOR)
    return DECIMAL.subtract(dividend, DECIMAL.multiply(divisor, quotient))


@builtin("sqrt", "number:n")
def _sqrt(value: Decimal) -> Decimal:
    return DECIMAL.sqrt(value)


@builtin("log", "number:n")
def _log(value: Decimal) -> Decimal:
    if value <= 0:
        raise NotDefined(string(value))
    return DECIMAL.ln(value)


@builtin("exp", "number:n")
def _exp(value: Decimal) -> Decimal:
    return DECIMAL.exp(value)


@builtin("odd", "number:n")
def _odd(value: Decimal) -> bool:
    return _modulo(value, Decimal(2)) == 1


@builtin("even", "number:n")
def _even(value: Decimal) -> bool:
    return _modulo(value, Decimal(2)) == 0


# Lists


def _sum_of(items: list[Decimal]) -> Decimal:
    total = Decimal(0)
    for item in items:
        total = DECIMAL.add(total, item)
    return total


@builtin("count", "list:l")
def _count(items: list[Any]) -> Decimal:
    return Decimal(len(items))


@builtin("sum", "list:n", repeats=True)
def _sum(items: list[Decimal]) -> Decimal | None:
    return _sum_of(items) if items else None


@builtin("product", "list:n", repeats=True)
def _product(items: list[Decimal]) -> Decimal | None:
    total = Decimal(1)
    for item in items:
        total = DECIMAL.multiply(total, item)
    return total if items else None


@builtin("mean", "list:n", repeats=True)
def _mean(items: list[Decimal]) -> Decimal | None:
    return DECIMAL.divide(_sum_of(items), Decimal(len(items))) if items else None


@builtin("median", "list:n", repeats=True)
def _median(items: list[Decimal]) -> Decimal | None:
    if not items:
        return None
    ordered, half = sorted(items), len(items) // 2
    return ordered[half] if len(items) % 2 else DECIMAL.divide(ordered[half - 1] + ordered[half], Decimal(2))


@builtin("mode", "list:n", repeats=True)
def _mode(items: list[Decimal]) -> list[Decimal]:
    counts: dict[Decimal, int] = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(item for item, count in counts.items() if count == most)


@builtin("stddev", "list:n", repeats=True)
def _stddev(items: list[Decimal]) -> Decimal | None:
    if len(items) < 2:
        return None
    mean = DECIMAL.divide(_sum_of(items), Decimal(len(items)))
    squares = [DECIMAL.power(DECIMAL.subtract(item, mean), Decimal(2)) for item in items]
    return DECIMAL.sqrt(DECIMAL.divide(_sum_of(squares), Decimal(len(items) - 1)))


def _extreme(items: list[Any], *, largest: bool) -> Any:
    best = items[0] if items else None
    for item in items[1:]:
        smaller = less(item, best)
        if smaller is None:
            raise NotDefined("mixed types")
        if smaller is not largest and equal(item, best) is not True:
            best = item
    return best


@builtin("min", "list:a", repeats=True)
def _min(items: list[Any]) -> Any:
    return _extreme(items, largest=False)


@builtin("max", "list:a", repeats=True)
def _max(items: list[Any]) -> Any:
    return _extreme(items, largest=True)


@builtin("all", "list:a", repeats=True)
def _all(items: list[Any]) -> bool | None:
    if False in [item for item in items if isinstance(item, bool)]:
        return False
    return True if all(isinstance(item, bool) for item in items) else None


@builtin("any", "list:a", repeats=True)
def _any(items: list[Any]) -> bool | None:
    if True in [item for item in items if isinstance(item, bool)]:
        return True
    return False if all(isinstance(item, bool) for item in items) else None


@builtin("list contains", "list:l", "element:a")
def _list_contains(items: list[Any], element: Any) -> bool:
    return any(equal(item, element) is True for item in items)


@builtin("append", "list:l", "item:a*")
def _append(items: list[Any], more: list[Any]) -> list[Any]:
    return [*items, *more]


@builtin("concatenate", "list:a*")
def _concatenate(lists: list[Any]) -> list[Any]:
    return [item for part in lists for item in (part if isinstance(part, list) else [part])]


@builtin("union", "list:a*")
def _union(lists: list[Any]) -> list[Any]:
    return _distinct(_concatenate(lists))


@builtin("distinct values", "list:l")
def _distinct(items: list[Any]) -> list[Any]:
    if len(items) > _MAX_DISTINCT:
        raise NotDefined(f"more than {_MAX_DISTINCT} items")
    found: list[Any] = []
    for item in items:
        if not _list_contains(found, item):
            found.append(item)
    return found


@builtin("flatten", "list:l")
def _flatten(items: list[Any]) -> list[Any]:
    return [leaf for item in items for leaf in (_flatten(item) if isinstance(item, list) else [item])]


@builtin("reverse", "list:l")
def _reverse(items: list[Any]) -> list[Any]:
    return items[::-1]


def _position(items: list[Any], position: Decimal, beyond: int = 0) -> int:
    index = whole(position)
    if index != position or not 1 <= abs(index) <= len(items) + (beyond if index > 0 else 0):
        raise NotDefined(string(position))
    return index - 1 if index > 0 else len(items) + index


@builtin("sublist", "list:l", "start position:n", "length:n?")
def _sublist(items: list[Any], start: Decimal, length: Decimal | None = None) -> list[Any]:
    first = _position(items, start)
    return items[first:] if length is None else items[first : first + max(0, whole(length))]


@builtin("insert before", "list:l", "position:n", "newItem:a")
def _insert_before(items: list[Any], position: Decimal, item: Any) -> list[Any]:
    index = _position(items, position, beyond=1)
    return [*items[:index], item, *items[index:]]


@builtin("list replace", "list:l", "position/match:a", "newItem:a")
def _list_replace(items: list[Any], which: Any, item: Any) -> list[Any]:
    """At a position, or wherever the function ``match(item, newItem)`` says true."""
    if isinstance(which, Decimal):
        index = _position(items, which)
        return [*items[:index], item, *items[index + 1 :]]
    if isinstance(which, Function) and len(which.parameters) == 2:
        chosen = [which.call([old, item]) for old in items]
        if all(isinstance(choice, bool) for choice in chosen):
            return [item if choice else old for old, choice in zip(items, chosen, strict=True)]
    raise NotDefined("position")


@builtin("remove", "list:l", "position:n")
def _remove(items: list[Any], position: Decimal) -> list[Any]:
    index = _position(items, position)
    return [*items[:index], *items[index + 1 :]]


@builtin("index of", "list:l", "match:a")
def _index_of(items: list[Any], match: Any) -> list[Decimal]:
    return [Decimal(index) for index, item in enumerate(items, 1) if equal(item, match) is True]


@builtin("sort", "list:l", "precedes:f?")
def _sort(items: list[Any], precedes: Function | None = None) -> list[Any]:
    if precedes is not None and len(precedes.parameters) != 2:
        raise NotDefined("precedes")

    def before(left: Any, right: Any) -> bool:
        return (precedes.call([left, right]) if precedes else less(left, right)) is True

    return sorted(items, key=cmp_to_key(lambda a, b: -1 if before(a, b) else (1 if before(b, a) else 0)))


# Contexts


@builtin("get value", "m/context:c", "key/keys:a")
def _get_value(context: dict[str, Any], key: Any) -> Any:
    """``key`` is a name, or a list of names that lead into nested contexts."""
    found: Any = context
    for name in key if isinstance(key, list) else [key]:
        if not isinstance(name, str) or not isinstance(found, dict):
            raise NotDefined("key")
        found = found.get(name)
    return found


@builtin("get entries", "m/context:c")
def _get_entries(context: dict[str, Any]) -> list[Any]:
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context put", "context:c", "key/keys:a", "value:a")
def _context_put(context: dict[str, Any], key: Any, value: Any) -> dict[str, Any]:
    keys = key if isinstance(key, list) else [key]
    if not keys or len(keys) > _MAX_KEYS or not all(isinstance(name, str) for name in keys):
        raise NotDefined("key")
    first, *others = keys
    if others:
        inner = context.get(first)
        if not isinstance(inner, dict):
            raise NotDefined(first)
        value = _context_put(inner, others, value)
    return {**context, first: value}


@builtin("context merge", "contexts:l")
def _context_merge(contexts: list[Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for context in contexts:
        if not isinstance(context, dict):
            raise NotDefined("context")
        merged |= context
    return merged


@builtin("context", "entries:l")
def _context(entries: list[Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or entry["key"] in made:
            raise NotDefined("entries")
        made[entry["key"]] = entry.get("value")
    return made


@builtin("is defined", "value:a")
def _is_defined(value: Any) -> bool:
    return value is not None


@builtin("not", "negand:a")
def _not(value: Any) -> bool | None:
    return not value if isinstance(value, bool) else None
