"""What a decision asks for and gives, field by field: enough to draw a form for it, and to read one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from werkfluss.process.feel import FeelError
from werkfluss.process.feel import syntax as s
from werkfluss.process.feel.parser import parse_expression, parse_unary_tests

from . import model as m
from .walking import expressions

_KINDS = {
    "number": "number",
    "string": "string",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "date and time": "moment",
    "days and time duration": "duration",
    "years and months duration": "duration",
}
_MAX_DEPTH = 4
_MAX_FIELDS = 60


@dataclass(frozen=True, slots=True)
class Field:
    """``path`` leads to the value: the name of the input, then of its parts; empty for the result as a whole.

    ``kind``: number, string, boolean, date, time, moment, duration, choice (one of ``choices``, texts) or feel, where
    only an expression can say it: lists and types that are not known.
    """

    path: tuple[str, ...]
    kind: str
    type_ref: str = ""
    choices: tuple[str, ...] = ()
    label: str = ""

    @property
    def name(self) -> str:
        return self.label or " · ".join(self.path)


def needed_by(model: m.Model, decision: str) -> tuple[set[str], set[str]]:
    """The ids of the decisions (itself included) and of the input data on which a decision rests."""
    decisions: set[str] = set()
    inputs: set[str] = set()
    pending = [decision]
    while pending:
        one = model.decisions.get(pending.pop())
        if one is not None and one.id not in decisions:
            decisions.add(one.id)
            inputs |= set(one.requires.inputs)
            pending += one.requires.decisions
    return decisions, inputs


def input_fields(model: m.Model, decision: str) -> tuple[Field, ...]:
    """What has to be known for the decision with this id, in the order of the file."""
    decisions, inputs = needed_by(model, decision)
    allowed = _allowed(model, decisions)
    found = [
        field
        for item in model.inputs.values()
        if item.id in inputs
        for field in _of_type(model, (item.name,), item.type_ref, allowed.get(item.name, ""))
    ]
    return tuple(_unique([*found, *_undeclared(model, decisions)]))[:_MAX_FIELDS]


def _allowed(model: m.Model, decisions: set[str]) -> dict[str, str]:
    """What the columns of tables let through, by the name they look at; only where all of them say the same."""
    own = {model.decisions[id_].name for id_ in decisions}
    found: dict[str, set[str]] = {}
    for box in expressions(model):
        for clause in box.inputs if isinstance(box, m.DecisionTable) and box.where in own else ():
            found.setdefault(clause.expression.text, set()).add(clause.allowed)
    return {name: min(said) for name, said in found.items() if len(said) == 1}


def output_fields(model: m.Model, decision: str) -> tuple[Field, ...]:
    """What the decision with this id gives."""
    one = model.decisions[decision]
    table = one.expression
    if not isinstance(table, m.DecisionTable):
        return tuple(_of_type(model, (), one.type_ref))
    if table.aggregation is not None:
        return (Field((), "number", "number"),)
    if table.hit_policy.several:
        return (Field((), "feel", "list"),)
    if len(table.outputs) == 1:
        clause = table.outputs[0]
        return tuple(_of_type(model, (), clause.type_ref or one.type_ref, clause.allowed))
    return tuple(
        replace(field, label=clause.label if len(field.path) == 1 else "")
        for clause in table.outputs
        for field in _of_type(model, (clause.name or clause.label,), clause.type_ref, clause.allowed)
    )


def assembled(values: Mapping[tuple[str, ...], Any]) -> Any:
    """The values of fields as one: an object of objects, or the value itself for the empty path."""
    if () in values:
        return values[()]
    whole: dict[str, Any] = {}
    for path, value in values.items():
        place = whole
        for name in path[:-1]:
            place = place.setdefault(name, {})
        place[path[-1]] = value
    return whole


def value_at(data: Any, path: tuple[str, ...]) -> Any:
    """The value of a field in what ``assembled`` has made; ``None`` if it is not there."""
    for name in path:
        data = data.get(name) if isinstance(data, Mapping) else None
    return data


def _unique(fields: list[Field]) -> Iterator[Field]:
    seen: set[tuple[str, ...]] = set()
    for field in fields:
        if field.path not in seen:
            seen.add(field.path)
            yield field


def _undeclared(model: m.Model, decisions: set[str]) -> Iterator[Field]:
    """Inputs of tables that nobody has declared: some tools draw tables only."""
    declared = {one.name for group in (model.inputs, model.decisions, model.knowledge) for one in group.values()}
    own = {id_: model.decisions[id_].name for id_ in decisions}
    for box in expressions(model):
        if isinstance(box, m.DecisionTable) and box.where in own.values():
            for clause in box.inputs:
                path = _path(clause.expression.text)
                if path and path[0] not in declared:
                    yield from _of_type(model, path, clause.type_ref, clause.allowed)


def _path(text: str) -> tuple[str, ...]:
    """The names of an expression that only names something; empty for any other."""
    try:
        node = parse_expression(text)
    except FeelError:
        return ()
    names: list[str] = []
    while isinstance(node, s.Path):
        names.insert(0, node.name)
        node = node.source
    return (node.name, *names) if isinstance(node, s.Name) else ()


def _of_type(
    model: m.Model, path: tuple[str, ...], type_ref: str, allowed: str = "", depth: int = 0
) -> Iterator[Field]:
    item = model.types.get(type_ref)
    if choices := _choices(allowed):
        yield Field(path, "choice", "string", choices)
    elif item is None or depth > _MAX_DEPTH:
        yield Field(path, _KINDS.get(type_ref, "feel"), type_ref)
    elif item.is_collection or item.is_function or item.constraint:
        yield Field(path, "feel", type_ref)
    elif item.components:
        for part in item.components:
            yield from _of_component(model, (*path, part.name), part, depth + 1)
    else:
        yield from _of_type(model, path, item.type_ref, item.allowed, depth + 1)


def _of_component(model: m.Model, path: tuple[str, ...], part: m.ItemDefinition, depth: int) -> Iterator[Field]:
    if part.is_collection or part.is_function or depth > _MAX_DEPTH:
        yield Field(path, "feel", part.type_ref)
    elif part.components:
        for inner in part.components:
            yield from _of_component(model, (*path, inner.name), inner, depth + 1)
    else:
        yield from _of_type(model, path, part.type_ref, part.allowed, depth + 1)


def _choices(allowed: str) -> tuple[str, ...]:
    """The texts of a list such as ``"a", "b"``; empty if anything else is among them."""
    if not allowed or allowed == "-":
        return ()
    try:
        node = parse_unary_tests(allowed)
    except FeelError:
        return ()
    texts = []
    for one in () if node.negated else node.tests:
        operand = one.operand if isinstance(one, s.Test) and not one.operator else None
        if not isinstance(operand, s.Literal) or not isinstance(operand.value, str):
            return ()
        texts.append(operand.value)
    return tuple(texts)
