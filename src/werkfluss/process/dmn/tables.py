"""Decision tables: which rules hit, and what their hit policy makes of them (DMN 1.5, 8.2.8 and 10.2.2.8)."""

from __future__ import annotations

from typing import Any

from werkfluss.kernel.text import Text
from werkfluss.process.feel.arithmetic import NotDefined, operate
from werkfluss.process.feel.values import DECIMAL, equal, less

from . import model as m
from .result import Hit, TableTrail
from .session import Env, Session
from .types import shown

_NUMBERS = Text("Zahlen oder vergleichbare Werte.", "Numbers or comparable values.")


def decide(session: Session, table: m.DecisionTable, env: Env) -> Any:
    """The outcome of a table; null with an error if a condition is faulty or the hit policy is violated."""
    subjects = _subjects(session, table, env)
    hits: list[m.Rule] = []
    misses: list[tuple[int, int]] = []
    for rule in table.rules:
        missed = _missed(session, table, rule, subjects, env)
        if missed is None:
            return None
        if missed >= 0:
            misses.append((rule.number, missed))
            continue
        hits.append(rule)
        if table.hit_policy is m.HitPolicy.FIRST:
            break
    session.tables.append(
        TableTrail(
            table.where,
            table.hit_policy.value + (table.aggregation.value if table.aggregation else ""),
            tuple((clause.label, value) for clause, value in zip(table.inputs, subjects, strict=True)),
            tuple(Hit(rule.number, rule.id, rule.annotations) for rule in hits),
            not hits,
            tuple(misses),
        )
    )
    if not hits:
        return _default(session, table, env)
    return _outcome(session, table, hits, env)


def _subjects(session: Session, table: m.DecisionTable, env: Env) -> list[Any]:
    """The values of the inputs; null with an error if one is not of its type or not among the allowed values."""
    found: list[Any] = []
    for clause in table.inputs:
        where = clause.expression.where
        value = session.fitted(session.literal(clause.expression, env), clause.type_ref, where)
        found.append(_allowed(session, value, clause.allowed, env, where))
    return found


def _allowed(session: Session, value: Any, allowed: str, env: Env, where: str) -> Any:
    """The value, or null with an error if it (and not every item of it) passes the tests of its column."""
    if value is None or not allowed or session.passes(allowed, value, env, where):
        return value
    if isinstance(value, list) and value and all(session.passes(allowed, part, env, where) for part in value):
        return value
    refusal = session.types.not_allowed(value, allowed)
    session.error(where, refusal.cause, refusal.expected)
    return None


def _missed(session: Session, table: m.DecisionTable, rule: m.Rule, subjects: list[Any], env: Env) -> int | None:
    """The place of the first condition that is not met, ``-1`` if all are; ``None`` if one cannot be read."""
    for place, (clause, condition, subject) in enumerate(zip(table.inputs, rule.conditions, subjects, strict=True)):
        passed = session.passes(condition, subject, env, f"{table.where} · {rule.number} · {clause.label}")
        if passed is not True:
            return None if passed is None else place
    return -1


def _row(session: Session, table: m.DecisionTable, rule: m.Rule, env: Env) -> list[Any]:
    """The outcomes of one rule, one per output column."""
    values: list[Any] = []
    for clause, cell in zip(table.outputs, rule.outcomes, strict=True):
        where = f"{cell.where} · {clause.label}" if clause.label else cell.where
        # A cell left empty gives nothing; tools write it so where a rule says nothing about an output.
        value = session.fitted(session.literal(cell, env), clause.type_ref, where) if cell.text else None
        values.append(_allowed(session, value, clause.allowed, env, where))
    return values


def _shaped(table: m.DecisionTable, row: list[Any]) -> Any:
    """A single output is the value itself, several are a context."""
    if len(table.outputs) == 1:
        return row[0]
    return {clause.name or clause.label: value for clause, value in zip(table.outputs, row, strict=True)}


def _default(session: Session, table: m.DecisionTable, env: Env) -> Any:
    """No rule hit: the default outcomes, if there are any (DMN 1.5, 8.3.3)."""
    if not any(clause.default for clause in table.outputs):
        if table.aggregation is m.Aggregation.COUNT:
            return DECIMAL.create_decimal(0)
        return [] if table.hit_policy.several and table.aggregation is None else None
    row = [
        session.fitted(session.literal(clause.default, env), clause.type_ref, clause.default.where)
        if clause.default
        else None
        for clause in table.outputs
    ]
    shaped = _shaped(table, row)
    several = table.hit_policy.several and table.aggregation is None and not isinstance(shaped, list)
    return [shaped] if several else shaped


def _outcome(session: Session, table: m.DecisionTable, hits: list[m.Rule], env: Env) -> Any:
    policy = table.hit_policy
    if policy is m.HitPolicy.UNIQUE and len(hits) > 1:
        numbers = ", ".join(str(rule.number) for rule in hits)
        cause = Text(
            f"Mehrere Regeln treffen zu ({numbers}), die Tabelle erlaubt nur eine (UNIQUE).",
            f"Several rules hit ({numbers}), the table allows one only (UNIQUE).",
        )
        session.error(table.where, cause, Text("Regeln ohne Überschneidung.", "Rules that do not overlap."))
        return None
    rows = [_row(session, table, rule, env) for rule in hits]
    if policy is m.HitPolicy.ANY:
        differing = [rule.number for rule, row in zip(hits, rows, strict=True) if equal(row, rows[0]) is not True]
        if differing:
            numbers = ", ".join(map(str, [hits[0].number, *differing]))
            cause = Text(
                f"Zutreffende Regeln widersprechen sich ({numbers}); die Tabelle verlangt gleiche Ausgaben (ANY).",
                f"Rules that hit contradict each other ({numbers}); the table demands equal outputs (ANY).",
            )
            session.error(table.where, cause, Text("Gleiche Ausgaben.", "Equal outputs."))
            return None
    if policy in (m.HitPolicy.PRIORITY, m.HitPolicy.OUTPUT_ORDER):
        rows.sort(key=lambda row: _priorities(session, table, row, env))
    if not policy.several:
        return _shaped(table, rows[0])
    if table.aggregation is not None:
        return _aggregated(session, table, rows)
    return [_shaped(table, row) for row in rows]


def _priorities(session: Session, table: m.DecisionTable, row: list[Any], env: Env) -> tuple[int, ...]:
    """Per output column the place of its value in the list of allowed values; the list's first value wins."""
    places: list[int] = []
    for clause, value in zip(table.outputs, row, strict=True):
        ranks = _ranked(clause.allowed or session.types.allowed(clause.type_ref))
        place = next((i for i, test in enumerate(ranks) if session.passes(test, value, env, table.where)), len(ranks))
        places.append(place)
    return tuple(places)


def _ranked(allowed: str) -> list[str]:
    """The unary tests of a list one by one, split at the commas outside quotes and brackets."""
    parts, depth, quoted, start, skip = [], 0, False, 0, False
    for index, char in enumerate(allowed):
        if skip:
            skip = False
        elif quoted:
            skip = char == "\\"
            quoted = char != '"'
        elif char == '"':
            quoted = True
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(allowed[start:index].strip())
            start = index + 1
    parts.append(allowed[start:].strip())
    return [part for part in parts if part]


def _aggregated(session: Session, table: m.DecisionTable, rows: list[list[Any]]) -> Any:
    if table.aggregation is m.Aggregation.COUNT:
        return DECIMAL.create_decimal(len(rows))
    if len(table.outputs) > 1:
        cause = Text("Mehrere Ausgaben lassen sich nicht zusammenfassen.", "Several outputs cannot be aggregated.")
        session.error(table.where, cause, Text("Genau eine Ausgabespalte.", "Exactly one output column."))
        return None
    values = [row[0] for row in rows]
    if table.aggregation is m.Aggregation.SUM:
        return _summed(session, table, values)
    best = values[0]
    for value in values[1:]:
        before = less(value, best)
        if before is None:
            return _incomparable(session, table, value)
        best = value if before is (table.aggregation is m.Aggregation.MIN) and equal(value, best) is not True else best
    return best


def _summed(session: Session, table: m.DecisionTable, values: list[Any]) -> Any:
    total = values[0]
    for value in values[1:]:
        try:
            total = operate("+", total, value)
        except NotDefined:
            return _incomparable(session, table, value)
    return total


def _incomparable(session: Session, table: m.DecisionTable, value: Any) -> None:
    cause = Text(
        f"{shown(value)} lässt sich nicht mit den anderen Ausgaben zusammenfassen.",
        f"{shown(value)} cannot be aggregated with the other outputs.",
    )
    session.error(table.where, cause, _NUMBERS)
