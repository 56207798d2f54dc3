"""The catalogue of care: what each module is, for whom, what the firm learns, and how a gap is found.

A module is a folder with a ``module.yaml``. Files are read strictly: what is missing, too much or misspelt is named
with its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

GROUPS: Mapping[str, Text] = {
    "arriving": Text("Herkommen und ankommen", "Coming and arriving"),
    "insured": Text("Versichert sein", "Being insured"),
    "well": Text("Gesund bleiben, vertraulich", "Staying well, in confidence"),
    "settling": Text("Einleben", "Settling in"),
    "working": Text("Arbeiten, wie es passt", "Working as it suits"),
    "later": Text("Vorsorge und Weggehen", "Provision and leaving"),
}


class Booking(StrEnum):
    """How a module is used: an order to a provider, a code without a name, or inside the firm."""

    ORDER = "order"
    VOUCHER = "voucher"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class FactKind:
    """Something a gap check may know. ``derived`` facts are worked out, the others asked."""

    name: str
    kind: str
    derived: bool
    ask: Text
    choices: Mapping[str, Text]

    def allows(self, value: object) -> bool:
        return isinstance(value, bool) if self.kind == "yes_no" else value in self.choices


@dataclass(frozen=True, slots=True)
class Condition:
    """A statement about facts, three-valued: ``holds`` is ``None`` where a fact that decides is not known."""

    kind: str
    parts: tuple[Condition, ...] = ()
    fact: str = ""
    values: tuple[Any, ...] = ()

    def holds(self, facts: Mapping[str, Any]) -> bool | None:
        if self.kind == "fact":
            found = facts.get(self.fact)
            return None if found is None else found in self.values
        answers = [part.holds(facts) for part in self.parts]
        if self.kind == "not":
            return None if answers[0] is None else not answers[0]
        decides = self.kind == "any"
        if decides in answers:
            return decides
        return None if None in answers else not decides

    def names(self) -> Iterator[str]:
        """The facts it speaks of, in their order."""
        if self.kind == "fact":
            yield self.fact
        for part in self.parts:
            yield from part.names()


@dataclass(frozen=True, slots=True)
class GapRule:
    """When something is needed and when it is there; ``basis`` is a provision, ``own`` our reasoning in its place."""

    id: str
    name: Text
    needed: Condition
    covered: Condition
    basis: str
    own: Text | None


@dataclass(frozen=True, slots=True)
class ModulePaper:
    """A paper of a module and who brings it: ``person`` or ``hr``."""

    id: str
    name: Text
    who: str


@dataclass(frozen=True, slots=True)
class Record:
    """The line of the record of processing (Art. 30(1) GDPR). ``periods`` are rules of ``retention.yaml``.

    ``abroad``: its providers may be in third countries, each with its basis.
    """

    purpose: Text
    basis: Text
    people: Text
    data: Text
    recipients: Text
    abroad: bool
    periods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CareModule:
    """``periods``: what is covered from when to when is kept as well, for each family member and country.

    Without a ``record`` nothing of a person enters the installation, and ``nothing`` says why.
    """

    id: str
    name: Text
    group: str
    booking: Booking
    what: Text
    for_whom: Text
    firm_learns: Text
    first_step: Text
    papers: tuple[ModulePaper, ...]
    gaps: tuple[GapRule, ...]
    never: tuple[Text, ...]
    providers: tuple[Text, ...]
    periods: bool
    record: Record | None
    nothing: Text | None


@cache
def fact_kinds() -> Mapping[str, FactKind]:
    """What may be known, in the order in which it is asked."""
    place = "facts.yaml"
    read = _mapping(yaml.safe_load((files(__name__) / place).read_text(encoding="utf-8")), place)
    return {name: _fact(name, one, f"{place}: {name}") for name, one in read.items()}


@cache
def care_modules() -> tuple[CareModule, ...]:
    """All modules, in the order of their groups and then of their German names."""
    found = [care_module(name) for name in _names()]
    groups = list(GROUPS)
    return tuple(sorted(found, key=lambda one: (groups.index(one.group), one.name.de)))


@cache
def care_module(name: str) -> CareModule:
    """The module of this name.

    Raises:
        KeyError: there is none.
        Broken: its file is not as it must be.
    """
    if name not in _names():
        raise KeyError(name)
    text = (files(__name__) / name / "module.yaml").read_text(encoding="utf-8")
    return read_module(name, yaml.safe_load(text))


@cache
def _names() -> tuple[str, ...]:
    return tuple(sorted(one.name for one in files(__name__).iterdir() if (one / "module.yaml").is_file()))


_KEYS = {
    *("name", "group", "booking", "what", "for_whom", "firm_learns", "first_step", "papers", "gaps"),
    *("never", "providers", "record"),
}


def read_module(name: str, read: Any) -> CareModule:
    """A module from the content of its file.

    Raises:
        Broken: a key is missing, unknown or has the wrong kind of value; the place says where.
    """
    place = f"{name}/module.yaml"
    given = _keys(_mapping(read, place), place, _KEYS, {"periods"})
    never, providers = _texts(given["never"], f"{place}: never"), _texts(given["providers"], f"{place}: providers")
    if not never:
        raise _broken(f"{place}: never", "at least one thing that may never enter")
    said = {
        key: _text(given[key], f"{place}: {key}") for key in ("name", "what", "for_whom", "firm_learns", "first_step")
    }
    record, nothing = _record(given["record"], f"{place}: record")
    return CareModule(
        id=name,
        group=_one_of(given["group"], GROUPS, f"{place}: group"),
        booking=Booking(_one_of(given["booking"], [one.value for one in Booking], f"{place}: booking")),
        papers=tuple(_each(given["papers"], f"{place}: papers", _paper)),
        gaps=tuple(_each(given["gaps"], f"{place}: gaps", _gap)),
        never=never,
        providers=providers,
        periods=given.get("periods") is True,
        record=record,
        nothing=nothing,
        **said,
    )


def _record(read: Any, place: str) -> tuple[Record | None, Text | None]:
    if "nothing" in _mapping(read, place):
        given = _keys(read, place, {"nothing"})
        return None, _text(given["nothing"], f"{place}: nothing")
    words = ("purpose", "basis", "people", "data", "recipients")
    given = _keys(read, place, {*words, "transfer", "retention"})
    said = {key: _text(given[key], f"{place}: {key}") for key in words}
    abroad = _one_of(given["transfer"], ["provider", "none"], f"{place}: transfer") == "provider"
    if not isinstance(given["retention"], list) or not given["retention"]:
        raise _broken(f"{place}: retention", "a list of rules of retention.yaml")
    periods = tuple(str(one) for one in given["retention"])
    return Record(abroad=abroad, periods=periods, **said), None


def _paper(key: str, read: Any, place: str) -> ModulePaper:
    given = _keys(_mapping(read, place), place, {"de", "en", "who"})
    return ModulePaper(key, Text(given["de"], given["en"]), _one_of(given["who"], ["person", "hr"], place))


def _gap(key: str, read: Any, place: str) -> GapRule:
    given = _keys(_mapping(read, place), place, {"name", "needed", "covered"}, {"basis", "own"})
    basis, own = given.get("basis", ""), given.get("own")
    if bool(basis) == bool(own):
        raise _broken(place, "either a provision under “basis” or our own reasoning under “own”")
    return GapRule(
        key,
        _text(given["name"], f"{place}: name"),
        _condition(given["needed"], f"{place}: needed"),
        _condition(given["covered"], f"{place}: covered"),
        str(basis),
        _text(own, f"{place}: own") if own else None,
    )


def _condition(read: Any, place: str) -> Condition:
    given = _mapping(read, place)
    if len(given) != 1:
        raise _broken(place, "one fact, or one of all, any, not")
    key, value = next(iter(given.items()))
    if key in {"all", "any"}:
        if not isinstance(value, list) or not value:
            raise _broken(place, "a list of conditions")
        return Condition(key, tuple(_condition(part, f"{place}: {key}") for part in value))
    if key == "not":
        return Condition(key, (_condition(value, f"{place}: not"),))
    values = tuple(value) if isinstance(value, list) else (value,)
    _refuse_values(key, values, place)
    return Condition("fact", fact=key, values=values)


def _refuse_values(name: str, values: Iterable[Any], place: str) -> None:
    if name.startswith(("paper.", "service.")):
        allowed: Callable[[object], bool] = lambda value: isinstance(value, bool)  # noqa: E731
    elif name in fact_kinds():
        allowed = fact_kinds()[name].allows
    else:
        raise _broken(f"{place}: {name}", "a fact named in facts.yaml, paper.<kind> or service.<module>")
    for value in values:
        if not allowed(value):
            raise _broken(f"{place}: {name}", "one of the answers to that fact")


def _fact(name: str, read: Any, place: str) -> FactKind:
    given = _keys(_mapping(read, place), place, {"kind", "from", "ask"}, {"choices"})
    kind = _one_of(given["kind"], ["yes_no", "choice"], f"{place}: kind")
    origin = _one_of(given["from"], ["answer", "derived"], f"{place}: from")
    choices = {
        key: _text(one, f"{place}: {key}")
        for key, one in _mapping(given.get("choices", {}), f"{place}: choices").items()
    }
    if bool(choices) != (kind == "choice"):
        raise _broken(f"{place}: choices", "choices for kind “choice”, none otherwise")
    return FactKind(name, kind, origin == "derived", _text(given["ask"], f"{place}: ask"), choices)


def _each(read: Any, place: str, make: Callable[[str, Any, str], Any]) -> Iterator[Any]:
    for key, one in _mapping(read, place).items():
        yield make(str(key), one, f"{place}: {key}")


def _texts(read: Any, place: str) -> tuple[Text, ...]:
    if not isinstance(read, list):
        raise _broken(place, "a list")
    return tuple(_text(one, place) for one in read)


def _text(read: Any, place: str) -> Text:
    given = _keys(_mapping(read, place), place, {"de", "en"})
    if not all(isinstance(one, str) and one.strip() for one in given.values()):
        raise _broken(place, "a text in German and one in English")
    return Text(given["de"], given["en"])


def _mapping(read: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(read, dict):
        raise _broken(place, "a mapping of names to values")
    return read


def _keys(
    given: Mapping[str, Any], place: str, needed: set[str], possible: set[str] | None = None
) -> Mapping[str, Any]:
    missing, unknown = needed - given.keys(), given.keys() - needed - (possible or set())
    if missing or unknown:
        wrong = ", ".join(
            [f"{name} is missing" for name in sorted(missing)] + [f"{name} is unknown" for name in sorted(unknown)]
        )
        raise _broken(place, f"{', '.join(sorted(needed))}; {wrong}")
    return given


def _one_of(value: Any, allowed: Iterable[str], place: str) -> str:
    listed = list(allowed)
    if value not in listed:
        raise _broken(place, f"one of {', '.join(listed)}")
    return str(value)


def _broken(place: str, expected: str) -> Broken:
    return Broken(
        Fault(
            place,
            Text("Das Betreuungsmodul ist nicht lesbar.", "The care module cannot be read."),
            Text(f"Erwartet: {expected}", f"Expected: {expected}"),
            Text("Bitte berichtigen Sie die Datei an dieser Stelle.", "Please correct the file at this place."),
        )
    )
