"""Mandates of fractional executives, and what the person keeps across firms."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from werkfluss.engagement.models import AuthorityLimit, AuthorityUse, BroughtCalendar, Competitor, Mandate
from werkfluss.kernel.ids import new_id
from werkfluss.org.domain.firms import next_number
from werkfluss.workforce.models import Kind

EVENT = date(2020, 3, 17)
AT = datetime(2020, 3, 17, 11, tzinfo=UTC)


def mandate(make: Any, state: str) -> Mandate:
    return Mandate.objects.create(
        number=next_number("mandate"),
        resource=make.person(Kind.FRACTIONAL),
        function="Finanzleitung",
        days=Decimal(1),
        per="week",
        first_day=EVENT,
        last_day=EVENT,
        state=state,
        answered_at=AT,
    )


def brought(make: Any) -> BroughtCalendar:
    row: BroughtCalendar = BroughtCalendar.objects.create(user=make.user(), key="a" * 64, issued_at=AT, brought_at=AT)
    return row


def limit(make: Any) -> AuthorityLimit:
    return AuthorityLimit.objects.create(
        resource=make.person(Kind.FRACTIONAL),
        kind="payment",
        amount_cents=1,
        first_day=date(2019, 1, 1),
        last_day=EVENT,
        basis="Vertrag",
    )


def use(make: Any) -> AuthorityUse:
    under = limit(make)
    return AuthorityUse.objects.create(
        resource=under.resource,
        limit=under,
        kind="payment",
        subject_type="engagement.paymentrun",
        subject_id=new_id(),
        title="Zahllauf 1",
        cents=1,
        day=EVENT,
        state="alone",
    )


UNTIL = {"engagement.brought": date(2020, 6, 17), "engagement.competitor": date(2023, 3, 17)}
ROWS = {
    (AuthorityLimit, "engagement.order"): limit,
    (AuthorityUse, "engagement.order"): use,
    (Competitor, "engagement.competitor"): lambda _make: Competitor.objects.create(name="Alt", ended_on=EVENT),
    (Mandate, "engagement.order"): lambda make: mandate(make, "ended"),
    (Mandate, "engagement.unagreed"): lambda make: mandate(make, "unavailable"),
}
EVERYWHERE = {(BroughtCalendar, "engagement.brought"): brought}
