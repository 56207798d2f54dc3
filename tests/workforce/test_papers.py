"""Papers: a new one ends the old one, keeps it, and sets the day for the next."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from werkfluss.compliance.models import Deadline
from werkfluss.kernel.errors import Refused
from werkfluss.workforce.domain import papers, resources
from werkfluss.workforce.models import Kind, Paper, Resource

if TYPE_CHECKING:
    from werkfluss.org.actor import Actor


@pytest.fixture
def person(in_firm: Actor) -> Resource:
    rate = resources.set_rate(name="Werkstatt", cents_per_hour=5000, by=in_firm)
    return resources.add_resource(kind=Kind.EMPLOYEE, name="Ada", rate=rate, by=in_firm)


def file(person: Resource, by: Actor, **more: Any) -> Paper:
    given: dict[str, Any] = {
        "kind": "residence_title",
        "content": b"%PDF",
        "filename": "titel.pdf",
        "valid_from": date(2026, 1, 1),
        "expires": date(2027, 12, 31),
        "name": papers.TYPES["residence_title"].name,
    }
    return papers.file_paper(person, by=by, **(given | more))


def test_requested_paper_is_the_one_that_is_confirmed(person: Resource, in_firm: Actor) -> None:
    asked = resources.add_paper(person, kind="residence_title", lead_days=45, by=in_firm)
    paper = file(person, in_firm)
    assert paper.pk == asked.pk
    assert paper.state == "confirmed"
    assert Deadline.objects.get().start_by == date(2027, 12, 31) - timedelta(days=45)


def test_only_one_of_a_kind_is_confirmed(person: Resource, in_firm: Actor) -> None:
    first = file(person, in_firm)
    second = file(person, in_firm, valid_from=date(2028, 1, 1), expires=None)
    states = dict(Paper.objects.values_list("pk", "state"))
    assert states == {first.pk: "ended", second.pk: "confirmed"}
    assert [(row.due, row.state) for row in Deadline.objects.all()] == [(date(2027, 12, 31), "done")]


def test_paper_cannot_end_before_it_begins(person: Resource, in_firm: Actor) -> None:
    with pytest.raises(Refused):
        file(person, in_firm, expires=date(2025, 1, 1))
    assert not Paper.objects.exists()


@pytest.mark.parametrize("kind", sorted(papers.TYPES))
def test_every_kind_has_words_and_a_lead_time(kind: str) -> None:
    one = papers.TYPES[kind]
    assert one.name.de != one.name.en
    assert one.lead_days > 0
