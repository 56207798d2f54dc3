"""What the cases of care say together: time to start, waiting, cost, the quality of services. About groups only.

Everything here becomes rows for ``workforce.groups``, which decides what may be shown. The number of queries is the
same for one case and for hundreds. Of services the sums are used that the firm sees anyway (``bookings.marks_of``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from statistics import median_low
from typing import Any
from uuid import UUID

from django.db.models import Max, QuerySet

from werkfluss.care.domain.bookings import LEAST
from werkfluss.care.models import Applicant, CareBooking, ExpatCase, ServiceCount
from werkfluss.care.routes import care_route
from werkfluss.compliance.models import Deadline
from werkfluss.kernel import clock
from werkfluss.org.models import Entry
from werkfluss.work.models import CaseTask
from werkfluss.workforce.groups import Row

PARTIES = ("authority", "provider", "person", "firm")
CURRENCY = "EUR"
_DAY = Decimal(86400)


def start_rows(*, on: date) -> dict[str, list[Row]]:
    """Days to the first working day, by route: from the opening of the job, the application, the case.

    A case has started when its day is over and, where a title is needed, the title was there; else when it is closed.
    The first two are known as long as the application is kept.
    """
    ready = set(
        Deadline.objects.filter(subject_type=ExpatCase._meta.label_lower, state="done").values_list(
            "subject_id", "code"
        )
    )
    origins = {
        case: (applied, opened)
        for case, applied, opened in Applicant.objects.exclude(expat_case=None).values_list(
            "expat_case", "applied_on", "opening__created_at"
        )
    }
    found: dict[str, list[Row]] = {"opening": [], "application": [], "case": []}
    fields = ("pk", "route", "person_id", "wished_start", "state", "created_at")
    for key, route, person, first, state, begun in ExpatCase.objects.filter(wished_start__lt=on).values_list(*fields):
        kind = care_route(route)
        there = (key, kind.watch.code) in ready if kind.title else state == "closed"
        if not (kind.begins_work and there):
            continue
        applied, opened = origins.get(key, (None, None))
        since = {"case": _day_of(begun), "application": applied, "opening": _day_of(opened) if opened else None}
        for name, day in since.items():
            if day is not None and day <= first:
                found[name].append(Row(route, person, first, Decimal((first - day).days)))
    return found


@dataclass(frozen=True)
class Waits:
    """``done``: days that finished waits took, by party, each part a ``route:element``; ``open``: now, by party.

    ``names``: what each ``route:element`` is called.
    """

    done: list[Row]
    open: list[Row]
    names: dict[str, str]


def waits(*, on: date, finished: bool) -> Waits:
    """Where cases wait: at an authority, a provider, the person, the firm. ``finished``: times may be read at all.

    Agents and programs have no hand; steps of the firm carry who did them, so that no figure is one on a single hand.
    """
    found = Waits([], [], {})
    cases = {case: (route, who) for case, route, who in ExpatCase.objects.values_list("case", "route", "person_id")}
    for case, element, name, resource, state, opened, done, by in _steps(finished).values_list(
        "case", "element", "name", "resource", "state", "created_at", "done_at", "done_by"
    ):
        route, who = cases[case]
        party = _party(route, element, resource == who)
        if state == "open":
            found.open.append(Row(party, who, _day_of(opened)))
        elif done is not None and _day_of(done) < on:
            found.names[f"{route}:{element}"] = name
            hand = by if party == "firm" else None
            found.done.append(Row(party, who, _day_of(done), _days(opened, done), hand, f"{route}:{element}"))
    _add_providers(found, on=on, finished=finished)
    return found


def _steps(finished: bool) -> QuerySet[CaseTask]:
    rows = CaseTask.objects.filter(case__in=ExpatCase.objects.values("case"))
    return rows.filter(state__in=("open", "done") if finished else ("open",)).filter(
        case__state__in=("running", "completed")
    )


def _party(route: str, element: str, own: bool) -> str:
    if element in care_route(route).authority:
        return "authority"
    return "person" if own else "firm"


def _add_providers(found: Waits, *, on: date, finished: bool) -> None:
    """From the order until the provider says that it is done."""
    rows = CareBooking.objects.filter(state__in=("ordered", "accepted")).exclude(ordered_on=None)
    found.open.extend(Row("provider", who, day) for who, day in rows.values_list("person_id", "ordered_on") if day)
    if not finished:
        return
    said = Entry.objects.filter(kind="care.booking.delivered", object_type=CareBooking._meta.label_lower)
    at = dict(said.order_by().values("object_id").annotate(at=Max("at")).values_list("object_id", "at"))
    over = CareBooking.objects.filter(state__in=("delivered", "done")).exclude(ordered_on=None)
    for key, who, ordered in over.values_list("pk", "person_id", "ordered_on"):
        if key in at and ordered is not None and _day_of(at[key]) < on:
            delivered = _day_of(at[key])
            found.done.append(Row("provider", who, delivered, Decimal((delivered - ordered).days)))


def cost_rows(*, on: date) -> list[Row]:
    """What was ordered for each closed case, by route, in euro: the invoice where there is one, else the price.

    A case for which something was ordered in another currency is left out: nothing is converted.
    """
    spent: dict[UUID, Decimal] = defaultdict(Decimal)
    foreign: set[UUID] = set()
    orders = CareBooking.objects.exclude(expat_case=None).exclude(state__in=("planned", "declined", "cancelled"))
    for order in orders.only("expat_case_id", "currency", "price", "quantity", "invoice_amount"):
        assert order.expat_case_id is not None
        if order.currency == CURRENCY:
            spent[order.expat_case_id] += order.cost
        else:
            foreign.add(order.expat_case_id)
    closed = ExpatCase.objects.filter(state="closed", case__ended_at__isnull=False).exclude(pk__in=foreign)
    fields = ("pk", "route", "person_id", "case__ended_at")
    rows: Iterable[tuple[Any, ...]] = closed.values_list(*fields)
    return [
        Row(route, who, _day_of(ended), spent.get(key, Decimal(0)))
        for key, route, who, ended in rows
        if _day_of(ended) < on
    ]


@dataclass(frozen=True, slots=True)
class Quality:
    """What those who used the services of a provider said: the middle mark, 1 did not help to 4 helped a lot.

    ``mark`` is ``None`` below ten answers; ``alone``: one person or not known, so there is never a figure.
    """

    provider: str
    answers: int
    mark: int | None
    alone: bool


def qualities() -> list[Quality]:
    """Every provider in use, by name and in no other order; only of teams, and only in full tens of answers."""
    rows = ServiceCount.objects.filter(offer__provider__ended_on=None).order_by("offer__provider__name", "offer")
    by_offer: dict[tuple[UUID, UUID], dict[int, int]] = defaultdict(dict)
    about: dict[UUID, tuple[str, bool]] = {}
    fields = ("offer__provider", "offer__provider__name", "offer__provider__team", "offer", "mark", "shown")
    for provider, name, team, offer, mark, shown in rows.values_list(*fields):
        about[provider] = (name, bool(team))
        by_offer[provider, offer][mark] = shown
    given: dict[UUID, Counter[int]] = {provider: Counter() for provider in about}
    for (provider, _offer), counts in by_offer.items():
        if about[provider][1] and sum(counts.values()) >= LEAST:
            given[provider].update(counts)
    return [
        Quality(name, given[key].total(), median_low(given[key].elements()) if given[key].total() else None, not team)
        for key, (name, team) in about.items()
    ]


def _day_of(moment: datetime) -> date:
    return moment.astimezone(clock.FIRM_ZONE).date()


def _days(begin: datetime, end: datetime) -> Decimal:
    return max(Decimal(0), Decimal((end - begin).total_seconds()) / _DAY)
