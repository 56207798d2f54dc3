"""Care modules: one folder per kind of case with its papers and texts. The steps live in BPMN files only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from werkfluss.care.modules.catalogue import care_modules
from werkfluss.kernel.text import Text


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A paper that a case may need; ``lead_days`` is how long it takes to get, in calendar days."""

    id: str
    name: Text
    lead_days: int
    basis: str
    who: str


@dataclass(frozen=True, slots=True)
class Module:
    """``optional`` steps happen only in some cases; ``performers`` maps lanes and steps to a role or ``person``;
    ``law_steps`` maps steps of the process to those of ``de/residence/case_steps``, in their order.
    """

    id: str
    name: Text
    process: str
    papers: Mapping[str, PaperKind]
    optional: frozenset[str]
    performers: Mapping[str, str]
    law_steps: Mapping[str, str]


@cache
def module(name: str) -> Module:
    """The module of this name.

    Raises:
        KeyError: there is none.
    """
    folder = files(__name__) / name
    if not name.isidentifier() or not folder.is_dir():
        raise KeyError(name)
    read: dict[str, Any] = yaml.safe_load((folder / "module.yaml").read_text(encoding="utf-8"))
    papers = {
        key: PaperKind(key, Text(one["de"], one["en"]), one["lead_days"], one.get("basis", ""), one["who"])
        for key, one in read["papers"].items()
    }
    return Module(
        name,
        Text(read["name"]["de"], read["name"]["en"]),
        read["process"],
        papers,
        frozenset(read["optional"]),
        read["performers"],
        read.get("law_steps", {}),
    )


@cache
def module_names() -> tuple[str, ...]:
    """The kinds of cases; folders without a process are modules of the catalogue (``catalogue.py``)."""
    found = (entry for entry in files(__name__).iterdir() if (entry / "module.yaml").is_file())
    return tuple(
        sorted(entry.name for entry in found if "\nprocess:" in (entry / "module.yaml").read_text(encoding="utf-8"))
    )


def paper_name(kind: str) -> Text:
    """What a kind of paper is called in any module; an unknown one by its own name."""
    for name in module_names():
        found = module(name).papers.get(kind)
        if found is not None:
            return found.name
    for one in care_modules():
        for paper in one.papers:
            if paper.id == kind:
                return paper.name
    plain = kind.replace("_", " ")
    return Text(plain, plain)
