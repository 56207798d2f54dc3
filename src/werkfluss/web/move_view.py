"""What happens to running cases if they go on in a newer version, as it is shown before anybody moves one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from werkfluss.web.process_view import name_of
from werkfluss.work.domain import case_versions
from werkfluss.work.domain.case_versions import CasePreview, Question
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.models import ProcessDefinition

MOST = 500
_PREFIX = "as-"


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """Where a case stands and would go on; ``guessed``: by a match that a person has confirmed."""

    old: str
    new: str
    guessed: bool


@dataclass(frozen=True, slots=True)
class ShownCase:
    found: CasePreview
    places: tuple[ShownPlace, ...]


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A step that the new version lacks under this id. ``options``: id, name, and whether it is the guess."""

    field: str
    name: str
    cases: int
    options: tuple[tuple[str, str, bool], ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Overview:
    """All running cases of older versions, at most ``MOST`` of them; ``more`` are left for the next time."""

    to: ProcessDefinition
    cases: tuple[ShownCase, ...]
    questions: tuple[ShownQuestion, ...]
    confirmed: Mapping[str, str]
    more: int

    def count(self, outlook: str) -> int:
        return sum(1 for one in self.cases if one.found.outlook == outlook)

    @property
    def moving(self) -> int:
        return self.count("moves")

    @property
    def asking(self) -> int:
        return self.count("map")

    @property
    def stuck(self) -> int:
        return self.count("stuck")

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The confirmed steps as hidden fields."""
        return [(f"{_PREFIX}{old}", new) for old, new in self.confirmed.items()]


def overview(to: ProcessDefinition, asked: QueryDict) -> Overview:
    """The outlook of every case with the steps that ``asked`` confirms; what is no candidate is left out."""
    rows = case_versions.cases_of_older_versions(to)
    open_ = _merged(case_versions.questions(to))
    confirmed = _confirmed(to, {one.element: one.candidates for one in open_}, asked)
    found = case_versions.preview_migration(to, confirmed=confirmed, cases=rows[:MOST])
    return Overview(
        to,
        tuple(_shown(to, one) for one in found),
        tuple(_asked(to, one, confirmed.get(one.element, "")) for one in open_),
        confirmed,
        max(0, rows.count() - MOST),
    )


def _confirmed(to: ProcessDefinition, open_: Mapping[str, Collection[str]], asked: QueryDict) -> dict[str, str]:
    """What a person has said of steps; where no case stands any more, nothing is left to choose from."""
    nodes = model_of(to).nodes
    given = {name.removeprefix(_PREFIX): str(value) for name, value in asked.items() if name.startswith(_PREFIX)}
    return {old: new for old, new in given.items() if new in open_.get(old, nodes)}


def _merged(found: list[Question]) -> list[Question]:
    """One question for a step, in however many old versions it is."""
    merged: dict[str, Question] = {}
    for one in found:
        known = merged.get(one.element)
        count = one.cases + (known.cases if known else 0)
        merged[one.element] = Question(one.definition, one.element, count, one.guess, one.candidates)
    return list(merged.values())


def _asked(to: ProcessDefinition, one: Question, chosen: str) -> ShownQuestion:
    new = model_of(to)
    # The guess first: it is the likely answer, and still has to be chosen.
    ordered = sorted(one.candidates, key=lambda element: element != one.guess)
    options = tuple((element, name_of(new, element), element == one.guess) for element in ordered)
    return ShownQuestion(
        f"{_PREFIX}{one.element}", name_of(model_of(one.definition), one.element), one.cases, options, chosen
    )


def _shown(to: ProcessDefinition, found: CasePreview) -> ShownCase:
    old, new = model_of(found.case.definition), model_of(to)
    places = tuple(
        ShownPlace(name_of(old, one.old), name_of(new, one.new) if one.new else "", one.confirmed)
        for one in found.places
    )
    return ShownCase(found, places)
