"""DMN XML of the versions 1.1 to 1.5 to a ``Model``.

The versions differ in their namespace and in the spelling of types; the elements of the decision logic are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from lxml import etree

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text
from werkfluss.process.xml import local_name, namespace, parse

from . import model as m
from .boxes import Boxes, children, first, squeezed_name, type_name

# The end of a namespace stands for the version (DMN 1.5, annex; the older ones from their own schema files).
VERSIONS = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20151101/dmn11.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "http://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "http://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
    "http://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
_EXPORT = Text(
    "Exportieren Sie das Modell im Modellierungswerkzeug noch einmal als DMN.",
    "Export the model from the modelling tool once more as DMN.",
)
_Element = TypeVar("_Element", m.Decision, m.InputData, m.KnowledgeModel, m.DecisionService)


def broken(where: str, cause: Text, expected: Text, next_step: Text = _EXPORT) -> Broken:
    return Broken(Fault(where, cause, expected, next_step))


def read(data: bytes, where: str = "DMN") -> m.Model:
    """The model in ``data``; ``where`` is the name of the file for messages.

    Raises:
        Broken: no XML, no DMN 1.1 to 1.5, an id that occurs twice, a requirement that leads nowhere, or
            decisions that require each other in a circle.
    """
    try:
        root = parse(data, where)
    except Broken as error:
        raise broken(where, error.fault.cause, Text("Eine DMN-Datei (XML).", "A DMN file (XML).")) from None
    uri = namespace(root)
    if local_name(root) != "definitions" or uri not in VERSIONS:
        cause = Text(
            f"Das ist keine DMN-Datei der Versionen 1.1 bis 1.5: <{local_name(root)}> aus „{uri}“.",
            f"This is not a DMN file of the versions 1.1 to 1.5: <{local_name(root)}> of “{uri}”.",
        )
        raise broken(where, cause, Text("<definitions> aus DMN.", "<definitions> of DMN."))
    return _Reader(root, where, VERSIONS[uri]).model()


class _Reader:
    def __init__(self, root: etree._Element, where: str, version: str) -> None:
        self.root = root
        self.where = where
        self.version = version
        self.boxes = Boxes(where)

    def model(self) -> m.Model:
        decisions = self.by_id(self.decision(e) for e in children(self.root, "decision"))
        inputs = self.by_id(self.input(e) for e in children(self.root, "inputData"))
        knowledge = self.by_id(self.knowledge(e) for e in children(self.root, "businessKnowledgeModel"))
        services = self.by_id(self.service(e) for e in children(self.root, "decisionService"))
        self.check_unique_ids(inputs, decisions, knowledge, services)
        if not decisions and not knowledge:
            cause = Text("Das Modell enthält keine Entscheidung.", "The model holds no decision.")
            raise broken(self.where, cause, Text("Mindestens eine <decision>.", "At least one <decision>."))
        types = {item.name: item for item in map(self.item, children(self.root, "itemDefinition"))}
        imports = tuple(
            m.Import(squeezed_name(e.get("name")), e.get("namespace", ""), e.get("locationURI", ""))
            for e in children(self.root, "import")
        )
        self.check_references(inputs, decisions, knowledge, services, imports)
        return m.Model(
            squeezed_name(self.root.get("name")) or self.where,
            self.root.get("namespace", ""),
            self.version,
            inputs,
            decisions,
            knowledge,
            services,
            types,
            imports,
            self.order(decisions),
        )

    def by_id(self, elements: Iterable[_Element]) -> dict[str, _Element]:
        found: dict[str, _Element] = {}
        for element in elements:
            if element.id in found:
                self.twice(element.id)
            found[element.id] = element
        return found

    def twice(self, id_: str) -> None:
        cause = Text(f"Die Kennung „{id_}“ kommt zweimal vor.", f"The id “{id_}” occurs twice.")
        raise broken(self.where, cause, Text("Eindeutige Kennungen.", "Unique ids."))

    def check_unique_ids(self, *groups: Mapping[str, Any]) -> None:
        seen: set[str] = set()
        for group in groups:
            for id_ in group:
                if id_ in seen:
                    self.twice(id_)
                seen.add(id_)

    # Elements

    def name(self, element: etree._Element) -> str:
        name = squeezed_name(element.get("name")) or element.get("id", "")
        if not name:
            tag, line = local_name(element), element.sourceline
            cause = Text(f"<{tag}> in Zeile {line} hat keinen Namen.", f"<{tag}> in line {line} has no name.")
            raise broken(self.where, cause, Text("Ein Attribut name.", "An attribute name."))
        return name

    def id(self, element: etree._Element) -> str:
        return element.get("id") or self.name(element)

    def variable_type(self, element: etree._Element) -> str:
        variable = first(element, "variable")
        return type_name(variable) if variable is not None else ""

    def input(self, element: etree._Element) -> m.InputData:
        return m.InputData(self.id(element), self.name(element), self.variable_type(element))

    def decision(self, element: etree._Element) -> m.Decision:
        name = self.name(element)
        question = first(element, "question")
        answers = first(element, "allowedAnswers")
        return m.Decision(
            self.id(element),
            name,
            self.variable_type(element),
            self.boxes.only(element, name, self.variable_type(element)),
            self.requirements(element),
            squeezed_name(question.text) if question is not None else "",
            squeezed_name(answers.text) if answers is not None else "",
        )

    def knowledge(self, element: etree._Element) -> m.KnowledgeModel:
        name = self.name(element)
        logic = first(element, "encapsulatedLogic")
        function = self.boxes.function(logic, name) if logic is not None else None
        return m.KnowledgeModel(
            self.id(element), name, self.variable_type(element), function, self.requirements(element)
        )

    def service(self, element: etree._Element) -> m.DecisionService:
        def references(tag: str) -> tuple[str, ...]:
            return tuple(_reference(e, self.root) for e in children(element, tag))

        return m.DecisionService(
            self.id(element),
            self.name(element),
            self.variable_type(element),
            references("outputDecision"),
            references("encapsulatedDecision"),
            references("inputDecision"),
            references("inputData"),
        )

    def requirements(self, element: etree._Element) -> m.Requirements:
        found: dict[str, list[str]] = {"requiredDecision": [], "requiredInput": [], "requiredKnowledge": []}
        for kind in ("informationRequirement", "knowledgeRequirement"):
            for requirement in children(element, kind):
                for tag, ids in found.items():
                    ids += [_reference(e, self.root) for e in children(requirement, tag)]
        return m.Requirements(
            tuple(found["requiredDecision"]), tuple(found["requiredInput"]), tuple(found["requiredKnowledge"])
        )

    def item(self, element: etree._Element) -> m.ItemDefinition:
        reference = first(element, "typeRef")
        function = first(element, "functionItem")
        allowed, constraint = first(element, "allowedValues"), first(element, "typeConstraint")
        return m.ItemDefinition(
            self.name(element),
            type_name(element, reference.text if reference is not None else element.get("typeRef")),
            element.get("isCollection") == "true",
            self.boxes.text(allowed),
            self.boxes.text(constraint),
            tuple(self.item(e) for e in children(element, "itemComponent")),
            function is not None,
            self.boxes.parameters(function, "parameters") if function is not None else (),
            type_name(element, function.get("outputTypeRef", "")) if function is not None else "",
        )

    # Requirements

    def check_references(
        self,
        inputs: Mapping[str, m.InputData],
        decisions: Mapping[str, m.Decision],
        knowledge: Mapping[str, m.KnowledgeModel],
        services: Mapping[str, m.DecisionService],
        imports: tuple[m.Import, ...],
    ) -> None:
        foreign = {one.namespace for one in imports}
        needs: list[tuple[str, tuple[str, ...], set[str]]] = []
        elements: list[m.Decision | m.KnowledgeModel] = [*decisions.values(), *knowledge.values()]
        for element in elements:
            needs.append((element.name, element.requires.decisions, set(decisions)))
            needs.append((element.name, element.requires.inputs, set(inputs)))
            needs.append((element.name, element.requires.knowledge, {*knowledge, *services}))
        for service in services.values():
            inner = service.outputs + service.encapsulated + service.input_decisions
            needs += [(service.name, inner, set(decisions)), (service.name, service.input_data, set(inputs))]
        for name, ids, known in needs:
            for id_ in ids:
                if id_ not in known and id_.rpartition("#")[0] not in foreign:
                    cause = Text(
                        f"„{name}“ verweist auf „{id_}“, das es im Modell nicht gibt.",
                        f"“{name}” refers to “{id_}”, which the model does not hold.",
                    )
                    raise broken(
                        f"{self.where}: {name}", cause, Text("Ein vorhandenes Element.", "An existing element.")
                    )

    def order(self, decisions: Mapping[str, m.Decision]) -> tuple[str, ...]:
        """Each decision behind those it requires, without recursion: a chain may be long."""
        done: dict[str, None] = {}
        for start in decisions:
            path = [(start, iter(decisions[start].requires.decisions))]
            while path and start not in done:
                current, rest = path[-1]
                following = next((id_ for id_ in rest if id_ in decisions and id_ not in done), None)
                if following is None:
                    done[current] = None
                    path.pop()
                elif following in (ids := [id_ for id_, _ in path]):
                    self.circle([decisions[id_].name for id_ in [*ids[ids.index(following) :], following]])
                else:
                    path.append((following, iter(decisions[following].requires.decisions)))
        return tuple(done)

    def circle(self, names: list[str]) -> None:
        way = " → ".join(names)
        cause = Text(f"Entscheidungen setzen einander voraus: {way}", f"Decisions require each other: {way}")
        expected = Text("Voraussetzungen ohne Kreis.", "Requirements without a circle.")
        remedy = Text("Entfernen Sie eine dieser Voraussetzungen.", "Remove one of these requirements.")
        raise broken(f"{self.where}: {names[0]}", cause, expected, remedy)


def _reference(element: etree._Element, root: etree._Element) -> str:
    """``#id`` or ``namespace#id``; the model's own namespace is left out."""
    href = element.get("href", "").strip()
    uri, _, id_ = href.rpartition("#")
    return id_ if uri in ("", root.get("namespace", "")) else href
