"""The log of decisions under a mandate: what, why, on what basis, under which signature. It stays in its firm."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from werkfluss.engagement.domain import fractional
from werkfluss.engagement.models import AuthorityUse, Mandate, MandateDecision
from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict, Refused
from werkfluss.kernel.text import Text
from werkfluss.org.actor import Actor
from werkfluss.org.domain.firms import next_number
from werkfluss.org.events import Event, record


def decisions() -> QuerySet[MandateDecision]:
    """All decisions under mandates of the firm, newest first."""
    return MandateDecision.objects.select_related("org", "mandate__resource", "use__limit").order_by("-number")


def decide(
    mandate: Mandate,
    *,
    what: str,
    why: str,
    basis: str = "",
    decided_on: date | None = None,
    use: AuthorityUse | None = None,
    by: Actor,
) -> MandateDecision:
    """Log a decision; it is not changed afterwards, a correction is a new entry.

    ``use`` is the signature it explains, one of the person's own.

    Raises:
        NotPermitted, Conflict: it is not this person's mandate, it never ran, or the signature is another's.
        Refused: what or why is missing, or the day lies outside the mandate or in the future.
    """
    mandate = fractional.locked_own(mandate, by)
    if mandate.state not in (Mandate.State.RUNNING, Mandate.State.ENDED):
        raise Conflict(f"Mandat {mandate.number}")
    day = decided_on or clock.today()
    if not what.strip() or not why.strip():
        raise _refused(
            Text("Was und warum gehören dazu.", "What and why belong to it."),
            Text("Je ein Satz genügt.", "One sentence each is enough."),
        )
    if not mandate.first_day <= day <= min(mandate.last_day, clock.today()):
        raise _refused(
            Text("Der Tag liegt nicht im Mandat oder in der Zukunft.", "The day is outside the mandate or to come."),
            Text("Bitte den Tag der Entscheidung angeben.", "Please state the day of the decision."),
        )
    if use is not None and use.resource_id != mandate.resource_id:
        raise Conflict(f"Mandat {mandate.number}")
    row = MandateDecision.objects.create(
        mandate=mandate,
        number=next_number("mandate_decision"),
        decided_on=day,
        what=what.strip()[:300],
        why=why.strip(),
        basis=basis.strip()[:300],
        use=use,
    )
    data = {"number": row.number, "what": row.what, "decided_on": day}
    record(Event("engagement.mandate.decided", row, data), by=by)
    return row


def _refused(reason: Text, what_to_do: Text) -> Refused:
    return Refused(reason, citation="Entscheidungsprotokoll", what_to_do=what_to_do)
