"""Shapes and text on an SVG canvas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from werkfluss.process.model import Bounds

from .lettering import FONT, shrunk, width_of

LINE = 14.0
DASHES = "5 3"
SVG = "http://www.w3.org/2000/svg"


@dataclass(frozen=True, slots=True)
class Look:
    language: str
    active: frozenset[str]
    done: frozenset[str]
    heat: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, str] = field(default_factory=dict)

    def state(self, element: str) -> str:
        state = " is-active" if element in self.active else " is-done" if element in self.done else ""
        return f"{state} heat-{self.heat[element]}" if element in self.heat else state


def number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def add(parent: etree._Element, tag: str, css: str = "", **attributes: float | str) -> etree._Element:
    """A new element; ``data_element=…`` becomes the attribute ``data-element``."""
    values = {
        key.replace("_", "-"): value if isinstance(value, str) else number(value) for key, value in attributes.items()
    }
    if css:
        values["class"] = css
    return etree.SubElement(parent, f"{{{SVG}}}{tag}", values)


def text_at(
    parent: etree._Element, rows: list[str], x: float, y: float, css: str = "bpmn-label", *, width: float = 0
) -> None:
    """Rows centred on (x, y), in smaller letters if one of them is wider than ``width``."""
    if not rows:
        return
    text = add(parent, "text", css)
    if width and (size := shrunk(rows, width)) < FONT:
        text.set("font-size", number(size))
    top = y - (len(rows) - 1) * LINE / 2 + 4
    for index, row in enumerate(rows):
        add(text, "tspan", x=x, y=top + index * LINE).text = row


def rectangle(parent: etree._Element, bounds: Bounds, css: str, radius: float = 0, *, dashed: bool = False) -> None:
    box = add(parent, "rect", css, x=bounds.x, y=bounds.y, width=bounds.width, height=bounds.height, rx=radius)
    if dashed:
        box.set("stroke-dasharray", DASHES)


def group_of(parent: etree._Element, element: str, name: str, look: Look) -> etree._Element:
    group = add(parent, "g", f"bpmn-element{look.state(element)}", data_element=element)
    if name:
        add(group, "title").text = name
    return group


def count_at(parent: etree._Element, words: str, bounds: Bounds) -> None:
    """A small plate on the upper right corner of an element."""
    width = max(22.0, width_of(words) + 12)
    plate = Bounds(bounds.x + bounds.width - width / 2 - 4, bounds.y - 10, width, 20)
    group = add(parent, "g", "bpmn-count")
    rectangle(group, plate, "bpmn-plate", 10)
    text_at(group, [words], plate.x + width / 2, plate.y + 10, "bpmn-figure")


def mark(parent: etree._Element, path: str, x: float, y: float, *, filled: bool = False) -> None:
    css = "bpmn-arrow" if filled else "bpmn-mark"
    add(parent, "path", css, d=path, transform=f"translate({number(x)} {number(y)})")
