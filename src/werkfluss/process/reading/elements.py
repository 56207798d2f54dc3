"""Small questions to BPMN elements; namespaces, not prefixes, decide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from werkfluss.process.model import Words
from werkfluss.process.xml import BPMN_NS, local_name, namespace, squeezed

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# What JUEL, the expression language of Camunda 7, and FEEL write alike: names, numbers, comparison, arithmetic.
_COMMON_JUEL = re.compile(r"[$#]\{\s*((?:[\w.\s+*/-]|[<>]=?|!=)+?)\s*\}")


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    for child in element:
        if namespace(child) == BPMN_NS and local_name(child) in names:
            yield child


def child(element: etree._Element, *names: str) -> etree._Element | None:
    return next(children(element, *names), None)


def text_of(element: etree._Element, name: str) -> str:
    """The text of the first such child on one line; empty if there is none."""
    found = child(element, name)
    return squeezed("".join(map(str, found.itertext()))) if found is not None else ""


def documentation(element: etree._Element) -> tuple[str, Words | None]:
    """What the file says of an element, and the same by language where it names one (``xml:lang``).

    The first is German, if any is, else what has no language, else the first.
    """
    texts: dict[str, list[str]] = {}
    for note in children(element, "documentation"):
        if text := squeezed("".join(map(str, note.itertext()))):
            texts.setdefault((note.get(_LANG) or "").lower().split("-")[0], []).append(text)
    said = {tag: " ".join(parts) for tag, parts in texts.items()}
    words = Words(tuple(said.items()))
    return str(words), words if any(said) else None


def reference(value: str | None) -> str:
    """A QName reference without its prefix: ids are what counts inside one file."""
    return (value or "").strip().rpartition(":")[2]


def flag(element: etree._Element, name: str, default: bool) -> bool:
    value = (element.get(name) or "").strip().lower()
    return default if not value else value in ("true", "1")


def without_juel(text: str) -> str:
    """``${count > 3}`` as ``count > 3``; whatever is not the same in FEEL stays as it is."""
    match = _COMMON_JUEL.fullmatch(text)
    return match[1] if match else text


def expression(element: etree._Element, name: str) -> str:
    return without_juel(text_of(element, name))


@dataclass(frozen=True, slots=True)
class Index:
    """The elements of one file that others refer to, by id; ``where`` names the file in messages."""

    where: str
    by_id: dict[str, etree._Element]
    expression_language: str

    def get(self, element_id: str) -> etree._Element | None:
        return self.by_id.get(element_id)

    def name(self, element_id: str) -> str:
        """The name of a message, signal, resource, category value …; empty if it is not in the file."""
        found = self.by_id.get(element_id)
        return squeezed(found.get("name") or found.get("value")) if found is not None else ""


def index(root: etree._Element, where: str) -> Index:
    found = {
        own: element
        for element in root.iter()
        if namespace(element) == BPMN_NS and (own := element.get("id")) is not None
    }
    return Index(where, found, root.get("expressionLanguage") or "")
