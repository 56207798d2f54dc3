"""Joint ventures and their statements."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from werkfluss.engagement.models import Venture, VentureStatement

EVENT = date(2020, 3, 17)
AT = datetime(2020, 3, 17, 11, tzinfo=UTC)


def venture(make: Any, *, agreed: bool) -> Venture:
    says: dict[str, Any] = {"state": "ended", "agreed_at": AT, "ends_on": EVENT} if agreed else {"state": "declined"}
    return Venture.objects.create(order=make.order(), proposed_at=AT, **says)


def statement(make: Any) -> VentureStatement:
    return VentureStatement.objects.create(
        venture=venture(make, agreed=True),
        number="GA-2020-0001",
        first_day=EVENT,
        last_day=EVENT,
        share_cents=1,
        sent_at=AT,
    )


ROWS = {
    (Venture, "engagement.order"): lambda make: venture(make, agreed=True),
    (Venture, "engagement.unagreed"): lambda make: venture(make, agreed=False),
    (VentureStatement, "engagement.invoice"): statement,
}
