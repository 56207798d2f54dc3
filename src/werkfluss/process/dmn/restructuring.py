"""Change the columns of a decision table in its file: every byte that is not concerned stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from werkfluss.kernel.text import Text
from werkfluss.process.feel import FeelError
from werkfluss.process.splice import Splicer, _legal
from werkfluss.process.xml import broken, local_name

from . import model as m
from .boxes import children, first
from .columns import POLICIES, InputColumn, OutputColumn, Shape, names_in, shape_of
from .reading import read
from .walking import names, tables
from .writing import id_of

_Column = InputColumn | OutputColumn
# What the standard puts before the first requirement of a decision (DMN 1.5, 6.3.7).
_BEFORE_NEEDS = frozenset(
    {"description", "extensionElements", "question", "allowedAnswers", "variable", "informationRequirement"}
)


def with_columns(data: bytes, place: int, shape: Shape) -> bytes:
    """The file with these columns in its table number ``place`` (from 0); what is new stands behind what was there.

    A column that is left out goes with its cells; a new one has empty cells. What an input looks at becomes input data
    of the model if nobody has declared it, and goes again if nothing else needs it.

    Raises:
        Broken: the file cannot be read or not be changed in place, has no such table or not these columns.
    """
    model = read(data)
    table = next((one for one in tables(model).values() if one.place == place), None)
    if table is None:
        raise _stale()
    splicer = _Columns(data, model, table)
    splicer.write(shape)
    return splicer.result()


@dataclass(frozen=True, slots=True)
class _Kind:
    """What columns of one kind are called in the file."""

    column: str
    cell: str
    values: str
    empty: str


_INPUT = _Kind("input", "inputEntry", "inputValues", "-")
_OUTPUT = _Kind("output", "outputEntry", "outputValues", "")


class _Columns(Splicer):
    def __init__(self, data: bytes, model: m.Model, table: m.DecisionTable) -> None:
        super().__init__(data)
        self.model = model
        self.was = shape_of(table)
        self.table = [one for one in self._root.iter() if local_name(one) == "decisionTable"][table.place]
        self.prefix = self._tag(self.table).decode().rpartition(":")[0]
        self.ids = {one.get("id") for one in self._root.iter() if local_name(one)}
        # DMN 1.1 writes types of FEEL with the prefix of FEEL's namespace.
        feel = next((key for key, uri in self._root.nsmap.items() if key and "FEEL" in uri), "")
        self.feel = f"{feel}:" if feel and model.version == "1.1" else ""

    def write(self, shape: Shape) -> None:
        if shape.policy != self.was.policy:
            policy, how = POLICIES[shape.policy]
            self.attribute(self.table, "hitPolicy", policy.name.replace("_", " "))
            self.attribute(self.table, "aggregation", how.name if how else "")
        self._group(_INPUT, shape.inputs)
        self._group(_OUTPUT, shape.outputs)
        decision = self.table.getparent()
        if decision is not None and local_name(decision) == "decision":
            self._requirements(decision, shape)
            self._variable(decision, shape)

    # Columns and cells

    def _group(self, kind: _Kind, columns: Sequence[_Column]) -> None:
        old = list(children(self.table, kind.column))
        kept = [one.was for one in columns if one.was]
        if kept != sorted(set(kept)) or not all(0 < one <= len(old) for one in kept):
            raise _stale()
        for number, element in enumerate(old, 1):
            now = next((one for one in columns if one.was == number), None)
            if now is None:
                self._drop(element)
            elif isinstance(now, InputColumn):
                self._input(element, now, self.was.inputs[number - 1])
            else:
                self._output(element, now, self.was.outputs[number - 1])
        new = [one for one in columns if not one.was]
        self._add(self.table, old, "output", [self._new(one) for one in new])
        for rule in children(self.table, "rule"):
            cells = list(children(rule, kind.cell))
            for number, cell in enumerate(cells, 1):
                if number not in kept:
                    self._drop(cell)
            made = self._element(kind.cell, self._element("text", kind.empty))
            self._add(rule, cells, "outputEntry", [made for _ in new])

    def _add(self, parent: etree._Element, group: list[etree._Element], follower: str, written: Sequence[str]) -> None:
        """Behind the last of a group; where there is none, before the first that follows it."""
        if not written:
            return
        beside = group[-1] if group else first(parent, follower)
        assert beside is not None  # every table and every rule has an outcome
        span = self._span[beside]
        place = span.end if group else self._before(span.start)
        indent = self._indent(beside) or b""
        self._edits.append((place, place, b"".join(indent + one.encode() for one in written)))

    def _drop(self, element: etree._Element) -> None:
        span = self._span[element]
        self._edits.append((self._before(span.start), span.end, b""))

    def _input(self, element: etree._Element, now: InputColumn, was: InputColumn) -> None:
        if now.label != was.label:
            self.attribute(element, "label", now.label)
        expression = first(element, "inputExpression")
        assert expression is not None  # a column without one is not read
        self._typed(expression, now, was)
        if now.expression != was.expression:
            self._say(expression, now.expression)
        self._values(element, _INPUT, now, was)

    def _output(self, element: etree._Element, now: OutputColumn, was: OutputColumn) -> None:
        if now.name != was.name:
            self.attribute(element, "name", now.name)
        if now.label != was.label:
            self.attribute(element, "label", now.label)
        self._typed(element, now, was)
        self._values(element, _OUTPUT, now, was)

    def _typed(self, element: etree._Element, now: _Column, was: _Column) -> None:
        if now.type_ref != was.type_ref:
            self.attribute(element, "typeRef", self._type(now.type_ref))

    def _type(self, type_ref: str) -> str:
        return f"{self.feel}{type_ref}" if type_ref and type_ref not in self.model.types else type_ref

    def _values(self, element: etree._Element, kind: _Kind, now: _Column, was: _Column) -> None:
        if now.allowed == was.allowed:
            return
        old = first(element, kind.values)
        if old is not None:
            if now.allowed:
                self._say(old, now.allowed)
            else:
                self._drop(old)
            return
        written = self._element(kind.values, self._element("text", escape(_legal(now.allowed)))).encode()
        span = self._span[element]
        if span.empty:
            self._fill(element, written)
            return
        before = first(element, "inputExpression")
        place = self._span[before].end if before is not None else span.opened
        indent = (self._indent(before) if before is not None else self._deeper(element)) or b""
        self._edits.append((place, place, indent + written))

    def _say(self, element: etree._Element, text: str) -> None:
        """Another content of the <text> in an element."""
        inner = first(element, "text")
        new = escape(_legal(text)).encode()
        if inner is None:
            place = self._span[element].opened
            self._edits.append((place, place, self._element("text", new.decode()).encode()))
        elif self._span[inner].empty:
            self._fill(inner, new)
        else:
            span = self._span[inner]
            self._edits.append((span.opened, span.closed, new))

    def _new(self, column: _Column) -> str:
        if isinstance(column, InputColumn):
            text = self._element("text", escape(_legal(column.expression)))
            inner = self._element("inputExpression", text, typeRef=self._type(column.type_ref))
            if column.allowed:
                inner += self._element("inputValues", self._element("text", escape(_legal(column.allowed))))
            return self._element("input", inner, id=self._id("column"), label=column.label)
        inner = ""
        if column.allowed:
            inner = self._element("outputValues", self._element("text", escape(_legal(column.allowed))))
        more = {"label": column.label, "name": column.name, "typeRef": self._type(column.type_ref)}
        return self._element("output", inner, id=self._id("outcome"), **more)

    def _element(self, tag: str, content: str = "", /, **attributes: str) -> str:
        name, tag = tag, f"{self.prefix}:{tag}" if self.prefix else tag
        pairs = "".join(f" {key}={quoteattr(_legal(value))}" for key, value in attributes.items() if value)
        return f"<{tag}{pairs}>{content}</{tag}>" if content or name == "text" else f"<{tag}{pairs}/>"

    def _id(self, stem: str) -> str:
        number = next(n for n in range(1, len(self.ids) + 2) if f"{stem}_{n}" not in self.ids)
        self.ids.add(f"{stem}_{number}")
        return f"{stem}_{number}"

    # What the decision rests on

    def _requirements(self, decision: etree._Element, shape: Shape) -> None:
        known = names(self.model)
        wanted: dict[str, str] = {}
        for column in shape.inputs:
            for name in _named(column.expression, known):
                wanted[name] = column.type_ref if name == column.expression else wanted.get(name, "")
        before = {name for column in self.was.inputs for name in _named(column.expression, known)}
        needs = {href: one for one in children(decision, "informationRequirement") for href in _hrefs(one)}
        for name in sorted(before - set(wanted)):
            self._need_no_more(name, needs, shape)
        declared = {one.name: one.id for one in self.model.decisions.values()}
        declared |= {one.name: one.id for one in self.model.inputs.values()}
        written, data = [], []
        for name, type_ref in wanted.items():
            if name in declared:
                if f"#{declared[name]}" not in needs:
                    written.append(self._need(declared[name], decides=declared[name] in self.model.decisions))
                self._datum_typed(name, type_ref, declared[name], decision)
            elif self.model.inputs and name not in before:
                id_ = self._id(f"input_{id_of(name)}")
                inner = self._element("variable", name=name, typeRef=self._type(type_ref))
                data.append(self._element("inputData", inner, id=id_, name=name))
                written.append(self._need(id_, decides=False))
        self._insert_needs(decision, written)
        if data:
            place, indent = self._span[decision].end, self._indent(decision) or b""
            self._edits.append((place, place, b"".join(indent + one.encode() for one in data)))

    def _insert_needs(self, decision: etree._Element, written: Sequence[str]) -> None:
        if not written:
            return
        anchors = [one for one in decision if local_name(one) in _BEFORE_NEEDS]
        place = self._span[anchors[-1]].end if anchors else self._span[decision].opened
        indent = (self._indent(anchors[-1]) if anchors else self._deeper(decision)) or b""
        self._edits.append((place, place, b"".join(indent + one.encode() for one in written)))

    def _need(self, id_: str, *, decides: bool) -> str:
        inner = self._element("requiredDecision" if decides else "requiredInput", href=f"#{id_}")
        return self._element("informationRequirement", inner, id=self._id("need"))

    def _need_no_more(self, name: str, needs: dict[str, etree._Element], shape: Shape) -> None:
        """Take away a requirement that only a column which is gone had, and the datum if nobody else needs it."""
        datum = next((one for one in self.model.inputs.values() if one.name == name), None)
        need = needs.get(f"#{datum.id}") if datum else None
        if datum is None or need is None or self._mentioned(name, shape):
            return
        self._drop(need)
        self._undraw(need.get("id"))
        elsewhere = any(
            one.get("href", "").rpartition("#")[2] == datum.id
            for one in self._root.iter()
            if local_name(one) and one.getparent() is not need
        )
        element = next(one for one in children(self._root, "inputData") if one.get("id", one.get("name")) == datum.id)
        if not elsewhere:
            self._drop(element)
            self._undraw(datum.id)

    def _mentioned(self, name: str, shape: Shape) -> bool:
        """Whether a cell that stays, or a rule's outcome, names it."""
        cells = [
            cell
            for rule in children(self.table, "rule")
            for kind, kept in ((_INPUT, shape.inputs), (_OUTPUT, shape.outputs))
            for number, cell in enumerate(children(rule, kind.cell), 1)
            if any(one.was == number for one in kept)
        ]
        defaults = [one for column in children(self.table, "output") for one in children(column, "defaultOutputEntry")]
        return any(name in "".join(str(part) for part in one.itertext()) for one in (*cells, *defaults))

    def _undraw(self, id_: str | None) -> None:
        for one in self._root.iter():
            drawn = local_name(one) in ("DMNShape", "DMNEdge")
            if id_ and drawn and (one.get("dmnElementRef") or "").rpartition(":")[2] == id_:
                self._drop(one)

    def _datum_typed(self, name: str, type_ref: str, id_: str, decision: etree._Element) -> None:
        """A datum that only this decision needs has the type of its column."""
        was = next((one for one in self.was.inputs if one.expression == name), None)
        datum = self.model.inputs.get(id_)
        if was is None or datum is None or was.type_ref == type_ref or datum.type_ref != was.type_ref:
            return
        others = (one for one in self.model.decisions.values() if one.id != decision.get("id", decision.get("name")))
        if any(id_ in one.requires.inputs for one in others):
            return
        element = next(one for one in children(self._root, "inputData") if one.get("id", one.get("name")) == id_)
        variable = first(element, "variable")
        if variable is not None:
            self.attribute(variable, "typeRef", self._type(type_ref))

    def _variable(self, decision: etree._Element, shape: Shape) -> None:
        """A decision whose type is that of its only outcome keeps step with it."""
        variable = first(decision, "variable")
        was, now = _type_of(self.was), _type_of(shape)
        if variable is None or was == now:
            return
        model = self.model.decisions.get(decision.get("id", decision.get("name", "")))
        if model is not None and (model.type_ref in (was, "") or not was):
            self.attribute(variable, "typeRef", self._type(now))


def _type_of(shape: Shape) -> str:
    """The type of the result, as far as the columns say it."""
    policy, how = POLICIES[shape.policy]
    if how is not None:
        return "number" if how is m.Aggregation.COUNT else shape.outputs[0].type_ref
    return shape.outputs[0].type_ref if len(shape.outputs) == 1 and not policy.several else ""


def _named(expression: str, known: frozenset[str]) -> tuple[str, ...]:
    try:
        return names_in(expression, known)
    except FeelError:
        return ()  # the check of the file says so


def _hrefs(need: etree._Element) -> list[str]:
    return [f"#{one.get('href', '').rpartition('#')[2]}" for one in need if local_name(one)]


def _stale() -> Exception:
    cause = Text("Die Tabelle in der Datei ist eine andere.", "The table in the file is another one.")
    expected = Text("Spalten dieser Tabelle, in ihrer Folge.", "Columns of this table, in their order.")
    return broken("DMN", cause, expected, Text("Bitte laden Sie die Seite neu.", "Please reload the page."))
