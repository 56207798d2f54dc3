"""Static checks of a model: expressions that cannot be read, gaps, overlaps and hidden rules of decision tables.

A rule is a box in the space of its inputs. What is left of the whole space after all boxes have been cut out is the gap
(the method of Calvanese et al., "Semantics, Analysis and Simplification of DMN Decision Tables", 2018, in small).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from werkfluss.kernel.text import Text, joined
from werkfluss.process.feel import FeelError, Limits
from werkfluss.process.feel.evaluator import Evaluator, Scope
from werkfluss.process.feel.limits import Budget
from werkfluss.process.feel.parser import parse_expression, parse_unary_tests

from . import model as m
from .cells import cell_faults
from .editing import rows_of
from .findings import Finding, Severity
from .pieces import Column, Uncheckable, column
from .walking import expressions, names, tables

MAX_BOXES = 2_000
MAX_RULES = 1_000
MAX_WORK = 60_000  # conditions times pieces of one column
_LIMITS = Limits(steps=1_000_000, seconds=10)
_MAX_FINDINGS = 50
_MAX_MERGED = 300
_MAX_SHOWN = 6  # tests of one column in a sentence
# One mask of pieces per column.
Box = tuple[int, ...]


def check(model: m.Model) -> list[Finding]:
    """Everything that can be said about a model without evaluating it; sorted by table."""
    known = names(model)
    found = list(_syntax(model, known))
    broken = {finding.where.split(" · ")[0] for finding in found}
    for where, table in tables(model).items():
        if where not in broken:
            found += [*_strangers(table, model), *check_table(table, model, known)]
    return found


def _strangers(table: m.DecisionTable, model: m.Model) -> Iterable[Finding]:
    """Cells that can be read, but name what the model does not know: such a rule never hits, or gives nothing."""
    for one in cell_faults(model, table, rows_of(table)):
        if one.warns:
            clause = table.inputs[one.column] if one.kind == "input" else table.outputs[one.column]
            where = f"{table.where} · {one.row + 1} · {clause.label}"
            yield Finding("unknown_name", "warning", where, one.fault.cause, (one.row + 1,))


def _syntax(model: m.Model, known: frozenset[str]) -> Iterable[Finding]:
    for box in expressions(model):
        if isinstance(box, m.Literal) and box.text and not box.language:
            yield from _readable(box.where, box.text, known, tests=False)
        elif isinstance(box, m.DecisionTable):
            for rule in box.rules:
                for clause, condition in zip(box.inputs, rule.conditions, strict=True):
                    where = f"{box.where} · {rule.number} · {clause.label}"
                    yield from _readable(where, condition, known, tests=True)


def _readable(where: str, text: str, known: frozenset[str], *, tests: bool) -> Iterable[Finding]:
    if tests and text in ("", "-"):
        return
    try:
        if tests:
            parse_unary_tests(text, known)
        else:
            parse_expression(text, known)
    except FeelError as error:
        place = Text(f"{error.fault.where}:", f"{error.fault.where}:")
        yield Finding("syntax", "error", where, joined([place, error.fault.cause, error.fault.expected]))


# Decision tables


def check_table(table: m.DecisionTable, model: m.Model, known: frozenset[str]) -> list[Finding]:
    """Gaps, overlaps, contradictions and hidden rules; one finding ``unchecked`` if the table cannot be cut up.

    ``known`` are the names of the model that are more than one plain word.
    """
    try:
        columns = _columns(table, model, known)
    except Uncheckable as reason:
        message = Text(
            f"Lücken sind nicht prüfbar (mehr als Vergleiche mit festen Werten, oder zu viele): {reason}",
            f"Gaps cannot be checked (more than comparisons with constants, or too many): {reason}",
        )
        return [Finding("unchecked", "info", table.where, message)]
    masks = [_masks(column, {rule.conditions[i] for rule in table.rules}) for i, column in enumerate(columns)]
    boxes = [tuple(mask[rule.conditions[i]] for i, mask in enumerate(masks)) for rule in table.rules]
    found = _never(table, boxes) + _overlaps(table, columns, boxes)
    if table.hit_policy is m.HitPolicy.FIRST:
        found += _masked(table, boxes)
    return found + _gaps(table, columns, boxes)


def _columns(table: m.DecisionTable, model: m.Model, known: frozenset[str]) -> list[Column]:
    if len(table.rules) > MAX_RULES:
        raise Uncheckable(f"> {MAX_RULES}")
    return [_column(table, index, model, known) for index in range(len(table.inputs))]


def _column(table: m.DecisionTable, index: int, model: m.Model, known: frozenset[str]) -> Column:
    clause = table.inputs[index]
    item = next((one for one in model.inputs.values() if one.name == clause.expression.text), None)
    type_ref = clause.type_ref or (item.type_ref if item else "")
    allowed = clause.allowed or _allowed_by(model, item.type_ref if item else type_ref)
    conditions = [rule.conditions[index] for rule in table.rules]
    made = column(clause.label, [*conditions, allowed], type_ref, known, _passes)
    if len(made.pieces) * len(set(conditions)) > MAX_WORK:
        raise Uncheckable(f"{len(made.pieces)} × {len(set(conditions))}")
    return made


def _allowed_by(model: m.Model, type_ref: str) -> str:
    """The allowed values of a type, through its aliases."""
    for _ in range(len(model.types) + 1):
        item = model.types.get(type_ref)
        if item is None or item.is_collection:
            return ""
        if item.allowed:
            return item.allowed
        type_ref = item.type_ref
    return ""


def _passes(tests: str, value: Any) -> bool:
    if tests in ("", "-"):
        return True
    return Evaluator(tests, Budget()).passes(parse_unary_tests(tests), value, Scope({})) is True


def _masks(column: Column, conditions: set[str]) -> dict[str, int]:
    """For each condition the pieces it accepts."""
    return {tests: _mask(column, tests) for tests in conditions}


def _mask(column: Column, tests: str) -> int:
    if tests in ("", "-"):
        return (1 << len(column.pieces)) - 1
    node, scope = parse_unary_tests(tests), Scope({})
    evaluator = Evaluator(tests, Budget(_LIMITS))  # one for all pieces: making it takes longer than the test
    return sum(
        1 << i
        for i, piece in enumerate(column.pieces)
        if piece.kind == "any" or evaluator.passes(node, piece.sample, scope) is True
    )


def _meet(a: Box, b: Box) -> Box | None:
    both = tuple(x & y for x, y in zip(a, b, strict=True))
    return both if all(both) else None


def _cut(box: Box, hole: Box) -> list[Box]:
    """``box`` without ``hole``, as boxes that do not overlap."""
    if _meet(box, hole) is None:
        return [box]
    rest, current = [], list(box)
    for index, mask in enumerate(hole):
        outside = current[index] & ~mask
        if outside:
            rest.append((*current[:index], outside, *current[index + 1 :]))
            current[index] &= mask
    return rest


def _left(box: Box, holes: Iterable[Box]) -> list[Box] | None:
    """What is left of ``box``; ``None`` if it falls into too many parts."""
    parts = [box]
    for hole in holes:
        parts = [rest for part in parts for rest in _cut(part, hole)]
        if len(parts) > MAX_BOXES:
            return None
    return parts


def _described(columns: list[Column], box: Box) -> tuple[tuple[str, str], ...]:
    """The columns in which the box is not the whole."""
    return tuple(
        (column.label, column.text(mask))
        for column, mask in zip(columns, box, strict=True)
        if mask != (1 << len(column.pieces)) - 1
    )


def _sentence(conditions: tuple[tuple[str, str], ...]) -> Text:
    if not conditions:
        return Text("alle Eingaben", "all inputs")
    parts = [_part(label, tests) for label, tests in conditions]
    return Text(" und ".join(part.de for part in parts), " and ".join(part.en for part in parts))


def _part(label: str, tests: str) -> Text:
    listed = tests.split(", ")
    several = len(listed) > 1
    if len(listed) > _MAX_SHOWN:
        tests = f"{', '.join(listed[:_MAX_SHOWN])}, +{len(listed) - _MAX_SHOWN}"
    sign = "in" if several or tests[:1] in "[(" else ("" if tests[:1] in "<>" else "=")
    shown = f"({tests})" if several else tests
    text = f"{label} {sign} {shown}".replace("  ", " ")
    return Text(text.replace("…", "ein anderer Wert"), text.replace("…", "any other value"))


def _numbers(rules: Iterable[int]) -> str:
    return ", ".join(map(str, rules))


def _never(table: m.DecisionTable, boxes: list[Box]) -> list[Finding]:
    """Rules whose conditions no allowed value meets."""
    found = []
    for rule, box in zip(table.rules, boxes, strict=True):
        if not all(box):
            message = Text(
                f"Regel {rule.number} trifft nie zu: Kein erlaubter Wert erfüllt ihre Bedingungen.",
                f"Rule {rule.number} never hits: no allowed value meets its conditions.",
            )
            found.append(Finding("masked", "warning", table.where, message, (rule.number,)))
    return found


def _overlaps(table: m.DecisionTable, columns: list[Column], boxes: list[Box]) -> list[Finding]:
    """Two rules for the same inputs, where the hit policy forbids it."""
    if table.hit_policy not in (m.HitPolicy.UNIQUE, m.HitPolicy.ANY):
        return []
    found: list[Finding] = []
    for i, first in enumerate(boxes):
        for j in range(i + 1, len(boxes)):
            both = _meet(first, boxes[j])
            if both is None:
                continue
            a, b = table.rules[i], table.rules[j]
            same = [one.text for one in a.outcomes] == [one.text for one in b.outcomes]
            if table.hit_policy is m.HitPolicy.ANY and same:
                continue
            found.append(_overlap(table, a, b, _described(columns, both)))
            if len(found) >= _MAX_FINDINGS:
                return found
    return found


def _overlap(table: m.DecisionTable, a: m.Rule, b: m.Rule, conditions: tuple[tuple[str, str], ...]) -> Finding:
    case = _sentence(conditions)
    unique = table.hit_policy is m.HitPolicy.UNIQUE
    de = "treffen beide zu" if unique else "treffen beide zu und widersprechen sich"
    en = "both hit" if unique else "both hit and contradict each other"
    message = Text(
        f"Die Regeln {a.number} und {b.number} {de}: {case.de}", f"Rules {a.number} and {b.number} {en}: {case.en}"
    )
    code = "overlap" if unique else "contradiction"
    return Finding(code, "error", table.where, message, (a.number, b.number), conditions)


def _masked(table: m.DecisionTable, boxes: list[Box]) -> list[Finding]:
    """Rules that always come too late, because the rules before them take all their inputs."""
    found = []
    for index, box in enumerate(boxes):
        before = [other for other in boxes[:index] if _meet(box, other)]
        if all(box) and before and _left(box, before) == []:
            rule = table.rules[index]
            taken = [table.rules[i].number for i in range(index) if _meet(box, boxes[i])]
            message = Text(
                f"Regel {rule.number} kommt nie zum Zug: Die Regeln {_numbers(taken)} treffen immer vorher zu.",
                f"Rule {rule.number} never takes effect: rules {_numbers(taken)} always hit before.",
            )
            found.append(Finding("masked", "warning", table.where, message, (rule.number, *taken)))
    return found


def _gaps(table: m.DecisionTable, columns: list[Column], boxes: list[Box]) -> list[Finding]:
    """Inputs for which there is no rule."""
    whole = tuple((1 << len(column.pieces)) - 1 for column in columns)
    if not all(whole):
        return []
    left = _left(whole, boxes)
    if left is None:
        message = Text(
            "Lücken lassen sich nicht prüfen: Die Tabelle zerfällt in zu viele Fälle.",
            "Gaps cannot be checked: the table falls into too many cases.",
        )
        return [Finding("unchecked", "info", table.where, message)]
    return [_gap(table, columns, box) for box in _merged(left)[:_MAX_FINDINGS]]


def _merged(boxes: list[Box]) -> list[Box]:
    """Boxes that differ in one column only become one, so that a gap is told in few sentences."""
    merged: list[Box] = []
    for box in boxes[:_MAX_MERGED]:
        current = box
        index = 0
        while index < len(merged):
            other = merged[index]
            differing = [i for i, (x, y) in enumerate(zip(current, other, strict=True)) if x != y]
            if len(differing) == 1:
                at = differing[0]
                current = (*current[:at], current[at] | other[at], *current[at + 1 :])
                merged.pop(index)
                index = 0
            else:
                index += 1
        merged.append(current)
    return merged + boxes[_MAX_MERGED:]


def _gap(table: m.DecisionTable, columns: list[Column], box: Box) -> Finding:
    conditions = _described(columns, box)
    case = _sentence(conditions)
    severity: Severity = "warning"
    hint = Text("–", "–")
    if any(clause.default for clause in table.outputs):
        severity, hint = "info", Text("Es gilt die Vorgabe.", "The default applies.")
    elif any(column.only_fractions(mask) for column, mask in zip(columns, box, strict=True)):
        severity, hint = "info", Text("Betrifft nur gebrochene Zahlen.", "Concerns fractions only.")
    elif table.hit_policy.several:
        severity, hint = "info", Text("Das Ergebnis ist dann leer.", "The result is empty then.")
    message = Text(f"Keine Regel für {case.de}.", f"No rule for {case.en}.")
    if hint.en != "–":
        message = joined([message, hint])
    return Finding("gap", severity, table.where, message, (), conditions)
