"""The processes that come with Werkfluss: BPMN files beside this one, an index of them, and a search.

>>> search("Kundin beschwert sich über Lieferung")[0].entry.key
'complaint'
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from werkfluss.process.bpmn import read
from werkfluss.process.model import Definitions

from .catalogue import ENTRIES
from .entry_kinds import AREAS, Area, Entry
from .finding import Hit, search
from .roles import USUAL_ROLES

__all__ = ["AREAS", "ENTRIES", "USUAL_ROLES", "Area", "Entry", "Hit", "entry", "load", "names", "search", "source"]


@cache
def names() -> tuple[str, ...]:
    """The names of all library processes; each file holds one process whose id is this name."""
    found = (one.name for one in files(__name__).iterdir() if one.name.endswith(".bpmn"))
    return tuple(sorted(name.removesuffix(".bpmn") for name in found))


def entry(name: str) -> Entry:
    """What the index says about a process, without reading its file. Raises KeyError if there is none."""
    for one in ENTRIES:
        if one.key == name:
            return one
    raise KeyError(name)


def source(name: str) -> bytes:
    """The BPMN file as it is. Raises KeyError if there is no process of that name."""
    if name not in names():
        raise KeyError(name)
    return (files(__name__) / f"{name}.bpmn").read_bytes()


@cache
def load(name: str) -> Definitions:
    """The checked model. Raises KeyError if there is no process of that name."""
    return read(source(name), f"{name}.bpmn")
