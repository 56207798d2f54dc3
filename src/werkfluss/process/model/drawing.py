"""The drawing inside the file (BPMN 2.0, chapter 12: diagram interchange)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """In the units of the diagram (about one pixel)."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Shape:
    id: str
    element: str
    bounds: Bounds
    label: Bounds | None = None
    expanded: bool | None = None
    horizontal: bool | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    id: str
    element: str
    waypoints: tuple[tuple[float, float], ...]
    label: Bounds | None = None


@dataclass(frozen=True, slots=True)
class Diagram:
    id: str
    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]
