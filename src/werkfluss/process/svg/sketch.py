"""A small picture of a process without any words: enough to see how long, how branched and by how many it is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from werkfluss.process.model import Activity, Bounds, Definitions, Diagram, Event, Gateway, SubProcess

_WIDTH = 320


def sketch(definitions: Definitions) -> str:
    """The first diagram of a file as an SVG, hidden from readers: its words stand beside it. Empty without a diagram.

    Only numbers of the diagram go into it, none of its texts.
    """
    if not definitions.diagrams or not definitions.diagrams[0].shapes:
        return ""
    plan = definitions.diagrams[0]
    scale = _Scale.of(plan)
    paths: dict[str, str] = dict.fromkeys(("lane", "flow", "step", "event", "gateway"), "")
    for edge in plan.edges:
        if edge.element in definitions.flows:
            paths["flow"] += scale.line(edge.waypoints)
    for shape in plan.shapes:
        node = definitions.nodes.get(shape.element)
        if shape.element in definitions.lanes:
            paths["lane"] += scale.box(shape.bounds)
        elif isinstance(node, Activity) and not (isinstance(node, SubProcess) and shape.expanded is not False):
            paths["step"] += scale.box(shape.bounds)
        elif isinstance(node, Event):
            paths["event"] += scale.round(shape.bounds)
        elif isinstance(node, Gateway):
            paths["gateway"] += scale.diamond(shape.bounds)
    drawn = "".join(f'<path class="sketch-{name}" d="{path}"/>' for name, path in paths.items() if path)
    box = f'viewBox="0 0 {_WIDTH} {scale.height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" class="sketch" aria-hidden="true" {box}>{drawn}</svg>'


@dataclass(frozen=True, slots=True)
class _Scale:
    """From the units of the diagram to the small picture."""

    left: float
    top: float
    factor: float
    height: int

    @classmethod
    def of(cls, plan: Diagram) -> _Scale:
        boxes = [shape.bounds for shape in plan.shapes]
        left, top = min(box.x for box in boxes), min(box.y for box in boxes)
        width = max(box.x + box.width for box in boxes) - left
        factor = (_WIDTH - 2) / max(width, 1.0)
        return cls(left, top, factor, round((max(box.y + box.height for box in boxes) - top) * factor) + 2)

    def _at(self, x: float, y: float) -> str:
        return f"{round((x - self.left) * self.factor) + 1} {round((y - self.top) * self.factor) + 1}"

    def box(self, b: Bounds) -> str:
        return self._closed([(b.x, b.y), (b.x + b.width, b.y), (b.x + b.width, b.y + b.height), (b.x, b.y + b.height)])

    def diamond(self, b: Bounds) -> str:
        x, y = b.x + b.width / 2, b.y + b.height / 2
        return self._closed([(x, b.y), (b.x + b.width, y), (x, b.y + b.height), (b.x, y)])

    def round(self, b: Bounds) -> str:
        radius = max(1.5, b.width / 2 * self.factor)
        start, turn = self._at(b.x, b.y + b.height / 2), f"a{radius:.1f} {radius:.1f} 0 1 "
        return f"M{start}{turn}0 {2 * radius:.1f} 0{turn}0 {-2 * radius:.1f} 0z"

    def line(self, points: Iterable[tuple[float, float]]) -> str:
        return "M" + "L".join(self._at(x, y) for x, y in points)

    def _closed(self, points: Iterable[tuple[float, float]]) -> str:
        return self.line(points) + "z"
