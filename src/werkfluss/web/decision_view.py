"""How decisions are shown: tables with their words, the picture of what rests on what, why a rule fired."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from werkfluss.kernel.text import Text
from werkfluss.process.dmn import model as m
from werkfluss.process.dmn.drawing import draw, needs
from werkfluss.process.dmn.fields import Field, value_at
from werkfluss.process.dmn.outline import Line, outline
from werkfluss.process.dmn.result import Result, TableTrail
from werkfluss.process.dmn.walking import tables
from werkfluss.process.dmn.words import policy_in_words, policy_sign, type_in_words
from werkfluss.process.feel import string

Mark = Literal["", "met", "unmet"]


@dataclass(frozen=True, slots=True)
class Head:
    """A column: ``kind`` is input, output or note."""

    label: str
    kind: str
    expression: str = ""
    type: Text | None = None
    allowed: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    kind: str
    label: str
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class Row:
    """``state``: fired, missed, unread (never looked at), or empty where nothing was asked; ``hits`` of test cases."""

    number: int
    cells: tuple[Cell, ...]
    state: str = ""
    hits: int | None = None


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A decision table; ``given`` are the values with which it was asked."""

    table: m.DecisionTable
    policy: Text
    sign: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    given: tuple[tuple[str, str], ...] = ()
    defaulted: bool = False

    @property
    def place(self) -> int:
        return self.table.place

    @property
    def where(self) -> str:
        return self.table.where


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """A decision or a function of the model; ``tables`` are drawn, ``lines`` say the rest; ``anchor`` is its place."""

    id: str
    anchor: str
    name: str
    kind: str
    question: str
    rests_on: tuple[str, ...]
    tables: tuple[ShownTable, ...]
    lines: tuple[Line, ...]


def heads_of(table: m.DecisionTable) -> tuple[Head, ...]:
    """All columns in the order of the cells of a row: conditions, outcomes, notes."""
    inputs = [
        Head(one.label, "input", _other(one.expression.text, one.label), _type(one.type_ref), one.allowed)
        for one in table.inputs
    ]
    outputs = [
        Head(
            one.label or _("Result"),
            "output",
            "",
            _type(one.type_ref),
            one.allowed,
            one.default.text if one.default else "",
        )
        for one in table.outputs
    ]
    notes = [Head(name or _("Note"), "note") for name in table.notes]
    return (*inputs, *outputs, *notes, *([Head(_("Note"), "note")] if table.described else []))


def _other(text: str, label: str) -> str:
    return text if text != label else ""


def _type(type_ref: str) -> Text | None:
    return type_in_words(type_ref) if type_ref else None


def shown_table(
    table: m.DecisionTable, *, trail: TableTrail | None = None, hits: Mapping[int, int] | None = None
) -> ShownTable:
    """A table for the page; with a ``trail`` the rules that fired are marked, and why the others did not."""
    heads = heads_of(table)
    fired = {hit.number for hit in trail.hits} if trail else set()
    missed = dict(trail.misses) if trail else {}
    described = [""] if table.described else []
    rows = []
    for rule in table.rules:
        texts = [*rule.conditions, *(one.text for one in rule.outcomes)]
        notes = [*rule.annotations, *[""] * (len(table.notes) - len(rule.annotations))]
        texts += notes + ([rule.description] if described else [])
        state = "fired" if rule.number in fired else "missed" if rule.number in missed else "unread" if trail else ""
        marks: list[Mark] = [_mark(state, index, missed.get(rule.number, 0)) for index in range(len(table.inputs))]
        marks += [""] * (len(texts) - len(marks))
        cells = tuple(
            Cell(text, head.kind, head.label, mark) for text, head, mark in zip(texts, heads, marks, strict=True)
        )
        rows.append(Row(rule.number, cells, state, hits.get(rule.number) if hits is not None else None))
    given = tuple((label, written(value)) for label, value in trail.inputs) if trail else ()
    defaulted = bool(trail and trail.defaulted)
    return ShownTable(table, policy_in_words(table), policy_sign(table), heads, tuple(rows), given, defaulted)


def _mark(state: str, index: int, unmet: int) -> Mark:
    if state == "fired":
        return "met"
    if state != "missed" or index > unmet:
        return ""
    return "unmet" if index == unmet else "met"


def written(value: Any) -> str:
    """A FEEL value as a person reads it: yes and no, a comma where the language has one, else as FEEL writes it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return string(value)


def shown_decisions(model: m.Model, *, hits: Mapping[str, Mapping[int, int]] | None = None) -> list[ShownDecision]:
    """The decisions, the last answer first, then the functions they call."""
    drawn = tables(model)
    counted = hits or {}
    names = {
        one.id: one.name
        for group in (model.inputs, model.decisions, model.knowledge, model.services)
        for one in group.values()
    }
    found: list[tuple[m.Decision | m.KnowledgeModel, m.Expression | None, str, str]] = [
        (model.decisions[id_], model.decisions[id_].expression, "decision", model.decisions[id_].question)
        for id_ in reversed(model.order)
    ]
    found += [(one, one.function, "knowledge", "") for one in model.knowledge.values()]
    places = anchors(model)
    return [
        ShownDecision(
            one.id,
            places[one.id],
            one.name,
            kind,
            question,
            tuple(names.get(need.on, need.on) for need in needs(model) if need.by == one.id),
            tuple(
                shown_table(table, hits=counted.get(where))
                for where, table in drawn.items()
                if where == one.name or where.startswith(f"{one.name} · ")
            ),
            () if isinstance(box, m.DecisionTable) else tuple(outline(box)),
        )
        for one, box, kind, question in found
    ]


def anchors(model: m.Model) -> dict[str, str]:
    """Where each decision and function stands on its page; the ids of a file may hold anything."""
    return {id_: f"decision-{n}" for n, id_ in enumerate((*reversed(model.order), *model.knowledge), 1)}


def picture(model: m.Model) -> SafeString | None:
    """What rests on what; none where there is only one element. The XML library has escaped every text in it."""
    if not needs(model):
        return None
    links = {id_: f"#{anchor}" for id_, anchor in anchors(model).items()}
    title = _("What the decisions rest on")
    return mark_safe(draw(model, title=title, links=links))  # noqa: S308


def as_text(model: m.Model) -> list[tuple[str, list[str]]]:
    """The picture in words: each element with what it needs directly."""
    names = {
        one.id: one.name
        for group in (model.decisions, model.services, model.knowledge, model.inputs)
        for one in group.values()
    }
    lines: dict[str, list[str]] = {}
    for need in needs(model):
        lines.setdefault(need.by, []).append(names[need.on])
    return [(names[by], on) for by, on in lines.items()]


def explained(model: m.Model, result: Result) -> list[tuple[str, str, list[ShownTable]]]:
    """How it came to a result, decision by decision: name, value, and the tables with the rules that fired."""
    drawn = tables(model)
    return [
        (
            step.name,
            written(step.value),
            [shown_table(drawn[one.where], trail=one) for one in step.tables if one.where in drawn],
        )
        for step in result.trail
    ]


def in_fields(fields: Iterable[Field], value: Any, alone: str) -> list[tuple[str, str]]:
    """A result as pairs of label and value; ``alone`` is what a single value is called."""
    return [(field.name or alone, written(value_at(value, field.path))) for field in fields]
