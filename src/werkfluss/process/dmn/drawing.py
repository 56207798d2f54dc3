"""The requirements of a model as a picture: what rests on what, drawn by levels, from the inputs up to the answer.

Where the file has a diagram of its own, it is not used: tools place it for their own canvas, and many files have none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lxml import etree

from werkfluss.process.svg.canvas import LINE, SVG, add, number, text_at
from werkfluss.process.svg.lettering import wrapped

from . import model as m

WIDTH, HEIGHT, GAP, RISE = 140.0, 56.0, 20.0, 56.0
_MARGIN = 16.0
_LINES = 3


@dataclass(frozen=True, slots=True)
class Need:
    """``by`` rests on ``on`` (ids); ``knowledge`` is a function that it may call."""

    by: str
    on: str
    knowledge: bool = False


def needs(model: m.Model) -> tuple[Need, ...]:
    """Every requirement between elements that the model itself holds."""
    known = {*model.inputs, *model.decisions, *model.knowledge, *model.services}
    found = []
    elements: list[m.Decision | m.KnowledgeModel] = [*model.decisions.values(), *model.knowledge.values()]
    for one in elements:
        found += [Need(one.id, on) for on in (*one.requires.decisions, *one.requires.inputs)]
        found += [Need(one.id, on, knowledge=True) for on in one.requires.knowledge]
    for service in model.services.values():
        found += [Need(service.id, on) for on in service.outputs]
    return tuple(dict.fromkeys(need for need in found if need.on in known and need.by != need.on))


def draw(model: m.Model, *, title: str, links: Mapping[str, str] | None = None) -> str:
    """The SVG; ``links`` gives elements an address, ``title`` is what a screen reader says first.

    Decisions are boxes, inputs have round ends, knowledge has cut corners; a dashed line is a call of knowledge.
    """
    return _Drawing(model).svg(title, links or {})


class _Drawing:
    def __init__(self, model: m.Model) -> None:
        named: dict[str, Mapping[str, Any]] = {
            "decision": model.decisions,
            "service": model.services,
            "knowledge": model.knowledge,
            "input": model.inputs,
        }
        self.kinds = {id_: kind for kind, group in named.items() for id_ in group}
        self.needs = needs(model)
        # What nothing rests on, and what rests on nothing, says nothing in a picture of requirements.
        linked = {id_ for need in self.needs for id_ in (need.by, need.on)}
        self.names = {id_: one.name for group in named.values() for id_, one in group.items() if id_ in linked}
        self.levels = self._levels()
        self.rows, self.lines = self._placed()

    def _levels(self) -> dict[str, int]:
        """How many requirements lie below each element; a circle among knowledge ends where it began."""
        below: dict[str, list[str]] = {id_: [] for id_ in self.names}
        for need in self.needs:
            below[need.by].append(need.on)
        levels = dict.fromkeys(self.names, 0)
        for _ in range(min(len(self.names), 200)):
            moved = False
            for id_, others in below.items():
                level = max((levels[one] + 1 for one in others), default=0)
                if level > levels[id_] and level < len(self.names):
                    levels[id_], moved = level, True
            if not moved:
                break
        return levels

    def _placed(self) -> tuple[list[list[str]], list[tuple[Need, list[str]]]]:
        """Rows from the top, and for each requirement the stations of its line; a long one gets a lane in each row."""
        top = max(self.levels.values(), default=0)
        rows: list[list[str]] = [[] for _ in range(top + 1)]
        for id_ in self.names:
            rows[top - self.levels[id_]].append(id_)
        lines = []
        for index, need in enumerate(self.needs):
            stations = [need.by]
            for between in range(top - self.levels[need.by] + 1, top - self.levels[need.on]):
                lane = f"\x00{index}.{between}"
                rows[between].append(lane)
                stations.append(lane)
            lines.append((need, [*stations, need.on]))
        above: dict[str, list[str]] = {}
        for _, stations in lines:
            for upper, lower in pairwise(stations):
                above.setdefault(lower, []).append(upper)
        for upper_row, row in pairwise(rows):
            place = {id_: at for at, id_ in enumerate(upper_row)}
            middle = {
                id_: sum(found) / len(found) if (found := [place[u] for u in above.get(id_, ()) if u in place]) else 1e6
                for id_ in row
            }
            row.sort(key=lambda id_: middle[id_])
        return rows, lines

    def _width(self, id_: str) -> float:
        return 0.0 if id_.startswith("\x00") else WIDTH

    def svg(self, title: str, links: Mapping[str, str]) -> str:
        spans = [sum(self._width(one) + GAP for one in row) - GAP for row in self.rows]
        whole = max(spans, default=0.0)
        centres: dict[str, tuple[float, float]] = {}
        for level, (row, span) in enumerate(zip(self.rows, spans, strict=True)):
            x = _MARGIN + (whole - span) / 2
            for id_ in row:
                centres[id_] = (x + self._width(id_) / 2, _MARGIN + level * (HEIGHT + RISE) + HEIGHT / 2)
                x += self._width(id_) + GAP
        width, height = whole + 2 * _MARGIN, len(self.rows) * (HEIGHT + RISE) - RISE + 2 * _MARGIN
        namespaces: Any = {None: SVG}  # the published stubs know no default namespace
        view = f"0 0 {number(width)} {number(height)}"
        size = {"width": number(width), "height": number(height)}
        # What holds links is no picture to a screen reader, but a group of them.
        role = {"role": "group", "aria-label": title} if links else {"role": "img"}
        svg = etree.Element(f"{{{SVG}}}svg", {"class": "drg", "viewBox": view, **role, **size}, nsmap=namespaces)
        add(svg, "title").text = title
        for need, stations in self.lines:
            self._line(svg, need, [centres[one] for one in stations])
        for id_ in self.names:
            self._element(svg, id_, *centres[id_], links.get(id_, ""))
        return etree.tostring(svg, encoding="unicode")

    def _line(self, svg: etree._Element, need: Need, points: list[tuple[float, float]]) -> None:
        first, last = points[0], points[-1]
        # A long line passes each row on the way upright, so that it cuts no box.
        lanes = [(x, y + side) for x, y in points[1:-1] for side in (-HEIGHT / 2, HEIGHT / 2)]
        ends = [(first[0], first[1] + HEIGHT / 2), *lanes, (last[0], last[1] - HEIGHT / 2)]
        path = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in reversed(ends))
        add(svg, "path", "drg-call" if need.knowledge else "drg-need", d=path)
        # The head points at what rests on the other, in the direction from which the line comes.
        (x, y), (x2, y2) = ends[0], ends[1]
        length = max(((x2 - x) ** 2 + (y2 - y) ** 2) ** 0.5, 1.0)
        dx, dy = (x2 - x) / length * 9, (y2 - y) / length * 9
        head = f"M{number(x)} {number(y)}L{number(x + dx - dy / 2)} {number(y + dy + dx / 2)}"
        add(svg, "path", "drg-head", d=f"{head}L{number(x + dx + dy / 2)} {number(y + dy - dx / 2)}Z")

    def _element(self, svg: etree._Element, id_: str, x: float, y: float, link: str) -> None:
        parent = add(svg, "a", href=link) if link else svg
        group = add(parent, "g", f"drg-element drg-{self.kinds[id_]}")
        add(group, "title").text = self.names[id_]
        left, top, right, bottom = x - WIDTH / 2, y - HEIGHT / 2, x + WIDTH / 2, y + HEIGHT / 2
        if self.kinds[id_] == "knowledge":
            cut = 12
            points = [(left + cut, top), (right, top), (right, bottom - cut), (right - cut, bottom), (left, bottom)]
            outline = "M" + "L".join(f"{number(a)} {number(b)}" for a, b in [*points, (left, top + cut)]) + "Z"
            add(group, "path", "drg-box", d=outline)
        else:
            radius = {"input": HEIGHT / 2, "service": 14.0}.get(self.kinds[id_], 0.0)
            add(group, "rect", "drg-box", x=left, y=top, width=WIDTH, height=HEIGHT, rx=radius)
        lines = int((HEIGHT - 8) // LINE)
        text_at(group, wrapped(self.names[id_], WIDTH - 20, min(lines, _LINES)), x, y, "drg-label", width=WIDTH - 14)
