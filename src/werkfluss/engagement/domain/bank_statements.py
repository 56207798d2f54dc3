"""What the bank says of released payment runs: a run whose payments are all booked is paid, on the day of the bank.

The statement itself is not kept, and nothing of other bookings is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from werkfluss.engagement.domain import runs
from werkfluss.engagement.models import PaymentItem, PaymentRun
from werkfluss.formats.camt import Booking, Statement
from werkfluss.formats.sepa import folded, normal_iban
from werkfluss.kernel.errors import Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor

# Banks send a credit transfer back within days; half a year is ample.
_COMES_BACK_WITHIN = timedelta(days=180)


@dataclass(slots=True)
class Found:
    """Runs noted as paid, runs that stay open with the reason, and payments that came back."""

    paid: list[tuple[PaymentRun, date]] = field(default_factory=list)
    open: list[tuple[PaymentRun, Text]] = field(default_factory=list)
    returned: list[tuple[PaymentItem, date]] = field(default_factory=list)


def take_statement(statements: Iterable[Statement], *, by: Actor) -> Found:
    """Compare the released runs with what was booked on their account, and note as paid what fits to the cent.

    Raises:
        NotPermitted: the actor does not prepare payments.
    """
    by.require("payment.prepare")
    booked: dict[str, list[Booking]] = {}
    for one in statements:
        booked.setdefault(normal_iban(one.iban), []).extend(one.bookings)
    found = Found()
    for run in runs.runs().filter(state="released").order_by("number"):
        bookings = booked.get(normal_iban(run.account.iban))
        if bookings is None:
            continue
        items = list(run.items.all())
        day = _booked_on(run, items, [one for one in bookings if one.debit])
        if isinstance(day, Text):
            found.open.append((run, day))
            continue
        try:
            runs.confirm_paid(run, paid_on=day, by=by)
        except Refused as refusal:
            found.open.append((run, refusal.reason))
        else:
            found.paid.append((run, day))
    found.returned = _returned(booked)
    return found


def _booked_on(run: PaymentRun, items: list[PaymentItem], debits: list[Booking]) -> date | Text:
    """The day of the last payment, or why the run is not paid by these bookings."""
    total, batch = sum(item.cents for item in items), runs.batch_id(run)
    whole = next((one for one in debits if batch in one.batches), None)
    if whole is not None and whole.cents == total and whole.currency == "EUR":
        return whole.day
    if whole is not None and not whole.details and len(items) > 1:
        return Text("Die Bank hat einen anderen Betrag gebucht.", "The bank has booked another amount.")
    single = {
        detail.end_to_end: (booking.day, booking.cents if len(booking.details) == 1 else detail.cents)
        for booking in debits
        for detail in booking.details
    }
    days, missing = [], 0
    for item in items:
        day, cents = single.get(folded(item.end_to_end, 35), (None, None))
        if day is None:
            missing += 1
        elif cents != item.cents:
            return Text(
                f"{item.end_to_end}: Die Bank hat einen anderen Betrag gebucht.",
                f"{item.end_to_end}: the bank has booked another amount.",
            )
        else:
            days.append(day)
    if missing:
        return Text(
            f"{missing} von {len(items)} Zahlungen stehen nicht im Auszug.",
            f"{missing} of {len(items)} payments are not in the statement.",
        )
    return max(days)


def _returned(booked: dict[str, list[Booking]]) -> list[tuple[PaymentItem, date]]:
    """Money that came back: a credit with the reference of a payment of ours."""
    came = {
        detail.end_to_end: (iban, booking.day)
        for iban, bookings in booked.items()
        for booking in bookings
        if not booking.debit
        for detail in booking.details
    }
    if not came:
        return []
    since = min(day for _iban, day in came.values()) - _COMES_BACK_WITHIN
    rows = PaymentItem.objects.filter(live=True, run__state__in=["released", "paid"], run__execute_on__gte=since)
    found = []
    for item in rows.select_related("run__account", "claim"):
        iban, day = came.get(folded(item.end_to_end, 35), ("", None))
        if day is not None and iban == normal_iban(item.run.account.iban):
            found.append((item, day))
    return found
