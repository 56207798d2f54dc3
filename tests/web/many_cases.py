"""Many cases of care at once, put into the tables as rows: for tests of pages that must not mind how many there are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from werkfluss.kernel import clock

if TYPE_CHECKING:
    from tests.web.world import World
    from werkfluss.care.models import ExpatCase
    from werkfluss.workforce.models import Resource

NAME = "Kanarienvogel"
ELEMENTS = ("check_papers", "record_visa", "collect_papers")


def add_cases(world: World, count: int, *, first: int = 9000, route: str = "eu_citizen", over: bool = True) -> None:
    """Cases that are over (or run) with a step at the firm, an authority and the person, a deadline, an order each."""
    with world.open():
        people = _people(count, first)
        cases = _cases(world, people, first, route=route, over=over)
        _steps(cases, over=over)
        _deadlines(cases)
        _orders(cases, first)


def _people(count: int, first: int) -> list[Resource]:
    from werkfluss.workforce.models import Kind, Rate, Resource

    rate, _made = Rate.objects.get_or_create(name="Viele", defaults={"cents_per_hour": 5000})
    began = clock.today() - timedelta(days=40)
    return Resource.objects.bulk_create(
        Resource(
            number=first + at,
            kind=Kind.EMPLOYEE,
            name=f"{NAME} {first + at}",
            sort_key=f"{NAME} {first + at}",
            rate=rate,
            nationality="PL",
            country="DE",
            active_from=began,
        )
        for at in range(count)
    )


def _cases(world: World, people: list[Resource], first: int, *, route: str, over: bool) -> list[ExpatCase]:
    from werkfluss.care.models import ExpatCase
    from werkfluss.care.routes import care_route
    from werkfluss.work.domain import definitions
    from werkfluss.work.models import Case

    definition = definitions.definition_of(care_route(route).process, by=world.director)
    now, today = clock.now(), clock.today()
    made = [
        ExpatCase(
            number=first + at,
            person=person,
            route=route,
            wished_start=today - timedelta(days=40) if over else today + timedelta(days=90),
            state="closed" if over else "open",
        )
        for at, person in enumerate(people)
    ]
    for at, row in enumerate(made):
        row.case = Case(
            number=first + at,
            definition=definition,
            title=row.person.name,
            subject_type=ExpatCase._meta.label_lower,
            subject_id=row.pk,
            state="completed" if over else "running",
            ended_at=now - timedelta(days=5) if over else None,
        )
    Case.objects.bulk_create(row.case for row in made)
    ExpatCase.objects.bulk_create(made)
    ExpatCase.objects.filter(pk__in=[row.pk for row in made]).update(created_at=now - timedelta(days=100))
    return made


def _steps(rows: list[ExpatCase], *, over: bool) -> None:
    from werkfluss.kernel.ids import new_id
    from werkfluss.work.models import CaseTask

    now = clock.now()
    hands = [new_id() for _hand in range(4)]
    steps = [
        CaseTask(
            case=row.case,
            key=element,
            element=element,
            name=element,
            role="hr",
            resource=row.person if element == "collect_papers" else None,
            state="done" if over else "open",
            done_at=now - timedelta(days=10) if over else None,
            done_by=hands[at % len(hands)] if over else None,
        )
        for at, row in enumerate(rows)
        for element in ELEMENTS
    ]
    CaseTask.objects.bulk_create(steps)
    CaseTask.objects.filter(pk__in=[one.pk for one in steps]).update(created_at=now - timedelta(days=30))


def _deadlines(rows: list[ExpatCase]) -> None:
    from werkfluss.care.models import ExpatCase
    from werkfluss.compliance.models import Deadline

    due = clock.today() + timedelta(days=30)
    Deadline.objects.bulk_create(
        Deadline(
            subject_type=ExpatCase._meta.label_lower,
            subject_id=row.pk,
            code="work_start",
            title_de="Arbeitsbeginn",
            title_en="Start of work",
            due=due,
            start_by=_start_by(due),
            who="hr",
            basis="-",
        )
        for row in rows
    )


def _start_by(due: date) -> date:
    return due - timedelta(days=14)


def _orders(rows: list[ExpatCase], first: int) -> None:
    from werkfluss.care.models import CareBooking, CareOffer, CareProvider

    today = clock.today()
    provider, _made = CareProvider.objects.get_or_create(
        name="Wegweiser GmbH",
        defaults={"email": "post@wegweiser.example", "source": "-", "checked_on": today, "team": True},
    )
    offer, _made = CareOffer.objects.get_or_create(
        provider=provider,
        module="housing",
        defaults={"title": "Suche", "unit": "once", "price": 480, "accepted_when": "-", "valid_from": today},
    )
    CareBooking.objects.bulk_create(
        CareBooking(
            number=first + at,
            offer=offer,
            person=row.person,
            expat_case=row,
            state="done",
            price=480,
            accepted_when="-",
            ordered_on=today - timedelta(days=50),
            closed_on=today - timedelta(days=20),
        )
        for at, row in enumerate(rows)
    )
