"""Approved proposals → DATEV booking batch, with each document linked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from werkfluss.formats.extf.batch import Batch, Booking, Chart, booking_text
from werkfluss.kernel.errors import Broken, Fault
from werkfluss.kernel.text import Text

from .model import BookingProposal

_DOCUMENTS = UUID("6f1c9d0a-5f0e-5b0b-9a52-8d8a1f0b7c11")
"""Name space of document ids: the same file always has the same Beleglink."""


def document_id(sha256: str) -> UUID:
    """The Beleglink of a document, from the SHA-256 (hex) of its bytes."""
    return uuid5(_DOCUMENTS, sha256)


def to_batch(
    proposals: Sequence[BookingProposal],
    *,
    chart: Chart,
    advisor: int,
    client: int,
    created: datetime,
    fiscal_year_start: date | None = None,
    label: str = "Eingangsrechnungen",
) -> Batch:
    """The batch of the given proposals; the caller passes only what may be booked.

    ``fiscal_year_start`` defaults to 1 January of the first booking's year. The period is the months of the bookings.

    Raises
    ------
    Broken : there is nothing to book, or a proposal is incomplete.

    """
    days = [proposal.day for proposal in proposals if proposal.day]
    incomplete = [proposal for proposal in proposals if proposal.light == "unvollständig"]
    if incomplete or not days:
        raise Broken(_nothing_or_incomplete(incomplete))
    first, last = min(days), max(days)
    return Batch(
        advisor=advisor,
        client=client,
        fiscal_year_start=fiscal_year_start or date(first.year, 1, 1),
        first_day=first.replace(day=1),
        last_day=_month_end(last),
        created=created,
        bookings=tuple(booking for proposal in proposals for booking in _bookings(proposal)),
        label=booking_text(label)[:30],
        chart=chart,
    )


def _nothing_or_incomplete(incomplete: Sequence[BookingProposal]) -> Fault:
    names = ", ".join(proposal.invoice_id or proposal.filename for proposal in incomplete)
    cause = (
        Text(f"Unvollständig: {names}.", f"Incomplete: {names}.")
        if incomplete
        else Text("Es gibt keine Buchung zum Ausgeben.", "There is no booking to export.")
    )
    return Fault(
        "EXTF",
        cause,
        Text("Vollständige, freigegebene Buchungen.", "Complete, approved bookings."),
        Text("Bitte ergänzen Sie die Angaben und geben Sie frei.", "Please complete and approve them."),
    )


def _month_end(day: date) -> date:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def _bookings(proposal: BookingProposal) -> list[Booking]:
    assert proposal.day is not None  # to_batch refuses incomplete ones
    return [
        Booking(
            amount=posting.amount,
            debit=posting.debit,
            account=posting.account,
            contra_account=proposal.contra_account,
            day=proposal.day,
            tax_key=posting.tax_key,
            document=proposal.document,
            text=proposal.text,
            document_link=document_id(proposal.sha256),
            eu_vat_id=proposal.eu_vat_id,
            supply_date=proposal.supply_date,
            due_date=proposal.due_date,
        )
        for posting in proposal.postings
    ]
