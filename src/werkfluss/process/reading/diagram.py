"""The drawing: shapes, edges and where their labels stand (BPMN 2.0, chapter 12)."""

from __future__ import annotations

from lxml import etree

from werkfluss.process.model import Bounds, Diagram, Edge, Shape
from werkfluss.process.xml import local_name

from .elements import flag, reference

_FARTHEST = 1_000_000.0  # no sheet is larger; keeps infinity and not-a-number out of every drawing


def _coordinate(text: str | None) -> float:
    """Raises ValueError for what has no place on a sheet."""
    value = float(text or 0)
    if not -_FARTHEST <= value <= _FARTHEST:
        raise ValueError(text)
    return value


def _bounds(element: etree._Element | None) -> Bounds | None:
    if element is None:
        return None
    found = next((child for child in element if local_name(child) == "Bounds"), None)
    if found is None:
        return None
    try:
        x, y, width, height = (_coordinate(found.get(key)) for key in ("x", "y", "width", "height"))
    except ValueError:
        return None
    return Bounds(x, y, width, height)


def _tristate(element: etree._Element, name: str) -> bool | None:
    return None if element.get(name) is None else flag(element, name, default=False)


def _label(element: etree._Element) -> Bounds | None:
    return _bounds(next((child for child in element if local_name(child) == "BPMNLabel"), None))


def read_diagram(element: etree._Element) -> Diagram:
    shapes: list[Shape] = []
    edges: list[Edge] = []
    for part in element.iter():
        name = local_name(part)
        drawn = reference(part.get("bpmnElement")) if name in ("BPMNShape", "BPMNEdge") else ""
        if name == "BPMNShape" and (bounds := _bounds(part)) is not None:
            expanded, horizontal = _tristate(part, "isExpanded"), _tristate(part, "isHorizontal")
            shapes.append(Shape(part.get("id") or "", drawn, bounds, _label(part), expanded, horizontal))
        elif name == "BPMNEdge":
            points = [p for p in part if local_name(p) == "waypoint"]
            try:
                waypoints = tuple((_coordinate(p.get("x")), _coordinate(p.get("y"))) for p in points)
            except ValueError:
                continue
            edges.append(Edge(part.get("id") or "", drawn, waypoints, _label(part)))
    return Diagram(element.get("id") or "", tuple(shapes), tuple(edges))
