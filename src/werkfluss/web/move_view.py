"""What happens to running cases if they go on in a newer version, as it is shown before anybody moves one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.http import QueryDict

from werkfluss.web.process_view import name_of
from werkfluss.work.domain import case_versions
from werkfluss.work.domain.case_versions import CasePreview, Group, Question, grouped
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.models import Case, ProcessDefinition

MOST = 500  # cases that are shown one by one
_EXAMPLES = 5
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
class ShownGroup:
    """Cases to which the same would happen; ``examples`` are the oldest of them."""

    key: str
    alike: ShownCase
    count: int
    examples: tuple[Case, ...]
    cases: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A step that the new version lacks under this id. ``options``: id, name, and whether it is the guess."""

    field: str
    name: str
    cases: int
    options: tuple[tuple[str, str, bool], ...]
    chosen: str


@dataclass(frozen=True)
class Overview:
    """All running cases of older versions: one by one, or as ``groups`` where they are more than ``MOST``."""

    to: ProcessDefinition
    found: tuple[CasePreview, ...]
    questions: tuple[ShownQuestion, ...]
    confirmed: Mapping[str, str]

    @property
    def cases(self) -> tuple[ShownCase, ...]:
        return () if self.many else tuple(_shown(self.to, one) for one in self.found)

    @property
    def many(self) -> bool:
        return len(self.found) > MOST

    @cached_property
    def groups(self) -> list[ShownGroup]:
        return [_shown_group(self.to, one) for one in grouped(self.found)] if self.many else []

    def count(self, outlook: str) -> int:
        return sum(1 for one in self.found if one.outlook == outlook)

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
    rows = case_versions.standing_cases(to)
    open_ = _merged(case_versions.questions(to, cases=rows))
    confirmed = _confirmed(to, {one.element: one.candidates for one in open_}, asked)
    found = case_versions.preview_migration(to, confirmed=confirmed, cases=rows)
    asked_now = tuple(_asked(to, one, confirmed.get(one.element, "")) for one in open_)
    return Overview(to, tuple(found), asked_now, confirmed)


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


def _shown_group(to: ProcessDefinition, group: Group) -> ShownGroup:
    cases = [one.case for one in group.previews]
    return ShownGroup(
        group.key, _shown(to, group.first), len(cases), tuple(cases[:_EXAMPLES]), tuple(case.pk for case in cases)
    )


def _shown(to: ProcessDefinition, found: CasePreview) -> ShownCase:
    old, new = model_of(found.case.definition), model_of(to)
    places = tuple(
        ShownPlace(name_of(old, one.old), name_of(new, one.new) if one.new else "", one.confirmed)
        for one in found.places
    )
    return ShownCase(found, places)
