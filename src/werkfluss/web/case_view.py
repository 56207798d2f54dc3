"""What stands around the steps of a case: cases that call one another, events it waits for, steps to take back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from werkfluss.org.actor import Actor
from werkfluss.process.model import Definitions
from werkfluss.web.process_view import name_of
from werkfluss.work.domain import cases
from werkfluss.work.domain.definitions import model_of
from werkfluss.work.models import Case, CaseIncident, Wait


@dataclass(frozen=True, slots=True)
class Near:
    """Another case, with the way to it."""

    case: Case
    url: str


@dataclass(frozen=True, slots=True)
class Awaited:
    """A message or a signal that a person may report."""

    key: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that can be taken back."""

    pk: UUID
    name: str


def around(case: Case, actor: Actor) -> Mapping[str, Any]:
    """For the page of a case."""
    model = model_of(case.definition)
    running = case.state == "running"
    return {
        "caller": _near(case.parent) if case.parent else None,
        "called": [_near(one) for one in case.children.select_related("org").order_by("number")],
        "awaited": _awaited(case) if running and actor.may("case.work") else [],
        "taken": _taken(case, model, actor) if running else [],
        "incidents": [shown_incident(one, model) for one in case.incidents.filter(state="open").order_by("at")],
    }


def _near(case: Case) -> Near:
    return Near(case, reverse("case", kwargs={"firm": case.org.slug, "pk": case.pk}))


def _awaited(case: Case) -> list[Awaited]:
    rows = Wait.objects.filter(case=case, kind__in=["message", "signal"]).order_by("created_at", "key")
    return [Awaited(row.key, row.kind, row.name) for row in rows]


def _taken(case: Case, model: Definitions, actor: Actor) -> list[Taken]:
    found = cases.undoable_steps(case)
    return [
        Taken(one.pk, name_of(model, one.element)) for one in found if one.done_by == actor.id or actor.may("case.work")
    ]


@dataclass(frozen=True, slots=True)
class ShownIncident:
    """What happened where, in the words of the drawing."""

    incident: CaseIncident
    place: str


def shown_incident(incident: CaseIncident, model: Definitions) -> ShownIncident:
    return ShownIncident(incident, name_of(model, incident.element))
