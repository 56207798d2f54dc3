"""Boxed expressions other than tables as lines of text, for a reader who knows no notation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from werkfluss.kernel.text import Text

from . import model as m

_EMPTY = Text("leer", "empty")
_RESULT = Text("Ergebnis", "result")
_MAX_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Line:
    """``depth`` counts the boxes around it; ``label`` says what it is, ``text`` is FEEL as written."""

    depth: int
    label: Text
    text: str = ""


def outline(box: m.Expression | None, label: Text = _RESULT, depth: int = 0) -> Iterator[Line]:
    """The lines of an expression, outer ones first; a table is named only, because it is drawn as one."""
    if box is None or depth > _MAX_DEPTH:
        yield Line(depth, label, _EMPTY.en if box is None else "…")
    elif isinstance(box, m.Literal):
        yield Line(depth, label, box.text)
    elif isinstance(box, m.Relation):
        yield Line(depth, label, " | ".join(column.name for column in box.columns))
        for number, row in enumerate(box.rows, 1):
            cells = (cell.text if isinstance(cell, m.Literal) else "…" for cell in row)
            yield Line(depth + 1, _same(str(number)), " | ".join(cells))
    else:
        yield Line(depth, label, _head(box))
        for name, part in _parts(box):
            yield from outline(part, name, depth + 1)


def _same(word: str) -> Text:
    return Text(word, word)


def _head(box: m.Expression) -> str:
    if isinstance(box, m.FunctionDefinition):
        return f"function({', '.join(one.name for one in box.parameters)})"
    if isinstance(box, m.Iterator):
        return f"{box.kind} {box.variable}"
    return ""


def _parts(box: m.Expression) -> list[tuple[Text, m.Expression | None]]:
    if isinstance(box, m.Context):
        named = [(_same(entry.name), entry.value) for entry in box.entries]
        return [*named, (_RESULT, box.result)] if box.result is not None else named
    if isinstance(box, m.FunctionDefinition):
        return [(_RESULT, box.body)]
    if isinstance(box, m.Invocation):
        bound = [(_same(entry.name), entry.value) for entry in box.bindings]
        return [(Text("ruft auf", "calls"), box.called), *bound]
    if isinstance(box, m.ListOf):
        return [(_same(str(number)), item) for number, item in enumerate(box.items, 1)]
    if isinstance(box, m.Conditional):
        words = (Text("wenn", "if"), Text("dann", "then"), Text("sonst", "else"))
        return list(zip(words, (box.condition, box.then, box.otherwise), strict=True))
    if isinstance(box, m.Iterator):
        return [(Text("in", "in"), box.source), (Text("gilt", "holds"), box.body)]
    if isinstance(box, m.Filter):
        return [(Text("aus", "of"), box.source), (Text("nur wo", "only where"), box.match)]
    return []
