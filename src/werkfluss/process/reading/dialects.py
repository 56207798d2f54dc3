"""What the process engines write into the extension elements: Camunda 8 (Zeebe), Camunda 7, Activiti, Flowable.

Sources: the moddle descriptors zeebe-bpmn-moddle 1.x and camunda-bpmn-moddle 7.x; Activiti and Flowable use the names
of Camunda 7 in namespaces of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from werkfluss.process.model import VariableMapping
from werkfluss.process.xml import local_name, namespace, squeezed

from .elements import flag, without_juel

ZEEBE = "http://camunda.org/schema/zeebe/1.0"
_SEVEN = ("http://camunda.org/schema/1.0/bpmn", "http://activiti.org/bpmn", "http://flowable.org/bpmn")


def _parts(element: etree._Element, name: str, *spaces: str) -> Iterator[etree._Element]:
    for box in element:
        if local_name(box) == "extensionElements":
            for part in box:
                if namespace(part) in spaces and local_name(part) == name:
                    yield part


def zeebe(element: etree._Element, part: str, attribute: str) -> str:
    """One attribute of the first ``zeebe:part`` in the element's extension elements; empty if it is not there."""
    found = next(_parts(element, part, ZEEBE), None)
    return squeezed(found.get(attribute)) if found is not None else ""


def seven(element: etree._Element, attribute: str) -> str:
    """An attribute of Camunda 7, Activiti or Flowable on the element itself."""
    values = (element.get(f"{{{space}}}{attribute}") for space in _SEVEN)
    return squeezed(next((value for value in values if value), ""))


def assigned(element: etree._Element) -> str:
    """The first named group, else the named person; an expression names nobody before the case runs."""
    candidates = (
        zeebe(element, "assignmentDefinition", "candidateGroups"),
        seven(element, "candidateGroups"),
        zeebe(element, "assignmentDefinition", "assignee"),
        seven(element, "assignee"),
    )
    literal = (text for text in candidates if text and not text.startswith(("$", "#", "=")))
    return next(literal, "")


def service(element: etree._Element) -> str:
    return zeebe(element, "taskDefinition", "type") or seven(element, "topic") or seven(element, "type")


def result_variable(element: etree._Element) -> str:
    return (
        zeebe(element, "script", "resultVariable")
        or zeebe(element, "calledDecision", "resultVariable")
        or seven(element, "resultVariable")
    )


def _mapping(part: etree._Element) -> VariableMapping | None:
    source = squeezed(part.get("source") or part.get("sourceExpression"))
    target = squeezed(part.get("target"))
    return VariableMapping(without_juel(source), target) if source and target else None


def _parameter(part: etree._Element) -> VariableMapping | None:
    """``camunda:inputParameter``: an expression, or a text that FEEL has to see as a text."""
    name, text = squeezed(part.get("name")), squeezed(part.text)
    if not name or not text or len(part):
        return None
    plain = without_juel(text)
    if plain == text and text.startswith(("$", "#")):
        return None
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return VariableMapping(plain if plain != text else quoted, name)


def mappings(element: etree._Element, way: str) -> tuple[VariableMapping, ...]:
    """The mappings of one ``way``, ``input`` or ``output``, in document order."""
    short = {"input": "in", "output": "out"}[way]
    found = [_mapping(p) for box in _parts(element, "ioMapping", ZEEBE) for p in box if local_name(p) == way]
    found += [_mapping(part) for part in _parts(element, short, *_SEVEN)]
    for box in _parts(element, "inputOutput", *_SEVEN):
        found += [_parameter(part) for part in box if local_name(part) == f"{way}Parameter"]
    return tuple(mapping for mapping in found if mapping is not None)


def passes_all(element: etree._Element, way: str) -> bool:
    """Whether a call hands over every variable: all in Camunda 8, only on demand once Camunda 7 lists some."""
    name = {"input": "propagateAllParentVariables", "output": "propagateAllChildVariables"}[way]
    called = next(_parts(element, "calledElement", ZEEBE), None)
    if called is not None:
        return flag(called, name, default=True)
    listed = [p for part in ("in", "out") for p in _parts(element, part, *_SEVEN)]
    short = {"input": "in", "output": "out"}[way]
    return not listed or any(part.get("variables") == "all" for part in listed if local_name(part) == short)
