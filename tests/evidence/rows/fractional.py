"""Mandates of fractional executives, and what the person keeps across firms."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from werkfluss.engagement.models import BroughtCalendar, Mandate
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


UNTIL = {"engagement.brought": date(2020, 6, 17)}
ROWS = {
    (Mandate, "engagement.order"): lambda make: mandate(make, "ended"),
    (Mandate, "engagement.unagreed"): lambda make: mandate(make, "unavailable"),
}
EVERYWHERE = {(BroughtCalendar, "engagement.brought"): brought}
