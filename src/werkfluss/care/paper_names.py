"""What papers are called: by a route, by a module of the catalogue, or by their own name."""

from __future__ import annotations

from werkfluss.care.modules import care_modules
from werkfluss.care.routes import care_route, route_names
from werkfluss.kernel.text import Text


def paper_name(kind: str) -> Text:
    """What a kind of paper is called on any route or in any module; an unknown one by its own name."""
    for name in route_names():
        found = care_route(name).papers.get(kind)
        if found is not None:
            return found.name
    for one in care_modules():
        for paper in one.papers:
            if paper.id == kind:
                return paper.name
    plain = kind.replace("_", " ")
    return Text(plain, plain)
