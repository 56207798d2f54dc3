"""One folder per skill: pure functions without a database, so that each can be tested and replaced alone.

A folder with a module ``skill`` that has ``perform(brief, meter) -> Outcome`` is a skill; copying a folder adds one.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from importlib.util import find_spec
from typing import Any


def names() -> list[str]:
    """The skills that are there, in alphabetical order."""
    folders = (found.name for found in pkgutil.iter_modules(__path__) if found.ispkg)
    return sorted(name for name in folders if find_spec(f"{__name__}.{name}.skill"))


def load(name: str) -> Any:
    """The module of a skill.

    Raises:
        KeyError: there is no such skill.
    """
    if name not in names():
        raise KeyError(name)
    return import_module(f"{__name__}.{name}.skill")
