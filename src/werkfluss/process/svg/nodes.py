"""Activities, events and gateways."""

from __future__ import annotations

from lxml import etree

from werkfluss.process.model import (
    Activity,
    Bounds,
    CallActivity,
    Event,
    EventKind,
    EventPosition,
    FlowNode,
    Gateway,
    GatewayType,
    Shape,
    SubProcess,
    SubProcessKind,
    Task,
)

from . import signs
from .canvas import DASHES, LINE, Look, add, count_at, group_of, mark, number, rectangle, text_at
from .lettering import wrapped

_BETWEEN = (EventPosition.CATCH, EventPosition.THROW, EventPosition.BOUNDARY)
_INSET = 3.0
_SIGN = 15.0  # width of one marker at the bottom of an activity


def draw_node(svg: etree._Element, node: FlowNode, shape: Shape, look: Look, *, expanded: bool) -> None:
    name = node.name_in(look.language)
    group = group_of(svg, node.id, name, look)
    if isinstance(node, Event):
        _event(group, node, shape.bounds)
        _outer_label(group, shape, name)
    elif isinstance(node, Gateway):
        _gateway(group, node, shape.bounds)
        _outer_label(group, shape, name)
    elif isinstance(node, Activity):
        _activity(group, node, shape.bounds, name, expanded=expanded)
    if node.id in look.counts:
        count_at(group, look.counts[node.id], shape.bounds)


def _activity(group: etree._Element, node: Activity, bounds: Bounds, name: str, *, expanded: bool) -> None:
    css = "bpmn-subprocess" if expanded else "bpmn-task"
    if isinstance(node, CallActivity):
        css += " bpmn-end"  # a thick line: the work is described elsewhere
    kind = node.kind if isinstance(node, SubProcess) else None
    rectangle(group, bounds, css, 8, dashed=kind is SubProcessKind.EVENT)
    if kind is SubProcessKind.TRANSACTION:
        inner = (bounds.x + _INSET, bounds.y + _INSET, bounds.width - 2 * _INSET, bounds.height - 2 * _INSET)
        rectangle(group, Bounds(*inner), "bpmn-event-inner", 6)
    middle = bounds.x + bounds.width / 2
    below = _markers(node, expanded=expanded)
    for index, (path, filled) in enumerate(below):
        x = middle + (index - (len(below) - 1) / 2) * _SIGN
        mark(group, path, x, bounds.y + bounds.height - 10, filled=filled)
    if expanded:
        text_at(group, wrapped(name, bounds.width - 16, 1), middle, bounds.y + 14, width=bounds.width - 16)
        return
    sign = signs.TASKS.get(node.type) if isinstance(node, Task) else None
    if sign and isinstance(node, Task):
        mark(group, sign, bounds.x + 6, bounds.y + 6)
    free = bounds.height - (18 if below else 0)
    room = bounds.width - 2 * _INSET
    rows = wrapped(name, room, max(1, int(free / LINE)))
    # A short name stands in the middle, a long one keeps clear of the sign.
    top = 10 if sign and len(rows) * LINE > free - 24 else 0
    rows = wrapped(name, room, max(1, int((free - top) / LINE)))
    text_at(group, rows, middle, bounds.y + top + (free - top) / 2, width=room)


def _markers(node: Activity, *, expanded: bool) -> list[tuple[str, bool]]:
    """The signs at the bottom, with whether they are filled, in the order of the standard."""
    found: list[tuple[str, bool]] = []
    if node.loop is not None:
        found.append((signs.LOOPS[node.loop.kind], False))
    if isinstance(node, SubProcess) and node.kind is SubProcessKind.AD_HOC:
        found.append((signs.AD_HOC, False))
    if node.for_compensation:
        found.append((signs.COMPENSATION, False))
    if isinstance(node, SubProcess | CallActivity) and not expanded:
        found.append((signs.COLLAPSED, False))
    return found


def _event(group: etree._Element, node: Event, bounds: Bounds) -> None:
    x, y, radius = bounds.x + bounds.width / 2, bounds.y + bounds.height / 2, bounds.width / 2
    css = "bpmn-event bpmn-end" if node.position is EventPosition.END else "bpmn-event"
    rings = [add(group, "circle", css, cx=x, cy=y, r=radius)]
    if node.position in _BETWEEN:
        rings.append(add(group, "circle", "bpmn-event-inner", cx=x, cy=y, r=max(1.0, radius - 3.5)))
    if not node.interrupting:
        for ring in rings:
            ring.set("stroke-dasharray", DASHES)
    kind = node.trigger.kind
    if kind is EventKind.MULTIPLE and node.parallel:
        mark(group, signs.PARALLEL_MULTIPLE, x, y)
    elif kind in signs.EVENTS:
        throws = node.position in (EventPosition.THROW, EventPosition.END)
        mark(group, signs.THROWN[kind] if throws else signs.EVENTS[kind], x, y, filled=throws)


def _gateway(group: etree._Element, node: Gateway, bounds: Bounds) -> None:
    x, y = bounds.x + bounds.width / 2, bounds.y + bounds.height / 2
    corners = ((x, bounds.y), (bounds.x + bounds.width, y), (x, bounds.y + bounds.height), (bounds.x, y))
    points = " ".join(f"{number(a)},{number(b)}" for a, b in corners)
    add(group, "polygon", "bpmn-gateway", points=points)
    by_event = node.type is GatewayType.EVENT_BASED
    sign = signs.PARALLEL_EVENTS if by_event and node.instantiating and node.parallel else signs.GATEWAYS[node.type]
    mark(group, sign, x, y)
    if by_event and not node.instantiating:
        mark(group, signs.SECOND_RING, x, y)


def _height_of_label(bounds: Bounds, place: Bounds, rows: list[str]) -> float:
    """The middle of the rows: in their place, or, if they need more, growing away from the shape."""
    needed = len(rows) * LINE
    if needed > place.height and place.y >= bounds.y + bounds.height - _INSET:
        return place.y + needed / 2
    if needed > place.height and place.y + place.height <= bounds.y + _INSET:
        return place.y + place.height - needed / 2
    return place.y + max(place.height, LINE) / 2


def _outer_label(group: etree._Element, shape: Shape, name: str) -> None:
    """Events and gateways carry their name outside: where the tool put it, else below."""
    place = shape.label
    if place is not None and place.width > 5:
        width = max(place.width, 60)
        rows = wrapped(name, width, 4)
        text_at(group, rows, place.x + place.width / 2, _height_of_label(shape.bounds, place, rows), width=width)
        return
    bounds = shape.bounds
    rows = wrapped(name, 100, 3)
    below = bounds.y + bounds.height + 4 + len(rows) * LINE / 2
    text_at(group, rows, bounds.x + bounds.width / 2, below, width=100)
