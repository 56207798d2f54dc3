"""Whom a paper is about, and what the firm's own rows say of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from werkfluss.care.models import ExpatCase, FormEntry
from werkfluss.care.paper_names import paper_name
from werkfluss.care.routes import care_route
from werkfluss.compliance.domain.facts import facts_about
from werkfluss.kernel.text import Text
from werkfluss.org.models import FirmProfile, Organisation
from werkfluss.org.tenancy import current_org_id
from werkfluss.workforce.models import Resource


@dataclass(frozen=True, slots=True)
class Known:
    """A value with where it stands."""

    value: Any
    source: Text


@dataclass(frozen=True, slots=True)
class Subject:
    """A person, in a hire from abroad or in an order; the order comes as plain ``rows`` since this room knows none."""

    person: Resource
    expat: ExpatCase | None = None
    about: models.Model | None = None
    rows: Mapping[str, Known] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return "case" if self.expat is not None else "order" if self.about is not None else "person"

    @property
    def root(self) -> models.Model:
        """The object a deadline of a paper belongs to: the person, so that it outlives the case."""
        return self.about or self.person

    @property
    def about_key(self) -> UUID | None:
        return self.expat.pk if self.expat is not None else self.about.pk if self.about is not None else None


def rows_of(subject: Subject) -> dict[str, Known]:
    """What the rows of firm, person, case and papers say, by the names that fields use."""
    found = {**_firm(), **_person(subject.person), **subject.rows}
    if subject.expat is not None:
        label = Text(f"Vorgang {subject.expat.number}", f"case {subject.expat.number}")
        route = care_route(subject.expat.route).name
        found |= {"case.wished_start": Known(subject.expat.wished_start, label), "case.route": Known(route, label)}
    for paper in subject.person.papers.filter(state="confirmed").order_by("created_at"):
        name = paper_name(paper.kind)
        source = Text(f"Unterlage: {name.de}", f"paper: {name.en}")
        found |= {
            f"paper.{paper.kind}.valid_from": Known(paper.valid_from, source),
            f"paper.{paper.kind}.expires": Known(paper.expires, source),
        }
    return {name: known for name, known in found.items() if known.value not in (None, "")}


def _firm() -> dict[str, Known]:
    org, profile = Organisation.objects.get(pk=current_org_id()), FirmProfile.objects.get()
    source = Text("Firmenangaben", "the firm's details")
    address = f"{profile.street}, {profile.postcode} {profile.city}, {profile.country}"
    values = {"name": org.name, "address": address, "email": profile.email, "city": profile.city}
    return {f"firm.{name}": Known(value, source) for name, value in values.items()}


def _person(person: Resource) -> dict[str, Known]:
    source = Text("Angaben der Person", "the person's details")
    values = {
        "name": person.name,
        "email": person.email,
        "nationality": person.nationality,
        "title": person.title,
        "weekly_hours": f"{person.weekly_minutes / 60:g}",
        "active_from": person.active_from,
        "last_day": person.active_to - timedelta(days=1) if person.active_to else None,
    }
    return {f"person.{name}": Known(value, source) for name, value in values.items()}


def recorded_facts(person: Resource, on: date) -> dict[str, Known]:
    """Facts of the law that hold on a day, with their source."""
    found: dict[str, Known] = {}
    for fact in reversed(facts_about(person)):
        if fact.valid_from <= on and (fact.valid_to is None or fact.valid_to > on):
            found[fact.name] = Known(fact.value, Text(fact.source, fact.source))
    return found


def entries_of(subject: Subject) -> dict[tuple[str, str], FormEntry]:
    """Entries that hold, by (person, firm or about; name)."""
    wanted = Q(person=subject.person, about=None) | Q(person=None, about=None)
    if subject.about_key is not None:
        wanted |= Q(person=subject.person, about=subject.about_key)
    rows = FormEntry.objects.filter(wanted, ended_on=None).order_by("valid_from", "created_at")
    return {(_of(row), row.name): row for row in rows}


def _of(row: FormEntry) -> str:
    return "about" if row.about is not None else "person" if row.person_id is not None else "firm"
