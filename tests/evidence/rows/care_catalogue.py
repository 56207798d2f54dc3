"""What the care catalogue keeps of a person."""

from __future__ import annotations

from datetime import date
from typing import Any

from werkfluss.care.models import (
    CareAnswer,
    CareBooking,
    CareCover,
    CareerChoice,
    CareerStep,
    CareOffer,
    CareProvider,
    MentoringWish,
    VoucherCode,
    VoucherLot,
)
from werkfluss.org.domain.firms import next_number

EVENT = date(2020, 3, 17)


def offer(module: str, unit: str) -> CareOffer:
    provider, _ = CareProvider.objects.get_or_create(
        name="Alt", defaults={"email": "alt@alt.example", "source": "x", "checked_on": EVENT}
    )
    return CareOffer.objects.create(
        provider=provider, module=module, title="Alt", unit=unit, price=1, accepted_when="x", valid_from=EVENT
    )


def booking(make: Any) -> CareBooking:
    return CareBooking.objects.create(
        number=next_number("care_booking"),
        offer=offer("housing", "once"),
        person=make.person(),
        state="done",
        price=1,
        accepted_when="x",
        closed_on=EVENT,
    )


def code(_make: Any) -> VoucherCode:
    lot = VoucherLot.objects.create(
        number=next_number("voucher_lot"),
        offer=offer("psychosocial", "code"),
        bought_on=EVENT,
        expires_on=EVENT,
        bought=1,
        price=1,
        portal="x",
    )
    return VoucherCode.objects.create(lot=lot, code="X-1")


def choice(make: Any) -> CareerChoice:
    step = CareerStep.objects.create(path="x", position=1, title="x", meaning="x")
    return CareerChoice.objects.create(person=make.person(), step=step, chosen_on=EVENT)


UNTIL = {
    "care.booking": date(2023, 12, 31),
    "care.gap_answer": date(2020, 9, 17),
    "care.voucher_code": date(2020, 3, 17),
}
ROWS = {
    (CareBooking, "care.booking"): booking,
    (CareAnswer, "care.gap_answer"): lambda make: CareAnswer.objects.create(
        person=make.person(), name="moves", value=True, valid_from=EVENT
    ),
    (CareCover, "care.gap_answer"): lambda make: CareCover.objects.create(
        person=make.person(), member="self", kind="statutory", first_day=EVENT
    ),
    (MentoringWish, "care.gap_answer"): lambda make: MentoringWish.objects.create(
        person=make.person(), side="seeks", topics=["town"], said_on=EVENT
    ),
    (CareerChoice, "care.gap_answer"): choice,
    (VoucherCode, "care.voucher_code"): code,
}
