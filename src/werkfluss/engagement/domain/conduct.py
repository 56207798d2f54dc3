"""Signs of the firm's own conduct towards those who work for it: days to pay, days to answer, changes after agreement.

They describe the firm, never a person: one value over everybody, nothing per external, lead or employee, and nothing of
it is read by the optimiser.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median
from uuid import UUID

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery
from django.db.models.functions import TruncDate

from werkfluss.engagement.models import Claim, Delivery, Offer, Order, OrderMessage, PassportRequest
from werkfluss.kernel import clock
from werkfluss.kernel.text import Text
from werkfluss.work.models import Acceptance, Plan, PlanItem
from werkfluss.workforce.models import Kind, Paper

FEWEST = 3
"""Cases below which a value would say more about chance than about the firm."""
_SHORT_NOTICE = timedelta(days=3)
_RENEWAL = timedelta(days=60)
_ASKED_LATELY = timedelta(days=91)
_TENTH = Decimal("0.1")

Measured = tuple[Decimal | None, int]


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both counted."""

    first: date
    last: date

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.first, time(), clock.FIRM_ZONE)

    @property
    def end(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), clock.FIRM_ZONE)


@dataclass(frozen=True, slots=True)
class Sign:
    """``unit`` is ``days`` or ``percent``; less is better for every sign. ``measure`` proposes a task."""

    code: str
    name: Text
    unit: str
    how: Text
    measure: Text
    read: Callable[[Period], Measured]


@dataclass(frozen=True, slots=True)
class Reading:
    """A sign in a period and in the one before; ``None`` where there were too few cases."""

    sign: Sign
    now: Decimal | None
    cases: int
    before: Decimal | None
    cases_before: int


def periods(today: date) -> tuple[Period, Period]:
    """The last half year up to yesterday, and the half year before it."""
    last = today - timedelta(days=1)
    middle = last - timedelta(days=182)
    return Period(middle + timedelta(days=1), last), Period(middle - timedelta(days=181), middle)


def readings(today: date) -> list[Reading]:
    """All signs; a handful of queries, whatever the size of the firm."""
    now, before = periods(today)
    found = []
    for sign in SIGNS:
        value, cases = shown(sign, now)
        earlier, cases_before = shown(sign, before)
        found.append(Reading(sign, value, cases, earlier, cases_before))
    return found


def shown(sign: Sign, period: Period) -> Measured:
    """The value of a sign, left out below the fewest cases; and the number of cases."""
    value, cases = sign.read(period)
    return (value if cases >= FEWEST else None), cases


def _days(spans: Iterable[timedelta]) -> Measured:
    days = [Decimal(span / timedelta(days=1)) for span in spans]
    return (median(days).quantize(_TENTH), len(days)) if days else (None, 0)


def _share(part: int, whole: int) -> Measured:
    return ((Decimal(100 * part) / whole).quantize(_TENTH), whole) if whole else (None, 0)


def _days_to_pay(period: Period) -> Measured:
    """From acceptance to payment, of what was paid in the period."""
    paid = Claim.objects.filter(state="paid", paid_on__gte=period.first, paid_on__lte=period.last)
    pairs = paid.exclude(acceptance=None).values_list("paid_on", "acceptance__decided_at")
    return _days(
        timedelta(days=(money - decided.astimezone(clock.FIRM_ZONE).date()).days)
        for money, decided in pairs
        if money is not None
    )


def _days_to_accept(period: Period) -> Measured:
    rows = Delivery.objects.filter(decided_at__gte=period.begin, decided_at__lt=period.end)
    pairs = rows.values_list("delivered_at", "decided_at")
    return _days(decided - handed_in for handed_in, decided in pairs if decided is not None)


def _days_to_answer(period: Period) -> Measured:
    reply = OrderMessage.objects.filter(
        order=OuterRef("order"), from_external=False, created_at__gt=OuterRef("created_at")
    ).order_by("created_at")
    asked = OrderMessage.objects.filter(from_external=True, created_at__gte=period.begin, created_at__lt=period.end)
    rows = asked.annotate(reply=Subquery(reply.values("created_at")[:1])).exclude(reply=None)
    return _days(answered - written for written, answered in rows.values_list("created_at", "reply"))


def _changed_after_agreement(period: Period) -> Measured:
    """Orders agreed in the period to which another offer was made afterwards."""
    agreed = Offer.objects.filter(order=OuterRef("pk"), state="accepted").order_by("revision")
    orders = Order.objects.annotate(
        agreed_at=Subquery(agreed.values("answered_at")[:1]), agreed_as=Subquery(agreed.values("revision")[:1])
    ).filter(agreed_at__gte=period.begin, agreed_at__lt=period.end)
    later = Offer.objects.filter(order=OuterRef("pk"), revision__gt=OuterRef("agreed_as"))
    return _share(orders.filter(Exists(later)).count(), orders.count())


def _papers_asked_twice(period: Period) -> Measured:
    """Papers asked for in the period although one of the same kind was there that was not soon to be renewed.

    Of a passport: the same kind asked for again within three months of the answer that gave it.
    """
    soon = ExpressionWrapper(TruncDate("created_at", tzinfo=clock.FIRM_ZONE) + _RENEWAL, output_field=DateTimeField())
    asked = Paper.objects.filter(created_at__gte=period.begin, created_at__lt=period.end).annotate(soon=soon)
    there = Paper.objects.filter(
        resource=OuterRef("resource"),
        kind=OuterRef("kind"),
        created_at__lt=OuterRef("created_at"),
        document__isnull=False,
    )
    still = there.filter(Q(expires=None) | Q(expires__gt=OuterRef("soon")))
    requests = PassportRequest.objects.filter(asked_at__gte=period.begin, asked_at__lt=period.end)
    requests = requests.annotate(since=ExpressionWrapper(F("asked_at") - _ASKED_LATELY, output_field=DateTimeField()))
    answered = PassportRequest.objects.filter(
        resource=OuterRef("resource"),
        kind=OuterRef("kind"),
        declined=False,
        answered_at__lt=OuterRef("asked_at"),
        answered_at__gte=OuterRef("since"),
    )
    again = requests.filter(Exists(answered)).count()
    return _share(asked.filter(Exists(still)).count() + again, asked.count() + requests.count())


def _days_results_wait(period: Period) -> Measured:
    """Results of employees, from handing in to the first decision."""
    rows = Acceptance.objects.filter(
        decided_at__gte=period.begin,
        decided_at__lt=period.end,
        result__assignment__resource__kind=Kind.EMPLOYEE,
    ).exclude(result__acceptances__decided_at__lt=F("decided_at"))
    return _days(decided - handed_in for handed_in, decided in rows.values_list("result__delivered_at", "decided_at"))


def _changed_at_short_notice(period: Period) -> Measured:
    """Tasks of employees due to begin within three days when a new plan moved them or gave them to somebody else."""
    published = Plan.objects.filter(published_at__lt=period.end).exclude(published_at=None).order_by("published_at")
    in_period = list(published.filter(published_at__gte=period.begin))
    if not in_period:
        return None, 0
    earlier = published.filter(published_at__lt=period.begin).last()
    line = [*([earlier] if earlier else []), *in_period]
    items = PlanItem.objects.filter(plan__in=line).values_list("plan_id", "task_id", "resource_id", "start")
    said: dict[UUID, dict[UUID, tuple[UUID | None, datetime | None]]] = {}
    for plan, task, resource, start in items:
        said.setdefault(plan, {})[task] = (resource, start)
    staff = set(
        PlanItem.objects.filter(plan__in=line, resource__kind=Kind.EMPLOYEE).values_list("resource_id", flat=True)
    )
    near = moved = 0
    for old, new in pairwise(line):
        assert new.published_at is not None
        until = new.published_at + _SHORT_NOTICE
        for task, placed in said.get(old.pk, {}).items():
            whom, begin = placed
            if whom in staff and begin is not None and new.published_at <= begin <= until:
                near += 1
                moved += said.get(new.pk, {}).get(task) != placed
    return _share(moved, near)


SIGNS: tuple[Sign, ...] = (
    Sign(
        "days_to_pay",
        Text("Tage von der Abnahme bis zum Geld", "Days from acceptance to the money"),
        "days",
        Text(
            "Mittlerer Wert aller Gutschriften: Abnahme bis Zahltag.", "Median of all invoices: acceptance to payment."
        ),
        Text("Zahlungsziel auf sieben Tage senken", "Cut the payment term to seven days"),
        _days_to_pay,
    ),
    Sign(
        "days_to_accept",
        Text("Tage bis zur Abnahme", "Days until acceptance"),
        "days",
        Text("Mittlerer Wert: Lieferung bis Entscheidung.", "Median: delivery to decision."),
        Text("Für Abnahmen eine Vertretung benennen", "Name a substitute for acceptances"),
        _days_to_accept,
    ),
    Sign(
        "days_to_answer",
        Text("Tage bis zur Antwort auf Fragen", "Days until questions are answered"),
        "days",
        Text("Mittlerer Wert: Frage zum Auftrag bis Antwort.", "Median: question about an order to the answer."),
        Text("Fragen zu Aufträgen am selben Tag beantworten", "Answer questions about orders on the same day"),
        _days_to_answer,
    ),
    Sign(
        "changes_after_agreement",
        Text("Nach der Einigung geändert", "Changed after agreement"),
        "percent",
        Text(
            "Anteil der Aufträge mit einem weiteren Angebot danach.", "Share of orders with another offer afterwards."
        ),
        Text("Aufträge vor dem Angebot gegenlesen", "Have orders read by a second person before they are offered"),
        _changed_after_agreement,
    ),
    Sign(
        "papers_asked_twice",
        Text("Papiere doppelt verlangt", "Papers asked for twice"),
        "percent",
        Text(
            "Anteil der verlangten Papiere, von denen ein gültiges schon da war.",
            "Share of requested papers of which a valid one was there already.",
        ),
        Text("Papiere nur noch über die Akte verlangen", "Ask for papers through the file only"),
        _papers_asked_twice,
    ),
    Sign(
        "days_results_wait",
        Text("Tage, die Ergebnisse der Belegschaft warten", "Days that results of staff wait"),
        "days",
        Text("Mittlerer Wert: Ergebnis bis Entscheidung.", "Median: result to decision."),
        Text("Feste Zeiten für Abnahmen einrichten", "Set fixed times for acceptances"),
        _days_results_wait,
    ),
    Sign(
        "short_notice",
        Text("Kurzfristig umgeplant", "Replanned at short notice"),
        "percent",
        Text(
            "Anteil der Aufgaben der Belegschaft, die ein neuer Plan in den letzten drei Tagen vor Beginn änderte.",
            "Share of staff tasks that a new plan changed in the last three days before they began.",
        ),
        Text("Veröffentlichte Pläne für drei Tage festhalten", "Keep published plans fixed for three days"),
        _changed_at_short_notice,
    ),
)
BY_CODE = {sign.code: sign for sign in SIGNS}
