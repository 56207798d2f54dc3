"""The boxed expressions of DMN XML (DMN 1.5, chapters 7.3, 8.3 and 10.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text
from werkfluss.process.xml import local_name, squeezed

from . import model as m

_POLICIES = {policy.name.replace("_", " "): policy for policy in m.HitPolicy}
# How DMN 1.1 wrote the types, and tools that kept its spelling.
_OLD_TYPES = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "days and time duration": "days and time duration",
    "integer": "number",
    "double": "number",
    "long": "number",
    "decimal": "number",
    "int": "number",
}


def children(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    return (child for child in element if local_name(child) == tag)


def first(element: etree._Element, tag: str) -> etree._Element | None:
    return next(children(element, tag), None)


def squeezed_name(text: str | None) -> str:
    return squeezed(text)


def type_name(element: etree._Element, text: str | None = None) -> str:
    """The type without the prefix of a namespace: ``feel:number`` is ``number``."""
    name = squeezed(text if text is not None else element.get("typeRef"))
    if name.startswith("{"):
        name = name.rpartition("}")[2]
    name = name.rpartition(":")[2]  # some tools write a prefix that they never declare
    return _OLD_TYPES.get(name, name)


class Boxes:
    """Reads expressions; ``where`` is the name of the file."""

    def __init__(self, where: str) -> None:
        self.file = where
        self.places: dict[etree._Element, int] = {}
        self.readers: dict[str, Callable[[etree._Element, str], m.Expression]] = {
            "literalExpression": self.literal,
            "context": self.context,
            "invocation": self.invocation,
            "list": self.list_,
            "relation": self.relation,
            "functionDefinition": self.function,
            "decisionTable": self.table,
            "conditional": self.conditional,
            "for": self.iterator,
            "some": self.iterator,
            "every": self.iterator,
            "filter": self.filter,
        }

    def broken(self, where: str, element: etree._Element, cause: Text, expected: Text) -> Broken:
        place = f"{self.file}: {where} ({element.sourceline})"
        remedy = Text(
            "Berichtigen Sie das Element im Modellierungswerkzeug.", "Correct the element in the modelling tool."
        )
        return Broken(Fault(place, cause, expected, remedy))

    def expressions(self, element: etree._Element, where: str) -> list[m.Expression]:
        return [self.readers[tag](child, where) for child in element if (tag := local_name(child)) in self.readers]

    def only(self, element: etree._Element | None, where: str, type_ref: str = "") -> m.Expression | None:
        """The one expression inside ``element``; ``None`` if it has none."""
        if element is None:
            return None
        found = self.expressions(element, where)
        if len(found) > 1:
            cause = Text("Hier stehen mehrere Ausdrücke.", "There are several expressions here.")
            raise self.broken(where, element, cause, Text("Genau ein Ausdruck.", "Exactly one expression."))
        return found[0] if found else None

    def text(self, element: etree._Element | None) -> str:
        """What ``<text>`` holds, with its line breaks."""
        inner = first(element, "text") if element is not None else None
        return "".join(str(part) for part in inner.itertext()).strip() if inner is not None else ""

    def language(self, element: etree._Element) -> str:
        """Empty for FEEL, whether named here, on the definitions, or nowhere."""
        named = element.get("expressionLanguage") or element.getroottree().getroot().get("expressionLanguage") or ""
        return "" if not named or "feel" in named.lower() else named

    def literal(self, element: etree._Element, where: str) -> m.Literal:
        return m.Literal(where, self.text(element), self.language(element), type_ref=type_name(element))

    def context(self, element: etree._Element, where: str) -> m.Context:
        entries: list[m.Entry] = []
        result: m.Expression | None = None
        for child in children(element, "contextEntry"):
            variable = first(child, "variable")
            name = squeezed_name(variable.get("name")) if variable is not None else ""
            value = self.only(child, f"{where} · {name}" if name else where)
            if variable is None:
                result = value
            else:
                entries.append(m.Entry(name, type_name(variable), value))
        return m.Context(where, tuple(entries), result, type_ref=type_name(element))

    def parameters(self, element: etree._Element, tag: str) -> tuple[m.Parameter, ...]:
        return tuple(m.Parameter(squeezed_name(e.get("name")), type_name(e)) for e in children(element, tag))

    def function(self, element: etree._Element, where: str) -> m.FunctionDefinition:
        parameters = self.parameters(element, "formalParameter")
        kind = element.get("kind", "FEEL").upper()
        body = self.only(element, where)
        return m.FunctionDefinition(where, kind, parameters, body, type_ref=type_name(element))

    def invocation(self, element: etree._Element, where: str) -> m.Invocation:
        bindings: list[m.Entry] = []
        for child in children(element, "binding"):
            parameter = first(child, "parameter")
            name = squeezed_name(parameter.get("name")) if parameter is not None else ""
            type_ref = type_name(parameter) if parameter is not None else ""
            bindings.append(m.Entry(name, type_ref, self.only(child, f"{where} · {name}")))
        return m.Invocation(where, self.only(element, where), tuple(bindings), type_ref=type_name(element))

    def list_(self, element: etree._Element, where: str) -> m.ListOf:
        return m.ListOf(where, tuple(self.expressions(element, where)), type_ref=type_name(element))

    def relation(self, element: etree._Element, where: str) -> m.Relation:
        columns = self.parameters(element, "column")
        rows = []
        for row in children(element, "row"):
            cells = tuple(self.expressions(row, where))
            if len(cells) != len(columns):
                cause = Text(
                    f"Eine Zeile hat {len(cells)} Zellen statt {len(columns)}.",
                    f"A row has {len(cells)} cells instead of {len(columns)}.",
                )
                raise self.broken(where, row, cause, Text("Eine Zelle je Spalte.", "One cell per column."))
            rows.append(cells)
        return m.Relation(where, columns, tuple(rows), type_ref=type_name(element))

    def conditional(self, element: etree._Element, where: str) -> m.Conditional:
        parts = (self.only(first(element, tag), where) for tag in ("if", "then", "else"))
        return m.Conditional(where, *parts, type_ref=type_name(element))

    def iterator(self, element: etree._Element, where: str) -> m.Iterator:
        kind = local_name(element)
        body = self.only(first(element, "return" if kind == "for" else "satisfies"), where)
        source = self.only(first(element, "in"), where)
        variable = squeezed_name(element.get("iteratorVariable"))
        return m.Iterator(where, kind, variable, source, body, type_ref=type_name(element))

    def filter(self, element: etree._Element, where: str) -> m.Filter:
        source, match = self.only(first(element, "in"), where), self.only(first(element, "match"), where)
        return m.Filter(where, source, match, type_ref=type_name(element))

    # Decision tables

    def table(self, element: etree._Element, where: str) -> m.DecisionTable:
        policy, aggregation = self.policy(element, where)
        inputs = tuple(self.input(e, where) for e in children(element, "input"))
        outputs = tuple(self.output(e, where) for e in children(element, "output"))
        if not outputs:
            cause = Text("Die Tabelle hat keine Ausgabe.", "The table has no output.")
            raise self.broken(where, element, cause, Text("Mindestens eine Ausgabespalte.", "At least one output."))
        rules = tuple(
            self.rule(e, where, number, len(inputs), len(outputs))
            for number, e in enumerate(children(element, "rule"), 1)
        )
        notes = tuple(squeezed(e.get("name")) for e in children(element, "annotation"))
        kind = type_name(element)
        place = self.place(element)
        return m.DecisionTable(where, policy, aggregation, inputs, outputs, rules, notes, place, type_ref=kind)

    def place(self, table: etree._Element) -> int:
        """Which table of the file it is, in the order in which they are written."""
        if not self.places:
            every = (one for one in table.getroottree().getroot().iter() if local_name(one) == "decisionTable")
            self.places = {one: number for number, one in enumerate(every)}
        return self.places[table]

    def policy(self, element: etree._Element, where: str) -> tuple[m.HitPolicy, m.Aggregation | None]:
        name = squeezed(element.get("hitPolicy", "UNIQUE")).upper()
        how = squeezed(element.get("aggregation")).upper()
        if name not in _POLICIES or (how and how not in m.Aggregation.__members__):
            cause = Text(f"Die Trefferregel „{name} {how}“ gibt es nicht.", f"There is no hit policy “{name} {how}”.")
            raise self.broken(where, element, cause, Text(", ".join(_POLICIES), ", ".join(_POLICIES)))
        policy = _POLICIES[name]
        # An aggregation belongs to COLLECT alone; some tools leave it behind when the policy is changed.
        return policy, m.Aggregation[how] if how and policy is m.HitPolicy.COLLECT else None

    def input(self, element: etree._Element, where: str) -> m.InputClause:
        expression = first(element, "inputExpression")
        if expression is None or not self.text(expression):
            cause = Text("Eine Eingabespalte hat keinen Ausdruck.", "An input column has no expression.")
            raise self.broken(
                where, element, cause, Text("<inputExpression> mit <text>.", "<inputExpression> with <text>.")
            )
        text = self.text(expression)
        literal = m.Literal(f"{where} · {squeezed(text)}", text, self.language(expression))
        allowed = self.text(first(element, "inputValues"))
        return m.InputClause(squeezed(element.get("label")) or squeezed(text), literal, type_name(expression), allowed)

    def output(self, element: etree._Element, where: str) -> m.OutputClause:
        name = squeezed_name(element.get("name"))
        default = first(element, "defaultOutputEntry")
        return m.OutputClause(
            name,
            squeezed(element.get("label")) or name,
            type_name(element),
            self.text(first(element, "outputValues")),
            self.literal(default, f"{where} · {name}") if default is not None and self.text(default) else None,
        )

    def rule(self, element: etree._Element, where: str, number: int, inputs: int, outputs: int) -> m.Rule:
        place = f"{where} · {number}"
        conditions = tuple(self.text(e) for e in children(element, "inputEntry"))
        outcomes = tuple(self.literal(e, place) for e in children(element, "outputEntry"))
        if (len(conditions), len(outcomes)) != (inputs, outputs):
            have, want = f"{len(conditions)} + {len(outcomes)}", f"{inputs} + {outputs}"
            cause = Text(
                f"Regel {number} hat {have} Zellen (Bedingungen + Ausgaben), die Tabelle {want} Spalten.",
                f"Rule {number} has {have} cells (conditions + outputs), the table {want} columns.",
            )
            raise self.broken(place, element, cause, Text("Eine Zelle je Spalte.", "One cell per column."))
        annotations = tuple(self.text(e) for e in children(element, "annotationEntry"))
        described = first(element, "description")
        description = "".join(str(part) for part in described.itertext()).strip() if described is not None else ""
        return m.Rule(number, element.get("id", ""), conditions, outcomes, annotations, description)
