"""A small builder for namespaced XML: empty values and empty groups leave no trace."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import cast

from lxml import etree

Value = str | Decimal | date | bool | None


class Builder:
    """Appends elements named ``prefix:Name`` in the order the caller wants (schemas fix it)."""

    def __init__(self, namespaces: dict[str, str], root: str, default: str = "") -> None:
        self.namespaces = namespaces
        mapping: dict[str | None, str] = {None: default} if default else {}
        mapping.update(namespaces.items())
        name = f"{{{default}}}{root}" if default else self._name(root)
        # lxml takes None as the default namespace; its stubs do not know.
        self.root = etree.Element(name, nsmap=cast("dict[str, str]", mapping))

    def _name(self, prefixed: str) -> str:
        prefix, local = prefixed.split(":")
        return f"{{{self.namespaces[prefix]}}}{local}"

    def group(self, parent: etree._Element, name: str) -> etree._Element:
        """An element for children; it vanishes at the end when it stays empty."""
        return etree.SubElement(parent, self._name(name))

    def put(self, parent: etree._Element, path: str, value: Value, **attributes: str) -> None:
        """Add ``a/b/c`` with a text, unless the value is missing; empty attributes are left out."""
        if value is None or value == "":
            return
        node = parent
        for name in path.split("/"):
            node = self.group(node, name)
        node.text = _written(value)
        for key, text in attributes.items():
            if text:
                node.set(key, text)

    def to_bytes(self, keep: tuple[str, ...] = ()) -> bytes:
        """UTF-8 with declaration; groups that stayed empty are dropped, except those named in ``keep``."""
        kept = {self._name(name) for name in keep}
        for node in reversed(list(self.root.iter())):
            parent = node.getparent()
            if parent is not None and len(node) == 0 and not node.text and node.tag not in kept:
                parent.remove(node)
        return etree.tostring(self.root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _written(value: str | Decimal | date | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value
