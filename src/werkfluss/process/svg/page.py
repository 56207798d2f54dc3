"""One diagram of a file as a whole drawing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from lxml import etree

from werkfluss.process.model import (
    Bounds,
    CallActivity,
    Definitions,
    Diagram,
    EventPosition,
    FlowNode,
    Shape,
    SubProcess,
)

from .canvas import LINE, SVG, Look, add, number
from .nodes import draw_node
from .others import draw_artifact, draw_band, draw_edge

_MARGIN = 20.0


def draw(
    definitions: Definitions,
    *,
    diagram: int = 0,
    language: str = "de",
    active: Collection[str] = (),
    done: Collection[str] = (),
    heat: Mapping[str, int] | None = None,
    counts: Mapping[str, str] | None = None,
    style: str = "",
) -> str:
    """The SVG of one diagram of the file. ``active`` and ``done`` are ids of elements and flows to be highlighted.

    ``heat`` gives an element a step of a scale (class ``heat-<step>``), ``counts`` a small plate with a figure.
    ``style`` (for instance ``STYLE``) is put inside for a file that stands alone; a page brings its own style sheet.

    Raises:
        IndexError: the file has no such diagram.
    """
    plan = definitions.diagrams[diagram]
    look = Look(language, frozenset(active), frozenset(done), heat or {}, counts or {})
    svg = _canvas(definitions, plan, look, style)
    pools = {pool.id: pool.name_in(look.language) for pool in definitions.participants}
    for shape in plan.shapes:
        if shape.element in pools:
            draw_band(svg, shape, pools[shape.element], "bpmn-pool")
        elif shape.element in definitions.lanes:
            draw_band(svg, shape, definitions.lanes[shape.element].name_in(look.language), "bpmn-lane")
    _contents(svg, definitions, plan, look)
    return etree.tostring(svg, encoding="unicode")


def _canvas(definitions: Definitions, plan: Diagram, look: Look, style: str) -> etree._Element:
    box = _frame(plan)
    view = " ".join(number(value) for value in (box.x, box.y, box.width, box.height))
    namespaces: Any = {None: SVG}  # the published stubs know no default namespace
    svg = etree.Element(f"{{{SVG}}}svg", {"class": "bpmn", "role": "img", "viewBox": view}, nsmap=namespaces)
    names = [process.name_in(look.language) for process in definitions.processes if process.name]
    add(svg, "title").text = names[0] if names else definitions.name or "BPMN"
    if style:
        add(svg, "style").text = style
    marker = add(add(svg, "defs"), "marker", id="bpmn-arrow", markerWidth="9", markerHeight="8")
    for key, value in {"refX": "8", "refY": "4", "orient": "auto", "markerUnits": "userSpaceOnUse"}.items():
        marker.set(key, value)
    add(marker, "path", "bpmn-arrow", d="M0 0L9 4L0 8z")
    return svg


def _frame(diagram: Diagram) -> Bounds:
    boxes = [shape.bounds for shape in diagram.shapes]
    boxes += [shape.label for shape in diagram.shapes if shape.label]
    xs = [x for box in boxes for x in (box.x, box.x + box.width)] + [x for e in diagram.edges for x, _ in e.waypoints]
    ys = [y for box in boxes for y in (box.y, box.y + box.height)] + [y for e in diagram.edges for _, y in e.waypoints]
    if not xs:
        return Bounds(0, 0, 1, 1)
    left, top = min(xs) - _MARGIN, min(ys) - _MARGIN
    # Labels without a place of their own stand below their shape.
    return Bounds(left, top, max(xs) - left + _MARGIN, max(ys) - top + _MARGIN + 2 * LINE)


def _contents(svg: etree._Element, definitions: Definitions, plan: Diagram, look: Look) -> None:
    drawn = {shape.element for shape in plan.shapes}
    inner = [(definitions.nodes[shape.element], shape) for shape in plan.shapes if shape.element in definitions.nodes]
    holders = [(node, shape) for node, shape in inner if _expanded(definitions, node, shape, drawn)]
    opened = {node.id for node, _ in holders}
    steps = [(node, shape) for node, shape in inner if node.id not in opened]
    # Expanded boxes lie behind what they contain, arrows behind the steps, boundary events on top.
    for node, shape in sorted(holders, key=lambda pair: -pair[1].bounds.width * pair[1].bounds.height):
        draw_node(svg, node, shape, look, expanded=True)
    for edge in plan.edges:
        draw_edge(svg, definitions, edge, look)
    artifacts = {artifact.id: artifact for artifact in definitions.artifacts}
    for shape in plan.shapes:
        if shape.element in artifacts:
            draw_artifact(svg, artifacts[shape.element], shape, look)
    for node, shape in sorted(steps, key=lambda pair: pair[0].tag == EventPosition.BOUNDARY.value):
        draw_node(svg, node, shape, look, expanded=False)


_TASK_HEIGHT = 100.0


def _expanded(definitions: Definitions, node: FlowNode, shape: Shape, drawn: Collection[str]) -> bool:
    """Open, with its contents inside. Some tools leave the flag out, others set it for a box as small as a task."""
    if isinstance(node, CallActivity):
        return shape.expanded is True
    if not isinstance(node, SubProcess):
        return False
    filled = any(member.id in drawn for member in definitions.members.get(node.id, ()))
    return shape.expanded is not False and (filled or (shape.expanded is True and shape.bounds.height > _TASK_HEIGHT))
