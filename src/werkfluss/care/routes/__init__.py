"""Routes: one folder per kind of case with its papers and texts. The steps live in BPMN files only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

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
class Watch:
    """The deadline that every case of a route has: its day is the day of the case."""

    code: str
    title: Text
    basis: str
    lead_days: int


@dataclass(frozen=True, slots=True)
class AskedRule:
    """A rule whose answer stands on the page of the case. ``facts`` are those of the route itself.

    ``at_start``: it is also asked for the day of the case where that is in another year, since values change then.
    """

    rule: str
    title: Text
    facts: Mapping[str, Any]
    at_start: bool


@dataclass(frozen=True, slots=True)
class Unanswered:
    """What matters on a route and no rule answers; ``who`` can. It is shown as unknown."""

    title: Text
    who: Text


@dataclass(frozen=True, slots=True)
class Route:
    """A kind of case. ``day``: what the day of the case is; ``begins_work``: nobody plans the person before it;
    ``title``: a residence title is needed; ``needs``: further columns of the case (``country``, ``ends_on``,
    ``accelerated``); ``variables`` hands columns to the process; ``duties`` are keys of ``duties.yaml``.

    ``optional`` steps happen only in some cases; in ``authority`` steps a case waits for an authority, whoever records
    its answer; ``performers`` maps lanes and steps to a role or ``person``;
    ``law_steps`` maps steps of the process to those of ``de/residence/case_steps``, in their order. ``unanswered`` is
    what no rule says anything about.
    """

    id: str
    name: Text
    process: str
    papers: Mapping[str, PaperKind]
    optional: frozenset[str]
    authority: frozenset[str]
    performers: Mapping[str, str]
    law_steps: Mapping[str, str]
    day: Text
    watch: Watch
    begins_work: bool
    title: bool
    needs: frozenset[str]
    variables: Mapping[str, str]
    asks: tuple[AskedRule, ...]
    unanswered: tuple[Unanswered, ...]
    duties: tuple[str, ...]


@cache
def care_route(name: str) -> Route:
    """The route of this name.

    Raises:
        KeyError: there is none.
    """
    folder = files(__name__) / name
    if not name.isidentifier() or not folder.is_dir():
        raise KeyError(name)
    read: dict[str, Any] = yaml.safe_load((folder / "route.yaml").read_text(encoding="utf-8"))
    papers = {
        key: PaperKind(key, Text(one["de"], one["en"]), one["lead_days"], one.get("basis", ""), one["who"])
        for key, one in read["papers"].items()
    }
    return Route(
        name,
        Text(read["name"]["de"], read["name"]["en"]),
        read["process"],
        papers,
        frozenset(read["optional"]),
        frozenset(read.get("authority", ())),
        read["performers"],
        read.get("law_steps", {}),
        Text(read["day"]["de"], read["day"]["en"]),
        _watch(read["clock"]),
        read.get("begins_work", False),
        read.get("title", False),
        frozenset(read.get("needs", ())),
        read.get("variables", {}),
        tuple(_asked(one) for one in read["asks"]),
        tuple(Unanswered(Text(one["de"], one["en"]), _text(one["who"])) for one in read.get("unanswered", ())),
        tuple(read["duties"]),
    )


def _asked(read: Mapping[str, Any]) -> AskedRule:
    return AskedRule(read["rule"], _text(read), read.get("facts", {}), read.get("at_start", False))


def _text(read: Mapping[str, str]) -> Text:
    return Text(read["de"], read["en"])


def _watch(read: Mapping[str, Any]) -> Watch:
    return Watch(read["code"], Text(read["de"], read["en"]), read["basis"], read["lead_days"])


@dataclass(frozen=True, slots=True)
class Statute:
    """A period that no rule of the law computes yet; without ``start`` it has no day."""

    provision: str
    who: str
    text: Text
    start: str
    days: int


@dataclass(frozen=True, slots=True)
class DutySource:
    """Where a duty of a case comes from; the comments of ``duties.yaml`` say what the fields mean."""

    key: str
    rule: str
    facts: Mapping[str, Any]
    default: Mapping[str, Any]
    only_if: str
    parts: frozenset[str]
    conditions: frozenset[str]
    statute: Statute | None


@cache
def duty_sources() -> Mapping[str, DutySource]:
    """Every source of duties, by its key."""
    read: dict[str, Any] = yaml.safe_load((files(__name__) / "duties.yaml").read_text(encoding="utf-8"))
    return {
        key: DutySource(
            key,
            one.get("rule", ""),
            one.get("facts", {}),
            one.get("default", {}),
            one.get("only_if", ""),
            frozenset(one.get("parts", ())),
            frozenset(one.get("conditions", ())),
            _statute(one["statute"]) if "statute" in one else None,
        )
        for key, one in read.items()
    }


def _statute(read: Mapping[str, Any]) -> Statute:
    days = read.get("weeks", 0) * 7 + read.get("days", 0)
    return Statute(read["provision"], read["who"], Text(read["de"], read["en"]), read.get("from", ""), days)


@cache
def route_names() -> tuple[str, ...]:
    """The kinds of cases."""
    return tuple(sorted(one.name for one in files(__name__).iterdir() if (one / "route.yaml").is_file()))
