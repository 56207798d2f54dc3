"""Earlier payment on request: the external may ask, the firm may say no, and nothing follows from asking."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from werkfluss.engagement.domain import mails
from werkfluss.engagement.models import Claim, EarlyPayment
from werkfluss.engagement.rules import is_own
from werkfluss.formats.sepa import bank_day_on_or_after
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, NotPermitted, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record

# Half is no discount any more but another price; a slip of the hand is likelier.
_MOST_PERCENT = 10


def open_requests() -> QuerySet[EarlyPayment]:
    """Not answered yet, oldest first."""
    rows = EarlyPayment.objects.filter(answer="", claim__state="open").select_related("claim__order__resource")
    return rows.order_by("asked_at")


def ask_early(claim: Claim, *, wished_on: date, discount_cents: int = 0, by: Actor) -> EarlyPayment:
    """The external asks; a discount is the external's own offer, none is expected.

    Raises:
        NotPermitted: it is somebody else's claim.
        Refused: it was asked before, is not open, the day is not before it is due, or the discount is too large.
    """
    claim = Claim.objects.select_for_update(of=("self",)).select_related("order__resource").get(pk=claim.pk)
    if not is_own(claim.order, by):
        raise NotPermitted("own_orders.answer")
    if claim.state != "open" or EarlyPayment.objects.filter(claim=claim).exists():
        raise _refused(Text("Danach wurde schon gefragt, oder es ist nicht mehr offen.", "Asked already, or not open."))
    if not clock.today() <= wished_on < claim.due_on:
        raise _refused(Text("Der Tag liegt nicht vor der Fälligkeit.", "The day is not before the due day."))
    if not 0 <= discount_cents <= claim.gross_cents * _MOST_PERCENT // 100:
        raise _refused(
            Text(f"Höchstens {_MOST_PERCENT} % Nachlass sind möglich.", f"At most {_MOST_PERCENT} % off is possible.")
        )
    asked = EarlyPayment.objects.create(
        claim=claim,
        asked_at=clock.now(),
        asked_by=by.id,
        wished_on=bank_day_on_or_after(wished_on),
        discount_cents=discount_cents,
    )
    record(Event("engagement.early.asked", asked, {"number": claim.number, "wished_on": wished_on}), by=by)
    return asked


def answer_request(asked: EarlyPayment, *, granted: bool, by: Actor) -> None:
    """The firm's free decision. A discount counts only where it is granted, and lowers what is paid, not the invoice.

    Raises:
        NotPermitted: the actor does not prepare payments, or asked for it.
        Conflict: it was answered already, or the money is under way.
    """
    by.require("payment.prepare")
    asked = (
        EarlyPayment.objects.select_for_update(of=("self",)).select_related("claim__order__resource").get(pk=asked.pk)
    )
    claim = asked.claim
    if is_own(claim.order, by):
        raise NotPermitted("payment.prepare")
    if asked.answer or claim.state != "open":
        raise Conflict(f"claim {claim.number}")
    asked.edit(answer="granted" if granted else "declined", answered_at=clock.now(), answered_by=by.id)
    if granted:
        claim.edit(due_on=min(claim.due_on, asked.wished_on), discount_cents=asked.discount_cents)
    record(Event("engagement.early.answered", asked, {"number": claim.number, "answer": asked.answer}), by=by)
    day = claim.due_on
    subject = Text(f"Frühere Zahlung: {claim.order.title}", f"Earlier payment: {claim.order.title}")
    yes = Text(f"wir zahlen {claim.number} bis {day:%d.%m.%Y}.", f"We pay {claim.number} by {day:%d %b %Y}.")
    no = Text(
        f"früher geht es diesmal nicht; es bleibt beim {day:%d.%m.%Y}.",
        f"Earlier is not possible this time; it stays {day:%d %b %Y}.",
    )
    mails.tell_external(claim.order, subject=subject, body=yes if granted else no, by=by)


def _refused(reason: Text) -> Refused:
    return Refused(
        reason,
        citation="Frühere Zahlung",
        what_to_do=Text("Bitte prüfen Sie Tag und Nachlass.", "Please check day and discount."),
    )
