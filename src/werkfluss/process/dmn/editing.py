"""Change the rules of a decision table in its file: every byte that is not concerned stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from werkfluss.kernel.text import Text
from werkfluss.process.splice import Splicer, _legal
from werkfluss.process.xml import broken, local_name

from . import model as m
from .boxes import children, first
from .reading import read

_Edit = tuple[int, int, bytes]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as it shall be. ``was`` is its number in the file, 0 for a new one; ``notes`` are its annotations."""

    was: int
    conditions: tuple[str, ...]
    outcomes: tuple[str, ...]
    notes: tuple[str, ...] = ()
    description: str = ""


def rows_of(table: m.DecisionTable) -> tuple[RuleRow, ...]:
    """The rules of a table as rows to be edited; every row has a cell for every column."""
    width = len(table.notes)
    return tuple(
        RuleRow(
            rule.number,
            rule.conditions,
            tuple(cell.text for cell in rule.outcomes),
            rule.annotations + ("",) * (width - len(rule.annotations)),
            rule.description,
        )
        for rule in table.rules
    )


def with_rules(data: bytes, place: int, rows: Sequence[RuleRow]) -> bytes:
    """The file with these rules, in this order, in its table number ``place`` (from 0).

    A rule that is left out goes with the comment before it; one that moves takes it along.

    Raises:
        Broken: the file cannot be read or not be changed in place, has no such table, or a row does not fit it.
    """
    read(data)  # what cannot be read is not to be changed either
    splicer = _Rules(data)
    splicer.write(place, rows)
    return splicer.result()


class _Rules(Splicer):
    def write(self, place: int, rows: Sequence[RuleRow]) -> None:
        found = [one for one in self._root.iter() if local_name(one) == "decisionTable"]
        if not 0 <= place < len(found):
            raise _stale()
        table = found[place]
        rules = list(children(table, "rule"))
        inputs = len(list(children(table, "input")))
        outputs = len(list(children(table, "output")))
        for row in rows:
            fits = (len(row.conditions), len(row.outcomes)) == (inputs, outputs)
            if not fits or not 0 <= row.was <= len(rules):
                raise _stale()
        self._ids = {one.get("id") for one in self._root.iter() if local_name(one)}
        if rules:
            self._replace(rules, rows)
        else:
            self._append_rules(table, rows)

    def _replace(self, rules: list[etree._Element], rows: Sequence[RuleRow]) -> None:
        spans = [self._span[rule] for rule in rules]
        column = rules[0].getprevious()
        while column is not None and not local_name(column):
            column = column.getprevious()
        # A table has an output column, so there is something before its first rule.
        begin = end = self._span[column].end if column is not None else spans[0].start
        leads = []
        for span in spans:
            leads.append(self._text[end : span.start])
            end = span.end
        plain = self._indent(rules[0]) or b""
        written = b""
        for row in rows:
            if row.was:
                written += leads[row.was - 1] + self._changed(rules[row.was - 1], row)
            else:
                written += plain + self._new_rule(row, self._tag(rules[0]), self._indent(rules[0]))
        self._edits.append((begin, end, written))

    def _append_rules(self, table: etree._Element, rows: Sequence[RuleRow]) -> None:
        """The first rules of a table, behind its columns."""
        column = [one for one in table if local_name(one) in ("input", "output", "annotation")][-1]
        indent = self._indent(column)
        tag = self._tag(column).rpartition(b":")[0]
        name = tag + b":rule" if tag else b"rule"
        written = b"".join((indent or b"") + self._new_rule(row, name, indent) for row in rows)
        place = self._span[column].end
        self._edits.append((place, place, written))

    def _new_rule(self, row: RuleRow, tag: bytes, indent: bytes | None) -> bytes:
        prefix = tag.decode().rpartition(":")[0]
        number = next(n for n in range(1, len(self._ids) + 2) if f"rule_{n}" not in self._ids)
        self._ids.add(f"rule_{number}")
        inner = b"" if indent is None else indent + (b"\t" if indent.endswith(b"\t") else b"  ")
        notes = row.notes if any(row.notes) else ()
        cells = [
            *([_element(prefix, "description", escape(_legal(row.description)))] if row.description else []),
            *(_cell(prefix, "inputEntry", text or "-") for text in row.conditions),
            *(_cell(prefix, "outputEntry", text) for text in row.outcomes),
            *(_cell(prefix, "annotationEntry", text) for text in notes),
        ]
        content = b"".join(inner + cell.encode() for cell in cells) + (indent or b"")
        return b"<%b id=%b>%b</%b>" % (tag, quoteattr(f"rule_{number}").encode(), content, tag)

    def _changed(self, rule: etree._Element, row: RuleRow) -> bytes:
        """The rule's own bytes with the cells that are different now."""
        edits: list[_Edit] = []
        for cell, text in zip(children(rule, "inputEntry"), row.conditions, strict=True):
            # An empty condition and a dash mean the same.
            if text or self._said(cell) not in ("", "-"):
                edits += self._put(cell, text or "-")
        for cell, text in zip(children(rule, "outputEntry"), row.outcomes, strict=True):
            edits += self._put(cell, text)
        edits += self._annotate(rule, row.notes)
        edits += self._describe(rule, row.description)
        span = self._span[rule]
        own = self._text[span.start : span.end]
        for start, end, new in sorted(edits, reverse=True):
            own = own[: start - span.start] + new + own[end - span.start :]
        return own

    def _said(self, cell: etree._Element) -> str:
        text = first(cell, "text")
        return "".join(str(part) for part in text.itertext()).strip() if text is not None else ""

    def _put(self, cell: etree._Element, text: str) -> list[_Edit]:
        if self._said(cell) == text:
            return []
        inner = first(cell, "text")
        new = escape(_legal(text)).encode()
        if inner is not None:
            return [self._content(inner, new)]
        prefix = self._tag(cell).decode().rpartition(":")[0]
        return [self._content(cell, _element(prefix, "text", escape(_legal(text))).encode(), at_end=True)]

    def _content(self, element: etree._Element, new: bytes, *, at_end: bool = False) -> _Edit:
        """New content of an element, or more of it at its end."""
        span = self._span[element]
        if span.empty:
            slash = self._text.rindex(b"/", span.start, span.opened)
            return slash, span.end, b">" + new + b"</" + self._tag(element) + b">"
        return (span.closed if at_end else span.opened), span.closed, new

    def _annotate(self, rule: etree._Element, notes: Sequence[str]) -> list[_Edit]:
        cells = list(children(rule, "annotationEntry"))
        edits = [edit for cell, text in zip(cells, notes, strict=False) for edit in self._put(cell, text)]
        more = list(notes[len(cells) :])
        while more and not more[-1]:
            more.pop()
        if more:
            last = [one for one in rule if local_name(one)][-1]
            prefix = self._tag(rule).decode().rpartition(":")[0]
            indent = self._indent(last) or b""
            written = b"".join(indent + _cell(prefix, "annotationEntry", text).encode() for text in more)
            edits.append((self._span[last].end, self._span[last].end, written))
        return edits

    def _describe(self, rule: etree._Element, text: str) -> list[_Edit]:
        old = first(rule, "description")
        said = "".join(str(part) for part in old.itertext()).strip() if old is not None else ""
        if said == text:
            return []
        if old is not None and not text:
            return [(self._before(self._span[old].start), self._span[old].end, b"")]
        new = escape(_legal(text))
        if old is not None:
            return [self._content(old, new.encode())]
        prefix = self._tag(rule).decode().rpartition(":")[0]
        place = self._span[rule].opened
        return [(place, place, (self._deeper(rule) or b"") + _element(prefix, "description", new).encode())]


def _element(prefix: str, name: str, content: str) -> str:
    tag = f"{prefix}:{name}" if prefix else name
    return f"<{tag}>{content}</{tag}>"


def _cell(prefix: str, name: str, text: str) -> str:
    return _element(prefix, name, _element(prefix, "text", escape(_legal(text))))


def _stale() -> Exception:
    cause = Text("Die Tabelle in der Datei ist eine andere.", "The table in the file is another one.")
    expected = Text("Eine Zelle je Spalte der Tabelle.", "One cell for each column of the table.")
    return broken("DMN", cause, expected, Text("Bitte laden Sie die Seite neu.", "Please reload the page."))
