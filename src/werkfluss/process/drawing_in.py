"""Put a drawing (diagram interchange, BPMN 2.0 chapter 12) into a file that has none; nothing else of it changes."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from .bpmn import read
from .layout import Points, Sheet, lay_out_pools, lay_out_process
from .model import Bounds, Definitions
from .splice import Child, Splicer
from .svg.canvas import number
from .walk import default_process
from .xml import BPMN_NS, local_name, namespace

_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
_DC = "http://www.omg.org/spec/DD/20100524/DC"
_WAY = "http://www.omg.org/spec/DD/20100524/DI"


def is_drawn(definitions: Definitions) -> bool:
    return any(diagram.shapes for diagram in definitions.diagrams)


def with_drawing(source: bytes) -> bytes:
    """The file with a place for every step; a file that is drawn, or has nothing to draw, byte for byte as it is.

    Raises:
        Broken: it is no BPMN 2.0 file, or cannot be changed in place.
    """
    definitions = read(source)
    if is_drawn(definitions) or not definitions.nodes:
        return source
    splicer = Splicer(source)
    names = _Ids(splicer.root)
    behind = {local_name(one) for one in splicer.root} - {"relationship"}
    for count, (plane, sheet) in enumerate(_sheets(definitions, splicer.root), 1):
        inside = tuple(_drawn(sheet, names))
        child = _element(
            "BPMNDiagram",
            {"id": names.free(f"diagram_{count}")},
            _element("BPMNPlane", {"id": names.free(f"plane_{count}"), "bpmnElement": plane}, *inside),
        )
        splicer.put(splicer.root, Child(child.name, child.attributes, "", child.inside, behind, False, _DI, "bpmndi"))
    return splicer.result()


def _sheets(definitions: Definitions, root: etree._Element) -> Iterator[tuple[str, Sheet]]:
    """What is drawn on which plane: the collaboration, else each process, the one that would run first."""
    together = next((one for one in root if namespace(one) == BPMN_NS and local_name(one) == "collaboration"), None)
    if together is not None and together.get("id") and definitions.participants:
        yield together.get("id", ""), lay_out_pools(definitions)
    in_pools = {pool.process for pool in definitions.participants} if together is not None else set()
    first = default_process(definitions)
    for process in sorted(definitions.processes, key=lambda one: one.id != first):
        if process.nodes and process.id not in in_pools:
            yield process.id, lay_out_process(definitions, process)


class _Ids:
    def __init__(self, root: etree._Element) -> None:
        self._taken = {found for one in root.iter() if (found := one.get("id"))}

    def free(self, wanted: str) -> str:
        name, number = wanted, 1
        while name in self._taken:
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name)
        return name


def _element(name: str, attributes: dict[str, str], *inside: Child) -> Child:
    return Child(name, attributes, inside=inside, space=_DI, wanted="bpmndi")


def _drawn(sheet: Sheet, names: _Ids) -> Iterator[Child]:
    for key, box in sheet.bands.items():
        yield _shape(key, box, names, {"isHorizontal": "true"})
    for key, box in sheet.boxes.items():
        yield _shape(key, box, names, {"isExpanded": "true"} if key in sheet.expanded else {})
    for key, points in sheet.lines.items():
        yield _element("BPMNEdge", {"id": names.free(f"{key}_di"), "bpmnElement": key}, *_points(points))


def _shape(key: str, box: Bounds, names: _Ids, more: dict[str, str]) -> Child:
    place = {name: number(getattr(box, name)) for name in ("x", "y", "width", "height")}
    bounds = Child("Bounds", place, space=_DC, wanted="dc")
    return _element("BPMNShape", {"id": names.free(f"{key}_di"), "bpmnElement": key, **more}, bounds)


def _points(points: Points) -> Iterator[Child]:
    for x, y in points:
        yield Child("waypoint", {"x": number(x), "y": number(y)}, space=_WAY, wanted="di")
