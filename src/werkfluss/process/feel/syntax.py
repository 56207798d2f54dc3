"""The syntax tree of FEEL (DMN 1.5, chapter 10.3). ``at`` is the position in the expression."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from .types import Type


@dataclass(frozen=True, slots=True)
class Node:
    at: int

    def children(self) -> Iterator[Node]:
        for field in fields(self):
            yield from _nodes(getattr(self, field.name))


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _nodes(part)


def uses(node: Node, name: str) -> bool:
    """Whether ``name`` is read anywhere in the tree."""
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, Name) and current.name == name:
            return True
        pending.extend(current.children())
    return False


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """Operators of one precedence from left to right; flat, so that a long sum is not a deep tree."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """``and`` or ``or`` over all parts."""

    operator: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negate(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Test(Node):
    """One unary test: ``operator`` is a comparison, or empty for a value, range, list or expression.

    ``asks`` says that the operand uses ``?`` and so is a condition of its own.
    """

    operator: str
    operand: Node
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """One or more unary tests; without any, everything passes (``-``)."""

    tests: tuple[Node, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class In(Node):
    value: Node
    tests: Tests


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    value: Node
    type: Type


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Binding(Node):
    """``name in source`` or ``name in source..end``."""

    name: str
    source: Node
    end: Node | None


@dataclass(frozen=True, slots=True)
class For(Node):
    iterators: tuple[Binding, ...]
    result: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """``some`` or ``every``."""

    kind: str
    iterators: tuple[Binding, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    """``None`` at an end: ``(< 5)`` has no beginning."""

    low: Node | None
    high: Node | None
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class Path(Node):
    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: Node
    positional: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Lambda(Node):
    parameters: tuple[str, ...]
    types: tuple[Type | None, ...]
    body: Node
