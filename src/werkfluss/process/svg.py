"""A drawing of a process from its BPMN diagram: clean SVG, styled by CSS classes alone.

Classes: ``bpmn`` (the drawing) · ``bpmn-pool`` ``bpmn-lane`` ``bpmn-task`` ``bpmn-subprocess`` ``bpmn-event``
``bpmn-event-inner`` ``bpmn-end`` ``bpmn-gateway`` ``bpmn-artifact`` (outlines) · ``bpmn-flow`` ``bpmn-message-flow``
``bpmn-association`` ``bpmn-arrow`` (lines) · ``bpmn-mark`` (signs inside) · ``bpmn-label`` ``bpmn-title`` (text) ·
``is-active`` ``is-done`` on the group of an element.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from lxml import etree

from .model import (
    Bounds,
    CallActivity,
    Definitions,
    Diagram,
    Edge,
    Event,
    EventKind,
    EventPosition,
    FlowNode,
    Gateway,
    GatewayType,
    Shape,
    SubProcess,
    Task,
    TaskType,
)

STYLE = """
.bpmn{font:12px system-ui,sans-serif;background:#fff}
.bpmn-pool,.bpmn-lane{fill:none;stroke:#9aa1a9}
.bpmn-task,.bpmn-subprocess,.bpmn-event,.bpmn-gateway{fill:#fff;stroke:#3c4650;stroke-width:1.5}
.bpmn-event-inner{fill:none;stroke:#3c4650;stroke-width:1.2}
.bpmn-end{stroke-width:3.5}
.bpmn-subprocess{fill:#f7f8f9}
.bpmn-artifact{fill:none;stroke:#9aa1a9;stroke-dasharray:3 2}
.bpmn-flow,.bpmn-message-flow,.bpmn-association{fill:none;stroke:#3c4650;stroke-width:1.3}
.bpmn-message-flow{stroke-dasharray:7 4}
.bpmn-association{stroke-dasharray:2 3}
.bpmn-arrow{fill:#3c4650}
.bpmn-mark{fill:none;stroke:#3c4650;stroke-width:1.6}
.bpmn-label{fill:#1d2329;text-anchor:middle}
.bpmn-title{fill:#1d2329;text-anchor:middle;font-weight:600}
.is-done .bpmn-task,.is-done .bpmn-event,.is-done .bpmn-gateway{fill:#e9f3ec;stroke:#2f7d4f}
.is-done .bpmn-flow{stroke:#2f7d4f;stroke-width:2}
.is-active .bpmn-task,.is-active .bpmn-event,.is-active .bpmn-gateway{fill:#e3edfb;stroke:#1f5fb8;stroke-width:3}
"""
_CHARACTER = 6.3  # average width of a letter at 12 px
_LINE = 14.0
_MARGIN = 20.0
_SVG = "http://www.w3.org/2000/svg"
_SERVICE_SIGN = "M0 6a6 6 0 1 0 12 0a6 6 0 1 0 -12 0M6 -2v3M6 11v3M-2 6h3M11 6h3"
_USER_SIGN = "M3 4a3 3 0 1 0 6 0a3 3 0 1 0 -6 0M0 13c0 -7 12 -7 12 0"
_LETTER_SIGN = "M0 2h13v9h-13zM0 2l6.5 5l6.5 -5"
_SIGNS = {
    TaskType.USER: _USER_SIGN,
    TaskType.SERVICE: _SERVICE_SIGN,
    TaskType.SEND: _LETTER_SIGN,
    TaskType.RECEIVE: _LETTER_SIGN,
    TaskType.MANUAL: "M1 10v-6h3l1 -3l2 1v3h6v5z",
    TaskType.SCRIPT: "M1 0h11v13h-11zM4 4h5M4 7h5M4 10h5",
    TaskType.BUSINESS_RULE: "M0 1h13v11h-13zM0 5h13M4 1v11",
}
_GATEWAY_SIGNS = {
    GatewayType.EXCLUSIVE: "M-6 -8L6 8M6 -8L-6 8",
    GatewayType.PARALLEL: "M0 -10V10M-10 0H10",
    GatewayType.INCLUSIVE: "M-9 0a9 9 0 1 0 18 0a9 9 0 1 0 -18 0",
    GatewayType.EVENT_BASED: "M0 -9L9 -2L5.5 8H-5.5L-9 -2z",
    GatewayType.COMPLEX: "M0 -10V10M-10 0H10M-7 -7L7 7M7 -7L-7 7",
}
_EVENT_SIGNS = {
    EventKind.TIMER: "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0 -16 0M0 -5V0L4 2",
    EventKind.MESSAGE: "M-8 -5h16v10h-16zM-8 -5l8 6l8 -6",
    EventKind.SIGNAL: "M0 -7L7 6H-7z",
    EventKind.ERROR: "M-7 6L-3 -6L2 2L7 -7L3 6L-2 -2z",
    EventKind.ESCALATION: "M0 -7L6 7L0 1L-6 7z",
    EventKind.CONDITIONAL: "M-6 -8h12v16h-12zM-3 -4h6M-3 0h6M-3 4h6",
    EventKind.LINK: "M-8 -3h8v-4l8 7l-8 7v-4h-8z",
    EventKind.TERMINATE: "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0",
    EventKind.COMPENSATE: "M0 0l7 -6v12zM-7 0l7 -6v12z",
    EventKind.CANCEL: "M-6 -6L6 6M6 -6L-6 6",
    EventKind.MULTIPLE: "M0 -8L8 -2L5 7H-5L-8 -2z",
}


def _hyphenated(word: str, most: int) -> list[str]:
    """A word that is longer than the line, in even pieces."""
    if len(word) <= most:
        return [word]
    count = -(-len(word) // (most - 1))
    size = -(-len(word) // count)
    pieces = [word[start : start + size] for start in range(0, len(word), size)]
    return [f"{piece}-" for piece in pieces[:-1]] + pieces[-1:]


def wrapped(text: str, width: float, lines: int) -> list[str]:
    """Words on lines of at most ``width`` units; what does not fit is cut with an ellipsis."""
    most = max(4, int(width / _CHARACTER))
    rows: list[str] = []
    for word in text.split():
        parts = re.findall(r"[^-]+-?|-", word) if len(word) > most else [word]
        pieces = [piece for part in parts for piece in _hyphenated(part, most)]
        for index, piece in enumerate(pieces):
            joint = "" if index else " "
            if rows and len(rows[-1]) + len(joint) + len(piece) <= most:
                rows[-1] += joint + piece
            else:
                rows.append(piece)
    if len(rows) > lines:
        rows = [*rows[: lines - 1], rows[lines - 1][: most - 1] + "…"]
    return rows


@dataclass(frozen=True, slots=True)
class _Look:
    language: str
    active: frozenset[str]
    done: frozenset[str]

    def state(self, element: str) -> str:
        return " is-active" if element in self.active else " is-done" if element in self.done else ""


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _element(parent: etree._Element, tag: str, css: str = "", **attributes: float | str) -> etree._Element:
    values = {
        key.replace("_", "-"): value if isinstance(value, str) else _number(value) for key, value in attributes.items()
    }
    if css:
        values["class"] = css
    return etree.SubElement(parent, f"{{{_SVG}}}{tag}", values)


def _text(parent: etree._Element, rows: list[str], x: float, y: float, css: str = "bpmn-label") -> None:
    """Rows centred on (x, y)."""
    if not rows:
        return
    text = _element(parent, "text", css)
    top = y - (len(rows) - 1) * _LINE / 2 + 4
    for index, row in enumerate(rows):
        _element(text, "tspan", x=x, y=top + index * _LINE).text = row


def _rectangle(parent: etree._Element, bounds: Bounds, css: str, radius: float = 0) -> None:
    _element(parent, "rect", css, x=bounds.x, y=bounds.y, width=bounds.width, height=bounds.height, rx=radius)


def _group(parent: etree._Element, element: str, name: str, look: _Look) -> etree._Element:
    group = _element(parent, "g", f"bpmn-element{look.state(element)}", data_element=element)
    if name:
        _element(group, "title").text = name
    return group


def _mark(parent: etree._Element, path: str, x: float, y: float) -> None:
    _element(parent, "path", "bpmn-mark", d=path, transform=f"translate({_number(x)} {_number(y)})")


def _band(svg: etree._Element, shape: Shape, name: str, css: str) -> None:
    """A pool or lane; its title stands upright in the band on the left, or on top of a vertical one."""
    bounds = shape.bounds
    group = _element(svg, "g", "bpmn-element", data_element=shape.element)
    _rectangle(group, bounds, css)
    if shape.horizontal is False:
        _text(group, wrapped(name, bounds.width, 1), bounds.x + bounds.width / 2, bounds.y + 15, "bpmn-title")
        return
    x, y = bounds.x + 15, bounds.y + bounds.height / 2
    text = _element(group, "text", "bpmn-title", transform=f"translate({_number(x)} {_number(y)}) rotate(-90)")
    for index, row in enumerate(rows := wrapped(name, bounds.height - 10, 2)):
        _element(text, "tspan", x=0.0, y=(index - (len(rows) - 1) / 2) * _LINE + 4).text = row


def _activity(group: etree._Element, node: FlowNode, shape: Shape, name: str) -> None:
    bounds = shape.bounds
    if isinstance(node, SubProcess) and shape.expanded is not False:
        _rectangle(group, bounds, "bpmn-subprocess", 8)
        _text(group, wrapped(name, bounds.width - 16, 1), bounds.x + bounds.width / 2, bounds.y + 14)
        return
    _rectangle(group, bounds, "bpmn-task", 8)
    rows = wrapped(name, bounds.width - 10, max(1, int(bounds.height / _LINE) - 1))
    _text(group, rows, bounds.x + bounds.width / 2, bounds.y + bounds.height / 2 + 3)
    if isinstance(node, Task) and node.type in _SIGNS:
        _mark(group, _SIGNS[node.type], bounds.x + 6, bounds.y + 6)
    if isinstance(node, SubProcess | CallActivity):
        x, y = bounds.x + bounds.width / 2, bounds.y + bounds.height - 9
        _mark(group, "M-6 -6h12v12h-12zM-4 0h8M0 -4v8", x, y)


def _event(group: etree._Element, node: Event, bounds: Bounds) -> None:
    x, y, radius = bounds.x + bounds.width / 2, bounds.y + bounds.height / 2, bounds.width / 2
    css = "bpmn-event bpmn-end" if node.position is EventPosition.END else "bpmn-event"
    _element(group, "circle", css, cx=x, cy=y, r=radius)
    if node.position in (EventPosition.CATCH, EventPosition.THROW, EventPosition.BOUNDARY):
        _element(group, "circle", "bpmn-event-inner", cx=x, cy=y, r=max(1.0, radius - 3.5))
    if node.trigger.kind in _EVENT_SIGNS:
        _mark(group, _EVENT_SIGNS[node.trigger.kind], x, y)


def _gateway(group: etree._Element, node: Gateway, bounds: Bounds) -> None:
    x, y = bounds.x + bounds.width / 2, bounds.y + bounds.height / 2
    corners = ((x, bounds.y), (bounds.x + bounds.width, y), (x, bounds.y + bounds.height), (bounds.x, y))
    points = " ".join(f"{_number(a)},{_number(b)}" for a, b in corners)
    _element(group, "polygon", "bpmn-gateway", points=points)
    _mark(group, _GATEWAY_SIGNS[node.type], x, y)


def _outer_label(group: etree._Element, shape: Shape, name: str) -> None:
    """Events and gateways carry their name outside: where the tool put it, else below."""
    place = shape.label
    if place is not None and place.width > 5:
        rows = wrapped(name, max(place.width, 60), 4)
        _text(group, rows, place.x + place.width / 2, place.y + max(place.height, _LINE) / 2)
        return
    bounds = shape.bounds
    rows = wrapped(name, 100, 3)
    below = bounds.y + bounds.height + 4 + len(rows) * _LINE / 2
    _text(group, rows, bounds.x + bounds.width / 2, below)


def _node(svg: etree._Element, node: FlowNode, shape: Shape, look: _Look) -> None:
    name = node.name_in(look.language)
    group = _group(svg, node.id, name, look)
    if isinstance(node, Event):
        _event(group, node, shape.bounds)
        _outer_label(group, shape, name)
    elif isinstance(node, Gateway):
        _gateway(group, node, shape.bounds)
        _outer_label(group, shape, name)
    else:
        _activity(group, node, shape, name)


def _edge(svg: etree._Element, definitions: Definitions, edge: Edge, look: _Look) -> None:
    if len(edge.waypoints) < 2:
        return
    flow = definitions.flows.get(edge.element)
    message = next((m for m in definitions.message_flows if m.id == edge.element), None)
    css = "bpmn-flow" if flow else "bpmn-message-flow" if message else "bpmn-association"
    name = flow.name_in(look.language) if flow else message.name if message else ""
    group = _group(svg, edge.element, name, look)
    path = "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in edge.waypoints)
    line = _element(group, "path", css, d=path)
    if flow or message:
        line.set("marker-end", "url(#bpmn-arrow)")
    if not name:
        return
    if edge.label is not None and edge.label.width > 5:
        x, y, width = edge.label.x + edge.label.width / 2, edge.label.y + edge.label.height / 2, edge.label.width
    else:
        (x1, y1), (x2, y2) = edge.waypoints[0], edge.waypoints[1]
        x, y, width = (x1 + x2) / 2, (y1 + y2) / 2 - 9, 90.0
    _text(group, wrapped(name, max(width, 60), 3), x, y)


def _frame(diagram: Diagram) -> Bounds:
    boxes = [shape.bounds for shape in diagram.shapes]
    boxes += [shape.label for shape in diagram.shapes if shape.label]
    xs = [x for box in boxes for x in (box.x, box.x + box.width)] + [x for e in diagram.edges for x, _ in e.waypoints]
    ys = [y for box in boxes for y in (box.y, box.y + box.height)] + [y for e in diagram.edges for _, y in e.waypoints]
    if not xs:
        return Bounds(0, 0, 1, 1)
    left, top = min(xs) - _MARGIN, min(ys) - _MARGIN
    # Labels without a place of their own stand below their shape.
    return Bounds(left, top, max(xs) - left + _MARGIN, max(ys) - top + _MARGIN + 2 * _LINE)


def draw(
    definitions: Definitions,
    *,
    diagram: int = 0,
    language: str = "de",
    active: Collection[str] = (),
    done: Collection[str] = (),
    style: str = "",
) -> str:
    """The SVG of one diagram of the file. ``active`` and ``done`` are ids of elements and flows to be highlighted.

    ``style`` (for instance ``STYLE``) is put inside for a file that stands alone; a page brings its own style sheet.

    Raises:
        IndexError: the file has no such diagram.
    """
    plan = definitions.diagrams[diagram]
    look = _Look(language, frozenset(active), frozenset(done))
    svg = _canvas(definitions, plan, look, style)
    pools = {pool.id: pool.name for pool in definitions.participants}
    for shape in plan.shapes:
        if shape.element in pools:
            _band(svg, shape, pools[shape.element], "bpmn-pool")
        elif shape.element in definitions.lanes:
            _band(svg, shape, definitions.lanes[shape.element].name_in(look.language), "bpmn-lane")
    _contents(svg, definitions, plan, look)
    return etree.tostring(svg, encoding="unicode")


def _canvas(definitions: Definitions, plan: Diagram, look: _Look, style: str) -> etree._Element:
    box = _frame(plan)
    view = " ".join(_number(value) for value in (box.x, box.y, box.width, box.height))
    namespaces: Any = {None: _SVG}  # the published stubs know no default namespace
    svg = etree.Element(f"{{{_SVG}}}svg", {"class": "bpmn", "role": "img", "viewBox": view}, nsmap=namespaces)
    names = [process.name_in(look.language) for process in definitions.processes if process.name]
    _element(svg, "title").text = names[0] if names else definitions.name or "BPMN"
    if style:
        _element(svg, "style").text = style
    marker = _element(_element(svg, "defs"), "marker", id="bpmn-arrow", markerWidth="9", markerHeight="8")
    for key, value in {"refX": "8", "refY": "4", "orient": "auto", "markerUnits": "userSpaceOnUse"}.items():
        marker.set(key, value)
    _element(marker, "path", "bpmn-arrow", d="M0 0L9 4L0 8z")
    return svg


def _contents(svg: etree._Element, definitions: Definitions, plan: Diagram, look: _Look) -> None:
    inner = [shape for shape in plan.shapes if shape.element in definitions.nodes]
    # Expanded sub-processes lie behind what they contain, arrows behind the steps, boundary events on top.
    holders = [s for s in inner if isinstance(definitions.nodes[s.element], SubProcess)]
    for shape in sorted(holders, key=lambda s: -s.bounds.width * s.bounds.height):
        _node(svg, definitions.nodes[shape.element], shape, look)
    for edge in plan.edges:
        _edge(svg, definitions, edge, look)
    artifacts = {artifact.id: artifact.text for artifact in definitions.artifacts}
    for shape in plan.shapes:
        if shape.element in artifacts:
            group = _group(svg, shape.element, artifacts[shape.element], look)
            _rectangle(group, shape.bounds, "bpmn-artifact")
            rows = wrapped(artifacts[shape.element], max(60, shape.bounds.width - 6), 4)
            _text(group, rows, shape.bounds.x + shape.bounds.width / 2, shape.bounds.y + shape.bounds.height / 2)
    others = [shape for shape in inner if shape not in holders]
    others.sort(key=lambda shape: definitions.nodes[shape.element].tag == EventPosition.BOUNDARY.value)
    for shape in others:
        _node(svg, definitions.nodes[shape.element], shape, look)
