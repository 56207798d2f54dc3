"""Applications."""

from __future__ import annotations

from datetime import date
from typing import Any

from werkfluss.care.models import Applicant, Opening
from werkfluss.org.domain.firms import next_number

EVENT = date(2020, 3, 17)


def applicant(_make: Any) -> Applicant:
    job = Opening.objects.create(number=next_number("opening"), title="X", pay_from_cents=1, pay_to_cents=2)
    says = {"name": "X", "sort_key": "x", "email": "x@bewerbung.example", "stage": "refused"}
    return Applicant.objects.create(
        number=next_number("applicant"), opening=job, applied_on=EVENT, ended_on=EVENT, **says
    )


UNTIL = {"care.applicant": date(2020, 9, 17)}
ROWS = {(Applicant, "care.applicant"): applicant}
