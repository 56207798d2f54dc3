"""What the lines of the radar are about, as this person may read it: a name for each object, not one for each line.

Names stand in many tables and some stay off, so they are read here; the lines stay in the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Value

from werkfluss.org.actor import Actor
from werkfluss.web import law_view, objects
from werkfluss.web.radar import basis_of, employees_among
from werkfluss.workforce.domain.papers import TYPES
from werkfluss.workforce.models import Kind

_NOTHING = Q(pk__in=[])


class Line(NamedTuple):
    """What is needed to put a line in its place."""

    line: str
    key: UUID
    start: date
    until: date
    name: str


@dataclass(frozen=True)
class Names:
    """``deadlines`` and ``papers`` are the rows of a radar, annotated as there."""

    actor: Actor
    deadlines: QuerySet[Any]
    papers: QuerySet[Any]

    def holding(self, word: str) -> tuple[Q, Q]:
        """The deadlines and the papers whose name, as it is shown, holds the word."""
        wanted = word.casefold()
        named = Q(subject_id__in=[key for key, name in self._objects.items() if wanted in name.casefold()])
        person = Q(resource__name__icontains=word)
        instead = wanted in law_view.an_employee().casefold()
        return _where(named, self._off, instead), _where(person, self._papers_off, instead)

    def lines(self) -> list[Line]:
        """All of them, in no order."""
        instead = law_view.an_employee()
        place = ("line", "key", "start", "until")
        rows = self.deadlines.annotate(off=_flag(self._off)).values_list(*place, "subject_id", "off")
        papers = self.papers.annotate(off=_flag(self._papers_off)).values_list(*place, "resource__name", "off")
        found = [
            Line(line, key, start, until, instead if off else name) for line, key, start, until, name, off in papers
        ]
        for line, key, start, until, about, off in rows:
            found.append(Line(line, key, start, until, instead if off else self._objects[about]))
        return found

    @cached_property
    def _objects(self) -> dict[UUID, str]:
        refs = set(self.deadlines.order_by().values_list("subject_type", "subject_id").distinct())
        return {key: name for (_label, key), name in objects.names(refs).items() if key is not None}

    @cached_property
    def _off(self) -> Q:
        """Deadlines whose employee stays unnamed until the works council has agreed."""
        if not law_view.locked("deadlines"):
            return _NOTHING
        return Q(subject_id__in=employees_among(self._objects)) & ~law_view.kept_rows(self.actor)

    @cached_property
    def _papers_off(self) -> Q:
        if not law_view.locked("deadlines"):
            return _NOTHING
        kept = [kind for kind in TYPES if law_view.must_be_kept(self.actor, basis_of(kind))]
        return Q(resource__kind=Kind.EMPLOYEE) & ~Q(kind__in=kept)


def _where(named: Q, off: Q, instead: bool) -> Q:
    """Who stays unnamed is found by the word that stands there instead, and by no other."""
    shown = named & ~off
    return shown | off if instead else shown


def _flag(condition: Q) -> Any:
    if condition is _NOTHING:
        return Value(value=False)
    return ExpressionWrapper(condition, output_field=BooleanField())
