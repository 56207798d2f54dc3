"""What a person has to look at in cases: listed, tried again, noted."""

from __future__ import annotations

from django.db.models import QuerySet

from werkfluss.kernel import clock
from werkfluss.kernel.errors import Conflict
from werkfluss.org.actor import Actor
from werkfluss.org.events import Event, record
from werkfluss.work.models import CaseIncident, CaseTask


def open_incidents() -> QuerySet[CaseIncident]:
    """What nobody has seen to yet, the newest first."""
    return CaseIncident.objects.filter(state="open").select_related("case__definition").order_by("-at")


def step_of(incident: CaseIncident) -> CaseTask | None:
    """The open step at the place of an incident, by which it can be tried again or done by hand."""
    return CaseTask.objects.filter(case=incident.case, element=incident.element, state="open").first()


def settle_incident(incident: CaseIncident, *, note: str = "", by: Actor) -> None:
    """A person has seen to it.

    Raises:
        NotPermitted: not somebody who works on cases.
        Conflict: it is settled already.
    """
    by.require("case.work")
    incident.refresh_from_db()
    if incident.state != "open":
        raise Conflict(f"incident {incident.code}")
    incident.edit(state="settled", settled_at=clock.now(), settled_by=by.id, note=note[:300])
    said = {"step": incident.element, "code": incident.code, "note": note}
    record(Event("work.case.incident_settled", incident.case, said), by=by)
