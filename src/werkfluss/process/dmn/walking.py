"""All boxed expressions of a model, and the names it defines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from . import model as m


def children(box: m.Expression) -> Iterator[m.Expression]:
    for field in fields(box):
        yield from _inside(getattr(box, field.name))


def _inside(value: object) -> Iterator[m.Expression]:
    if isinstance(value, m.Expression):
        yield value
    elif isinstance(value, m.Entry):
        yield from _inside(value.value)
    elif isinstance(value, m.InputClause):
        yield value.expression
    elif isinstance(value, m.OutputClause):
        yield from _inside(value.default)
    elif isinstance(value, m.Rule):
        yield from value.outcomes
    elif isinstance(value, tuple):
        for part in value:
            yield from _inside(part)


def expressions(model: m.Model) -> Iterator[m.Expression]:
    """Every boxed expression, outer ones first."""
    roots = [one.expression for one in model.decisions.values()]
    roots += [one.function for one in model.knowledge.values()]
    pending = [root for root in reversed(roots) if root is not None]
    while pending:
        box = pending.pop()
        yield box
        pending += reversed(list(children(box)))


def tables(model: m.Model) -> dict[str, m.DecisionTable]:
    """Every decision table by its place; that of a decision is its name."""
    return {box.where: box for box in expressions(model) if isinstance(box, m.DecisionTable)}


def names(model: m.Model) -> frozenset[str]:
    """Every name of more than one plain word: enough to read an expression, too many to evaluate one."""
    return frozenset(name for name in every_name(model) if not name.isidentifier())


def every_name(model: m.Model) -> frozenset[str]:
    """Every name the model defines anywhere."""
    found: set[str] = set()
    for group in (model.inputs, model.decisions, model.knowledge, model.services):
        found |= {one.name for one in group.values()}
    items = list(model.types.values())
    while items:
        item = items.pop()
        found.add(item.name)
        items += item.components
    for box in expressions(model):
        if isinstance(box, m.Context):
            found |= {entry.name for entry in box.entries}
        elif isinstance(box, m.FunctionDefinition):
            found |= {parameter.name for parameter in box.parameters}
        elif isinstance(box, m.Relation):
            found |= {column.name for column in box.columns}
        elif isinstance(box, m.Iterator):
            found.add(box.variable)
        elif isinstance(box, m.DecisionTable):
            found |= {clause.name for clause in box.outputs}
    found |= {one.name for one in model.imports}
    return frozenset(name for name in found if name)
