"""The processes that come with Werkfluss, as BPMN files beside this one."""

from __future__ import annotations

from importlib.resources import files

from werkfluss.process.bpmn import read
from werkfluss.process.model import Definitions


def names() -> tuple[str, ...]:
    """The names of all library processes; each file holds one process whose id is this name."""
    found = (entry.name for entry in files(__name__).iterdir() if entry.name.endswith(".bpmn"))
    return tuple(sorted(name.removesuffix(".bpmn") for name in found))


def source(name: str) -> bytes:
    """The BPMN file as it is. Raises KeyError if there is no process of that name."""
    if name not in names():
        raise KeyError(name)
    return (files(__name__) / f"{name}.bpmn").read_bytes()


def load(name: str) -> Definitions:
    """The checked model. Raises KeyError if there is no process of that name."""
    return read(source(name), f"{name}.bpmn")
