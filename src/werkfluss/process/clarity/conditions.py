"""Which branches a decision can never take, by simple intervals of its FEEL conditions.

A condition is read as alternatives (``or``) of boxes (``and``): per name an interval of numbers or one value. What is
not understood constrains nothing, so a branch is called dead only where that is certain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from werkfluss.process.feel import FeelError, parse_expression
from werkfluss.process.feel.syntax import Between, Compare, Literal, Logic, Name, Negate, Node, Path

_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
_MAX_BOXES = 32


@dataclass(frozen=True, slots=True)
class Interval:
    low: Decimal = Decimal("-Infinity")
    high: Decimal = Decimal("Infinity")
    low_open: bool = True
    high_open: bool = True

    def __and__(self, other: Interval) -> Interval:
        low, low_open = max((self.low, self.low_open), (other.low, other.low_open))
        high, high_closed = min((self.high, not self.high_open), (other.high, not other.high_open))
        return Interval(low, high, low_open, not high_closed)

    @property
    def empty(self) -> bool:
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def within(self, other: Interval) -> bool:
        return self & other == self


@dataclass(frozen=True, slots=True)
class Box:
    """``exact``: the box says all that the condition says."""

    numbers: Mapping[str, Interval] = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)
    exact: bool = True
    empty: bool = False

    def __and__(self, other: Box) -> Box:
        numbers = dict(self.numbers)
        for name, interval in other.numbers.items():
            numbers[name] = numbers[name] & interval if name in numbers else interval
        values = {**self.values, **other.values}
        clash = any(self.values.get(name, value) != value for name, value in other.values.items())
        empty = self.empty or other.empty or clash or any(one.empty for one in numbers.values())
        return Box(numbers, values, self.exact and other.exact, empty or bool(numbers.keys() & values.keys()))

    def within(self, other: Box) -> bool:
        """Whether everything in this box certainly lies in the other."""
        return (
            other.exact
            and all(name in self.numbers and self.numbers[name].within(i) for name, i in other.numbers.items())
            and all(name in self.values and self.values[name] == value for name, value in other.values.items())
        )


_UNKNOWN = Box(exact=False)


def _key(node: Node) -> str:
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Path) and (source := _key(node.source)):
        return f"{source}.{node.name}"
    return ""


def _number(node: Node) -> Decimal | None:
    if isinstance(node, Negate) and (inner := _number(node.operand)) is not None:
        return -inner
    if isinstance(node, Literal) and not isinstance(node.value, bool) and isinstance(node.value, int | Decimal):
        return Decimal(node.value)
    return None


def _interval(operator: str, number: Decimal) -> Interval | None:
    return {
        "<": Interval(high=number),
        "<=": Interval(high=number, high_open=False),
        ">": Interval(low=number),
        ">=": Interval(low=number, low_open=False),
        "=": Interval(number, number, low_open=False, high_open=False),
    }.get(operator)


def _comparison(node: Compare) -> Box:
    name, operator, other = _key(node.left), node.operator, node.right
    if not name:
        name, operator, other = _key(node.right), _MIRRORED.get(node.operator, ""), node.left
    if not name:
        return _UNKNOWN
    if (number := _number(other)) is not None:
        interval = _interval(operator, number)
        return _UNKNOWN if interval is None else Box({name: interval})
    if operator == "=" and isinstance(other, Literal) and isinstance(other.value, str | bool):
        return Box(values={name: other.value})
    return _UNKNOWN


def _boxes(node: Node) -> list[Box]:
    if isinstance(node, Literal) and isinstance(node.value, bool):
        return [Box(empty=not node.value)]
    if isinstance(node, Name | Path):
        return [Box(values={_key(node): True})] if _key(node) else [_UNKNOWN]
    if isinstance(node, Compare):
        return [_comparison(node)]
    if isinstance(node, Between) and (name := _key(node.value)):
        low, high = _number(node.low), _number(node.high)
        if low is not None and high is not None:
            between = Interval(low, high, low_open=False, high_open=False)
            return [Box({name: between}, empty=between.empty)]
    if isinstance(node, Logic) and node.operator == "or":
        found = [box for part in node.parts for box in _boxes(part)]
        return found if len(found) <= _MAX_BOXES else [_UNKNOWN]
    if isinstance(node, Logic):
        product = [Box()]
        for part in node.parts:
            product = [one & other for one in product for other in _boxes(part)]
            if len(product) > _MAX_BOXES:
                return [_UNKNOWN]
        return product
    return [_UNKNOWN]


def dead_branches(conditions: Sequence[str]) -> Iterator[int]:
    """The positions of conditions that never hold, or only where an earlier one holds already.

    ``conditions`` are FEEL in the order in which they are asked; what cannot be parsed is passed over.
    """
    earlier: list[Box] = []
    for index, text in enumerate(conditions):
        try:
            boxes = [box for box in _boxes(parse_expression(text.removeprefix("="))) if not box.empty]
        except FeelError:
            continue
        if all(any(box.within(one) for one in earlier) for box in boxes):
            yield index
        earlier += boxes
