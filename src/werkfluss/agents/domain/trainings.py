"""Measures of AI literacy (Art. 4 of the AI Act) per person, and who has none that counts.

A measure is held or not held. No score, no grade, no attempt is kept: that would rate people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from werkfluss.agents.domain.inventory import Line
from werkfluss.agents.models import Training
from werkfluss.compliance.domain.checks import Question
from werkfluss.compliance.domain.explain import answer
from werkfluss.evidence.domain.documents import keep_file
from werkfluss.evidence.domain.retention import delete_rows
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.workforce.models import NATURAL_PERSONS, Kind, Resource

LITERACY = "eu/ai_act/literacy"


@dataclass(frozen=True, slots=True)
class Person:
    """Who uses AI, which, and the measure that counts on the day; ``missing``: there is none."""

    resource: Resource
    uses: tuple[str, ...]
    training: Training | None
    missing: bool


def trainings() -> QuerySet[Training]:
    """All measures, the newest first."""
    return Training.objects.select_related("org", "resource", "proof")


def record_training(
    people: Iterable[Resource],
    *,
    title: str,
    held_on: date,
    content: str,
    valid_to: date | None = None,
    proof: tuple[str, bytes] | None = None,
    on: date,
    by: Actor,
) -> list[Training]:
    """A measure was held for these people; ``proof`` (file name, bytes) is kept with each, so that each can be erased.

    Raises:
        Refused: nobody, no natural person, a day to come, or an end before the beginning.
        Broken: the file is empty or too large.
    """
    found = list(people)
    if not found or any(Kind(person.kind) not in NATURAL_PERSONS for person in found):
        raise _refused(Text("Eine Schulung gilt für Personen.", "A training is for people."))
    if held_on > on:
        raise _refused(Text("Die Schulung liegt in der Zukunft.", "The training lies in the future."))
    if valid_to is not None and valid_to < held_on:
        raise _refused(Text("Sie gälte schon vor ihrem Tag nicht mehr.", "It would not count on its own day."))
    made = []
    for person in found:
        training = Training.objects.create(
            resource=person, title=title, held_on=held_on, content=content, valid_to=valid_to
        )
        if proof is not None:
            name, content_of_file = proof
            training.edit(proof=keep_file(content_of_file, filename=name, belongs_to=training, by=by))
        record(Event("agents.training.recorded", training, {"title": title, "held_on": held_on}), by=by)
        made.append(training)
    return made


def withdraw_training(training: Training, *, by: Actor) -> None:
    """It was entered by mistake: the line and its proof go, the record keeps that it did."""
    record(Event("agents.training.withdrawn", training.resource, {"title": training.title}), by=by)
    delete_rows([training])


def counts_on(training: Training, day: date) -> bool:
    return training.held_on <= day and (training.valid_to is None or training.valid_to >= day)


def people_who_use_ai(lines: Iterable[Line], *, on: date) -> list[Person]:
    """Everybody named in the inventory with the measure that counts, by name. Two queries."""
    uses: dict[UUID, list[str]] = {}
    for line in lines:
        if not line.is_over(on):
            for key in line.people:
                uses.setdefault(key, []).append(line.name)
    newest = _newest(uses, on)
    rows = Resource.objects.select_related("org").filter(pk__in=uses).order_by("sort_key")
    return [
        Person(row, tuple(uses[row.pk]), newest.get(row.pk), _owed(row, trained=row.pk in newest, on=on))
        for row in rows
    ]


def _newest(keys: Mapping[UUID, object], on: date) -> dict[UUID, Training]:
    found: dict[UUID, Training] = {}
    for training in Training.objects.select_related("proof").filter(resource__in=keys).order_by("held_on"):
        if counts_on(training, on):
            found[training.resource_id] = training
    return found


def _owed(person: Resource, *, trained: bool, on: date) -> bool:
    """What ``eu/ai_act/literacy`` says: whether a measure is owed to this person and not yet recorded."""
    relation = "staff" if person.kind == Kind.EMPLOYEE else "on_behalf"
    # Written as the rule's choices of yes and no are: Django keeps booleans, the law reads them.
    facts = {"uses_ai": True, "relation": relation, "measure_recorded": trained, "fits_use": trained}
    values = answer(Question.of(LITERACY, on, facts)).values
    return bool(values.get("owed")) and not values.get("fulfilled")


def _refused(reason: Text) -> Refused:
    return Refused(
        reason,
        citation="Art. 4 KI-VO",
        what_to_do=Text("Bitte die Angaben berichtigen.", "Please correct the entries."),
    )
