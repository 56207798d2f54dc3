"""Pools and lanes, arrows, and what is drawn but does not run: data, notes, groups."""

from __future__ import annotations

from lxml import etree

from werkfluss.process.model import Activity, Artifact, Bounds, Definitions, Edge, Gateway, SequenceFlow, Shape

from .canvas import LINE, Look, add, group_of, number, rectangle, text_at
from .lettering import wrapped

_FOLD = 10.0  # the folded corner of a sheet
_BOLD = 0.85  # bold letters are wider


def draw_band(svg: etree._Element, shape: Shape, name: str, css: str) -> None:
    """A pool or lane; its title stands upright in the band on the left, or on top of a vertical one."""
    bounds = shape.bounds
    group = add(svg, "g", "bpmn-element", data_element=shape.element)
    rectangle(group, bounds, css)
    if shape.horizontal is False:
        rows = wrapped(name, bounds.width * _BOLD, 1)
        text_at(group, rows, bounds.x + bounds.width / 2, bounds.y + 15, "bpmn-title")
        return
    x, y = bounds.x + 15, bounds.y + bounds.height / 2
    text = add(group, "text", "bpmn-title", transform=f"translate({number(x)} {number(y)}) rotate(-90)")
    for index, row in enumerate(rows := wrapped(name, bounds.height * _BOLD, 2)):
        add(text, "tspan", x=0.0, y=(index - (len(rows) - 1) / 2) * LINE + 4).text = row


def draw_edge(svg: etree._Element, definitions: Definitions, edge: Edge, look: Look) -> None:
    if len(edge.waypoints) < 2:
        return
    flow = definitions.flows.get(edge.element)
    message = None if flow else definitions.message_flow(edge.element)
    css = "bpmn-flow" if flow else "bpmn-message-flow" if message else "bpmn-association"
    name = flow.name_in(look.language) if flow else message.name if message else ""
    group = group_of(svg, edge.element, name, look)
    path = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in edge.waypoints)
    line = add(group, "path", css, d=path)
    if flow or message:
        line.set("marker-end", "url(#bpmn-arrow)")
    if message:
        add(group, "circle", "bpmn-event", cx=edge.waypoints[0][0], cy=edge.waypoints[0][1], r=3.5)
    if flow:
        _flow_sign(group, definitions, flow, edge)
    if not name:
        return
    if edge.label is not None and edge.label.width > 5:
        x, y, width = edge.label.x + edge.label.width / 2, edge.label.y + edge.label.height / 2, edge.label.width
    else:
        (x1, y1), (x2, y2) = edge.waypoints[0], edge.waypoints[1]
        x, y, width = (x1 + x2) / 2, (y1 + y2) / 2 - 9, 90.0
    text_at(group, wrapped(name, max(width, 60), 3), x, y, width=max(width, 60))


def _flow_sign(group: etree._Element, definitions: Definitions, flow: SequenceFlow, edge: Edge) -> None:
    """A stroke through the default flow, a diamond at the start of a conditional flow of an activity."""
    source = definitions.nodes[flow.source]
    (x1, y1), (x2, y2) = edge.waypoints[0], edge.waypoints[1]
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    if not length:
        return
    dx, dy = (x2 - x1) / length, (y2 - y1) / length
    if isinstance(source, Activity | Gateway) and source.default == flow.id:
        x, y = x1 + 9 * dx, y1 + 9 * dy
        ends = (x - 4 * dx - 5 * dy, y - 4 * dy + 5 * dx), (x + 4 * dx + 5 * dy, y + 4 * dy - 5 * dx)
        add(group, "path", "bpmn-flow", d="M" + "L".join(f"{number(a)} {number(b)}" for a, b in ends))
    elif isinstance(source, Activity) and flow.conditional:
        corners = ((0, 0), (7, 4), (14, 0), (7, -4))
        places = ((x1 + along * dx - across * dy, y1 + along * dy + across * dx) for along, across in corners)
        points = " ".join(f"{number(a)},{number(b)}" for a, b in places)
        add(group, "polygon", "bpmn-gateway", points=points)


def draw_artifact(svg: etree._Element, artifact: Artifact, shape: Shape, look: Look) -> None:
    group = group_of(svg, artifact.id, artifact.text, look)
    bounds = shape.bounds
    middle = bounds.x + bounds.width / 2
    if artifact.tag == "textAnnotation":
        _note(group, artifact.text, bounds)
        return
    if artifact.tag == "group":
        rectangle(group, bounds, "bpmn-artifact", 8)
        text_at(group, wrapped(artifact.text, bounds.width, 1), middle, bounds.y + 14)
        return
    for path in _store(bounds) if artifact.tag == "dataStoreReference" else _sheet(bounds):
        add(group, "path", "bpmn-event-inner", d=path)
    place = shape.label if shape.label is not None and shape.label.width > 5 else None
    rows = wrapped(artifact.text, max(90, place.width if place else 0), 3)
    below = place.y + place.height / 2 if place else bounds.y + bounds.height + 4 + len(rows) * LINE / 2
    text_at(group, rows, place.x + place.width / 2 if place else middle, below)


def _note(group: etree._Element, words: str, bounds: Bounds) -> None:
    """A bracket on the left, the text beside it."""
    bracket = f"M{number(bounds.x + 12)} {number(bounds.y)}h-12v{number(bounds.height)}h12"
    add(group, "path", "bpmn-flow", d=bracket)
    rows = wrapped(words, max(60, bounds.width - 8), max(2, int(bounds.height / LINE)))
    top = bounds.y + bounds.height / 2 - (len(rows) - 1) * LINE / 2 + 4
    text = add(group, "text", "bpmn-note")
    for index, row in enumerate(rows):
        add(text, "tspan", x=bounds.x + 6, y=top + index * LINE).text = row


def _store(bounds: Bounds) -> tuple[str, str]:
    """A cylinder."""
    cap = min(8.0, bounds.height / 4)
    start = f"M{number(bounds.x)} {number(bounds.y + cap)}"
    arc = f"a{number(bounds.width / 2)} {number(cap)} 0 0"
    across, down = number(bounds.width), number(bounds.height - 2 * cap)
    return f"{start}{arc} 1 {across} 0v{down}{arc} 1 -{across} 0z", f"{start}{arc} 0 {across} 0"


def _sheet(bounds: Bounds) -> tuple[str]:
    """A sheet of paper with a folded corner."""
    fold = min(_FOLD, bounds.width / 2, bounds.height / 2)
    across, down, corner = (number(value) for value in (bounds.width - fold, bounds.height - fold, fold))
    start = f"M{number(bounds.x)} {number(bounds.y)}"
    return (f"{start}h{across}l{corner} {corner}v{down}h-{number(bounds.width)}zm{across} 0v{corner}h{corner}",)
